/** Shipped scenarios in their short form, each on a platform of its own: expectations and invariants hold. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../src/command-line/program.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'scenarios-'))));
afterAll(() => rm(folder, { recursive: true }));

it.each([
  'one-creditor-down',
  'maintenance-window',
  'receipts-refused',
  'stale-amounts',
  'half-open-creditor',
  'late-and-duplicate-outcomes',
  'platform-killed',
])(
  '%s',
  async (name) => {
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line);
    const words = [`simulator/scenarios/${name}.yaml`, '--short', '--seed', '7', '--reports', folder];
    const code = await runProgram(words, { clock: realClock(), print, printError: print });
    expect(code, lines.join('\n')).toBe(0);
    expect((await readdir(folder)).filter((file) => file.startsWith(name))).toEqual([`${name}-7.html`, `${name}-7.json`, `${name}-7.xml`]);
  },
  300_000,
);
