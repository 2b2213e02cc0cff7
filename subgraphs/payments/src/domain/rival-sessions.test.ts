import { asDate } from '@nodo-aperto/kernel/time';
import { expect, it } from 'vitest';
import { type HeldNotice, sessionsRuledOut } from './rival-sessions.ts';

const held = (paymentToken: string, option: number, at: number, status: HeldNotice['status'] = 'PAYING'): HeldNotice => ({
  option,
  status,
  paymentToken,
  activatedAt: asDate(at),
});

it('ends the sessions of other options than the one that was activated first', () => {
  expect(sessionsRuledOut([held('c', 2, 30), held('a', 1, 20), held('b', 1, 40), held('d', 3, 50)])).toEqual(['c', 'd']);
  expect(sessionsRuledOut([held('b', 2, 10), held('a', 1, 10)])).toEqual(['b']);
  expect(sessionsRuledOut([held('a', 1, 10), held('b', 2, 10)])).toEqual(['b']);
});

it('leaves what was paid, and the sessions of its option, however late it was activated', () => {
  expect(sessionsRuledOut([held('a', 1, 10), held('b', 2, 20, 'NOTIFIED'), held('c', 2, 30)])).toEqual(['a']);
  expect(sessionsRuledOut([held('a', 1, 10, 'PAID'), held('b', 2, 5, 'PAID')])).toEqual([]);
});

it('has nothing to end where nothing is held, or only one option', () => {
  expect(sessionsRuledOut([])).toEqual([]);
  expect(sessionsRuledOut([held('a', 1, 10), held('b', 1, 20)])).toEqual([]);
});
