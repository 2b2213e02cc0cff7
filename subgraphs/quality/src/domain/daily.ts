/** The daily series of the KPIs over reporting flows. A day is settled once it lies eleven days back. Source: domain facts, Reporting section 2.1. */
import { addDays, toLocalDate } from '@nodo-aperto/kernel/time';
import { type DayEvidence, evidenceItems, type Reading } from './evidence.ts';
import { type PercentageHundredths, percentageOf } from './percentage.ts';
import type { FlowKpi } from './thresholds.ts';

export interface DailyFigure {
  /** YYYY-MM-DD, of the payments. */
  day: string;
  /** Reporting units of the day. */
  sample: number;
  faults: number;
  /** How many reports in force came too late (late v2). */
  lateAgain: number;
  percentage: PercentageHundredths;
  /** Whether the official daily aggregation has taken the day: until then figures may still change by themselves. */
  settled: boolean;
}

const DAYS_UNTIL_AGGREGATION = 11;

export function dailyFigure(kpi: FlowKpi, evidence: DayEvidence, reading: Reading): DailyFigure {
  const items = evidenceItems(kpi, evidence, reading);
  const faults = items.filter((item) => item.fault).length;
  return {
    day: evidence.day,
    sample: items.length,
    faults,
    lateAgain: items.filter((item) => item.lateAgain).length,
    percentage: percentageOf(faults, items.length),
    settled: isSettled(evidence.day, reading.now),
  };
}

export function isSettled(day: string, now: number): boolean {
  return addDays(day, DAYS_UNTIL_AGGREGATION) <= toLocalDate(now);
}
