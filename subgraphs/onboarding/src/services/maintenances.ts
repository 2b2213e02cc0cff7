/** Planned maintenance of stations: announced by their owners, or entered by operators. Source: domain facts, Onboarding section 5.6. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import type { Maintenance } from '@nodo-aperto/kernel/directory';
import { ConflictError, InputError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { asDate, type Clock, fromDate, localParts, toIso } from '@nodo-aperto/kernel/time';
import { rulesOf } from '../domain/kinds.ts';
import {
  DEFAULT_HOURS_PER_YEAR,
  earlyEnd,
  goesBeyondQuota,
  type MaintenanceState,
  type MaintenanceSummary,
  maintenanceSummary,
  yearsOf,
  yearWindow,
} from '../domain/maintenance-quota.ts';
import { overlap, type Window, windowIssues } from '../domain/maintenance-window.ts';
import { windowOf } from '../domain/objects/maintenance.ts';
import type { Institution } from '../domain/permissions/institution.ts';
import { ownsStation } from '../domain/visibility.ts';
import type { DirectoryStore, DirectoryWriter } from '../persistence/directory-store.ts';
import { findObjects, type Stored } from '../persistence/mappings.ts';
import { RouteRow } from '../persistence/tables.ts';
import type { Queryable } from '../persistence/user-store.ts';
import { apply, checkRevision } from './objects.ts';
import type { PermissionService } from './permissions.ts';

export interface MaintenanceRequest extends Window {
  readonly station: string;
  readonly standIn: boolean;
}

export interface MaintenanceService {
  /**
   * Enters a window for a station of the caller's own (operators: any, and without the notice period).
   * @throws InputError, NotFoundError for a station that is not the caller's, ConflictError when windows overlap
   */
  schedule(principal: Principal, request: MaintenanceRequest): Promise<Stored<'maintenance'>>;
  /**
   * Takes a window back before it begins (operators: at any time).
   * @param revision that the caller has seen; absent: whatever it is
   * @throws NotFoundError; ConflictError when it has begun, or for another revision
   */
  cancel(principal: Principal, code: string, revision?: number | null): Promise<Stored<'maintenance'>>;
  /**
   * Ends a window that lasts, at the next quarter hour.
   * @throws NotFoundError; ConflictError when it does not last, or for another revision
   */
  finish(principal: Principal, code: string, revision: number): Promise<Stored<'maintenance'>>;
  /** Windows of a station, in the order of their start: those that end after an instant, or those in one state. */
  list(
    station: string,
    options: { endingAfter: number; state?: MaintenanceState | null; after?: number; limit: number },
  ): Promise<Stored<'maintenance'>[]>;
  /** The hours of a broker in a year (Italian time; the present one when absent). @throws ForbiddenError, InputError */
  summary(principal: Principal, options: { institution?: Institution | null; year?: number | null }): Promise<MaintenanceSummary>;
}

