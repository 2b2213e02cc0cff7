import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Bus,
  type Carrier,
  CursorExpiredError,
  decodeCursor,
  encodeCursor,
  type PlatformEvent,
  postgresCarrier,
  retainEvents,
  SlowConsumerError,
} from '../src/events/index.ts';
import { deferred } from '../src/events/deferred.ts';
import { InputError } from '../src/faults/index.ts';
import { type TestDatabase, until } from '../src/testing/index.ts';
import { DAY, manualClock } from '../src/time/index.ts';
import { clock, counted, overriding, renamed, sourceDatabase, take, testBus, valuesOf } from './events-fixture.ts';

let source: TestDatabase;
let bus: Bus;

beforeAll(async () => {
  source = await sourceDatabase();
});
afterAll(() => source.close());
beforeEach(() => {
  bus = testBus(source);
});
afterEach(async () => {
  await bus.stop();
  await source.query('truncate outbox, stream_reader');
  await source.query('update stream_head set position = 0, floor = 0');
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function state(values: readonly number[], more: { counter?: string; tenant?: string } = {}): Promise<void> {
  const data = values.map((value) => ({ counter: 'a', value, ...more }));
  await source.transaction((tx) => bus.outbox(source).appendMany(tx, counted, data));
}

async function published(count: number): Promise<void> {
  await until(async () => (await bus.stream('payments').head()) >= BigInt(count), { what: `${count} events are published` });
}

describe('subscriptions', () => {
  it('begin now by default: at the call, not at the first pull', async () => {
    await state([1]);
    await published(1);
    const stream = bus.stream('payments');
    await take(stream.subscribe({ after: 0n }), 1);
    const events = stream.subscribe();
    await state([2, 3]);
    await published(3);
    expect(valuesOf(await take(events, 2))).toEqual([2, 3]);
  });

  it('begin at the call also when it comes before the reader has found the stream', async () => {
    await state([1]);
    await published(1);
    const asked = deferred();
    const free = deferred();
    const usual = postgresCarrier(source);
    const held: Carrier = {
      ...usual,
      listen: async (name, wake) => {
        await free.promise;
        return usual.listen(name, wake);
      },
      log(name) {
        const log = usual.log(name);
        return { ...log, bounds: () => log.bounds().finally(asked.resolve) };
      },
    };
    await using late = testBus(source, { carrier: held });
    const events = late.stream('payments').subscribe();
    await asked.promise;
    await state([2, 3]);
    await published(3);
    free.resolve();
    await late.stream('payments').found;
    expect(valuesOf(await take(events, 2))).toEqual([2, 3]);
  });

  it('resume after a cursor without loss or repeat, wherever they were cut', async () => {
    await state(range(1, 40));
    const stream = bus.stream('payments');
    const seen: number[] = [];
    let cursor = encodeCursor('payments', 0n);
    let next = 41;
    while (seen.length < 90) {
      const events = stream.subscribe({ after: decodeCursor('payments', cursor) });
      const part = await take(events, (seen.length % 7) + 1);
      await events.return?.();
      seen.push(...valuesOf(part));
      cursor = encodeCursor('payments', part.at(-1)?.position ?? 0n);
      if (next <= 100) await state(range(next, (next += 9)));
      next += 1;
    }
    expect(seen).toEqual(range(1, seen.length));
  });

  it('read from the log what memory no longer has, and pass into memory without a seam', async () => {
    await bus.stop();
    bus = testBus(source, { tailCapacity: 50 });
    await state(range(1, 700));
    await published(700);
    const events = bus.stream('payments').subscribe({ after: 3n });
    expect(valuesOf(await take(events, 300))).toEqual(range(4, 303));
    await state(range(701, 900));
    expect(valuesOf(await take(events, 597))).toEqual(range(304, 900));
    const pending = events.next();
    await state([901]);
    expect(valuesOf([(await pending).value as PlatformEvent])).toEqual([901]);
  });

  it('give each tenant its own events only, and everything to those without a tenant', async () => {
    await state([1], { tenant: '11111111111' });
    await state([2], { tenant: '22222222222' });
    await state([3]);
    const stream = bus.stream('payments');
    const own = stream.subscribe({ after: 0n, audience: ['EC:22222222222', 'EC:33333333333'] });
    const nobody = stream.subscribe({ after: 0n, audience: [] });
    const all = stream.subscribe({ after: 0n });
    const nothing = nobody.next();
    expect(valuesOf(await take(all, 3))).toEqual([1, 2, 3]);
    expect(valuesOf(await take(own, 1))).toEqual([2]);
    const waiting = own.next();
    await state([4], { tenant: '11111111111' });
    await state([5], { tenant: '33333333333' });
    expect(valuesOf([(await waiting).value as PlatformEvent])).toEqual([5]);
    await nobody.return?.();
    expect(await nothing).toEqual({ done: true, value: undefined });
  });

  it('filter by name, subject and a condition of their own', async () => {
    await source.transaction(async (tx) => {
      const outbox = bus.outbox(source);
      await outbox.append(tx, counted, { counter: 'a', value: 1 });
      await outbox.append(tx, renamed, { counter: 'a', value: 2 });
      await outbox.append(tx, counted, { counter: 'b', value: 3 });
      await outbox.append(tx, counted, { counter: 'b', value: 4 });
    });
    const stream = bus.stream('payments');
    const of = async (options: Parameters<typeof stream.subscribe>[0], count: number) =>
      valuesOf(await take(stream.subscribe({ after: 0n, ...options }), count));
    expect(await of({ names: ['counter.renamed'] }, 1)).toEqual([2]);
    expect(await of({ subject: 'b' }, 2)).toEqual([3, 4]);
    expect(await of({ subject: 'b', filter: (event) => event.revision > 3 }, 1)).toEqual([4]);
    const waiting = stream.subscribe({ subject: 'c', names: ['counter.counted'] });
    const pending = waiting.next();
    await state([5], { counter: 'a' });
    await state([6], { counter: 'c' });
    expect(valuesOf([(await pending).value as PlatformEvent])).toEqual([6]);
  });

  it('end at once when told to, also while they wait: return, throw, abort, stop of the bus', async () => {
    const stream = bus.stream('payments');
    const done = { done: true, value: undefined };
    const returned = stream.subscribe();
    const pending = returned.next();
    expect(await returned.return?.()).toEqual(done);
    expect(await pending).toEqual(done);
    expect(await returned.next()).toEqual(done);

    const thrown = stream.subscribe();
    const cut = thrown.next();
    await expect(thrown.throw?.(new Error('enough'))).rejects.toThrow('enough');
    expect(await cut).toEqual(done);

    const controller = new AbortController();
    const aborted = stream.subscribe({ signal: controller.signal });
    const waiting = aborted.next();
    controller.abort();
    expect(await waiting).toEqual(done);

    const unknown = bus.stream('quality').subscribe(); // nobody has made this stream
    const never = unknown.next();
    expect(await unknown.return?.()).toEqual(done);
    expect(await never).toEqual(done);

    const last = stream.subscribe();
    const open = last.next();
    expect(stream.subscribers).toBe(1);
    await bus.stop();
    expect(await open).toEqual(done);
    expect(stream.subscribers).toBe(0);
  });

  it('reject once with what their filter throws, and are over then', async () => {
    await state([1]);
    const filter = (): boolean => {
      throw new Error('bad filter');
    };
    const stream = bus.stream('payments');
    const past = stream.subscribe({ after: 0n, filter });
    await expect(past.next()).rejects.toThrow('bad filter');
    expect(await past.next()).toEqual({ done: true, value: undefined });
    await published(1);
    const live = stream.subscribe({ filter });
    const pending = live.next();
    pending.catch(() => undefined);
    await state([2]);
    await expect(pending).rejects.toThrow('bad filter');
  });

  it('are dropped when they fall too far behind after having been up to date, and can resume', async () => {
    const stream = bus.stream('payments');
    const quick = stream.subscribe({ after: 0n });
    await state([0]);
    await take(quick, 1);
    const slow = stream.subscribe({ queueLimit: 10 });
    const first = slow.next();
    await state([1]);
    expect(valuesOf([(await first).value as PlatformEvent])).toEqual([1]);
    await state(range(2, 30));
    await take(quick, 30);
    const error = await slow.next().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SlowConsumerError);
    const resumed = stream.subscribe({ after: (error as SlowConsumerError).position, queueLimit: 10 });
    expect(valuesOf(await take(resumed, 29))).toEqual(range(2, 30));
  });

  it('refuse cursors from the future, and cursors of events that are gone', async () => {
    await state(range(1, 20));
    await published(20);
    const stream = bus.stream('payments');
    await expect(stream.subscribe({ after: 21n }).next()).rejects.toThrow(InputError);
    await expect(stream.read({ after: 21n, first: 1 })).rejects.toThrow(/ahead of the stream/);
    await retainEvents(source, manualClock(clock.now() + 8 * DAY));
    expect(await stream.oldest()).toBe(20n);
    await expect(stream.read({ after: 5n, first: 1 })).rejects.toThrow(CursorExpiredError);
    expect(await stream.read({ after: 0n, first: 1 })).toEqual({ events: [], lastPosition: 20n, hasMore: false });
    expect((await stream.read({ after: 20n, first: 1 })).events).toEqual([]);
    const late = testBus(source);
    await expect(late.stream('payments').subscribe({ after: 5n }).next()).rejects.toThrow(CursorExpiredError);
    await state([21]);
    expect(valuesOf(await take(late.stream('payments').subscribe({ after: 0n }), 1))).toEqual([21]);
    await late.stop();
  });

  it('hear of events though every notification is lost: the poll is the net', async () => {
    const other = testBus(overriding(source, { listen: async () => ({ [Symbol.asyncDispose]: async () => undefined }) }));
    const events = other.stream('payments').subscribe({ after: 0n });
    await state([1]);
    expect(valuesOf(await take(events, 1))).toEqual([1]);
    await other.stop();
  });
});

describe('lists of events', () => {
  it('page through a stream with the cursors of subscriptions; a page looks at a bounded stretch', async () => {
    await state(range(1, 25));
    await published(25);
    const stream = bus.stream('payments');
    const first = await stream.read({ after: 0n, first: 10 });
    expect(valuesOf(first.events)).toEqual(range(1, 10));
    expect(first).toMatchObject({ lastPosition: 10n, hasMore: true });
    const rest = await stream.read({ after: first.lastPosition, first: 100 });
    expect(valuesOf(rest.events)).toEqual(range(11, 25));
    expect(rest).toMatchObject({ lastPosition: 25n, hasMore: false });
    await expect(stream.read({ after: 0n, first: 1_001 })).rejects.toThrow(InputError);
  });

  it('may be empty and still go on, when little is wanted of a long stream', async () => {
    await state(range(1, 10_500), { tenant: '11111111111' });
    await state([10_501], { tenant: '22222222222' });
    await published(10_501);
    const wanted = { first: 10, audience: ['EC:22222222222'] };
    const stream = bus.stream('payments');
    const empty = await stream.read({ after: 0n, ...wanted });
    expect(empty).toEqual({ events: [], lastPosition: 10_000n, hasMore: true });
    const found = await stream.read({ after: empty.lastPosition, ...wanted });
    expect(valuesOf(found.events)).toEqual([10_501]);
    // One thing's events are found by index, however long ago they were.
    expect((await stream.read({ after: 0n, first: 10, subject: 'b' })).hasMore).toBe(false);
    // And a subscriber crosses the empty stretch by itself.
    expect(valuesOf(await take(stream.subscribe({ after: 0n, audience: ['EC:22222222222'] }), 1))).toEqual([10_501]);
  });
});

describe('five thousand subscribers', () => {
  it('share one reader: as many queries as one would need, and every one gets its own events', async () => {
    let queries = 0;
    const counting = overriding(source, {
      query: (...parameters) => {
        queries += 1;
        return source.query(...parameters);
      },
    });
    const other = testBus(counting);
    const stream = other.stream('payments');
    const tenants = range(10_000_000_000, 10_000_000_099).map(String);
    await take(stream.subscribe({ after: await primed() }), 0);
    const subscriptions = range(0, 4_999).map((index) => stream.subscribe({ after: 1n, audience: [`EC:${tenants[index % 100]}`] }));
    const received = subscriptions.map((subscription) => take(subscription, 3));
    await until(() => stream.subscribers >= 5_000, { what: 'all have subscribed' });
    queries = 0;
    for (const round of [1, 2, 3]) {
      await source.transaction((tx) =>
        bus.outbox(source).appendMany(
          tx,
          counted,
          tenants.map((tenant) => ({ counter: tenant, value: round, tenant })),
        ),
      );
    }
    const all = await Promise.all(received);
    expect(queries).toBeLessThan(40);
    for (const [index, events] of all.entries()) {
      expect(valuesOf(events)).toEqual([1, 2, 3]);
      expect(events.every((event) => event.subject === tenants[index % 100])).toBe(true);
    }
    await other.stop();
    expect(stream.subscribers).toBe(0);
  });

  async function primed(): Promise<bigint> {
    await state([0]);
    await published(1);
    return 0n;
  }
});
