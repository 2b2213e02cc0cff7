import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  print,
  type StringValueNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';

/** One query, mutation or subscription: what it does, who may, what it takes and gives. */
export function operationSection(field: FieldDefinitionNode): string {
  const roles = rolesOf(field.directives);
  const lines = [`### ${field.name.value}`, '', told(field.description), '', `Answers \`${print(field.type)}\`.${roles}`];
  const rows = (field.arguments ?? []).map(row);
  return [...lines, ...table('argument', rows)].join('\n');
}

/** One type: what it is, and its fields or values. */
export function kindSection(type: TypeDefinitionNode | TypeExtensionNode): string {
  const title = [`### ${type.name.value}`, '', `${wordFor(type.kind)}. ${'description' in type ? told(type.description) : ''}`.trim()];
  if ('fields' in type) return [...title, ...table('field', (type.fields ?? []).map(row))].join('\n');
  if ('values' in type) {
    return [
      ...title,
      ...table(
        'value',
        (type.values ?? []).map((value) => `| \`${value.name.value}\` | ${cell(value.description)} |`),
        true,
      ),
    ].join('\n');
  }
  return 'types' in type
    ? [...title, '', `One of ${(type.types ?? []).map((one) => `\`${one.name.value}\``).join(', ')}.`].join('\n')
    : title.join('\n');
}

function wordFor(kind: string): string {
  if (kind.startsWith('InputObject')) return 'Input';
  if (kind.startsWith('Enum')) return 'Enumeration';
  if (kind.startsWith('Scalar')) return 'Scalar';
  if (kind.startsWith('Union')) return 'Union';
  return kind.startsWith('Interface') ? 'Interface' : 'Object';
}

function row(field: FieldDefinitionNode | InputValueDefinitionNode): string {
  const usual = field.kind === Kind.INPUT_VALUE_DEFINITION && field.defaultValue ? ` = ${print(field.defaultValue)}` : '';
  const given = field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []).map((one) => `${one.name.value}: ${print(one.type)}`) : [];
  const name = given.length === 0 ? field.name.value : `${field.name.value}(${given.join(', ')})`;
  const roles = field.kind === Kind.FIELD_DEFINITION ? rolesOf(field.directives) : '';
  return `| \`${name}\` | \`${print(field.type)}${usual}\` | ${cell(field.description)}${roles} |`;
}

function table(what: string, rows: readonly string[], twoColumns = false): string[] {
  if (rows.length === 0) return [];
  return ['', ...(twoColumns ? [`| ${what} | |`, '|---|---|'] : [`| ${what} | type | |`, '|---|---|---|']), ...rows];
}

const told = (description: StringValueNode | undefined): string => (description?.value ?? '').replaceAll(/\s+/g, ' ').trim();

const cell = (description: StringValueNode | undefined): string => told(description).replaceAll('|', '\\|');

function rolesOf(directives: readonly ConstDirectiveNode[] | undefined): string {
  const roles = (directives ?? []).flatMap(({ name, arguments: given }) => {
    const value = name.value === 'tag' ? given?.[0]?.value : undefined;
    return value?.kind === Kind.STRING && value.value.startsWith('role/') ? [value.value.slice('role/'.length)] : [];
  });
  return roles.length === 0 ? '' : ` For ${roles.join(', ')}.`;
}
