/** The platform as its users run it: a process of its own, started by its command line, stopped by a signal. */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedIssuer, type TokenClaims } from '@nodo-aperto/kernel/auth';
import { freePort, platformWords, type ServerProcess, spawnProgram, watchServer } from '@nodo-aperto/kernel/process';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { realClock } from '@nodo-aperto/kernel/time';
import { bundled } from '../../bundle.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface ProcessOptions {
  /** Kept over a restart; a new one by default. */
  folder?: string;
  port?: number;
  arguments?: readonly string[];
  environment?: Record<string, string>;
}

/** A state of the sources that can be run. */
export interface Release {
  /** Its bundled JavaScript file. */
  readonly file: string;
  readonly folder: string;
}

export interface PlatformProcess extends Pick<ServerProcess, 'baseUrl' | 'port' | 'pid' | 'output' | 'stop'> {
  readonly graphqlUrl: string;
  readonly folder: string;
  token(claims: TokenClaims): Promise<string>;
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

/**
 * Runs what `npm start` and `npm run platform` run, without npm in between, so that signals reach the process itself.
 * @param release of these sources by default
 */
export async function spawnPlatform(
  words: readonly string[],
  environment: Record<string, string> = {},
  release?: Release,
): Promise<ChildProcess> {
  const { file, folder } = release ?? { file: await bundled(root, 'platform/src/main.ts'), folder: root };
  return spawnProgram(['--enable-source-maps', file, ...words], {
    cwd: folder,
    environment: { NODE_ENV: 'test', DATABASE_URL: '', ...environment },
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
    platformWords({ port, folder: options.folder, ...(options.arguments && { further: options.arguments }) }),
    options.environment,
  );
  return awaitReady(child, port, options.folder);
}

/** Waits until the process answers that it is ready; one that does not is killed. */
export async function awaitReady(child: ChildProcess, port: number, folder: string): Promise<PlatformProcess> {
  const clock = realClock();
  const server = watchServer(child, { port, clock });
  try {
    await server.ready();
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
  const issuer = await embeddedIssuer({ folder, clock, random: cryptographicStream() });
  return { ...server, graphqlUrl: `${server.baseUrl}/graphql`, folder, token: (claims) => issuer.issue(claims) };
}
