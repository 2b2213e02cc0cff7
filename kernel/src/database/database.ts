/** A subgraph's database: its schema, its entities, its pool. */
import { DriverException, type EntityManager, MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Pool, PoolClient } from 'pg';
import type { Logger } from '../logging/index.ts';
import { type Clock, realClock, withDeadline } from '../time/index.ts';
import { connectionOptions, translated, unconnected } from './connection.ts';
import { MigrationError, unavailability } from './errors.ts';
import { listenOn } from './listener.ts';
import { type Migration, applyMigrations, assertSchemaName, pendingMigrations } from './migrations.ts';
import { type QueryOptions, type Transaction, type TransactionHost, transact } from './transaction.ts';
import { type TransactionClientSource, transactionClient } from './transaction-client.ts';
import { valueTypes } from './values.ts';

/** An entity as `defineEntity` makes it, or its class. */
export type EntityInput = NonNullable<Options['entities']>[number];

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database` */
  url: string;
  /** The schema this service owns; made by the migrations. */
  schema: string;
  entities: readonly EntityInput[];
  /** In order; each kernel room used exports its own, which come first. */
  migrations: readonly Migration[];
  log: Logger;
  clock: Clock;
  /** Connections at most, 10 by default. */
  poolSize?: number;
  /** False: migrations are only checked, and a missing one is an error. True by default. */
  migrate?: boolean;
  /** Longest time one statement may take, in milliseconds; 15,000 by default. */
  statementTimeoutMs?: number;
}

export interface PoolUse {
  /** Connections open. */
  open: number;
  idle: number;
  /** Callers that wait for a connection. */
  waiting: number;
  limit: number;
}

export interface Database {
  readonly schema: string;
  /** Entities of this schema. */
  readonly orm: MikroORM;
  /**
   * Runs the work in one READ COMMITTED transaction and commits when it resolves. A deadlock or serialization failure runs the whole
   * work again (up to three times), so it must have no effect outside the database other than through `afterCommit`.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Runs the work with an EntityManager of its own, outside any transaction. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** One statement with `$1` parameters, outside any transaction; prepared once per connection when a name is given. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Row[]>;
  /**
   * Calls the handler for every notification on the channel, over one connection shared by the whole process. After the connection was
   * lost and restored it is called once with an empty payload, because notifications may have been missed.
   */
  listen(channel: string, onNotify: (payload: string) => void): Promise<AsyncDisposable>;
  /** How busy the pool is. */
  use(): PoolUse;
  /** Ends listeners of this database and closes its connections, once what runs is done (at most ten seconds). */
  close(): Promise<void>;
}

const POOL_SIZE = 10;
const IDLE_CONNECTION_MS = 30_000;
const CLOSE_DEADLINE_MS = 10_000;

/**
 * Opens the database of one subgraph: applies its migrations, then connects.
 * @throws DatabaseUnavailableError, MigrationError
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  assertSchemaName(options.schema);
  await prepareSchema(options);
  const orm = makeOrm(options);
  const connection = orm.em.getConnection();
  try {
    const pool = (await connection.getNativeClient()) as Pool;
    const database = new PooledDatabase(options, orm, pool, { compiler: connection.getClient().getExecutor(), url: options.url });
    await database.query('select 1');
    return database;
  } catch (error) {
    await orm.close(true);
    throw translated(error, options.url);
  }
}

async function prepareSchema(options: DatabaseOptions): Promise<void> {
  if (options.migrate !== false) {
    await applyMigrations(options);
    return;
  }
  const pending = await pendingMigrations(options);
  if (pending.length > 0) {
    throw new MigrationError(
      `Schema ${options.schema} lacks ${pending.length} migrations (the first is ${pending[0]}): migrate the database first.`,
    );
  }
}

function makeOrm(options: DatabaseOptions): MikroORM {
  const { url, schema, statementTimeoutMs } = options;
  return new MikroORM({
    entities: [...options.entities],
    clientUrl: url,
    schema,
    pool: { min: 0, max: options.poolSize ?? POOL_SIZE, idleTimeoutMillis: IDLE_CONNECTION_MS },
    driverOptions: connectionOptions({ url, schema, applicationName: schema, statementTimeoutMs }),
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false },
    metadataCache: { enabled: false },
    colors: false,
    logger: (message) => options.log.debug({ schema }, message),
  });
}

class PooledDatabase implements Database {
  readonly schema: string;
  readonly orm: MikroORM;
  readonly #url: string;
  readonly #log: Logger;
  readonly #pool: Pool;
  readonly #limit: number;
  readonly #host: TransactionHost;
  readonly #listeners = new Set<AsyncDisposable>();
  #closing: Promise<void> | undefined;

  constructor(options: DatabaseOptions, orm: MikroORM, pool: Pool, source: TransactionClientSource) {
    this.schema = options.schema;
    this.orm = orm;
    this.#url = options.url;
    this.#log = options.log;
    this.#pool = pool;
    this.#limit = options.poolSize ?? POOL_SIZE;
    this.#host = {
      acquire: async () => transactionClient(await this.#connection(), source),
      fork: () => orm.em.fork(),
      log: options.log,
    };
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return transact(this.#host, work);
  }

  async read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await work(this.orm.em.fork());
    } catch (error) {
      // Only what the driver said: the work may fail for reasons of its own.
      throw error instanceof DriverException ? translated(error, this.#url) : error;
    }
  }

  async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = [], options: QueryOptions = {}): Promise<Row[]> {
    const client = await this.#connection();
    let broken = false;
    try {
      const { rows } = await client.query({ text: sql, values: parameters as unknown[], types: valueTypes, ...options });
      return rows as Row[];
    } catch (error) {
      // pool.query() would close the connection after every refused statement; only a broken one must go.
      broken = unavailability(error) !== undefined;
      throw translated(error, this.#url);
    } finally {
      client.release(broken);
    }
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<AsyncDisposable> {
    const subscription = await listenOn({ url: this.#url, channel, onNotify, log: this.#log });
    const handle: AsyncDisposable = {
      [Symbol.asyncDispose]: async () => {
        this.#listeners.delete(handle);
        await subscription[Symbol.asyncDispose]();
      },
    };
    this.#listeners.add(handle);
    return handle;
  }

  use(): PoolUse {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { open: totalCount, idle: idleCount, waiting: waitingCount, limit: this.#limit };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#listeners].map((listener) => listener[Symbol.asyncDispose]()));
    try {
      await withDeadline(realClock(), CLOSE_DEADLINE_MS, `closing the connections of schema ${this.schema}`, async () => {
        await this.orm.close(true);
        // The mapper leaves alone a pool that it has not used itself.
        if (!this.#pool.ending) await this.#pool.end();
      });
    } catch (error) {
      this.#log.warn({ schema: this.schema, error }, 'database connections were still in use when closed');
    }
  }

  async #connection(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw unconnected(error, this.#url);
    }
  }
}
