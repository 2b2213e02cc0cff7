/** A platform for one run: a process of its own, by the platform's command line, with its database in a temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, platformWords, type ServerProcess, spawnProgram, watchServer } from '@nodo-aperto/kernel/process';
import type { Clock } from '@nodo-aperto/kernel/time';
import { bundled } from '../../../bundle.mjs';

export interface OwnPlatform {
  readonly baseUrl: string;
  /** Its data folder, with the key of its issuer. */
  readonly folder: string;
  /** Kills it without a chance to finish, and starts it again on its data; resolves when it is ready. */
  killAndRestart(): Promise<void>;
  /** Stops it and removes its folder. */
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * @param program the JavaScript file to run; the project's own bundle when absent
 * @throws UnavailableError with what the platform said, when it does not start
 */
export async function startOwnPlatform(clock: Clock, signal: AbortSignal, program?: string): Promise<OwnPlatform> {
  const file = program ?? (await bundled(ROOT, 'platform/src/main.ts'));
  const folder = await mkdtemp(join(tmpdir(), 'nodo-simulation-'));
  const port = await freePort();
  const words = platformWords({ port, folder, further: ['--test-clock'] });
  const launch = (): ServerProcess =>
    // A group of its own: Ctrl-C in the terminal ends the run, and the run ends the platform when its report is written.
    watchServer(spawnProgram([file, ...words], { detached: true, environment: { DATABASE_URL: '' } }), { port, clock });
  let running = launch();

  async function stop(): Promise<void> {
    await running.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    await running.ready(signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    baseUrl: running.baseUrl,
    folder,
    async killAndRestart() {
      await running.stop('SIGKILL');
      running = launch();
      await running.ready(signal);
    },
    stop,
  };
}
