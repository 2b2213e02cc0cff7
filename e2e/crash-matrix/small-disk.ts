/** A disk of its own for the database, small enough to be filled: a file system in memory, where mounting is allowed. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIZE = '600m';
const CHUNK = Buffer.alloc(1024 * 1024);

export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Whether it is small; otherwise it is a folder like any other, and cannot be filled. */
  readonly isSmall: boolean;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
}

export function smallDisk(): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'nodo-crash-disk-'));
  const isSmall = mounted(path);
  const ballast = join(path, 'ballast');
  return {
    path,
    isSmall,
    fill() {
      const file = openSync(ballast, 'w');
      try {
        for (let size = CHUNK.length; size >= 4096; ) {
          try {
            writeSync(file, CHUNK, 0, size);
          } catch {
            size /= 2;
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    [Symbol.dispose]() {
      if (isSmall) execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function mounted(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0755`, 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    execFileSync('chmod', ['0755', path]);
    return false;
  }
}
