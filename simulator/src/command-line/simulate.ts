/** `npm run simulate -- FILE`: runs a scenario, shows how it goes, writes the reports. */
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { PlatformRefusalError } from '../platform-client/index.ts';
import { holds, htmlOf, junitOf, replayLine, runScenario, sentenceOf } from '../runner/index.ts';
import type { Figures, RunReport, Sample } from '../runner/index.ts';
import { planDigest, planRun, readScenario, shorten } from '../scenario/index.ts';
import type { Scenario } from '../scenario/index.ts';
import { scenarioShape } from '../scenario/shape.ts';
import { CommandError } from './command-error.ts';
import { creditorsAt } from './creditors-at.ts';
import { asTable } from './text.ts';

export interface SimulateOptions {
  readonly seed?: string;
  readonly short?: boolean;
  readonly plan?: boolean;
  readonly replay?: string;
  readonly compare?: string;
  readonly reports: string;
  readonly url?: string;
  readonly data: string;
  readonly listen?: string;
  readonly advertise?: string;
}

interface Ordered {
  readonly scenario: Scenario;
  readonly file: string;
  readonly seed: number | string;
  readonly short: boolean;
  /** What the plan must be, in a replay. */
  readonly digest?: string;
}

/** What is read of an earlier report. */
const earlierShape = z.object({
  scenario: scenarioShape,
  file: z.string(),
  seed: z.union([z.number(), z.string()]),
  short: z.boolean(),
  planDigest: z.string(),
  figures: z.object({ all: z.record(z.string(), z.number()) }),
});

/** @returns 0 when everything held, 1 when not, 130 when it was broken off. @throws CommandError, ScenarioError and what keeps a run from beginning */
export async function runFile(file: string | undefined, options: SimulateOptions, print: (line: string) => void): Promise<number> {
  const earlier = options.compare === undefined ? undefined : await readReport(options.compare);
  const ordered = await orderOf(file, options);
  const creditors = creditorsAt(options);
  const digest = planDigest(planRun(ordered.scenario, ordered.seed));
  print(`Seed ${ordered.seed}, plan ${digest}`);
  if (ordered.digest !== undefined && ordered.digest !== digest)
    throw new CommandError(`The plan is another than that of the report, ${ordered.digest}: the simulator has changed since.`);
  if (options.plan) return 0;
  print(`${ordered.scenario.name}: ${ordered.scenario.teaches}`);
  const target = options.url === undefined ? undefined : await targetOf(options.url, options.data, ordered.scenario);
  const breaking = new AbortController();
  const onSignal = (): void => {
    print('Breaking off; the report says what was seen so far.');
    breaking.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  try {
    const report = await runScenario({
      ...ordered,
      ...(target && { target }),
      ...(creditors && { creditorsAt: creditors }),
      log: createLogger({ service: 'simulate', level: 'error' }),
      signal: breaking.signal,
      onSample: (sample) => print(progressOf(sample, ordered.scenario)),
      onPhase: (phase) => print(`… ${phase}`),
    });
    for (const line of summaryOf(report)) print(line);
    if (earlier) for (const line of comparisonOf(earlier.figures.all, report.figures.all)) print(line);
    for (const line of await writeReports(report, options.reports)) print(line);
    print(`Seed ${report.seed}, plan ${report.planDigest}. Again: ${replayLine(report)}`);
    if (report.interrupted) return 130;
    return holds(report) ? 0 : 1;
  } catch (error) {
    if (breaking.signal.aborted) throw new CommandError('The run was broken off before payments arrived; there is nothing to report.');
    if (target && error instanceof PlatformRefusalError && error.code === 'UNAUTHENTICATED')
      throw new CommandError(
        `The platform at ${target.baseUrl} does not take tokens signed with the key in ${target.folder}: name its own data folder with --data.`,
      );
    throw error;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onSignal);
  }
}

async function orderOf(file: string | undefined, options: SimulateOptions): Promise<Ordered> {
  if (options.replay !== undefined) {
    const { scenario, file: from, seed, short, planDigest: digest } = await readReport(options.replay);
    return { scenario, file: from, seed, short, digest };
  }
  if (file === undefined)
    throw new CommandError('Name a scenario, simulator/scenarios/one-creditor-down.yaml for instance; --help lists the commands.');
  if (!/\.ya?ml$/.test(file))
    throw new CommandError(`unknown command '${file.slice(0, 60)}': --help lists them; a scenario is a .yaml file.`);
  const read = readScenario(await textOf(file), file);
  const short = options.short === true;
  return { scenario: short ? shorten(read) : read, file, seed: options.seed === undefined ? read.seed : seedOf(options.seed), short };
}

