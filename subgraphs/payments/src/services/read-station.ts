/** Reads how one station stands: why it is in Stand-In, what takes it out, what of the policy is in force for it. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { ExposureLimits, Station } from '@nodo-aperto/kernel/directory';
import { pageSize } from '@nodo-aperto/kernel/graphql';
import { asDate, fromDate, MINUTE, parseInstant } from '@nodo-aperto/kernel/time';
import type { StationHealth } from '@nodo-aperto/schema/events';
import { type Maintenance, maintenanceAt } from '../domain/maintenance.ts';
import type { Slot } from '../domain/stand-in/evidence.ts';
import type { Exposure } from '../domain/stand-in/exposure.ts';
import { profileFor, requestPolicy } from '../domain/stand-in/policy.ts';
import { type JudgedSlot, judgedSlot, type StandInProfile } from '../domain/stand-in/profile.ts';
import { FORCED_IN } from '../domain/station-mode.ts';
import { readExposure } from '../persistence/exposure-queries.ts';
import { readProbes } from '../persistence/station-queries.ts';
import { StandInPeriodRow, StationHealthRow } from '../persistence/tables.ts';
import type { DecisionOptions } from './stations/decide-stand-in.ts';
import { judgedSlots } from './stations/judge-stations.ts';

/** Who decided that a station is not called. */
export type StandInDecider = 'POLICY' | 'HAND' | 'MAINTENANCE' | 'CONFIGURATION';

/** How a station stands, as its owners and operators see it. Instants are epoch milliseconds. */
export interface StationStandIn {
  readonly stationCode: string;
  /** Whether it is not called. */
  readonly active: boolean;
  readonly since: number | undefined;
  readonly reason: string | undefined;
  readonly decidedBy: StandInDecider | undefined;
  readonly health: StationHealth;
  readonly asynchronous: boolean;
  readonly profile: StandInProfile['name'];
  readonly perRequestFallback: boolean;
  readonly forced: 'IN' | 'OUT' | undefined;
  readonly slots: readonly JudgedSlot[];
  readonly entryCondition: string;
  readonly exitCondition: string;
  /** What the profile says of the evidence now. */
  readonly judgement: string;
  /** What the station answered last when it failed. */
  readonly lastFault: string | undefined;
  readonly lastFaultAt: number | undefined;
  readonly announced: readonly Maintenance[];
  readonly exposureLimits: ExposureLimits | undefined;
}

const EXITS: Readonly<Record<Exclude<StandInDecider, 'POLICY'>, string>> = {
  HAND: 'it was put in by hand and is taken out by hand',
  MAINTENANCE: 'the end of the scheduled maintenance',
  CONFIGURATION: 'a change of its configuration: forced is IN',
};
const NEVER = 'It is never in Stand-In.';
/** More probes than any profile looks at. */
const MOST_PROBES = 500;
const MOST_ANNOUNCED = 20;

export async function readStandIn(options: DecisionOptions, station: Station): Promise<StationStandIn> {
  const { database, directory, clock } = options;
  const settings = await directory.settings();
  const profile = profileFor(settings, station);
  const policy = requestPolicy(settings, station);
  const row = await database.read((manager) => manager.findOne(StationHealthRow, { stationCode: station.code }));
  const slots = await judgedSlots(options, profile, station.code);
  const windows = await maintenancesOf(options, station.code);
  const active = activity(row, policy, maintenanceAt(windows, clock.now()));
  const mayEnter = !policy.asynchronous && policy.forced !== 'OUT';
  return {
    stationCode: station.code,
    active: active !== undefined,
    since: active?.since,
    reason: active?.reason,
    decidedBy: active?.decidedBy,
    health: active ? 'STAND_IN' : row?.failing ? 'FAILING' : 'ANSWERING',
    asynchronous: policy.asynchronous,
    profile: profile.name,
    perRequestFallback: policy.perRequestFallback,
    forced: policy.forced,
    slots: slots.map((slot) => judgedSlot(profile, slot)),
    entryCondition: mayEnter ? profile.entryCondition : NEVER,
    exitCondition: active && active.decidedBy !== 'POLICY' ? EXITS[active.decidedBy] : profile.exitCondition,
    judgement: await judgementOf(options, { station, profile, slots, since: row?.standIn ? row.since : null }),
    lastFault: row?.lastFault ?? undefined,
    lastFaultAt: instantOf(row?.lastFaultAt),
    announced: windows.filter(({ end }) => end > clock.now()).slice(0, MOST_ANNOUNCED),
    exposureLimits: policy.exposureLimits,
  };
}

/** Why a station is not called now, if it is not; the order is that of the station's mode. */
function activity(
  row: StationHealthRow | null,
  { asynchronous, forced }: { asynchronous: boolean; forced: 'IN' | 'OUT' | undefined },
  maintenance: Maintenance | undefined,
): { since: number | undefined; reason: string; decidedBy: StandInDecider } | undefined {
  if (asynchronous || forced === 'OUT') return undefined;
  if (forced === 'IN') return { since: undefined, reason: FORCED_IN, decidedBy: 'CONFIGURATION' };
  if (row?.standIn) return { since: instantOf(row.since), reason: row.reason ?? '', decidedBy: row.decidedBy ?? 'POLICY' };
  if (maintenance?.standIn) return { since: maintenance.start, reason: 'a scheduled maintenance of the station', decidedBy: 'MAINTENANCE' };
  return undefined;
}

async function judgementOf(
  { database, clock }: DecisionOptions,
  { station, profile, slots, since }: { station: Station; profile: StandInProfile; slots: readonly Slot[]; since: Date | null | undefined },
): Promise<string> {
  const now = clock.now();
  if (!since) return profile.entry({ now, slots }).reason;
  const probes = await readProbes(database, station.code, since, MOST_PROBES);
  return profile.exit({ now, since: fromDate(since), probes }).reason;
}

async function maintenancesOf({ directory }: Pick<DecisionOptions, 'directory'>, stationCode: string): Promise<Maintenance[]> {
  const windows = await directory.maintenances(stationCode);
  return windows
    .map(({ start, end, standIn }) => ({ start: parseInstant(start) ?? 0, end: parseInstant(end) ?? 0, standIn }))
    .toSorted((left, right) => left.start - right.start);
}

function instantOf(date: Date | null | undefined): number | undefined {
  return date ? fromDate(date) : undefined;
}

/** What is paid in Stand-In through a station in the span that its limits are about. */
export function readExposureNow(
  { database, clock }: Pick<DecisionOptions, 'database' | 'clock'>,
  stationCode: string,
  limits: ExposureLimits,
): Promise<Exposure> {
  return readExposure(database, stationCode, asDate(clock.now() - limits.periodMinutes * MINUTE));
}

/** A time in Stand-In, with what was paid meanwhile. */
export interface StandInPeriod {
  readonly row: StandInPeriodRow;
  readonly paid: Exposure;
}

/** The times that a station was in Stand-In by policy or by hand, newest first. */
export async function listPeriods(database: Database, stationCode: string, first: number): Promise<StandInPeriod[]> {
  const rows = await database.read((manager) =>
    manager.find(StandInPeriodRow, { stationCode }, { orderBy: { id: 'desc' }, limit: pageSize(first) }),
  );
  return Promise.all(
    rows.map(async (row) => ({ row, paid: await readExposure(database, stationCode, row.enteredAt, row.leftAt ?? undefined) })),
  );
}
