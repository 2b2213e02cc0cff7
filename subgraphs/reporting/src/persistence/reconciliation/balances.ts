/** What was booked, reported, missing and unknown: of each creditor, PSP and operative day, as the last run of the day found it. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { LocalDate } from '@nodo-aperto/kernel/time';
import type { Balance } from '../../domain/reconciliation/balance.ts';
import type { Scope } from './compared.ts';

export interface BalanceOf extends Balance {
  day: LocalDate;
  pspCode: string;
  creditorFiscalCode: string;
}
export type BalanceRow = BalanceOf & { runId: number };

const PARTS = ['booked', 'reported', 'missing', 'unknown'] as const;
const COLUMNS = PARTS.flatMap((part) => [`${part}_payments`, `${part}_amount`] as const);
type PartColumns = { [Column in (typeof COLUMNS)[number]]: number };

/** Puts the balances of a run in the place of those of earlier runs, for a day and a scope. */
export async function replaceBalances(
  transaction: Transaction,
  run: { runId: number; day: LocalDate } & Scope,
  balances: readonly BalanceOf[],
): Promise<void> {
  await transaction.query(
    `delete from reconciliation_balance where day = $1 and run_id <= $2 and ($3::text is null or psp_code = $3)
      and ($4::text is null or creditor_fiscal_code = $4)`,
    [run.day, run.runId, run.pspCode ?? null, run.creditorFiscalCode ?? null],
  );
  const rows = balances.map((each) => ({
    psp_code: each.pspCode,
    creditor_fiscal_code: each.creditorFiscalCode,
    ...Object.fromEntries(
      PARTS.flatMap((part) => [
        [`${part}_payments`, each[part].payments],
        [`${part}_amount`, each[part].amount],
      ]),
    ),
  }));
  await transaction.query(
    `insert into reconciliation_balance (day, run_id, psp_code, creditor_fiscal_code, ${COLUMNS.join(', ')})
      select $1::date, $2::bigint, psp_code, creditor_fiscal_code, ${COLUMNS.join(', ')} from jsonb_to_recordset($3::jsonb) as counted
        (psp_code text, creditor_fiscal_code text, ${COLUMNS.map((column) => `${column} bigint`).join(', ')})
      on conflict (day, psp_code, creditor_fiscal_code) do nothing`,
    [run.day, run.runId, JSON.stringify(rows)],
  );
}

export interface BalanceCursor {
  day: LocalDate;
  pspCode: string;
  creditorFiscalCode: string;
}

/** Balances, newest day first, then by PSP and creditor. */
export async function listBalances(
  database: Database,
  filter: Scope & { from?: LocalDate; to?: LocalDate },
  page: { limit: number; after?: BalanceCursor | undefined },
): Promise<BalanceRow[]> {
  const { after } = page;
  const rows = await database.query<{ day: string; psp_code: string; creditor_fiscal_code: string; run_id: number } & PartColumns>(
    `select * from reconciliation_balance where ($1::text is null or psp_code = $1) and ($2::text is null or creditor_fiscal_code = $2)
        and ($3::date is null or day >= $3) and ($4::date is null or day <= $4)
        and ($6::date is null or day < $6 or (day = $6 and (psp_code, creditor_fiscal_code) > ($7::text, $8::text)))
      order by day desc, psp_code, creditor_fiscal_code limit $5`,
    [
      filter.pspCode ?? null,
      filter.creditorFiscalCode ?? null,
      filter.from ?? null,
      filter.to ?? null,
      page.limit,
      after?.day ?? null,
      after?.pspCode ?? null,
      after?.creditorFiscalCode ?? null,
    ],
  );
  return rows.map((row) => ({
    day: row.day,
    pspCode: row.psp_code,
    creditorFiscalCode: row.creditor_fiscal_code,
    runId: row.run_id,
    booked: { payments: row.booked_payments, amount: row.booked_amount },
    reported: { payments: row.reported_payments, amount: row.reported_amount },
    missing: { payments: row.missing_payments, amount: row.missing_amount },
    unknown: { payments: row.unknown_payments, amount: row.unknown_amount },
  }));
}
