/** What may go wrong between stating a fact and having applied it: crashes at every step, several instances, repeats, lost connections. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/index.ts';
import { applyIfNewer, type Bus, retainEvents, STREAM_RETENTION } from '../src/events/index.ts';
import { seededStreams } from '../src/random/index.ts';
import { type TestDatabase, until } from '../src/testing/index.ts';
import { DAY, manualClock } from '../src/time/index.ts';
import {
  appliedBy,
  clock,
  counted,
  overriding,
  readerDatabase,
  recorder,
  sourceDatabase,
  take,
  testBus,
  valuesOf,
} from './events-fixture.ts';

let source: TestDatabase;
let reader: Database;
const buses: Bus[] = [];

/** One more process: its own bus over the same database. */
function instance(): Bus {
  const bus = testBus(source);
  buses.push(bus);
  return bus;
}

beforeAll(async () => {
  source = await sourceDatabase();
  reader = await readerDatabase(source);
});
afterAll(async () => {
  await reader.close();
  await source.close();
});
beforeEach(() => {
  buses.length = 0;
});
afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.stop()));
  for (const schema of ['payments', 'receipts']) {
    await source.query(
      `truncate ${schema}.outbox, ${schema}.stream_reader, ${schema}.consumer, ${schema}.inbox, ${schema}.applied_revision`,
    );
    await source.query(`update ${schema}.stream_head set position = 0, floor = 0`);
  }
  await reader.query('truncate applied');
});

const state = (bus: Bus, counter: string, value: number): Promise<void> =>
  source.transaction((tx) => bus.outbox(source).append(tx, counted, { counter, value }));

