/** What is known of stations: counted calls, the Stand-In list with its history, probes, refusals. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { MonitoredFault } from '../domain/creditor-fault.ts';
import type { Probe, ProbeResult, Slot } from '../domain/stand-in/evidence.ts';
import type { JudgedSlot } from '../domain/stand-in/profile.ts';
import { fromDate } from '@nodo-aperto/kernel/time';

/** Calls of one station in one slot of one width. Instants are ISO 8601. */
export interface SlotCount {
  readonly widthMs: number;
  readonly slotStart: string;
  readonly stationCode: string;
  readonly calls: number;
  readonly faults: number;
}

/** The last monitored fault of a station. */
export interface LastFault {
  readonly stationCode: string;
  readonly code: MonitoredFault;
  readonly at: string;
}

/** Adds counted calls, and notes last faults, in one statement each. */
export async function addCounts(database: Database, counts: readonly SlotCount[], faults: readonly LastFault[]): Promise<void> {
  // Rows in one order for all: two processes that add to the same slots do not block each other in a circle.
  await database.query(
    `insert into station_slot as known (width_ms, slot_start, station_code, calls, faults)
      select "widthMs", "slotStart", "stationCode", calls, faults
      from jsonb_to_recordset($1::jsonb) as count ("widthMs" integer, "slotStart" timestamptz, "stationCode" text, calls integer, faults integer)
      order by 1, 2, 3
      on conflict (width_ms, slot_start, station_code) do update set calls = known.calls + excluded.calls, faults = known.faults + excluded.faults`,
    [JSON.stringify(counts)],
    { name: 'payments_add_counts' },
  );
  if (faults.length === 0) return;
  await database.query(
    `insert into station_health as known (station_code, last_fault, last_fault_at, stand_in, creditors, revision)
      select "stationCode", code, at, false, '{}', 0 from jsonb_to_recordset($1::jsonb) as fault ("stationCode" text, code text, at timestamptz) order by 1
      on conflict (station_code) do update set last_fault = excluded.last_fault, last_fault_at = excluded.last_fault_at`,
    [JSON.stringify(faults)],
  );
}

/** Which slots of a station are wanted. */
export interface SlotQuestion {
  readonly stationCode: string;
  /** Length of the spans in which calls were counted, milliseconds. */
  readonly countedMs: number;
  /** Length of a slot, a whole number of them. */
  readonly slotMs: number;
  readonly from: Date;
}

/** The slots of a station from an instant on, oldest first, each beside the calls to all stations. */
export async function readSlots(database: Database, { stationCode, countedMs, slotMs, from }: SlotQuestion): Promise<Slot[]> {
  const rows = await database.query<{ slot: Date; calls: number; faults: number; platform_calls: number }>(
    `with own as (
        select date_bin($4::integer * interval '1 millisecond', slot_start, 'epoch') as slot, sum(calls)::integer as calls, sum(faults)::integer as faults
        from station_slot where width_ms = $2 and slot_start >= $3 and station_code = $1 group by 1
      ) select slot, calls, faults, (select sum(every.calls)::float8 from station_slot as every where every.width_ms = $2
          and every.slot_start >= slot and every.slot_start < slot + $4::integer * interval '1 millisecond') as platform_calls
      from own order by slot`,
    [stationCode, countedMs, from, slotMs],
  );
  return rows.map((row) => ({ from: fromDate(row.slot), calls: row.calls, faults: row.faults, platformCalls: row.platform_calls }));
}

/** The stations with a failed call since an instant, and those that were failing: an evaluation has to look at them. */
export async function stationsToJudge(database: Database, widthMs: number, from: Date): Promise<string[]> {
  const rows = await database.query<{ station_code: string }>(
    `select station_code from station_slot where width_ms = $1 and slot_start >= $2 and faults > 0
      union select station_code from station_health where failing order by station_code`,
    [widthMs, from],
  );
  return rows.map((row) => row.station_code);
}

