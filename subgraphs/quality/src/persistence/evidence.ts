/** The rows that KPIs are computed from: written as facts arrive, in any order and however often; read by month and PSP. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate, parseInstant, toLocalDate } from '@nodo-aperto/kernel/time';
import type { PaymentSnapshot } from '@nodo-aperto/schema/events';
import type { MonthEvidence } from '../domain/evaluate.ts';
import { type Month, monthOf } from '../domain/month.ts';
import type { ReportingUnit, TransferEvidence } from '../domain/reporting-unit.ts';

/** What a payment's events add to its activation. Flags are only ever set, so that the order of the events does not matter. */
export async function noteActivation(transaction: Transaction, payment: PaymentSnapshot, cancelled: boolean): Promise<void> {
  const activatedAt = instantOf(payment.activatedAt);
  await transaction.query(
    `insert into activation as known (payment_token, psp_code, month, activated_at, expires_at, cancelled, outcome_received, late)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (payment_token) do update set cancelled = known.cancelled or excluded.cancelled,
        outcome_received = known.outcome_received or excluded.outcome_received, late = known.late or excluded.late`,
    [
      payment.paymentToken,
      payment.pspCode,
      monthOf(activatedAt),
      asDate(activatedAt),
      asDate(instantOf(payment.expiresAt)),
      cancelled,
      payment.outcome !== undefined,
      payment.late,
    ],
    { name: 'quality_note_activation' },
  );
}

/** The transfers of a booked payment, which flows will have to report. */
export async function noteBookedTransfers(transaction: Transaction, payment: PaymentSnapshot): Promise<void> {
  const paidAt = instantOf(payment.outcomeAt ?? payment.activatedAt);
  const rows = payment.transfers.map((transfer) => ({
    payment_token: payment.paymentToken,
    id_transfer: transfer.idTransfer,
    psp_code: payment.pspCode,
    broker_code: payment.pspBrokerCode,
    creditor_fiscal_code: transfer.creditorFiscalCode,
    iuv: payment.iuv,
    amount: transfer.amount,
    paid_at: asDate(paidAt),
    payment_day: toLocalDate(paidAt),
    month: monthOf(paidAt),
  }));
  await transaction.query(
    `insert into booked_transfer select * from jsonb_populate_recordset(null::booked_transfer, $1::jsonb) on conflict do nothing`,
    [JSON.stringify(rows)],
    { name: 'quality_note_transfers' },
  );
}

export interface FlowKey {
  pspCode: string;
  name: string;
  revision: number;
  creditorFiscalCode: string;
}

export async function noteFlow(transaction: Transaction, flow: FlowKey & { publishedAt: string }): Promise<void> {
  await transaction.query(
    'insert into published_flow (psp_code, name, revision, creditor_fiscal_code, published_at) values ($1, $2, $3, $4, $5) on conflict do nothing',
    [flow.pspCode, flow.name, flow.revision, flow.creditorFiscalCode, asDate(instantOf(flow.publishedAt))],
  );
}

export interface ReportedLine {
  index: number;
  iuv: string;
  iur: string;
  idTransfer: number;
  amount: number;
}

export async function noteLines(transaction: Transaction, flow: FlowKey, lines: readonly ReportedLine[]): Promise<void> {
  await transaction.query(
    `insert into reported_line (psp_code, name, revision, index, creditor_fiscal_code, iuv, iur, id_transfer, amount)
      select $1, $2, $3, line.index, $4, line.iuv, line.iur, line."idTransfer", line.amount
      from jsonb_to_recordset($5::jsonb) as line (index bigint, iuv text, iur text, "idTransfer" smallint, amount bigint)
      on conflict do nothing`,
    [flow.pspCode, flow.name, flow.revision, flow.creditorFiscalCode, JSON.stringify(lines)],
  );
}

/** PSPs with anything to evaluate in the month, in the order of their codes. */
export async function pspsWithEvidence(database: Database, month: Month, after: string, first: number): Promise<string[]> {
  const rows = await database.query<{ psp_code: string }>(
    `select psp_code from activation where month = $1 and psp_code > $2
      union select psp_code from booked_transfer where month = $1 and psp_code > $2 order by psp_code limit $3`,
    [month, after, first],
  );
  return rows.map((row) => row.psp_code);
}

