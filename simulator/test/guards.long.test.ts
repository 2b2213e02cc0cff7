/** Guards switched off, each in a platform of its own: the rule fires that watches over it; and nothing is said to be caught that is not. */
import { createLogger } from '@nodo-aperto/kernel/logging';
import { expect, it } from 'vitest';
import { allCaught, checkGuards, GUARDS } from '../src/guards/index.ts';
import type { Guard } from '../src/guards/index.ts';

// The whole list takes minutes and is run by `npm run simulate -- --check-guards`.
const SAMPLE = ['a notice may be excluded', 'events have an audience'];

/** Nothing is switched off: whoever says that this was caught is wrong. */
const HARMLESS: Guard = {
  name: 'nothing at all',
  keeps: 'Nothing.',
  edits: [
    {
      file: 'subgraphs/payments/src/domain/stand-in-flag.ts',
      snippet: 'return channel.standInFlag ? standIn : undefined;',
      replacement: 'if (!channel.standInFlag) return undefined;\n  return standIn;',
    },
  ],
  drills: ['pay'],
  watchedBy: 'no notice is booked twice',
};

it('the removal of a guard is seen by the rule that watches over it', async () => {
  const guards = GUARDS.filter(({ name }) => SAMPLE.includes(name));
  expect(guards).toHaveLength(SAMPLE.length);
  const log = createLogger({ service: 'guards', level: 'error' });
  const result = await checkGuards({ guards: [...guards, HARMLESS], log, signal: new AbortController().signal });
  expect(result.unharmed).toEqual([]);
  for (const { name, watchedBy, caughtBy, violation } of result.guards.slice(0, -1)) {
    expect(caughtBy, name).toContain(watchedBy);
    expect(violation?.what.length, name).toBeGreaterThan(0);
  }
  expect(result.guards.at(-1)).toMatchObject({ name: HARMLESS.name, caughtBy: [] });
  expect(allCaught(result)).toBe(false);
}, 600_000);
