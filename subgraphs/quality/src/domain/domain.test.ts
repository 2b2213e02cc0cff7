import { parseInstant } from '@nodo-aperto/kernel/time';
import { assert as assertProperty, integer, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActivationEvidence, isLateOutcome, isMissingOutcome } from './activation.ts';
import { evaluate, evidenceItems } from './evaluate.ts';
import { monthOf, monthsToEvaluate } from './month.ts';
import { outcomeOf, percentageOf } from './percentage.ts';
import { isAbsent, isLate, type ReportingUnit, type TransferEvidence } from './reporting-unit.ts';
import { THRESHOLDS } from './thresholds.ts';

const at = (text: string): number => parseInstant(text)!;

describe('percentage', () => {
  // The numeric cases of domain facts, Reporting section 2.1.
  it.each([
    ['SARDIT31, NRFDR', 1, 3, 3333, 100, 'KO'],
    ['CIPBITMM, all four', 0, 100, 0, 100, 'OK'],
    ['BCITITMMXXX, NRFDR', 2, 6, 3333, 100, 'KO'],
    ['BCITITMMXXX, LFDR', 3, 6, 5000, 100, 'KO'],
    ['SATYLUL1XXX, NRFDR', 25, 50, 5000, 100, 'KO'],
    ['SATYLUL1XXX, WAFDR', 4, 50, 800, 100, 'KO'],
    ['broker 01245211456', 27, 56, 4821, 100, 'KO'],
    ['equality passes', 1, 100, 100, 100, 'OK'],
    ['rounded first', 1004, 100_000, 100, 100, 'OK'],
    ['rounded up', 1006, 100_000, 101, 100, 'KO'],
    ['one of three hundred', 1, 300, 33, 100, 'OK'],
    ['notify at the limit', 100, 5000, 200, 200, 'OK'],
    ['notify above it', 101, 5000, 202, 200, 'KO'],
    ['no flows', 0, 0, 0, 100, 'OK'],
  ])('%s: %i of %i', (_name, faults, sample, percentage, threshold, outcome) => {
    expect(percentageOf(faults, sample)).toBe(percentage);
    expect(outcomeOf(percentage, threshold)).toBe(outcome);
  });

  it('is the rounded quotient for any sample', () => {
    assertProperty(
      property(nat(10_000_000), integer({ min: 1, max: 10_000_000 }), (faults, sample) => {
        const exact = (faults * 10_000) / sample;
        expect(Math.abs(percentageOf(faults, sample) - exact)).toBeLessThanOrEqual(0.5 + 1e-6);
      }),
    );
  });
});

describe('activations', () => {
  const activation = (change: Partial<ActivationEvidence>): ActivationEvidence => ({
    paymentToken: 't',
    activatedAt: 0,
    expiresAt: 1_800_000,
    cancelled: false,
    outcomeReceived: false,
    late: false,
    ...change,
  });

  it.each([
    ['outcome in time', { outcomeReceived: true }, false, false],
    ['late OK, booked', { outcomeReceived: true, late: true, cancelled: true }, true, false],
    ['late KO', { outcomeReceived: true, cancelled: true }, true, false],
    ['cancelled without outcome', { cancelled: true }, false, true],
    ['still open', { expiresAt: 2_000_001 }, false, false],
    ['past its end although nobody has cancelled it yet', { expiresAt: 2_000_000 }, false, true],
  ])('%s', (_name, change, late, missing) => {
    expect(isLateOutcome(activation(change))).toBe(late);
    expect(isMissingOutcome(activation(change), 2_000_000)).toBe(missing);
  });
});

describe('reporting units', () => {
  const paidAt = at('2025-04-24T12:59:00+02:00');
  const unit = (...transfers: Partial<TransferEvidence>[]): ReportingUnit => ({
    brokerCode: 'b',
    creditorFiscalCode: '77777777777',
    paymentDay: '2025-04-24',
    transfers: transfers.map((each, index) => ({ paymentToken: 't', idTransfer: index + 1, paidAt, ...each })),
  });
  const inTime = at('2025-04-29T23:59:59+02:00');
  const tooLate = at('2025-04-30T00:00:00+02:00');

  it('are absent when any transfer is in no flow after the due day', () => {
    expect(isAbsent(unit({ firstReportedAt: inTime }, {}), inTime)).toBe(false);
    expect(isAbsent(unit({ firstReportedAt: inTime }, {}), tooLate)).toBe(true);
    expect(isAbsent(unit({ firstReportedAt: inTime }), tooLate)).toBe(false);
  });

  it('are late when a first report came after the due day; what is absent is not late', () => {
    expect(isLate(unit({ firstReportedAt: inTime }))).toBe(false);
    expect(isLate(unit({ firstReportedAt: inTime }, { firstReportedAt: tooLate }))).toBe(true);
    expect(isLate(unit({}))).toBe(false);
  });
});

