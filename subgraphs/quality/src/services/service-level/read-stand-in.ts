/** Pages of the times in which a station was in Stand-In. */
import type { Database } from '@nodo-aperto/kernel/database';
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { type StandInPeriod, standInPeriods } from '../../persistence/service-level/stand-in-periods.ts';
import type { PageRequest } from '../read-results.ts';
import { daySpan, instants } from './read-service-levels.ts';

/** In the order of time. @throws InputError for days that are none or too far apart, a malformed cursor or size */
export async function readStandIn(
  database: Database,
  stationCode: string,
  from: string,
  to: string,
  { first, after }: PageRequest,
): Promise<Connection<StandInPeriod>> {
  const size = pageSize(first);
  const [afterFrom] = (readListCursor(after, 1) ?? []).map(Number);
  const found = await standInPeriods(database, stationCode, instants(daySpan(from, to)), { afterFrom, size: size + 1 });
  return toConnection(found, size, { cursor: (period) => listCursor(period.from), node: (period) => period });
}
