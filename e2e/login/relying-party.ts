/** A program on the user's machine that logs in with the platform, as any OpenID client would: knows only the issuer's address. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';

export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
  expires_in: number;
}

export interface RelyingParty extends AsyncDisposable {
  readonly redirectUri: string;
  /** Where the browser is to go; remembers what its return must bring. */
  loginUrl(extra?: Record<string, string>): string;
  /** What the browser came back with last. */
  returned(): URLSearchParams | undefined;
  /** Turns the code that the browser brought into tokens. */
  exchange(): Promise<Tokens>;
  refresh(refreshToken: string): Promise<Response>;
  logoutUrl(idToken: string): string;
}

interface Discovery {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint: string;
}

const CLIENT = 'nodo-aperto-native';

export async function openRelyingParty(issuer: string): Promise<RelyingParty> {
  const discovery = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Discovery;
  let returned: URLSearchParams | undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/callback') returned = url.searchParams;
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>returned</title><h1>returned</h1>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  const origin = `http://127.0.0.1:${address.port}`;
  const redirectUri = `${origin}/callback`;
  let verifier = '';
  let state = '';
  const ask = (form: Record<string, string>) =>
    fetch(discovery.token_endpoint, { method: 'POST', body: new URLSearchParams({ client_id: CLIENT, ...form }) });
  return {
    redirectUri,
    loginUrl(extra = {}) {
      verifier = randomBytes(32).toString('base64url');
      state = randomBytes(8).toString('hex');
      returned = undefined;
      const parameters = new URLSearchParams({
        client_id: CLIENT,
        response_type: 'code',
        scope: 'openid profile email platform',
        redirect_uri: redirectUri,
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...extra,
      });
      return `${discovery.authorization_endpoint}?${parameters}`;
    },
    returned: () => returned,
    async exchange() {
      if (returned?.get('state') !== state) throw new Error(`the state is another one: ${returned}`);
      const response = await ask({
        grant_type: 'authorization_code',
        code: returned.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: verifier,
      });
      const body = (await response.json()) as Tokens;
      if (response.status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
      return body;
    },
    refresh: (refreshToken) => ask({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    logoutUrl: (idToken) =>
      `${discovery.end_session_endpoint}?${new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${origin}/` })}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
