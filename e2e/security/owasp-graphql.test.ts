/**
 * The OWASP GraphQL Cheat Sheet, item by item, against a whole platform set as in production. What an item needs in depth has tests of its
 * own, named in docs/threat-model.md; here each item is shown once, from outside.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send } from '../support/graphql-client.ts';
import { CREDITOR, openWorld, PSP, type World } from '../support/world.ts';
import { repeat } from './corpus/attack.ts';
import { type GuardedPlatform, openGuardedPlatform } from './guarded-platform.ts';

const OTHER_CREDITOR = '66666666666';
const OTHER_CITIZEN = 'VRDLGU75C10F205J';
const TYPED = 'mutation ($input: CreatePositionInput!) { createPosition(input: $input) { outcome errors { path message code } } }';

let platform: GuardedPlatform;
let world: World;
let paid: string;
const as = (who: keyof World['tokens']) => ({ token: world.tokens[who] });
const codes = ({ errors }: { errors?: { extensions?: Record<string, unknown> }[] }) => errors?.map((error) => error.extensions?.['code']);

beforeAll(async () => {
  platform = await openGuardedPlatform();
  world = await openWorld(platform);
  paid = await world.pay();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await platform?.[Symbol.asyncDispose]();
});

describe('input validation', () => {
  it('use of specific types: scalars and enumerations refuse what they are not', async () => {
    for (const query of [
      '{ payment(paymentToken: 42) { amount } }',
      `{ notice(creditorFiscalCode: "${CREDITOR.fiscalCode}", noticeNumber: "not a number") { status } }`,
      '{ payments(statuses: [ROBBED]) { edges { cursor } } }',
    ]) {
      const answer = await send(platform.graphqlUrl, query, as('operator'));
      expect(codes(answer)?.[0] ?? query).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    }
  });

  it.each([
    `x'; drop schema payments cascade; --`,
    '${jndi:ldap://127.0.0.1/x}',
    '<script>alert(1)</script>',
    '../../etc/passwd',
    '{"$gt":""}',
  ])('injection: %s is a text like any other', async (text) => {
    const { psps, creditorInstitutions } = await ask<Record<string, { edges: unknown[] }>>(
      platform.graphqlUrl,
      'query ($text: String!) { psps(search: $text) { edges { cursor } } creditorInstitutions(search: $text) { edges { cursor } } }',
      { ...as('operator'), variables: { text } },
    );
    expect([psps?.edges, creditorInstitutions?.edges]).toEqual([[], []]);
    const answer = await send(platform.graphqlUrl, 'query ($text: String!) { payment(paymentToken: $text) { amount } }', {
      ...as('operator'),
      variables: { text },
    });
    expect(JSON.stringify(answer)).not.toMatch(/syntax error|relation|node_modules/);
  });

  it('process validation: a bad item is named, field by field, without its value', async () => {
    const input = {
      creditorFiscalCode: CREDITOR.fiscalCode,
      noticeNumber: '302000000000009966',
      amount: -1,
      description: '',
      debtorType: 'F',
    };
    const answer = await send(platform.graphqlUrl, TYPED, {
      ...as('creditor'),
      variables: { input: { ...input, debtorFiscalCode: 'ROBERT' } },
    });
    expect(JSON.stringify(answer)).toMatch(/amount/);
    expect(JSON.stringify(answer)).not.toContain('ROBERT');
  });
});

describe('denial of service', () => {
  it('query limiting: depth', async () => {
    const deep = `{ creditorInstitutions { edges { node { ${'payments { edges { node { creditor { '.repeat(5)} name ${'} } } } '.repeat(5)} } } } }`;
    expect(codes(await send(platform.graphqlUrl, deep, as('operator')))).toEqual(['DEPTH_LIMIT']);
  });

  it('query limiting: amount, whether it stands in the document or in a variable', async () => {
    const query = 'query ($n: Int) { payments(first: $n) { edges { node { paymentToken status amount } } } }';
    expect(codes(await send(platform.graphqlUrl, query, { ...as('operator'), variables: { n: 100_000 } }))).toEqual(['COST_LIMIT']);
    expect(codes(await send(platform.graphqlUrl, query.replace('($n: Int)', '').replace('$n', '100000'), as('operator')))).toEqual([
      'COST_LIMIT',
    ]);
  });

  it('pagination: a page has a largest size, also where little is asked of each', async () => {
    const answer = await send(platform.graphqlUrl, '{ payments(first: 10001) { edges { cursor } } }', as('operator'));
    expect(codes(answer)?.[0]).toMatch(/^(BAD_USER_INPUT|COST_LIMIT)$/);
    expect(answer.data?.['payments' as never] ?? null).toBeNull();
  });

  it('cost analysis: pages within pages are multiplied before anything is fetched', async () => {
    const { errors } = await send(
      platform.graphqlUrl,
      '{ creditorInstitutions(first: 300) { edges { node { payments(first: 300) { edges { node { paymentToken } } } } } } }',
      as('operator'),
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'COST_LIMIT', limit: 50_000, cost: expect.any(Number) });
  });

  it('timeouts: a creditor that never answers is waited for as long as is set, and the caller is told', async () => {
    const { updateSettings } = await ask<{ updateSettings: object }>(
      platform.graphqlUrl,
      'mutation { updateSettings(input: { creditorTimeoutMs: 1000 }) { creditorTimeoutMs } }',
      as('operator'),
    );
    expect(updateSettings).toEqual({ creditorTimeoutMs: 1_000 });
    const notLoaded = world.fleet.issueNotice(CREDITOR.stationCode, {
      amount: 100,
      description: 'Not loaded',
      debtor: { type: 'F', code: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
    });
    await world.fleet.setFault(CREDITOR.stationCode, { kind: 'timeout' });
    try {
      expect(await world.activate(notLoaded)).toMatchObject({ outcome: 'KO', fault: { code: 'PPT_STAZIONE_INT_PA_TIMEOUT' } });
    } finally {
      await world.fleet.setFault(CREDITOR.stationCode, undefined);
      await ask(
        platform.graphqlUrl,
        'mutation { updateSettings(input: { creditorTimeoutMs: 7000 }) { creditorTimeoutMs } }',
        as('operator'),
      );
    }
  });

  it('server-side batching: entities of a page are asked for at once', async () => {
    const before = await fetches(platform.baseUrl);
    await ask(platform.graphqlUrl, '{ payments(first: 20) { edges { node { creditor { name } notice { status } } } } }', as('operator'));
    expect((await fetches(platform.baseUrl)) - before).toBeLessThanOrEqual(4);
  });
});

describe('access control', () => {
  it('general: a field asks for its role, whoever reaches it and however', async () => {
    for (const query of ['{ settings { tokenDurationMs } }', '{ ...F } fragment F on Query { x: settings { tokenDurationMs } }']) {
      expect((await send(platform.graphqlUrl, query, as('psp'))).status).toBe(403);
      expect((await send(platform.graphqlUrl, query)).status).toBe(401);
    }
  });

  it('query access: another’s object does not exist for a caller, by id, by list or through an edge', async () => {
    const stranger = { token: await platform.token({ role: 'EC', tenant: OTHER_CREDITOR }) };
    const otherPsp = { token: await platform.token({ role: 'PSP', tenant: '60000000002' }) };
    const otherCitizen = { token: await platform.token({ role: 'CITIZEN', fiscalCode: OTHER_CITIZEN }) };
    for (const caller of [stranger, otherPsp, otherCitizen]) {
      const answer = await send<{ payment: unknown }>(platform.graphqlUrl, `{ payment(paymentToken: "${paid}") { amount } }`, caller);
      expect(answer.data?.payment ?? null).toBeNull();
    }
    const edges = await send<{ creditorInstitution: { payments: { edges: unknown[] } } | null }>(
      platform.graphqlUrl,
      `{ creditorInstitution(fiscalCode: "${CREDITOR.fiscalCode}") { payments { edges { node { amount } } } } }`,
      stranger,
    );
    expect(edges.data?.creditorInstitution?.payments?.edges ?? []).toEqual([]);
    const own = await ask<{ payment: { amount: number } }>(
      platform.graphqlUrl,
      `{ payment(paymentToken: "${paid}") { amount } }`,
      as('creditor'),
    );
    expect(own.payment.amount).toBe(12_345);
  });

  it('mutation access: nobody writes in another’s name', async () => {
    const input = {
      creditorFiscalCode: CREDITOR.fiscalCode,
      iuv: '02000000000009966',
      noticeNumber: '302000000000009966',
      amount: 100,
      description: 'x',
      debtorType: 'F',
      debtorFiscalCode: OTHER_CITIZEN,
      debtorFullName: 'x',
      expirationDate: '2099-12-31T23:59:59+01:00',
    };
    const stranger = await platform.token({ role: 'EC', tenant: OTHER_CREDITOR });
    const answer = await send<{ createPosition: { outcome: string } | null }>(platform.graphqlUrl, TYPED, {
      token: stranger,
      variables: { input },
    });
    expect(answer.data?.createPosition?.outcome ?? 'REJECTED').toBe('REJECTED');
    expect(JSON.stringify(answer)).toMatch(/FORBIDDEN|UNAUTHORIZED|NOT_FOUND|403/);
  });

  it('introspection: the schema is not told, not hinted at, and not read from a subgraph', async () => {
    for (const query of [
      '{ __schema { types { name } } }',
      '{ __type(name: "Query") { name } }',
      '{ _service { sdl } }',
      '{ paymnt { amount } }',
    ]) {
      const answer = await send(platform.graphqlUrl, query, as('operator'));
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer)).not.toMatch(/Did you mean|type Query/);
    }
  });
});

describe('batching attacks', () => {
  it('many tries in one request: neither as an array nor under aliases', async () => {
    const array = await fetch(platform.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${world.tokens.psp}` },
      body: JSON.stringify(Array.from({ length: 10 }, () => ({ query: '{ __typename }' }))),
    });
    expect(array.status).toBe(400);
    const aliases = `mutation { ${repeat(21, (index) => `a${index}: sendPaymentOutcome(input: { idChannel: "x", paymentToken: "${index}", outcome: OK }) { outcome }`)} }`;
    expect(codes(await send(platform.graphqlUrl, aliases, as('psp')))).toEqual(['ROOT_FIELD_LIMIT']);
  });
});

describe('secure configuration', () => {
  it('no page to try things on, no query plans, no traces', async () => {
    const page = await fetch(platform.graphqlUrl, { headers: { accept: 'text/html' } });
    expect(await page.text()).not.toMatch(/graphiql/i);
    const answer = await fetch(platform.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'apollo-query-plan-experimental': '1', 'apollo-federation-include-trace': 'ftv1' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('no excessive errors: what fails inside is one sentence and a reference', async () => {
    // The operation is understood, and what carries it out is gone.
    const { gateway } = platform;
    const broken = await gateway.execute({
      query: '{ payment(paymentToken: "x") { amount } }',
      principal: {
        subject: 'x',
        role: 'EC',
        expiresAt: 0,
        get tenant(): string {
          throw new Error('secret of the inside');
        },
      },
    });
    expect(JSON.stringify(broken)).not.toContain('secret of the inside');
    expect(broken.errors?.[0]).toMatchObject({
      message: 'internal error',
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
    });
    // And the platform is as well as before.
    expect((await send(platform.graphqlUrl, `{ psp(code: "${PSP}") { name } }`, as('operator'))).status).toBe(200);
  });
});

/** How many fetches from subgraphs there were. */
async function fetches(baseUrl: string): Promise<number> {
  const text = await (await fetch(`${baseUrl}/metrics`)).text();
  return [...text.matchAll(/^gateway_subgraph_fetch_seconds_count\{[^}]*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}
