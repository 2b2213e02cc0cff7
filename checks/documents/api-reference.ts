import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DefinitionNode, type FieldDefinitionNode, Kind, parse, type TypeDefinitionNode, type TypeExtensionNode } from 'graphql';
import { kindSection, operationSection } from './api-sections.ts';

const SERVICES = ['onboarding', 'notices', 'payments', 'receipts', 'reporting', 'quality'] as const;
const ROOTS = ['Query', 'Mutation', 'Subscription'] as const;
const HEADINGS = { Query: 'Queries', Mutation: 'Mutations', Subscription: 'Subscriptions' } as const;

/** The pages of docs/api by path below the root, made of the descriptions in `schema/*.graphql` and of nothing else. */
export function apiReference(root: string): Map<string, string> {
  const pages = SERVICES.map((service) => {
    const { definitions } = parse(readFileSync(join(root, 'schema', `${service}.graphql`), 'utf8'));
    return { service, text: page(service, definitions), operations: operationNames(definitions) };
  });
  const rows = pages.flatMap(({ service, operations }) =>
    operations.map(({ name, root: kind }) => `| [\`${name}\`](${service}.md#${name.toLowerCase()}) | ${kind.toLowerCase()} | ${service} |`),
  );
  const index = [
    '# API reference',
    '',
    'Made from the descriptions in the schema by `node boot.mjs checks/documents/write.ts`: change those, not these pages. All of it is one graph at',
    '`/graphql`; which service answers matters to nobody who asks. The wire primitives are those of the official contracts, listed in',
    '[ARCHITECTURE.md](../../ARCHITECTURE.md).',
    '',
    '| operation | kind | service |',
    '|---|---|---|',
    ...rows.sort(),
    '',
  ];
  return new Map([
    ['docs/api/README.md', index.join('\n')],
    ...pages.map(({ service, text }) => [`docs/api/${service}.md`, text] as const),
  ]);
}

type Described = TypeDefinitionNode | TypeExtensionNode;

const isType = (node: DefinitionNode): node is Described => /^(Object|Interface|Union|Enum|InputObject|Scalar)Type/.test(node.kind);

function page(service: string, definitions: readonly DefinitionNode[]): string {
  const types = definitions.filter(isType);
  const rest = types.filter((type) => !ROOTS.some((name) => name === type.name.value) && !type.name.value.startsWith('_'));
  const operations = ROOTS.flatMap((name) => {
    const sections = types.flatMap((type) => (type.name.value === name ? fieldsOf(type) : [])).map(operationSection);
    return sections.length === 0 ? [] : [`## ${HEADINGS[name]}`, ...sections];
  });
  const sorted = [...rest].sort((one, other) => one.name.value.localeCompare(other.name.value, 'en'));
  return `${[`# ${service}`, ...operations, '## Types', ...sorted.map(kindSection)].join('\n\n')}\n`;
}

function operationNames(definitions: readonly DefinitionNode[]): { name: string; root: string }[] {
  return definitions.filter(isType).flatMap((type) => {
    const root = ROOTS.find((name) => name === type.name.value);
    return root === undefined ? [] : fieldsOf(type).map((field) => ({ name: field.name.value, root }));
  });
}

/** The operations among a root type's fields, without those of federation. */
function fieldsOf(type: Described): FieldDefinitionNode[] {
  const isObject = type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.OBJECT_TYPE_EXTENSION;
  return isObject ? (type.fields ?? []).filter(({ name }) => !name.value.startsWith('_')) : [];
}
