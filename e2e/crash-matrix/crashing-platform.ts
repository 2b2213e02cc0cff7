/** One platform on one database for the whole matrix: killed, cut off and started again on the same port with the same data. */
import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@nodo-aperto/kernel/database';
import { freePort, testLogger, until } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { awaitReady, type PlatformProcess, spawnPlatform } from '../support/platform-process.ts';
import type { Failpoint } from './failpoint.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';
import { tcpProxy, type TcpProxy } from './tcp-proxy.ts';

const PRELOAD = new URL('./failpoint.ts', import.meta.url).href;
const DEATH_MS = 180_000;

export interface CrashingPlatform extends AsyncDisposable {
  readonly graphqlUrl: string;
  readonly disk: SmallDisk;
  /** The line between platform and database. */
  readonly line: TcpProxy;
  /** The database's own address. */
  readonly databaseUrl: string;
  token: PlatformProcess['token'];
  /** Starts it, or starts it again. */
  start(failpoint?: Failpoint): Promise<void>;
  /** Starts it and waits until its failpoint has killed it on the way. */
  startToDie(failpoint: Failpoint): Promise<void>;
  /** The one that it was started with. */
  failpoint(): Failpoint | undefined;
  /** Lets the failpoint count from now on. */
  arm(): void;
  /** Waits until the failpoint has killed it. */
  dead(): Promise<void>;
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  database: { kill(): Promise<void>; restart(): Promise<void>; ensure(): Promise<void> };
}

/** @param environment further settings of the platform */
export async function crashingPlatform(environment: Record<string, string> = {}): Promise<CrashingPlatform> {
  await using stack = new AsyncDisposableStack();
  const disk = stack.use(smallDisk());
  const folder = join(disk.path, 'platform');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const launch = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ folder: join(disk.path, 'pg'), log: testLogger(), clock: realClock() });
  let postgres = await launch();
  stack.defer(() => postgres.stop().catch(() => {}));
  const line = stack.use(await tcpProxy(() => postgres.port));
  const throughLine = new URL(postgres.url);
  throughLine.port = String(line.port);
  const port = await freePort();
  let running: { process: PlatformProcess; gone: Promise<unknown>; failpoint: Failpoint | undefined } | undefined;
  stack.defer(async () => void (await running?.process.stop('SIGKILL')));

  const spawned = async (failpoint: Failpoint | undefined) => {
    const child = await spawnPlatform(['start', '--port', String(port), '--data', folder, '--no-simulation', '--test-clock'], {
      ...environment,
      DATABASE_URL: throughLine.href,
      ...(failpoint && { NODO_FAILPOINT: JSON.stringify(failpoint), NODE_OPTIONS: `--import ${PRELOAD}` }),
    });
    return { child, gone: once(child, 'exit') };
  };
  const dies = (gone: Promise<unknown>): Promise<void> => {
    let isGone = false;
    gone.then(
      () => (isGone = true),
      () => (isGone = true),
    );
    return until(() => isGone, { what: 'the failpoint has killed the platform', timeoutMs: DEATH_MS }).then(() => {});
  };
  const moved = stack.move();
  return {
    graphqlUrl: `http://127.0.0.1:${port}/graphql`,
    disk,
    line,
    databaseUrl: postgres.url,
    token: (claims) => {
      if (!running) throw new Error('The platform does not run.');
      return running.process.token(claims);
    },
    async start(failpoint) {
      const { child, gone } = await spawned(failpoint);
      running = { process: await awaitReady(child, port, folder), gone, failpoint };
    },
    async startToDie(failpoint) {
      const { child, gone } = await spawned(failpoint);
      child.stdout?.resume();
      child.stderr?.resume();
      await dies(gone).catch((error: unknown) => {
        child.kill('SIGKILL');
        throw error;
      });
    },
    failpoint: () => running?.failpoint,
    arm: () => void process.kill(running!.process.pid, 'SIGUSR2'),
    dead: () => dies(running!.gone),
    async stop(signal) {
      await running?.process.stop(signal);
    },
    database: {
      async kill() {
        process.kill(postgres.pid, 'SIGKILL');
        postgres = await launch();
      },
      async restart() {
        await postgres.stop();
        postgres = await launch();
      },
      async ensure() {
        const found = await launch();
        // Of one that ran on, the handle that there was stops it; another one would leave that to it.
        if (!found.adopted) postgres = found;
      },
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}
