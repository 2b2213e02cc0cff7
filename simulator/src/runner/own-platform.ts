/** A platform for one run: a process of its own, by the platform's command line, with its database in a temporary folder. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@nodo-aperto/kernel/faults';
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
const READY_MS = 90_000;
const ASK_AGAIN_MS = 100;
const OUTPUT_KEPT = 4_000;

/**
 * @param program the JavaScript file to run; the project's own bundle when absent
 * @throws UnavailableError with what the platform said, when it does not start
 */
export async function startOwnPlatform(clock: Clock, signal: AbortSignal, program?: string): Promise<OwnPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'nodo-simulation-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  let child = await launch(folder, port, program);

  async function ready(): Promise<void> {
    const until = clock.monotonic() + READY_MS;
    while (!signal.aborted) {
      if (child.ended()) throw new UnavailableError(`The platform ended before it was ready: ${child.output().trim()}`);
      if (clock.monotonic() > until)
        throw new UnavailableError(`The platform was not ready after ${READY_MS / 1_000} seconds: ${child.output()}`);
      const answer = await fetch(`${baseUrl}/health/ready`).catch(() => undefined);
      if (answer?.status === 200) return;
      await clock.sleep(ASK_AGAIN_MS, signal);
    }
  }

  async function stop(): Promise<void> {
    await child.end('SIGTERM');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    await ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    baseUrl,
    folder,
    async killAndRestart() {
      await child.end('SIGKILL');
      child = await launch(folder, port, program);
      await ready();
    },
    stop,
  };
}

interface Running {
  ended(): boolean;
  /** The end of what it printed. */
  output(): string;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function launch(folder: string, port: number, program?: string): Promise<Running> {
  const words = ['start', '--port', String(port), '--data', folder, '--no-simulation', '--test-clock'];
  const child: ChildProcess = spawn(process.execPath, [program ?? (await bundled(ROOT, 'platform/src/main.ts')), ...words], {
    env: { ...process.env, APOLLO_TELEMETRY_DISABLED: 'true', DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in the terminal ends the run, and the run ends the platform when its report is written.
    detached: true,
  });
  let output = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-OUTPUT_KEPT)));
  const exit = new Promise<void>((resolve) => child.on('exit', () => ((ended = true), resolve())));
  return {
    ended: () => ended,
    output: () => output,
    async end(signal) {
      if (!ended) child.kill(signal);
      await exit;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
