/** The gateway: one graph in front of all subgraphs. Puts the parts together; every way in goes through the same three steps. */
import { type FormattedExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { realClock } from '@nodo-aperto/kernel/time';
import { createAdmission } from './admission.ts';
import type { startApollo } from './apollo.ts';
import { functionsOf, rolesOf } from './authorization.ts';
import { connectSubgraphs } from './data-sources/index.ts';
import { createDocuments, selectOperation } from './documents.ts';
import { refusal } from './errors.ts';
import { createOperationExecutor } from './execution/executor.ts';
import { createOperations } from './execution/operation.ts';
import { registerHttp } from './http.ts';
import { createIdentity } from './identity.ts';
import { createRateLimit } from './limits/index.ts';
import { logErrors, publicError } from './masking.ts';
import { DEFAULT_LIMITS, type GatewayLimits, type GatewayOptions, type RequestContext } from './options.ts';
import { createOrigins } from './origins.ts';
import { createPersistedDocuments } from './persisted-documents.ts';
import { createSubscriptionExecutor } from './subscriptions/executor.ts';
import { loadSupergraph } from './supergraph.ts';
import type { Gateway, GatewayRequest } from './surface.ts';
import { attachWebsockets, type Websockets } from './websocket.ts';

/** @throws Error when the supergraph cannot be served, or a transport is not usable */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { supergraphSdl, metrics, log, clock } = options;
  // Patience with the network is real time, whatever the platform's clock does.
  const networkClock = realClock();
  const supergraph = loadSupergraph(supergraphSdl, options.trustedSupergraph);
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
  const rate = options.rate && options.verify !== 'no-auth' ? createRateLimit(options.rate, networkClock) : undefined;
  const origins = createOrigins(options.allowedOrigins ?? []);
  const admission = createAdmission({ schema, roles, functions: functionsOf(supergraphSdl), limits, rate });
  const persisted = createPersistedDocuments({ documents: options.persistedDocuments, only: options.onlyPersisted });
  const identity = createIdentity({ verify: options.verify, random: cryptographicStream() });
  const execute = createOperationExecutor({ supergraph, subgraphs, log });
  const run = createOperations({ admission, execute, log });
  // Asked only about requests that are out of the ordinary (http.ts): it is started by the first one.
  let starting: ReturnType<typeof startApollo> | undefined;
  const apollo = async () => {
    const { introspection } = options;
    starting ??= import('./apollo.ts').then((room) =>
      room.startApollo({ schema, supergraphSdl, execute, documents, admission, introspection, maxTokens: limits.maxTokens, log }),
    );
    return starting;
  };
  const subscriptions = createSubscriptionExecutor({ supergraph, subgraphs, limits, log, metrics });
  const sockets = new Set<Websockets>();

  /** The document of a request, prepared. */
  const prepare = (request: GatewayRequest) => {
    const text = persisted(request);
    return text === undefined ? undefined : documents.prepare(text);
  };
  /** Whatever goes wrong on the way becomes the result. */
  const guarded = async <Result>(request: RequestContext, work: () => Promise<Result>): Promise<Result | FormattedExecutionResult> => {
    try {
      return await work();
    } catch (error) {
      const failures = (error instanceof AggregateError ? error.errors : [error]).map((each: unknown) =>
        each instanceof GraphQLError ? each : new GraphQLError('An operation failed.', { originalError: each as Error }),
      );
      logErrors(failures, request.id, log);
      return { errors: failures.map((each) => publicError(each, request.id)) };
    }
  };

  const gateway: Gateway = {
    execute(given) {
      const request = given.request ?? identity.newRequest();
      return guarded(request, async () => {
        const prepared = prepare(given);
        if (!prepared) throw refusal('BAD_REQUEST', 'An operation needs a document.');
        if ('errors' in prepared) return { errors: prepared.errors.map((error) => publicError(error, request.id)) };
        const context = { principal: given.principal, request, address: given.address };
        return run({ prepared, operationName: given.operationName, variables: given.variables, context });
      });
    },
    subscribe(given) {
      const request = given.request ?? identity.newRequest();
      return guarded(request, async () => {
        const prepared = prepare(given);
        if (!prepared) throw refusal('BAD_REQUEST', 'A subscription needs a document.');
        if ('errors' in prepared) return { errors: prepared.errors.map((error) => publicError(error, request.id)) };
        const { document, hash } = prepared;
        const operation = selectOperation(document, given.operationName);
        if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
          throw refusal('BAD_REQUEST', `The operation is a ${operation.operation}, not a subscription.`);
        }
        const variables = given.variables ?? undefined;
        admission({ document, operation, variables, principal: given.principal, address: given.address });
        return subscriptions.subscribe({ document, hash, operation, variables, principal: given.principal, request });
      });
    },
    async register(app, path = '/graphql') {
      await registerHttp(app, path, { apollo, run, persisted, documents, identity, options, limits, rate, origins });
      sockets.add(
        attachWebsockets(app.server, path, {
          gateway,
          documents,
          persisted,
          identity,
          limits,
          rate,
          origins,
          clock,
          networkClock,
          log,
          metrics,
          schema,
        }),
      );
    },
    activity: () => ({ ...subscriptions.activity(), sockets: [...sockets].reduce((sum, each) => sum + each.open(), 0) }),
    async stop() {
      subscriptions.stop();
      await Promise.all([...sockets].map((each) => each.close()));
      sockets.clear();
      await (await starting)?.stop();
      await subgraphs.close();
    },
  };
  return gateway;
}
