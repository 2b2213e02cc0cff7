/** What the command says before a run begins, and the details of faults in the control. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../src/command-line/program.ts';
import { faultOf } from '../src/creditors/index.ts';

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

describe('details of a fault', () => {
  it('belong to its kind and have their bounds', () => {
    expect(faultOf('slow', { medianMs: 9_000 })).toEqual({ kind: 'slow', medianMs: 9_000 });
    expect(() => faultOf('slow', { status: 500 })).toThrow(/status/);
    expect(() => faultOf('wrongAmount', { percent: 500 })).toThrow('fault.percent: is 500');
    expect(() => faultOf('flapping', { everyMs: 0 })).toThrow('fault.everyMs: is 0');
    expect(() => faultOf('businessKo', { code: 'PPT_SYSTEM_ERROR' })).toThrow(/code/);
  });
});