/** All evidence of a PSP in a month, as it stands now. */
export async function readEvidence(database: Database, pspCode: string, month: Month): Promise<MonthEvidence> {
  const activations = await database.query<ActivationRow>(
    `select payment_token, activated_at, expires_at, cancelled, outcome_received, late from activation
      where psp_code = $1 and month = $2 order by payment_token`,
    [pspCode, month],
  );
  const transfers = await database.query<TransferRow>(
    `select transfer.payment_token, transfer.id_transfer, transfer.broker_code, transfer.creditor_fiscal_code, transfer.payment_day, transfer.paid_at,
        min(flow.published_at) as first_reported_at
      from booked_transfer transfer
      left join reported_line line on line.iur = transfer.payment_token and line.id_transfer = transfer.id_transfer and line.iuv = transfer.iuv
        and line.creditor_fiscal_code = transfer.creditor_fiscal_code and line.amount = transfer.amount and line.psp_code = transfer.psp_code
      left join published_flow flow on flow.psp_code = line.psp_code and flow.name = line.name and flow.revision = line.revision
      where transfer.psp_code = $1 and transfer.month = $2
      group by transfer.payment_token, transfer.id_transfer
      order by transfer.broker_code, transfer.creditor_fiscal_code, transfer.payment_day, transfer.payment_token, transfer.id_transfer`,
    [pspCode, month],
  );
  return {
    activations: activations.map((row) => ({
      paymentToken: row.payment_token,
      activatedAt: fromDate(row.activated_at),
      expiresAt: fromDate(row.expires_at),
      cancelled: row.cancelled,
      outcomeReceived: row.outcome_received,
      late: row.late,
    })),
    units: unitsOf(transfers),
  };
}

/** The months whose FdR results a flow's lines are part of the evidence of. */
export async function monthsOfFlow(database: Database, flow: Omit<FlowKey, 'creditorFiscalCode'>): Promise<Month[]> {
  const rows = await database.query<{ month: string }>(
    `select distinct transfer.month from reported_line line
      join booked_transfer transfer on transfer.payment_token = line.iur and transfer.id_transfer = line.id_transfer and transfer.psp_code = line.psp_code
      where line.psp_code = $1 and line.name = $2 and line.revision = $3 order by transfer.month limit 24`,
    [flow.pspCode, flow.name, flow.revision],
  );
  return rows.map((row) => row.month);
}

interface ActivationRow {
  payment_token: string;
  activated_at: Date;
  expires_at: Date;
  cancelled: boolean;
  outcome_received: boolean;
  late: boolean;
}

interface TransferRow {
  payment_token: string;
  id_transfer: number;
  broker_code: string;
  creditor_fiscal_code: string;
  payment_day: string;
  paid_at: Date;
  first_reported_at: Date | null;
}

/** Rows come ordered by unit: each run of equal keys is one. */
function unitsOf(rows: readonly TransferRow[]): ReportingUnit[] {
  const units = new Map<string, ReportingUnit & { transfers: TransferEvidence[] }>();
  for (const row of rows) {
    const key = `${row.broker_code}/${row.creditor_fiscal_code}/${row.payment_day}`;
    const unit = units.get(key) ?? {
      brokerCode: row.broker_code,
      creditorFiscalCode: row.creditor_fiscal_code,
      paymentDay: row.payment_day,
      transfers: [],
    };
    unit.transfers.push({
      paymentToken: row.payment_token,
      idTransfer: row.id_transfer,
      paidAt: fromDate(row.paid_at),
      ...(row.first_reported_at && { firstReportedAt: fromDate(row.first_reported_at) }),
    });
    units.set(key, unit);
  }
  return [...units.values()];
}

function instantOf(text: string): number {
  const instant = parseInstant(text);
  if (instant === undefined) throw new RangeError('An event carries an instant that cannot be read.');
  return instant;
}
