import { describe, expect, it } from 'vitest';
import { isSlowAnswer, isSlowOutcome, type NotifyEvidence, wasFollowed } from './notify.ts';
import { rulesOf } from './profile.ts';

const rules = rulesOf('DOCUMENTS');
const notify = (change: Partial<NotifyEvidence>): NotifyEvidence => ({
  paymentToken: 't',
  at: 1_000,
  durationMs: 500,
  outcome: 'OK',
  ...change,
});

describe('notifications', () => {
  it('are slow when the answer takes more than two seconds, whatever it says', () => {
    expect(isSlowAnswer(notify({ durationMs: 2_000 }), rules)).toBe(false);
    expect(isSlowAnswer(notify({ durationMs: 2_001, outcome: 'KO' }), rules)).toBe(true);
  });

  it('are followed when they were accepted and an outcome came', () => {
    expect(wasFollowed(notify({}))).toBe(false);
    expect(wasFollowed(notify({ outcome: 'KO', outcomeAt: 2_000 }))).toBe(false);
    expect(wasFollowed(notify({ outcomeAt: 2_000 }))).toBe(true);
  });

  it('are followed slowly when the outcome comes more than two seconds after the answer', () => {
    expect(isSlowOutcome({ ...notify({}), outcomeAt: 3_500 }, rules)).toBe(false);
    expect(isSlowOutcome({ ...notify({}), outcomeAt: 3_501 }, rules)).toBe(true);
  });
});