describe('crashes', () => {
  it('after the commit and before the relay: the next relay that starts publishes', async () => {
    const crashed = testBus(source);
    const outbox = crashed.outbox(source);
    await crashed.stop(); // Its relay is gone; the outbox still writes, as a process does that dies right after its commit.
    await source.transaction((tx) => outbox.append(tx, counted, { counter: 'a', value: 1 }));
    expect(await source.query('select 1 from outbox where position is null')).toHaveLength(1);
    const next = instance();
    next.relay(source);
    expect(valuesOf(await take(next.stream('payments').subscribe({ after: 0n }), 1))).toEqual([1]);
  });

  it('in the relay: either all of a batch has its places or none, and the next goes on from there', async () => {
    const bus = testBus(source);
    const outbox = bus.outbox(source);
    await bus.stop();
    await source.transaction((tx) =>
      outbox.appendMany(
        tx,
        counted,
        [1, 2, 3].map((value) => ({ counter: 'a', value })),
      ),
    );
    const died = source.transaction(async (tx) => {
      await tx.query('select relay_outbox(2, now())');
      throw new Error('the relay died before its commit');
    });
    await expect(died).rejects.toThrow('died');
    const next = instance();
    next.relay(source);
    const events = await take(next.stream('payments').subscribe({ after: 0n }), 3);
    expect(events.map((event) => event.position)).toEqual([1n, 2n, 3n]);
  });

  it('of a consumer before its commit: nothing of the batch stays, and it is applied again once', async () => {
    const bus = instance();
    let crashes = 2;
    const definition = recorder();
    const dying = overriding(reader, {
      transaction: (work) =>
        reader.transaction(async (tx) => {
          const result = await work(tx);
          // The connection breaks when everything is done but the commit.
          if (crashes-- > 0) await tx.query('select pg_terminate_backend(pg_backend_pid())');
          return result;
        }),
    });
    const consumer = bus.consume(dying, definition);
    for (const value of [1, 2, 3]) await state(bus, 'a', value);
    await bus.settled(10_000);
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual([1, 2, 3]);
    expect(crashes).toBeLessThanOrEqual(0);
    expect(await consumer.deadLetterCount()).toBe(0);
    expect(await reader.query('select 1 from consumer_failure')).toEqual([]);
  });

  it('of a consumer after its commit, before it learnt of it: nothing is applied twice', async () => {
    const bus = instance();
    let lost = 1;
    const forgetful = overriding(reader, {
      async transaction(work) {
        const result = await reader.transaction(work);
        if (lost-- > 0) await reader.transaction((tx) => tx.query('select pg_terminate_backend(pg_backend_pid())'));
        return result;
      },
    });
    bus.consume(forgetful, recorder());
    for (const value of [1, 2, 3]) await state(bus, 'a', value);
    await bus.settled(10_000);
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual([1, 2, 3]);
  });

  it('of every connection to the database, again and again: all facts arrive, in order, once', async () => {
    const bus = instance();
    bus.consume(reader, recorder());
    const events = bus.stream('payments').subscribe({ after: 0n });
    const received = take(events, 60);
    for (let value = 1; value <= 60; value += 1) {
      await until(
        async () => {
          const known = await source.query(`select 1 from outbox where data->>'value' = $1`, [String(value)]);
          if (known.length > 0) return true; // The commit went through, though nobody was told.
          await state(bus, 'a', value);
          return true;
        },
        { what: `value ${value} is stated` },
      );
      if (value % 20 !== 0) continue;
      await source
        .query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
        .catch(() => undefined);
    }
    expect(valuesOf(await received)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    await bus.settled(10_000);
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });
});

describe('several instances', () => {
  it('relay, apply and follow together: positions without gap, each event applied once, each counter in order', async () => {
    const instances = [instance(), instance(), instance()];
    for (const bus of instances) bus.consume(reader, recorder());
    const follower = take(instances[0]!.stream('payments').subscribe({ after: 0n }), 300);
    const random = seededStreams('several instances').stream('writers');
    await source.query('create table counter (name text primary key, value integer not null)');
    await source.query(`insert into counter select 'c' || n, 0 from generate_series(0, 9) as n`);
    // Thirty writers at a time, of unequal speed, count ten counters up; the row lock orders each counter's facts.
    const writer = async (number: number): Promise<void> => {
      for (let step = 0; step < 10; step += 1) {
        const bus = instances[number % 3]!;
        const pauseMs = random.integer(0, 8);
        await source.transaction(async (tx) => {
          const [row] = await tx.query<{ value: number }>('update counter set value = value + 1 where name = $1 returning value', [
            `c${number % 10}`,
          ]);
          await bus.outbox(source).append(tx, counted, { counter: `c${number % 10}`, value: row!.value });
          await tx.query('select pg_sleep($1)', [pauseMs / 1_000]);
        });
      }
    };
    await Promise.all(Array.from({ length: 30 }, (_, number) => writer(number)));
    const events = await follower;
    expect(events.map((event) => Number(event.position))).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    await Promise.all(instances.map((bus) => bus.settled(10_000)));
    const rows = await appliedBy(reader);
    expect(rows.map((row) => row.position)).toEqual(events.map((event) => Number(event.position)));
    for (let name = 0; name < 10; name += 1) {
      const values = rows.filter((row) => row.counter === `c${name}`).map((row) => row.value);
      expect(values).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    }
    await source.query('drop table counter');
  });

  it('take over from one that is gone', async () => {
    const first = instance();
    first.consume(reader, recorder());
    await state(first, 'a', 1);
    await first.settled(5_000);
    const second = instance();
    second.consume(reader, recorder());
    await first.stop();
    await state(second, 'a', 2);
    await second.settled(5_000);
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual([1, 2]);
  });
});

describe('repeats and reordering', () => {
  it('of delivery are dropped by the inbox', async () => {
    const bus = instance();
    bus.consume(reader, recorder());
    for (const value of [1, 2, 3]) await state(bus, 'a', value);
    await bus.settled(5_000);
    await until(async () => (await appliedBy(reader)).length === 3, { what: 'all are applied' });
    await reader.query('update consumer set position = 0'); // The inbox stays.
    await state(bus, 'a', 4);
    await bus.settled(5_000);
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual([1, 2, 3, 4]);
  });

  it('of revisions: an older state never overwrites a newer one', async () => {
    const shown: number[] = [];
    const ran: boolean[] = [];
    for (const revision of [2, 1, 2, 3]) {
      const work = async (): Promise<void> => void shown.push(revision);
      ran.push(await reader.transaction((tx) => applyIfNewer(tx, 'counters', { subject: 'a', revision }, clock, work)));
    }
    expect(ran).toEqual([true, false, false, true]);
    expect(shown).toEqual([2, 3]);
  });
});

describe('stopping', () => {
  it('lets the batch in progress finish and publishes what was committed', async () => {
    const bus = instance();
    let begun = false;
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const definition = recorder();
    bus.consume(reader, {
      ...definition,
      async handle(event, tx) {
        begun = true;
        await held;
        await definition.handle(event, tx);
      },
    });
    await state(bus, 'a', 1);
    await until(() => begun, { what: 'the handler runs' });
    const stopped = bus.stop();
    letGo();
    await stopped;
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual([1]);
    expect(() => bus.consume(reader, recorder('receipts.other'))).toThrow(/has stopped/);
  });

  it('cuts a wait between tries short', async () => {
    const bus = testBus(source, { consumers: { attempts: 10, firstPauseMs: 60_000, longestPauseMs: 60_000, pollMs: 100 } });
    let tries = 0;
    bus.consume(
      reader,
      recorder('receipts.counters', {
        async handle() {
          tries += 1;
          throw new Error('no');
        },
      }),
    );
    await state(bus, 'a', 1);
    await until(() => tries > 0, { what: 'the first try' });
    const began = clock.monotonic();
    await bus.stop();
    expect(clock.monotonic() - began).toBeLessThan(5_000);
  });
});

describe('retention', () => {
  const later = (days: number) => manualClock(clock.now() + days * DAY);

  it('keeps what a consumer has not passed, for as long as it is alive', async () => {
    const bus = instance();
    for (const value of [1, 2, 3]) await state(bus, 'a', value);
    await bus.relay(source).flush();
    await source.query('insert into stream_reader (consumer, position, reported_at) values ($1, 1, $2)', [
      'receipts.slow',
      later(9).date(),
    ]);
    expect(await retainEvents(source, later(6))).toMatchObject({ events: 0 });
    expect(await retainEvents(source, later(10))).toMatchObject({ events: 1 });
    expect(await bus.stream('payments').oldest()).toBe(1n);
    expect(await retainEvents(source, later(50))).toMatchObject({ events: 2 });
    expect(await bus.stream('payments').oldest()).toBe(3n);
    await state(bus, 'a', 4);
    await bus.relay(source).flush();
    expect(await bus.stream('payments').head()).toBe(4n); // Positions are never given again.
  });

  it('leaves the newest event of each thing in a compacted stream, for whoever comes new', async () => {
    const bus = instance();
    for (const [counter, value] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['b', 2],
      ['a', 3],
    ] as const)
      await state(bus, counter, value);
    await bus.relay(source).flush();
    const settings = STREAM_RETENTION.onboarding!;
    expect(await retainEvents(source, later(399), settings)).toMatchObject({ events: 0 });
    expect(await retainEvents(source, later(401), settings)).toMatchObject({ events: 3 });
    bus.consume(reader, recorder());
    await bus.settled(5_000);
    await until(async () => (await appliedBy(reader)).length === 2, { what: 'the present state is known' });
    expect((await appliedBy(reader)).map(({ counter, value }) => `${counter}${value}`)).toEqual(['b2', 'a3']);
    expect((await bus.stream('payments').read({ after: 2n, first: 10 })).events).toHaveLength(2);
  });

  it('forgets what consumers noted a month ago', async () => {
    const bus = instance();
    bus.consume(reader, recorder());
    await state(bus, 'a', 1);
    await bus.settled(5_000);
    await until(async () => (await reader.query('select 1 from inbox')).length === 1, { what: 'it is noted' });
    expect(await retainEvents(reader, later(29))).toMatchObject({ inbox: 0 });
    expect(await retainEvents(reader, later(31))).toMatchObject({ inbox: 1 });
  });
});
