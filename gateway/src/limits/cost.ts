/**
 * What an operation may cost: the number of values that its answer can hold. A field counts one, times the sizes of the lists above it.
 * Sizes are read from `first` or `last`, as literals or variables. The document is walked once, to a tree that then only needs variables.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  isInterfaceType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  valueFromASTUntyped,
  type ValueNode,
} from 'graphql';

/** The cost of an operation with these variables. */
export type Cost = (variables: Readonly<Record<string, unknown>>) => number;

/** The arguments that say how long a list will be. */
const SIZE_ARGUMENTS = ['first', 'last'] as const;
/** A write does more than read one value. */
const MUTATION_COST = 10;

type Term = number | { variable: string; otherwise: number };
/** The largest of these. */
type Size = readonly Term[];

const ONCE: Size = [1];

interface CostNode {
  own: number;
  /** How many times the children may occur. */
  times: Size;
  children: CostNode[];
}

interface Compilation {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  defaultListSize: number;
}

/** Prepares the cost of a validated operation whose fragments, unfolded, are known to be few enough. */
export function compileCost(compilation: Compilation): Cost {
  const { schema, operation } = compilation;
  const root = schema.getRootType(operation.operation);
  const rootCost = operation.operation === OperationTypeNode.MUTATION ? MUTATION_COST : 1;
  const nodes = root ? compileSelections(compilation, operation.selectionSet, root, undefined) : [];
  for (const node of nodes) node.own = rootCost;
  if (nodes.every(isConstant)) {
    const cost = sum(nodes, {});
    return () => cost;
  }
  return (variables) => sum(nodes, variables);
}

function compileSelections(c: Compilation, set: SelectionSetNode, parent: GraphQLNamedType, inherited: Size | undefined): CostNode[] {
  return set.selections.flatMap((selection): CostNode[] => {
    switch (selection.kind) {
      case Kind.FIELD:
        return [compileField(c, selection, parent, inherited)];
      case Kind.INLINE_FRAGMENT: {
        const type = selection.typeCondition ? c.schema.getType(selection.typeCondition.name.value) : parent;
        return compileSelections(c, selection.selectionSet, type ?? parent, inherited);
      }
      case Kind.FRAGMENT_SPREAD: {
        const fragment = c.fragments.get(selection.name.value);
        const type = fragment && c.schema.getType(fragment.typeCondition.name.value);
        return fragment && type ? compileSelections(c, fragment.selectionSet, type, inherited) : [];
      }
    }
  });
}

/** @param inherited the page size of the connection that the field belongs to: the length of its `edges` or `nodes` */
function compileField(c: Compilation, node: FieldNode, parent: GraphQLNamedType, inherited: Size | undefined): CostNode {
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  // Introspection and __typename are answered by the gateway itself, from memory.
  if (!field) return { own: 1, times: ONCE, children: [] };
  const type = getNamedType(field.type);
  const asked = askedSize(c, node, field);
  const isList = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
  const times = isList ? (asked ?? inherited ?? [c.defaultListSize]) : ONCE;
  const forConnection = isList ? undefined : asked;
  const children = node.selectionSet && isCompositeType(type) ? compileSelections(c, node.selectionSet, type, forConnection) : [];
  return { own: 1, times, children };
}

/** The size that the field asks for, or would get by default; undefined when it has no size to ask for. */
function askedSize(c: Compilation, node: FieldNode, field: GraphQLField<unknown, unknown>): Size | undefined {
  const declared = field.args.filter((argument) => SIZE_ARGUMENTS.some((name) => name === argument.name));
  if (declared.length === 0) return undefined;
  const terms = declared.flatMap((argument): Term[] => {
    const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    const byDefault = toSize(argument.defaultValue);
    const term = given ? termOf(c, given, byDefault ?? c.defaultListSize) : byDefault;
    return term === undefined ? [] : [term];
  });
  return terms.length > 0 ? terms : [c.defaultListSize];
}

function termOf(c: Compilation, value: ValueNode, otherwise: number): Term | undefined {
  if (value.kind === Kind.INT) return toSize(value.value);
  if (value.kind !== Kind.VARIABLE) return undefined;
  const definition = c.operation.variableDefinitions?.find(({ variable }) => variable.name.value === value.name.value);
  const fallback = definition?.defaultValue && toSize(valueFromASTUntyped(definition.defaultValue));
  return { variable: value.name.value, otherwise: fallback ?? otherwise };
}

function toSize(value: unknown): number | undefined {
  const size = typeof value === 'string' ? Number(value) : value;
  return typeof size === 'number' && Number.isFinite(size) ? Math.max(0, size) : undefined;
}

function sum(nodes: readonly CostNode[], variables: Readonly<Record<string, unknown>>): number {
  let total = 0;
  for (const { own, times, children } of nodes) {
    total += own + (children.length === 0 ? 0 : largest(times, variables) * sum(children, variables));
  }
  return total;
}

function largest(size: Size, variables: Readonly<Record<string, unknown>>): number {
  let most = 0;
  for (const term of size) most = Math.max(most, typeof term === 'number' ? term : (toSize(variables[term.variable]) ?? term.otherwise));
  return most;
}

function isConstant(node: CostNode): boolean {
  return node.times.every((term) => typeof term === 'number') && node.children.every(isConstant);
}
