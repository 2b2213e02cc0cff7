/** Reads the calls themselves, as long as they are kept. */
import { asDate, fromDate, MINUTE } from '@nodo-aperto/kernel/time';
import type { CallOutcome } from '@nodo-aperto/schema/events';
import type { Interval } from '../../domain/service-level/intervals.ts';
import type { Subject, SubjectKind } from '../../domain/service-level/subject.ts';
import type { TimedCall } from '../../domain/service-level/sum-up.ts';
import type { Queries } from '../queries.ts';

/** Where a call stands among all: by time, batch and place in it. */
export type CallPlace = readonly [at: string, batch: string, number: number];

export interface RawCall extends TimedCall {
  place: CallPlace;
}

interface Row {
  at: Date;
  /** With all digits, for the place. */
  at_text: string;
  batch: string;
  number: number;
  direction: TimedCall['direction'];
  method: string;
  psp: string | null;
  channel: string | null;
  broker: string | null;
  creditor: string | null;
  station: string | null;
  payment_token: string | null;
  duration_ms: number;
  outcome: CallOutcome;
  fault_code: string | null;
  stand_in: boolean;
  probe: boolean;
}

const OF: Readonly<Record<SubjectKind, string>> = {
  PSP: "direction = 'PSP_TO_NODE' and psp = $1",
  CREDITOR: "direction = 'NODE_TO_CREDITOR' and creditor = $1",
  STATION: "direction = 'NODE_TO_CREDITOR' and station = $1",
};

export interface CallFilter {
  method?: string | undefined;
  /** Only calls that did not end with OK. */
  faultsOnly?: boolean;
}

/** The calls that count for a subject, in the order in which they began. */
export async function rawCallsOf(
  queries: Queries,
  { kind, code }: Subject,
  { from, until }: Interval,
  page: { after?: CallPlace | undefined; size: number },
  { method, faultsOnly = false }: CallFilter = {},
): Promise<RawCall[]> {
  const [at, batch, number] = page.after ?? [null, null, null];
  const rows = await queries.query<Row>(
    `select *, at::text as at_text from observed_call
      where ${OF[kind]} and at >= coalesce($6::timestamptz, $2) and at < $3 and ($4::text is null or method = $4)
        and (not $5::boolean or outcome <> 'OK') and ($6 is null or (at, batch, number) > ($6, $7::uuid, $8::integer))
      order by at, batch, number limit $9`,
    [code, asDate(from), asDate(until), method ?? null, faultsOnly, at, batch, number, page.size],
  );
  return rows.map(callOf);
}

/** Calls are found by their time in slices that one reading can hold. */
const SLICE_MS = 5 * MINUTE;

/** All calls of a span, slice by slice, in no order that means anything. */
export async function* allRawCalls(queries: Queries, { from, until }: Interval): AsyncGenerator<RawCall[]> {
  for (let start = from; start < until; start += SLICE_MS) {
    const rows = await queries.query<Row>(
      'select *, at::text as at_text from observed_call where at >= $1 and at < $2',
      [asDate(start), asDate(Math.min(start + SLICE_MS, until))],
      { name: 'quality_raw_calls' },
    );
    if (rows.length > 0) yield rows.map(callOf);
  }
}

function callOf(row: Row): RawCall {
  return {
    place: [row.at_text, row.batch, row.number],
    at: fromDate(row.at),
    direction: row.direction,
    method: row.method,
    ...(row.psp !== null && { psp: row.psp }),
    ...(row.channel !== null && { channel: row.channel }),
    ...(row.broker !== null && { broker: row.broker }),
    ...(row.creditor !== null && { creditor: row.creditor }),
    ...(row.station !== null && { station: row.station }),
    ...(row.payment_token !== null && { paymentToken: row.payment_token }),
    durationMs: row.duration_ms,
    outcome: row.outcome,
    ...(row.fault_code !== null && { faultCode: row.fault_code }),
    standIn: row.stand_in,
    probe: row.probe,
  };
}
