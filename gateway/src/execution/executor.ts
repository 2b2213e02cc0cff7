/**
 * Executes queries and mutations by their query plans. Most operations are answered by one subgraph with one fetch: those take a short way,
 * on which nothing is worked out again that only depends on the operation. The others, and every answer that is not as expected, go through
 * @apollo/gateway.
 */
import { operationFromDocument } from '@apollo/federation-internals';
import type { GraphQLDataSource, ServiceMap } from '@apollo/gateway';
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, type ExecutionResult, getVariableValues } from 'graphql';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { SubgraphConnections } from '../data-sources/index.ts';
import { refusal } from '../errors.ts';
import { LeastRecentlyUsed } from '../lru.ts';
import type { GatewayContext } from '../options.ts';
import type { LoadedSupergraph } from '../supergraph.ts';
import { executeByLibrary, type OperationContext, operationContextOf } from './library.ts';
import { compileShape, type Fit, MISFIT } from './shape.ts';

/** An operation that was validated and admitted. */
export interface ExecutionRequest {
  document: DocumentNode;
  /** sha256 of the document's text. */
  hash: string;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
  context: GatewayContext;
}

/** Runs an operation; errors are not masked yet. */
export type OperationExecutor = (request: ExecutionRequest) => Promise<ExecutionResult>;

/** What only depends on the operation. */
interface Plan {
  queryPlan: QueryPlan;
  operationContext: OperationContext;
  /** Present when one fetch answers the operation and its answer's shape is known. */
  direct?: { fetch: FetchNode; source: GraphQLDataSource; fit: Fit };
}

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;
type PlanRequest = Parameters<typeof executeByLibrary>[2];

/** Characters of the documents whose plans are kept. */
const KEPT_CHARACTERS = 1024 * 1024;
/** What a plan counts at least. */
const LEAST_WEIGHT = 1_024;

export function createOperationExecutor(options: {
  supergraph: LoadedSupergraph;
  subgraphs: SubgraphConnections;
  log: Logger;
}): OperationExecutor {
  const { supergraph, subgraphs, log } = options;
  const { apiSchema, plannerSchema } = supergraph;
  const sources: ServiceMap = Object.fromEntries([...subgraphs.clients.keys()].map((name) => [name, subgraphs.dataSource(name)]));
  const kept = new LeastRecentlyUsed<Plan>(KEPT_CHARACTERS);

  const planOf = ({ document, hash, operationName }: ExecutionRequest): Plan => {
    const key = operationName === undefined ? hash : `${hash}:${operationName}`;
    const known = kept.get(key);
    if (known) return known;
    const plan = makePlan(supergraph, sources, document, operationName);
    kept.set(key, plan, Math.max(LEAST_WEIGHT, document.loc?.end ?? 0));
    return plan;
  };
  const byLibrary = (plan: Plan, { variables, context }: ExecutionRequest, services: ServiceMap): Promise<ExecutionResult> => {
    const request = { request: { variables }, context, logger: log, metrics: {} } as unknown as PlanRequest;
    return executeByLibrary(plan.queryPlan, services, request, plan.operationContext, supergraph.supergraphSchema, plannerSchema);
  };

  return async (request) => {
    const plan = planOf(request);
    const { variableDefinitions = [] } = plan.operationContext.operation;
    if (variableDefinitions.length > 0) {
      const { errors } = getVariableValues(apiSchema, variableDefinitions, request.variables);
      // The whole request is refused: nothing was executed.
      if (errors) return { errors: errors.map(({ message, nodes }) => refusal('BAD_USER_INPUT', message, { nodes, status: 400 })) };
    }
    if (!plan.direct) return byLibrary(plan, request, sources);
    const { fetch, source, fit } = plan.direct;
    const answer = await asked(fetch, source, request);
    if (typeof answer === 'object' && !answer.errors) {
      const data = fit(answer.data);
      if (data !== MISFIT) return { data: data as Record<string, unknown> };
    }
    // Errors, or not what was promised: the same answer again, for those who know every case.
    const again: GraphQLDataSource = { process: async () => (typeof answer === 'function' ? answer() : answer) };
    return byLibrary(plan, request, { ...sources, [fetch.serviceName]: again });
  };
}

/** What the subgraph answers, or a function that throws what went wrong. */
async function asked(fetch: FetchNode, source: GraphQLDataSource, request: ExecutionRequest): Promise<Answer | (() => never)> {
  const variables: Record<string, unknown> = {};
  for (const name of fetch.variableUsages ?? []) if (request.variables[name] !== undefined) variables[name] = request.variables[name];
  const fetchRequest = { request: { query: fetch.operation, variables, operationName: fetch.operationName }, context: request.context };
  try {
    return await source.process(fetchRequest as unknown as Parameters<GraphQLDataSource['process']>[0]);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function makePlan(
  { planner, plannerSchema, apiSchema }: LoadedSupergraph,
  sources: ServiceMap,
  document: DocumentNode,
  operationName: string | undefined,
): Plan {
  const named = operationName === undefined ? {} : { operationName };
  const queryPlan = planner.buildQueryPlan(operationFromDocument(plannerSchema, document, named));
  const operationContext = operationContextOf(apiSchema, document, operationName);
  const { node } = queryPlan;
  if (node?.kind !== 'Fetch' || node.requires || node.inputRewrites?.length || node.outputRewrites?.length)
    return { queryPlan, operationContext };
  const source = sources[node.serviceName];
  const fit = compileShape(apiSchema, operationContext.operation, operationContext.fragments);
  return { queryPlan, operationContext, ...(source && fit && { direct: { fetch: node, source, fit } }) };
}
