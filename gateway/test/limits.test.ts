import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { DEFAULT_LIMITS } from '../src/index.ts';
import { type Fixture, post, startFixture } from './support/fixture.ts';
import { openReady } from './support/raw-socket.ts';

const LIMITS = {
  maxTokens: 300,
  maxDepth: 6,
  maxAliases: 5,
  maxRootFields: 8,
  maxFields: 60,
  maxCost: 500,
  defaultListSize: 10,
  maxBodyBytes: 8_192,
  maxAnonymousBodyBytes: 4_096,
};
const repeat = (count: number, part: (index: number) => string) => Array.from({ length: count }, (_each, index) => part(index)).join(' ');
const nested = (first: number | string) => `payments(first: ${first}) { edges { node { token amount } } }`;

describe('limits', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture('in-process', { limits: LIMITS });
  });
  afterAll(() => fixture.close());

  const refused: [string, string, string, number, object?][] = [
    ['tokens', `{ ${repeat(301, () => 'anonymous')} }`, 'TOKEN_LIMIT', 300],
    [
      'levels',
      '{ payments { edges { node { notice { title ...Deep } } } } } fragment Deep on Notice { a: title { b { c } } }',
      'DEPTH_LIMIT',
      6,
    ],
    ['aliases', `{ ${repeat(6, (index) => `a${index}: anonymous`)} }`, 'ALIAS_LIMIT', 5],
    ['aliases in fragments', '{ ...F ...F ...F } fragment F on Query { a: anonymous b: anonymous }', 'ALIAS_LIMIT', 5],
    ['root fields', `{ ${repeat(9, () => 'anonymous')} }`, 'ROOT_FIELD_LIMIT', 8],
    [
      'fields of nested fragments',
      `{ allPayments { ...A } } ${repeat(5, (index) => `fragment ${'ABCDE'[index]} on Payment { ${index === 4 ? 'token' : repeat(3, () => `...${'ABCDE'[index + 1]}`)} }`)}`,
      'FIELD_LIMIT',
      60,
    ],
    ['cost with a literal', `{ ${nested(1000)} }`, 'COST_LIMIT', 500],
    ['cost with a variable', `query ($n: Int) { ${nested('$n')} }`, 'COST_LIMIT', 500, { n: 1000 }],
    ['cost with a variable’s default', `query ($n: Int = 1000) { ${nested('$n')} }`, 'COST_LIMIT', 500],
  ];
  it.each(refused)('refuses too many %s', async (_what, query, code, limit, variables) => {
    const { status, body } = await post(fixture.url, { query, variables });
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors).toHaveLength(1);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code, limit });
    expect(body.errors?.[0]?.message).toContain(String(limit));
  });

  it.each(refused)('refuses the same over a websocket: %s', async (_what, query, code, _limit, variables) => {
    const raw = await openReady(fixture.websocketUrl);
    raw.send({ type: 'subscribe', id: '1', payload: { query, variables } });
    // What is known before the variables is an error of the operation, what is known after them an answer.
    const { payload } = await until(() => raw.received.find(({ type }) => type === 'error' || type === 'next'), {
      what: 'the refusal arrives',
    });
    const errors = Array.isArray(payload) ? payload : (payload as { errors: unknown[] }).errors;
    expect(errors).toEqual([expect.objectContaining({ extensions: expect.objectContaining({ code }) })]);
    raw.socket.close();
  });

  it.each([
    ['a small page', `{ ${nested(10)} }`, undefined],
    ['the schema’s default page', '{ payments { edges { node { token } } } }', undefined],
    ['a small page by variable', `query ($n: Int) { ${nested('$n')} }`, { n: 10 }],
    ['a fragment used once', '{ ...F } fragment F on Query { a: anonymous b: anonymous }', undefined],
  ])('lets pass %s', async (_what, query, variables) => {
    const { status, body } = await post(fixture.url, { query, variables });
    expect(body.errors).toBeUndefined();
    expect(status).toBe(200);
  });

  it('lets a caller who is known send more than one who is not', async () => {
    const query = `{ anonymous } # ${'x'.repeat(5_000)}`;
    const nobody = await post(fixture.url, { query });
    expect(nobody.status).toBe(413);
    expect(nobody.body.errors?.[0]).toEqual({ message: 'The request is larger than 4096 bytes.', extensions: { code: 'BAD_REQUEST' } });
    const known = await post(fixture.url, { query }, { token: 'PSP.1' });
    expect(known.status).toBe(200);
    expect(known.body.errors).toBeUndefined();
  });

  it('refuses a body that is too large, before it is read', async () => {
    const { status, body } = await post(fixture.url, { query: `{ anonymous } # ${'x'.repeat(9_000)}` });
    expect(status).toBe(413);
    expect(body.errors?.[0]).toEqual({ message: 'The request is larger than 8192 bytes.', extensions: { code: 'BAD_REQUEST' } });
  });

  it('refuses batches', async () => {
    const { status, body } = await post(fixture.url, [{ query: '{ anonymous }' }, { query: '{ anonymous }' }]);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
  });
});

describe('limits as they are by default', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture('in-process');
  });
  afterAll(() => fixture.close());

  it('let pass what GraphiQL asks about the schema, and an answer across all subgraphs', async () => {
    const schema = await post(fixture.url, { query: getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true }) });
    expect(schema.body.errors).toBeUndefined();
    const page = await post(fixture.url, {
      query: '{ payments(first: 100) { edges { node { token notice { title } receipt { id } } } } }',
    });
    expect(page.body.errors).toBeUndefined();
  });

  it('turn hostile documents away quickly, without asking a subgraph', async () => {
    const hostile = [
      `{ ${repeat(500, (index) => `a${index}: payments(first: 1000) { edges { node { token } } }`)} }`,
      `{ ${repeat(900, () => 'allPayments { token }')} }`,
      `query { ...A } ${repeat(30, (index) => `fragment ${'F'.repeat(index + 1)} on Query { ...${'F'.repeat(index + 2)} ...${'F'.repeat(index + 2)} }`)}`,
      '{ a: __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
      `{ ${repeat(1_000, () => '{')} }`,
    ];
    const fetches = async () =>
      (await fixture.metrics.text()).split('\n').filter((line) => line.startsWith('gateway_subgraph_fetch_seconds_count'));
    const before = await fetches();
    const clock = realClock();
    for (const query of hostile) {
      const began = clock.monotonic();
      const { status } = await post(fixture.url, { query });
      expect(status).toBe(400);
      expect(clock.monotonic() - began).toBeLessThan(2_000);
    }
    expect(await fetches()).toEqual(before);
  });

  it('have no limit that is not set', () => {
    for (const [name, value] of Object.entries(DEFAULT_LIMITS)) expect(value, name).toBeGreaterThan(0);
  });
});
