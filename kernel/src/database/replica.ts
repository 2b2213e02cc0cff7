/**
 * Reading from a replica without ever reading less than what was written: a question goes to the replica once it has replayed what the
 * primary had written when the question came, so that whoever wrote reads their own writes, whichever instance they ask. A replica that
 * takes longer than a bound, is away or is none is left alone for a while, and the primary answers.
 */
import type { Counter } from 'prom-client';
import type { Metrics } from '../metrics/index.ts';
import { type Clock, realClock } from '../time/index.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { DatabaseUnavailableError, isRetryable } from './errors.ts';
import type { QueryOptions } from './transaction.ts';

/** What can be asked of a replica. */
export type ReadDatabase = Pick<Database, 'query' | 'read'>;

export interface ReplicaOptions extends Pick<DatabaseOptions, 'url' | 'schema' | 'entities' | 'migrations' | 'log' | 'poolSize'> {
  readonly primary: Database;
  /** How long a question may wait for the replica, in milliseconds of real time: the bound of its lag. */
  readonly waitMs: number;
  readonly metrics?: Metrics;
}

export interface Replica extends ReadDatabase, AsyncDisposable {}

/** Longest wait between two looks at how far the replica is. */
const LOOK_MS = 3;
/** A replica that could not answer is not asked for so long. */
const LEFT_ALONE_MS = 2_000;

/** Connects to the replica when it is first asked: a service starts without it. */
export function openReplica(options: ReplicaOptions): Replica {
  return new PrimaryAndReplica(options, realClock());
}

type Where = 'replica' | 'primary';

class PrimaryAndReplica implements Replica {
  readonly #options: ReplicaOptions;
  readonly #clock: Clock;
  readonly #reads: Counter<'where'> | undefined;
  #opened: Promise<Database> | undefined;
  #leftAloneUntil = -Infinity;
  #current: Promise<string> | undefined;
  #next: Promise<string> | undefined;

  constructor(options: ReplicaOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#reads = options.metrics?.counter('nodo_replica_reads_total', 'Reads that a replica may answer, by who did.', ['where']);
  }

  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Row[]> {
    return this.#ask((database) => database.query<Row>(sql, parameters, options));
  }

  read<T>(work: Parameters<Database['read']>[0]): Promise<T> {
    return this.#ask((database) => database.read(work as (manager: Parameters<typeof work>[0]) => Promise<T>));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leftAloneUntil = Infinity;
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.close();
  }

  async #ask<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const replica = await this.#ready();
    if (replica) {
      try {
        const answer = await work(replica);
        this.#count('replica');
        return answer;
      } catch (error) {
        // A read that the replica broke off (a conflict with what it replays) or lost has changed nothing: the primary is asked instead.
        if (!(error instanceof DatabaseUnavailableError) && !isRetryable(error)) throw error;
        this.#leaveAlone(error);
      }
    }
    this.#count('primary');
    return work(this.#options.primary);
  }

  /** The replica once it knows all that was written before now; undefined when that takes too long. */
  async #ready(): Promise<Database | undefined> {
    if (this.#clock.monotonic() < this.#leftAloneUntil) return undefined;
    try {
      const [written, replica] = await Promise.all([this.#written(), this.#open()]);
      const began = this.#clock.monotonic();
      for (;;) {
        const [row] = await replica.query<{ standby: boolean; there: boolean | null }>(
          'select pg_is_in_recovery() as standby, pg_last_wal_replay_lsn() >= $1::pg_lsn as there',
          [written],
          { name: 'replica_position' },
        );
        // A server that was promoted goes its own way: what it says is not what the primary knows.
        if (row?.standby !== true) throw new Error('the replica is no standby');
        if (row.there === true) return replica;
        if (this.#clock.monotonic() - began > this.#options.waitMs) throw new Error('the replica is behind');
        await this.#clock.sleep(LOOK_MS);
      }
    } catch (error) {
      this.#leaveAlone(error);
      return undefined;
    }
  }

  /** How far the primary had written after this was asked; whoever asks while an answer is on its way shares the next one. */
  #written(): Promise<string> {
    this.#next ??= this.#afterCurrent();
    return this.#next;
  }

  async #afterCurrent(): Promise<string> {
    await this.#current?.catch(() => undefined);
    this.#next = undefined;
    const asked = this.#options.primary
      .query<{ written: string }>('select pg_current_wal_flush_lsn()::text as written', [], { name: 'primary_position' })
      .then(([row]) => row?.written ?? '0/0');
    this.#current = asked;
    return asked;
  }

  #open(): Promise<Database> {
    const { url, schema, entities, migrations, log, poolSize } = this.#options;
    this.#opened ??= openDatabase({
      url,
      schema,
      entities,
      migrations,
      log,
      clock: this.#clock,
      migrate: false,
      ...(poolSize !== undefined && { poolSize }),
    }).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  #leaveAlone(error: unknown): void {
    this.#leftAloneUntil = Math.max(this.#leftAloneUntil, this.#clock.monotonic() + LEFT_ALONE_MS);
    this.#options.log.warn({ schema: this.#options.schema, err: error }, 'the replica is left alone for a while: the primary answers');
  }

  #count(where: Where): void {
    this.#reads?.inc({ where });
  }
}
