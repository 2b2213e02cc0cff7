/** Where k6 is, how it gets there, and how it is run. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LoadtestError } from './failure.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OWN = join(ROOT, '.tools', 'bin', 'k6');
const MODULE = 'go.k6.io/k6/v2';
const VERSION = 'v2.2.0';

/** K6_BIN, then the PATH, then what `--install` made; undefined when there is none. */
export function findK6(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = environment['K6_BIN'];
  if (given) {
    if (!isExecutable(given)) throw new LoadtestError(`K6_BIN is ${given}, which is no program.`);
    return given;
  }
  const onPath = (environment['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'k6'));
  return [...onPath, OWN].find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Builds k6 with the Go toolchain into `.tools/bin`: about two minutes on two cores.
 * A module of its own asks for the version, because `go install` also asks for the list of all versions, which proxies may not have.
 */
export async function installK6(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nodo-k6-'));
  try {
    await writeFile(join(folder, 'go.mod'), `module local\n\ngo 1.24\n\nrequire ${MODULE} ${VERSION}\n`);
    const built = join(folder, 'k6');
    const code = await run('go', ['build', '-mod=mod', '-o', built, MODULE], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    if (code !== 0) throw new LoadtestError(`k6 could not be built: go ended with code ${code}. Is the Go module proxy reachable?`);
    await mkdir(join(ROOT, '.tools', 'bin'), { recursive: true });
    await copyFile(built, OWN);
    return OWN;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end. @throws LoadtestError when it cannot be started */
async function run(program: string, args: readonly string[], options: SpawnOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, options);
    let last = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      last = (last + chunk.toString()).slice(-2_000);
    });
    child.on('error', () => reject(new LoadtestError(`The program ${program} could not be started. Is it installed?`)));
    child.on('exit', (code, signal) => {
      if (code !== 0 && last) process.stderr.write(last);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

export interface K6Run {
  readonly program: string;
  /** Name of a file in loadtest/k6. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly summaryFile: string;
  /** k6's own HTML page. */
  readonly htmlFile: string;
  /** Cores for k6 alone, as taskset wants them. */
  readonly cores?: string | undefined;
}

/** Runs one script. @returns k6's exit code: 0, 99 when a threshold was crossed, others when it could not run */
export async function runK6(options: K6Run): Promise<number> {
  const words = ['run', '--no-usage-report', '--quiet', join(ROOT, 'loadtest', 'k6', `${options.script}.ts`)];
  const environment = {
    ...process.env,
    ...options.environment,
    LOADTEST_SUMMARY: options.summaryFile,
    K6_WEB_DASHBOARD: 'true',
    // No port: the page is made at the end, nobody watches meanwhile.
    K6_WEB_DASHBOARD_PORT: '-1',
    K6_WEB_DASHBOARD_EXPORT: options.htmlFile,
    // k6 hands over only what is said so.
    K6_INCLUDE_SYSTEM_ENV_VARS: 'true',
  };
  const [program, args] = options.cores ? ['taskset', ['-c', options.cores, options.program, ...words]] : [options.program, words];
  return run(program, args, { cwd: ROOT, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
}
