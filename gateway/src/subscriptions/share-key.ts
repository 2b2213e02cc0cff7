/**
 * Which subscribers may share one stream: those who sent the same document and variables, and are allowed to see the same. The view has
 * everything of the caller that a subgraph decides on; who has neither tenant nor tax code shares with nobody but himself.
 */
import { createHash } from 'node:crypto';
import { Kind, type OperationDefinitionNode } from 'graphql';
import type { Principal } from '@nodo-aperto/kernel/auth';

export function shareKey(request: {
  hash: string;
  operationName: string | undefined;
  variables: unknown;
  principal: Principal | undefined;
}): string {
  const { hash, operationName, variables, principal } = request;
  return createHash('sha256')
    .update(JSON.stringify([hash, operationName ?? null, canonical(variables ?? {}), viewOf(principal)]))
    .digest('base64url');
}

function viewOf(principal: Principal | undefined): readonly unknown[] {
  if (!principal) return ['anonymous'];
  const { role, tenant, fiscalCode, products, functions, subject } = principal;
  const party = tenant === undefined && fiscalCode === undefined ? ['subject', subject] : ['party', tenant ?? null, fiscalCode ?? null];
  return [role, ...party, products ? [...products].sort() : null, functions ? [...functions].sort() : null];
}

/** The same value whatever the order of its keys; objects and lists of pairs stay different. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', ...value.map(canonical)];
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return ['object', ...entries.map(([key, each]) => [key, canonical(each)])];
}

/** The argument with which a subscription resumes after what it saw. */
const CURSOR_ARGUMENT = 'after';

/**
 * Whether the subscription starts at a place of its own. Such a stream can be joined only as long as it has delivered nothing: later
 * subscribers would miss what came before them.
 */
export function startsAtCursor(
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): boolean {
  return operation.selectionSet.selections.some((selection) => {
    // A root field inside a fragment is rare: it is taken to have a cursor, which only costs a stream of its own.
    if (selection.kind !== Kind.FIELD) return true;
    const value = selection.arguments?.find(({ name }) => name.value === CURSOR_ARGUMENT)?.value;
    if (!value || value.kind === Kind.NULL) return false;
    if (value.kind !== Kind.VARIABLE) return true;
    const given = variables?.[value.name.value];
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === value.name.value);
    return given === undefined ? definition?.defaultValue !== undefined : given !== null;
  });
}
