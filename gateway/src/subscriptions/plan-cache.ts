/** Query plans of subscriptions, each made once: what opens the stream, and what completes every event from other subgraphs. */
import { operationFromDocument } from '@apollo/federation-internals';
import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import { invariant } from '@nodo-aperto/kernel/faults';
import { type OperationContext, operationContextOf } from '../execution/library.ts';
import { LeastRecentlyUsed } from '../lru.ts';
import type { LoadedSupergraph } from '../supergraph.ts';

export interface SubscriptionPlan {
  /** Opens the stream on the subgraph that owns it. */
  primary: FetchNode;
  /** Completes one event: its first step takes the event itself from the service named `eventService`. */
  perEvent: QueryPlan;
  eventService: string;
  operationContext: OperationContext;
}

export type SubscriptionPlans = (document: DocumentNode, hash: string, operationName: string | undefined) => SubscriptionPlan;

const KEPT_PLANS = 500;

/** Plans validated subscriptions. */
export function createSubscriptionPlans(supergraph: LoadedSupergraph): SubscriptionPlans {
  const kept = new LeastRecentlyUsed<SubscriptionPlan>(KEPT_PLANS);
  return (document, hash, operationName) => {
    const key = `${hash}:${operationName ?? ''}`;
    const known = kept.get(key);
    if (known) return known;
    const plan = makePlan(supergraph, document, operationName);
    kept.set(key, plan);
    return plan;
  };
}

function makePlan(
  { planner, plannerSchema, apiSchema }: LoadedSupergraph,
  document: DocumentNode,
  operationName: string | undefined,
): SubscriptionPlan {
  const operation = operationFromDocument(plannerSchema, document, operationName === undefined ? {} : { operationName });
  const { node } = planner.buildQueryPlan(operation);
  invariant(node?.kind === 'Subscription', 'A valid subscription has exactly one field, and its plan opens a stream.');
  const { primary, rest } = node;
  // No subgraph can have this name: names of subgraphs have no spaces.
  const eventService = `${primary.serviceName} event`;
  const takeEvent: FetchNode = { ...primary, serviceName: eventService };
  const nodes: PlanNode[] = rest ? [takeEvent, rest] : [takeEvent];
  return {
    primary,
    perEvent: { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } },
    eventService,
    operationContext: operationContextOf(apiSchema, document, operationName),
  };
}
