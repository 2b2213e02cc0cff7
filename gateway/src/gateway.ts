/** The gateway: one graph in front of all subgraphs. Puts the parts together; every way in goes through the same three steps. */
import type { FastifyInstance } from 'fastify';
import { type FormattedExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { realClock } from '@nodo-aperto/kernel/time';
import { createAdmission } from './admission.ts';
import { startApollo } from './apollo.ts';
import { functionsOf, rolesOf } from './authorization.ts';
import { connectSubgraphs } from './data-sources/index.ts';
import { createDocuments, selectOperation } from './documents.ts';
import { refusal } from './errors.ts';
import { registerHttp } from './http.ts';
import { createIdentity } from './identity.ts';
import { logErrors, publicError } from './masking.ts';
import { DEFAULT_LIMITS, type GatewayLimits, type GatewayOptions, type RequestContext } from './options.ts';
import { createPersistedDocuments } from './persisted-documents.ts';
import { createSubscriptionExecutor } from './subscriptions/executor.ts';
import { loadSupergraph } from './supergraph.ts';
import { attachWebsockets, type Websockets } from './websocket.ts';

/** One operation, as a client sends it. */
export interface GatewayRequest {
  query?: string | undefined;
  variables?: Record<string, unknown> | null | undefined;
  operationName?: string | null | undefined;
  extensions?: Record<string, unknown> | null | undefined;
  principal?: Principal | undefined;
  /** Id and trace of the request; made when absent. */
  request?: RequestContext | undefined;
}

/** What is open at the moment. */
export interface GatewayActivity {
  sockets: number;
  streams: number;
  subscribers: number;
}

export interface Gateway {
  /**
   * Serves the graph: POST and GET at the path, GraphiQL for browsers, and websockets (graphql-transport-ws) at the same path.
   * @param path by default `/graphql`
   */
  register(app: FastifyInstance, path?: string): Promise<void>;
  /** Runs a query or mutation. Errors are in the result, masked as for any client. */
  execute(request: GatewayRequest): Promise<FormattedExecutionResult>;
  /** Opens a subscription; a refusal is an ordinary result. */
  subscribe(request: GatewayRequest): Promise<AsyncIterableIterator<FormattedExecutionResult> | FormattedExecutionResult>;
  activity(): GatewayActivity;
  /** Ends subscriptions, closes sockets and connections to subgraphs. */
  stop(): Promise<void>;
}

/** @throws Error when the supergraph cannot be served, or a transport is not usable */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { supergraphSdl, metrics, log, clock } = options;
  // Patience with the network is real time, whatever the platform's clock does.
  const networkClock = realClock();
  const supergraph = loadSupergraph(supergraphSdl);
  const subgraphs = connectSubgraphs({
    subgraphs: supergraph.subgraphs,
    transports: options.transports,
    sealer: options.sealer,
    limits,
    metrics,
    networkClock,
  });
  const schema = supergraph.apiSchema;
  const roles = options.verify === 'no-auth' ? undefined : rolesOf(supergraphSdl);
  const documents = createDocuments({ schema, limits, introspection: options.introspection });
  const admission = createAdmission({ schema, roles, functions: functionsOf(supergraphSdl), limits });
  const persisted = createPersistedDocuments({ documents: options.persistedDocuments, only: options.onlyPersisted });
  const identity = createIdentity({ verify: options.verify, random: cryptographicStream() });
  const apollo = await startApollo({
    supergraphSdl,
    subgraphs,
    documents,
    admission,
    introspection: options.introspection,
    maxTokens: limits.maxTokens,
    log,
  });
  const subscriptions = createSubscriptionExecutor({ supergraph, subgraphs, limits, log, metrics });
  const sockets = new Set<Websockets>();

  /** The document of a request, prepared. */
  const prepare = (request: GatewayRequest) => {
    const text = persisted(request);
    return text === undefined ? undefined : { text, prepared: documents.prepare(text) };
  };
  /** Whatever goes wrong on the way becomes the result. */
  const guarded = async <Result>(request: RequestContext, work: () => Promise<Result>): Promise<Result | FormattedExecutionResult> => {
    try {
      return await work();
    } catch (error) {
      const failure = error instanceof GraphQLError ? error : new GraphQLError('An operation failed.', { originalError: error as Error });
      logErrors([failure], request.id, log);
      return { errors: [publicError(failure, request.id)] };
    }
  };

  const gateway: Gateway = {
    execute(given) {
      const request = given.request ?? identity.newRequest();
      return guarded(request, async () => {
        const found = prepare(given);
        if (found && 'errors' in found.prepared) return { errors: found.prepared.errors.map((error) => publicError(error, request.id)) };
        const response = await apollo.executeOperation(
          {
            query: found?.text ?? '',
            variables: given.variables ?? {},
            ...(given.operationName && { operationName: given.operationName }),
          },
          { contextValue: { principal: given.principal, request } },
        );
        if (response.body.kind !== 'single') throw new Error('The gateway does not deliver incrementally.');
        return response.body.singleResult;
      });
    },
    subscribe(given) {
      const request = given.request ?? identity.newRequest();
      return guarded(request, async () => {
        const found = prepare(given);
        if (!found) throw refusal('BAD_REQUEST', 'A subscription needs a document.');
        if ('errors' in found.prepared) return { errors: found.prepared.errors.map((error) => publicError(error, request.id)) };
        const { document, hash } = found.prepared;
        const operation = selectOperation(document, given.operationName);
        if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
          throw refusal('BAD_REQUEST', `The operation is a ${operation.operation}, not a subscription.`);
        }
        const variables = given.variables ?? undefined;
        admission({ document, operation, variables, principal: given.principal });
        return subscriptions.subscribe({ document, hash, operation, variables, principal: given.principal, request });
      });
    },
    async register(app, path = '/graphql') {
      await registerHttp(app, path, { apollo, persisted, documents, identity, options, limits });
      sockets.add(
        attachWebsockets(app.server, path, { gateway, documents, persisted, identity, limits, clock, networkClock, log, metrics, schema }),
      );
    },
    activity: () => ({ ...subscriptions.activity(), sockets: [...sockets].reduce((sum, each) => sum + each.open(), 0) }),
    async stop() {
      subscriptions.stop();
      await Promise.all([...sockets].map((each) => each.close()));
      sockets.clear();
      await apollo.stop();
      await subgraphs.close();
    },
  };
  return gateway;
}
