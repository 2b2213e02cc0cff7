/** Walks the whole published graph: every operation has a rule, and the rule is what the gateway enforces for every role and function. */
import { readFileSync } from 'node:fs';
import { FUNCTIONS, isPlatformFunction, type Principal, ROLES, type Role } from '@nodo-aperto/kernel/auth';
import {
  type ConstDirectiveNode,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
  Kind,
  parse,
  type OperationDefinitionNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { assertAllowed, functionsOf, requirementsOf, rolesOf } from './authorization.ts';
import { loadSupergraph } from './supergraph.ts';

const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const { apiSchema: schema } = loadSupergraph(sdl);
const roles = rolesOf(sdl);
const functions = functionsOf(sdl);
const INSTITUTIONS: readonly string[] = ['EC', 'PSP', 'PARTNER'];

interface Operation {
  readonly coordinate: string;
  readonly text: string;
}

/** The smallest operation that asks for a field. Arguments are left out: rules do not look at them. */
function operations(): Operation[] {
  const roots: readonly (readonly [string, GraphQLObjectType | null | undefined])[] = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ];
  return roots.flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {}).map((field) => {
      const selection = isObjectType(getNamedType(field.type)) ? ' { __typename }' : '';
      return { coordinate: `${root?.name}.${field.name}`, text: `${kind} { ${field.name}${selection} }` };
    }),
  );
}

/** The arguments of a directive, as far as they are texts or names. */
function argumentsOf(directive: ConstDirectiveNode): Record<string, string> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, 'value' in value ? String(value.value) : '']),
  );
}

const ALL = operations();
const allowed = (text: string, principal: Principal | undefined): boolean => {
  const document = parse(text);
  const requirements = requirementsOf(schema, document, document.definitions[0] as OperationDefinitionNode, roles, functions);
  try {
    assertAllowed(requirements, principal);
    return true;
  } catch {
    return false;
  }
};

describe('the rules of the whole graph', () => {
  it('are there: every operation is for roles, and names a function when institutions may use it', () => {
    const withoutRole = ALL.filter(({ coordinate }) => !roles.has(coordinate)).map(({ coordinate }) => coordinate);
    const withoutFunction = ALL.filter(({ coordinate }) => {
      const open = [...(roles.get(coordinate) ?? [])].some((role) => INSTITUTIONS.includes(role));
      return open && !functions.has(coordinate);
    }).map(({ coordinate }) => coordinate);
    expect({ withoutRole, withoutFunction }).toEqual({ withoutRole: [], withoutFunction: [] });
    expect(ALL.length).toBeGreaterThan(80);
  });

  it('are there for what other subgraphs than onboarding say of an entity, from wherever it is reached', () => {
    const without: string[] = [];
    for (const definition of parse(sdl).definitions) {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      const joins = (definition.directives ?? []).filter(({ name }) => name.value === 'join__type').map(argumentsOf);
      const keys = new Set(joins.flatMap(({ key }) => key?.match(/\w+/g) ?? []));
      if (keys.size === 0) continue;
      for (const field of definition.fields ?? []) {
        const joined = (field.directives ?? []).filter(({ name }) => name.value === 'join__field').map(argumentsOf);
        const graphs = (joined.length > 0 ? joined : joins).map(({ graph }) => graph);
        const coordinate = `${definition.name.value}.${field.name.value}`;
        if (!keys.has(field.name.value) && !graphs.includes('ONBOARDING') && !functions.has(coordinate)) without.push(coordinate);
      }
    }
    expect(without).toEqual([]);
    expect(functions.get('CreditorInstitution.notices')).toEqual(new Set(['POSITIONS_READ']));
  });

  it('name roles and functions that there are, on operations and on fields of types', () => {
    const unknownRoles = [...roles].filter(([, names]) => [...names].some((name) => !ROLES.includes(name as Role)));
    const unknownFunctions = [...functions].filter(([, names]) => [...names].some((name) => !isPlatformFunction(name)));
    expect([unknownRoles, unknownFunctions]).toEqual([[], []]);
    for (const coordinate of [...roles.keys(), ...functions.keys()]) {
      const [type = '', field = ''] = coordinate.split('.');
      const found = schema.getType(type);
      expect(isObjectType(found) && field in found.getFields(), coordinate).toBe(true);
    }
  });

  it.each(ROLES)('are enforced for %s, field by field and function by function', (role) => {
    const institution = INSTITUTIONS.includes(role);
    for (const { coordinate, text } of ALL) {
      const open = roles.get(coordinate)?.has(role) === true;
      const caller: Principal = { subject: 's', role, tenant: '77777777777', expiresAt: 0 };
      expect(allowed(text, caller), `${role} ${coordinate}`).toBe(open);
      if (!institution) continue;
      for (const each of FUNCTIONS) {
        const limited = allowed(text, { ...caller, fiscalCode: 'RSSMRA80A01H501U', functions: [each] });
        expect(limited, `${role} ${each} ${coordinate}`).toBe(open && functions.get(coordinate)?.has(each) === true);
      }
    }
  });

  it('let nobody in who has no token', () => {
    expect(ALL.filter(({ text }) => allowed(text, undefined))).toEqual([]);
  });
});
