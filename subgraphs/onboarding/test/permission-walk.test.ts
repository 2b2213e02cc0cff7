/**
 * Walks role × function × tenant over every operation of this subgraph: what the permission matrix gives is let through, everything else is
 * refused before anything happens, whatever the arguments. A new operation is walked without being named here.
 */
import type { PlatformFunction, Principal } from '@nodo-aperto/kernel/auth';
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InstitutionKind, type InstitutionRole } from '../src/domain/permissions/institution.ts';
import { allowance, type HolderRole, HOLDER_ROLES, institutionHas } from '../src/domain/permissions/matrix.ts';
import { onboarding } from '../src/index.ts';
import { errorCode, type Hosted, host, operator } from './support.ts';

const PERSON: Readonly<Record<Exclude<HolderRole, 'SYSTEM'>, string>> = {
  MANAGER: 'RSSMRA80A01H501U',
  DELEGATE: 'VRDLGU75C10F205J',
  SUB_DELEGATE: 'BNCGLI85M41L219Z',
  OPERATOR: 'NREPLA70T50G273M',
};
const FOREIGN = '99999999990';
/** One institution of each kind. */
const INSTITUTIONS: readonly { kind: InstitutionKind; role: InstitutionRole; code: string }[] = [
  { kind: 'EC_DIRECT', role: 'EC', code: '11111111111' },
  { kind: 'EC_INDIRECT', role: 'EC', code: '22222222222' },
  { kind: 'PSP_DIRECT', role: 'PSP', code: '33333333333' },
  { kind: 'PSP_INDIRECT', role: 'PSP', code: '44444444444' },
  { kind: 'PT_EC', role: 'PARTNER', code: '55555555555' },
  { kind: 'PT_PSP', role: 'PARTNER', code: '66666666666' },
];
const DIRECTORY = `
creditorBrokers: [{ code: "11111111111", name: a }, { code: "55555555555", name: e }]
creditorInstitutions: [{ fiscalCode: "11111111111", name: a }, { fiscalCode: "22222222222", name: b }]
pspBrokers: [{ code: "33333333333", name: c }, { code: "66666666666", name: f }]
psps: [{ code: "33333333333", name: c, fiscalCode: "33333333333" }, { code: "44444444444", name: d, fiscalCode: "44444444444" }]
`;

interface Operation {
  readonly name: string;
  readonly text: string;
  /** The same, for an institution that is not the caller's; absent where none can be named. */
  readonly foreign?: string;
  readonly roles: readonly string[];
  readonly needed: PlatformFunction | undefined;
}

let hosted: Hosted;
let operations: Operation[];
beforeAll(async () => {
  hosted = await host();
  await hosted.services.directoryFile.importDirectory(DIRECTORY, 'test');
  for (const { role: side, code } of INSTITUTIONS)
    for (const [role, fiscalCode] of Object.entries(PERSON)) {
      const person = { fiscalCode, name: 'n', familyName: 'f', email: 'a@example.it', role: role as keyof typeof PERSON };
      await hosted.services.users.appoint(operator, { ...person, institution: { role: side, code } });
    }
  operations = operationsOf(hosted.schema, tagsOf((await onboarding.graphql()).sdl));
});
afterAll(() => hosted?.hosting.stop());

const callerFor = (institution: (typeof INSTITUTIONS)[number], holder: HolderRole): Principal => ({
  subject: holder,
  role: institution.role,
  tenant: institution.code,
  expiresAt: Number.MAX_SAFE_INTEGER,
  ...(holder !== 'SYSTEM' && { fiscalCode: PERSON[holder] }),
});

describe.each(INSTITUTIONS)('$kind', (institution) => {
  it.each(HOLDER_ROLES)('%s may do exactly what the matrix says', async (holder) => {
    const wrong: string[] = [];
    for (const { name, text, roles, needed } of operations.filter((each) => each.needed !== undefined)) {
      const has = institutionHas([institution.kind], needed!) && allowance(holder, needed!) === 'ALWAYS';
      const expected = has && roles.includes(institution.role);
      const answer = await hosted.execute(callerFor(institution, holder), text);
      const refused = errorCode(answer) === 'FORBIDDEN' && /have not the function|is for role/.test(answer.errors?.[0]?.message ?? '');
      // Whether a partner may for a creditor is decided when the creditor is named.
      const later = needed === 'IBANS' && institution.role === 'PARTNER';
      if (refused === expected && !later) wrong.push(`${name}: ${expected ? 'refused' : 'let through'} (${errorCode(answer) ?? 'done'})`);
    }
    expect(wrong).toEqual([]);
  });

  it('acts for no other institution, not even its manager', async () => {
    const done: string[] = [];
    for (const { name, foreign } of operations.filter((each) => each.foreign !== undefined && each.needed !== undefined)) {
      const answer = await hosted.execute(callerFor(institution, 'MANAGER'), foreign!);
      if (errorCode(answer) !== 'FORBIDDEN') done.push(`${name} (${errorCode(answer) ?? 'done'})`);
    }
    expect(done).toEqual([]);
  });
});

