import { type ChildProcess, spawn } from 'node:child_process';

export interface SpawnOptions {
  /** Variables beside those of this process; they win. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A group of its own: what ends this process at the terminal does not end the program. */
  readonly detached?: boolean;
  /** Cores as `taskset -c` takes them, where a program may not have them all. */
  readonly cores?: string | undefined;
}

/**
 * Runs a program with this process's Node, its output in pipes, which the caller reads. No package of it reports home.
 * @param words of Node: the JavaScript file, and what it is told
 */
export function spawnProgram(words: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const { environment, cwd, detached = false, cores } = options;
  const [file, ...rest] = [...(cores === undefined ? [] : ['taskset', '-c', cores]), process.execPath, ...words];
  return spawn(file ?? process.execPath, rest, {
    cwd,
    detached,
    env: { ...process.env, APOLLO_TELEMETRY_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
