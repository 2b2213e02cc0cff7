/** The platform as its users run it: a process of its own, started by its command line, stopped by a signal. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedIssuer, type TokenClaims } from '@nodo-aperto/kernel/auth';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { freePort, until } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { bundled } from '../../bundle.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const READY_MS = 90_000;

export interface ProcessOptions {
  /** Kept over a restart; a new one by default. */
  folder?: string;
  port?: number;
  arguments?: readonly string[];
  environment?: Record<string, string>;
}

export interface PlatformProcess {
  readonly baseUrl: string;
  readonly graphqlUrl: string;
  readonly folder: string;
  readonly port: number;
  readonly pid: number;
  /** All that it printed so far. */
  output(): string;
  token(claims: TokenClaims): Promise<string>;
  /** Ends it with a signal and waits for the end. @returns the exit code, null after a kill */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs a command of the platform to its end. */
export async function runPlatform(
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = await spawnPlatform(words, environment);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { code, stdout, stderr };
}

/** Runs what `npm start` and `npm run platform` run, without npm in between, so that signals reach the process itself. */
export async function spawnPlatform(words: readonly string[], environment: Record<string, string> = {}): Promise<ChildProcess> {
  return spawn(process.execPath, ['--enable-source-maps', await bundled(root, 'platform/src/main.ts'), ...words], {
    cwd: root,
    env: { ...process.env, APOLLO_TELEMETRY_DISABLED: 'true', NODE_ENV: 'test', DATABASE_URL: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A data folder that the test removes. */
export async function dataFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'nodo-e2e-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts `platform start` without simulation and waits until it is ready. */
export async function startPlatform(options: ProcessOptions & { folder: string }): Promise<PlatformProcess> {
  const port = options.port ?? (await freePort());
  const child = await spawnPlatform(
    ['start', '--port', String(port), '--data', options.folder, '--no-simulation', ...(options.arguments ?? [])],
    options.environment,
  );
  return awaitReady(child, port, options.folder);
}

/** Waits until the process answers that it is ready. */
export async function awaitReady(child: ChildProcess, port: number, folder: string): Promise<PlatformProcess> {
  let output = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.on('exit', (code) => ((ended = true), resolve(code))));
  const baseUrl = `http://127.0.0.1:${port}`;
  await until(
    async () => {
      if (ended) throw new Error(`The platform ended before it was ready:\n${output}`);
      return (await fetch(`${baseUrl}/health/ready`).catch(() => undefined))?.status === 200;
    },
    { what: 'the platform to be ready', timeoutMs: READY_MS },
  ).catch((error: Error) => {
    child.kill('SIGKILL');
    throw new Error(`${error.message}\n${output}`);
  });
  const issuer = await embeddedIssuer({ folder, clock: realClock(), random: cryptographicStream() });
  return {
    baseUrl,
    graphqlUrl: `${baseUrl}/graphql`,
    folder,
    port,
    pid: child.pid ?? 0,
    output: () => output,
    token: (claims) => issuer.issue(claims),
    async stop(signal = 'SIGTERM') {
      if (!ended) child.kill(signal);
      return exit;
    },
  };
}
