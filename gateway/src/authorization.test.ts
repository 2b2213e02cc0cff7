import { buildSchema, parse, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Principal, Role } from '@nodo-aperto/kernel/auth';
import { assertAllowed, functionsOf, requirementsOf, rolesOf } from './authorization.ts';

const SDL = `
  directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
  type Query { open: Item closed: Item @tag(name: "role/PSP") @tag(name: "role/EC") @tag(name: "internal") party: Party any: Any }
  type Item { id: ID! secret: String @tag(name: "role/OPERATOR") }
  type Vault @tag(name: "role/OPERATOR") { gold: Int key: String @tag(name: "role/PSP") }
  interface Party { name: String }
  type Bank implements Party { name: String @tag(name: "role/PSP") vault: Vault }
  type Person implements Party { name: String }
  union Any = Item | Person
`;
const schema = buildSchema(SDL);
const roles = rolesOf(SDL);
const required = (text: string) => {
  const document = parse(text);
  return requirementsOf(schema, document, document.definitions[0] as OperationDefinitionNode, roles);
};
const principal = (role: Role): Principal => ({ subject: 's', role, expiresAt: 0 });

describe('roles of fields', () => {
  it('are read from tags, of the field or else of its type', () => {
    expect(Object.fromEntries([...roles].map(([field, names]) => [field, [...names]]))).toEqual({
      'Query.closed': ['PSP', 'EC'],
      'Item.secret': ['OPERATOR'],
      'Vault.gold': ['OPERATOR'],
      'Vault.key': ['PSP'],
      'Bank.name': ['PSP'],
    });
  });

  it.each<[string, string[]]>([
    ['{ open { id } }', []],
    ['{ a: closed { id secret } b: closed { id } }', ['Query.closed', 'Item.secret']],
    ['{ open { ...F } } fragment F on Item { ...G } fragment G on Item { secret }', ['Item.secret']],
    ['{ party { name } }', ['Bank.name']],
    ['{ party { ... on Person { name } } }', []],
    ['{ party { ... on Bank { vault { gold key } } } }', ['Vault.gold', 'Vault.key']],
    ['{ any { ... on Item { secret } } }', ['Item.secret']],
    ['{ open { secret @skip(if: true) } }', ['Item.secret']],
  ])('%s needs %o', (text, fields) => {
    expect(required(text).map(({ field }) => field)).toEqual(fields);
  });

  it('are all needed', () => {
    const both = required('{ closed { secret } }');
    expect(() => assertAllowed(both, undefined)).toThrow('Query.closed needs an access token of role EC or PSP.');
    expect(() => assertAllowed(both, principal('PSP'))).toThrow("Item.secret is for role OPERATOR; the token's role is PSP.");
    expect(() => assertAllowed(both, principal('OPERATOR'))).toThrow('Query.closed is for role EC or PSP');
    expect(() => assertAllowed(required('{ closed { id } }'), principal('EC'))).not.toThrow();
    expect(() => assertAllowed([], undefined)).not.toThrow();
  });
});

describe('functions of fields', () => {
  const sdl = `
    directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
    type Query { open: Int ibans: Int @tag(name: "role/EC") @tag(name: "function/IBANS") export: Int @tag(name: "function/IBANS") @tag(name: "function/EXPORTS") }
  `;
  const needed = (text: string) => {
    const document = parse(text);
    return requirementsOf(buildSchema(sdl), document, document.definitions[0] as OperationDefinitionNode, rolesOf(sdl), functionsOf(sdl));
  };

  it('are needed by callers whose token is limited to functions, one of them', () => {
    const limited = (...functions: string[]): Principal => ({ ...principal('EC'), functions });
    expect(() => assertAllowed(needed('{ ibans export }'), limited('IBANS'))).not.toThrow();
    expect(() => assertAllowed(needed('{ export }'), limited('EXPORTS'))).not.toThrow();
    expect(() => assertAllowed(needed('{ export }'), limited('AUDIT'))).toThrow(
      'Query.export needs the function EXPORTS or IBANS, which this token is not for.',
    );
    expect(() => assertAllowed(needed('{ open ibans }'), limited())).toThrow('Query.ibans needs the function IBANS');
    expect(() => assertAllowed(needed('{ open }'), limited())).not.toThrow();
  });

  it('are not asked of callers who have a role only, nor do they replace the role', () => {
    expect(() => assertAllowed(needed('{ ibans export }'), principal('EC'))).not.toThrow();
    expect(() => assertAllowed(needed('{ export }'), undefined)).not.toThrow();
    expect(() => assertAllowed(needed('{ ibans }'), { ...principal('PSP'), functions: ['IBANS'] })).toThrow('is for role EC');
  });
});
