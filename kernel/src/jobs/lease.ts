/**
 * Shows other processes that this one lives: an advisory lock on a connection of its own, which ends when the process ends. Frees what is marked
 * as taken and runs nowhere: by processes that are gone, and by this one when it never heard of it.
 */
import type { Client } from 'pg';
import { connect } from '../database/connection.ts';
import type { Database } from '../database/index.ts';
import { type Pump, startPump } from '../events/pump.ts';
import type { Logger } from '../logging/index.ts';
import type { Clock } from '../time/index.ts';
import { freeAbandoned, freeUntaken, markedJobs, removeLeftovers } from './queue.ts';
import type { TakenJobs } from './taken.ts';

export interface LeaseOptions {
  url: string;
  database: Database;
  /** Real time. */
  waits: Clock;
  log: Logger;
  checkMs: number;
  graceMs: number;
  /** What the names of recurrent tasks begin with: a run that was cut off has its successor, and is not tried again itself. */
  recurrentPrefix: string;
  taken: TakenJobs;
}

export interface Lease {
  /** Holds the lock of this worker pool from now on, instead of the one before. */
  hold(poolId: string): void;
  release(): Promise<void>;
}

const PREFIX = 'nodo-aperto.jobs.';
// The server has to notice a machine that vanished without closing its connections.
const KEEPALIVE = `set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`;

/** Starts holding, and looking for pools that hold no longer. */
export function startLease(options: LeaseOptions): Lease {
  return new HeldLease(options);
}

class HeldLease implements Lease {
  readonly #options: LeaseOptions;
  readonly #pump: Pump;
  #wanted: string | undefined;
  #held: string | undefined;
  #client: Client | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#pump = startPump({
      step: () => this.#step(),
      pollMs: options.checkMs,
      waits: options.waits,
      onError: (error, failures) => {
        this.#held = undefined;
        if (failures % 20 === 1) options.log.warn({ err: error, failures }, 'the lease of the job worker is being restored');
      },
    });
    this.#pump.wake();
  }

  hold(poolId: string): void {
    this.#wanted = poolId;
    this.#pump.wake();
  }

  async release(): Promise<void> {
    await this.#pump.stop();
    await this.#client?.end().catch(() => undefined);
  }

  async #step(): Promise<boolean> {
    const { database, graceMs, recurrentPrefix, log } = this.#options;
    await this.#holdWanted();
    await this.#freeUntaken();
    const freed = await freeAbandoned(database, PREFIX, graceMs);
    if (freed.length > 0) log.warn({ workers: freed }, 'jobs of workers that are gone were freed');
    // Also without any freed: a run that lost the database at its end has no tries left, since its successor is queued.
    await removeLeftovers(database, recurrentPrefix);
    return false;
  }

  async #freeUntaken(): Promise<void> {
    const { database, graceMs, taken, waits, log } = this.#options;
    if (this.#held === undefined) return;
    const asOf = waits.monotonic();
    const jobs = taken.unknown(await markedJobs(database, this.#held, graceMs), asOf, graceMs);
    if (jobs.length === 0) return;
    await freeUntaken(database, this.#held, jobs);
    log.warn({ jobs }, 'jobs were freed that were taken while the line to the database broke');
  }

  async #holdWanted(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === undefined || this.#held === wanted) return;
    this.#client ??= await this.#open();
    // Not "try": a sweeper of another process may be testing the lock at this moment.
    await this.#client.query('select pg_advisory_unlock_all(), pg_advisory_lock(hashtextextended($1, 0))', [PREFIX + wanted]);
    this.#held = wanted;
  }

  async #open(): Promise<Client> {
    const { url, waits } = this.#options;
    const client = await connect({ url, applicationName: 'jobs lease' }, waits);
    client.once('end', () => {
      if (this.#client === client) this.#client = undefined;
      this.#held = undefined;
      this.#pump.wake();
    });
    await client.query(KEEPALIVE);
    return client;
  }
}
