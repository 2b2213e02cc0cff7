/** The figures of a run, by cohort, from its ledger alone. */
import type { RunLedger } from '../ledger/index.ts';
import type { Expectation } from '../scenario/index.ts';
import type { PlannedPayment } from '../traffic/index.ts';
import type { Cohort, Figures, JudgedExpectation } from './report.ts';

export interface FigureSources {
  readonly ledger: RunLedger;
  /** The payment of a plan's index. */
  readonly payment: (index: number) => PlannedPayment | undefined;
  readonly harmed: ReadonlySet<string>;
  /** Stations of arrivals that were let go. */
  readonly overflow: readonly string[];
  /** Receipts that were still waiting at the end, by station. */
  readonly queued: ReadonlyMap<string, number>;
  /** What the KPIs of the PSPs hold against their flows; they are of no cohort. */
  readonly flows: { readonly late: number; readonly missing: number };
}

export function figuresOf(sources: FigureSources, cohort: Cohort): Figures {
  const { ledger, payment, harmed } = sources;
  const within = (stationCode: string): boolean => cohort === 'all' || harmed.has(stationCode) === (cohort === 'harmed');
  const endings = ledger.of('ENDING').filter(({ stationCode }) => within(stationCode));
  const count = (kind: string): number => endings.filter(({ ending }) => ending.kind === kind).length;
  const paid = endings.flatMap((entry) => (entry.ending.kind === 'PAID' ? [{ ...entry, standIn: entry.ending.standIn }] : []));
  const standIn = paid.filter((each) => each.standIn);
  const wanted = paid.length + count('FAILED');
  const overflow = sources.overflow.filter(within).length;
  const stationOf = new Map(ledger.of('ENDING').map(({ creditorFiscalCode, stationCode }) => [creditorFiscalCode, stationCode]));
  const flows = ledger.of('FLOW').filter(({ creditorFiscalCode }) => within(stationOf.get(creditorFiscalCode) ?? ''));
  const activations = ledger
    .of('ATTEMPT')
    .filter(({ step, payment: index }) => step === 'ACTIVATE' && within(payment(index)?.creditor.stationCode ?? ''))
    .map(({ elapsedMs }) => elapsedMs);
  return {
    arrived: endings.length + overflow,
    paid: paid.length,
    standard: paid.length - standIn.length,
    standIn: standIn.length,
    declined: count('DECLINED'),
    abandoned: count('ABANDONED'),
    failed: count('FAILED'),
    overflow,
    paidShare: wanted === 0 ? 1 : paid.length / wanted,
    standInShare: paid.length === 0 ? 0 : standIn.length / paid.length,
    receiptsTaken: ledger.of('RECEIPT').filter(({ stationCode }) => within(stationCode)).length,
    receiptsQueued: [...sources.queued].filter(([code]) => within(code)).reduce((sum, [, total]) => sum + total, 0),
    driftPayments: standIn.filter((each) => payment(each.payment)?.aca === 'STALE').length,
    activationP95Ms: percentile(activations, 0.95) ?? 0,
    instalmentsPaid: paid.filter((each) => payment(each.payment)?.instalment !== undefined).length,
    flowsPublished: flows.filter(({ answer }) => answer === 'OK').length,
    flowsRefused: flows.filter(({ answer }) => answer !== 'OK').length,
    flowsLate: sources.flows.late,
    flowsMissing: sources.flows.missing,
  };
}

export function judge(expectations: readonly Expectation[], figures: Readonly<Record<Cohort, Figures>>): readonly JudgedExpectation[] {
  return expectations.map((expectation) => {
    const { figure, of, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = expectation;
    const value = figures[of][figure];
    return { ...expectation, value, holds: value >= atLeast && value <= atMost };
  });
}

/** The value below which this part of the values lies; undefined without values. @param part 0 to 1 */
export function percentile(values: readonly number[], part: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
}
