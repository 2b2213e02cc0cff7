/** The platform under load: one of our own on an embedded PostgreSQL, or one that runs already. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedIssuer, type TokenClaims } from '@nodo-aperto/kernel/auth';
import { freePort } from '@nodo-aperto/kernel/database';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { type Clock, withDeadline } from '@nodo-aperto/kernel/time';
import { LoadtestError } from './failure.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const READY_MS = 120_000;
/** Between two looks whether it is ready. */
const LOOK_MS = 20;
/** With fewer, pinning would only take cores away. */
const CORES_TO_PIN = 4;

export interface TargetPlatform extends AsyncDisposable {
  readonly base: string;
  /** Whether this run started it. */
  readonly own: boolean;
  /** The process that was started; what serves is a child of it. */
  readonly pid?: number | undefined;
  token(claims: TokenClaims): Promise<string>;
}

/** Cores for k6 and for the platform, where there are enough of them. */
export function separateCores(): { k6: string; platform: string } | undefined {
  const cores = availableParallelism();
  if (process.platform !== 'linux' || cores < CORES_TO_PIN) return undefined;
  const first = Math.floor(cores / 4);
  return { k6: `0-${first - 1}`, platform: `${first}-${cores - 1}` };
}

/** A platform that runs already, whose data folder is here: its issuer's key makes our tokens. @throws LoadtestError */
export async function existingPlatform(base: string, data: string, clock: Clock): Promise<TargetPlatform> {
  const ready = await isReady(base, clock);
  if (!ready) throw new LoadtestError(`No platform is ready at ${base}.`);
  const issuer = await embeddedIssuer({ folder: data, clock, random: cryptographicStream() });
  return { base, own: false, token: (claims) => issuer.issue(claims), [Symbol.asyncDispose]: async () => {} };
}

/** How a platform of one's own is started. */
export interface OwnPlatformOptions {
  /** A data folder that is kept; by default a temporary one. */
  readonly data?: string;
  /** A database other than the embedded one. */
  readonly databaseUrl?: string;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a platform without simulation. @throws LoadtestError with what it printed */
export async function ownPlatform(clock: Clock, options: OwnPlatformOptions = {}): Promise<TargetPlatform> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'nodo-loadtest-')));
  const port = await freePort();
  const words = ['boot.mjs', 'platform/src/main.ts', 'start', '--port', String(port), '--data', data, '--no-simulation'];
  const cores = separateCores();
  const env = { ...process.env, ...options.environment, ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }) };
  const child = cores
    ? spawn('taskset', ['-c', cores.platform, process.execPath, ...words], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn(process.execPath, words, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let ended = false;
  const exit = new Promise<void>((resolve) => child.on('exit', () => ((ended = true), resolve())));
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4_000)));
  const base = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (!ended) child.kill('SIGTERM');
    await exit;
    if (options.data === undefined) await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = clock.monotonic() + READY_MS;
  while (!(await isReady(base, clock))) {
    if (ended || clock.monotonic() > deadline) {
      await stop();
      throw new LoadtestError(`The platform did not start:\n${output}`);
    }
    await clock.sleep(LOOK_MS);
  }
  const issuer = await embeddedIssuer({ folder: data, clock, random: cryptographicStream() });
  return { base, own: true, pid: child.pid, token: (claims) => issuer.issue(claims), [Symbol.asyncDispose]: stop };
}

async function isReady(base: string, clock: Clock): Promise<boolean> {
  return withDeadline(
    clock,
    5_000,
    'the platform',
    async (signal) => (await fetch(`${base}/health/ready`, { signal })).status === 200,
  ).catch(() => false);
}

/** Resident bytes of the platform's process, as it says itself; undefined when it does not. */
export async function residentBytes(base: string, clock: Clock): Promise<number | undefined> {
  const text = await withDeadline(clock, 5_000, 'the metrics', async (signal) => (await fetch(`${base}/metrics`, { signal })).text()).catch(
    () => '',
  );
  const sizes = [...text.matchAll(/^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)$/gm)].map(([, value]) => Number(value));
  return sizes.length > 0 ? Math.max(...sizes) : undefined;
}
