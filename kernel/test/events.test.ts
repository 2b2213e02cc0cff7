import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database } from '../src/database/index.ts';
import { type Bus, childTrace, currentTrace, newTrace, outboxInsert, runWithTrace } from '../src/events/index.ts';
import { InvariantError } from '../src/faults/index.ts';
import { cryptographicStream } from '../src/random/index.ts';
import { createMetrics } from '../src/metrics/index.ts';
import { type TestDatabase, until } from '../src/testing/index.ts';
import { appliedBy, counted, readerDatabase, recorder, sourceDatabase, take, testBus, valuesOf } from './events-fixture.ts';

let source: TestDatabase;
let reader: Database;
let bus: Bus;

beforeAll(async () => {
  source = await sourceDatabase();
  reader = await readerDatabase(source);
});
afterAll(async () => {
  await reader.close();
  await source.close();
});
beforeEach(() => {
  bus = testBus(source);
});
afterEach(async () => {
  await bus.stop();
  for (const schema of ['payments', 'receipts']) {
    await source.query(
      `truncate ${schema}.outbox, ${schema}.stream_reader, ${schema}.consumer, ${schema}.inbox, ${schema}.consumer_failure, ${schema}.dead_letter`,
    );
    await source.query(`update ${schema}.stream_head set position = 0, floor = 0`);
  }
  await reader.query('truncate applied');
});

const state = async (...values: number[]): Promise<void> => {
  await source.transaction(async (tx) => {
    await bus.outbox(source).appendMany(
      tx,
      counted,
      values.map((value) => ({ counter: 'a', value })),
    );
  });
};

