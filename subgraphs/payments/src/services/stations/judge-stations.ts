/** Judges stations by the profile in force: whether one that is called should be called no more, and the other way round. */
import type { Settings } from '@nodo-aperto/kernel/directory';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import { breakerProfile } from '../../domain/stand-in/breaker.ts';
import type { Slot } from '../../domain/stand-in/evidence.ts';
import { pagopaProfile } from '../../domain/stand-in/pagopa.ts';
import { judgedFrom, type StandInProfile } from '../../domain/stand-in/profile.ts';
import {
  readLeftAt,
  readProbes,
  readSlots,
  readStandInList,
  type StandInRow,
  stationsWithFaults,
} from '../../persistence/station-queries.ts';
import { type DecisionOptions, enterStandIn, leaveStandIn } from './decide-stand-in.ts';

const PROFILES: Readonly<Record<Settings['standInProfile'], StandInProfile>> = { breaker: breakerProfile(), pagopa: pagopaProfile() };
/** More probes than any profile looks at. */
const MOST_PROBES = 500;

/** The profile in force. */
export async function profileInForce({ directory }: Pick<DecisionOptions, 'directory'>): Promise<StandInProfile> {
  return PROFILES[(await directory.settings()).standInProfile];
}

/** The slots of a station that a profile judges now; calls from before it last left Stand-In do not count against it again. */
export async function judgedSlots(
  { database, clock }: Pick<DecisionOptions, 'database' | 'clock'>,
  profile: StandInProfile,
  stationCode: string,
): Promise<Slot[]> {
  const leftAt = await readLeftAt(database, stationCode);
  const from = Math.max(judgedFrom(profile, clock.now()), leftAt ? fromDate(leftAt) : 0);
  return readSlots(database, stationCode, profile.slotMs, asDate(from));
}

/** Judges a station that is called; puts it in Stand-In when its calls fail. Returns whether it did. */
export async function judgeEntry(options: DecisionOptions, stationCode: string): Promise<boolean> {
  if (options.list.get(stationCode)) return false;
  const profile = await profileInForce(options);
  const slots = await judgedSlots(options, profile, stationCode);
  const verdict = profile.entry({ now: options.clock.now(), slots });
  return verdict.decided && (await enterStandIn(options, { stationCode, reason: verdict.reason, decidedBy: 'POLICY' }));
}

/** Judges a station that the policy put in Stand-In; takes it out when its probes are good. Returns whether it did. */
export async function judgeExit(options: DecisionOptions, row: StandInRow): Promise<boolean> {
  if (row.decidedBy === 'HAND') return false;
  const { database, clock } = options;
  const profile = await profileInForce(options);
  const probes = await readProbes(database, row.stationCode, row.since, MOST_PROBES);
  const verdict = profile.exit({ now: clock.now(), since: fromDate(row.since), probes });
  return verdict.decided && (await leaveStandIn(options, { stationCode: row.stationCode, reason: verdict.reason, decidedBy: 'POLICY' }));
}

/** Judges every station that there is reason to; returns how many changed sides. */
export async function judgeAll(options: DecisionOptions, signal: AbortSignal): Promise<{ judged: number; entered: number; left: number }> {
  const { database, clock } = options;
  const profile = await profileInForce(options);
  const result = { judged: 0, entered: 0, left: 0 };
  for (const stationCode of await stationsWithFaults(database, profile.slotMs, asDate(judgedFrom(profile, clock.now())))) {
    if (signal.aborted) return result;
    result.judged += 1;
    if (await judgeEntry(options, stationCode)) result.entered += 1;
  }
  for (const row of await readStandInList(database)) {
    if (signal.aborted) return result;
    result.judged += 1;
    if (await judgeExit(options, row)) result.left += 1;
  }
  return result;
}
