/** Transactions: the EntityManager and raw SQL on one connection, work for after the commit, another try after a deadlock. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { InvariantError } from '../faults/index.ts';
import type { Logger } from '../logging/index.ts';
import { isRetryable } from './errors.ts';
import type { TransactionClient } from './transaction-client.ts';
import { valueTypes } from './values.ts';

export interface QueryOptions {
  /** Prepares the statement once per connection under this name. One name, one text: a second text under it is an error. */
  name?: string;
}

/** An open transaction. Over when the work that received it ends; what is kept of it fails afterwards. */
export interface Transaction {
  /** Works on the same connection. Flushed before the commit; call `flush()` yourself when a later `query` must see the changes. */
  readonly manager: EntityManager;
  /** Raw SQL with `$1` parameters on the same connection (see `values.ts` for what columns become). Arrays become PostgreSQL arrays: stringify JSON. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Row[]>;
  /** Runs the action once the commit has succeeded; never after a rollback. Must not throw; what it throws is logged. */
  afterCommit(action: () => void): void;
}

/** What `transact` needs of its database. */
export interface TransactionHost {
  acquire(): Promise<TransactionClient>;
  fork(): EntityManager;
  readonly log: Logger;
}

const ATTEMPTS = 4;

/** Runs the work in a READ COMMITTED transaction. After a deadlock or serialization failure the whole work runs again, up to three times. */
export async function transact<T>(host: TransactionHost, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(host, work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
      host.log.debug({ attempt, error }, 'transaction is run again');
    }
  }
}

async function attemptOnce<T>(host: TransactionHost, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const client = await host.acquire();
  const transaction = new OpenTransaction(host, client);
  let usable = true;
  let result: T;
  try {
    await client.run({ text: 'begin isolation level read committed' });
    result = await work(transaction);
    await transaction.flush();
    await transaction.end();
    await commit(client);
  } catch (error) {
    // Ended first: what the work left running must not slip in behind the rollback.
    await transaction.end();
    usable = await rollback(client);
    throw client.failure ?? error;
  } finally {
    client.release(!usable);
  }
  transaction.runAfterCommit();
  return result;
}

/** PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error: work that swallowed the failure must not look done. */
async function commit(client: TransactionClient): Promise<void> {
  const { command } = await client.run({ text: 'commit' });
  if (command !== 'COMMIT')
    throw new InvariantError('a statement of the transaction failed, the failure was ignored, and nothing was committed');
}

/** Whether the connection can serve again. */
async function rollback(client: TransactionClient): Promise<boolean> {
  if (client.failure) return false;
  try {
    await client.run({ text: 'rollback' });
    return true;
  } catch {
    return false;
  }
}

class OpenTransaction implements Transaction {
  readonly #host: TransactionHost;
  readonly #client: TransactionClient;
  readonly #actions: (() => void)[] = [];
  #manager: EntityManager | undefined;
  #over = false;

  constructor(host: TransactionHost, client: TransactionClient) {
    this.#host = host;
    this.#client = client;
  }

  get manager(): EntityManager {
    this.#assertOpen();
    if (!this.#manager) {
      this.#manager = this.#host.fork();
      this.#manager.setTransactionContext(this.#client.useContext());
    }
    return this.#manager;
  }

  async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = [], options: QueryOptions = {}): Promise<Row[]> {
    this.#assertOpen();
    const { rows } = await this.#client.run({ text: sql, values: parameters as unknown[], types: valueTypes, ...options });
    return rows as Row[];
  }

  afterCommit(action: () => void): void {
    this.#assertOpen();
    this.#actions.push(action);
  }

  async flush(): Promise<void> {
    await this.#manager?.flush();
  }

  async end(): Promise<void> {
    this.#over = true;
    await this.#client.endContext();
  }

  runAfterCommit(): void {
    for (const action of this.#actions) {
      try {
        action();
      } catch (error) {
        this.#host.log.error({ error }, 'an action after the commit failed');
      }
    }
  }

  #assertOpen(): void {
    if (this.#over) throw new InvariantError('the transaction is over');
  }
}
