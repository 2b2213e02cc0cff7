/**
 * `platform login`: a person logs in with their browser, and the token that the platform gives them is printed. The program is a client of
 * the identity provider like any other (authorization code, PKCE, a loopback address for the return: RFC 8252).
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { MINUTE, realClock } from '@nodo-aperto/kernel/time';
import { z } from 'zod';
import { CommandError } from '../failure.ts';
import { NATIVE_CLIENT } from '../identity/clients.ts';

export interface LoginOptions {
  /** Where the platform answers. */
  readonly url: string;
  /** How long the person may take, minutes. */
  readonly minutes: number;
}

const discoveryShape = z.object({ issuer: z.string(), authorization_endpoint: z.url(), token_endpoint: z.url() });
const tokenShape = z.object({ access_token: z.string() });
const ANSWER_MS = 15_000;
const SCOPE = 'openid profile email platform';
const RETURN_PATH = '/callback';
const PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Nodo Aperto</title><p>Back to the terminal: this window can be closed.</p></html>';

/**
 * @param show tells the person where to go
 * @returns the access token
 * @throws CommandError when the platform cannot be reached, the person cancels or takes too long, or the provider refuses
 */
export async function login({ url, minutes }: LoginOptions, show: (text: string) => void): Promise<string> {
  const discovery = await discover(url);
  const random = cryptographicStream();
  const [state, verifier] = [random.hex(16), random.alphanumeric(64)];
  const server = createServer();
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const redirect = `http://127.0.0.1:${(server.address() as AddressInfo).port}${RETURN_PATH}`;
    const request = {
      client_id: NATIVE_CLIENT,
      response_type: 'code',
      scope: SCOPE,
      redirect_uri: redirect,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    show(
      `Open this address in a browser and log in, within ${minutes} minutes:\n${discovery.authorization_endpoint}?${new URLSearchParams(request)}\n`,
    );
    const code = await returnOf(server, state, minutes);
    const form = { grant_type: 'authorization_code', client_id: NATIVE_CLIENT, code, code_verifier: verifier, redirect_uri: redirect };
    return await exchange(discovery.token_endpoint, form);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function discover(url: string): Promise<z.output<typeof discoveryShape>> {
  const address = `${url.replace(/\/+$/, '')}/identity/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => undefined);
  if (!response) throw new CommandError(`Nothing answers at ${url}; start the platform, or name its address with --url.`);
  const read = discoveryShape.safeParse(await response.json().catch(() => undefined));
  if (!response.ok || !read.success)
    throw new CommandError(`There is no identity provider at ${address}; where another one is used, ask it for tokens.`);
  return read.data;
}

/** The code that the browser brings. Whatever else comes to the address is not it. */
async function returnOf(server: Server, state: string, minutes: number): Promise<string> {
  const tooLate = new AbortController();
  using _patience = realClock().schedule(minutes * MINUTE, () => tooLate.abort());
  return await new Promise<string>((resolve, reject) => {
    tooLate.signal.addEventListener('abort', () => reject(new CommandError(`Nobody logged in within ${minutes} minutes.`)));
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const ours = pathname === RETURN_PATH && searchParams.get('state') === state;
      response.writeHead(ours ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" });
      if (!ours) return void response.end();
      const code = searchParams.get('code');
      const reason = searchParams.get('error_description') ?? searchParams.get('error');
      // The browser has its page before the program goes on, and ends.
      response.end(PAGE, () => (code === null ? reject(new CommandError(`The login did not succeed: ${reason}.`)) : resolve(code)));
    });
  });
}

async function exchange(endpoint: string, form: Record<string, string>): Promise<string> {
  const response = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form), signal: AbortSignal.timeout(ANSWER_MS) });
  const read = tokenShape.safeParse(await response.json().catch(() => undefined));
  if (!response.ok || !read.success) throw new CommandError(`The identity provider gave no token (status ${response.status}).`);
  return read.data.access_token;
}
