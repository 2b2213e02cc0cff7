/** What the command says before a run begins, and the details of faults in the control. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedIssuer } from '@nodo-aperto/kernel/auth';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../src/command-line/program.ts';
import { faultOf } from '../src/creditors/index.ts';
import { readScenario } from '../src/scenario/index.ts';
import { startPlatform } from './support/platform.ts';

let folder: string;
const SCENARIO = 'simulator/scenarios/one-creditor-down.yaml';

beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'simulate-'))));
afterAll(() => rm(folder, { recursive: true }));

async function run(...words: string[]): Promise<{ code: number; out: string[]; errors: string }> {
  const [out, errors]: [string[], string[]] = [[], []];
  const code = await runProgram(words, { clock: realClock(), print: (line) => out.push(line), printError: (line) => errors.push(line) });
  return { code, out, errors: errors.join('\n') };
}

describe('npm run simulate -- FILE', () => {
  it('prints the same digest for the same seed', async () => {
    const [first, second, other] = [
      await run(SCENARIO, '--seed', '7', '--plan'),
      await run(SCENARIO, '--plan'),
      await run(SCENARIO, '--seed', '8', '--plan'),
    ];
    expect(first).toEqual({ code: 0, out: [expect.stringMatching(/^Seed 7, plan [0-9a-f]{64}$/)], errors: '' });
    expect(second.out).toEqual(first.out);
    expect(other.out).not.toEqual(first.out);
  });

  it('says in a sentence what is wrong', async () => {
    const typo = join(folder, 'typo.yaml');
    await writeFile(typo, 'name: x\nteachs: something\n');
    expect(await run(typo)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('line 2: "teachs" is no key here; did you mean "teaches"?'),
    });
    expect(await run('nowhere.yaml')).toMatchObject({ code: 1, errors: 'nowhere.yaml cannot be read (ENOENT).' });
    expect(await run()).toMatchObject({ code: 1, errors: expect.stringContaining('Name a scenario') });
    expect(await run(SCENARIO, '--compare', typo)).toMatchObject({ code: 1, errors: `${typo} is no JSON report of a run.` });
    expect(await run(SCENARIO, '--url', 'here')).toMatchObject({ code: 1, errors: '"here" is not a URL such as http://127.0.0.1:4000.' });
    expect(await run(SCENARIO, '--url', 'http://127.0.0.1:1', '--data', folder)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('issuer.jwk.json'),
    });
    await writeFile(join(folder, 'issuer.jwk.json'), '{}');
    expect(await run(SCENARIO, '--url', 'http://127.0.0.1:1', '--data', folder)).toMatchObject({
      code: 1,
      errors: 'The platform at http://127.0.0.1:1 cannot be reached or is not ready.',
    });
    expect(await run('simulator/scenarios/platform-killed.yaml', '--url', 'http://127.0.0.1:1')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('kills the platform'),
    });
  });
});

describe('a platform that is there already', () => {
  it('must know the key that signs the tokens', async () => {
    await using platform = await startPlatform();
    platform.intercept = (request, response) => {
      const isReady = request.url === '/health/ready';
      const errors = [{ message: 'The access token is not valid.', extensions: { code: 'UNAUTHENTICATED' } }];
      response.writeHead(isReady ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(isReady ? {} : { errors }));
    };
    const data = await mkdtemp(join(folder, 'key-'));
    await embeddedIssuer({ folder: data, clock: realClock(), random: cryptographicStream() });
    expect(await run(SCENARIO, '--url', platform.baseUrl, '--data', data)).toMatchObject({
      code: 1,
      errors: `The platform at ${platform.baseUrl} does not take tokens signed with the key in ${data}: name its own data folder with --data.`,
    });
  });

  it('must be reachable to the end of its introduction', async () => {
    await using platform = await startPlatform();
    platform.intercept = (request, response) => {
      if (request.url === '/health/ready') response.writeHead(200).end('{}');
      else response.writeHead(200, { 'content-type': 'text/html' }).end('<p>another server</p>');
    };
    const data = await mkdtemp(join(folder, 'key-'));
    await embeddedIssuer({ folder: data, clock: realClock(), random: cryptographicStream() });
    expect(await run(SCENARIO, '--url', platform.baseUrl, '--data', data)).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^What answers at \S+ is not the platform: it does not speak GraphQL\.$/),
    });
  });
});

describe('--replay', () => {
  it('has the plan of the report again, and refuses one that is no longer the same', async () => {
    const scenario = readScenario(await readFile(SCENARIO, 'utf8'), SCENARIO);
    const report = { scenario, file: SCENARIO, seed: 9, short: false, figures: { all: {} } };
    const file = join(folder, 'report.json');
    const [line = ''] = (await run(SCENARIO, '--seed', '9', '--plan')).out;
    await writeFile(file, JSON.stringify({ ...report, planDigest: line.split(' ').at(-1) }));
    expect(await run('--replay', file, '--plan')).toEqual({ code: 0, out: [line], errors: '' });
    await writeFile(file, JSON.stringify({ ...report, planDigest: 'f'.repeat(64) }));
    expect(await run('--replay', file, '--plan')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('the simulator has changed since'),
    });
  });
});

describe('details of a fault', () => {
  it('belong to its kind and have their bounds', () => {
    expect(faultOf('slow', { medianMs: 9_000 })).toEqual({ kind: 'slow', medianMs: 9_000 });
    expect(() => faultOf('slow', { status: 500 })).toThrow(/status/);
    expect(() => faultOf('wrongAmount', { percent: 500 })).toThrow('fault.percent: is 500');
    expect(() => faultOf('flapping', { everyMs: 0 })).toThrow('fault.everyMs: is 0');
    expect(() => faultOf('businessKo', { code: 'PPT_SYSTEM_ERROR' })).toThrow(/code/);
  });
});
