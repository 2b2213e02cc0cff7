/** The HTTP side of a process: one Fastify server with limits, request ids, problem bodies, health and metrics. */
import { createServer } from 'node:net';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify';
import { DatabaseUnavailableError } from '../database/index.ts';
import { type EdgeLimits, limitEdges } from './edge-limits.ts';
import { childTrace, runWithTrace } from '../events/trace.ts';
import { ExposedError, InputError, problemOf, UnavailableError } from '../faults/index.ts';
import type { Logger } from '../logging/index.ts';
import { type Metrics, metricsText } from '../metrics/index.ts';
import type { RandomStream } from '../random/index.ts';
import { realClock } from '../time/index.ts';

/** The largest request body, unless a route says otherwise. */
export const LARGEST_BODY = 256 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 15_000;
const LAST_REQUESTS_MS = 3_000;
const IDLE_LOOK_MS = 50;
const UNTRACED = /^\/(graphql|health|metrics)(\/|\?|$)/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A part of the process whose readiness the health page asks for. */
export interface HealthCheck {
  name: string;
  /** Resolves when the part works; the reason of a rejection is logged, not shown. */
  check(): Promise<void>;
}

export interface HttpService {
  readonly app: FastifyInstance;
  addHealthCheck(check: HealthCheck): void;
  addMetrics(metrics: Metrics): void;
  /**
   * Begins to listen.
   * @returns the port, useful when 0 was asked for
   * @throws AddressInUseError when another program has the port
   */
  listen(options: { host: string; port: number }): Promise<number>;
  /** Stops accepting, lets running requests finish, closes. */
  close(): Promise<void>;
}

/** The port is taken. */
export class AddressInUseError extends Error {
  readonly expose = true;
  override readonly name = 'AddressInUseError';
}

export function createHttpService(options: {
  log: Logger;
  random: RandomStream;
  /** Proxies whose word for the caller's address is taken: true for any, or their addresses and networks. */
  trustProxy?: boolean | string[];
  /** What may be asked of the edges; without it nothing is counted. */
  edgeLimits?: EdgeLimits;
  /** How long a body may take to arrive, on routes that do not take long ones. */
  bodyTimeoutMs?: number;
  /** How long the headers of a request may take to arrive. */
  headersTimeoutMs?: number;
}): HttpService {
  const checks: HealthCheck[] = [];
  const metrics: Metrics[] = [];
  let closing = false;
  const headersTimeout = options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS;
  const app = fastify({
    // Node looks for slow ones once in a while only: as often as makes the limit true within a third.
    http: { headersTimeout, connectionsCheckingInterval: Math.ceil(headersTimeout / 3) },
    loggerInstance: options.log as unknown as FastifyBaseLogger,
    logController: new fastify.LogController({ disableRequestLogging: true }),
    bodyLimit: LARGEST_BODY,
    // Kept per request instead (see `limitBodyTime`): a file that is streamed for minutes is no slow request.
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 200 },
    genReqId: () => options.random.hex(16),
    trustProxy: options.trustProxy ?? false,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  } as never) as unknown as FastifyInstance;

  if (options.edgeLimits) limitEdges(app, options.edgeLimits);
  app.addHook('onRequest', (request) => limitBodyTime(request, options.bodyTimeoutMs ?? REQUEST_TIMEOUT_MS));
  // After the body has come: what is read from the socket runs outside of what was begun before. The graph has a trace of its own.
  app.addHook('preHandler', (request, reply, done) => {
    if (UNTRACED.test(request.url)) return done();
    const trace = childTrace(traceparentOf(request), options.random);
    reply.header('traceparent', trace);
    return runWithTrace(trace, done);
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    // Answers are about persons and their debts: nobody on the way keeps one, unless its route says so.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.setErrorHandler(async (error, request, reply) => {
    const problem = problemOf(fromFastify(error, request), request.id);
    if (problem.status >= 500) options.log.error({ err: error, reference: request.id, url: request.routeOptions.url }, 'a request failed');
    return reply.code(problem.status).type('application/problem+json').send(problem);
  });
  app.setNotFoundHandler(async (request, reply) =>
    reply
      .code(404)
      .type('application/problem+json')
      .send({
        status: 404,
        title: 'Not Found',
        detail: `There is nothing at ${request.method} ${request.url.split('?')[0]}.`,
        reference: request.id,
      }),
  );

  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const failed: string[] = closing ? ['closing'] : [];
    for (const { name, check } of checks) {
      await check().catch((error: unknown) => {
        options.log.warn({ err: error, part: name }, 'not ready');
        failed.push(name);
      });
    }
    return reply
      .code(failed.length === 0 ? 200 : 503)
      .send({ status: failed.length === 0 ? 'ready' : 'not ready', ...(failed.length > 0 && { waitingFor: failed }) });
  });
  app.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4').send(await metricsText(metrics)));

  return {
    app,
    addHealthCheck: (check) => void checks.push(check),
    addMetrics: (each) => void metrics.push(each),
    async listen({ host, port }) {
      try {
        await app.listen({ host, port });
      } catch (error) {
        throw listenError(error, host, port);
      }
      const address = app.server.address();
      return typeof address === 'object' && address ? address.port : port;
    },
    async close() {
      closing = true;
      // Connections that are open but idle, or never said anything, must not keep the process: what runs has a few seconds to finish.
      using _idle = realClock().every(
        IDLE_LOOK_MS,
        () => app.server.closeIdleConnections(),
        () => {},
      );
      using _impatience = realClock().schedule(LAST_REQUESTS_MS, () => app.server.closeAllConnections());
      await app.close();
    },
  };
}

