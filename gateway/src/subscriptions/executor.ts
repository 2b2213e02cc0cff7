/**
 * Subscriptions over the supergraph, which @apollo/gateway plans but does not execute. The subgraph that owns the root field opens the
 * stream; every event then runs through the rest of the plan, so that its entities are completed from the other subgraphs.
 */
import type { ServiceMap } from '@apollo/gateway';
import { type DocumentNode, type FormattedExecutionResult, getVariableValues, GraphQLError, type OperationDefinitionNode } from 'graphql';
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Metrics } from '@nodo-aperto/kernel/metrics';
import { type FetchResponse, type SubgraphConnections, withoutTransport } from '../data-sources/index.ts';
import { interrupted, refusal } from '../errors.ts';
import { executeByLibrary } from '../execution/library.ts';
import { logErrors, publicError, publicResult } from '../masking.ts';
import type { GatewayContext, GatewayLimits, RequestContext } from '../options.ts';
import type { LoadedSupergraph } from '../supergraph.ts';
import { createSubscriptionPlans, type SubscriptionPlan } from './plan-cache.ts';
import { SharedStream } from './shared-stream.ts';
import { shareKey, startsAtCursor } from './share-key.ts';

/** A subscription that was validated and admitted. */
export interface SubscriptionRequest {
  document: DocumentNode;
  hash: string;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>> | undefined;
  principal: Principal | undefined;
  request: RequestContext;
}

export interface SubscriptionExecutor {
  /** @returns the events, masked and ready to be sent, or the answer that refuses the subscription */
  subscribe(request: SubscriptionRequest): Promise<AsyncIterableIterator<FormattedExecutionResult> | FormattedExecutionResult>;
  /** What is open now. */
  activity(): { streams: number; subscribers: number };
  stop(): void;
}

type Stream = SharedStream<FetchResponse>;
type GatewayRequest = Parameters<typeof executeByLibrary>[2];

export function createSubscriptionExecutor(options: {
  supergraph: LoadedSupergraph;
  subgraphs: SubgraphConnections;
  limits: GatewayLimits;
  log: Logger;
  metrics: Metrics;
}): SubscriptionExecutor {
  const { supergraph, subgraphs, limits, log, metrics } = options;
  const plans = createSubscriptionPlans(supergraph);
  const dataSources: ServiceMap = Object.fromEntries([...subgraphs.clients.keys()].map((name) => [name, subgraphs.dataSource(name)]));
  const streams = new Set<Stream>();
  const joinable = new Map<string, Stream>();
  const completed = metrics.counter('gateway_events_total', 'Events completed for subscribers');
  const dropped = metrics.counter('gateway_slow_consumers_total', 'Subscribers dropped because they did not read');
  const count = () => ({ streams: streams.size, subscribers: [...streams].reduce((sum, { subscribers }) => sum + subscribers, 0) });
  metrics.gauge('gateway_streams', 'Event streams open towards subgraphs', [], (gauge) => gauge.set(count().streams));
  metrics.gauge('gateway_subscribers', 'Subscribers of event streams', [], (gauge) => gauge.set(count().subscribers));

  /** Runs one event through the rest of the plan. */
  const complete = async (
    plan: SubscriptionPlan,
    event: FetchResponse,
    context: GatewayContext,
    variables: SubscriptionRequest['variables'],
  ) => {
    completed.inc();
    const services: ServiceMap = { ...dataSources, [plan.eventService]: { process: async () => withoutTransport(event) } };
    const request = { request: { variables: { ...variables } }, context, logger: log, metrics: {} } as unknown as GatewayRequest;
    const result = await executeByLibrary(
      plan.perEvent,
      services,
      request,
      plan.operationContext,
      supergraph.supergraphSchema,
      supergraph.plannerSchema,
    );
    const errors = result.errors?.map((error) => fromItsSubgraph(error, plan));
    return publicResult({ ...result, ...(errors && { errors }) }, context.request.id, log);
  };

  const makeStream = (plan: SubscriptionPlan, key: string, { variables, request }: SubscriptionRequest): Stream => {
    const context = (): GatewayContext => ({ principal: stream.principal(), request });
    const { serviceName, operation: query, operationName, variableUsages = [] } = plan.primary;
    const used = Object.fromEntries(
      variableUsages.filter((name) => variables?.[name] !== undefined).map((name) => [name, variables?.[name]]),
    );
    const stream: Stream = new SharedStream<FetchResponse>({
      async open() {
        const opened = await subgraphs.clients.get(serviceName)?.subscribe({ query, variables: used, operationName }, context);
        if (!opened) throw new Error(`The supergraph has no subgraph ${serviceName}.`);
        return 'next' in opened ? opened : { refused: await complete(plan, opened, context(), variables) };
      },
      complete: (event) => complete(plan, event, context(), variables),
      failure(error) {
        const known = error instanceof GraphQLError ? error : new GraphQLError('A stream failed.', { originalError: error as Error });
        logErrors([known], request.id, log);
        const { message, extensions } = publicError(known, request.id);
        return new GraphQLError(message, { extensions });
      },
      queueLimit: limits.subscriberQueue,
      onSlowConsumer: () => dropped.inc(),
      onClose() {
        streams.delete(stream);
        if (joinable.get(key) === stream) joinable.delete(key);
      },
    });
    streams.add(stream);
    return stream;
  };

  return {
    async subscribe(request) {
      const { document, hash, operation, variables, principal } = request;
      const { errors } = getVariableValues(supergraph.apiSchema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 20 });
      if (errors) return { errors: errors.map((error) => publicError(refusal('BAD_USER_INPUT', error.message, { nodes: error.nodes }))) };
      const operationName = operation.name?.value;
      const plan = plans(document, hash, operationName);
      const key = shareKey({ hash, operationName, variables, principal });
      const existing = joinable.get(key);
      if (existing && !existing.closed && (existing.untouched || !startsAtCursor(operation, variables))) return existing.join(principal);
      if (streams.size >= limits.maxStreams) {
        throw refusal('LIMIT_EXCEEDED', `There are ${limits.maxStreams} event streams open already.`, {
          extensions: { limit: limits.maxStreams },
        });
      }
      const stream = makeStream(plan, key, request);
      joinable.set(key, stream);
      return stream.join(principal);
    },
    activity: count,
    stop() {
      for (const stream of streams) stream.stop(interrupted(new Error('The gateway stops.')));
    },
  };
}

/** Errors of the event itself belong to the subgraph that sent it, not to the service that plays it back. */
function fromItsSubgraph(error: GraphQLError, plan: SubscriptionPlan): GraphQLError {
  if (error.extensions?.['serviceName'] === plan.eventService) error.extensions['serviceName'] = plan.primary.serviceName;
  return error;
}