describe('rules', () => {
  it('are there for every operation that institutions may use', () => {
    const open = operations.filter(({ roles }) => roles.some((role) => ['EC', 'PSP', 'PARTNER'].includes(role)));
    expect(open.filter(({ needed }) => needed === undefined).map(({ name }) => name)).toEqual([]);
    expect(operations.filter(({ roles }) => roles.length === 0).map(({ name }) => name)).toEqual([]);
    expect(operations.filter(({ foreign }) => foreign !== undefined).length).toBeGreaterThan(5);
  });

  it('let nobody in who has no token, and no citizen where none is named', async () => {
    const citizen: Principal = { subject: 'c', role: 'CITIZEN', fiscalCode: 'RSSMRA80A01H501U', expiresAt: Number.MAX_SAFE_INTEGER };
    for (const { name, text, roles } of operations) {
      expect(errorCode(await hosted.execute(undefined, text)), name).toBe('UNAUTHENTICATED');
      if (!roles.includes('CITIZEN')) expect(errorCode(await hosted.execute(citizen, text)), name).toBe('FORBIDDEN');
    }
  });
});

/** Every query and mutation with its required arguments made up: they are well formed and name nothing that there is. */
function operationsOf(schema: Hosted['schema'], tags: ReadonlyMap<string, readonly string[]>): Operation[] {
  return [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {})
      .filter(({ name }) => !name.startsWith('_'))
      .map((field) => {
        const kind = root?.name.toLowerCase();
        const selection = isObjectType(getNamedType(field.type)) ? ' { __typename }' : '';
        const own = tags.get(`${root?.name}.${field.name}`) ?? [];
        const write = (foreign: boolean) => `${kind} { ${field.name}${argumentsOf(field.args, foreign)}${selection} }`;
        return {
          name: `${root?.name}.${field.name}`,
          text: write(false),
          ...(namesInstitution(field.args) && { foreign: write(true) }),
          roles: own.filter((tag) => tag.startsWith('role/')).map((tag) => tag.slice(5)),
          needed: own.find((tag) => tag.startsWith('function/'))?.slice(9) as PlatformFunction | undefined,
        };
      }),
  );
}

function tagsOf(sdl: string): Map<string, string[]> {
  const tags = new Map<string, string[]>();
  for (const definition of parse(sdl).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const values = (field.directives ?? []).flatMap((directive) => directive.arguments ?? []).map(({ value }) => value);
      tags.set(
        `${definition.name.value}.${field.name.value}`,
        values.flatMap((value) => (value.kind === Kind.STRING ? [value.value] : [])),
      );
    }
  }
  return tags;
}

type Input = GraphQLArgument | GraphQLInputField;
const fieldsOf = ({ type }: Input): readonly Input[] => {
  const named = getNamedType(type);
  return isInputObjectType(named) ? Object.values(named.getFields()) : [];
};
const isInstitution = (input: Input): boolean => getNamedType(input.type).name === 'InstitutionInput';

/** Whether an institution can be named; in filters of lists only operators name one, and others get what is theirs. */
function namesInstitution(inputs: readonly Input[]): boolean {
  return inputs.some((input) => input.name !== 'filter' && (isInstitution(input) || fieldsOf(input).some(isInstitution)));
}

function argumentsOf(inputs: readonly Input[], foreign: boolean): string {
  const given = inputs.filter((input) => isNonNullType(input.type) || (foreign && isInstitution(input)));
  return given.length === 0 ? '' : `(${given.map((input) => `${input.name}: ${valueOf(input.type, foreign)}`).join(', ')})`;
}

const SCALARS: Readonly<Record<string, string>> = {
  String: '"nothing"',
  ID: '"nothing"',
  Int: '1',
  Float: '1',
  Boolean: 'false',
  FiscalCode: '"12345678903"',
  EuroCents: '1',
  DateTime: '"2030-01-01T00:00:00Z"',
  Date: '"2030-01-01"',
  Iban: '"IT60X0542811101000000123456"',
  Long: '1',
};

function valueOf(type: GraphQLInputType, foreign: boolean): string {
  if (isNonNullType(type)) return valueOf(type.ofType, foreign);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (!isInputObjectType(type)) return SCALARS[type.name] ?? '"nothing"';
  if (type.name === 'InstitutionInput') return `{ role: EC, code: "${FOREIGN}" }`;
  const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || (foreign && isInstitution(field)));
  return `{ ${fields.map((field) => `${field.name}: ${valueOf(field.type, foreign)}`).join(', ')} }`;
}
