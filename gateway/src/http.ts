/** GraphQL over HTTP on Fastify: who calls, which document, then @apollo/server. Every refusal is a GraphQL response. */
import type { ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { UnauthenticatedError } from '@nodo-aperto/kernel/faults';
import type { Documents, PreparedDocument } from './documents.ts';
import { refusal } from './errors.ts';
import type { RunOperation } from './execution/operation.ts';
import { registerGraphiql } from './graphiql.ts';
import type { Identity } from './identity.ts';
import { type RateLimit, tenantOf } from './limits/index.ts';
import { logErrors, publicError } from './masking.ts';
import type { GatewayContext, GatewayLimits, GatewayOptions } from './options.ts';
import type { Origins } from './origins.ts';
import type { PersistedDocuments } from './persisted-documents.ts';

export interface HttpParts {
  /** Started when it is first asked for. */
  apollo(): Promise<ApolloServer<GatewayContext>>;
  run: RunOperation;
  persisted: PersistedDocuments;
  documents: Documents;
  identity: Identity;
  options: GatewayOptions;
  limits: GatewayLimits;
  rate?: RateLimit | undefined;
  origins: Origins;
}

/** A request on its way to execution. */
interface Sent {
  body: unknown;
  search: string;
  /** Present when there is nothing about the request that @apollo/server would have to look at. */
  plain?: Pick<Parameters<RunOperation>[0], 'prepared' | 'operationName' | 'variables'>;
}

const FOREIGN = refusal('FORBIDDEN', 'Pages of this origin may not use the graph.', { status: 403 });
const RESPONSE_JSON = 'application/graphql-response+json; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

export async function registerHttp(app: FastifyInstance, path: string, parts: HttpParts): Promise<void> {
  const { options, limits } = parts;
  const seconds = options.metrics.histogram('gateway_request_seconds', 'Duration of GraphQL requests over HTTP', ['status']);
  await app.register(async (scope) => {
    const graphiql = options.graphiql ? await registerGraphiql(scope, path, options.graphiqlDefaultQuery) : undefined;
    scope.removeContentTypeParser('text/plain');
    scope.addHook('onRequest', async (request, reply) => parts.origins.tell(request, reply));
    scope.setErrorHandler((error: FastifyError, request, reply) => refuse(request, reply, fromFastify(error, limits), parts));
    scope.route({
      method: ['GET', 'POST'],
      url: path,
      bodyLimit: limits.maxBodyBytes,
      handler: async (request, reply) => {
        if (graphiql && isBrowser(request)) return graphiql(reply);
        const since = options.clock.monotonic();
        reply.header('x-request-id', request.id).header('cache-control', 'no-store');
        await answer(request, reply, parts);
        seconds.observe({ status: String(reply.statusCode) }, (options.clock.monotonic() - since) / 1000);
        return reply;
      },
    });
    scope.options(path, async (request, reply) =>
      parts.origins.mayAsk(request) ? reply.code(204).send() : refuse(request, reply, FOREIGN, parts),
    );
    scope.route({
      method: ['PUT', 'PATCH', 'DELETE'],
      url: path,
      handler: (request, reply) =>
        refuse(
          request,
          reply.header('allow', 'GET, POST'),
          refusal('BAD_REQUEST', 'GraphQL is served on GET and POST.', { status: 405 }),
          parts,
        ),
    });
  });
}

/**
 * Refuses a body that is too large for this caller. Fastify has bounded it before for any caller; how large it was, its length tells, and
 * what came in chunks without one is as large as its text.
 */
function assertSize(request: FastifyRequest, limit: number): void {
  const declared = Number(request.headers['content-length']);
  const size = Number.isNaN(declared) && request.body ? lengthOf(request.body) : declared;
  if (size > limit) throw refusal('BAD_REQUEST', `The request is larger than ${limit} bytes.`, { status: 413 });
}

/** The bytes of a body as JSON; without an end for one that is nested so deeply that it cannot be written. */
function lengthOf(body: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(body));
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** A person with a browser, rather than a program: GraphiQL is for the former. */
function isBrowser({ method, headers }: FastifyRequest): boolean {
  const accept = headers.accept ?? '';
  return method === 'GET' && accept.includes('text/html') && !accept.includes('json');
}

async function answer(request: FastifyRequest, reply: FastifyReply, parts: HttpParts): Promise<void> {
  const { headers } = request;
  let principal: GatewayContext['principal'];
  let sent: Sent;
  try {
    principal = await parts.identity.authenticate(headers.authorization);
    parts.rate?.request(tenantOf(principal, request.ip));
    assertSize(request, principal === undefined ? parts.limits.maxAnonymousBodyBytes : parts.limits.maxBodyBytes);
    sent = withDocument(request, parts);
  } catch (error) {
    return refuse(request, reply, error, parts);
  }
  const context = {
    principal,
    request: parts.identity.newRequest({ id: request.id, traceparent: headers['traceparent'] }),
    address: request.ip,
  };
  const type = sent.plain && typeAccepted(headers.accept);
  if (sent.plain && type) {
    try {
      const result = await parts.run({ ...sent.plain, context });
      const { errors, data, extensions } = result;
      reply.type(type).send(JSON.stringify({ errors, data, extensions }));
    } catch (error) {
      refuse(request, reply, error, parts);
    }
    return;
  }
  const apollo = await parts.apollo();
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers: headerMap(headers), body: sent.body, search: sent.search },
    context: async () => context,
  });
  for (const [name, value] of response.headers) reply.header(name, value);
  reply.code(response.status ?? 200);
  if (response.body.kind !== 'complete') throw new Error('The gateway does not deliver incrementally.');
  reply.send(response.body.string);
}

