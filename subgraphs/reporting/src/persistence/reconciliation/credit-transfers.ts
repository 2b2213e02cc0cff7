/** Credits of creditors' statements, and the imports that they came with. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate, type LocalDate } from '@nodo-aperto/kernel/time';
import { pspNamedBy } from '../../domain/reconciliation/causale.ts';
import type { CreditLine } from '../../domain/reconciliation/statement-line.ts';

export const STATEMENT_FORMATS = ['CSV', 'CAMT_053'] as const;
export type StatementFormat = (typeof STATEMENT_FORMATS)[number];

/** Begins an import. @returns its id */
export async function insertImport(
  transaction: Transaction,
  of: { creditorFiscalCode: string; format: StatementFormat; fromDay?: LocalDate; toDay?: LocalDate; leftOut: number; by: string },
  now: number,
): Promise<number> {
  const [row] = await transaction.query<{ id: number }>(
    `insert into statement_import (creditor_fiscal_code, format, from_day, to_day, added, unchanged, left_out, refused, imported_by, imported_at)
      values ($1, $2, $3, $4, 0, 0, $5, 0, $6, $7) returning id`,
    [of.creditorFiscalCode, of.format, of.fromDay ?? null, of.toDay ?? null, of.leftOut, of.by, asDate(now)],
  );
  return row?.id ?? 0;
}

export async function countImport(
  transaction: Transaction,
  id: number,
  { added, unchanged, refused }: { added: number; unchanged: number; refused: number },
): Promise<void> {
  await transaction.query('update statement_import set added = $2, unchanged = $3, refused = $4 where id = $1', [
    id,
    added,
    unchanged,
    refused,
  ]);
}

export type Kept = 'ADDED' | 'UNCHANGED' | 'CONFLICT';

/**
 * Keeps credits that are not there yet.
 * @param lines no two of the same account and reference
 * @returns for each whether it was added, was there, or is there with another day, amount or causale
 */
export async function keepCredits(
  transaction: Transaction,
  importId: number,
  creditorFiscalCode: string,
  lines: readonly CreditLine[],
): Promise<Kept[]> {
  const rows = lines.map(({ causale, ...line }, place) => ({
    place,
    iban: line.iban,
    reference: line.reference,
    value_date: line.valueDate,
    amount: line.amount,
    causale: line.text,
    payer: line.payer ?? null,
    kind: causale.kind,
    flow_name: causale.kind === 'FLOW' ? causale.flowName : null,
    flow_number: causale.kind === 'FLOW' ? causale.number : null,
    iuv: causale.kind === 'SINGLE' ? causale.iuv : null,
    psp_code: causale.kind === 'FLOW' ? pspNamedBy(causale.flowName) : null,
  }));
  const kept = await transaction.query<{ place: number; kept: Kept }>(
    `with sent as (
      select * from jsonb_to_recordset($3::jsonb) as sent (place integer, iban text, reference text, value_date date, amount bigint, causale text,
        payer text, kind text, flow_name text, flow_number smallint, iuv text, psp_code text)
    ), added as (
      insert into credit_transfer (creditor_fiscal_code, iban, reference, value_date, amount, causale, payer, kind, flow_name, flow_number, iuv,
          psp_code, import_id)
        select $2, iban, reference, value_date, amount, causale, payer, kind, flow_name, flow_number, iuv, psp_code, $1::bigint from sent
          order by iban, reference
        on conflict (creditor_fiscal_code, iban, reference) do nothing returning iban, reference
    )
    select sent.place, case when added.reference is not null then 'ADDED'
        when (there.value_date, there.amount, there.causale) = (sent.value_date, sent.amount, sent.causale) then 'UNCHANGED'
        else 'CONFLICT' end as kept
      from sent left join added using (iban, reference)
      left join credit_transfer as there on there.creditor_fiscal_code = $2 and there.iban = sent.iban and there.reference = sent.reference`,
    [importId, creditorFiscalCode, JSON.stringify(rows)],
  );
  const byPlace = new Map(kept.map((row) => [row.place, row.kept]));
  return lines.map((_line, place) => byPlace.get(place) ?? 'CONFLICT');
}

/** One of two imports of a creditor at a time: the second sees what the first has added. */
export async function lockImports(transaction: Transaction, creditorFiscalCode: string): Promise<void> {
  await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`reporting statement ${creditorFiscalCode}`]);
}

/** A credit as it is shown. */
export interface CreditRow {
  id: number;
  creditorFiscalCode: string;
  iban: string;
  reference: string;
  valueDate: LocalDate;
  amount: number;
  causale: string;
  payer?: string;
  flowName?: string;
  flowNumber?: number;
  importedAt: number;
}

export async function creditsById(database: Database, ids: readonly number[]): Promise<CreditRow[]> {
  const rows = await database.query<{
    id: number;
    creditor_fiscal_code: string;
    iban: string;
    reference: string;
    value_date: string;
    amount: number;
    causale: string;
    payer: string | null;
    flow_name: string | null;
    flow_number: number | null;
    imported_at: Date;
  }>(
    `select credit.*, done.imported_at from credit_transfer as credit join statement_import as done on done.id = credit.import_id
      where credit.id = any($1::bigint[])`,
    [ids],
  );
  return rows.map((row) => ({
    id: row.id,
    creditorFiscalCode: row.creditor_fiscal_code,
    iban: row.iban,
    reference: row.reference,
    valueDate: row.value_date,
    amount: row.amount,
    causale: row.causale,
    ...(row.payer !== null && { payer: row.payer }),
    ...(row.flow_name !== null && { flowName: row.flow_name }),
    ...(row.flow_number !== null && { flowNumber: row.flow_number }),
    importedAt: fromDate(row.imported_at),
  }));
}
