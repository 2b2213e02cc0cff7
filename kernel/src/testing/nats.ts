/** A NATS server of a test's own, where the machine has one: a container of NATS_CONTAINER_IMAGE, NATS_SERVER, the PATH, or `.tools/bin`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../process/index.ts';
import { portOpen } from './port-open.ts';
import { until } from './until.ts';

const OWN = fileURLToPath(new URL('../../../.tools/bin/nats-server', import.meta.url));

/** What stands before the name of an image, where others are the path of a program. */
const CONTAINER = 'container:';

/** Where the server's program is, or the image that it is in; undefined where there is none, and tests that need it are to be skipped. */
export function findNatsServer(): string | undefined {
  const image = process.env['NATS_CONTAINER_IMAGE'];
  if (image) return `${CONTAINER}${image}`;
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
  /** How many subscriptions its clients hold, its own included. */
  subscriptions(): Promise<number>;
}

/** Starts a server with JetStream in a temporary folder, or in a container. @param program as `findNatsServer` names it */
export async function startNats(program: string): Promise<NatsServer> {
  if (program.startsWith(CONTAINER)) return (await import('./nats-container.ts')).startNatsContainer(program.slice(CONTAINER.length));
  const folder = await mkdtemp(join(tmpdir(), 'nodo-aperto-nats-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const monitoring = await freePort();
  const start = async (): Promise<void> => {
    const words = ['--addr', '127.0.0.1', '--port', String(port), '--http_port', String(monitoring), '--jetstream', '--store_dir', folder];
    const started = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    started.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2_000)));
    child = started;
    await until(() => portOpen(port) || started.exitCode !== null, { what: 'the NATS server to listen', timeoutMs: 30_000 });
    // Another process may have been given its port while it was down.
    if (started.exitCode !== null) throw new Error(`The NATS server ended at once: ${said}`);
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
    async subscriptions() {
      const answer = await fetch(`http://127.0.0.1:${monitoring}/subsz`, { signal: AbortSignal.timeout(5_000) });
      return ((await answer.json()) as { num_subscriptions: number }).num_subscriptions;
    },
    wipe: () => rm(join(folder, 'jetstream'), { recursive: true, force: true }),
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
