/**
 * Roles and functions at the edge. A field tagged `role/PSP` in the supergraph is open to that role only; several tags open it to several. A
 * field tagged `function/IBANS` is open to callers whose token is for that function, or is not limited to functions. An operation that asks
 * for a field of others is refused as a whole, before anything is fetched: with a mutation, half an operation would be worse.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { refusal } from './errors.ts';

/** The roles that may use a field, by `Type.field`; a field that is not in it is open to all. */
export type RolesByField = ReadonlyMap<string, ReadonlySet<string>>;

/** The functions of which a limited caller needs one to use a field, by `Type.field`. */
export type FunctionsByField = ReadonlyMap<string, ReadonlySet<string>>;

/** A field of an operation that is not open to all. An empty set asks for nothing. */
export interface Requirement {
  field: string;
  roles: ReadonlySet<string>;
  functions: ReadonlySet<string>;
}

const ROLE_TAG = /^role\/(.+)$/;
const FUNCTION_TAG = /^function\/(.+)$/;
const NONE: ReadonlySet<string> = new Set();

/** Reads the roles out of a supergraph's `@tag` directives. A tag on a type holds for its fields that have none of their own. */
export function rolesOf(supergraphSdl: string): RolesByField {
  return taggedFields(supergraphSdl, ROLE_TAG);
}

/** Reads the functions out of a supergraph's `@tag` directives, in the same way. */
export function functionsOf(supergraphSdl: string): FunctionsByField {
  return taggedFields(supergraphSdl, FUNCTION_TAG);
}

function taggedFields(supergraphSdl: string, tag: RegExp): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const ofType = wordsInTags(definition.directives, tag);
    for (const field of definition.fields ?? []) {
      const own = wordsInTags(field.directives, tag);
      const effective = own.size > 0 ? own : ofType;
      if (effective.size > 0) found.set(`${definition.name.value}.${field.name.value}`, effective);
    }
  }
  return found;
}

function wordsInTags(directives: FieldNode['directives'], tag: RegExp): Set<string> {
  const words = new Set<string>();
  for (const { name, arguments: given } of directives ?? []) {
    if (name.value !== 'tag') continue;
    const value = given?.find((argument) => argument.name.value === 'name')?.value;
    const word = value?.kind === Kind.STRING ? tag.exec(value.value)?.[1] : undefined;
    if (word) words.add(word);
  }
  return words;
}

/** The fields of a validated operation that are not open to all, each once. */
export function requirementsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  roles: RolesByField,
  functions: FunctionsByField = new Map(),
): Requirement[] {
  const found = new Map<string, Requirement>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const visited = new Set<string>();

  const visit = (set: SelectionSetNode, parent: GraphQLNamedType | undefined): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        visitField(selection, parent);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet, selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent);
      } else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) visit(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
      }
    }
  };
  const visitField = (node: FieldNode, parent: GraphQLNamedType | undefined): void => {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return;
    const field = parent.getFields()[node.name.value];
    if (!field) return;
    // A field of an interface is answered by one of its types: what any of them asks for is asked for.
    const types = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
    for (const { name } of types) {
      const coordinate = `${name}.${node.name.value}`;
      const [allowed, needed] = [roles.get(coordinate) ?? NONE, functions.get(coordinate) ?? NONE];
      if (allowed.size + needed.size > 0) found.set(coordinate, { field: coordinate, roles: allowed, functions: needed });
    }
    if (node.selectionSet) visit(node.selectionSet, getNamedType(field.type));
  };
  const root = schema.getRootType(operation.operation);
  visit(operation.selectionSet, root ?? undefined);
  return [...found.values()];
}

/**
 * Checks that the caller has one of the roles of every field, and, when its token is limited to functions, one of the functions.
 * @throws GraphQLError with code UNAUTHENTICATED without a caller, FORBIDDEN with another role or without the function
 */
export function assertAllowed(requirements: readonly Requirement[], principal: Principal | undefined): void {
  for (const { field, roles, functions } of requirements) {
    const names = [...roles].sort().join(' or ');
    if (!principal && roles.size > 0) {
      throw refusal('UNAUTHENTICATED', `${field} needs an access token of role ${names}.`, {
        status: 401,
        extensions: { field, roles: [...roles] },
      });
    }
    if (principal && roles.size > 0 && !roles.has(principal.role)) {
      throw refusal('FORBIDDEN', `${field} is for role ${names}; the token's role is ${principal.role}.`, {
        status: 403,
        extensions: { field, roles: [...roles] },
      });
    }
    if (principal?.functions && functions.size > 0 && !principal.functions.some((each) => functions.has(each))) {
      throw refusal('FORBIDDEN', `${field} needs the function ${[...functions].sort().join(' or ')}, which this token is not for.`, {
        status: 403,
        extensions: { field, functions: [...functions] },
      });
    }
  }
}
