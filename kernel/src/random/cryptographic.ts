import { randomFillSync } from 'node:crypto';
import { buildStream } from './build-stream.ts';
import type { RandomStream } from './stream.ts';

const POOL_BYTES = 4_096;

/** Unpredictable chance, for payment tokens, keys and secrets. Forks are streams of the same kind. */
export function cryptographicStream(): RandomStream {
  const pool = Buffer.alloc(POOL_BYTES);
  let position = POOL_BYTES;
  const word = (): number => {
    if (position === POOL_BYTES) {
      randomFillSync(pool);
      position = 0;
    }
    const value = pool.readUInt32LE(position);
    // What was given out must not be found in memory later.
    pool.writeUInt32LE(0, position);
    position += 4;
    return value;
  };
  const stream: RandomStream = buildStream(word, () => stream);
  return stream;
}
