/** Planned maintenance of stations: announced by their owners, or entered by operators. Source: domain facts, Onboarding section 5.6. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import type { Maintenance } from '@nodo-aperto/kernel/directory';
import { ConflictError, InputError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { toIso } from '@nodo-aperto/kernel/time';
import { rulesOf } from '../domain/kinds.ts';
import { overlap, type Window, windowIssues } from '../domain/maintenance-window.ts';
import { windowOf } from '../domain/objects/maintenance.ts';
import { ownsStation } from '../domain/visibility.ts';
import type { DirectoryStore, DirectoryWriter } from '../persistence/directory-store.ts';
import { findObjects, type Stored } from '../persistence/mappings.ts';
import { RouteRow } from '../persistence/tables.ts';
import { apply } from './objects.ts';

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
   * @throws NotFoundError, ConflictError when it has begun
   */
  cancel(principal: Principal, code: string): Promise<Stored<'maintenance'>>;
  /** Windows of a station that end after an instant, in the order of their start. */
  list(station: string, options: { endingAfter: number; after?: number; limit: number }): Promise<Stored<'maintenance'>[]>;
}

export function maintenanceService({ database, store }: { database: Database; store: DirectoryStore }): MaintenanceService {
  return {
    schedule: (principal, request) =>
      store.write(principal, async (writer) => {
        await ownStation(writer, principal, request.station);
        const issues = windowIssues(request, { now: writer.nowMs, operator: principal.role === 'OPERATOR' });
        if (issues.length > 0)
          throw new InputError(issues.map(({ field, expected }) => ({ path: `input.${field}`, message: 'is not possible', expected })));
        await refuseOverlap(writer, request);
        const { station, start, end, standIn } = request;
        const object: Maintenance = { station, start: toIso(start), end: toIso(end), standIn };
        const code = rulesOf('maintenance').code(object);
        const { revision } = await apply(writer, { kind: 'maintenance', code, object, created: true }, undefined);
        return { code, object, revision };
      }),
    cancel: (principal, code) =>
      store.write(principal, async (writer) => {
        const [stored] = await writer.load('maintenance', [code]);
        if (!stored) throw notFound();
        await ownStation(writer, principal, stored.object.station, notFound);
        if (principal.role !== 'OPERATOR' && windowOf(stored.object).start <= writer.nowMs) {
          throw new ConflictError(`The maintenance has begun at ${stored.object.start}: it can no longer be cancelled.`);
        }
        await writer.remove('maintenance', stored);
        return stored;
      }),
    list: (station, { endingAfter, after, limit }) =>
      database.read(async (manager) => {
        const codes = await manager.execute<{ code: string }[]>(
          `select code from maintenance where station = ? and end_at > to_timestamp(? / 1000.0) and (?::float8 is null or start_at > to_timestamp(? / 1000.0))
            order by start_at limit ?`,
          [station, endingAfter, after ?? null, after ?? null, limit],
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
