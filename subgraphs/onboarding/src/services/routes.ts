/**
 * Routes as creditors and their partners make them: a station of theirs takes notices of a creditor. A partner associates its stations only to
 * creditors that delegated it. Source: domain facts, Onboarding section 5.6.
 */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import type { Route } from '@nodo-aperto/kernel/directory';
import { LimitError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { toIso } from '@nodo-aperto/kernel/time';
import { firstFreeDigits } from '../domain/configuration/free-code.ts';
import type { RuleOptions } from '../domain/kinds.ts';
import type { DirectoryStore, DirectoryWriter } from '../persistence/directory-store.ts';
import { findObjects, type Stored } from '../persistence/mappings.ts';
import { type ChangedObject, checkRevision, existing, readInput, registerIn } from './objects.ts';
import type { PermissionService } from './permissions.ts';

/** A route to be; a code that its aux digit needs and that is absent is the first free one. */
export type RouteRequest = Pick<Route, 'creditorInstitution' | 'station' | 'auxDigit'> & { [Field in keyof Route]?: Route[Field] | null };

export interface RouteService {
  /** Associates a station to a creditor, or changes the route. @throws InputError, ForbiddenError, NotFoundError; ConflictError with both versions */
  associate(principal: Principal, request: RouteRequest, revision: number | null): Promise<ChangedObject>;
  /** @throws ForbiddenError, NotFoundError; ConflictError with both versions */
  dissociate(principal: Principal, code: string, revision: number): Promise<ChangedObject>;
  /** The routes that a creditor had at an instant (epoch milliseconds), by code. */
  at(creditor: string, instant: number, page: { after?: string; limit: number }): Promise<Stored<'route'>[]>;
}

const FIELD = { 0: 'applicationCode', 3: 'segregationCode' } as const;

export function routeService(parts: {
  database: Database;
  store: DirectoryStore;
  rules: RuleOptions;
  permissions: PermissionService;
}): RouteService {
  const { database, store, rules, permissions } = parts;
  const actFor = (principal: Principal, creditor: string): Promise<unknown> =>
    permissions.actingFor(principal, 'STATIONS', { role: 'EC', code: creditor });
  return {
    async associate(principal, request, revision) {
      await actFor(principal, request.creditorInstitution);
      return store.write(principal, async (writer) => {
        await assertOwnStation(writer, principal, request.station);
        const entry = readInput('route', await withFreeDigits(writer, request), rules);
        return registerIn(writer, 'route', entry, revision);
      });
    },
    async dissociate(principal, code, revision) {
      await actFor(principal, code.split('/')[0] ?? '');
      return store.write(principal, async (writer) => {
        const stored = await existing(writer, 'route', code);
        await assertOwnStation(writer, principal, stored.object.station);
        await checkRevision(writer, { kind: 'route', code }, stored, revision);
        await writer.remove('route', stored);
        return { ...stored, revision: stored.revision + 1, kind: 'route', change: 'REMOVED' };
      });
    },
    at: (creditor, instant, { after, limit }) =>
      database.query<Stored<'route'>>(
        `select code, revision, object from object_revision where kind = 'route' and object ->> 'creditorInstitution' = $1
          and valid_from <= $2::timestamptz and (valid_to is null or valid_to > $2::timestamptz) and not removed
          and ($3::text is null or code > $3) order by code limit $4`,
        [creditor, toIso(instant), after ?? null, limit],
      ),
  };
}

async function assertOwnStation(writer: DirectoryWriter, principal: Principal, code: string): Promise<void> {
  const [station] = await writer.load('station', [code]);
  const own = station && (principal.role === 'OPERATOR' || station.object.broker === principal.tenant);
  if (!own) throw new NotFoundError('There is no such station of yours.');
}

/** Nobody else gives the same digits away meanwhile: there is one writer of the directory. */
async function withFreeDigits(writer: DirectoryWriter, request: RouteRequest): Promise<RouteRequest> {
  const field = FIELD[request.auxDigit as keyof typeof FIELD];
  if (field === undefined || request.segregationCode || request.applicationCode) return request;
  const { creditorInstitution, auxDigit } = request;
  const routes = await findObjects(writer.manager, 'route', { creditorInstitution, auxDigit });
  const digits = firstFreeDigits(routes.map(({ object }) => object[field] ?? ''));
  if (digits === undefined) throw new LimitError(`The creditor has a route for every ${field} already.`);
  return { ...request, [field]: digits };
}
