/** The bus: outboxes, relays, streams and consumers of one process. */
import type { Database } from '../database/index.ts';
import { InvariantError } from '../faults/index.ts';
import type { Logger } from '../logging/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { cryptographicStream, type RandomStream } from '../random/index.ts';
import { type Clock, realClock, withDeadline } from '../time/index.ts';
import { type Carrier, type Forwarder, postgresCarrier } from './carrier.ts';
import { type Consumer, CONSUMER_SETTINGS, type ConsumerDefinition, type ConsumerSettings, startConsumer } from './consumer.ts';
import type { StreamName } from './contract.ts';
import { type BusMetrics, busMetrics } from './metrics.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { type Relay, startRelay } from './relay.ts';
import { createStream, type Stream } from './stream.ts';
import { Tail } from './tail.ts';

/**
 * What carries events between services. This is the border at which another carrier can take PostgreSQL's place: publishers keep their
 * outbox, consumers their inbox, and a relay feeds what lies between.
 */
export interface Bus extends AsyncDisposable {
  /** The outbox of a service's schema; its relay runs in this process from then on. The same one for every call. */
  outbox(database: Database): Outbox;
  /** The relay of a service's schema, started when it does not run yet. */
  relay(database: Database): Relay;
  /** Starts a consumer whose tables are in the schema of the database. @throws InvariantError when it runs here already */
  consume(database: Database, definition: ConsumerDefinition): Consumer;
  /** A consumer that runs in this process, by its name; undefined when none does. */
  consumer(database: Database, name: string): Consumer | undefined;
  /** The read side of a stream; all readers of this process share one tail of it. */
  stream(source: StreamName): Stream;
  /**
   * Waits until nothing is under way: everything committed is published, and every consumer of this process has dealt with it, what
   * they stated in turn included. For tests and for operations that answer when their effects are visible.
   * @throws DeadlineExceededError
   */
  settled(deadlineMs: number): Promise<void>;
  /** Stops taking new work, lets what runs finish, publishes what is committed, ends all subscriptions. The databases stay open. */
  stop(): Promise<void>;
}

export interface PostgresBusOptions {
  /** Any connection to the platform's database, used to read streams; open until after the bus has stopped. */
  database: Database;
  clock: Clock;
  log: Logger;
  metrics?: Metrics;
  /** Event ids. */
  random?: RandomStream;
  consumers?: Partial<ConsumerSettings>;
  /** Events of each stream kept in memory for subscribers; 2000 by default. */
  tailCapacity?: number;
  /** Time of retries and polls: real time. */
  waits?: Clock;
  /** What takes events to their readers; PostgreSQL itself by default. Open until after the bus has stopped. */
  carrier?: Carrier;
}

const TAIL_CAPACITY = 2_000;
const POLL_MS = 500;

/** The bus on PostgreSQL alone: the outbox tables are the log, LISTEN/NOTIFY wakes readers, a slow poll is the safety net. */
export function postgresBus(options: PostgresBusOptions): Bus {
  return new PostgresBus(options);
}

class PostgresBus implements Bus {
  readonly #options: PostgresBusOptions;
  readonly #waits: Clock;
  readonly #random: RandomStream;
  readonly #settings: ConsumerSettings;
  readonly #metrics: BusMetrics | undefined;
  readonly #carrier: Carrier;
  readonly #relays = new Map<string, Relay>();
  readonly #forwarders = new Map<string, Forwarder | undefined>();
  readonly #outboxes = new Map<string, Outbox>();
  readonly #tails = new Map<StreamName, Tail>();
  readonly #streams = new Map<StreamName, Stream>();
  readonly #consumers = new Map<string, Consumer>();
  #stopping: Promise<void> | undefined;

  constructor(options: PostgresBusOptions) {
    this.#options = options;
    this.#waits = options.waits ?? realClock();
    this.#random = options.random ?? cryptographicStream();
    this.#carrier = options.carrier ?? postgresCarrier(options.database);
    this.#settings = { ...CONSUMER_SETTINGS, ...options.consumers };
    this.#metrics = options.metrics && busMetrics(options.metrics, this.#figures());
  }

