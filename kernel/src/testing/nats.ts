/** A NATS server of a test's own, where the machine has one: NATS_SERVER, the PATH, or `.tools/bin`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../database/index.ts';
import { portOpen } from './port-open.ts';
import { until } from './until.ts';

const OWN = fileURLToPath(new URL('../../../.tools/bin/nats-server', import.meta.url));

/** Where the server's program is; undefined where there is none, and tests that need it are to be skipped. */
export function findNatsServer(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'nats-server'));
  return [process.env['NATS_SERVER'] ?? '', ...onPath, OWN].find((file) => file !== '' && isExecutable(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it at once, as a crash does. Its data stays. */
  kill(): Promise<void>;
  /** Starts it again at the same address on the same data. */
  restart(): Promise<void>;
  /** Deletes what it keeps; it must not run. */
  wipe(): Promise<void>;
}

/** Starts a server with JetStream in a temporary folder. */
export async function startNats(program: string): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'nodo-aperto-nats-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(program, ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', folder], { stdio: 'ignore' });
    await until(() => portOpen(port), { what: 'the NATS server to listen', timeoutMs: 30_000 });
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    restart: start,
    wipe: () => rm(join(folder, 'jetstream'), { recursive: true, force: true }),
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
