/** Judges stations by the policy in force: whether one that is called should be called no more, and the other way round. */
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { Slot } from '../../domain/stand-in/evidence.ts';
import { isFailing } from '../../domain/stand-in/health.ts';
import { mayEnter, profileFor } from '../../domain/stand-in/policy.ts';
import { judgedFrom, judgedSlot, type StandInProfile } from '../../domain/stand-in/profile.ts';
import { readLeftAt, readProbes, readSlots, readStandInList, type StandInRow, stationsToJudge } from '../../persistence/station-queries.ts';
import { LONG_SPAN_MS } from './call-counter.ts';
import { type DecisionOptions, enterStandIn, leaveStandIn } from './decide-stand-in.ts';
import { stateHealth } from './state-health.ts';

/** More probes than any profile looks at. */
const MOST_PROBES = 500;

/** The profile that judges a station now. */
export async function profileInForce({ directory }: Pick<DecisionOptions, 'directory'>, stationCode: string): Promise<StandInProfile> {
  return profileFor(await directory.settings(), await directory.station(stationCode));
}

/** The slots of a station that a profile judges now; calls from before it last left Stand-In do not count against it again. */
export async function judgedSlots(
  { database, clock }: Pick<DecisionOptions, 'database' | 'clock'>,
  profile: StandInProfile,
  stationCode: string,
): Promise<Slot[]> {
  const leftAt = await readLeftAt(database, stationCode);
  const from = asDate(Math.max(judgedFrom(profile, clock.now()), leftAt ? fromDate(leftAt) : 0));
  return readSlots(database, { stationCode, countedMs: profile.countedMs, slotMs: profile.slotMs, from });
}

/** Judges a station that is called; puts it in Stand-In when its calls fail. Returns whether it did. */
export async function judgeEntry(options: DecisionOptions, stationCode: string): Promise<boolean> {
  if (options.list.get(stationCode)) return false;
  const station = await options.directory.station(stationCode);
  if (!station) return false;
  const profile = await profileInForce(options, stationCode);
  const evidence = await judgedSlots(options, profile, stationCode);
  const verdict = profile.entry({ now: options.clock.now(), slots: evidence });
  if (verdict.decided && mayEnter(station))
    return enterStandIn(options, {
      stationCode,
      reason: verdict.reason,
      decidedBy: 'POLICY',
      profile: profile.name,
      evidence: evidence.map((slot) => judgedSlot(profile, slot)),
    });
  await stateHealth(options, station, { failing: isFailing(profile, evidence), reason: verdict.reason });
  return false;
}

const KEPT_OUT = 'its configuration keeps it out of Stand-In';

/** Judges a station that the policy put in Stand-In; takes it out when its probes are good. Returns whether it did. */
export async function judgeExit(options: DecisionOptions, row: StandInRow): Promise<boolean> {
  if (row.decidedBy === 'HAND') return false;
  const { database, clock, directory } = options;
  const station = await directory.station(row.stationCode);
  const leave = (reason: string): Promise<boolean> => leaveStandIn(options, { stationCode: row.stationCode, reason, decidedBy: 'POLICY' });
  if (station && !mayEnter(station)) return leave(KEPT_OUT);
  const profile = await profileInForce(options, row.stationCode);
  const probes = await readProbes(database, row.stationCode, row.since, MOST_PROBES);
  const verdict = profile.exit({ now: clock.now(), since: fromDate(row.since), probes });
  return verdict.decided && (await leave(verdict.reason));
}

/** Judges every station that there is reason to; returns how many changed sides. */
export async function judgeAll(options: DecisionOptions, signal: AbortSignal): Promise<{ judged: number; entered: number; left: number }> {
  const { database, clock, directory } = options;
  const settings = await directory.settings();
  const profiles = (['breaker', 'pagopa'] as const).map((standInProfile) => profileFor({ ...settings, standInProfile }, undefined));
  const oldest = Math.min(...profiles.map((profile) => judgedFrom(profile, clock.now()))) - LONG_SPAN_MS;
  const result = { judged: 0, entered: 0, left: 0 };
  for (const stationCode of await stationsToJudge(database, LONG_SPAN_MS, asDate(oldest))) {
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
