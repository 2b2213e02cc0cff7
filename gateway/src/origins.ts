/**
 * Which sites' pages may use the graph (CORS). Pages of the gateway's own address always may; others only when their origin is allowed.
 * Programs send no origin and are not concerned. Nothing here lets a browser send cookies: callers are known by their tokens alone.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a browser may remember that it is allowed, in seconds. */
const REMEMBERED = 600;
const HEADERS = 'authorization, content-type, apollo-require-preflight, traceparent, x-request-id';
const READABLE = 'retry-after, x-request-id';

export interface Origins {
  /** Adds to an answer what a browser needs to hand it to the page. */
  tell(request: FastifyRequest, reply: FastifyReply): void;
  /** Whether a browser that asks beforehand (preflight) gets a yes. */
  mayAsk(request: FastifyRequest): boolean;
  /** Whether a page of the request's origin may open a websocket: browsers do not ask beforehand there. */
  mayConnect(request: IncomingMessage): boolean;
}

/** @param allowed origins such as `https://portal.example.it`, without a path */
export function createOrigins(allowed: readonly string[]): Origins {
  const known = new Set(allowed);
  const isOwn = (origin: string, host: string | undefined): boolean => URL.canParse(origin) && new URL(origin).host === host;
  return {
    tell({ headers, method }, reply) {
      if (known.size > 0) reply.header('vary', 'origin');
      if (headers.origin === undefined || !known.has(headers.origin)) return;
      reply.header('access-control-allow-origin', headers.origin).header('access-control-expose-headers', READABLE);
      if (method !== 'OPTIONS') return;
      reply
        .header('access-control-allow-methods', 'GET, POST')
        .header('access-control-allow-headers', HEADERS)
        .header('access-control-max-age', String(REMEMBERED));
    },
    mayAsk: ({ headers: { origin, host } }) => origin !== undefined && (known.has(origin) || isOwn(origin, host)),
    mayConnect: ({ headers: { origin, host } }) => origin === undefined || known.has(origin) || isOwn(origin, host),
  };
}
