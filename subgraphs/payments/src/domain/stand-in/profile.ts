/**
 * The policy that puts a station in Stand-In and takes it out, as one object with named profiles. Each is a pure judgement of evidence;
 * both give their reason in words and figures, because creditors ask why. Source: design, section 5.1.
 */
import { faultPercentage, type Probe, type Slot, trafficShare } from './evidence.ts';

export interface Verdict {
  /** Whether the station changes sides. */
  readonly decided: boolean;
  /** The figures behind it, for people. */
  readonly reason: string;
}

export interface StandInProfile {
  readonly name: 'breaker' | 'pagopa';
  /** Length of the spans in which calls are counted, milliseconds; a slot is a whole number of them. */
  readonly countedMs: number;
  /** Length of a slot, milliseconds. */
  readonly slotMs: number;
  /** How many slots are judged. */
  readonly slots: number;
  /** Whether the slot that is still running is judged too. */
  readonly judgesRunningSlot: boolean;
  /** Time between two probes of a station in Stand-In, milliseconds. */
  readonly probeEveryMs: number;
  /** How far back probes count, milliseconds; undefined: since the entry. */
  readonly probesWithinMs: number | undefined;
  /** Whether a slot counts as failed. */
  slotFailed(slot: Slot): boolean;
  /** Whether a station that is called should be called no more. Slots that are absent count as healthy. */
  entry(evidence: { readonly now: number; readonly slots: readonly Slot[] }): Verdict;
  /** Whether a station in Stand-In should be called again. */
  exit(evidence: { readonly now: number; readonly since: number; readonly probes: readonly Probe[] }): Verdict;
  /** What puts a station in, in a sentence. */
  readonly entryCondition: string;
  /** What takes a station out, in a sentence. */
  readonly exitCondition: string;
}

/** The start of the oldest slot that a profile judges at an instant. */
export function judgedFrom(profile: Pick<StandInProfile, 'slotMs' | 'slots' | 'judgesRunningSlot'>, now: number): number {
  const running = Math.floor(now / profile.slotMs) * profile.slotMs;
  return running - (profile.slots - (profile.judgesRunningSlot ? 1 : 0)) * profile.slotMs;
}

/** A slot with what a profile makes of it. */
export interface JudgedSlot {
  /** Start of the slot, epoch milliseconds. */
  readonly from: number;
  readonly calls: number;
  readonly faults: number;
  readonly faultPercentage: number;
  /** Percent of the platform's calls. */
  readonly share: number;
  readonly failed: boolean;
}

export function judgedSlot(profile: Pick<StandInProfile, 'slotFailed'>, slot: Slot): JudgedSlot {
  const { from, calls, faults } = slot;
  return { from, calls, faults, faultPercentage: faultPercentage(slot), share: trafficShare(slot), failed: profile.slotFailed(slot) };
}
