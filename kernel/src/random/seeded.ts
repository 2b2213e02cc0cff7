import { createHash } from 'node:crypto';
import { buildStream } from './build-stream.ts';
import type { RandomStream } from './stream.ts';

/**
 * Named streams from one seed. The same seed and name give the same sequence on every machine, whatever other streams exist and
 * in whatever order they are made. The seeds 7 and "7" are the same. Not for secrets.
 */
export function seededStreams(seed: number | string): { stream(name: string): RandomStream } {
  return { stream: (name) => seededStream([String(seed), name]) };
}

function seededStream(path: readonly string[]): RandomStream {
  return buildStream(wordsOf(path), (name) => seededStream([...path, name]));
}

/** The generator sfc32 (Doty-Humphrey, "small fast counting", 128 bits of state), begun from a digest of the names. */
function wordsOf(path: readonly string[]): () => number {
  // JSON, so that a name with a separator in it is not the path of two names.
  const digest = createHash('sha256').update(JSON.stringify(path)).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  return () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return result >>> 0;
  };
}
