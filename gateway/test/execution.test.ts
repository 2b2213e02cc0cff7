import { graphql } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, post, SHAPES, startFixture } from './support/fixture.ts';
import { toySchemas, ToyWorld } from './support/toys.ts';

describe.each(SHAPES)('what one subgraph %s answers alone', (shape) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture(shape);
  });
  afterAll(() => fixture.close());

  it.each<[string, Record<string, unknown>?]>([
    ['{ payment(token: "1") { token amount } }'],
    ['{ second: payment(token: "2") { amount } first: payment(token: "1") { amount t: token __typename } }'],
    ['query ($token: ID!) { payment(token: $token) { ...P notice { number } } } fragment P on Payment { amount token }', { token: 'x' }],
    ['query ($token: ID = "7") { payment(token: $token) { token } }'],
    ['query ($first: Int) { payments(first: $first) { edges { cursor node { token amount } } totalCount } }', { first: 3 }],
    ['query ($no: Boolean!) { payment(token: "1") { token amount @skip(if: $no) } }', { no: true }],
    ['query ($no: Boolean!) { payment(token: "1") { token amount @skip(if: $no) } }', { no: false }],
    ['{ whoAmI anonymous allPayments { token } }'],
    ['mutation { pay(token: "9") { token amount } }'],
    ['{ __typename }'],
  ])('is what it would say itself: %s', async (source, variableValues) => {
    const context = { principal: undefined, request: { id: '1', traceparent: undefined } };
    const token = 'OPERATOR';
    const expected = await graphql({
      schema: toySchemas(new ToyWorld()).payments,
      source,
      variableValues,
      contextValue: { ...context, principal: { role: 'OPERATOR', subject: 'OPERATOR' } },
    });
    const { body } = await post(fixture.url, { query: source, variables: variableValues }, { token });
    expect(body).toEqual(JSON.parse(JSON.stringify(expected)));
    // The order of fields is the operation's.
    expect(JSON.stringify(body.data)).toBe(JSON.stringify(expected.data));
  });

  it('is asked for once, also when the answer is not as expected', async () => {
    const before = fetches(await fixture.metrics.text());
    await post(fixture.url, { query: '{ brokenPromise { token } }' });
    await post(fixture.url, { query: '{ fail(how: "not-found") }' });
    await post(fixture.url, { query: '{ fail(how: "crash") }' });
    expect(fetches(await fixture.metrics.text()) - before).toBe(3);
  });

  it('is refused in the same words whatever a client accepts', async () => {
    const query = 'query ($t: ID!) { payment(token: $t) { token } }';
    const send = (accept: string) => post(fixture.url, { query, variables: { t: { a: 1 } } }, { headers: { accept } });
    const plain = await send('application/json');
    const weighed = await send('application/json, text/html;q=0.9');
    expect(plain.status).toBe(400);
    expect({ status: weighed.status, body: weighed.body }).toEqual({ status: plain.status, body: plain.body });
    expect(weighed.headers.get('content-type')).toBe(plain.headers.get('content-type'));
  });
});

/** Fetches from the payments subgraph so far. */
function fetches(metrics: string): number {
  return [...metrics.matchAll(/gateway_subgraph_fetch_seconds_count\{[^}]*subgraph="payments"[^}]*\} (\d+)/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}
