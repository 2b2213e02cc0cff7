/** How the objects of each kind are rows: the only place that knows both. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type DirectoryData, type DirectoryKind, SETTINGS_CODE } from '@nodo-aperto/kernel/directory';
import { asDate, fromDate, parseInstant, toIso } from '@nodo-aperto/kernel/time';
import {
  ApiKeyRow,
  ChannelPspRow,
  ChannelRow,
  CreditorBrokerRow,
  CreditorIbanRow,
  CreditorInstitutionRow,
  DelegationRow,
  MaintenanceRow,
  PspBrokerRow,
  PspRow,
  RouteRow,
  ServiceRow,
  SettingsRow,
  StationRow,
} from './tables.ts';

/** A row without what the ORM adds to it. */
type RowOf = Record<string, unknown> & { revision: number };

/** An object with its version. */
export interface Stored<Kind extends DirectoryKind = DirectoryKind> {
  readonly code: string;
  readonly object: DirectoryData[Kind];
  readonly revision: number;
}

interface Mapping<Kind extends DirectoryKind> {
  readonly table: new () => object;
  /** The column that holds the object's code. */
  readonly key: string;
  /** Parts of the object that are rows of their own, by the code of the object. */
  loadParts?(manager: EntityManager, codes: readonly string[]): Promise<ReadonlyMap<string, unknown[]>>;
  saveParts?(manager: EntityManager, stored: readonly Stored<Kind>[]): Promise<void>;
  toRow(object: DirectoryData[Kind], code: string): Record<string, unknown>;
  toObject(row: RowOf, parts: unknown[]): DirectoryData[Kind];
}

/** Most mappings are the identity: the columns are the fields, absent fields are nulls. */
function plain<Kind extends DirectoryKind>(
  table: new () => object,
  key: string,
  fields: readonly (keyof DirectoryData[Kind] & string)[],
): Mapping<Kind> {
  return {
    table,
    key,
    toRow: (object) => Object.fromEntries(fields.map((field) => [field, object[field] ?? null])),
    toObject: (row) => picked(row, fields) as DirectoryData[Kind],
  };
}

/** The fields of a row that are not null. */
function picked(row: RowOf, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter((field) => row[field] !== null && row[field] !== undefined).map((field) => [field, row[field]]));
}

const PRINT_FIELDS = ['cbill', 'postalAccount', 'postalHolder', 'postalAuthorization'] as const;

const creditorInstitution: Mapping<'creditorInstitution'> = {
  table: CreditorInstitutionRow,
  key: 'fiscalCode',
  async loadParts(manager, codes) {
    const rows = await manager.find(
      CreditorIbanRow,
      { creditorInstitution: { $in: [...codes] } },
      { orderBy: { creditorInstitution: 'asc', place: 'asc' } },
    );
    return grouped(rows, (row) => row.creditorInstitution);
  },
  async saveParts(manager, stored) {
    await manager.nativeDelete(CreditorIbanRow, { creditorInstitution: { $in: stored.map(({ code }) => code) } });
    const rows = stored.flatMap(({ code, object }) =>
      object.ibans.map(({ changedAt, labels, description, validFrom, validUntil, ...rest }, place) => ({
        ...rest,
        creditorInstitution: code,
        place,
        labels: labels ?? null,
        description: description ?? null,
        validFrom: validFrom ?? null,
        validUntil: validUntil ?? null,
        changedAt: dateOf(changedAt),
      })),
    );
    if (rows.length > 0) await manager.insertMany(CreditorIbanRow, rows);
  },
  toRow: ({ fiscalCode, name, enabled, publicAdministration, print }) => ({
    fiscalCode,
    name,
    enabled,
    publicAdministration: publicAdministration ?? null,
    ...Object.fromEntries(PRINT_FIELDS.map((field) => [field, print?.[field] ?? null])),
  }),
  toObject(row, parts) {
    const ibans = (parts as CreditorIbanRow[]).map(({ iban, postal, labels, changedAt, description, validFrom, validUntil }) => ({
      iban,
      postal,
      ...(labels && { labels }),
      ...(description && { description }),
      ...(validFrom && { validFrom }),
      ...(validUntil && { validUntil }),
      changedAt: toIso(fromDate(changedAt)),
    }));
    const print = picked(row, PRINT_FIELDS);
    const { fiscalCode, name, enabled } = row as unknown as CreditorInstitutionRow;
    const kind = picked(row, ['publicAdministration']);
    return { fiscalCode, name, enabled, ...kind, ibans, ...(Object.keys(print).length > 0 && { print }) };
  },
};

const channelFields = ['code', 'broker', 'password', 'enabled', 'paymentModel', 'standInFlag'] as const;

const channel: Mapping<'channel'> = {
  ...plain<'channel'>(ChannelRow, 'code', channelFields),
  async loadParts(manager, codes) {
    const rows = await manager.find(ChannelPspRow, { channel: { $in: [...codes] } }, { orderBy: { channel: 'asc', psp: 'asc' } });
    return grouped(rows, (row) => row.channel);
  },
  async saveParts(manager, stored) {
    await manager.nativeDelete(ChannelPspRow, { channel: { $in: stored.map(({ code }) => code) } });
    await manager.insertMany(
      ChannelPspRow,
      stored.flatMap(({ code, object }) => object.psps.map((psp) => ({ channel: code, psp }))),
    );
  },
  toObject: (row, parts) => ({
    ...(picked(row, channelFields) as unknown as DirectoryData['channel']),
    psps: (parts as ChannelPspRow[]).map(({ psp }) => psp),
  }),
};

