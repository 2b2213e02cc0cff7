/**
 * The shape of an answer, worked out once for an operation, so that a subgraph's answer is checked and copied in one walk. It says yes only
 * to what it knows to be right: anything else is left to @apollo/gateway, whose post-processing knows every case but walks the operation anew
 * for each request.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNullableType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The value is not what was expected. */
export const MISFIT = Symbol('misfit');

/** Copies a value of the expected shape, in the order of the operation; MISFIT when it is anything else. */
export type Fit = (value: unknown) => unknown;

const MAX_INT = 2 ** 31 - 1;

/**
 * @param operation validated against the schema
 * @returns undefined when the answer depends on more than the operation: on variables (`@skip`, `@include`), on the type of an object, or on
 * the schema itself (introspection)
 */
export function compileShape(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): Fit | undefined {
  const root = schema.getRootType(operation.operation);
  return root ? fitObject({ schema, fragments }, root, [operation.selectionSet]) : undefined;
}

interface Source {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** The fields of an object by the name that they have in the answer; a name may be selected several times. */
function collect(source: Source, type: GraphQLObjectType, set: SelectionSetNode, found: Map<string, FieldNode[]>): boolean {
  return set.selections.every((selection) => {
    if (selection.directives && selection.directives.length > 0) return false;
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      const same = found.get(name);
      if (same) same.push(selection);
      else found.set(name, [selection]);
      return true;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : source.fragments[selection.name.value];
    if (!fragment) return false;
    const condition = fragment.typeCondition && source.schema.getType(fragment.typeCondition.name.value);
    const applies = !condition || condition === type || (isAbstractType(condition) && source.schema.isSubType(condition, type));
    return !applies || collect(source, type, fragment.selectionSet, found);
  });
}

function fitObject(source: Source, type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Fit | undefined {
  const nodes = new Map<string, FieldNode[]>();
  if (!sets.every((set) => collect(source, type, set, nodes))) return undefined;
  const fields: { name: string; fit: Fit }[] = [];
  for (const [name, [first, ...more]] of nodes) {
    // Assigned to an object, it would not become a field.
    if (!first || name === '__proto__') return undefined;
    const fit = fitField(source, type, first, more);
    if (!fit) return undefined;
    fields.push({ name, fit });
  }
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return MISFIT;
    const given = value as Record<string, unknown>;
    const copy: Record<string, unknown> = {};
    for (const { name, fit } of fields) {
      const fitted = fit(given[name]);
      if (fitted === MISFIT) return MISFIT;
      copy[name] = fitted;
    }
    return copy;
  };
}

function fitField(source: Source, parent: GraphQLObjectType, node: FieldNode, more: readonly FieldNode[]): Fit | undefined {
  // A subgraph may not have been asked for it: the name is known without.
  if (node.name.value === '__typename') return () => parent.name;
  const field = parent.getFields()[node.name.value];
  if (!field) return undefined;
  const sets = [node, ...more].flatMap(({ selectionSet }) => selectionSet ?? []);
  return fitType(source, field.type, sets);
}

function fitType(source: Source, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Fit | undefined {
  const inner = getNullableType(type);
  const fit = fitNullable(source, inner, sets);
  if (!fit) return undefined;
  if (isNonNullType(type)) return (value) => (value === null || value === undefined ? MISFIT : fit(value));
  // What is not there at all is left to those who know why.
  return (value) => (value === null ? null : value === undefined ? MISFIT : fit(value));
}

function fitNullable(source: Source, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Fit | undefined {
  if (isListType(type)) {
    const fit = fitType(source, type.ofType as GraphQLOutputType, sets);
    return fit && fitList(fit);
  }
  if (isObjectType(type)) return fitObject(source, type, sets);
  return isLeafType(type) ? fitLeaf(type) : undefined;
}

function fitList(fit: Fit): Fit {
  return (value) => {
    if (!Array.isArray(value)) return MISFIT;
    const copy: unknown[] = [];
    for (const item of value) {
      const fitted = fit(item);
      if (fitted === MISFIT) return MISFIT;
      copy.push(fitted);
    }
    return copy;
  };
}

function fitLeaf(type: GraphQLLeafType): Fit {
  const isRight = isEnumType(type) ? isOneOf(new Set(type.getValues().map(({ name }) => name))) : (SCALARS[type.name] ?? isPlain);
  return (value) => (isRight(value) ? value : MISFIT);
}

const isOneOf =
  (names: ReadonlySet<unknown>) =>
  (value: unknown): boolean =>
    names.has(value);
/** A scalar of the subgraphs' own: only they know which values it has. */
const isPlain = (value: unknown): boolean => typeof value !== 'function' && typeof value !== 'symbol';
const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  Int: (value) => Number.isInteger(value) && Math.abs(value as number) <= MAX_INT,
  Float: (value) => Number.isFinite(value),
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
};
