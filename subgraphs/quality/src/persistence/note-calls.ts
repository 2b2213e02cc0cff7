/** Writes what calls tell: notifications to PSPs one by one, calls to stations in bins of a quarter of an hour. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate, MINUTE, toLocalDate } from '@nodo-aperto/kernel/time';
import { monthOf } from '../domain/month.ts';
import type { TouchedMonth } from './evidence-months.ts';

export interface NotifyCall {
  pspCode: string;
  paymentToken: string;
  /** When the call began, epoch milliseconds. */
  at: number;
  durationMs: number;
  outcome: 'OK' | 'KO';
}

/** @returns the months that were changed; a call that is known already changes nothing */
export async function noteNotifyCalls(transaction: Transaction, calls: readonly NotifyCall[]): Promise<TouchedMonth[]> {
  const rows = calls.map((call) => ({
    payment_token: call.paymentToken,
    at: asDate(call.at),
    psp_code: call.pspCode,
    day: toLocalDate(call.at),
    month: monthOf(call.at),
    duration_ms: call.durationMs,
    outcome: call.outcome,
  }));
  const made = await transaction.query<{ psp_code: string; month: string }>(
    `insert into notify_call select * from jsonb_populate_recordset(null::notify_call, $1::jsonb)
      on conflict do nothing returning psp_code, month`,
    [JSON.stringify(rows)],
  );
  return made.map((row) => ({ pspCode: row.psp_code, month: row.month }));
}

/** A call of a station. */
export interface StationCall {
  brokerCode: string;
  stationCode: string;
  method: string;
  /** Epoch milliseconds. */
  at: number;
  durationMs: number;
  timeout: boolean;
  /** Whether it was answered OK. */
  taken: boolean;
  slow: boolean;
}

export const BIN_MS = 15 * MINUTE;

export async function noteStationCalls(transaction: Transaction, calls: readonly StationCall[]): Promise<void> {
  const rows = calls.map((call) => ({
    broker_code: call.brokerCode,
    station_code: call.stationCode,
    method: call.method,
    bin_start: asDate(Math.floor(call.at / BIN_MS) * BIN_MS),
    timeouts: call.timeout ? 1 : 0,
    slow: call.slow ? 1 : 0,
    total_ms: Math.round(call.durationMs),
  }));
  await transaction.query(
    `insert into station_bin as known (broker_code, station_code, method, bin_start, calls, timeouts, slow, total_ms)
      select broker_code, station_code, method, bin_start, count(*), sum(timeouts), sum(slow), sum(total_ms)
        from jsonb_to_recordset($1::jsonb)
          as call (broker_code text, station_code text, method text, bin_start timestamptz, timeouts int, slow int, total_ms bigint)
        group by broker_code, station_code, method, bin_start order by broker_code, station_code, method, bin_start
      on conflict (broker_code, station_code, method, bin_start) do update set calls = known.calls + excluded.calls,
        timeouts = known.timeouts + excluded.timeouts, slow = known.slow + excluded.slow, total_ms = known.total_ms + excluded.total_ms`,
    [JSON.stringify(rows)],
    { name: 'quality_note_station_calls' },
  );
}
