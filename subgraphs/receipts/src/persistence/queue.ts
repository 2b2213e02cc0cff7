/** The queue of deliveries: what is due, in the order of payments, and how its times are moved. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate } from '@nodo-aperto/kernel/time';
import { RECIPIENT_COLUMNS, type RecipientKey, type RecipientRecord, type RecipientRow, toRecipient } from './receipt-records.ts';

type Executor = Pick<Database | Transaction, 'query'>;

/** Undelivered, not used up, and nobody is at it, at the instant of a parameter. */
export const WAITING_AT = (now: string): string =>
  `delivered_at is null and next_attempt_at is not null and (claimed_until is null or claimed_until <= ${now})`;
const WAITING = WAITING_AT('$1');
const DUE = `${WAITING} and next_attempt_at <= $1`;
const STANDS_IN = 'exists (select 1 from station_state as state where state.station_code = recipient.station_code and state.stand_in)';

export interface ClaimOptions {
  readonly now: number;
  /** Recipients that this process has under way, by their sequence. */
  readonly underWay: readonly number[];
  /** Whether the station may be called although it is in Stand-In. */
  readonly evenInStandIn: boolean;
  /** How many are wanted at most. */
  readonly most: number;
}

/** Locks the first recipients of a station that are due, in their order. `standIn`: whether the station is in Stand-In. */
export async function lockDue(
  transaction: Transaction,
  stationCode: string,
  options: ClaimOptions,
): Promise<{ recipients: RecipientRecord[]; standIn: boolean }> {
  const { now, underWay, evenInStandIn, most } = options;
  const rows = await transaction.query<RecipientRow & { stand_in: boolean }>(
    `select ${RECIPIENT_COLUMNS}, ${STANDS_IN} as stand_in from recipient where station_code = $2 and ${DUE} and sequence <> all($3::bigint[])
      and ($4::boolean or not ${STANDS_IN}) order by sequence limit $5 for update skip locked`,
    [asDate(now), stationCode, [...underWay], evenInStandIn, most],
    { name: 'receipts_lock_due' },
  );
  return { recipients: rows.map(toRecipient), standIn: rows[0]?.stand_in ?? false };
}

/** The stations that something is due for, by code; those in Stand-In only when asked for. */
export async function stationsDue(executor: Executor, now: number, evenInStandIn: boolean): Promise<string[]> {
  const rows = await executor.query<{ station_code: string }>(
    `select distinct station_code from recipient where ${DUE} and ($2::boolean or not ${STANDS_IN}) order by station_code`,
    [asDate(now), evenInStandIn],
  );
  return rows.map((row) => row.station_code);
}

/** What is due for stations in Stand-In waits one interval more; its attempts are not used up by that. @returns how many wait */
export async function postponeStandIn(executor: Executor, now: number, until: number): Promise<number> {
  const rows = await executor.query(
    `update recipient set next_attempt_at = $2, brought_forward = false where ${DUE} and ${STANDS_IN} returning 1`,
    [asDate(now), asDate(until)],
  );
  return rows.length;
}

/** What else is due for a station that does not answer waits one interval more. @returns how many wait */
export async function postponeStation(executor: Executor, stationCode: string, now: number, until: number): Promise<number> {
  const rows = await executor.query(
    `update recipient set next_attempt_at = $2, brought_forward = false where station_code = $3 and ${DUE} returning 1`,
    [asDate(now), asDate(until), stationCode],
  );
  return rows.length;
}

/** Makes due what waits for its time at a station that works again (`domain/bring-forward.ts`). @returns how many */
export async function bringForward(transaction: Transaction, stationCode: string, now: number): Promise<number> {
  const rows = await transaction.query(
    `update recipient set next_attempt_at = $1, brought_forward = true where (receipt_id, creditor_fiscal_code, station_code) in (
      select receipt_id, creditor_fiscal_code, station_code from recipient where station_code = $2 and ${WAITING}
        and next_attempt_at > $1 and may_be_brought_forward for update skip locked) returning 1`,
    [asDate(now), stationCode],
    { name: 'receipts_bring_forward' },
  );
  return rows.length;
}

/** Makes due everything that waits for its time, as an operator asks. */
export async function makeAllDue(executor: Executor, now: number): Promise<void> {
  await executor.query(`update recipient set next_attempt_at = $1, brought_forward = false where ${WAITING} and next_attempt_at > $1`, [
    asDate(now),
  ]);
}

/** The newest recipient's sequence; 0 without any. */
export async function lastSequence(executor: Executor): Promise<number> {
  const [row] = await executor.query<{ last: number | null }>('select max(sequence) as last from recipient');
  return row?.last ?? 0;
}

/** The place in the queue of a recipient that is due; undefined when it is not. */
export async function placeIfDue(executor: Executor, key: RecipientKey, now: number): Promise<number | undefined> {
  const [row] = await executor.query<{ sequence: number }>(
    `select sequence from recipient where receipt_id = $2 and creditor_fiscal_code = $3 and station_code = $4 and ${DUE}`,
    [asDate(now), key.receiptId, key.creditorFiscalCode, key.stationCode],
    { name: 'receipts_place_if_due' },
  );
  return row?.sequence;
}

/** How many recipients wait, and how many have used up their attempts. */
export async function countUndelivered(executor: Executor): Promise<{ waiting: number; exhausted: number }> {
  const [row] = await executor.query<{ waiting: number; exhausted: number }>(
    `select count(*) filter (where exhausted_at is null) as waiting, count(*) filter (where exhausted_at is not null) as exhausted
      from recipient where delivered_at is null`,
  );
  return row ?? { waiting: 0, exhausted: 0 };
}
