import { LimitError } from '../faults/index.ts';

/**
 * Lets at most `width` pieces of work run at once; the others queue in the order they came.
 * @throws LimitError (through the returned function) when `queueLimit` wait already
 */
export function createTurnstile(width: number, queueLimit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside < width) inside += 1;
    else {
      if (queue.length >= queueLimit) throw new LimitError('Too many readers wait for the event log; try again shortly');
      await new Promise<void>((resolve) => queue.push(resolve)); // Whoever leaves hands on its place.
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else inside -= 1;
    }
  };
}
