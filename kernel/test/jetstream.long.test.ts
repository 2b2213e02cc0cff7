/** The bus over NATS JetStream, with a real server that is killed, emptied and started again. Skipped where there is no `nats-server`. */
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/index.ts';
import { type Bus, eventLog, type EventLog, type PlatformEvent, postgresBus } from '../src/events/index.ts';
import { BrokerUnavailableError, type JetStreamCarrier, jetStreamCarrier, parseBusUrl, refillStreams } from '../src/jetstream/index.ts';
import { findNatsServer, freePort, type NatsServer, startNats, type TestDatabase, testLogger, until } from '../src/testing/index.ts';
import { realClock, withDeadline } from '../src/time/index.ts';
import { appliedBy, clock, type Counted, counted, readerDatabase, recorder, sourceDatabase, take, valuesOf } from './events-fixture.ts';

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
  const readBy = async (log: EventLog): Promise<PlatformEvent[]> => (await log.page({ after: 0n, first: 1_000 })).events;
  /** What the broker itself keeps of the stream, past all code of ours. */
  const kept = async (prefix = `round${rounds}`): Promise<{ position: number; value: number }[]> => {
    const connection = await connect({ servers: nats.url });
    try {
      const manager = await jetstreamManager(connection);
      const { state: found } = await manager.streams.info(`${prefix}-payments`);
      const messages: { position: number; value: number }[] = [];
      for (let seq = found.first_seq; found.messages > 0 && seq <= found.last_seq; seq += 1) {
        const message = await manager.streams.getMessage(`${prefix}-payments`, { seq });
        const { position, data } = message!.json<{ position: string; data?: Counted }>();
        if (data) messages.push({ position: Number(position), value: data.value });
      }
      return messages;
    } finally {
      await connection.close();
    }
  };
  const brokerKeeps = (count: number, prefix?: string): Promise<unknown> =>
    until(async () => (await kept(prefix)).length === count, { what: `the broker to have ${count} events`, ...DEADLINE });

  it('brings every event to consumers and subscribers once, in order', async () => {
    const bus = await instance();
    const events = bus.stream('payments').subscribe({ after: 0n });
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
    await brokerKeeps(5);
    expect(await readBy(copy)).toHaveLength(5);
    await source.query('alter table payments.outbox rename to outbox_away');
    try {
      expect(valuesOf(await readBy(copy))).toEqual(numbers(1, 5));
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
    await brokerKeeps(60);
    expect((await kept()).map(({ position }) => position)).toEqual(numbers(1, 60));
    expect((await appliedBy(reader)).map(({ position }) => position)).toEqual(numbers(1, 60));
  });

  it('goes on while the broker is down and after it was started again: nothing lost, nothing twice', async () => {
    const bus = await instance();
    bus.consume(reader, recorder());
    const seen: number[] = [];
    const events = bus.stream('payments').subscribe({ after: 0n });
    const following = (async () => {
      for await (const event of events) seen.push(...valuesOf([event]));
    })();
    for (const value of numbers(1, 10)) await state(bus, value);
    await until(async () => seen.length === 10 && (await applied()).length === 10, { what: 'the first events', ...DEADLINE });
    await nats.kill();
    for (const value of numbers(11, 25)) await state(bus, value);
    await until(async () => seen.length === 25 && (await applied()).length === 25, { what: 'the events of the outage', ...DEADLINE });
    await nats.restart();
    for (const value of numbers(26, 30)) await state(bus, value);
    await until(async () => seen.length === 30 && (await applied()).length === 30, { what: 'the events after it', ...DEADLINE });
    expect(seen).toEqual(numbers(1, 30));
    expect(await applied()).toEqual(numbers(1, 30));
    await brokerKeeps(30);
    expect((await kept()).map(({ value }) => value)).toEqual(numbers(1, 30));
    await events.return?.();
    await following;
  });

  it('stops at once while the broker is down', async () => {
    const bus = await instance();
    bus.consume(reader, recorder());
    await state(bus, 1);
    await until(async () => (await applied()).length === 1, { what: 'the first event', ...DEADLINE });
    await nats.kill();
    await state(bus, 2);
    try {
      await withDeadline(clock, 20_000, 'stopping', () => bus.stop());
    } finally {
      await nats.restart();
    }
  });

  it('leaves nothing behind at the broker, however much is read', async () => {
    const bus = await instance();
    for (const value of numbers(1, 5)) await state(bus, value);
    const copy = (await carrier()).log('payments');
    await brokerKeeps(5);
    const before = await nats.subscriptions();
    for (let time = 0; time < 100; time += 1) expect(await readBy(copy)).toHaveLength(5);
    // Readings of others may be under way at either look.
    await until(async () => (await nats.subscriptions()) < before + 20, { what: 'the subscriptions of the readings to end', ...DEADLINE });
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
    await brokerKeeps(20);
  });

  it('is filled again on demand while readers go on', async () => {
    const bus = await instance();
    bus.consume(reader, recorder());
    for (const value of numbers(1, 10)) await state(bus, value);
    await until(async () => (await applied()).length === 10, { what: 'the first events', ...DEADLINE });
    await refillStreams(['payments'], { url: `${nats.url}?prefix=round${rounds}`, log: testLogger() });
    // Also when nothing new happens.
    await brokerKeeps(10);
    await refillStreams(['payments'], { url: `${nats.url}?prefix=round${rounds}`, log: testLogger() });
    for (const value of numbers(11, 20)) await state(bus, value);
    await until(async () => (await applied()).length === 20, { what: 'the consumer to go on', ...DEADLINE });
    expect(await applied()).toEqual(numbers(1, 20));
    await brokerKeeps(20);
    expect((await kept()).map(({ position }) => position)).toEqual(numbers(1, 20));
  });

  it('throws away a stream of another database that it finds under its name', async () => {
    const before = await instance('shared');
    for (const value of numbers(1, 8)) await state(before, value);
    await brokerKeeps(8, 'shared');
    await before.stop();
    // The database is made anew, the broker is not.
    await source.query('truncate payments.outbox');
    await source.query('update payments.stream_head set position = 0, floor = 0');
    const after = await instance('shared');
    after.consume(reader, recorder());
    for (const value of numbers(101, 110)) await state(after, value);
    await until(async () => (await applied()).length === 10, { what: 'the new events', ...DEADLINE });
    expect(await applied()).toEqual(numbers(101, 110));
    await brokerKeeps(10, 'shared');
    expect((await kept('shared')).map(({ value }) => value)).toEqual(numbers(101, 110));
  });

  it('brings an event that is larger than the broker allows, by way of the record', async () => {
    const bus = await instance();
    const events = bus.stream('payments').subscribe({ after: 0n });
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
