/**
 * PSPs of one contract are judged as one: their faults and samples are added, the highest threshold counts, the rule is the common one, and
 * the group's outcome takes the place of the single ones. Without any sample there is neither percentage nor outcome, and the single ones
 * stand. Source: domain facts, Reporting section 2.1 (gold job).
 */
import { outcomeOf, type PercentageHundredths, percentageOf } from './percentage.ts';

export interface GroupMember {
  sample: number;
  faults: number;
  threshold: PercentageHundredths;
}

export interface GroupResult {
  sample: number;
  faults: number;
  threshold: PercentageHundredths;
  /** Null without a sample. */
  percentage: PercentageHundredths | null;
  outcome: 'OK' | 'KO' | null;
}

/** @param members at least one */
export function groupResult(members: readonly GroupMember[]): GroupResult {
  const sample = members.reduce((sum, member) => sum + member.sample, 0);
  const faults = members.reduce((sum, member) => sum + member.faults, 0);
  const threshold = Math.max(...members.map((member) => member.threshold));
  if (sample === 0) return { sample, faults, threshold, percentage: null, outcome: null };
  const percentage = percentageOf(faults, sample);
  return { sample, faults, threshold, percentage, outcome: outcomeOf(percentage, threshold) };
}
