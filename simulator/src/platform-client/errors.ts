/** How a call to the platform can fail. The messages are sentences for people. */
import { ExposedError } from '@nodo-aperto/kernel/faults';
import type { InputIssue } from '@nodo-aperto/kernel/faults';

/** Nothing that is an answer came back: no connection, a broken one, none within the deadline, or something that is not GraphQL. */
export class PlatformUnreachableError extends ExposedError {
  override readonly name = 'PlatformUnreachableError';
  override readonly code = 'SERVICE_UNAVAILABLE';
  override readonly status = 503;
  override readonly title = 'Platform unreachable';
  readonly reason: 'NETWORK' | 'TIMEOUT' | 'NOT_GRAPHQL';

  constructor(message: string, reason: 'NETWORK' | 'TIMEOUT' | 'NOT_GRAPHQL' = 'NETWORK') {
    super(message);
    this.reason = reason;
  }
}

/** The platform answered with an error: what it said, with its code. */
export class PlatformRefusalError extends Error {
  override readonly name = 'PlatformRefusalError';
  readonly expose = true;
  /** `extensions.code` of the first error; `UNKNOWN` when there is none. */
  readonly code: string;
  readonly issues: readonly InputIssue[];

  constructor(message: string, options: { code: string; issues?: readonly InputIssue[] }) {
    super(message);
    this.code = options.code;
    this.issues = options.issues ?? [];
  }
}

const PASSING_CODES: readonly string[] = ['SERVICE_UNAVAILABLE', 'LIMIT_EXCEEDED'];

/** Whether the same call may succeed a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof PlatformUnreachableError) return true;
  return error instanceof PlatformRefusalError && PASSING_CODES.includes(error.code);
}
