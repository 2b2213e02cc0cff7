/** The platform under load: one of our own on an embedded PostgreSQL, or one that runs already. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedIssuer, type TokenClaims } from '@nodo-aperto/kernel/auth';
import { answersReady, freePort, platformWords, spawnProgram, watchServer } from '@nodo-aperto/kernel/process';
import { UnavailableError } from '@nodo-aperto/kernel/faults';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import type { Clock } from '@nodo-aperto/kernel/time';
import { LoadtestError } from './failure.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
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
  const ready = await answersReady(base, clock);
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
  const words = ['boot.mjs', 'platform/src/main.ts', ...platformWords({ port, folder: data })];
  const environment = { ...options.environment, ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }) };
  const platform = watchServer(spawnProgram(words, { cwd: ROOT, environment, cores: separateCores()?.platform }), { port, clock });
  const stop = async (): Promise<void> => {
    await platform.stop();
    if (options.data === undefined) await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await platform.ready();
  } catch (error) {
    await stop();
    throw error instanceof UnavailableError ? new LoadtestError(error.message) : error;
  }
  const issuer = await embeddedIssuer({ folder: data, clock, random: cryptographicStream() });
  return { base: platform.baseUrl, own: true, pid: platform.pid, token: (claims) => issuer.issue(claims), [Symbol.asyncDispose]: stop };
}
