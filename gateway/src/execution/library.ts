/**
 * @apollo/gateway's execution of query plans, loaded when the first operation needs it: it brings 60 MB and most of a second of a start, and
 * operations that one subgraph answers go without.
 */
import type { executeQueryPlan } from '@apollo/gateway';
import { type DocumentNode, type GraphQLSchema, Kind } from 'graphql';
import { selectOperation } from '../documents.ts';

type Execute = typeof executeQueryPlan;
/** What @apollo/gateway wants to know of the operation of a plan. */
export type OperationContext = Parameters<Execute>[3];

let loading: Promise<{ executeQueryPlan: Execute }> | undefined;

/** Executes a query plan with all that federation knows. */
export async function executeByLibrary(...details: Parameters<Execute>): ReturnType<Execute> {
  const { executeQueryPlan: execute } = await (loading ??= import('@apollo/gateway'));
  return execute(...details);
}

/** @throws GraphQLError when the document has no such operation */
export function operationContextOf(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): OperationContext {
  const fragments = Object.create(null) as OperationContext['fragments'];
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return { schema, operation: selectOperation(document, operationName), fragments };
}
