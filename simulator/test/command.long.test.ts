/** A run from the command line on a real platform: reports, the same again, a comparison, and Ctrl-C. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedIssuer } from '@nodo-aperto/kernel/auth';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { realClock } from '@nodo-aperto/kernel/time';
import { until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundled } from '../../bundle.mjs';
import { runProgram } from '../src/command-line/program.ts';
import { type OwnPlatform, type RunReport, startOwnPlatform } from '../src/runner/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const clock = realClock();
let folder: string;
let platform: OwnPlatform;
let scenario: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-'));
  platform = await startOwnPlatform(clock, new AbortController().signal);
  scenario = join(folder, 'few.yaml');
  const text =
    'name: Few\nteaches: how a run is started and ended\nseconds: 5\ntraffic: { perSecond: 3 }\nexpectations: [{ figure: paid, atLeast: 1 }]\n';
  await writeFile(scenario, text);
});
afterAll(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

const onPlatform = (): string[] => ['--url', platform.baseUrl, '--data', platform.folder, '--reports', folder];
const reportOf = async (name: string): Promise<RunReport> => JSON.parse(await readFile(join(folder, name), 'utf8')) as RunReport;

async function run(...words: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  return { code: await runProgram(words, { clock, print, printError: print }), lines };
}

it('runs, writes its reports, runs the same again and says what differs', async () => {
  const first = await run(scenario, '--seed', '3', ...onPlatform());
  expect(first.code, first.lines.join('\n')).toBe(0);
  expect(first.lines[0]).toMatch(/^Seed 3, plan [0-9a-f]{64}$/);
  expect(first.lines.at(-1)).toContain(`${first.lines[0]}. Again: npm run simulate -- ${scenario} --seed 3`);
  const [json, kept] = [join(folder, 'few-3.json'), join(folder, 'before.json')];
  const before = await reportOf('few-3.json');
  await writeFile(
    kept,
    JSON.stringify({ ...before, figures: { ...before.figures, all: { ...before.figures.all, arrived: before.figures.all.arrived + 2 } } }),
  );
  const again = await run('--replay', json, '--compare', kept, ...onPlatform());
  expect(again.code, again.lines.join('\n')).toBe(0);
  expect(again.lines[0]).toBe(first.lines[0]);
  expect(again.lines.some((line) => /^arrived +\d+ +\d+ +-2$/.test(line))).toBe(true);
  const page = await readFile(join(folder, 'few-3.html'), 'utf8');
  expect(page).toContain('<svg');
  // It needs nothing of the network.
  expect(page).not.toMatch(/(?:src|href)=/);
  const unit = await readFile(join(folder, 'few-3.xml'), 'utf8');
  expect(unit).toContain(`tests="${before.invariants.length + 1}" failures="0"`);
});

it('goes by a clock with a factor, and leaves the platform in real time', async () => {
  const fast = join(folder, 'fast.yaml');
  await writeFile(
    fast,
    (await readFile(scenario, 'utf8'))
      .replace('seconds: 5', 'seconds: 600\nclock: { factor: 120 }')
      .replace('perSecond: 3', 'perSecond: 0.025'),
  );
  const result = await run(fast, '--seed', '4', ...onPlatform());
  expect(result.code, result.lines.join('\n')).toBe(0);
  expect((await reportOf('fast-4.json')).seconds).toBeGreaterThan(600);
  const issuer = await embeddedIssuer({ folder: platform.folder, clock, random: cryptographicStream() });
  const response = await fetch(`${platform.baseUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await issuer.issue({ role: 'OPERATOR' })}` },
    body: JSON.stringify({ query: '{ platform { clockSpeed } }' }),
  });
  expect(await response.json()).toEqual({ data: { platform: { clockSpeed: 1 } } });
});

it('ends on Ctrl-C with its report so far', async () => {
  await writeFile(scenario, (await readFile(scenario, 'utf8')).replace('seconds: 5', 'seconds: 300'));
  const child = spawn(process.execPath, [await bundled(ROOT, 'simulator/src/main.ts'), scenario, '--seed', '5', ...onPlatform()], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  try {
    await until(() => /paid [1-9]/.test(output), { what: `payments arrive:\n${output}`, timeoutMs: 90_000 });
    child.kill('SIGINT');
    expect(await ended, output).toBe(130);
  } finally {
    child.kill('SIGKILL');
  }
  expect(output).toContain('Breaking off; the report says what was seen so far.');
  const report = await reportOf('few-5.json');
  expect(report.interrupted).toBe(true);
  expect(report.figures.all.paid).toBeGreaterThan(0);
  expect(await readFile(join(folder, 'few-5.html'), 'utf8')).toContain('was broken off');
});