  outbox(database: Database): Outbox {
    return remember(this.#outboxes, database.schema, () => {
      const relay = this.relay(database);
      return createOutbox({ database, clock: this.#options.clock, random: this.#random, wakeRelay: relay.wake });
    });
  }

  relay(database: Database): Relay {
    this.#assertRunning();
    const { clock, log } = this.#options;
    return remember(this.#relays, database.schema, () => {
      const forwarder = this.#carrier.forward(database);
      this.#forwarders.set(database.schema, forwarder);
      const onPublished = (): void => forwarder?.wake();
      return startRelay({ database, clock, waits: this.#waits, log, metrics: this.#metrics, onPublished });
    });
  }

  consume(database: Database, definition: ConsumerDefinition): Consumer {
    this.#assertRunning();
    const key = `${database.schema}/${definition.name}`;
    if (this.#consumers.has(key)) throw new InvariantError(`The consumer ${definition.name} runs in this process already`);
    const { clock, log } = this.#options;
    const tail = this.#tail(definition.source);
    const consumer = startConsumer({
      database,
      tail,
      definition,
      settings: this.#settings,
      clock,
      waits: this.#waits,
      log,
      metrics: this.#metrics,
    });
    this.#consumers.set(key, consumer);
    return consumer;
  }

  consumer(database: Database, name: string): Consumer | undefined {
    return this.#consumers.get(`${database.schema}/${name}`);
  }

  stream(source: StreamName): Stream {
    return remember(this.#streams, source, () => createStream(this.#tail(source), this.#metrics));
  }

  async settled(deadlineMs: number): Promise<void> {
    await withDeadline(this.#waits, deadlineMs, 'settling of the bus', async (signal) => {
      while (!signal.aborted) {
        const before = await this.#heads();
        for (const consumer of this.#consumers.values()) await consumer.caughtUp(deadlineMs);
        const after = await this.#heads();
        if (before.every((head, index) => head === after[index])) return;
      }
    });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    // Consumers first: their handlers may still state facts, which the relays then publish.
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.stop()));
    await Promise.all([...this.#relays.values()].map((relay) => relay.stop()));
    await Promise.all([...this.#forwarders.values()].map((forwarder) => forwarder?.stop()));
    await Promise.all([...this.#tails.values()].map((tail) => tail.stop()));
  }

  /** Publishes what is committed here and tells where the streams that this process writes stand. */
  async #heads(): Promise<bigint[]> {
    const heads: bigint[] = [];
    for (const relay of this.#relays.values()) {
      await relay.flush();
      heads.push(await this.stream(relay.schema as StreamName).head());
    }
    return heads;
  }

  #tail(source: StreamName): Tail {
    this.#assertRunning();
    const { log, tailCapacity = TAIL_CAPACITY } = this.#options;
    const carrier = this.#carrier;
    return remember(
      this.#tails,
      source,
      () => new Tail({ carrier, source, waits: this.#waits, log, capacity: tailCapacity, pollMs: POLL_MS }),
    );
  }

  #figures() {
    const each = async <Item>(items: Iterable<[string, Item]>, value: (item: Item) => Promise<number>): Promise<Map<string, number>> =>
      new Map(await Promise.all([...items].map(async ([key, item]): Promise<[string, number]> => [key, await value(item)])));
    return {
      outboxWaiting: () => each(this.#relays, (relay) => relay.waiting()),
      consumerLag: () => new Map([...this.#consumers.values()].map((consumer) => [consumer.name, this.#lagOf(consumer)])),
      deadLetters: () =>
        each(
          [...this.#consumers.values()].map((consumer) => [consumer.name, consumer]),
          (consumer) => consumer.deadLetterCount(),
        ),
    };
  }

  #lagOf(consumer: Consumer): number {
    const head = this.#tails.get(consumer.source)?.head ?? 0n;
    return Math.max(0, Number(head - consumer.position));
  }

  #assertRunning(): void {
    if (this.#stopping) throw new InvariantError('The bus has stopped');
  }
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
