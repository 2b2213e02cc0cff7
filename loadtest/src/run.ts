/** One load test from beginning to end: platform, fixture, k6, what must hold afterwards. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@nodo-aperto/kernel/logging';
import type { Clock } from '@nodo-aperto/kernel/time';
import { type Aftermath, aftermath, headOf } from './aftermath.ts';
import { startControl, switchAll } from './control.ts';
import { LoadtestError } from './failure.ts';
import { residentBytes } from './figures.ts';
import { type PreparedFixture, prepareFixture } from './fixture.ts';
import { runK6 } from './k6.ts';
import { existingPlatform, ownPlatform, separateCores } from './platform.ts';
import { countOf, lines, readSummary } from './report.ts';
import type { Script, ScriptSettings } from './scripts.ts';

export interface RunOptions {
  readonly script: Script;
  readonly settings: ScriptSettings;
  readonly k6: string;
  /** A platform that runs already; its own is started when absent. */
  readonly target?: string | undefined;
  /** Data folder of that platform. */
  readonly data: string;
  /** Where reports are left. */
  readonly reports: string;
  readonly clock: Clock;
  readonly print: (line: string) => void;
}

const MEGABYTE = 1024 * 1024;

/** @returns whether every threshold held and nothing was lost. @throws LoadtestError when it could not be run */
export async function runLoadtest(options: RunOptions): Promise<boolean> {
  const { script, settings, clock, print, reports } = options;
  const log = createLogger({ service: 'loadtest', level: 'error' });
  await using folder = await temporaryFolder();
  await mkdir(reports, { recursive: true });
  await using control = await startControl();
  print(options.target ? `Using the platform at ${options.target} …` : 'Starting a platform of its own …');
  await using platform = options.target ? await existingPlatform(options.target, options.data, clock) : await ownPlatform(clock);
  await using fixture = await prepareFixture({
    platform,
    clock,
    log,
    folder: folder.path,
    controlUrl: control.url,
    notices: script.notices(settings),
    positions: settings.positions,
  });
  sayLoaded(fixture.loaded, print);
  await switchAll(fixture.fleet, script.creditors);
  control.manage(fixture.fleet);
  const events = {
    base: platform.base,
    clock,
    token: fixture.operatorToken,
    documentId: `sha256:${fixture.documents['payment-event-log']}`,
  };
  const cursor = await headOf(events);
  const before = await residentBytes(platform.base, clock);
  const summaryFile = join(reports, `${script.name}.json`);
  const htmlFile = join(reports, `${script.name}.html`);
  print(`Running ${script.name}: ${script.shows}; ${settings.rate}/s for ${settings.seconds} s …`);
  const code = await runK6({
    program: options.k6,
    script: script.name,
    environment: environmentOf(settings, folder.path),
    summaryFile,
    htmlFile,
    cores: separateCores()?.k6,
  });
  const summary = await readSummary(summaryFile);
  if (!summary) throw new LoadtestError(`k6 ended with code ${code} before it had measured anything.`);
  const after = await residentBytes(platform.base, clock);
  for (const line of lines(summary)) print(line);
  const found = await aftermath(events, cursor, countOf(summary, 'payments_completed'));
  say(found, before, after, print);
  await writeFile(summaryFile, `${JSON.stringify({ ...summary, settings, aftermath: found, memory: { before, after } }, undefined, 2)}\n`);
  print(`Reports: ${summaryFile} and ${htmlFile}`);
  return code === 0 && found.violations.length === 0;
}

function sayLoaded({ count, milliseconds, followedAfterMs }: PreparedFixture['loaded'], print: (line: string) => void): void {
  print(`${count} positions loaded in ${(milliseconds / 1_000).toFixed(1)} s.`);
  if (followedAfterMs !== undefined) print(`The copies of the archive had all of them ${(followedAfterMs / 1_000).toFixed(1)} s later.`);
  else print('The platform does not tell whether its copies of the archive have all of them: the first calls may wait for them.');
}

function say(found: Aftermath, before: number | undefined, after: number | undefined, print: (line: string) => void): void {
  print('');
  print(`  ${found.events} payment events read, ${found.booked} payments booked, ${found.violations.length} violations.`);
  for (const violation of found.violations) print(`  VIOLATED  ${violation}`);
  if (before !== undefined && after !== undefined)
    print(`  Memory of the platform's process: ${Math.round(before / MEGABYTE)} MiB before, ${Math.round(after / MEGABYTE)} MiB after.`);
}

function environmentOf(settings: ScriptSettings, folder: string): Record<string, string> {
  return {
    LOADTEST_FIXTURE: folder,
    LOADTEST_RATE: String(settings.rate),
    LOADTEST_SECONDS: String(settings.seconds),
    LOADTEST_P99: String(settings.p99),
    LOADTEST_SOCKETS: String(settings.sockets),
    LOADTEST_ITEMS: String(settings.items),
  };
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'nodo-load-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
