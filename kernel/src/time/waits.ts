import { AbortedError } from './errors.ts';
import { checkedDelay } from './timers.ts';
import type { Timers } from './timers.ts';

/** `Clock.sleep` on any timers. */
export function sleepOn(timers: Timers, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new AbortedError(signal.reason));
    const onAbort = (): void => {
      timer[Symbol.dispose]();
      reject(new AbortedError(signal?.reason));
    };
    const timer = timers.start(
      milliseconds,
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      true,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** `Clock.every` on any timers. */
export function everyOn(
  timers: Timers,
  milliseconds: number,
  action: () => void | Promise<void>,
  onError: (error: unknown) => void,
): Disposable {
  const interval = checkedDelay(milliseconds);
  if (interval === 0) throw new RangeError(`A repeated action needs an interval above 0 ms, got ${milliseconds}`);
  let beat = timers.elapsed();
  let timer: Disposable | undefined;
  let stopped = false;

  const arm = (): void => {
    if (stopped) return;
    const time = timers.elapsed();
    beat += interval * Math.max(1, Math.floor((time - beat) / interval) + 1);
    timer = timers.start(beat - time, () => void run(), false);
  };
  const run = async (): Promise<void> => {
    try {
      await action();
    } catch (error) {
      onError(error);
    } finally {
      arm();
    }
  };
  arm();
  return {
    [Symbol.dispose]() {
      stopped = true;
      timer?.[Symbol.dispose]();
    },
  };
}
