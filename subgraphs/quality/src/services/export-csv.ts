/** Results as CSV, with the columns of the official output record. Source: domain facts, Reporting section 2.1 (output record). */
import type { Database } from '@nodo-aperto/kernel/database';
import { fromDate, toIso } from '@nodo-aperto/kernel/time';
import { stringify } from 'csv-stringify/sync';
import { daysOf, type Month } from '../domain/month.ts';
import { decimalOf } from '../domain/percentage.ts';
import type { KpiProfile } from '../domain/profile.ts';
import { KpiResultRow } from '../persistence/tables.ts';

const MOST_LINES = 10_000;
const COLUMNS = [
  'kpi_id',
  'kpi_threshold',
  'start',
  'end',
  'psp_id',
  'PERC_KPI',
  'kpi_outcome',
  'total_kpi_sample',
  'total_kpi_fault',
  'judged_outcome',
  'contract',
  'profile',
  'provisional',
  'evaluated_at',
  'evidence_digest',
] as const;

export async function exportCsv(
  database: Database,
  { pspCode, month, profile }: { pspCode: string | undefined; month: Month; profile: KpiProfile },
): Promise<string> {
  const rows = await database.read((manager) =>
    manager.find(
      KpiResultRow,
      { month, profile, ...(pspCode !== undefined && { pspCode }) },
      { orderBy: { pspCode: 'asc', kpi: 'asc' }, limit: MOST_LINES },
    ),
  );
  const { first, last } = daysOf(month);
  // Codes are of letters and digits: no spreadsheet takes one for a formula.
  const records = rows.map((row) => [
    row.kpi,
    decimalOf(row.threshold),
    first,
    last,
    row.pspCode,
    decimalOf(row.percentage),
    row.outcome,
    row.sample,
    row.faults,
    row.judgedOutcome,
    row.contract ?? '',
    row.profile,
    String(row.provisional),
    toIso(fromDate(row.evaluatedAt)),
    row.evidenceDigest,
  ]);
  return stringify([[...COLUMNS], ...records], { escape_formulas: true });
}
