import { parseInstant } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import type { ActivationEvidence } from './activation.ts';
import { dailyFigure, isSettled } from './daily.ts';
import { startEvaluation } from './evaluate.ts';
import { type DayEvidence, evidenceItems, type Reading } from './evidence.ts';
import type { NotifyEvidence } from './notify.ts';
import type { ReportingUnit, TransferEvidence } from './reporting-unit.ts';
import { isJudged, PSP_KPIS, THRESHOLDS } from './thresholds.ts';

const at = (text: string): number => parseInstant(text)!;
const PAID = at('2026-03-02T10:00:00+01:00');
const reading: Reading = { profile: 'DOCUMENTS', now: at('2026-04-10T06:00:00+02:00') };

const activation = (paymentToken: string, change: Partial<ActivationEvidence>): ActivationEvidence => ({
  paymentToken,
  activatedAt: PAID,
  expiresAt: PAID + 1,
  cancelled: false,
  outcomeReceived: true,
  late: false,
  answeredExpired: false,
  ...change,
});

function unit(creditorFiscalCode: string, change: Partial<TransferEvidence>): ReportingUnit {
  const transfer = { paymentToken: 'c', idTransfer: 1, amount: 100, paidAt: PAID, lines: 0, reportedAmount: 0, ...change };
  return { brokerCode: 'b', creditorFiscalCode, paymentDay: '2026-03-02', transfers: [transfer], strayLines: 0, strayAmount: 0 };
}

const day: DayEvidence = {
  day: '2026-03-02',
  activations: [
    activation('b', { cancelled: true, late: true }),
    activation('a', { cancelled: true, outcomeReceived: false }),
    activation('c', {}),
  ],
  units: [
    unit('77777777777', {}),
    unit('66666666666', {
      firstReportedAt: at('2026-03-06T10:00:00+01:00'),
      reportedAt: at('2026-03-09T10:00:00+01:00'),
      lines: 2,
      reportedAmount: 200,
    }),
  ],
  notifies: [
    { paymentToken: 'c', at: PAID, durationMs: 2_500, outcome: 'OK', outcomeAt: PAID + 5_000 },
    { paymentToken: 'a', at: PAID, durationMs: 100, outcome: 'KO' },
  ],
};

function evaluated(days: readonly DayEvidence[], how = reading) {
  const evaluation = startEvaluation(how);
  for (const each of days) evaluation.add(each);
  return Object.fromEntries(evaluation.end().map((each) => [each.kpi, each]));
}

describe('evaluation', () => {
  it('counts each KPI over its own sample', () => {
    const results = evaluated([day]);
    expect(results.LSPO).toMatchObject({ sample: 3, faults: 1, lateAgain: 0, percentage: 3333, threshold: THRESHOLDS.LSPO, outcome: 'KO' });
    expect(results.DASPO).toMatchObject({ sample: 3, faults: 1 });
    expect(results.NRFDR).toMatchObject({ sample: 2, faults: 1, percentage: 5000 });
    expect(results.LFDR).toMatchObject({ sample: 2, faults: 1, lateAgain: 1 });
    expect(results.WAFDR).toMatchObject({ sample: 2, faults: 1 });
    expect(results.WPNFDR).toMatchObject({ sample: 2, faults: 1 });
    expect(results.TPNP).toMatchObject({ sample: 2, faults: 1 });
    expect(results.TNSPO).toMatchObject({ sample: 1, faults: 1 });
  });

  it('reads the rules as the profile says', () => {
    const results = evaluated([day], { ...reading, profile: 'PIPELINE' });
    expect(results.TPNP).toMatchObject({ sample: 2, faults: 0 });
    expect(results.TNSPO).toMatchObject({ sample: 1, faults: 0 });
  });

  it('adds up days', () => {
    const results = evaluated([day, { ...day, day: '2026-03-03' }]);
    expect(results.DASPO).toMatchObject({ sample: 6, faults: 2, percentage: 3333 });
  });

  it('is OK without any evidence', () => {
    const results = evaluated([]);
    expect(PSP_KPIS.map((kpi) => [results[kpi]?.sample, results[kpi]?.percentage, results[kpi]?.outcome])).toEqual(
      PSP_KPIS.map(() => [0, 0, 'OK']),
    );
  });
});

