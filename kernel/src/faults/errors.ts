/** Our own bug: something that cannot be was. Callers see only an internal error; the message is for the log. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws InvariantError unless the condition holds. For what must be true in correct code, never for input. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** How GraphQL names the kinds of errors a caller may see (`extensions.code`). */
export type ExposedCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'LIMIT_EXCEEDED'
  | 'SERVICE_UNAVAILABLE';

/** An error whose message is written for the caller and may be shown. */
export abstract class ExposedError extends Error {
  readonly expose = true;
  /** For GraphQL. */
  abstract readonly code: ExposedCode;
  /** For HTTP. */
  abstract readonly status: number;
  /** A few words for the kind of error. */
  abstract readonly title: string;
}

/** One thing wrong with an input: where (`payments[2].amount`, empty for the whole), what, and what would be right. */
export interface InputIssue {
  path: string;
  message: string;
  expected?: string;
}

// A request of a thousand bad lines gets an answer that can be read.
const MOST_ISSUES = 100;
const SENTENCES = 5;

/** The caller sent something that cannot be accepted. Never carries the refused value: it may be personal. */
export class InputError extends ExposedError {
  override readonly name = 'InputError';
  override readonly code = 'BAD_USER_INPUT';
  override readonly status = 400;
  override readonly title = 'Bad input';
  /** At most 100. */
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super(sentenceOf(issues));
    this.issues = issues.slice(0, MOST_ISSUES);
  }

  /** An error about one place. */
  static at(path: string, message: string, expected?: string): InputError {
    return new InputError([{ path, message, ...(expected !== undefined && { expected }) }]);
  }
}

function sentenceOf(issues: readonly InputIssue[]): string {
  const sentences = issues.slice(0, SENTENCES).map(({ path, message, expected }) => {
    const what = expected === undefined ? message : `${message} (expected ${expected})`;
    return path === '' ? what : `${path}: ${what}`;
  });
  if (issues.length > SENTENCES) sentences.push(`and ${issues.length - SENTENCES} more`);
  return sentences.join('; ') || 'The input cannot be accepted';
}

/** What was asked for does not exist, or not for this caller. */
export class NotFoundError extends ExposedError {
  override readonly name = 'NotFoundError';
  override readonly code = 'NOT_FOUND';
  override readonly status = 404;
  override readonly title = 'Not found';
}

/** Something as a caller saw it, or as it is now. */
export interface SeenVersion {
  readonly revision: number;
  /** In the words of the directory file, without secrets; absent when it is not known (any more). */
  readonly content?: string;
}

/** The request contradicts the present state: a duplicate, or an action the state does not allow. */
export class ConflictError extends ExposedError {
  override readonly name = 'ConflictError';
  override readonly code = 'CONFLICT';
  override readonly status = 409;
  override readonly title = 'Conflict';
  /** When somebody else changed it meanwhile: what the caller had seen, and what it is now. */
  readonly versions: { readonly seen: SeenVersion; readonly current: SeenVersion } | undefined;

  constructor(message: string, versions?: { readonly seen: SeenVersion; readonly current: SeenVersion }) {
    super(message);
    this.versions = versions;
  }
}

/** The caller is known and may not do this. */
export class ForbiddenError extends ExposedError {
  override readonly name = 'ForbiddenError';
  override readonly code = 'FORBIDDEN';
  override readonly status = 403;
  override readonly title = 'Forbidden';
}

/** The caller showed no valid credentials. */
export class UnauthenticatedError extends ExposedError {
  override readonly name = 'UnauthenticatedError';
  override readonly code = 'UNAUTHENTICATED';
  override readonly status = 401;
  override readonly title = 'Unauthenticated';
}

/** A limit was reached: requests per time, subscriptions, queue. `retryAfterSeconds` when waiting helps. */
export class LimitError extends ExposedError {
  override readonly name = 'LimitError';
  override readonly code = 'LIMIT_EXCEEDED';
  override readonly status = 429;
  override readonly title = 'Limit exceeded';
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, retryAfterSeconds?: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A part of the platform does not work at present; the same request may succeed later. */
export class UnavailableError extends ExposedError {
  override readonly name = 'UnavailableError';
  override readonly code = 'SERVICE_UNAVAILABLE';
  override readonly status = 503;
  override readonly title = 'Unavailable';
}
