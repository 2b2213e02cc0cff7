/**
 * Lines of reporting flows, matched with notices; those that come before their booked payment, or before its notice, wait here. Payments are booked
 * beside one another, and never beside a flow: of a payment and its line at the same time the later one sees what the other did. This lock comes
 * before all others.
 */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, toIso } from '@nodo-aperto/kernel/time';

/** A transfer that a flow reports: whose, of which payment, in which flow. */
export interface EarlyReport {
  beneficiaryFiscalCode: string;
  iuv: string;
  paymentToken: string;
  idTransfer: number;
  flow: string;
  /** Epoch milliseconds. */
  reportedAt: number;
}

/** A notice that a reported transfer may belong to. */
export interface ReportedNotice {
  creditorFiscalCode: string;
  noticeNumber: string;
  report: EarlyReport;
}

const BOOKING = `hashtextextended('nodo-aperto.booking', 0)`;

/** Taken by whoever books payments, before anything else: no flow is looked through until the transaction ends. */
export async function shareBooking(transaction: Transaction): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock_shared(${BOOKING})`, [], { name: 'notices_share_booking' });
}

/** Taken by whoever looks through a flow, before anything else: no payment is booked until the transaction ends. */
export async function holdBooking(transaction: Transaction): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock(${BOOKING})`, [], { name: 'notices_hold_booking' });
}

/** Notices with the IUV and a transfer of the id to the beneficiary. Several creditors may use one IUV: the payment token decides. */
export async function findReportedNotices(transaction: Transaction, reports: readonly EarlyReport[]): Promise<ReportedNotice[]> {
  if (reports.length === 0) return [];
  const rows = await transaction.query<{ place: number; creditorFiscalCode: string; noticeNumber: string }>(
    `select line.place::integer as place, notice.creditor_fiscal_code as "creditorFiscalCode", notice.notice_number as "noticeNumber"
      from rows from (jsonb_to_recordset($1::jsonb) as ("beneficiaryFiscalCode" text, iuv text, "idTransfer" smallint))
        with ordinality as line("beneficiaryFiscalCode", iuv, "idTransfer", place)
      join notice on notice.iuv = line.iuv
      join transfer on transfer.creditor_fiscal_code = notice.creditor_fiscal_code and transfer.notice_number = notice.notice_number
        and transfer.id_transfer = line."idTransfer" and transfer.beneficiary_fiscal_code = line."beneficiaryFiscalCode"
      order by line.place`,
    [JSON.stringify(reports)],
    { name: 'notices_reported' },
  );
  return rows.flatMap(({ place, creditorFiscalCode, noticeNumber }) => {
    const report = reports[place - 1];
    return report ? [{ creditorFiscalCode, noticeNumber, report }] : [];
  });
}

/** Keeps lines for the payments that they are about. */
export async function keepEarlyReports(transaction: Transaction, reports: readonly EarlyReport[]): Promise<void> {
  if (reports.length === 0) return;
  const rows = reports.map((report) => ({
    beneficiary_fiscal_code: report.beneficiaryFiscalCode,
    iuv: report.iuv,
    payment_token: report.paymentToken,
    id_transfer: report.idTransfer,
    flow: report.flow,
    reported_at: toIso(report.reportedAt),
  }));
  await transaction.query(
    'insert into early_report select * from jsonb_populate_recordset(null::early_report, $1::jsonb) on conflict do nothing',
    [JSON.stringify(rows)],
  );
}

/** Removes lines that have waited since before the instant, at most so many. @returns how many were removed */
export async function removeEarlyReports(database: Database, before: number, limit: number): Promise<number> {
  const rows = await database.query(
    `delete from early_report where ctid = any(array(select ctid from early_report where reported_at < $1 limit $2)) returning 1`,
    [asDate(before), limit],
  );
  return rows.length;
}

/** The lines kept for payments, which are no longer kept then. */
export async function takeEarlyReports(transaction: Transaction, paymentTokens: readonly string[]): Promise<EarlyReport[]> {
  return transaction.query<EarlyReport>(
    `delete from early_report where payment_token = any($1::text[])
      returning beneficiary_fiscal_code as "beneficiaryFiscalCode", iuv, payment_token as "paymentToken", id_transfer as "idTransfer", flow,
        (extract(epoch from reported_at) * 1000)::float8 as "reportedAt"`,
    [paymentTokens],
    { name: 'notices_take_early_reports' },
  );
}
