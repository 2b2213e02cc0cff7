import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingLogger } from '@nodo-aperto/kernel/testing';
import { type Fixture, post, SHAPES, startFixture } from './support/fixture.ts';

describe.each(SHAPES)('queries over subgraphs %s', (shape) => {
  const { log, lines } = recordingLogger();
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture(shape, { log });
  });
  afterAll(() => fixture.close());
  const ask = (query: string, options: { token?: string; variables?: object } = {}) =>
    post(fixture.url, { query, variables: options.variables }, options);

  it('crosses all subgraphs in one answer', async () => {
    const { status, body, headers } = await ask('query ($t: ID!) { payment(token: $t) { amount notice { title } receipt { id } } }', {
      variables: { t: '42' },
    });
    expect(status).toBe(200);
    expect(body).toEqual({ data: { payment: { amount: 10_050, notice: { title: 'TARI 2026' }, receipt: { id: 'R42' } } } });
    expect(headers.get('x-request-id')).toBeTruthy();
  });

  it('completes every entity of a list', async () => {
    const { body } = await ask('{ payments(first: 3) { edges { node { token notice { title } } } } }');
    expect(body).toEqual({
      data: { payments: { edges: ['0', '1', '2'].map((token) => ({ node: { token, notice: { title: 'TARI 2026' } } })) } },
    });
  });

  it('tells subgraphs who calls: the caller, or that there is none', async () => {
    expect((await ask('{ whoAmI anonymous }', { token: 'PSP.60000000001' })).body.data).toEqual({
      whoAmI: 'PSP 60000000001',
      anonymous: false,
    });
    expect((await ask('{ whoAmI anonymous }')).body.data).toEqual({ whoAmI: null, anonymous: true });
  });

  it('answers through execute() what it answers over HTTP', async () => {
    const query = '{ payment(token: "7") { receipt { id } } }';
    expect(await fixture.gateway.execute({ query })).toEqual({ data: { payment: { receipt: { id: 'R7' } } } });
    expect((await fixture.gateway.execute({ query: '{ nothing }' })).errors?.[0]?.extensions).toEqual({
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
    expect((await fixture.gateway.execute({ query: '{ fail(how: "crash") }' })).errors?.[0]?.message).toBe('internal error');
  });

  it('shows errors that are meant for clients, without what else is in them', async () => {
    const { status, body } = await ask('{ fail(how: "not-found") payment(token: "1") { token } }');
    expect(status).toBe(200);
    expect(body.data).toEqual({ fail: null, payment: { token: '1' } });
    expect(body.errors).toEqual([{ message: 'There is no such payment.', path: ['fail'], extensions: { code: 'NOT_FOUND' } }]);
  });

  it('masks what went wrong inside, with a reference that the log has too', async () => {
    const { body, headers } = await ask('{ fail(how: "crash") }');
    const requestId = headers.get('x-request-id');
    expect(body.errors).toEqual([{ message: 'internal error', path: ['fail'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }]);
    expect(JSON.stringify(body)).not.toContain('relation');
    const line = lines.find((each) => each['requestId'] === requestId && each.level === 'error');
    expect(line).toMatchObject({ subgraph: 'payments', path: 'fail', msg: 'an operation failed' });
    expect(JSON.stringify(line)).toContain('does not exist');
  });

  it.each(['GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST', 'SOMETHING_ELSE'])(
    'masks a subgraph’s %s: it is about our query, not the client’s',
    async (code) => {
      const { body } = await ask('query ($how: String!) { fail(how: $how) }', { variables: { how: code } });
      expect(body.errors?.[0]).toMatchObject({ message: 'internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    },
  );

  it('turns a null where a value was promised into an error', async () => {
    const { body, headers } = await ask('{ brokenPromise { token } }');
    const requestId = headers.get('x-request-id');
    expect(body.data).toEqual({ brokenPromise: null });
    expect(body.errors).toHaveLength(1);
    expect(body.errors?.[0]).toMatchObject({ message: 'internal error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } });
    expect(body.extensions).toBeUndefined();
    expect(lines.some((line) => line['requestId'] === requestId && line.level === 'error')).toBe(true);
  });

  it('names what is wrong with variables', async () => {
    const { status, body } = await ask('query ($t: ID!) { payment(token: $t) { token } }', { variables: {} });
    expect(status).toBe(400);
    expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(body.errors?.[0]?.message).toContain('$t');
  });

  it('keeps figures of its fetches', async () => {
    expect(await fixture.metrics.text()).toMatch(
      /gateway_subgraph_fetch_seconds_count\{service="gateway",subgraph="notices",outcome="ok"\} [1-9]/,
    );
  });
});

describe.each(SHAPES)('a subgraph %s that does not answer', (shape) => {
  it('is not waited for: its part is missing, the rest is there', async () => {
    const fixture = await startFixture(shape, { limits: { subgraphTimeoutMs: 1_000 } });
    const { status, body } = await post(fixture.url, { query: '{ slow notice(number: "31") { title } }' });
    expect(status).toBe(200);
    expect(body.data).toEqual({ slow: null, notice: { title: 'TARI 2026' } });
    expect(body.errors).toEqual([
      { message: 'A part of the platform is not available at the moment.', extensions: { code: 'SERVICE_UNAVAILABLE' } },
    ]);
    await fixture.close();
  });
});
