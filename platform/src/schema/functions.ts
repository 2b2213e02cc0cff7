/**
 * The function that a field needs when its subgraph does not say: reading or changing what the subgraph is about. Written into the supergraph
 * as tags, where the gateway reads them; onboarding, whose functions are many, names them field by field. Fields of entities are tagged like
 * operations, because every subgraph's entities can be reached from those of the others.
 */
import type { PlatformFunction } from '@nodo-aperto/kernel/auth';
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  visit,
} from 'graphql';

/** What each subgraph's fields need. */
const SUBGRAPH_FUNCTIONS: Readonly<Record<string, { readonly read: PlatformFunction; readonly write: PlatformFunction }>> = {
  notices: { read: 'POSITIONS_READ', write: 'POSITIONS_WRITE' },
  payments: { read: 'PAYMENTS_READ', write: 'PAYMENTS_WRITE' },
  receipts: { read: 'RECEIPTS_READ', write: 'RECEIPTS_WRITE' },
  reporting: { read: 'FLOWS_READ', write: 'FLOWS_WRITE' },
  quality: { read: 'KPI_READ', write: 'KPI_WRITE' },
};

/** The roles of those who act for an institution: the only ones whose tokens are limited to functions. */
const INSTITUTION_ROLE = /^role\/(EC|PSP|PARTNER)$/;
const FUNCTION = /^function\//;
const OPERATIONS: readonly string[] = ['Query', 'Mutation', 'Subscription'];

type Definition = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/** Gives each operation that institutions may use, and each field of an entity but its keys, the function that it needs, unless it names one. */
export function withFunctions(document: DocumentNode, subgraph: string): DocumentNode {
  const functions = SUBGRAPH_FUNCTIONS[subgraph];
  if (!functions) return document;
  const tagged = (definition: Definition): Definition | undefined => {
    const name = definition.name.value;
    const keys = keyFieldsOf(definition);
    if (!OPERATIONS.includes(name) && keys.size === 0) return undefined;
    const needed = name === 'Mutation' ? functions.write : functions.read;
    const wants = (field: FieldDefinitionNode): boolean =>
      OPERATIONS.includes(name)
        ? tagsOf(field.directives).some((tag) => INSTITUTION_ROLE.test(tag))
        : !keys.has(field.name.value) && !field.directives?.some((directive) => directive.name.value === 'external');
    const fields = definition.fields?.map((field) => {
      if (!wants(field) || tagsOf(field.directives).some((tag) => FUNCTION.test(tag))) return field;
      return { ...field, directives: [...(field.directives ?? []), tag(`function/${needed}`)] };
    });
    return { ...definition, fields };
  };
  return visit(document, { ObjectTypeDefinition: tagged, ObjectTypeExtension: tagged });
}

function keyFieldsOf({ directives }: Definition): Set<string> {
  return new Set(directives?.filter(({ name }) => name.value === 'key').flatMap(keyFields));
}

/** The names that stand in a `@key`, nested ones included. */
export function keyFields(directive: ConstDirectiveNode): string[] {
  const fields = directive.arguments?.find(({ name }) => name.value === 'fields')?.value;
  return fields?.kind === Kind.STRING ? (fields.value.match(/\w+/g) ?? []) : [];
}

function tagsOf(directives: Definition['directives']): string[] {
  const given = directives?.filter(({ name }) => name.value === 'tag').flatMap((each) => each.arguments ?? []) ?? [];
  return given.flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : []));
}

function tag(name: string): ConstDirectiveNode {
  const [definition] = parse(`type T @tag(name: "${name}") { f: Int }`, { noLocation: true }).definitions;
  return (definition as ObjectTypeDefinitionNode).directives![0]!;
}