const maintenance: Mapping<'maintenance'> = {
  table: MaintenanceRow,
  key: 'code',
  toRow: ({ station, start, end, standIn }, code) => ({ code, station, startAt: dateOf(start), endAt: dateOf(end), standIn }),
  toObject(row) {
    const { station, startAt, endAt, standIn } = row as unknown as MaintenanceRow;
    return { station, start: toIso(fromDate(startAt)), end: toIso(fromDate(endAt)), standIn };
  },
};

const routeFields = [
  'creditorInstitution',
  'station',
  'auxDigit',
  'segregationCode',
  'applicationCode',
  'broadcast',
  'aca',
  'standIn',
] as const;
const plainRoute = plain<'route'>(RouteRow, 'code', routeFields);

const plainDelegation = plain<'delegation'>(DelegationRow, 'code', ['creditorInstitution', 'partner', 'functions']);

const settingsFields = [
  'tokenDurationMs',
  'idempotencyKeyMinutes',
  'useIdempotency',
  'receiptRetryMax',
  'receiptRetryMinutes',
  'standInProfile',
  'perRequestFallback',
  'creditorTimeoutMs',
  'receiptTimeoutMs',
  'standInBreaker',
  'standInPagopa',
  'exposureLimits',
  'maintenanceHoursPerYear',
] as const;
const plainSettings = plain<'settings'>(SettingsRow, 'code', settingsFields);

const brokerFields = ['code', 'name', 'enabled', 'extendedFaultBean'] as const;

const MAPPINGS: { readonly [Kind in DirectoryKind]: Mapping<Kind> } = {
  creditorBroker: plain(CreditorBrokerRow, 'code', brokerFields),
  creditorInstitution,
  station: plain(StationRow, 'code', [
    'code',
    'broker',
    'enabled',
    'primitiveVersion',
    'endpoint',
    'password',
    'standInFlag',
    'paymentOptions',
    'restEndpoint',
    'asynchronous',
    'standInPolicy',
  ]),
  route: { ...plainRoute, toRow: (object, code) => ({ ...plainRoute.toRow(object, code), code }) },
  pspBroker: plain(PspBrokerRow, 'code', brokerFields),
  psp: plain(PspRow, 'code', ['code', 'name', 'fiscalCode', 'enabled', 'contract', 'vatNumber']),
  channel,
  apiKey: plain(ApiKeyRow, 'hash', ['hash', 'party', 'products']),
  maintenance,
  service: plain(ServiceRow, 'code', ['code', 'service', 'name', 'creditorInstitution', 'station', 'enabled']),
  delegation: { ...plainDelegation, toRow: (object, code) => ({ ...plainDelegation.toRow(object, code), code }) },
  settings: { ...plainSettings, toRow: (object) => ({ ...plainSettings.toRow(object, SETTINGS_CODE), code: SETTINGS_CODE }) },
};

/** The largest number of codes that one look-up asks for. */
const BATCH = 5_000;

/** The objects of the codes, those that exist. */
export async function loadObjects<Kind extends DirectoryKind>(
  manager: EntityManager,
  kind: Kind,
  codes: readonly string[],
): Promise<Stored<Kind>[]> {
  const found: Stored<Kind>[] = [];
  for (let from = 0; from < codes.length; from += BATCH) {
    found.push(...(await findObjects(manager, kind, { [MAPPINGS[kind].key]: { $in: codes.slice(from, from + BATCH) } })));
  }
  return found;
}

/** What a list asks for: conditions on the row, and how many in the order of their codes. */
export interface FindOptions {
  readonly limit?: number;
}

/** The objects that meet conditions on their row, in the order of their codes. */
export async function findObjects<Kind extends DirectoryKind>(
  manager: EntityManager,
  kind: Kind,
  where: object,
  options: FindOptions = {},
): Promise<Stored<Kind>[]> {
  const mapping: Mapping<Kind> = MAPPINGS[kind];
  const rows = (await manager.find(mapping.table, where as never, {
    ...options,
    orderBy: { [mapping.key]: 'asc' } as never,
  })) as unknown as RowOf[];
  const codeOf = (row: RowOf): string => row[mapping.key] as string;
  const parts = mapping.loadParts && rows.length > 0 ? await mapping.loadParts(manager, rows.map(codeOf)) : undefined;
  return rows.map((row) => ({ code: codeOf(row), object: mapping.toObject(row, parts?.get(codeOf(row)) ?? []), revision: row.revision }));
}

/** Writes objects of one kind, new ones and old ones. */
export async function saveObjects<Kind extends DirectoryKind>(
  manager: EntityManager,
  kind: Kind,
  stored: readonly Stored<Kind>[],
): Promise<void> {
  const mapping: Mapping<Kind> = MAPPINGS[kind];
  if (stored.length === 0) return;
  const rows = stored.map(({ code, object, revision }) => ({ ...mapping.toRow(object, code), revision }));
  await manager.upsertMany(mapping.table, rows as never[], { onConflictFields: [mapping.key] as never, disableIdentityMap: true });
  await mapping.saveParts?.(manager, stored);
}

/** Deletes the row of an object of a kind without parts (route, key, maintenance). */
export async function deleteObject(manager: EntityManager, kind: DirectoryKind, code: string): Promise<void> {
  const { table, key } = MAPPINGS[kind];
  await manager.nativeDelete(table, { [key]: code } as never);
}

/** The column of a kind's table that holds the code. */
export function keyColumn(kind: DirectoryKind): string {
  return MAPPINGS[kind].key;
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

function dateOf(instant: string | undefined): Date {
  return asDate(parseInstant(instant ?? '') ?? Number.NaN);
}