export function maintenanceService(parts: {
  database: Database;
  store: DirectoryStore;
  clock: Clock;
  permissions: PermissionService;
}): MaintenanceService {
  const { database, store, clock, permissions } = parts;
  return {
    schedule: (principal, request) =>
      store.write(principal, async (writer) => {
        await ownStation(writer, principal, request.station);
        const issues = windowIssues(request, { now: writer.nowMs, operator: principal.role === 'OPERATOR' });
        if (issues.length > 0)
          throw new InputError(issues.map(({ field, expected }) => ({ path: `input.${field}`, message: 'is not possible', expected })));
        await refuseOverlap(writer, request);
        const { station, start, end } = request;
        const standIn = request.standIn || (await isBeyondQuota(writer, request));
        const object: Maintenance = { station, start: toIso(start), end: toIso(end), standIn };
        const code = rulesOf('maintenance').code(object);
        const { revision } = await apply(writer, { kind: 'maintenance', code, object, created: true }, undefined);
        return { code, object, revision };
      }),
    cancel: (principal, code, revision) =>
      store.write(principal, async (writer) => {
        const [stored] = await writer.load('maintenance', [code]);
        if (!stored) throw notFound();
        await ownStation(writer, principal, stored.object.station, notFound);
        if (typeof revision === 'number') await checkRevision(writer, { kind: 'maintenance', code }, stored, revision);
        if (principal.role !== 'OPERATOR' && windowOf(stored.object).start <= writer.nowMs) {
          throw new ConflictError(`The maintenance has begun at ${stored.object.start}: it can no longer be cancelled.`);
        }
        await writer.remove('maintenance', stored);
        return stored;
      }),
    finish: (principal, code, revision) =>
      store.write(principal, async (writer) => {
        const [stored] = await writer.load('maintenance', [code]);
        if (!stored) throw notFound();
        await ownStation(writer, principal, stored.object.station, notFound);
        await checkRevision(writer, { kind: 'maintenance', code }, stored, revision);
        const end = earlyEnd(windowOf(stored.object), writer.nowMs);
        if (end === undefined)
          throw new ConflictError(
            `The maintenance from ${stored.object.start} to ${stored.object.end} cannot be ended early: it does not last, or ends within this quarter hour.`,
          );
        const object = { ...stored.object, end: toIso(end) };
        const { revision: now } = await apply(writer, { kind: 'maintenance', code, object, created: false }, stored);
        return { code, object, revision: now };
      }),
    async summary(principal, { institution: given, year: wanted }) {
      const { institution } = await permissions.actingFor(principal, 'MAINTENANCE', given);
      const now = clock.now();
      const year = wanted ?? localParts(now).year;
      if (year < EARLIEST_YEAR || year > LATEST_YEAR)
        throw InputError.at('year', `is ${year}`, `a year from ${EARLIEST_YEAR} to ${LATEST_YEAR}`);
      const windows = await windowsOfBroker(database, institution.code, yearWindow(year));
      return maintenanceSummary(windows, { year, now, limit: await hoursPerYear(database) });
    },
    list: (station, { endingAfter, state, after, limit }) =>
      database.read(async (manager) => {
        const codes = await manager.execute<{ code: string }[]>(
          `select code from maintenance where station = ? and (?::float8 is null or start_at > to_timestamp(? / 1000.0))
            and case ?::text when 'FINISHED' then end_at <= to_timestamp(? / 1000.0) when 'SCHEDULED' then start_at > to_timestamp(? / 1000.0)
              when 'IN_PROGRESS' then start_at <= to_timestamp(? / 1000.0) and end_at > to_timestamp(? / 1000.0)
              else end_at > to_timestamp(? / 1000.0) end
            order by start_at limit ?`,
          [station, after ?? null, after ?? null, state ?? null, ...Array<number>(5).fill(endingAfter), limit],
        );
        const found = await findObjects(manager, 'maintenance', { code: { $in: codes.map(({ code }) => code) } });
        return found.toSorted((one, other) => windowOf(one.object).start - windowOf(other.object).start);
      }),
  };
}

const notFound = (): NotFoundError => new NotFoundError('There is no such maintenance of a station of yours.');

async function ownStation(
  writer: DirectoryWriter,
  principal: Principal,
  code: string,
  refusal: () => NotFoundError = () => new NotFoundError('There is no such station of yours.'),
): Promise<void> {
  const [station] = await writer.load('station', [code]);
  if (!station) throw refusal();
  const routed =
    principal.tenant !== undefined && (await writer.manager.count(RouteRow, { station: code, creditorInstitution: principal.tenant })) > 0;
  if (!ownsStation(principal, station.object, routed && principal.tenant !== undefined ? [principal.tenant] : [])) throw refusal();
}

async function refuseOverlap(writer: DirectoryWriter, request: MaintenanceRequest): Promise<void> {
  const others = await findObjects(writer.manager, 'maintenance', { station: request.station });
  const other = others.find(({ object }) => overlap(windowOf(object), request));
  if (other)
    throw new ConflictError(`The station has a maintenance from ${other.object.start} to ${other.object.end}, which overlaps this one.`);
}

const EARLIEST_YEAR = 2000;
const LATEST_YEAR = 2100;

/** The windows of a broker's stations that touch a span of time. */
async function windowsOfBroker(from: Queryable, broker: string, { start, end }: Window): Promise<Window[]> {
  const rows = await from.query<{ start_at: Date; end_at: Date }>(
    `select start_at, end_at from maintenance join station on station.code = maintenance.station
      where station.broker = $1 and end_at > $2 and start_at < $3`,
    [broker, asDate(start), asDate(end)],
  );
  return rows.map((row) => ({ start: fromDate(row.start_at), end: fromDate(row.end_at) }));
}

async function hoursPerYear(from: Queryable): Promise<number> {
  const [row] = await from.query<{ hours: number | null }>('select maintenance_hours_per_year as hours from settings');
  return row?.hours ?? DEFAULT_HOURS_PER_YEAR;
}

async function isBeyondQuota(writer: DirectoryWriter, request: MaintenanceRequest): Promise<boolean> {
  const [station] = await writer.load('station', [request.station]);
  const years = yearsOf(request);
  const span = { start: yearWindow(years[0] ?? 0).start, end: yearWindow(years.at(-1) ?? 0).end };
  const others = await windowsOfBroker(writer, station?.object.broker ?? '', span);
  return goesBeyondQuota(request, others, await hoursPerYear(writer));
}
