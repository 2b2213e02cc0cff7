/** A hosted subgraph behind HTTP and one websocket, for a gateway in another process. Only sealed callers are let in. */
import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createSourceEventStream, execute, type ExecutionArgs, GraphQLError, type GraphQLFormattedError, parse, validate } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { PRINCIPAL_HEADER, type PrincipalSealer } from '../auth/index.ts';
import { UnauthenticatedError } from '../faults/index.ts';
import { runWithTrace } from '../events/index.ts';
import type { RequestContext, SubgraphContext } from '../graphql/index.ts';
import { LARGEST_BODY, traceparentOf } from '../http/index.ts';
import type { HostedSubgraph } from './definition.ts';

/** A page of references to entities is larger than what clients may send; only the gateway gets in here. */
const LARGEST_REQUEST = 4 * 1024 * 1024;
const REQUEST_ID = /^[\w-]{8,64}$/;

export interface SubgraphServing {
  /** Closes the sockets; the HTTP server is the caller's. */
  stop(): Promise<void>;
}

/** Registers `/graphql` (POST, and websocket upgrade) for the subgraph. */
export async function serveSubgraph(app: FastifyInstance, hosted: HostedSubgraph, sealer: PrincipalSealer): Promise<SubgraphServing> {
  const server = new ApolloServer<SubgraphContext>({
    schema: hosted.schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    formatError: keepInputCode,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  server.startInBackgroundHandlingStartupErrorsByLoggingAndFailingAllRequests();

  const post = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const principal = await hosted.scoped(sealer.open(headerOf(request.headers[PRINCIPAL_HEADER])));
    const context = hosted.context(
      principal,
      requestContext(request.headers as Record<string, unknown>, request.id, traceparentOf(request)),
    );
    await answer(server, request, reply, context);
  };
  app.route({ method: 'POST', url: '/graphql', bodyLimit: LARGEST_REQUEST, handler: post });

  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_BODY });
  const disposable = useServer(
    {
      subscribe: (parameters: ExecutionArgs) => eventStream(hosted, parameters),
      onSubscribe: async (_context, id, payload) => {
        const extensions = (payload.extensions ?? {}) as Record<string, unknown>;
        const principal = openSealed(sealer, extensions[PRINCIPAL_HEADER]);
        if (principal instanceof GraphQLError) return [principal];
        const document = parse(payload.query, { maxTokens: 2_000 });
        const errors = validate(hosted.schema, document);
        if (errors.length > 0) return errors;
        return {
          schema: hosted.schema,
          document,
          operationName: payload.operationName,
          variableValues: payload.variables,
          contextValue: hosted.context(await hosted.scoped(principal.caller), requestContext(extensions, id, undefined)),
        };
      },
    },
    sockets,
  );
  app.server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] !== '/graphql') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  return {
    async stop() {
      await disposable.dispose();
      await server.stop();
    },
  };
}

/** A value that a client wrote into its document is refused while the document is validated: it stays bad input, not a bad document. */
function keepInputCode(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { originalError } = error as GraphQLError;
  const code = originalError instanceof GraphQLError ? originalError.extensions.code : undefined;
  return code === 'BAD_USER_INPUT' ? { ...formatted, extensions: { ...formatted.extensions, code } } : formatted;
}

/** A stream whose events each get a context of their own: loaders must not remember what an earlier event saw. */
async function eventStream(hosted: HostedSubgraph, parameters: ExecutionArgs) {
  const { principal, request } = parameters.contextValue as SubgraphContext;
  const source = await createSourceEventStream(parameters);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  const stream = {
    async next() {
      const event = await events.next();
      if (event.done) return { done: true as const, value: undefined };
      return {
        done: false as const,
        value: await execute({
          ...parameters,
          rootValue: event.value,
          contextValue: hosted.context(await hosted.scoped(principal), request),
        }),
      };
    },
    async return() {
      await events.return?.();
      return { done: true as const, value: undefined };
    },
    async throw(error: unknown): Promise<never> {
      await events.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}

function openSealed(sealer: PrincipalSealer, sealed: unknown): { caller: SubgraphContext['principal'] } | GraphQLError {
  try {
    return { caller: sealer.open(headerOf(sealed)) };
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    return new GraphQLError(error.message, { extensions: { code: 'UNAUTHENTICATED' } });
  }
}

async function answer(
  server: ApolloServer<SubgraphContext>,
  request: FastifyRequest,
  reply: FastifyReply,
  context: SubgraphContext,
): Promise<void> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
  const response = await runWithTrace(context.request.traceparent, () =>
    server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body: request.body },
      context: async () => context,
    }),
  );
  for (const [name, value] of response.headers) reply.header(name, value);
  reply.code(response.status ?? 200);
  if (response.body.kind === 'complete') await reply.send(response.body.string);
  else await reply.code(500).send();
}

function headerOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function requestContext(headers: Record<string, unknown>, fallback: string, traceparent: string | undefined): RequestContext {
  const given = headers['x-request-id'];
  const trace = traceparent ?? headerOf(headers['traceparent']);
  return { id: typeof given === 'string' && REQUEST_ID.test(given) ? given : fallback, ...(trace !== undefined && { traceparent: trace }) };
}