/** A number is the same seed in a file and on the command line. */
function seedOf(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`);
  }
}

async function readReport(file: string): Promise<z.output<typeof earlierShape>> {
  const text = await textOf(file);
  try {
    return earlierShape.parse(JSON.parse(text));
  } catch {
    throw new CommandError(`${file} is no JSON report of a run.`);
  }
}

async function targetOf(url: string, data: string, { actions }: Scenario): Promise<{ baseUrl: string; folder: string }> {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol)) throw new CommandError(`"${url}" is not a URL such as http://127.0.0.1:4000.`);
  if (actions.some((action) => action.do === 'killPlatform'))
    throw new CommandError('This scenario kills the platform: it runs on one of its own only, without --url.');
  const folder = resolve(data);
  await access(join(folder, 'issuer.jwk.json')).catch(() => {
    throw new CommandError(`There is no readable issuer.jwk.json in ${folder}: name the platform's data folder with --data.`);
  });
  const answer = await fetch(`${base.origin}/health/ready`).catch(() => undefined);
  if (answer?.status !== 200) throw new CommandError(`The platform at ${base.origin} cannot be reached or is not ready.`);
  return { baseUrl: base.origin, folder };
}

function progressOf(sample: Sample, { seconds }: Scenario): string {
  const { at, standard, standIn, failed, p95Ms, queued, failing, inStandIn } = sample;
  return [
    `${at.toFixed(0).padStart(5)} / ${Math.round(seconds)} s`,
    `paid ${standard}, Stand-In ${standIn}, failed ${failed}`,
    `p95 ${p95Ms ?? '–'} ms`,
    `receipts waiting ${queued}`,
    `failing ${failing.length}, in Stand-In ${inStandIn.length}`,
    ...(sample.seen ? [] : ['the platform does not answer']),
  ].join('  ');
}

const MOST_STORIES = 5;

function summaryOf(report: RunReport): string[] {
  const names = Object.keys(report.figures.all) as (keyof Figures)[];
  const { all, harmed, unharmed } = report.figures;
  return [
    '',
    ...asTable(
      ['FIGURE', 'ALL', 'HARMED', 'UNHARMED'],
      names.map((name) => [name, ...[all, harmed, unharmed].map((each) => short(each[name]))]),
    ),
    ...report.failures.slice(0, 8).map(({ code, count }) => `failed with ${code}: ${count}`),
    ...Object.entries(report.reached).map(
      ([fault, states]) =>
        `under ${fault}: ${Object.entries(states)
          .map(([state, count]) => `${count} ${state}`)
          .join(', ')}`,
    ),
    '',
    ...report.expectations.map((each) => `${each.holds ? 'holds' : 'DOES NOT HOLD'}: ${sentenceOf(each)}, it is ${short(each.value)}`),
    ...report.invariants.flatMap(({ name, violations }) => [
      `${violations.length === 0 ? 'holds' : 'VIOLATED'}: ${name}`,
      ...violations.slice(0, MOST_STORIES).flatMap(({ what, story }) => [`  ${what}`, ...story.map((line) => `    ${line}`)]),
    ]),
  ];
}

function comparisonOf(before: Readonly<Record<string, number>>, now: Figures): string[] {
  const rows = (Object.entries(now) as [string, number][]).flatMap(([name, value]) => {
    const old = before[name];
    return old === undefined || old === value ? [] : [[name, short(old), short(value), short(value - old)]];
  });
  return rows.length === 0
    ? ['No figure differs from the earlier report.']
    : ['', ...asTable(['FIGURE', 'BEFORE', 'NOW', 'DIFFERENCE'], rows)];
}

async function writeReports(report: RunReport, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const name = `${basename(report.file).replace(/\.ya?ml$/, '')}-${String(report.seed).replaceAll(/[^\w-]/g, '_')}`;
  const files = { json: `${JSON.stringify(report, undefined, 2)}\n`, xml: junitOf(report), html: htmlOf(report) };
  const lines: string[] = [];
  for (const [extension, text] of Object.entries(files)) {
    const path = join(folder, `${name}.${extension}`);
    await writeFile(path, text);
    lines.push(`Report: ${path}`);
  }
  return lines;
}

function short(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}
