/**
 * The two readings of the KPIs. The official documents and the official pipeline's code differ in the cut-off hour, in the limit dates before
 * holidays and weekends, in what a very late flow counts as, and in how two seconds are compared. Each reading is a profile; results are kept
 * for both, the documents' one is shown by default. Source: domain facts, Reporting section 2.1 (differences 1, 2 and 4) and 1.7.
 */
import { addDays, type LocalDate, startOfLocalDay } from '@nodo-aperto/kernel/time';
import { reportingDeadlines } from '@nodo-aperto/kernel/calendar';
import { evaluationInstant, monthOf } from './month.ts';
import { pipelineLimitDay } from './pipeline-calendar.ts';

export const KPI_PROFILES = ['DOCUMENTS', 'PIPELINE'] as const;
export type KpiProfile = (typeof KPI_PROFILES)[number];
export const DEFAULT_PROFILE: KpiProfile = 'DOCUMENTS';

/** By when a payment has to be reported. Instants are epoch milliseconds; each is the first that is too late. */
export interface ReportingLimits {
  /** From here on a first report is late (late v1). */
  lateFrom: number;
  /** From here on the report in force is late (late v2). */
  lateAgainFrom: number;
  /** From here on a report counts as none. Absent: a report always counts. */
  closedFrom?: number;
}

export interface ProfileRules {
  limitsOf(paidAt: number): ReportingLimits;
  /** Whether late v2 needs a report that was sent before and replaced. */
  lateAgainNeedsReplacement: boolean;
  /** Whether an answer or an outcome took more than two seconds. */
  isSlow(milliseconds: number): boolean;
}

const LONGEST_SECONDS = 2;
/** A day of payments is closed ten days after its operative day. */
const CLOSING_DAYS = 10;
const PIPELINE_LATE_AGAIN_DAYS = 3;

const nextDay = (day: LocalDate): number => startOfLocalDay(addDays(day, 1));

const documents: ProfileRules = {
  limitsOf(paidAt) {
    const { operativeDay, lateFrom, replaceableUntilDay } = reportingDeadlines(paidAt);
    return {
      lateFrom,
      lateAgainFrom: nextDay(replaceableUntilDay),
      // What is not there on the evaluation day of the month is not reported either.
      closedFrom: Math.min(nextDay(addDays(operativeDay, CLOSING_DAYS)), evaluationInstant(monthOf(paidAt))),
    };
  },
  lateAgainNeedsReplacement: true,
  isSlow: (milliseconds) => milliseconds > LONGEST_SECONDS * 1_000,
};

const pipeline: ProfileRules = {
  limitsOf(paidAt) {
    const limitDay = pipelineLimitDay(paidAt);
    return { lateFrom: nextDay(limitDay), lateAgainFrom: nextDay(addDays(limitDay, PIPELINE_LATE_AGAIN_DAYS)) };
  },
  lateAgainNeedsReplacement: false,
  // The pipeline divides whole numbers: 2,999 ms are 2 s.
  isSlow: (milliseconds) => Math.floor(milliseconds / 1_000) > LONGEST_SECONDS,
};

const RULES: Readonly<Record<KpiProfile, ProfileRules>> = { DOCUMENTS: documents, PIPELINE: pipeline };

export function rulesOf(profile: KpiProfile): ProfileRules {
  return RULES[profile];
}
