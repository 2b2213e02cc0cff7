/** A wait was ended from outside, through its AbortSignal. `cause` holds the signal's reason. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';

  constructor(reason?: unknown) {
    super('The wait was aborted', { cause: reason });
  }
}

/** A piece of work did not finish within its deadline. `what` names the work, `milliseconds` the time it was given. */
export class DeadlineExceededError extends Error {
  override readonly name = 'DeadlineExceededError';
  readonly what: string;
  readonly milliseconds: number;

  constructor(what: string, milliseconds: number) {
    super(`${what} did not finish within ${milliseconds} ms`);
    this.what = what;
    this.milliseconds = milliseconds;
  }
}