/**
 * The request with the text of its document in it, prepared so that @apollo/server finds it parsed and validated. What is not a
 * well-formed GraphQL request goes on as it is: @apollo/server says what is wrong with it.
 */
function withDocument(request: FastifyRequest, { persisted, documents }: HttpParts): Sent {
  const search = searchOf(request);
  if (request.method === 'GET') {
    const parameters = new URLSearchParams(search);
    const document = prepared(persisted, documents, {
      query: parameters.get('query') ?? undefined,
      extensions: jsonObject(parameters.get('extensions')),
      documentId: parameters.get('documentId') ?? undefined,
    });
    if (document === undefined) return { body: undefined, search };
    parameters.set('query', document.text);
    parameters.delete('extensions');
    return { body: undefined, search: `?${parameters}` };
  }
  const body = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { body, search };
  const { query, extensions, documentId } = body as Record<string, unknown>;
  const wellFormed = (query === undefined || query === null || typeof query === 'string') && isObjectOrAbsent(extensions);
  if (!wellFormed) return { body, search };
  const document = prepared(persisted, documents, { query: query ?? undefined, extensions, documentId });
  if (document === undefined) return { body, search };
  const { persistedQuery: _found, ...otherExtensions } = extensions ?? {};
  const plain = plainRequest(body as Record<string, unknown>, document.prepared);
  return { body: { ...body, query: document.text, extensions: otherExtensions }, search, ...(plain && { plain }) };
}

/** The parts of a well-formed request; undefined when one of them is of another type than it should be. */
function plainRequest({ operationName, variables }: Record<string, unknown>, document: PreparedDocument): Sent['plain'] {
  const named = operationName === undefined || operationName === null || typeof operationName === 'string';
  return named && isObjectOrAbsent(variables) ? { prepared: document, operationName, variables } : undefined;
}

/** The media type of the answer, for what clients commonly accept; undefined where types have to be weighed against each other. */
function typeAccepted(accept: string | undefined): string | undefined {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return JSON_TYPE;
  return accept === 'application/graphql-response+json' ? RESPONSE_JSON : undefined;
}

/** @throws GraphQLError, or an AggregateError of several, when the document is refused */
function prepared(
  persisted: PersistedDocuments,
  documents: Documents,
  reference: Parameters<PersistedDocuments>[0],
): { text: string; prepared: PreparedDocument } | undefined {
  const text = persisted(reference);
  if (text === undefined) return undefined;
  const document = documents.prepare(text);
  if ('errors' in document) throw new AggregateError(document.errors);
  return { text, prepared: document };
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown, { options }: HttpParts): void {
  const errors = (error instanceof AggregateError ? error.errors : [error]).map(toGraphQL);
  logErrors(errors, request.id, options.log);
  const http = errors[0]?.extensions['http'] as { status?: number; headers?: HeaderMap } | undefined;
  const status = http?.status ?? 500;
  for (const [name, value] of http?.headers ?? []) reply.header(name, value);
  if (status === 401) reply.header('www-authenticate', 'Bearer error="invalid_token"');
  const accept = request.headers.accept ?? '';
  const type = accept.includes('application/graphql-response+json') && !accept.includes('application/json') ? RESPONSE_JSON : JSON_TYPE;
  reply
    .code(status)
    .header('x-request-id', request.id)
    .type(type)
    .send(JSON.stringify({ errors: errors.map((each) => publicError(each, request.id)) }));
}

function toGraphQL(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof UnauthenticatedError) return refusal('UNAUTHENTICATED', error.message, { status: 401 });
  return new GraphQLError('A request failed.', { originalError: error as Error });
}

/** Fastify's own refusals, in the words of this protocol. */
function fromFastify(error: FastifyError, limits: GatewayLimits): unknown {
  const { statusCode: status = 500, code } = error;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return refusal('BAD_REQUEST', `The request is larger than ${limits.maxBodyBytes} bytes.`, { status });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return refusal('BAD_REQUEST', 'The content type must be application/json.', { status });
  if (status === 400) return refusal('BAD_REQUEST', 'The request body is not valid JSON.', { status });
  return error;
}

function searchOf(request: FastifyRequest): string {
  const url = request.raw.url ?? '';
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}

/** @apollo/server wants a map of its own make, which differs from any other only in how names are set: here they are in lower case already. */
function headerMap(headers: FastifyRequest['headers']): HeaderMap {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  return map as HeaderMap;
}

function isObjectOrAbsent(value: unknown): value is Record<string, unknown> | null | undefined {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}

function jsonObject(text: string | null): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isObjectOrAbsent(value) ? (value ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}
