import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@nodo-aperto/kernel/testing';
import { type Fixture, post, startFixture } from './support/fixture.ts';
import { openReady } from './support/raw-socket.ts';

/** Ten requests at once and a hundred objects: tests ask for so much more that a slow machine does not fill the buckets meanwhile. */
const RATE = { requestsPerSecond: 2, objectsPerSecond: 20 };
const MANY = 60;
const quick = '{ anonymous }';
const page = (first: number) => `{ payments(first: ${first}) { edges { node { token amount } } } }`;

describe('the rate of a tenant', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture('in-process', { rate: RATE });
  });
  afterAll(() => fixture.close());

  it('is one for all its tokens, and for no other tenant', async () => {
    const answers = await Promise.all(
      Array.from({ length: MANY }, (_each, index) => post(fixture.url, { query: quick }, { token: `PSP.1~subject=${index}` })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(10);
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect(refused[0]!.body).toEqual({
      errors: [
        {
          message: 'More than 2 requests a second; try again in 1 s.',
          extensions: { code: 'LIMIT_EXCEEDED', limit: 2, retryAfterSeconds: 1 },
        },
      ],
    });
    expect((await post(fixture.url, { query: quick }, { token: 'PSP.2' })).status).toBe(200);
  });

  it('counts the values that an answer may hold', async () => {
    const token = 'PSP.3';
    expect((await post(fixture.url, { query: page(20) }, { token })).status).toBe(200);
    // There is room for a part of this one only.
    const { status, headers, body } = await post(fixture.url, { query: page(300) }, { token });
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(body.data).toBeUndefined();
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 20 });
    // Small questions still have room; what is larger than the bucket waits for a full one, and is paid off.
    expect((await post(fixture.url, { query: quick }, { token })).status).toBe(200);
    expect((await post(fixture.url, { query: page(300) }, { token: 'PSP.33' })).status).toBe(200);
    expect((await post(fixture.url, { query: quick }, { token: 'PSP.33' })).status).toBe(429);
  });

  it('counts the items that a request brings', async () => {
    const token = 'PSP.4';
    const variables = { unused: Array.from({ length: 5_000 }, (_each, index) => index) };
    expect((await post(fixture.url, { query: quick, variables }, { token })).status).toBe(200);
    expect((await post(fixture.url, { query: quick, variables }, { token })).status).toBe(429);
  });

  it('holds over a websocket, for all its sockets together', async () => {
    const sockets = await Promise.all([1, 2].map(() => openReady(fixture.websocketUrl, { authorization: 'Bearer PSP.5' })));
    for (let count = 0; count < MANY / 2; count += 1)
      for (const [index, socket] of sockets.entries())
        socket.send({ type: 'subscribe', id: `${index}-${count}`, payload: { query: quick } });
    const messages = () => sockets.flatMap(({ received }) => received);
    await until(() => messages().filter(({ type }) => type === 'next' || type === 'error').length === MANY, { what: 'all are answered' });
    expect(messages().filter(({ type }) => type === 'next').length).toBeLessThan(MANY);
    const refused = messages().find(({ type }) => type === 'error');
    expect(refused?.payload).toEqual([expect.objectContaining({ extensions: { code: 'LIMIT_EXCEEDED', limit: 2, retryAfterSeconds: 1 } })]);
    for (const { socket } of sockets) socket.close();
  });

  it('is that of the address for who has no token', async () => {
    const answers = await Promise.all(Array.from({ length: MANY }, () => post(fixture.url, { query: quick })));
    expect(answers.map(({ status }) => status)).toContain(429);
    expect((await post(fixture.url, { query: quick }, { token: 'PSP.6' })).status).toBe(200);
  });
});
