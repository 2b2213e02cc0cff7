/** A stream of counters for the tests of the bus: every event says that a counter reached a value. */
import { z } from 'zod';
import {
  type Bus,
  type ConsumerDefinition,
  defineEvent,
  eventsMigrations,
  type PlatformEvent,
  postgresBus,
  type PostgresBusOptions,
} from '../src/events/index.ts';
import { type Database, openDatabase, type Migration } from '../src/database/index.ts';
import { type TestDatabase, testDatabase, testLogger } from '../src/testing/index.ts';
import { realClock, withDeadline } from '../src/time/index.ts';

export const counted = defineEvent({
  name: 'counter.counted',
  version: 1,
  source: 'payments',
  schema: z.object({ counter: z.string(), value: z.number().int(), tenant: z.string().optional() }),
  entityKey: ({ counter }) => counter,
  revision: ({ value }) => value,
  audience: ({ tenant }) => (tenant === undefined ? [] : [`EC:${tenant}`]),
  describes: 'A counter reached a value.',
});

export const renamed = defineEvent({
  name: 'counter.renamed',
  version: 1,
  source: 'payments',
  schema: z.object({ counter: z.string(), value: z.number().int() }),
  entityKey: ({ counter }) => counter,
  revision: ({ value }) => value,
  audience: () => [],
  describes: 'A counter got another name.',
});

export interface Counted {
  counter: string;
  value: number;
  tenant?: string;
}

/** Where the tests' consumers write what they were given, in order. */
const APPLIED: Migration = {
  name: 'test-applied',
  up: [
    'create table applied (place bigint generated always as identity primary key, consumer text, counter text, value integer, position bigint)',
  ],
};

export const clock = realClock();

/** The owner's database; `receipts`, opened beside it by `readerDatabase`, is the consumers'. */
export function sourceDatabase(): Promise<TestDatabase> {
  return testDatabase({ schema: 'payments', migrations: eventsMigrations, poolSize: 10 });
}

export function readerDatabase(source: TestDatabase, schema = 'receipts') {
  return openDatabase({
    url: source.url,
    schema,
    entities: [],
    migrations: [...eventsMigrations, APPLIED],
    log: testLogger(),
    clock,
    poolSize: 10,
  });
}

export function testBus(database: PostgresBusOptions['database'], options: Partial<PostgresBusOptions> = {}): Bus {
  return postgresBus({
    database,
    clock,
    log: testLogger(),
    consumers: { firstPauseMs: 5, longestPauseMs: 20, pollMs: 100, ...options.consumers },
    ...options,
  });
}

/** A consumer that writes what it gets into `applied`. */
export function recorder(name = 'receipts.counters', overrides: Partial<ConsumerDefinition> = {}): ConsumerDefinition {
  return {
    name,
    source: 'payments',
    names: [counted.name],
    async handle(event, transaction) {
      const { counter, value } = event.data as Counted;
      await transaction.query('insert into applied (consumer, counter, value, position) values ($1, $2, $3, $4)', [
        name,
        counter,
        value,
        event.position.toString(),
      ]);
    },
    ...overrides,
  };
}

export interface Applied {
  counter: string;
  value: number;
  position: number;
}

export function appliedBy(
  database: { query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> },
  consumer = 'receipts.counters',
) {
  return database.query<Applied>('select counter, value, position from applied where consumer = $1 order by place', [consumer]);
}

const TAKEN_MS = 60_000;

/**
 * Takes so many events from a subscription, each within a minute. One that begins "now" begins when its reader has found the stream: a test
 * that states events right after it subscribed asks for `after`, or they may be of the past.
 */
export async function take(events: AsyncIterator<PlatformEvent>, count: number): Promise<PlatformEvent[]> {
  const taken: PlatformEvent[] = [];
  while (taken.length < count) {
    const { done, value } = await withDeadline(clock, TAKEN_MS, `event ${taken.length + 1} of ${count}`, () => events.next());
    if (done) throw new Error(`The subscription ended after ${taken.length} of ${count} events`);
    taken.push(value);
  }
  return taken;
}

export const valuesOf = (events: readonly PlatformEvent[]): number[] => events.map((event) => (event.data as Counted).value);

/** The same database, with some of its methods replaced. */
export function overriding(database: Database, methods: Partial<Database>): Database {
  return new Proxy(database, {
    get(target, property) {
      if (property in methods) return Reflect.get(methods, property);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