/**
 * Finds out whether a port can be listened on, before anything else is begun.
 * @throws AddressInUseError
 */
export async function assertPortFree(options: { host: string; port: number }): Promise<void> {
  if (options.port === 0) return;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(listenError(error, options.host, options.port)));
    probe.listen(options.port, options.host, () => probe.close(() => resolve()));
  });
}

function listenError(error: unknown, host: string, port: number): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return new AddressInUseError(`Port ${port} on ${host} is taken by another program; choose another with --port.`);
  if (code === 'EACCES')
    return new AddressInUseError(`Port ${port} on ${host} may not be opened by this user; choose one above 1023 with --port.`);
  return error as Error;
}

/** A refusal by the server itself: body too large, wrong media type, malformed JSON. Written for the caller. */
class RefusedRequestError extends ExposedError {
  override readonly name = 'RefusedRequestError';
  override readonly code = 'BAD_USER_INPUT';
  override readonly title = 'Bad request';
  override readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The media types of bodies that paths of ours take; each takes some of them. */
const BODY_TYPES = [
  'application/json',
  'application/x-ndjson',
  'text/csv',
  'multipart/form-data',
  'application/pkcs7-mime',
  'application/octet-stream',
] as const;

/** The body's media type is none that the path takes: which ones it does take. */
function wrongMediaType({ server, headers }: FastifyRequest): RefusedRequestError {
  const taken = BODY_TYPES.filter((type) => server.hasContentTypeParser(type));
  const given = headers['content-type'] ? `is ${headers['content-type'].slice(0, 100)}` : 'is missing';
  return new RefusedRequestError(`content-type: ${given}; expected: ${taken.join(', ')}`, 415);
}

function fromFastify(error: unknown, request: FastifyRequest): unknown {
  // Its message names the host, which is for the log only.
  if (error instanceof DatabaseUnavailableError) return new UnavailableError('The platform cannot reach its database at the moment.');
  const { statusCode, code, message = '' } = error as { statusCode?: number; code?: string; message?: string };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return wrongMediaType(request);
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return InputError.at('', 'the body is empty', 'a JSON document');
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || (statusCode === 400 && error instanceof SyntaxError))
    return InputError.at('', 'the body is not valid JSON', 'a JSON document');
  if (code?.startsWith('FST_') && statusCode !== undefined && statusCode < 500) return new RefusedRequestError(message, statusCode);
  return error;
}

/** The `config` of a route whose body may take as long as it takes; the route itself ends bodies that stall. */
export const LONG_BODY = { longBody: true } as const;

/** A body has to arrive within the request timeout, unless its route takes long ones: nobody holds a connection by trickling. */
async function limitBodyTime({ raw, routeOptions }: FastifyRequest, timeoutMs: number): Promise<void> {
  if ((routeOptions.config as { longBody?: boolean } | undefined)?.longBody) return;
  if (raw.headers['content-length'] === undefined && raw.headers['transfer-encoding'] === undefined) return;
  const patience = realClock().schedule(timeoutMs, () => {
    if (raw.complete) return;
    raw.socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    raw.destroy();
  });
  raw.once('end', () => patience[Symbol.dispose]());
  raw.once('close', () => patience[Symbol.dispose]());
}

/** The caller's trace context, when it is well formed. */
export function traceparentOf(request: FastifyRequest): string | undefined {
  const header = request.headers['traceparent'];
  return typeof header === 'string' && TRACEPARENT.test(header) ? header : undefined;
}
