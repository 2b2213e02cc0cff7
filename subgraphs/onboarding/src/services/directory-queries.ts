/** What the graph reads of the directory. Every list is a page in a stable order; every look-up takes many keys at once. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '@nodo-aperto/kernel/database';
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import { fromDate } from '@nodo-aperto/kernel/time';
import { writeObject } from '../domain/directory-file/index.ts';
import { findObjects, keyColumn, loadObjects, type Stored } from '../persistence/mappings.ts';
import { ObjectRevisionRow } from '../persistence/tables.ts';

/** A page: the objects after a code, as many as the limit allows. */
export interface PageOptions {
  readonly after?: string;
  readonly limit: number;
}

/** A party that connects others, on either side or both. */
export interface BrokerView {
  readonly code: string;
  readonly creditorSide?: Stored<'creditorBroker'>;
  readonly pspSide?: Stored<'pspBroker'>;
}

/** One state of an object. Instants are epoch milliseconds. */
export interface RevisionView {
  readonly kind: DirectoryKind;
  readonly code: string;
  readonly revision: number;
  readonly validFrom: number;
  readonly validTo?: number;
  readonly removed: boolean;
  readonly changedBy: string;
  /** The object as a line of a directory file, without its secret. */
  readonly content: string;
}

export interface DirectoryQueries {
  load<Kind extends DirectoryKind>(kind: Kind, codes: readonly string[]): Promise<Stored<Kind>[]>;
  /** Parties whose name contains the search, or whose code begins with it. */
  parties<Kind extends 'creditorInstitution' | 'psp'>(kind: Kind, options: PageOptions & { search?: string }): Promise<Stored<Kind>[]>;
  stations(options: PageOptions & { broker?: string }): Promise<Stored<'station'>[]>;
  channels(options: PageOptions & { broker?: string | null; psp?: string | null }): Promise<Stored<'channel'>[]>;
  brokers(codes: readonly string[]): Promise<BrokerView[]>;
  brokerPage(options: PageOptions & { search?: string }): Promise<BrokerView[]>;
  routes(options: PageOptions & { creditorInstitution?: string; station?: string }): Promise<Stored<'route'>[]>;
  apiKeys(options: PageOptions & { party?: string }): Promise<Stored<'apiKey'>[]>;
  /** Which of the stations have a route of the creditor. */
  stationsRoutedFor(creditor: string, stations: readonly string[]): Promise<string[]>;
  /** Which of the creditors are routed to a station of the broker. */
  creditorsConnectedBy(broker: string, creditors: readonly string[]): Promise<string[]>;
  /** States of an object, newest first; `before` is a revision. */
  history(kind: DirectoryKind, code: string, options: { before?: number; limit: number }): Promise<RevisionView[]>;
}

export function directoryQueries(database: Database): DirectoryQueries {
  const page = <Kind extends DirectoryKind>(kind: Kind, { after, limit }: PageOptions, conditions: object): Promise<Stored<Kind>[]> =>
    database.read((manager) => findObjects(manager, kind, pageOf(kind, after, conditions), { limit }));
  return {
    load: (kind, codes) => database.read((manager) => loadObjects(manager, kind, codes)),
    parties: (kind, options) => page(kind, options, searchOf(keyColumn(kind), options.search)),
    stations: (options) => page('station', options, given({ broker: options.broker })),
    async channels({ after = '', limit, broker = null, psp = null }) {
      const rows = await database.query<{ code: string }>(
        `select code from channel where code > $1 and ($2::text is null or broker = $2)
          and ($3::text is null or exists (select 1 from channel_psp where channel_psp.channel = channel.code and channel_psp.psp = $3))
          order by code limit $4`,
        [after, broker, psp, limit],
      );
      const codes = rows.map(({ code }) => code);
      return database.read((manager) => loadObjects(manager, 'channel', codes));
    },
    brokers: (codes) => database.read((manager) => loadBrokers(manager, codes)),
    async brokerPage({ after = '', limit, search }) {
      const pattern = search === undefined ? null : escaped(search);
      const rows = await database.query<{ code: string }>(
        `select code from (select code, name from creditor_broker union all select code, name from psp_broker) as broker
          where code > $1 and ($2::text is null or name ilike '%' || $2 || '%' or code like $2 || '%')
          group by code order by code limit $3`,
        [after, pattern, limit],
      );
      return database.read((manager) =>
        loadBrokers(
          manager,
          rows.map(({ code }) => code),
        ),
      );
    },
    routes: (options) => page('route', options, given({ creditorInstitution: options.creditorInstitution, station: options.station })),
    apiKeys: (options) => page('apiKey', options, given({ party: options.party })),
    async stationsRoutedFor(creditor, stations) {
      const rows = await database.query<{ station: string }>(
        'select distinct station from route where creditor_institution = $1 and station = any($2::text[])',
        [creditor, stations],
      );
      return rows.map(({ station }) => station);
    },
    async creditorsConnectedBy(broker, creditors) {
      const rows = await database.query<{ creditor: string }>(
        `select distinct route.creditor_institution as creditor from route join station on station.code = route.station
          where station.broker = $1 and route.creditor_institution = any($2::text[]) and not exists (select 1 from delegation as revoked
            where revoked.creditor_institution = route.creditor_institution and revoked.partner = $1 and revoked.functions = '{}')`,
        [broker, creditors],
      );
      return rows.map(({ creditor }) => creditor);
    },
    history: (kind, code, { before, limit }) =>
      database.read(async (manager) => {
        const where = { kind, code, ...(before !== undefined && { revision: { $lt: before } }) };
        const rows = await manager.find(ObjectRevisionRow, where, { orderBy: { revision: 'desc' }, limit });
        return rows.map(revisionView);
      }),
  };
}

function pageOf(kind: DirectoryKind, after: string | undefined, conditions: object): object {
  return after === undefined ? conditions : { $and: [conditions, { [keyColumn(kind)]: { $gt: after } }] };
}

function given(conditions: Record<string, string | undefined>): object {
  return Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined));
}

function searchOf(key: string, search: string | undefined): object {
  if (search === undefined) return {};
  const text = escaped(search);
  return { $or: [{ name: { $ilike: `%${text}%` } }, { [key]: { $like: `${text}%` } }] };
}

/** What a search holds of a pattern's special characters is meant as it is written. */
function escaped(search: string): string {
  return search.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

async function loadBrokers(manager: EntityManager, codes: readonly string[]): Promise<BrokerView[]> {
  const creditorSides = new Map((await loadObjects(manager, 'creditorBroker', codes)).map((stored) => [stored.code, stored]));
  const pspSides = new Map((await loadObjects(manager, 'pspBroker', codes)).map((stored) => [stored.code, stored]));
  return codes
    .filter((code) => creditorSides.has(code) || pspSides.has(code))
    .map((code) => ({
      code,
      ...(creditorSides.has(code) && { creditorSide: creditorSides.get(code) }),
      ...(pspSides.has(code) && { pspSide: pspSides.get(code) }),
    }));
}

function revisionView(row: ObjectRevisionRow): RevisionView {
  const kind = row.kind as DirectoryKind;
  return {
    kind,
    code: row.code,
    revision: row.revision,
    validFrom: fromDate(row.validFrom),
    ...(row.validTo && { validTo: fromDate(row.validTo) }),
    removed: row.removed,
    changedBy: row.changedBy,
    content: writeObject(kind, row.object as never),
  };
}
