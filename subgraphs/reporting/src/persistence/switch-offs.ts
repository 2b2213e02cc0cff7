/** From when the legacy primitives are off for a creditor. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, type LocalDate } from '@nodo-aperto/kernel/time';

/** The day from which the legacy primitives are off for a creditor; undefined while none is set. */
export async function switchOffDay(database: Pick<Database, 'query'>, creditorFiscalCode: string): Promise<LocalDate | undefined> {
  const [row] = await database.query<{ off_from: string }>(
    'select off_from from legacy_switch_off where creditor_fiscal_code = $1',
    [creditorFiscalCode],
    { name: 'legacy_switch_off_day' },
  );
  return row?.off_from;
}

/** The creditors, of those given, for which the legacy primitives are off on a day. */
export async function switchedOff(
  database: Pick<Database, 'query'>,
  creditorFiscalCodes: readonly string[],
  today: LocalDate,
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ creditor_fiscal_code: string }>(
    'select creditor_fiscal_code from legacy_switch_off where creditor_fiscal_code = any($1) and off_from <= $2',
    [[...creditorFiscalCodes], today],
  );
  return new Set(rows.map((row) => row.creditor_fiscal_code));
}

/** Sets the day, or removes it. */
export async function setSwitchOff(
  transaction: Transaction,
  change: { creditorFiscalCode: string; offFrom: LocalDate | undefined; by: string; at: number },
): Promise<void> {
  const { creditorFiscalCode, offFrom, by, at } = change;
  if (offFrom === undefined) {
    await transaction.query('delete from legacy_switch_off where creditor_fiscal_code = $1', [creditorFiscalCode]);
    return;
  }
  await transaction.query(
    `insert into legacy_switch_off (creditor_fiscal_code, off_from, changed_by, changed_at) values ($1, $2, $3, $4)
      on conflict (creditor_fiscal_code) do update set off_from = excluded.off_from, changed_by = excluded.changed_by,
        changed_at = excluded.changed_at`,
    [creditorFiscalCode, offFrom, by, asDate(at)],
  );
}
