/**
 * Measures the bus on a PostgreSQL with its production settings: how long a fact takes from its statement to a consumer's handler, and how
 * many pass in a second.
 *
 *   node boot.mjs kernel/bench/bus.ts            an embedded server in a temporary folder
 *   DATABASE_URL=… node boot.mjs kernel/bench/bus.ts
 */
import { z } from 'zod';
import { type Database, openDatabase } from '../src/database/index.ts';
import { type Bus, type ConsumerDefinition, defineEvent, eventsMigrations, postgresBus, type StreamName } from '../src/events/index.ts';
import { createLogger } from '../src/logging/index.ts';
import { realClock } from '../src/time/index.ts';
import { onDatabase } from './support/on-database.ts';

const clock = realClock();
const log = createLogger({ service: 'bench', level: 'warn' });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const counted = defineEvent({
  name: 'counter.counted',
  version: 1,
  source: 'payments',
  schema: z.object({ counter: z.string(), value: z.number(), filler: z.string() }),
  entityKey: ({ counter }) => counter,
  revision: ({ value }) => value,
  audience: () => ['EC:77777777777', 'PSP:60000000001'],
  describes: 'A counter reached a value.',
});
// About as large as the event of a payment.
const filler = 'x'.repeat(1_000);

function open(url: string, schema: StreamName): Promise<Database> {
  return openDatabase({ url, schema, entities: [], migrations: eventsMigrations, log, clock, poolSize: 20 });
}

interface Handled {
  count: number;
  latencies: number[];
}

function consumer(handled: Handled, stated: Map<number, number>): ConsumerDefinition {
  const note = (value: number): void => {
    handled.count += 1;
    const began = stated.get(value);
    if (began !== undefined) handled.latencies.push(clock.monotonic() - began);
  };
  return {
    name: 'receipts.bench',
    source: 'payments',
    names: [counted.name],
    async handle(event) {
      note((event.data as { value: number }).value);
    },
    async handleBatch(events) {
      for (const event of events) note((event.data as { value: number }).value);
    },
  };
}

async function state(bus: Bus, database: Database, values: readonly number[]): Promise<void> {
  const data = values.map((value) => ({ counter: `c${value % 100}`, value, filler }));
  await database.transaction((transaction) => bus.outbox(database).appendMany(transaction, counted, data));
}

function quantile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}

/** Facts one by one, with nothing else going on. */
async function idle(bus: Bus, database: Database, handled: Handled, stated: Map<number, number>): Promise<void> {
  for (let value = 0; value < 600; value += 1) {
    if (value === 100) handled.latencies.length = 0; // warm from here on
    stated.set(value, clock.monotonic());
    await state(bus, database, [value]);
    await clock.sleep(8);
  }
  await bus.settled(10_000);
  const sorted = handled.latencies.toSorted((a, b) => a - b);
  say(
    `idle, statement (transaction included) to handler: p50 ${quantile(sorted, 0.5)} ms, p99 ${quantile(sorted, 0.99)} ms (${sorted.length} facts)`,
  );
}

/** As many as go through: so many writers at a time, so many facts in each transaction. */
async function saturated(bus: Bus, database: Database, handled: Handled, size: number, seconds: number): Promise<void> {
  const before = handled.count;
  const began = clock.monotonic();
  let written = 0;
  const writer = async (): Promise<void> => {
    while (clock.monotonic() - began < seconds * 1_000) {
      await state(
        bus,
        database,
        Array.from({ length: size }, (_, index) => 1_000_000 + index),
      );
      written += size;
    }
  };
  await Promise.all(Array.from({ length: 16 }, writer));
  const writing = (clock.monotonic() - began) / 1_000;
  await bus.settled(120_000);
  const all = (clock.monotonic() - began) / 1_000;
  if (handled.count - before !== written) throw new Error(`${written} facts were stated, ${handled.count - before} handled`);
  say(
    `${size} a transaction: ${Math.round(written / writing)} stated/s, ${Math.round(written / all)} handled/s until the last of ${written}`,
  );
}

async function measure(url: string): Promise<void> {
  const [payments, receipts] = await Promise.all([open(url, 'payments'), open(url, 'receipts')]);
  const bus = postgresBus({ database: payments, clock, log });
  const handled: Handled = { count: 0, latencies: [] };
  const stated = new Map<number, number>();
  bus.consume(receipts, consumer(handled, stated));
  await idle(bus, payments, handled, stated);
  stated.clear();
  for (const size of [1, 10, 50]) await saturated(bus, payments, handled, size, 5);
  await bus.stop();
  await Promise.all([payments.close(), receipts.close()]);
}

await onDatabase(measure);
