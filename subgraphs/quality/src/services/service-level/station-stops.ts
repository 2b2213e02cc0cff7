/** How much of its yearly quotas of stops a station has used, and how long it was in Stand-In. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Clock, parseInstant, startOfLocalDay } from '@nodo-aperto/kernel/time';
import { clip, type Interval, length } from '../../domain/service-level/intervals.ts';
import { type AnnouncedStop, isPlanned, type StopQuota, stopQuota } from '../../domain/service-level/stops.ts';
import { recordedShutdowns } from '../../persistence/partner-records.ts';
import { outagesOf } from '../../persistence/service-level/outages.ts';
import { standInPeriods } from '../../persistence/service-level/stand-in-periods.ts';
import { closed } from './read-service-levels.ts';

export interface StationStops extends StopQuota {
  stationCode: string;
  year: number;
  standInMs: number;
  announced: (AnnouncedStop & { planned: boolean })[];
}

export interface StopParts {
  database: Database;
  directory: Pick<Directory, 'children' | 'station'>;
  clock: Clock;
}

const MOST = 10_000;
const [FIRST_YEAR, LAST_YEAR] = [2000, 2100];

/** @throws InputError for a year that is none */
export async function stationStops({ database, directory, clock }: StopParts, stationCode: string, year: number): Promise<StationStops> {
  if (year < FIRST_YEAR || year > LAST_YEAR) throw InputError.at('year', `is ${year}`, `a year from ${FIRST_YEAR} to ${LAST_YEAR}`);
  const span = { from: startOfLocalDay(`${year}-01-01`), until: startOfLocalDay(`${year + 1}-01-01`) };
  const passed = { from: span.from, until: Math.max(span.from, Math.min(span.until, clock.now())) };
  const broker = (await directory.station(stationCode))?.broker;
  const recorded = broker === undefined ? [] : await recordedShutdowns(database, broker, span);
  const outages = await outagesOf(database, { kind: 'STATION', code: stationCode }, passed, { size: MOST });
  const down: Interval[] = [...closed(outages, passed.until), ...recorded.filter(({ station }) => station === stationCode)];
  const announced = await announcedStops(directory, stationCode, span);
  const standIn = closed(await standInPeriods(database, stationCode, passed, { size: MOST }), passed.until);
  return {
    stationCode,
    year,
    ...stopQuota(announced, down, span),
    standInMs: length(clip(standIn, passed)),
    announced: announced.map((stop) => ({ ...stop, planned: isPlanned(stop) })),
  };
}

/** The maintenances of a station that touch a span, in the order of time. */
async function announcedStops(directory: Pick<Directory, 'children'>, stationCode: string, span: Interval): Promise<AnnouncedStop[]> {
  const stops = (await directory.children('maintenance', stationCode)).map(({ data, validFrom }) => ({
    from: parseInstant(data.start) ?? 0,
    until: parseInstant(data.end) ?? 0,
    announcedAt: validFrom,
  }));
  return stops.filter(({ from, until }) => until > span.from && from < span.until).toSorted((left, right) => left.from - right.from);
}