describe('outbox', () => {
  it('publishes what was committed, and nothing of a transaction that was rolled back', async () => {
    const events = bus.stream('payments').subscribe({ after: 0n });
    await source.transaction(async (tx) => {
      await bus.outbox(source).append(tx, counted, { counter: 'a', value: 1, tenant: '77777777777' });
    });
    await expect(
      source.transaction(async (tx) => {
        await bus.outbox(source).append(tx, counted, { counter: 'a', value: 2 });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await state(3);
    const [first, second] = await take(events, 2);
    expect(first).toMatchObject({
      specversion: '1.0',
      type: 'nodoaperto.counter.counted.v1',
      source: '/nodo-aperto/payments',
      subject: 'a',
      name: 'counter.counted',
      version: 1,
      revision: 1,
      audience: ['EC:77777777777'],
      position: 1n,
      data: { counter: 'a', value: 1, tenant: '77777777777' },
    });
    expect(first?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(first?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(second).toMatchObject({ revision: 3, position: 2n });
    await events.return?.();
  });

  it('refuses data that breaks the contract, naming the place but not the value, and contracts of another service', async () => {
    const outbox = bus.outbox(source);
    const broken = source.transaction((tx) => outbox.append(tx, counted, { counter: 'RSSMRA80A01H501U', value: 1.5 }));
    await expect(broken).rejects.toThrow(InvariantError);
    await expect(broken).rejects.toThrow(/counter\.counted does not have the shape of its contract: value: /);
    await expect(broken).rejects.not.toThrow(/RSSMRA80A01H501U/);
    const foreign = { ...counted, source: 'receipts' as const };
    await expect(source.transaction((tx) => outbox.append(tx, foreign, { counter: 'a', value: 1 }))).rejects.toThrow(
      /stated by "receipts"/,
    );
  });

  it('lets a statement write rows and their facts at once, facts of refused rows excluded', async () => {
    await source.query('create table claim (counter text primary key)');
    await source.query(`insert into claim values ('taken')`);
    const outbox = bus.outbox(source);
    const facts = outbox.encode(['taken', 'free'].map((counter) => ({ contract: counted, data: { counter, value: 1 } })));
    await source.query(
      `with claimed as (insert into claim select unnest($1::text[]) on conflict do nothing returning counter),
        stated as (${outboxInsert('$2', 'where fact.subject in (select counter from claimed)')})
        select counter from claimed`,
      [['taken', 'free'], facts],
    );
    outbox.published();
    const [event] = await take(bus.stream('payments').subscribe({ after: 0n }), 1);
    expect(event?.subject).toBe('free');
    expect(await bus.stream('payments').head()).toBe(1n);
    await source.query('drop table claim');
  });

  it('gives positions in the order in which transactions became visible, though they began in another', async () => {
    const outbox = bus.outbox(source);
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const slow = source.transaction(async (tx) => {
      await outbox.append(tx, counted, { counter: 'slow', value: 1 });
      await held;
    });
    const events = bus.stream('payments').subscribe({ after: 0n });
    await state(2);
    expect(valuesOf(await take(events, 1))).toEqual([2]);
    letGo();
    await slow;
    const [late] = await take(events, 1);
    expect(late).toMatchObject({ subject: 'slow', position: 2n });
    await events.return?.();
  });
});

describe('consumers', () => {
  it('apply every event once, in order, and carry the trace of whoever caused it', async () => {
    const trace = newTrace(cryptographicStream());
    const traces: (string | undefined)[] = [];
    const definition = recorder();
    bus.consume(reader, {
      ...definition,
      async handle(event, tx) {
        traces.push(currentTrace());
        await definition.handle(event, tx);
      },
    });
    await runWithTrace(trace, () => state(1, 2));
    await state(3);
    await bus.settled(5_000);
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual([1, 2, 3]);
    expect(traces).toEqual([trace, trace, undefined]);
    expect(childTrace(trace, cryptographicStream()).slice(0, 36)).toBe(trace.slice(0, 36));
  });

  it('get events in bulk when they can take them so, and pass over names that they do not want', async () => {
    const batches: number[] = [];
    const seen: number[] = [];
    await state(...Array.from({ length: 450 }, (_, index) => index));
    await source.query(`update outbox set name = 'counter.renamed' where (data->>'value')::int % 2 = 1`);
    const consumer = bus.consume(reader, {
      ...recorder(),
      async handleBatch(events) {
        batches.push(events.length);
        seen.push(...valuesOf(events));
      },
    });
    await bus.settled(5_000);
    expect(seen).toEqual(Array.from({ length: 225 }, (_, index) => index * 2));
    expect(batches).toEqual([200, 25]);
    expect(consumer.position).toBe(450n);
  });

  it('keep nothing of a failed batch, go on one by one, and set a poisonous event aside after its tries', async () => {
    const definition = recorder();
    const tries = new Map<number, number>();
    let poison = true;
    const consumer = bus.consume(reader, {
      ...definition,
      async handle(event, tx) {
        const [value = 0] = valuesOf([event]);
        tries.set(value, (tries.get(value) ?? 0) + 1);
        await definition.handle(event, tx);
        if (value === 2 && poison) throw new Error('cannot digest');
      },
    });
    await state(1, 2, 3);
    await until(async () => (await consumer.deadLetterCount()) === 1, { what: 'the event is set aside' });
    await bus.settled(5_000);
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual([1, 3]);
    // Once in the batch, then alone: the batch's failure is nobody's fault yet.
    expect(tries.get(2)).toBe(11);
    const [letter] = await consumer.deadLetters({ first: 10 });
    expect(letter).toMatchObject({
      consumer: 'receipts.counters',
      attempts: 10,
      error: 'Error: cannot digest',
      event: { position: 2n, data: { value: 2 } },
    });
    expect(await reader.query('select 1 from consumer_failure')).toEqual([]);

    await expect(consumer.replay(letter?.id ?? 0)).rejects.toThrow('cannot digest');
    expect(await consumer.deadLetterCount()).toBe(1);
    poison = false;
    await consumer.replay(letter?.id ?? 0);
    expect(await consumer.deadLetterCount()).toBe(0);
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual([1, 3, 2]);
    await expect(consumer.replay(letter?.id ?? 0)).rejects.toThrow(/has no dead letter/);
  });

  it('count the tries of an event across restarts', async () => {
    const failing = recorder('receipts.counters', { handle: async () => Promise.reject(new Error('no')) });
    await state(1);
    const first = testBus(source, { consumers: { attempts: 1_000, firstPauseMs: 1, longestPauseMs: 1, pollMs: 50 } });
    first.consume(reader, failing);
    await until(async () => (await reader.query('select 1 from consumer_failure where attempts >= 3')).length > 0, {
      what: 'it failed three times',
    });
    await first.stop();
    const second = testBus(source, { consumers: { attempts: 4, firstPauseMs: 1, longestPauseMs: 1, pollMs: 50 } });
    const consumer = second.consume(reader, failing);
    await until(async () => (await consumer.deadLetterCount()) === 1, { what: 'the event is set aside' });
    await second.stop();
  });

  it('wait for a stream whose owner has not made its tables yet', async () => {
    const consumer = bus.consume(reader, recorder('receipts.notices', { source: 'notices' }));
    await state(1);
    expect(consumer.position).toBe(0n);
    const notices = await readerDatabase(source, 'notices');
    const { source: _, ...contract } = counted;
    await notices.transaction((tx) => bus.outbox(notices).append(tx, { ...contract, source: 'notices' }, { counter: 'n', value: 7 }));
    await until(async () => (await appliedBy(reader, 'receipts.notices')).length === 1, { what: 'the event arrives' });
    await bus.stop();
    await notices.close();
  });

  it('can be put back: events come again from there', async () => {
    bus.consume(reader, recorder());
    await state(1, 2, 3);
    await bus.settled(5_000);
    await until(async () => (await appliedBy(reader)).length === 3, { what: 'all are applied' });
    await reader.transaction(async (tx) => {
      await tx.query('delete from inbox where position > 1');
      await tx.query('update consumer set position = 1');
    });
    await state(4);
    await until(async () => (await appliedBy(reader)).length === 6, { what: 'the events came again' });
    expect((await appliedBy(reader)).map((row) => row.value)).toEqual([1, 2, 3, 2, 3, 4]);
  });

  it('report lag, results and dead letters as metrics', async () => {
    const metrics = createMetrics('test');
    const measured = testBus(source, { metrics });
    measured.consume(reader, recorder());
    await source.transaction((tx) => measured.outbox(source).append(tx, counted, { counter: 'a', value: 1 }));
    await measured.settled(5_000);
    const text = await metrics.text();
    expect(text).toContain('nodo_consumer_lag{consumer="receipts.counters",service="test"} 0');
    expect(text).toContain('nodo_consumer_events_total{consumer="receipts.counters",result="applied",service="test"} 1');
    expect(text).toContain('nodo_consumer_dead_letters{consumer="receipts.counters",service="test"} 0');
    expect(text).toContain('nodo_outbox_waiting{stream="payments",service="test"} 0');
    expect(text).toContain('nodo_events_published_total{stream="payments",service="test"} 1');
    await measured.stop();
  });
});