/** Whether calls to a station are failing; undefined for one that never failed. */
export async function readFailing(database: Database, stationCode: string): Promise<boolean | undefined> {
  const [row] = await database.query<{ failing: boolean }>('select failing from station_health where station_code = $1', [stationCode], {
    name: 'payments_read_failing',
  });
  return row?.failing;
}

/**
 * Notes that calls to a station began to fail, or are answered again.
 * @returns the revision of the station after it; undefined when it was so already, or is in Stand-In
 */
export async function changeHealth(
  transaction: Transaction,
  { stationCode, failing, now }: { readonly stationCode: string; readonly failing: boolean; readonly now: Date },
): Promise<number | undefined> {
  const [row] = await transaction.query<{ revision: number }>(
    `update station_health set failing = $2, failing_since = case when $2 then $3::timestamptz end, revision = revision + 1
      where station_code = $1 and failing <> $2 and not stand_in returning revision`,
    [stationCode, failing, now],
  );
  return row?.revision;
}

/** A station in Stand-In. */
export interface StandInRow {
  readonly stationCode: string;
  readonly brokerCode: string;
  readonly creditors: string[];
  readonly since: Date;
  readonly reason: string;
  readonly decidedBy: 'POLICY' | 'HAND';
  readonly lastFault: MonitoredFault | null;
  readonly revision: number;
}

const STAND_IN_COLUMNS = `station_code as "stationCode", broker_code as "brokerCode", creditors, since, reason, decided_by as "decidedBy",
  last_fault as "lastFault", revision`;

/** Every station in Stand-In. */
export async function readStandInList(database: Database): Promise<StandInRow[]> {
  return database.query<StandInRow>(`select ${STAND_IN_COLUMNS} from station_health where stand_in order by station_code`);
}

export interface StandInDecision {
  readonly stationCode: string;
  readonly brokerCode: string;
  readonly creditors: readonly string[];
  readonly reason: string;
  readonly decidedBy: 'POLICY' | 'HAND';
  /** Who decided, when it was by hand. */
  readonly actor?: string | undefined;
  /** The profile that judged, and the figures that it judged by. */
  readonly profile?: string | undefined;
  readonly evidence?: readonly JudgedSlot[] | undefined;
  readonly now: Date;
}

/** Puts a station on the list. Undefined when it is there already; a decision by hand takes the place of one by policy. */
export async function enterStation(transaction: Transaction, decision: StandInDecision): Promise<StandInRow | undefined> {
  const { stationCode, brokerCode, creditors, reason, decidedBy, now } = decision;
  const [row] = await transaction.query<StandInRow>(
    `insert into station_health as known (station_code, stand_in, since, reason, decided_by, broker_code, creditors, revision)
      values ($1, true, $2, $3, $4, $5, $6, 1)
      on conflict (station_code) do update set stand_in = true, since = case when known.stand_in then known.since else excluded.since end,
        reason = excluded.reason, decided_by = excluded.decided_by, broker_code = excluded.broker_code, creditors = excluded.creditors,
        revision = known.revision + 1
      where not known.stand_in or (known.decided_by = 'POLICY' and excluded.decided_by = 'HAND')
      returning ${STAND_IN_COLUMNS}`,
    [stationCode, now, reason, decidedBy, brokerCode, creditors],
  );
  if (!row) return undefined;
  await addChange(transaction, decision, true);
  // A decision by hand that takes the place of one by policy goes on with the same period.
  await transaction.query(
    `insert into stand_in_period (station_code, profile, entered_at, entered_by, entered_because, entered_actor, evidence)
      select $1, $2, $3, $4, $5, $6, $7::jsonb where not exists (select from stand_in_period where station_code = $1 and left_at is null)`,
    [stationCode, decision.profile, now, decidedBy, reason, decision.actor, JSON.stringify(decision.evidence ?? [])],
  );
  return row;
}

