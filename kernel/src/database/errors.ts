/** What can go wrong between the platform and PostgreSQL, each said in one sentence. */

/** Why PostgreSQL could not serve: nothing was reached, all connections are busy, or the connection broke half-way. */
export type UnavailableReason = 'UNREACHABLE' | 'REFUSED' | 'EXHAUSTED' | 'LOST';

/**
 * PostgreSQL cannot be reached, lets nobody in, or went away. The message names host, port and database, never the password.
 * With reason LOST a statement or commit may or may not have been carried out; with the other reasons nothing was.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  readonly reason: UnavailableReason;

  constructor(message: string, options: { reason: UnavailableReason; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
  }
}

/** A migration failed, was changed after it had been applied, or is missing. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** The embedded PostgreSQL could not be prepared, started or stopped. */
export class EmbeddedPostgresError extends Error {
  /** Its sentence is for whoever started the command. */
  readonly expose = true;
  override readonly name = 'EmbeddedPostgresError';
}

const STATE = /^[0-9FHPX][0-9A-Z]{4}$/;

/** The SQLSTATE of an error of the driver or of MikroORM (five characters, e.g. "23505"), looking through causes. */
export function sqlStateOf(error: unknown): string | undefined {
  return findInCauses(error, (code) => (STATE.test(code) ? code : undefined));
}

/** True for an error that violates a unique constraint, of the given name when one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlStateOf(error) !== '23505') return false;
  return constraint === undefined || (error as { constraint?: unknown }).constraint === constraint;
}

/** True for a serialization failure or a deadlock: the same transaction may well succeed when run again. */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}

const UNREACHABLE_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);
const LOST_CODES = new Set(['ECONNRESET', 'EPIPE', '57P01', '57P02', '57P05']);
const LOST_MESSAGE = /^(Connection terminated|Client has encountered a connection error|Query read timeout|Client was closed)/;
const EXHAUSTED_MESSAGE = /^timeout exceeded when trying to connect/;
const CONNECT_TIMEOUT_MESSAGE = /^Connection terminated due to connection timeout/;

/** Which kind of unavailability an error of the driver is; undefined when the server answered and only disliked the statement. */
export function unavailability(error: unknown): UnavailableReason | undefined {
  if (error instanceof DatabaseUnavailableError) return error.reason;
  if (findInCauses(error, (code) => UNREACHABLE_CODES.has(code))) return 'UNREACHABLE';
  const state = sqlStateOf(error);
  if (state === '57P03') return 'UNREACHABLE';
  if (state !== undefined && (state.startsWith('28') || state === '3D000' || state === '53300')) return 'REFUSED';
  if (state?.startsWith('08') || findInCauses(error, (code) => LOST_CODES.has(code))) return 'LOST';
  const message = error instanceof Error ? error.message : '';
  if (EXHAUSTED_MESSAGE.test(message)) return 'EXHAUSTED';
  if (CONNECT_TIMEOUT_MESSAGE.test(message)) return 'UNREACHABLE';
  return LOST_MESSAGE.test(message) ? 'LOST' : undefined;
}

/** Visits the `code` of an error, of its causes and of the members of an AggregateError (one per address of a host). */
function findInCauses<Found>(error: unknown, test: (code: string) => Found | undefined | false): Found | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const code = (current as { code?: unknown }).code;
    const found = typeof code === 'string' && test(code);
    if (found) return found;
    if (current instanceof AggregateError && current.errors.length > 0) current = current.errors[0];
    else current = current.cause;
  }
  return undefined;
}
