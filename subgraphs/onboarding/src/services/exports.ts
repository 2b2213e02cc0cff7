/**
 * Exports of stations, accounts and creditors, page by page, as CSV or JSON: pages put one after the other are the whole export. A broker
 * exports what its stations serve, unless the creditor delegated otherwise; a creditor what is its own, operators everything. Source: domain facts, Onboarding sections 5.4 and 5.6.
 */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { stringify } from 'csv-stringify/sync';
import type { Institution } from '../domain/permissions/institution.ts';
import type { PermissionService } from './permissions.ts';

export const EXPORT_SUBJECTS = ['STATIONS', 'IBANS', 'CREDITOR_INSTITUTIONS'] as const;
export type ExportSubject = (typeof EXPORT_SUBJECTS)[number];
export const EXPORT_FORMATS = ['CSV', 'JSON'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const LARGEST_EXPORT_PAGE = 1_000;

export interface ExportRequest {
  readonly subject: ExportSubject;
  readonly format: ExportFormat;
  /** Whose export it is, where not the caller's own. */
  readonly institution?: Institution | null;
  /** Key of the last row of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface ExportPage {
  /** CSV: lines, on the first page below a line with the names of the columns. JSON: a list of objects. */
  readonly content: string;
  readonly rows: number;
  readonly hasNextPage: boolean;
  /** Key of the last row. */
  readonly last?: string;
}

export interface ExportService {
  /** @throws ForbiddenError */
  page(principal: Principal, request: ExportRequest): Promise<ExportPage>;
}

type Cell = string | number | boolean | readonly string[] | null;
type Row = Readonly<Record<string, Cell>> & { readonly key: string };

/** What a broker or creditor ($1, null: everybody) may export, in a stable order. `key` is where a page ends. */
const SERVED = `($1::text is null or creditor.fiscal_code = $1 or exists (select 1 from route join station on station.code = route.station
  where route.creditor_institution = creditor.fiscal_code and station.broker = $1) and not exists (select 1 from delegation
  where delegation.creditor_institution = creditor.fiscal_code and delegation.partner = $1 and 'EXPORTS' <> all (delegation.functions)))`;
const QUERIES: Readonly<Record<ExportSubject, { columns: readonly string[]; sql: string }>> = {
  STATIONS: {
    columns: [
      'code',
      'broker',
      'enabled',
      'primitiveVersion',
      'endpoint',
      'restEndpoint',
      'standInFlag',
      'paymentOptions',
      'asynchronous',
      'creditorInstitutions',
      'revision',
    ],
    sql: `select code as key, code, broker, enabled, primitive_version as "primitiveVersion", endpoint, rest_endpoint as "restEndpoint",
        stand_in_flag as "standInFlag", payment_options as "paymentOptions", coalesce(asynchronous, false) as asynchronous,
        (select count(distinct creditor_institution)::int from route where route.station = station.code) as "creditorInstitutions", revision
      from station where ($1::text is null or broker = $1) and ($2::text is null or code > $2) order by code limit $3`,
  },
  CREDITOR_INSTITUTIONS: {
    columns: ['fiscalCode', 'name', 'enabled', 'stations', 'cbill', 'revision'],
    sql: `select fiscal_code as key, fiscal_code as "fiscalCode", name, enabled,
        array(select distinct station from route where creditor_institution = creditor.fiscal_code order by station) as stations, cbill, revision
      from creditor_institution as creditor where ${SERVED} and ($2::text is null or fiscal_code > $2) order by fiscal_code limit $3`,
  },
  IBANS: {
    columns: ['creditorInstitution', 'name', 'iban', 'postal', 'labels', 'description', 'validFrom', 'validUntil'],
    sql: `select creditor.fiscal_code || '/' || account.iban as key, creditor.fiscal_code as "creditorInstitution", creditor.name, account.iban,
        account.postal, coalesce(account.labels, '{}') as labels, account.description, account.valid_from::text as "validFrom",
        account.valid_until::text as "validUntil"
      from creditor_iban as account join creditor_institution as creditor on creditor.fiscal_code = account.creditor_institution
      where ${SERVED} and ($2::text is null or (creditor.fiscal_code, account.iban) > (split_part($2, '/', 1), split_part($2, '/', 2)))
      order by creditor.fiscal_code, account.iban limit $3`,
  },
};

export function exportService({ database, permissions }: { database: Database; permissions: PermissionService }): ExportService {
  return {
    async page(principal, { subject, format, institution: given, after, limit }) {
      const everything = principal.role === 'OPERATOR' && !given;
      const owner = everything ? null : (await permissions.actingFor(principal, 'EXPORTS', given)).institution.code;
      const { columns, sql } = QUERIES[subject];
      const found = await database.query<Row>(sql, [owner, after ?? null, limit + 1]);
      const rows = found.slice(0, limit);
      const last = rows.at(-1)?.key;
      return {
        content: format === 'CSV' ? csvOf(rows, columns, after === undefined) : JSON.stringify(rows.map(({ key: _key, ...row }) => row)),
        rows: rows.length,
        hasNextPage: found.length > limit,
        ...(last !== undefined && { last }),
      };
    },
  };
}

function csvOf(rows: readonly Row[], columns: readonly string[], header: boolean): string {
  return stringify(
    rows.map((row) => columns.map((column) => cellOf(row[column] ?? null))),
    // A name that begins with "=" is a text to who opens the file in a spreadsheet, no formula.
    { header, columns: [...columns], escape_formulas: true, record_delimiter: 'windows' },
  );
}

function cellOf(cell: Cell): string {
  if (cell === null) return '';
  return Array.isArray(cell) ? cell.join(' ') : String(cell);
}
