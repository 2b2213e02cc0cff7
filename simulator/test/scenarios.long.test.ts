/**
 * Every shipped scenario in its short form: expectations and invariants hold, and together they reach every state that the faults are there
 * to show. Those that leave their platform as they found it share one; the others each have their own, beside them.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../src/command-line/program.ts';
import { mergeReachability, type RunReport, startOwnPlatform, unreached } from '../src/runner/index.ts';
import { readScenario } from '../src/scenario/index.ts';

const FOLDER = fileURLToPath(new URL('../scenarios/', import.meta.url));
const SEED = '7';
const LONGEST_MS = 900_000;
const clock = realClock();
const shipped = (await readdir(FOLDER)).filter((name) => name.endsWith('.yaml')).map((name) => name.replace('.yaml', ''));

/** Whether it moves the clock or kills its platform: who comes after it on the same one would meet what it left. */
async function needsOwn(name: string): Promise<boolean> {
  const { clock: wanted, actions } = readScenario(await readFile(join(FOLDER, `${name}.yaml`), 'utf8'), name);
  return (
    wanted.factor > 1 || wanted.at !== undefined || actions.some((action) => action.do === 'killPlatform' || action.do === 'advanceClock')
  );
}

let reports: string;
let lanes: Promise<unknown>;
/** What each scenario came to, as soon as it has been run. */
const results = new Map<string, Promise<{ code: number; lines: readonly string[] }>>();

async function run(name: string, words: readonly string[]): Promise<{ code: number; lines: readonly string[] }> {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const all = [join(FOLDER, `${name}.yaml`), '--short', '--seed', SEED, '--reports', reports, ...words];
  return { code: await runProgram(all, { clock, print, printError: print }), lines };
}

/** Begins to run the scenarios one after the other. */
function beginLane(names: readonly string[], work: (name: string) => ReturnType<typeof run>): Promise<unknown> {
  let before: Promise<unknown> = Promise.resolve();
  for (const name of names) {
    const result = before.then(() => work(name));
    results.set(name, result);
    before = result.catch(() => undefined);
  }
  return before;
}

beforeAll(async () => {
  reports = await mkdtemp(join(tmpdir(), 'scenarios-'));
  const own = new Map(await Promise.all(shipped.map(async (name) => [name, await needsOwn(name)] as const)));
  const ownLane = beginLane(
    shipped.filter((name) => own.get(name)),
    (name) => run(name, []),
  );
  const platform = startOwnPlatform(clock, new AbortController().signal);
  const lane = beginLane(
    shipped.filter((name) => !own.get(name)),
    async (name) => {
      const { baseUrl, folder } = await platform;
      return run(name, ['--url', baseUrl, '--data', folder]);
    },
  );
  lanes = Promise.allSettled([ownLane, lane.finally(async () => (await platform).stop())]);
}, LONGEST_MS);
afterAll(async () => {
  await lanes;
  await rm(reports, { recursive: true, force: true });
});

describe('the shipped scenarios', () => {
  it.each(shipped)(
    '%s',
    async (name) => {
      const result = await results.get(name);
      expect(result?.code, result?.lines.join('\n')).toBe(0);
      expect((await readdir(reports)).filter((file) => file.startsWith(`${name}-${SEED}`))).toHaveLength(3);
    },
    LONGEST_MS,
  );

  it('together reach every state under every fault', async () => {
    await lanes;
    const all = await Promise.all(
      shipped.map(async (name) => (JSON.parse(await readFile(join(reports, `${name}-${SEED}.json`), 'utf8')) as RunReport).reached),
    );
    expect(unreached(mergeReachability(all))).toEqual([]);
  });
});
