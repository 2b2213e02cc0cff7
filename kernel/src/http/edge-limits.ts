/**
 * How much may be asked of the wire primitives: so many calls a second from one address, whoever it is, and of one party, whose key or message
 * says so; and so many connections from one address. Each process counts for itself.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ExposedError } from '../faults/index.ts';
import { type TokenBuckets, tokenBuckets } from '../rate/index.ts';
import { realClock } from '../time/index.ts';

export interface EdgeLimits {
  /** Calls a second of one party; five seconds' worth at once. */
  readonly callsPerSecond: number;
  /** The same of one address, all its parties together. */
  readonly callsPerSecondOfAddress: number;
  /** Connections open from one address. */
  readonly connectionsOfAddress: number;
}

/** The gateway counts by tokens (`gateway/src/limits`); health and metrics are the operator's own. */
const OTHERS = /^\/(graphql|health|metrics)(\/|\?|$)/;
const BURST_SECONDS = 5;
const CALLERS = 10_000;

/** Too many calls of a caller; `retryAfterSeconds` says when the next one may come. */
export class TooManyCallsError extends ExposedError {
  override readonly name = 'TooManyCallsError';
  override readonly code = 'LIMIT_EXCEEDED';
  override readonly title = 'Too Many Requests';
  override readonly status = 429;
  readonly retryAfterSeconds: number;

  constructor(whose: string, perSecond: number, seconds: number) {
    const retryAfterSeconds = Math.max(1, Math.ceil(seconds));
    super(`More than ${perSecond} calls a second of ${whose}; try again in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Counted {
  readonly parties: TokenBuckets;
  readonly perSecond: number;
  retryAfterSeconds?: number;
}

/** What belongs to a request under way; requests of servers without limits are not in it. */
const counted = new WeakMap<object, Counted>();

/** Counts calls and connections of the server's edges, and tells whoever is refused when to come again. */
export function limitEdges(app: FastifyInstance, limits: EdgeLimits): void {
  const clock = realClock();
  const buckets = (perSecond: number): TokenBuckets => tokenBuckets({ perSecond, burstSeconds: BURST_SECONDS, callers: CALLERS, clock });
  const parties = buckets(limits.callsPerSecond);
  const addresses = buckets(limits.callsPerSecondOfAddress);
  limitConnections(app.server, limits.connectionsOfAddress);
  app.addHook('onRequest', async (request) => {
    if (OTHERS.test(request.url)) return;
    const own: Counted = { parties, perSecond: limits.callsPerSecond };
    counted.set(request, own);
    refuse(own, 'this address', limits.callsPerSecondOfAddress, addresses.take(request.ip, 1));
  });
  app.addHook('onSend', async (request, reply) => {
    const seconds = counted.get(request)?.retryAfterSeconds;
    if (seconds !== undefined) reply.header('retry-after', String(seconds));
  });
}

/**
 * Counts a call of a party.
 * @throws TooManyCallsError
 */
export function countCall(request: Pick<FastifyRequest, 'headers'>, party: string): void {
  const own = counted.get(request);
  if (own) refuse(own, party, own.perSecond, own.parties.take(party, 1));
}

function refuse(own: Counted, whose: string, perSecond: number, seconds: number): void {
  if (seconds === 0) return;
  const error = new TooManyCallsError(whose, perSecond, seconds);
  own.retryAfterSeconds = error.retryAfterSeconds;
  throw error;
}

/** A connection too many is closed before anything is read from it. */
function limitConnections(server: Server, most: number): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const now = (open.get(address) ?? 0) + 1;
    if (now > most) {
      socket.destroy();
      return;
    }
    open.set(address, now);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}
