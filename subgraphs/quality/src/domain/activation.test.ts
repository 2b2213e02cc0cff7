import { describe, expect, it } from 'vitest';
import { type ActivationEvidence, isLateOutcome, isMissingOutcome } from './activation.ts';

describe('activations', () => {
  const activation = (change: Partial<ActivationEvidence>): ActivationEvidence => ({
    paymentToken: 't',
    activatedAt: 0,
    expiresAt: 1_800_000,
    cancelled: false,
    outcomeReceived: false,
    late: false,
    answeredExpired: false,
    ...change,
  });

  it.each([
    ['outcome in time', { outcomeReceived: true }, false, false],
    ['late OK, booked', { outcomeReceived: true, late: true, cancelled: true }, true, false],
    ['late KO', { outcomeReceived: true, cancelled: true }, true, false],
    ['late KO while another session lives: nothing is booked', { outcomeReceived: true, answeredExpired: true }, true, false],
    ['cancelled without outcome', { cancelled: true }, false, true],
    ['still open', { expiresAt: 2_000_001 }, false, false],
    ['past its end although nobody has cancelled it yet', { expiresAt: 2_000_000 }, false, true],
  ])('%s', (_name, change, late, missing) => {
    expect(isLateOutcome(activation(change))).toBe(late);
    expect(isMissingOutcome(activation(change), 2_000_000)).toBe(missing);
  });
});
