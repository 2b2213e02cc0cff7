/** What there was about notice numbers before they came (again) into the archive: revisions of deleted notices, and payments. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { bookEarlyPayments, type EarlyPayment, type ReportedTransfer } from '../domain/book-early-payments.ts';
import { type DebtPosition, instalmentsOf, type NoticePayment } from '../domain/position.ts';
import { arrayText } from './array-text.ts';
import { type LookupKey, preparedFor } from './position-store.ts';

interface HistoryRow {
  creditor: string;
  number: string;
  revision: number | null;
  payment: (NoticePayment & { token: string }) | null;
  reports: ReportedTransfer[] | null;
}

const HISTORY = `select creditor_fiscal_code as creditor, notice_number as number, revision, null::json as payment, null::json as reports
    from deleted_notice where creditor_fiscal_code = any($1::text[]) and notice_number = any($2::text[])
  union all
  select creditor_fiscal_code, notice_number, null, json_strip_nulls(json_build_object('token', payment_token,
      'at', (extract(epoch from paid_at) * 1000)::bigint, 'pspName', psp_name, 'method', method, 'fee', fee)),
    (select json_agg(json_build_object('beneficiaryFiscalCode', beneficiary_fiscal_code, 'idTransfer', id_transfer, 'flow', flow,
        'reportedAt', (extract(epoch from reported_at) * 1000)::bigint))
      from early_report where early_report.payment_token = early_payment.payment_token)
    from early_payment where creditor_fiscal_code = any($1::text[]) and notice_number = any($2::text[])`;

/** Known for the notices of one write. */
export class NumberHistory {
  readonly #revisions = new Map<string, number>();
  readonly #payments = new Map<string, Map<string, EarlyPayment>>();

  constructor(rows: readonly HistoryRow[]) {
    for (const { creditor, number, revision, payment, reports } of rows) {
      if (revision !== null) this.#revisions.set(`${creditor}/${number}`, revision);
      if (!payment) continue;
      const ofCreditor = this.#payments.get(creditor) ?? new Map<string, EarlyPayment>();
      this.#payments.set(creditor, ofCreditor.set(number, { payment, reports: reports ?? [] }));
    }
  }

  /** The last revision that was stated of a number; 0 when it never was there. */
  revisionOf(creditorFiscalCode: string, noticeNumber: string): number {
    return this.#revisions.get(`${creditorFiscalCode}/${noticeNumber}`) ?? 0;
  }

  /** Notes a deletion of the same write. */
  deleted({ creditorFiscalCode, noticeNumber, revision }: { creditorFiscalCode: string; noticeNumber: string; revision: number }): void {
    this.#revisions.set(`${creditorFiscalCode}/${noticeNumber}`, revision);
  }

  /** The position with the payments that came before it. */
  withPayments(position: DebtPosition): DebtPosition {
    const early = this.#payments.get(position.creditorFiscalCode);
    return early ? bookEarlyPayments(position, early) : position;
  }

  /** Payments that have found their notices among the positions, and wait no longer. */
  async forgetPlaced(transaction: Transaction, positions: readonly DebtPosition[]): Promise<void> {
    if (this.#payments.size === 0) return;
    const placed = positions.flatMap((position) =>
      instalmentsOf(position).flatMap(({ instalment: { noticeNumber, payment } }) => {
        const token = this.#payments.get(position.creditorFiscalCode)?.get(noticeNumber)?.payment.token;
        return token !== undefined && payment?.token === token ? [token] : [];
      }),
    );
    if (placed.length === 0) return;
    await transaction.query(
      `with reports as (delete from early_report where payment_token = any($1::text[]))
        delete from early_payment where payment_token = any($1::text[])`,
      [arrayText(placed)],
    );
  }
}

/** What there was about the numbers of the keys; others of the same creditors may be among them. */
export async function numberHistory(transaction: Transaction, keys: readonly LookupKey[]): Promise<NumberHistory> {
  const creditors = arrayText([...new Set(keys.map((key) => key.creditorFiscalCode))]);
  const numbers = arrayText(keys.map((key) => key.noticeNumber ?? null));
  return new NumberHistory(await transaction.query<HistoryRow>(HISTORY, [creditors, numbers], preparedFor(keys, 'notices_number_history')));
}
