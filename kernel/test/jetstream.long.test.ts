/** The bus over NATS JetStream, with a real server that is killed, emptied and started again. Skipped where there is no `nats-server`. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/index.ts';
import { type Bus, eventLog, type EventLog, type PlatformEvent, postgresBus } from '../src/events/index.ts';
import { BrokerUnavailableError, type JetStreamCarrier, jetStreamCarrier, parseBusUrl, refillStreams } from '../src/jetstream/index.ts';
import { findNatsServer, freePort, type NatsServer, startNats, type TestDatabase, testLogger, until } from '../src/testing/index.ts';
import { realClock } from '../src/time/index.ts';
import { appliedBy, clock, counted, readerDatabase, recorder, sourceDatabase, take, valuesOf } from './events-fixture.ts';

const program = findNatsServer();
const DEADLINE = { timeoutMs: 60_000 };

describe.skipIf(!program)('the bus over JetStream', () => {
  let nats: NatsServer;
  let source: TestDatabase;
  let reader: Database;
  let rounds = 0;
  let open: AsyncDisposableStack;

  beforeAll(async () => {
    nats = await startNats(program!);
    source = await sourceDatabase();
    reader = await readerDatabase(source);
  });
  afterAll(async () => {
    await reader.close();
    await source.close();
    await nats[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    open = new AsyncDisposableStack();
    rounds += 1;
  });
  afterEach(async () => {
    await open.disposeAsync();
    for (const schema of ['payments', 'receipts']) {
      await source.query(`truncate ${schema}.outbox, ${schema}.stream_reader, ${schema}.consumer, ${schema}.inbox`);
      await source.query(`update ${schema}.stream_head set position = 0, floor = 0`);
    }
    await reader.query('truncate applied');
  });

  const carrier = async (database: Database = source, prefix = `round${rounds}`): Promise<JetStreamCarrier> =>
    open.use(await jetStreamCarrier({ url: `${nats.url}?prefix=${prefix}`, database, log: testLogger() }));
  /** One more process. */
  const instance = async (prefix?: string): Promise<Bus> => {
    const made = postgresBus({
      database: source,
      clock,
      log: testLogger(),
      consumers: { firstPauseMs: 5, longestPauseMs: 20, pollMs: 100 },
      carrier: await carrier(source, prefix),
    });
    return open.use(made);
  };
  const state = (bus: Bus, value: number): Promise<void> =>
    source.transaction((transaction) => bus.outbox(source).append(transaction, counted, { counter: 'c', value }));
  const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_unused, place) => from + place);
  const applied = async (): Promise<number[]> => (await appliedBy(reader)).map(({ value }) => value);
  const brokerHas = async (log: EventLog): Promise<PlatformEvent[]> => (await log.page({ after: 0n, first: 1_000 })).events;

  it('brings every event to consumers and subscribers once, in order', async () => {
    const bus = await instance();
    const events = bus.stream('payments').subscribe();
    bus.consume(reader, recorder());
    for (const value of numbers(1, 30)) await state(bus, value);
    expect(valuesOf(await take(events, 30))).toEqual(numbers(1, 30));
    await bus.settled(30_000);
    expect(await applied()).toEqual(numbers(1, 30));
  });

  it('takes the events from the broker: a reader with it sees them while its own look-ups in the outbox would fail', async () => {
    const writer = await instance();
    for (const value of numbers(1, 5)) await state(writer, value);
    await writer.settled(30_000);
    const copy = (await carrier()).log('payments');
    await until(async () => (await brokerHas(copy)).length === 5, { what: 'the broker to have them', ...DEADLINE });
    await source.query('alter table payments.outbox rename to outbox_away');
    try {
      expect(valuesOf(await brokerHas(copy))).toEqual(numbers(1, 5));
      await expect(eventLog(source, 'payments').page({ after: 0n, first: 5 })).rejects.toThrow();
    } finally {
      await source.query('alter table payments.outbox_away rename to outbox');
    }
  });

  it('with several processes that forward and apply the same stream, has no gap and no repetition', async () => {
    const buses = await Promise.all([instance(), instance(), instance()]);
    for (const bus of buses) bus.consume(reader, recorder());
    await Promise.all(
      buses.map(async (bus, place) => {
        for (let round = 0; round < 20; round += 1) await state(bus, place * 1_000 + round);
      }),
    );
    await until(async () => (await applied()).length === 60, { what: 'all to be applied', ...DEADLINE });
    const copy = (await carrier()).log('payments');
    await until(async () => (await brokerHas(copy)).length === 60, { what: 'all to be at the broker', ...DEADLINE });
    expect((await brokerHas(copy)).map(({ position }) => Number(position))).toEqual(numbers(1, 60));
    expect((await appliedBy(reader)).map(({ position }) => position)).toEqual(numbers(1, 60));
  });

  it('goes on after the broker was killed and started again: nothing lost, nothing twice', async () => {
    const bus = await instance();
    bus.consume(reader, recorder());
    const seen: number[] = [];
    const events = bus.stream('payments').subscribe();
    const following = (async () => {
      for await (const event of events) seen.push(...valuesOf([event]));
    })();
    for (const value of numbers(1, 10)) await state(bus, value);
    await until(async () => seen.length === 10 && (await applied()).length === 10, { what: 'the first events', ...DEADLINE });
    await nats.kill();
    // Who states facts does not wait for the broker.
    for (const value of numbers(11, 25)) await state(bus, value);
    expect(await applied()).toEqual(numbers(1, 10));
    await nats.restart();
    for (const value of numbers(26, 30)) await state(bus, value);
    await until(() => seen.length === 30, { what: 'the events of the outage', ...DEADLINE });
    await until(async () => (await applied()).length === 30, { what: 'the consumer to go on', ...DEADLINE });
    expect(seen).toEqual(numbers(1, 30));
    expect(await applied()).toEqual(numbers(1, 30));
    await events.return?.();
    await following;
  });

  it('goes on after the broker lost all that it kept, and fills it again', async () => {
    const bus = await instance();
    bus.consume(reader, recorder());
    for (const value of numbers(1, 10)) await state(bus, value);
    await until(async () => (await applied()).length === 10, { what: 'the first events', ...DEADLINE });
    await nats.kill();
    await nats.wipe();
    await nats.restart();
    for (const value of numbers(11, 20)) await state(bus, value);
    await until(async () => (await applied()).length === 20, { what: 'the consumer to go on', ...DEADLINE });
    expect(await applied()).toEqual(numbers(1, 20));
    const copy = (await carrier()).log('payments');
    await until(async () => (await brokerHas(copy)).length === 20, { what: 'the broker to have all again', ...DEADLINE });
  });

  it('is filled again on demand while readers go on', async () => {
    const bus = await instance();
    bus.consume(reader, recorder());
    for (const value of numbers(1, 10)) await state(bus, value);
    await until(async () => (await applied()).length === 10, { what: 'the first events', ...DEADLINE });
    await refillStreams(['payments'], { url: `${nats.url}?prefix=round${rounds}`, log: testLogger() });
    const copy = (await carrier()).log('payments');
    for (const value of numbers(11, 20)) await state(bus, value);
    await until(async () => (await applied()).length === 20, { what: 'the consumer to go on', ...DEADLINE });
    expect(await applied()).toEqual(numbers(1, 20));
    await until(async () => (await brokerHas(copy)).length === 20, { what: 'the broker to have all again', ...DEADLINE });
    expect((await brokerHas(copy)).map(({ position }) => Number(position))).toEqual(numbers(1, 20));
  });

  it('throws away a stream of another database that it finds under its name', async () => {
    const before = await instance('shared');
    for (const value of numbers(1, 8)) await state(before, value);
    const copy = (await carrier(source, 'shared')).log('payments');
    await until(async () => (await brokerHas(copy)).length === 8, { what: 'the first database’s events', ...DEADLINE });
    await before.stop();
    // The database is made anew, the broker is not.
    await source.query('truncate payments.outbox');
    await source.query('update payments.stream_head set position = 0, floor = 0');
    const after = await instance('shared');
    after.consume(reader, recorder());
    for (const value of numbers(101, 110)) await state(after, value);
    await until(async () => (await applied()).length === 10, { what: 'the new events', ...DEADLINE });
    expect(await applied()).toEqual(numbers(101, 110));
    await until(async () => valuesOf(await brokerHas(copy)).join() === numbers(101, 110).join(), {
      what: 'the copy to be the new one',
      ...DEADLINE,
    });
  });

  it('brings an event that is larger than the broker allows, by way of the record', async () => {
    const bus = await instance();
    const events = bus.stream('payments').subscribe();
    await state(bus, 1);
    await source.transaction((transaction) =>
      bus.outbox(source).append(transaction, counted, { counter: 'c', value: 2, tenant: 'x'.repeat(523_000) }),
    );
    await state(bus, 3);
    expect(valuesOf(await take(events, 3))).toEqual([1, 2, 3]);
  });

  it('cannot be reached: one sentence without the password', async () => {
    const url = `nats://user:hidden-word@127.0.0.1:${await freePort()}`;
    const failure = await jetStreamCarrier({ url, database: source, log: testLogger(), waits: realClock(), connectMs: 1 }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(BrokerUnavailableError);
    expect((failure as Error).message).toMatch(/^The broker nats:\/\/127\.0\.0\.1:\d+ \(BUS_URL\) cannot be reached: /);
    expect((failure as Error).message).not.toContain('hidden-word');
  });
});

describe('BUS_URL', () => {
  it.each([
    ['nats://broker:4222', { servers: ['nats://broker:4222'], user: undefined, replicas: 1, prefix: 'nodo' }],
    [
      'nats://me:p%40ss@a:4222,b:4222?replicas=3&prefix=prova',
      { servers: ['nats://a:4222', 'nats://b:4222'], user: 'me', pass: 'p@ss', replicas: 3, prefix: 'prova' },
    ],
  ])('%s is read', (text, expected) => {
    expect(parseBusUrl(text)).toMatchObject(expected);
  });

  it.each(['', 'http://broker:4222', 'nats://', 'nats://a:4222?replicas=2', 'nats://a:4222?prefix=no-such.name'])(
    '%j is refused',
    (text) => {
      expect(() => parseBusUrl(text)).toThrow(/BUS_URL is not of the form nats:\/\//);
    },
  );
});
