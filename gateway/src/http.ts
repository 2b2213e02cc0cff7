/** GraphQL over HTTP on Fastify: who calls, which document, then @apollo/server. Every refusal is a GraphQL response. */
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { UnauthenticatedError } from '@nodo-aperto/kernel/faults';
import type { Documents } from './documents.ts';
import { refusal } from './errors.ts';
import { registerGraphiql } from './graphiql.ts';
import type { Identity } from './identity.ts';
import { logErrors, publicError } from './masking.ts';
import type { GatewayContext, GatewayLimits, GatewayOptions } from './options.ts';
import type { PersistedDocuments } from './persisted-documents.ts';

export interface HttpParts {
  apollo: ApolloServer<GatewayContext>;
  persisted: PersistedDocuments;
  documents: Documents;
  identity: Identity;
  options: GatewayOptions;
  limits: GatewayLimits;
}

const RESPONSE_JSON = 'application/graphql-response+json; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

export async function registerHttp(app: FastifyInstance, path: string, parts: HttpParts): Promise<void> {
  const { options, limits } = parts;
  const seconds = options.metrics.histogram('gateway_request_seconds', 'Duration of GraphQL requests over HTTP', ['status']);
  await app.register(async (scope) => {
    const graphiql = options.graphiql ? await registerGraphiql(scope, path, options.graphiqlDefaultQuery) : undefined;
    scope.removeContentTypeParser('text/plain');
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
  const size = Number.isNaN(declared) && request.body ? Buffer.byteLength(JSON.stringify(request.body)) : declared;
  if (size > limit) throw refusal('BAD_REQUEST', `The request is larger than ${limit} bytes.`, { status: 413 });
}

/** A person with a browser, rather than a program: GraphiQL is for the former. */
function isBrowser({ method, headers }: FastifyRequest): boolean {
  const accept = headers.accept ?? '';
  return method === 'GET' && accept.includes('text/html') && !accept.includes('json');
}

async function answer(request: FastifyRequest, reply: FastifyReply, parts: HttpParts): Promise<void> {
  const { headers } = request;
  let principal: GatewayContext['principal'];
  let sent: { body: unknown; search: string };
  try {
    principal = await parts.identity.authenticate(headers.authorization);
    assertSize(request, principal === undefined ? parts.limits.maxAnonymousBodyBytes : parts.limits.maxBodyBytes);
    sent = withDocument(request, parts);
  } catch (error) {
    return refuse(request, reply, error, parts);
  }
  const context = { principal, request: parts.identity.newRequest({ id: request.id, traceparent: headers['traceparent'] }) };
  const response = await parts.apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers: headerMap(headers), ...sent },
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
function withDocument(request: FastifyRequest, { persisted, documents }: HttpParts): { body: unknown; search: string } {
  const search = searchOf(request);
  if (request.method === 'GET') {
    const parameters = new URLSearchParams(search);
    const text = prepared(persisted, documents, {
      query: parameters.get('query') ?? undefined,
      extensions: jsonObject(parameters.get('extensions')),
      documentId: parameters.get('documentId') ?? undefined,
    });
    if (text === undefined) return { body: undefined, search };
    parameters.set('query', text);
    parameters.delete('extensions');
    return { body: undefined, search: `?${parameters}` };
  }
  const body = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { body, search };
  const { query, extensions, documentId } = body as Record<string, unknown>;
  const wellFormed = (query === undefined || query === null || typeof query === 'string') && isObjectOrAbsent(extensions);
  if (!wellFormed) return { body, search };
  const text = prepared(persisted, documents, { query: query ?? undefined, extensions, documentId });
  if (text === undefined) return { body, search };
  const { persistedQuery: _found, ...otherExtensions } = extensions ?? {};
  return { body: { ...body, query: text, extensions: otherExtensions }, search };
}

/** @throws GraphQLError, or an AggregateError of several, when the document is refused */
function prepared(persisted: PersistedDocuments, documents: Documents, reference: Parameters<PersistedDocuments>[0]): string | undefined {
  const text = persisted(reference);
  if (text === undefined) return undefined;
  const document = documents.prepare(text);
  if ('errors' in document) throw new AggregateError(document.errors);
  return text;
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown, { options }: HttpParts): void {
  const errors = (error instanceof AggregateError ? error.errors : [error]).map(toGraphQL);
  logErrors(errors, request.id, options.log);
  const status = (errors[0]?.extensions['http'] as { status?: number } | undefined)?.status ?? 500;
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

function headerMap(headers: FastifyRequest['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  return map;
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
