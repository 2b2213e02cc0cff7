/** Per creditor and Italian day: how many payments there were, and how many of their notices were in ACA beforehand. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { LocalDate } from '@nodo-aperto/kernel/time';

export interface CoverageDay {
  creditorFiscalCode: string;
  day: LocalDate;
  payments: number;
  inAca: number;
  standIn: number;
}

/** Adds to the counts of the days. */
export async function addCoverage(transaction: Transaction, days: readonly CoverageDay[]): Promise<void> {
  if (days.length === 0) return;
  await transaction.query(
    `insert into aca_coverage as kept (creditor_fiscal_code, day, payments, in_aca, stand_in)
      select "creditorFiscalCode", day, sum(payments), sum("inAca"), sum("standIn")
      from jsonb_to_recordset($1::jsonb) as added("creditorFiscalCode" text, day date, payments integer, "inAca" integer, "standIn" integer)
      group by 1, 2 order by 1, 2
      on conflict (creditor_fiscal_code, day) do update set payments = kept.payments + excluded.payments,
        in_aca = kept.in_aca + excluded.in_aca, stand_in = kept.stand_in + excluded.stand_in`,
    [JSON.stringify(days)],
    { name: 'notices_add_coverage' },
  );
}

export type CoverageTotals = Pick<CoverageDay, 'payments' | 'inAca' | 'standIn'>;

/** The sums over days; both belong to the interval. */
export async function readCoverage(
  database: Pick<Database, 'query'>,
  { creditorFiscalCode, from, to }: { creditorFiscalCode: string; from: LocalDate; to: LocalDate },
): Promise<CoverageTotals> {
  const [row] = await database.query<CoverageTotals>(
    `select coalesce(sum(payments), 0)::integer as payments, coalesce(sum(in_aca), 0)::integer as "inAca",
        coalesce(sum(stand_in), 0)::integer as "standIn"
      from aca_coverage where creditor_fiscal_code = $1 and day between $2 and $3`,
    [creditorFiscalCode, from, to],
  );
  return row ?? { payments: 0, inAca: 0, standIn: 0 };
}
