/** Heap that rounds of the same work leave behind: after garbage collection the last third of the rounds holds no more than the first. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@nodo-aperto/kernel/testing';
import { type Fixture, startFixture } from './support/fixture.ts';
import { openReady } from './support/raw-socket.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap that are still in use. What was let go of in a promise or a callback is free a turn later. */
async function bytesInUse(): Promise<number> {
  for (let count = 0; count < 3; count += 1) {
    await new Promise(setImmediate);
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** Rounds before anything counts: they fill caches, and code is compiled. */
const FIRST_ROUNDS = 3;
const ROUNDS = 9;
/** An operation of which a closure, a promise or a row of a map is kept leaves more than this. */
const MOST_BYTES_EACH = 512;
/** How long it takes says nothing: a busy machine may take its time. */
const PATIENCE = { timeout: 240_000 };
const PATIENCE_MS = 60_000;

/** The least that is in use after a round of the first third, and of the last: what a single look happens to see counts for nothing. */
async function growth(operations: number, round: (index: number) => Promise<void>): Promise<number> {
  const third = ROUNDS / 3;
  const rounds = async (from: number, count: number): Promise<number> => {
    const seen: number[] = [];
    for (let index = from; index < from + count; index += 1) {
      await round(index);
      seen.push(await bytesInUse());
    }
    return Math.min(...seen);
  };
  for (let index = 0; index < FIRST_ROUNDS; index += 1) await round(index);
  const first = await rounds(FIRST_ROUNDS, third);
  for (let index = 0; index < third; index += 1) await round(FIRST_ROUNDS + third + index);
  const last = await rounds(FIRST_ROUNDS + 2 * third, third);
  return (last - first) / (operations * 2 * third);
}

describe('the gateway keeps nothing of', PATIENCE, () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture('in-process', { limits: { cachedDocumentCharacters: 20_000 } });
  });
  afterAll(() => fixture.close());

  it('operations that were answered, refused or failed', async () => {
    const query = 'query ($token: ID!) { payment(token: $token) { amount notice { title } } }';
    const grown = await growth(400, async () => {
      for (let index = 0; index < 100; index += 1) {
        const variables = { token: `t${index}` };
        await fixture.gateway.execute({ query: 'query ($token: ID!) { payment(token: $token) { amount } }', variables });
        await fixture.gateway.execute({ query, variables });
        await fixture.gateway.execute({ query, variables: {} });
        await fixture.gateway.execute({ query: '{ fail(how: "crash") }' });
      }
      fixture.world.contexts.length = 0;
    });
    expect(grown).toBeLessThan(MOST_BYTES_EACH);
  });

  it('documents that were never seen before, beyond what its caches have room for', async () => {
    // So long that few of them fill each cache on the way, which happens in the first rounds.
    const long = 'a'.repeat(4_000);
    const grown = await growth(100, async (round) => {
      for (let index = 0; index < 100; index += 1) {
        const query = `query Q${round}x${index} { payment(token: "t") { ${long}${round}x${index}: amount } }`;
        expect(await fixture.gateway.execute({ query })).not.toHaveProperty('errors');
      }
    });
    // A document that is kept takes more than its four kilobytes of text.
    expect(grown).toBeLessThan(1_024);
  });

  it('subscribers that came, heard an event and went', async () => {
    const query = 'subscription { paymentEvents { cursor payment { amount } } }';
    let cursor = 0;
    const grown = await growth(80, async () => {
      for (let index = 0; index < 80; index += 1) {
        const principal = { subject: `s${index}`, role: 'OPERATOR' as const, expiresAt: Number.MAX_SAFE_INTEGER };
        const stream = await fixture.gateway.subscribe({ query, principal });
        if (!('next' in stream)) throw new Error(JSON.stringify(stream));
        const event = stream.next();
        cursor += 1;
        fixture.world.state({ cursor: String(cursor), token: 'x' });
        expect((await event).value).toMatchObject({ data: { paymentEvents: { cursor: String(cursor) } } });
        await stream.return?.();
      }
      await until(() => fixture.world.listeners === 0, { what: 'the subgraph is let go of', timeoutMs: PATIENCE_MS });
      fixture.world.log.length = 0;
    });
    expect(fixture.gateway.activity()).toEqual({ sockets: 0, streams: 0, subscribers: 0 });
    expect(grown).toBeLessThan(MOST_BYTES_EACH);
  });

  it('sockets that subscribed, heard an event and were closed or cut off', async () => {
    const query = 'subscription { paymentEvents { cursor } }';
    let cursor = 1_000_000;
    const grown = await growth(30, async () => {
      const opened = Array.from({ length: 30 }, async (_each, index) => {
        const raw = await openReady(fixture.websocketUrl, { authorization: `Bearer OPERATOR~subject=${index % 5}` });
        raw.send({ id: '1', type: 'subscribe', payload: { query } });
        return raw;
      });
      const sockets = await Promise.all(opened);
      await until(() => fixture.gateway.activity().subscribers === 30 && fixture.world.listeners === 5, {
        what: 'all are subscribed',
        timeoutMs: PATIENCE_MS,
      });
      cursor += 1;
      fixture.world.state({ cursor: String(cursor), token: 'x' });
      for (const raw of sockets) await raw.expect('next');
      for (const [index, { socket }] of sockets.entries()) {
        if (index % 2 === 0) socket.terminate();
        else socket.close();
      }
      await until(() => fixture.gateway.activity().sockets === 0 && fixture.world.listeners === 0, {
        what: 'the sockets are gone',
        timeoutMs: PATIENCE_MS,
      });
      fixture.world.log.length = 0;
    });
    // Both ends are in this process, and Node pools what belongs to connections; a socket of which something is kept takes tens of kilobytes.
    expect(grown).toBeLessThan(4_096);
  });
});
