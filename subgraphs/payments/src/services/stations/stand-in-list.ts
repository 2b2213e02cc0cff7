/** The stations that are not called, in memory: asked by every request, told of every change. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { type Clock, SECOND } from '@nodo-aperto/kernel/time';
import type { StandInEntry } from '../../domain/station-mode.ts';
import { readStandInList, type StandInRow } from '../../persistence/station-queries.ts';

const CHANNEL = 'payments_stand_in';
/** News may be lost with a connection: the list is read again after so long at the latest. Real time. */
const REFRESH_MS = 15 * SECOND;

export class StandInList {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #waits: Clock;
  readonly #held: AsyncDisposable[] = [];
  #rows = new Map<string, StandInRow>();
  #reading: Promise<void> = Promise.resolve();

  constructor(options: { database: Database; log: Logger; waits: Clock }) {
    this.#database = options.database;
    this.#log = options.log;
    this.#waits = options.waits;
  }

  /** Reads the list, and follows its changes from then on. */
  async start(): Promise<void> {
    this.#held.push(await this.#database.listen(CHANNEL, () => void this.#refreshQuietly()));
    const timer = this.#waits.every(
      REFRESH_MS,
      () => this.refresh(),
      (error) => this.#failed(error),
    );
    this.#held.push({ [Symbol.asyncDispose]: async () => timer[Symbol.dispose]() });
    await this.refresh();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#held.splice(0).map((held) => held[Symbol.asyncDispose]()));
    await this.#reading.catch(() => undefined);
  }

  get(stationCode: string): StandInEntry | undefined {
    const row = this.#rows.get(stationCode);
    return row && { reason: row.reason, ...(row.lastFault !== null && { lastFault: row.lastFault }) };
  }

  /** Notes a change made here, and tells the other processes of it, when the transaction commits. */
  async changed(transaction: Transaction, stationCode: string, row: StandInRow | undefined): Promise<void> {
    await transaction.query(`select pg_notify('${CHANNEL}', '')`);
    transaction.afterCommit(() => {
      if (row) this.#rows.set(stationCode, row);
      else this.#rows.delete(stationCode);
    });
  }

  /** Reads the list anew. One reading after the other: an older one never overwrites a newer one. */
  refresh(): Promise<void> {
    const reading = this.#reading
      .catch(() => undefined)
      .then(async () => {
        const rows = await readStandInList(this.#database);
        this.#rows = new Map(rows.map((row) => [row.stationCode, row]));
      });
    this.#reading = reading;
    return reading;
  }

  #refreshQuietly(): Promise<void> {
    return this.refresh().catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#log.warn({ err: error }, 'the Stand-In list could not be read; what was known stays in force');
  }
}