/** Takes a station off the list. Undefined when it is not on it; the policy leaves alone what was decided by hand. */
export async function leaveStation(transaction: Transaction, decision: StandInDecision): Promise<StandInRow | undefined> {
  const { stationCode, creditors, decidedBy, now } = decision;
  const [row] = await transaction.query<StandInRow>(
    `update station_health set stand_in = false, failing = false, failing_since = null, left_at = $2, creditors = $3, revision = revision + 1
      where station_code = $1 and stand_in and (decided_by = 'POLICY' or $4 = 'HAND') returning ${STAND_IN_COLUMNS}`,
    [stationCode, now, creditors, decidedBy],
  );
  if (!row) return undefined;
  await addChange(transaction, decision, false);
  await transaction.query(
    `update stand_in_period set left_at = $2, left_by = $3, left_because = $4, left_actor = $5 where station_code = $1 and left_at is null`,
    [stationCode, now, decidedBy, decision.reason, decision.actor],
  );
  return row;
}

async function addChange(transaction: Transaction, decision: StandInDecision, entered: boolean): Promise<void> {
  await transaction.query(
    `insert into stand_in_change (station_code, entered, decided_by, actor, reason, at) values ($1, $2, $3, $4, $5, $6)`,
    [decision.stationCode, entered, decision.decidedBy, decision.actor, decision.reason, decision.now],
  );
}

/** When a station left Stand-In last; undefined when it never did. Calls from before do not count against it again. */
export async function readLeftAt(database: Database, stationCode: string): Promise<Date | undefined> {
  const [row] = await database.query<{ left_at: Date | null }>('select left_at from station_health where station_code = $1', [stationCode]);
  return row?.left_at ?? undefined;
}

export interface ProbeNote {
  readonly stationCode: string;
  readonly at: Date;
  readonly result: ProbeResult;
  readonly answer: string;
  readonly elapsedMs: number;
}

export async function addProbe(database: Database, probe: ProbeNote): Promise<void> {
  await database.query('insert into station_probe (station_code, at, result, answer, elapsed_ms) values ($1, $2, $3, $4, $5)', [
    probe.stationCode,
    probe.at,
    probe.result,
    probe.answer.slice(0, 500),
    Math.round(probe.elapsedMs),
  ]);
}

/** The newest probes of a station since an instant, newest first. */
export async function readProbes(database: Database, stationCode: string, since: Date, most: number): Promise<Probe[]> {
  const rows = await database.query<{ at: Date; result: ProbeResult }>(
    'select at, result from station_probe where station_code = $1 and at >= $2 order by at desc, id desc limit $3',
    [stationCode, since, most],
  );
  return rows.map((row) => ({ at: fromDate(row.at), result: row.result }));
}

export interface RefusalNote {
  readonly at: Date;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly stationCode: string;
  readonly pspCode: string;
  readonly primitive: string;
  readonly guard: string;
  readonly code: string;
  readonly reason: string;
  /** The fault that the PSP was given. */
  readonly told: string;
}

/** Notes why ACA did not answer in a creditor's place. */
export async function addRefusal(database: Database, note: RefusalNote): Promise<void> {
  await database.query(
    `insert into stand_in_refusal (at, creditor_fiscal_code, notice_number, station_code, psp_code, primitive, guard, code, reason, told)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      note.at,
      note.creditorFiscalCode,
      note.noticeNumber,
      note.stationCode,
      note.pspCode,
      note.primitive,
      note.guard,
      note.code,
      note.reason,
      note.told,
    ],
    { name: 'payments_add_refusal' },
  );
}

/** Removes evidence that nobody judges any more. Returns how many rows went. */
export async function removeOldEvidence(
  database: Database,
  limits: { shortSlots: Date; longSlots: Date; notes: Date; shortWidthMs: number },
): Promise<number> {
  const [row] = await database.query<{ removed: number }>(
    `with short as (delete from station_slot where width_ms = $4 and slot_start < $1 returning 1),
        long as (delete from station_slot where width_ms <> $4 and slot_start < $2 returning 1),
        probe as (delete from station_probe where at < $3 returning 1),
        refusal as (delete from stand_in_refusal where at < $3 returning 1)
      select (select count(*) from short) + (select count(*) from long) + (select count(*) from probe) + (select count(*) from refusal) as removed`,
    [limits.shortSlots, limits.longSlots, limits.notes, limits.shortWidthMs],
  );
  return row?.removed ?? 0;
}
