/**
 * The control room at `/`: the files of its build, and what it may know before anybody has entered. Nothing comes from outside; what is named
 * by its content is kept for a year, the page itself is asked for again each time.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Role } from '@nodo-aperto/kernel/auth';
import { UnavailableError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { controlRoomBundled } from '../../../bundle.mjs';

export interface ControlRoomOptions {
  readonly log: Logger;
  /** Whether the simulator's graph is beside the platform's. */
  readonly simulation: boolean;
  /** Makes the tokens that a visitor on this machine may choose from; absent: none. */
  readonly readyTokens?: () => Promise<readonly ReadyToken[]>;
  /** The identity provider beside the page, at which people log in; absent: none. */
  readonly login?: { readonly issuer: string; readonly client: string };
}

export interface ReadyToken {
  readonly role: Role;
  readonly token: string;
}

interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly zipped: Buffer;
  readonly etag: string;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ASSETS = 'control-room';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Registers the page at `/`, its files under `/control-room/`, and `/control-room/session.json`. */
export function registerControlRoom(app: FastifyInstance, options: ControlRoomOptions): void {
  const files = onDemand(options.log);
  app.get('/', async (request, reply) => {
    const file = (await files()).get('index.html');
    return file ? send(request, reply, file, 'no-cache') : reply.callNotFound();
  });
  app.get<{ Params: { name: string } }>(`/${ASSETS}/:name`, async (request, reply) => {
    const file = (await files()).get(`${ASSETS}/${request.params.name}`);
    return file ? send(request, reply, file, 'public, max-age=31536000, immutable') : reply.callNotFound();
  });
  app.get(`/${ASSETS}/session.json`, async (request, reply) => {
    const tokens = options.readyTokens && isOnThisMachine(request) ? await options.readyTokens() : [];
    return reply
      .headers({ ...SECURITY_HEADERS, 'cache-control': 'no-store' })
      .send({ simulation: options.simulation, tokens, ...(options.login && { login: options.login }) });
  });
}

/** Reads the files when the page is first asked for; `npm start` has built them by then. A failure is not kept. */
function onDemand(log: Logger): () => Promise<ReadonlyMap<string, PageFile>> {
  let reading: Promise<ReadonlyMap<string, PageFile>> | undefined;
  return () =>
    (reading ??= readFiles().catch((error: unknown) => {
      reading = undefined;
      log.error({ err: error }, 'the control room could not be built');
      throw new UnavailableError('The control room could not be built; the log says why. The graph is at /graphql.');
    }));
}

async function readFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const folder = await controlRoomBundled(ROOT);
  const names = ['index.html', ...(await readdir(join(folder, ASSETS))).map((name) => `${ASSETS}/${name}`)];
  return new Map(await Promise.all(names.map(async (name) => [name, await pageFile(join(folder, name))] as const)));
}

async function pageFile(path: string): Promise<PageFile> {
  const plain = await readFile(path);
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  return { type, plain, zipped: await promisify(gzip)(plain), etag };
}

function send(request: FastifyRequest, reply: FastifyReply, file: PageFile, caching: string): FastifyReply {
  reply.headers({ ...SECURITY_HEADERS, 'cache-control': caching, etag: file.etag, vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (zipped) reply.header('content-encoding', 'gzip');
  return reply.type(file.type).send(zipped ? file.zipped : file.plain);
}

/**
 * Whether a request comes from this machine, for this machine's own name, and not from another site's page: a name that somebody made to point
 * here, or a proxy in front, gets no tokens.
 */
function isOnThisMachine(request: Pick<FastifyRequest, 'headers' | 'ip'>): boolean {
  const { headers } = request;
  const local = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(request.ip);
  const named = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(headers.host ?? '');
  const forwarded = Object.keys(headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-') || name === 'via');
  const site = headers['sec-fetch-site'];
  return local && named && !forwarded && (site === undefined || site === 'same-origin' || site === 'none');
}