describe('digest', () => {
  const digest = (change: Partial<DayEvidence>, kpi = 'LSPO', how = reading) =>
    evaluated([{ ...day, ...change }], how)[kpi]?.evidenceDigest;

  it('is the same for the same evidence in any order', () => {
    expect(digest({ activations: day.activations.toReversed() })).toBe(digest({}));
    expect(digest({ units: day.units.toReversed() }, 'NRFDR')).toBe(digest({}, 'NRFDR'));
    expect(digest({})).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another when one figure differs, even where no fault does', () => {
    expect(digest({ activations: [activation('a', { expiresAt: PAID + 2 }), ...day.activations.slice(1)] })).not.toBe(digest({}));
    expect(digest({ units: [unit('77777777777', { amount: 101 }), ...day.units.slice(1)] }, 'NRFDR')).not.toBe(digest({}, 'NRFDR'));
    expect(digest({}, 'LSPO', { ...reading, profile: 'PIPELINE' })).not.toBe(digest({}));
    expect(digest({}, 'DASPO')).not.toBe(digest({}));
  });

  const notified = (change: Partial<NotifyEvidence>): Partial<DayEvidence> => ({
    notifies: [{ paymentToken: 'a', at: PAID, durationMs: 100, outcome: 'KO', outcomeAt: PAID, ...change }],
  });
  const activated = (change: Partial<ActivationEvidence>): Partial<DayEvidence> => ({ activations: [activation('a', change)] });
  const reported = (change: Partial<TransferEvidence>, stray: Partial<ReportingUnit> = {}): Partial<DayEvidence> => ({
    units: [{ ...unit('6', { firstReportedAt: PAID, reportedAt: PAID, ...change }), ...stray }],
  });
  it.each<[string, string, Partial<DayEvidence>]>([
    ['when a token was made', 'LSPO', activated({ activatedAt: PAID + 1 })],
    ['whether a token was cancelled', 'LSPO', activated({ cancelled: true })],
    ['whether an outcome came', 'LSPO', activated({ outcomeReceived: false })],
    ['whether an outcome came late', 'DASPO', activated({ late: true })],
    ['whether an expired token was answered', 'DASPO', activated({ answeredExpired: true })],
    ['how long an answer took', 'TPNP', notified({ durationMs: 101 })],
    ['what was answered', 'TPNP', notified({ outcome: 'OK' })],
    ['when the outcome came', 'TPNP', notified({ outcomeAt: PAID + 1 })],
    ['whether an outcome came after a call', 'TPNP', notified({ outcomeAt: undefined })],
    ['when a transfer was paid', 'NRFDR', reported({ paidAt: PAID + 1 })],
    ['when it was first reported', 'NRFDR', reported({ firstReportedAt: PAID + 1 })],
    ['when it was reported', 'NRFDR', reported({ reportedAt: PAID + 1 })],
    ['whether it was reported', 'NRFDR', reported({ reportedAt: undefined })],
    ['how many lines it has', 'NRFDR', reported({ lines: 1 })],
    ['what the lines add up to', 'NRFDR', reported({ reportedAmount: 1 })],
    ['how many lines belong to nothing', 'NRFDR', reported({}, { strayLines: 1 })],
    ['what those add up to', 'NRFDR', reported({}, { strayAmount: 1 })],
  ])('tells %s', (_what, kpi, change) => {
    const plain = { ...activated({}), ...notified({}), ...reported({}) };
    expect(digest({ ...plain, ...change }, kpi)).not.toBe(digest(plain, kpi));
  });

  it('is the same in whatever order the transfers of a unit are read', () => {
    const [first] = unit('6', { paymentToken: 'a' }).transfers;
    const [second] = unit('6', { paymentToken: 'b' }).transfers;
    const of = (...transfers: TransferEvidence[]) => digest({ units: [{ ...unit('6', {}), transfers }] }, 'NRFDR');
    expect(of(first!, second!)).toBe(of(second!, first!));
  });
});

describe('evidence', () => {
  const subjects = (kpi: (typeof PSP_KPIS)[number]) => evidenceItems(kpi, day, reading).map(({ subject, fault }) => `${subject} ${fault}`);

  it.each([
    ['LSPO', 'b'],
    ['DASPO', 'a'],
    ['NRFDR', 'absent'],
    ['LFDR', 'late'],
    ['WAFDR', 'amount'],
    ['WPNFDR', 'number'],
  ] as const)('%s is the fault of that which broke its rule, and of nothing else', (kpi, expected) => {
    const reported = { firstReportedAt: PAID + 60_000, reportedAt: PAID + 60_000, lines: 1, reportedAmount: 100 };
    const late = at('2026-03-09T10:00:00+01:00');
    const units = [
      unit('good', reported),
      unit('absent', { lines: 1, reportedAmount: 100 }),
      unit('late', { ...reported, firstReportedAt: late, reportedAt: late }),
      unit('amount', { ...reported, reportedAmount: 99 }),
      unit('number', { ...reported, lines: 2 }),
    ];
    const faulty = evidenceItems(kpi, { ...day, units }, reading).filter(({ fault }) => fault);
    expect(faulty.map(({ subject }) => subject.replace(/^b\/([a-z]+)\/.*$/, '$1'))).toEqual([expected]);
  });

  it('lists what was counted, by subject', () => {
    expect(subjects('DASPO')).toEqual(['a true', 'b false', 'c false']);
    expect(subjects('NRFDR')).toEqual(['b/66666666666/2026-03-02 false', 'b/77777777777/2026-03-02 true']);
    expect(subjects('TPNP')).toEqual([`a@${PAID} false`, `c@${PAID} true`]);
  });
});

describe('days', () => {
  it('have figures of their own', () => {
    expect(dailyFigure('LFDR', day, reading)).toEqual({
      day: '2026-03-02',
      sample: 2,
      faults: 1,
      lateAgain: 1,
      percentage: 5000,
      settled: true,
    });
  });

  it('are settled eleven days later', () => {
    expect(isSettled('2026-03-02', at('2026-03-12T23:59:59+01:00'))).toBe(false);
    expect(isSettled('2026-03-02', at('2026-03-13T00:00:00+01:00'))).toBe(true);
  });
});

it('judges every PSP but the platform’s own', () => {
  expect(isJudged('60000000001')).toBe(true);
  expect(isJudged('AGID_01')).toBe(false);
});
