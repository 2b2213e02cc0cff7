/**
 * One connection of the pool, as seen by transactions: raw SQL and MikroORM's EntityManager use it side by side.
 *
 * MikroORM takes a transaction as an object of Kysely (its query layer). Here such an object is made over a driver that never sends
 * BEGIN or COMMIT, because those are sent by `transaction.ts`; and it is made ahead, so that a transaction which only runs raw SQL pays
 * nothing for the ORM. There is one pool for both.
 */
import { Kysely } from '@mikro-orm/postgresql';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { InvariantError } from '../faults/index.ts';
import { translated } from './connection.ts';
import { DatabaseUnavailableError } from './errors.ts';

type Queries = Kysely<unknown>;
type Dialect = ConstructorParameters<typeof Kysely>[0]['dialect'];
type Driver = ReturnType<Dialect['createDriver']>;
type Connection = Awaited<ReturnType<Driver['acquireConnection']>>;
type Statement = Parameters<Connection['executeQuery']>[0];

/** What `EntityManager.setTransactionContext` takes. */
export type TransactionContext = Awaited<ReturnType<ReturnType<Queries['startTransaction']>['execute']>>;
/** The executor of the ORM's own Kysely, which knows PostgreSQL's dialect. */
export type Compiler = Pick<ReturnType<Queries['getExecutor']>, 'adapter' | 'compileQuery'>;

export interface TransactionClientSource {
  compiler: Compiler;
  /** Address of the database, for error sentences. */
  url: string;
}

const known = new WeakMap<PoolClient, TransactionClient>();

/** The wrapper of a pooled connection, ready for one transaction. */
export async function transactionClient(client: PoolClient, source: TransactionClientSource): Promise<TransactionClient> {
  let wrapper = known.get(client);
  if (!wrapper) {
    wrapper = new TransactionClient(client, source);
    known.set(client, wrapper);
  }
  try {
    await wrapper.prepare();
    return wrapper;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

export class TransactionClient {
  readonly #client: PoolClient;
  readonly #url: string;
  readonly #queries: Queries;
  #context: TransactionContext | undefined;
  #contextUsed = false;
  #tail: Promise<unknown> | undefined;
  #failure: DatabaseUnavailableError | undefined;

  constructor(client: PoolClient, source: TransactionClientSource) {
    this.#client = client;
    this.#url = source.url;
    this.#queries = new Kysely<unknown>({ dialect: borrowingDialect(source.compiler, (text, values) => this.run({ text, values })) });
  }

  /** Set once the connection broke: what the transaction ends with, whatever its work made of the error. */
  get failure(): DatabaseUnavailableError | undefined {
    return this.#failure;
  }

  async prepare(): Promise<void> {
    this.#context ??= await this.#queries.startTransaction().execute();
  }

  /** What binds an EntityManager to this connection until `endContext`. */
  useContext(): TransactionContext {
    if (!this.#context) throw new InvariantError('a connection was used before it was ready');
    this.#contextUsed = true;
    return this.#context;
  }

  /** From now on whatever still holds the context fails, instead of running outside its transaction. */
  async endContext(): Promise<void> {
    if (!this.#contextUsed) return;
    const context = this.#context;
    this.#context = undefined;
    this.#contextUsed = false;
    await context?.rollback().execute();
  }

  /** Runs one statement after those before it: a connection does one thing at a time, callers may well start several. */
  async run(query: QueryConfig): Promise<QueryResult> {
    const mine = this.#tail ? this.#tail.then(() => this.#client.query(query)) : this.#client.query(query);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#tail = settled;
    try {
      return await mine;
    } catch (error) {
      const shown = translated(error, this.#url);
      if (shown instanceof DatabaseUnavailableError) this.#failure ??= shown;
      throw shown;
    } finally {
      if (this.#tail === settled) this.#tail = undefined;
    }
  }

  /** Gives the connection back to the pool, or closes it when it is broken. */
  release(broken: boolean): void {
    this.#client.release(broken);
  }
}

function borrowingDialect(compiler: Compiler, run: (text: string, values: unknown[]) => Promise<QueryResult>): Dialect {
  return {
    createAdapter: () => compiler.adapter,
    createQueryCompiler: () => ({ compileQuery: (node, queryId) => compiler.compileQuery(node, queryId) }),
    createDriver: () => borrowingDriver(run),
    createIntrospector() {
      throw new InvariantError('the schema cannot be inspected inside a transaction');
    },
  };
}

function borrowingDriver(run: (text: string, values: unknown[]) => Promise<QueryResult>): Driver {
  const connection: Connection = {
    async executeQuery<Row>({ sql, parameters }: Statement) {
      const { command, rowCount, rows } = await run(sql, [...parameters]);
      const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE';
      return { rows: rows as Row[], ...(changes && { numAffectedRows: BigInt(rowCount ?? 0) }) };
    },
    streamQuery() {
      throw new InvariantError('rows cannot be streamed inside a transaction; read them page by page');
    },
  };
  const nothing = (): Promise<void> => Promise.resolve();
  const savepointCommand = (words: string) => async (_connection: Connection, name: string) => {
    await run(`${words} "${name.replaceAll('"', '""')}"`, []);
  };
  return {
    init: nothing,
    acquireConnection: () => Promise.resolve(connection),
    releaseConnection: nothing,
    beginTransaction: nothing,
    commitTransaction: nothing,
    rollbackTransaction: nothing,
    savepoint: savepointCommand('savepoint'),
    rollbackToSavepoint: savepointCommand('rollback to savepoint'),
    releaseSavepoint: savepointCommand('release savepoint'),
    destroy: nothing,
  };
}
