/**
 * Gives back what only the start needed. Starting reads texts and builds schemas that are never looked at again, a third of the heap; left
 * to itself, V8 keeps the room until so much has been allocated anew, which an idle platform does not do for hours.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage once: some tenths of a second in which nothing else runs. To be called when the start is over. */
export function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as ((how: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void) | undefined;
  setFlagsFromString('--no-expose-gc');
  // The last resort also moves what is left together, so that whole pages become free.
  collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
