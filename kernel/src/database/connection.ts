/** How this platform connects to PostgreSQL: the settings of a connection, and what is said when there is none. */
import { Client, type ClientConfig } from 'pg';
import type { Clock } from '../time/index.ts';
import { DatabaseUnavailableError, sqlStateOf, unavailability } from './errors.ts';

export interface ConnectionSettings {
  /** `postgres://user:password@host:port/database`, with `?sslmode=…` where wanted. */
  url: string;
  /** What `pg_stat_activity` shows, e.g. "payments". */
  applicationName: string;
  /** The only schema on the search path; without it the server's default. */
  schema?: string;
  /** Longest time one statement may take, in milliseconds. 0: no limit. */
  statementTimeoutMs?: number;
}

/** How long a connection may take to open, or a caller may wait for a free one of the pool. */
const CONNECT_DEADLINE_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;
/** A transaction that sits idle so long has been forgotten by its owner: the server ends it and frees its locks. */
const IDLE_IN_TRANSACTION_MS = 60_000;
const NETWORK_GRACE_MS = 5_000;

/** Options for the driver. Times are UTC, and the driver gives up a little after the server should have. */
export function connectionOptions(settings: ConnectionSettings): ClientConfig {
  const statementTimeoutMs = settings.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const flags = ['-c timezone=UTC'];
  if (settings.schema !== undefined) flags.push(`-c search_path=${settings.schema}`);
  return {
    connectionString: settings.url,
    application_name: `nodo-aperto ${settings.applicationName}`,
    connectionTimeoutMillis: CONNECT_DEADLINE_MS,
    statement_timeout: statementTimeoutMs,
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + NETWORK_GRACE_MS }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: flags.join(' '),
  };
}

const STARTING_POLL_MS = 200;

/**
 * Opens one connection outside any pool. A server that says it is still starting (or recovering) is waited for, up to `patienceMs`.
 * @throws DatabaseUnavailableError
 */
export async function connect(settings: ConnectionSettings, clock: Clock, patienceMs = 30_000): Promise<Client> {
  const began = clock.monotonic();
  for (;;) {
    const client = new Client(connectionOptions(settings));
    client.on('error', () => undefined); // The statement in flight, or the next one, rejects; without a listener the process would end.
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      const starting = sqlStateOf(error) === '57P03';
      if (!starting || clock.monotonic() - began > patienceMs) throw unconnected(error, settings.url);
      await clock.sleep(STARTING_POLL_MS);
    }
  }
}

/** Turns errors that mean "no database" into DatabaseUnavailableError with a sentence; gives back every other error as it is. */
export function translated(error: unknown, url: string): unknown {
  const reason = unavailability(error);
  if (reason === undefined || error instanceof DatabaseUnavailableError) return error;
  const { place, database, user } = describe(url);
  const state = sqlStateOf(error);
  const sentence = (): string => {
    if (state === '57P03') return `PostgreSQL at ${place} is still starting up or shutting down.`;
    if (state === '3D000') return `PostgreSQL at ${place} has no database named ${database}.`;
    if (state === '53300') return `PostgreSQL at ${place} has no connection left for database ${database}.`;
    if (state?.startsWith('28'))
      return `PostgreSQL at ${place} does not accept user ${user} with the password given for database ${database}.`;
    if (reason === 'EXHAUSTED') {
      return `All connections to database ${database} at ${place} were busy for ${CONNECT_DEADLINE_MS / 1000} seconds.`;
    }
    if (reason === 'LOST') return `The connection to database ${database} at ${place} broke while it was in use.`;
    return `PostgreSQL at ${place} cannot be reached (${codeOf(error)}): is it running, and is the address right?`;
  };
  return new DatabaseUnavailableError(sentence(), { reason, cause: error });
}

/** The same for an error met while connecting: whatever the server says then, there is no database to be had. */
export function unconnected(error: unknown, url: string): unknown {
  const shown = translated(error, url);
  if (shown instanceof DatabaseUnavailableError || sqlStateOf(error) === undefined) return shown;
  const { place, database } = describe(url);
  const message = `PostgreSQL at ${place} does not let anyone into database ${database} (${(error as Error).message}).`;
  return new DatabaseUnavailableError(message, { reason: 'REFUSED', cause: error });
}

function codeOf(error: unknown): string {
  const source = error instanceof AggregateError ? error.errors[0] : error;
  const code = (source as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'no answer in time';
}

/** The parts of a URL that may be shown: never the password. */
export function describe(url: string): { place: string; database: string; user: string } {
  const parsed = parse(url);
  return {
    place: `${parsed.hostname}:${parsed.port || '5432'}`,
    database: decodeURIComponent(parsed.pathname.slice(1)),
    user: decodeURIComponent(parsed.username),
  };
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const parsed = parse(url);
  parsed.pathname = `/${encodeURIComponent(database)}`;
  return parsed.href;
}

function parse(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed && /^postgres(ql)?:$/.test(parsed.protocol) && parsed.hostname !== '' && parsed.pathname.length > 1) return parsed;
  throw new DatabaseUnavailableError('The address of the database is not of the form postgres://user:password@host:port/database.', {
    reason: 'UNREACHABLE',
  });
}
