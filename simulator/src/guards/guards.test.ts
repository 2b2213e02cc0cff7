import { transformWithOxc } from 'vite';
import { describe, expect, it } from 'vitest';
import { realClock } from '@nodo-aperto/kernel/time';
import { runProgram } from '../command-line/program.ts';
import { INVARIANTS } from '../invariants/index.ts';
import { allCaught } from './check.ts';
import { DRILLS } from './drills/index.ts';
import { GUARDS } from './guards.ts';
import { edited, mutatedSource, SnippetLostError } from './mutation.ts';

describe('the guards', () => {
  it('are at least fourteen, of different names, each watched by a rule that there is', () => {
    expect(GUARDS.length).toBeGreaterThanOrEqual(14);
    expect(new Set(GUARDS.map(({ name }) => name)).size).toBe(GUARDS.length);
    const rules = INVARIANTS.map(({ name }) => name);
    for (const { watchedBy } of GUARDS) expect(rules).toContain(watchedBy);
  });

  it('use every drill, and only drills that there are', () => {
    expect([...new Set(GUARDS.flatMap(({ drills }) => drills))].sort()).toEqual(Object.keys(DRILLS).sort());
  });

  it.each(GUARDS.map((guard) => [guard.name, guard] as const))(
    'stand in their source once, and what is left parses: %s',
    async (_name, guard) => {
      const edits = [...(guard.strain ?? []), ...guard.edits];
      for (const file of new Set(edits.map((edit) => edit.file))) {
        // Decorated classes are not erasable; everything that is edited is.
        const { code } = await transformWithOxc(await mutatedSource(file, edits), file, { lang: 'ts' });
        expect(code.length).toBeGreaterThan(0);
      }
    },
  );
});

describe('an edit', () => {
  const edit = { file: 'some.ts', snippet: 'b', replacement: '$&' };

  it('puts its replacement where the snippet was, and refuses a source without it or with two', () => {
    expect(edited('abc', edit)).toBe('a$&c');
    expect(() => edited('ac', edit)).toThrow(SnippetLostError);
    expect(() => edited('abcb', edit)).toThrow('some.ts has 2 times');
  });
});

describe('the result', () => {
  const caught = { name: 'one', keeps: '', watchedBy: 'x', caughtBy: ['x'], seconds: 1 };

  it('is good when without each guard its rule fires, and with all of them nothing', () => {
    expect(allCaught({ unharmed: [], guards: [caught] })).toBe(true);
    expect(allCaught({ unharmed: [], guards: [caught, { ...caught, caughtBy: [] }] })).toBe(false);
    expect(allCaught({ unharmed: [], guards: [caught, { ...caught, caughtBy: ['another'] }] })).toBe(false);
    expect(allCaught({ unharmed: [{ invariant: 'x', what: 'y', story: [] }], guards: [caught] })).toBe(false);
  });
});

describe('npm run simulate -- --check-guards', () => {
  it('says which guards there are when none has the words', async () => {
    const errors: string[] = [];
    const words = ['--check-guards', '--only', 'no such guard'];
    const code = await runProgram(words, { clock: realClock(), print: () => undefined, printError: (line) => errors.push(line) });
    expect(code).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/^No guard has "no such guard" in its name; they are: one session for a notice; /)]);
  });
});
