/** Which stations are in Stand-In, as payments states it. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate } from '@nodo-aperto/kernel/time';

export interface StationState {
  readonly stationCode: string;
  readonly standIn: boolean;
  readonly since: number;
  readonly reason: string;
  readonly revision: number;
}

/** @returns whether it is news: an older word never takes the place of a newer one */
export async function saveStationState(transaction: Transaction, state: StationState): Promise<boolean> {
  const rows = await transaction.query(
    `insert into station_state as known (station_code, stand_in, since, reason, revision) values ($1, $2, $3, $4, $5)
      on conflict (station_code) do update set stand_in = excluded.stand_in, since = excluded.since, reason = excluded.reason,
        revision = excluded.revision where known.revision < excluded.revision returning 1`,
    [state.stationCode, state.standIn, asDate(state.since), state.reason, state.revision],
    { name: 'receipts_save_station' },
  );
  return rows.length > 0;
}

/** Those of the stations that are in Stand-In. */
export async function stationsInStandIn(transaction: Transaction, stationCodes: readonly string[]): Promise<Set<string>> {
  const rows = await transaction.query<{ station_code: string }>(
    'select station_code from station_state where station_code = any($1::text[]) and stand_in',
    [[...stationCodes]],
    { name: 'receipts_stations_in_stand_in' },
  );
  return new Set(rows.map((row) => row.station_code));
}
