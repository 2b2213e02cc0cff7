/** The report of a run, as data: what the JSON file holds and the other forms are made of. */
import type { Violation } from '../invariants/index.ts';
import type { Reachability } from './reachability.ts';
import type { Expectation, Figure, Scenario } from '../scenario/index.ts';

export type Cohort = 'all' | 'harmed' | 'unharmed';
export type Figures = Readonly<Record<Figure, number>>;

/** A moment of the run. */
export interface Sample {
  /** Seconds of the run since the traffic began. */
  readonly at: number;
  /** Payments that ended since the sample before. */
  readonly standard: number;
  readonly standIn: number;
  readonly failed: number;
  /** Median and 95th percentile of the activations since the sample before, real milliseconds; absent without any. */
  readonly medianMs?: number;
  readonly p95Ms?: number;
  /** Receipts that creditors do not have yet. */
  readonly queued: number;
  /** Payments so far at an amount that the creditor had changed. */
  readonly drift: number;
  readonly failing: readonly string[];
  readonly inStandIn: readonly string[];
  /** False: the platform did not answer, and queue and Stand-In are those of the sample before. */
  readonly seen: boolean;
}

export interface JudgedExpectation extends Expectation {
  readonly value: number;
  readonly holds: boolean;
}

export interface RunReport {
  readonly scenario: Scenario;
  readonly file: string;
  readonly seed: number | string;
  readonly short: boolean;
  readonly planDigest: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** True: it was broken off, and nothing is said about how it would have ended. */
  readonly interrupted: boolean;
  readonly seconds: number;
  readonly stations: readonly { readonly code: string; readonly name: string; readonly harmed: boolean }[];
  readonly figures: Readonly<Record<Cohort, Figures>>;
  /** Failed payments by code, most frequent first. */
  readonly failures: readonly { readonly code: string; readonly count: number }[];
  readonly expectations: readonly JudgedExpectation[];
  readonly invariants: readonly { readonly name: string; readonly page: string; readonly violations: readonly Violation[] }[];
  /** Payments by what became of them under which fault. */
  readonly reached: Reachability;
  readonly samples: readonly Sample[];
}

/** Whether everything held. */
export function holds({ expectations, invariants, interrupted }: RunReport): boolean {
  return !interrupted && expectations.every((each) => each.holds) && invariants.every(({ violations }) => violations.length === 0);
}

/** What to type to have the same run again. */
export function replayLine({ file, seed, short }: Pick<RunReport, 'file' | 'seed' | 'short'>): string {
  return `npm run simulate -- ${file} --seed ${seed}${short ? ' --short' : ''}`;
}
