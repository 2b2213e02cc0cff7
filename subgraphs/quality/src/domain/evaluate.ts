/** Turns a month's evidence of one PSP into results, one for each KPI. Pure, so that anyone can recompute a result from the same rows. */
import { type DayEvidence, evidenceDigest, evidenceItems, type Reading } from './evidence.ts';
import { outcomeOf, type PercentageHundredths, percentageOf } from './percentage.ts';
import { PSP_KPIS, type PspKpi, THRESHOLDS } from './thresholds.ts';

export interface Evaluation {
  kpi: PspKpi;
  sample: number;
  faults: number;
  /** Of KPIs over reporting flows: how many reports in force came too late (late v2). */
  lateAgain: number;
  percentage: PercentageHundredths;
  threshold: PercentageHundredths;
  outcome: 'OK' | 'KO';
  /** SHA-256 of the ordered evidence, in hexadecimal. */
  evidenceDigest: string;
}

/** Counts day by day, so that a month never has to be in memory at once. Days come in their order, each once. */
export interface MonthEvaluation {
  add(day: DayEvidence): void;
  /** One result for each KPI. Ends the evaluation. */
  end(): Evaluation[];
}

export function startEvaluation(reading: Reading): MonthEvaluation {
  const counts = PSP_KPIS.map((kpi) => ({ kpi, sample: 0, faults: 0, lateAgain: 0, digest: evidenceDigest(kpi, reading.profile) }));
  return {
    add(day) {
      for (const count of counts) {
        const items = evidenceItems(count.kpi, day, reading);
        count.sample += items.length;
        count.faults += items.filter((item) => item.fault).length;
        count.lateAgain += items.filter((item) => item.lateAgain).length;
        count.digest.add(items);
      }
    },
    end: () => counts.map(({ digest, ...count }) => ({ ...judged(count), evidenceDigest: digest.end() })),
  };
}

function judged<Count extends { kpi: PspKpi; sample: number; faults: number }>(count: Count) {
  const percentage = percentageOf(count.faults, count.sample);
  const threshold = THRESHOLDS[count.kpi];
  return { ...count, percentage, threshold, outcome: outcomeOf(percentage, threshold) };
}
