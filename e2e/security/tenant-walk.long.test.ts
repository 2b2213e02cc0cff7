/**
 * The whole graph, walked by strangers: every query that there is, with every field that their role may ask for, about a payment that is not
 * theirs. Nothing of it may be in any answer. The same walk by its owners shows that there was something to be seen.
 */
import { readFile } from 'node:fs/promises';
import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';
import type { Role, TokenClaims } from '@nodo-aperto/kernel/auth';
import { until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rolesOf } from '../../gateway/src/authorization.ts';
import { loadSupergraph } from '../../gateway/src/supergraph.ts';
import { send } from '../support/graphql-client.ts';
import { CHANNEL, CITIZEN, CREDITOR, openWorld, PSP, type World } from '../support/world.ts';
import { type GuardedPlatform, openGuardedPlatform } from './guarded-platform.ts';

/** An amount that nothing else has. */
const AMOUNT = 7_339_117;
const DEEPEST = 5;
const MOST_FIELDS = 300;
/** What any PSP may ask of any notice whose number it is shown: that is how notices are paid. */
const OPEN_TO_PSPS = new Set(['paymentOptions']);

const sdl = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const { apiSchema } = loadSupergraph(sdl);
const roles = rolesOf(sdl);
const queries = Object.values(apiSchema.getQueryType()!.getFields());

let platform: GuardedPlatform;
let world: World;
let paid: string;
let notice: string;

/** What an argument is given, by its name or its type; undefined when nothing can be made up for it. */
function valueOf({ name, type }: GraphQLArgument): string | undefined {
  const named = getNamedType(type);
  const known: Record<string, string> = {
    paymentToken: paid,
    noticeNumber: notice,
    creditorFiscalCode: CREDITOR.fiscalCode,
    creditorInstitution: CREDITOR.fiscalCode,
    creditor: CREDITOR.fiscalCode,
    party: CREDITOR.fiscalCode,
    fiscalCode: CREDITOR.fiscalCode,
    pspCode: PSP,
    psp: PSP,
    channelCode: CHANNEL,
    station: CREDITOR.stationCode,
    stationCode: CREDITOR.stationCode,
    code: CREDITOR.stationCode,
    id: paid,
    receiptId: paid,
  };
  if (isListType(isNonNullType(type) ? type.ofType : type)) return undefined;
  if (isEnumType(named)) return (named.getValue('STATION') ?? named.getValues()[0])?.name;
  if (known[name] !== undefined && isScalarType(named)) return JSON.stringify(known[name]);
  const byType: Record<string, string> = {
    Int: '5',
    Boolean: 'true',
    Date: '"2026-11-01"',
    DateTime: '"2026-11-01T00:00:00Z"',
    String: '"2026-11"',
    ID: '"x"',
  };
  return isNonNullType(type) ? byType[named.name] : undefined;
}

const mayAsk = (type: string, field: string, role: Role | undefined): boolean => {
  const needed = roles.get(`${type}.${field}`);
  return !needed || (role !== undefined && needed.has(role));
};