describe('evaluation', () => {
  const paidAt = at('2026-03-02T10:00:00+01:00');
  const now = at('2026-04-10T06:00:00+02:00');
  const activations: ActivationEvidence[] = [
    { paymentToken: 'b', activatedAt: paidAt, expiresAt: paidAt + 1, cancelled: true, outcomeReceived: true, late: true },
    { paymentToken: 'a', activatedAt: paidAt, expiresAt: paidAt + 1, cancelled: true, outcomeReceived: false, late: false },
    { paymentToken: 'c', activatedAt: paidAt, expiresAt: paidAt + 1, cancelled: false, outcomeReceived: true, late: false },
  ];
  const units: ReportingUnit[] = [
    {
      brokerCode: 'b',
      creditorFiscalCode: '77777777777',
      paymentDay: '2026-03-02',
      transfers: [{ paymentToken: 'c', idTransfer: 1, paidAt }],
    },
    {
      brokerCode: 'b',
      creditorFiscalCode: '66666666666',
      paymentDay: '2026-03-02',
      transfers: [{ paymentToken: 'b', idTransfer: 1, paidAt, firstReportedAt: now }],
    },
  ];

  it('counts each KPI over its own sample', () => {
    const results = Object.fromEntries(evaluate({ activations, units }, now).map((each) => [each.kpi, each]));
    expect(results.LSPO).toMatchObject({ sample: 3, faults: 1, percentage: 3333, threshold: THRESHOLDS.LSPO, outcome: 'KO' });
    expect(results.DASPO).toMatchObject({ sample: 3, faults: 1 });
    expect(results.NRFDR).toMatchObject({ sample: 2, faults: 1, percentage: 5000 });
    expect(results.LFDR).toMatchObject({ sample: 2, faults: 1 });
  });

  it('gives the same digest for the same evidence in any order, and another when one thing differs', () => {
    const digest = (each: ActivationEvidence[]) =>
      evaluate({ activations: each, units }, now).find(({ kpi }) => kpi === 'LSPO')?.evidenceDigest;
    expect(digest(activations.toReversed())).toBe(digest(activations));
    expect(digest([{ ...activations[0]!, late: false, cancelled: false }, ...activations.slice(1)])).not.toBe(digest(activations));
  });

  it('lists what it counted, ordered by subject', () => {
    expect(evidenceItems('DASPO', { activations, units }, now).map(({ subject, fault }) => `${subject} ${fault}`)).toEqual([
      'a true',
      'b false',
      'c false',
    ]);
    expect(evidenceItems('NRFDR', { activations, units }, now).map(({ subject }) => subject)).toEqual([
      'b/66666666666/2026-03-02',
      'b/77777777777/2026-03-02',
    ]);
  });

  it('is OK without any evidence', () => {
    expect(evaluate({ activations: [], units: [] }, now).every(({ outcome, sample }) => outcome === 'OK' && sample === 0)).toBe(true);
  });
});

describe('months', () => {
  it.each([
    ['2026-03-10T05:59:59+01:00', []],
    ['2026-03-10T06:00:00+01:00', [{ month: '2026-02', provisional: false }]],
    ['2026-01-31T12:00:00+01:00', [{ month: '2025-12', provisional: false }]],
  ])('on %s the schedule evaluates %o', (text, months) => expect(monthsToEvaluate(at(text), false)).toEqual(months));

  it('when forced, both as they stand', () => {
    expect(monthsToEvaluate(at('2026-03-09T12:00:00+01:00'), true)).toEqual([
      { month: '2026-02', provisional: true },
      { month: '2026-03', provisional: true },
    ]);
    expect(monthsToEvaluate(at('2026-03-11T12:00:00+01:00'), true)[0]).toEqual({ month: '2026-02', provisional: false });
  });

  it('are those of Italian time', () => expect(monthOf(at('2026-02-28T23:30:00Z'))).toBe('2026-03'));
});
