/** Reads lists about stations and Stand-In, and what operators want to know besides. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory, Station } from '@nodo-aperto/kernel/directory';
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import { IdempotencyEntryRow, StandInChangeRow, StandInRefusalRow, StationHealthRow, StationProbeRow } from '../persistence/tables.ts';
import type { Page } from './read-payments.ts';
import type { DecisionOptions } from './stations/decide-stand-in.ts';

/** The station, when the caller may see how it stands: its broker, the creditors that it serves, operators. */
export async function visibleStation(directory: Directory, principal: Principal | undefined, code: string): Promise<Station | undefined> {
  const station = await directory.station(code);
  if (!station || !principal) return undefined;
  const { role, tenant } = principal;
  if (role === 'OPERATOR') return station;
  if ((role !== 'EC' && role !== 'PARTNER') || tenant === undefined) return undefined;
  if (station.broker === tenant) return station;
  const serves = role === 'EC' && (await directory.routes(tenant)).some((route) => route.station === code);
  return serves ? station : undefined;
}

/** Codes of the stations in Stand-In by policy or by hand that the caller may see, in order. */
export async function standInStations(options: DecisionOptions, principal: Principal, page: Page): Promise<Connection<string>> {
  const size = pageSize(page.first);
  const after = readListCursor(page.after, 1);
  const rows = await options.database.read((manager) =>
    manager.find(
      StationHealthRow,
      { standIn: true, ...(after && { stationCode: { $gt: String(after[0]) } }) },
      { orderBy: { stationCode: 'asc' } },
    ),
  );
  const visible: string[] = [];
  for (const { stationCode } of rows) {
    if (visible.length > size) break;
    if (await visibleStation(options.directory, principal, stationCode)) visible.push(stationCode);
  }
  return toConnection(visible, size, { cursor: (code) => listCursor(code), node: (code) => code });
}

/** The newest probes of a station, newest first. */
export function listProbes(database: Database, stationCode: string, first: number): Promise<StationProbeRow[]> {
  return database.read((manager) => manager.find(StationProbeRow, { stationCode }, { orderBy: { id: 'desc' }, limit: pageSize(first) }));
}

/** When a station entered and left, newest first. */
export function listChanges(database: Database, stationCode: string, first: number): Promise<StandInChangeRow[]> {
  return database.read((manager) => manager.find(StandInChangeRow, { stationCode }, { orderBy: { id: 'desc' }, limit: pageSize(first) }));
}

export interface RefusalFilter {
  readonly creditorFiscalCode?: string | undefined;
  readonly noticeNumber?: string | undefined;
  readonly stationCode?: string | undefined;
}

/** Why ACA did not answer in a creditor's place, newest first. For operators. */
export async function listRefusals(database: Database, filter: RefusalFilter, page: Page): Promise<Connection<StandInRefusalRow>> {
  const size = pageSize(page.first);
  const after = readListCursor(page.after, 1);
  const { creditorFiscalCode, noticeNumber, stationCode } = filter;
  const where = {
    ...(creditorFiscalCode !== undefined && { creditorFiscalCode }),
    ...(noticeNumber !== undefined && { noticeNumber }),
    ...(stationCode !== undefined && { stationCode }),
    ...(after && { id: { $lt: Number(after[0]) } }),
  };
  const rows = await database.read((manager) => manager.find(StandInRefusalRow, where, { orderBy: { id: 'desc' }, limit: size + 1 }));
  return toConnection(rows, size, { cursor: (row) => listCursor(row.id), node: (row) => row });
}

export interface EntryFilter {
  readonly pspCode?: string | undefined;
  readonly key?: string | undefined;
  readonly paymentToken?: string | undefined;
}

/** What is remembered under idempotency keys, newest first. For operators. */
export async function listEntries(database: Database, filter: EntryFilter, page: Page): Promise<Connection<IdempotencyEntryRow>> {
  const size = pageSize(page.first);
  const after = readListCursor(page.after, 4);
  const { pspCode, key, paymentToken } = filter;
  const where: object[] = [
    { ...(pspCode !== undefined && { pspCode }), ...(key !== undefined && { key }), ...(paymentToken !== undefined && { paymentToken }) },
  ];
  if (after) {
    const [at, psp, primitive, entryKey] = [asDate(Number(after[0])), String(after[1]), String(after[2]), String(after[3])];
    where.push({
      $or: [
        { createdAt: { $lt: at } },
        { createdAt: at, pspCode: { $gt: psp } },
        { createdAt: at, pspCode: psp, primitive: { $gt: primitive } },
        { createdAt: at, pspCode: psp, primitive, key: { $gt: entryKey } },
      ],
    });
  }
  const rows = await database.read((manager) =>
    manager.find(
      IdempotencyEntryRow,
      { $and: where.filter((part) => Object.keys(part).length > 0) },
      {
        orderBy: [{ createdAt: 'desc' }, { pspCode: 'asc' }, { primitive: 'asc' }, { key: 'asc' }],
        limit: size + 1,
      },
    ),
  );
  return toConnection(rows, size, {
    cursor: (row) => listCursor(fromDate(row.createdAt), row.pspCode, row.primitive, row.key),
    node: (row) => row,
  });
}