/** Every field below a type that the role may ask for, as deep as is allowed. */
function selectionOf(
  type: GraphQLObjectType,
  role: Role | undefined,
  depth: number,
  budget: { left: number },
  above: readonly string[],
): string {
  const parts: string[] = ['__typename'];
  for (const field of Object.values(type.getFields())) {
    if (
      !mayAsk(type.name, field.name, role) ||
      field.args.some((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined)
    )
      continue;
    const named = getNamedType(field.type);
    if (budget.left <= 0) break;
    if (isLeafType(named)) {
      budget.left -= 1;
      parts.push(field.name);
    } else if (isObjectType(named) && depth > 0 && !above.includes(named.name)) {
      const first = field.args.some(({ name }) => name === 'first') ? '(first: 3)' : '';
      parts.push(`${field.name}${first} { ${selectionOf(named, role, depth - 1, budget, [...above, type.name])} }`);
    }
  }
  return parts.join(' ');
}

/** The query of a root field, with as many arguments as are wanted; undefined where one that is needed cannot be made up. */
function queryOf(field: GraphQLField<unknown, unknown>, role: Role | undefined, optional: boolean): string | undefined {
  const given: string[] = [];
  for (const argument of field.args) {
    const needed = isNonNullType(argument.type) && argument.defaultValue === undefined;
    if (!needed && !optional) continue;
    const value = valueOf(argument);
    if (value === undefined && needed) return undefined;
    if (value !== undefined) given.push(`${argument.name}: ${value}`);
  }
  const named = getNamedType(field.type);
  const selection = isObjectType(named) ? ` { ${selectionOf(named, role, DEEPEST, { left: MOST_FIELDS }, [])} }` : '';
  return `{ ${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection} }`;
}

interface Walk {
  asked: number;
  /** Root fields whose answers hold something of the payment. */
  seen: string[];
  /** Refusals that are not about who asks. */
  odd: string[];
}

async function walk(role: Role | undefined, token: string | undefined): Promise<Walk> {
  const result: Walk = { asked: 0, seen: [], odd: [] };
  for (const field of queries) {
    if (!mayAsk('Query', field.name, role)) continue;
    for (const optional of [false, true]) {
      const query = queryOf(field, role, optional);
      if (query === undefined) continue;
      result.asked += 1;
      const { data, errors } = await send<Record<string, unknown>>(platform.graphqlUrl, query, token === undefined ? {} : { token });
      const text = JSON.stringify(data ?? null);
      // What the caller itself said is no secret.
      const secrets = [String(AMOUNT), 'Mario Rossi', CITIZEN, ...(query.includes(paid) ? [] : [paid])];
      if (secrets.some((secret) => text.includes(secret))) result.seen.push(field.name);
      const code = errors?.[0]?.extensions?.['code'];
      if (code === 'INTERNAL_SERVER_ERROR' || code === 'GRAPHQL_VALIDATION_FAILED')
        result.odd.push(`${query.slice(0, 200)} ${errors?.[0]?.message}`);
    }
  }
  return result;
}

beforeAll(async () => {
  platform = await openGuardedPlatform();
  world = await openWorld(platform);
  const issued = await world.issue(AMOUNT);
  notice = issued.noticeNumber;
  paid = (await world.activate(issued)).paymentToken!;
  await world.sendOutcome(paid);
  await until(() => world.fleet.receipts(CREDITOR.stationCode).length === 1, { what: 'the receipt is there', timeoutMs: 30_000 });
  await platform.hosting.bus.settled(30_000);
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await platform?.[Symbol.asyncDispose]();
});

describe('role by field by tenant, over the whole graph', () => {
  it('owners see their payment in many places', async () => {
    const creditor = await walk('EC', world.tokens.creditor);
    expect(creditor.odd).toEqual([]);
    expect(new Set(creditor.seen).size).toBeGreaterThanOrEqual(5);
    expect(new Set((await walk('PSP', world.tokens.psp)).seen).size).toBeGreaterThanOrEqual(2);
    expect(new Set((await walk('CITIZEN', world.tokens.citizen)).seen).size).toBeGreaterThanOrEqual(2);
  });

  const strangers: readonly (readonly [string, TokenClaims])[] = [
    ['another creditor', { role: 'EC', tenant: '66666666666' }],
    ['another PSP', { role: 'PSP', tenant: '60000000002' }],
    ['another partner', { role: 'PARTNER', tenant: '12345678903' }],
    ['another citizen', { role: 'CITIZEN', fiscalCode: 'VRDLGU75C10F205J' }],
  ];
  it.each(strangers)('%s sees nothing of it anywhere', async (_who, claims) => {
    const { asked, seen, odd } = await walk(claims.role, await platform.token(claims));
    expect(asked).toBeGreaterThan(10);
    expect(odd).toEqual([]);
    expect(seen.filter((field) => claims.role !== 'PSP' || !OPEN_TO_PSPS.has(field))).toEqual([]);
  });

  it('nobody in particular sees nothing of it anywhere', async () => {
    expect((await walk(undefined, undefined)).seen).toEqual([]);
  });
});
