import type { Clock } from './clock.ts';
import { AbortedError, DeadlineExceededError } from './errors.ts';

/**
 * Runs the work with a limit of so many platform milliseconds. When the limit passes, the work's signal is aborted and the
 * promise rejects with DeadlineExceededError naming `what`, whether or not the work listens to its signal. `outer` ends the work
 * early: AbortedError.
 */
export async function withDeadline<T>(
  clock: Clock,
  milliseconds: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  if (outer?.aborted) throw new AbortedError(outer.reason);
  const controller = new AbortController();
  let refuse: (error: Error) => void;
  const ended = new Promise<never>((_resolve, reject) => {
    refuse = reject;
  });
  const end = (error: Error): void => {
    // Rejected before the abort, so that this error wins over the one the work makes of the abort.
    refuse(error);
    controller.abort(error);
  };
  const onOuterAbort = (): void => end(new AbortedError(outer?.reason));
  const timer = clock.deadline(milliseconds, () => end(new DeadlineExceededError(what, milliseconds)));
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  try {
    return await Promise.race([ended, work(controller.signal)]);
  } finally {
    timer[Symbol.dispose]();
    outer?.removeEventListener('abort', onOuterAbort);
  }
}

/**
 * How much platform time passes at most while work with a deadline is under way: for what is written down as "until then" about such work.
 * The same as the deadline, but where platform time runs faster than deadlines do.
 * @param milliseconds the deadline
 */
export function deadlineSpan(clock: Pick<Clock, 'realDeadline' | 'realDelay'>, milliseconds: number): number {
  return Math.ceil(clock.realDeadline(milliseconds) / clock.realDelay(1));
}
