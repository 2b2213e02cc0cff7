/** How a position is kept: one row of debt_position, payment_option per option, notice per instalment, transfer per transfer. */
import { parseInstant } from '@nodo-aperto/kernel/time';
import { invariant } from '@nodo-aperto/kernel/faults';
import type { Subject } from '@nodo-aperto/schema/events';
import { isoOf } from '../domain/instant-texts.ts';
import type { DebtorContact, DebtPosition, Instalment, NoticePayment, PaymentOption, PositionTransfer } from '../domain/position.ts';

/** A row as JSON: column names, instants in ISO 8601. The keys of all rows of a table are the same. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** A position taken apart, or as the database gives it back. */
export interface PositionRows {
  position: JsonRow;
  options: readonly JsonRow[];
  notices: readonly JsonRow[];
  transfers: readonly JsonRow[];
}

export function toRows(position: DebtPosition): PositionRows {
  const key = { creditor_fiscal_code: position.creditorFiscalCode, iupd: position.iupd };
  return {
    position: {
      ...key,
      origin: position.origin,
      aca: position.aca,
      company_name: position.companyName,
      office_name: position.officeName ?? null,
      debtor: position.debtor,
      pay_stand_in: position.payStandIn,
      pull: position.pull,
      contact: position.contact ?? null,
      published_at: iso(position.publishedAt),
      invalidated_at: iso(position.invalidatedAt),
      valid_from: iso(earliestValidity(position.options)),
      expires_at: iso(lastExpiry(position.options)),
      status: position.status,
      created_at: isoOf(position.createdAt),
      updated_at: isoOf(position.updatedAt),
      revision: position.revision,
    },
    options: position.options.map((option) => ({
      ...key,
      option_number: option.number,
      description: option.description ?? null,
      debtor: option.debtor ?? null,
      valid_from: iso(option.validFrom),
      switch_to_expired: option.switchToExpired,
    })),
    notices: position.options.flatMap((option) =>
      option.instalments.map((instalment, index) => noticeRow(position, option, instalment, index + 1)),
    ),
    transfers: position.options.flatMap((option) =>
      option.instalments.flatMap((instalment) => instalment.transfers.map((transfer) => transferRow(position, instalment, transfer))),
    ),
  };
}

/** Undefined when one option can be paid from the beginning. */
function earliestValidity(options: readonly PaymentOption[]): number | undefined {
  const starts = options.map((option) => option.validFrom).filter((start) => start !== undefined);
  return starts.length === options.length ? Math.min(...starts) : undefined;
}

/** Undefined when one option never expires. */
function lastExpiry(options: readonly PaymentOption[]): number | undefined {
  if (!options.every((option) => option.switchToExpired)) return undefined;
  return Math.max(...options.flatMap((option) => option.instalments.map((instalment) => instalment.dueDate)));
}

function noticeRow(position: DebtPosition, option: PaymentOption, instalment: Instalment, number: number): JsonRow {
  const { payment } = instalment;
  return {
    creditor_fiscal_code: position.creditorFiscalCode,
    notice_number: instalment.noticeNumber,
    iupd: position.iupd,
    option_number: option.number,
    instalment_number: number,
    iuv: instalment.iuv,
    amount: instalment.amount,
    description: instalment.description,
    due_date: isoOf(instalment.dueDate),
    retention_date: iso(instalment.retentionDate),
    fee: instalment.fee ?? null,
    metadata: instalment.metadata ?? null,
    status: instalment.status,
    valid_from: iso(option.validFrom),
    expires_at: option.switchToExpired ? isoOf(instalment.dueDate) : null,
    debtor_fiscal_code: (option.debtor ?? position.debtor).fiscalCode,
    paid_at: iso(payment?.at),
    payment_token: payment?.token ?? null,
    payment_psp_name: payment?.pspName ?? null,
    payment_method: payment?.method ?? null,
    payment_fee: payment?.fee ?? null,
    created_at: isoOf(instalment.createdAt),
    updated_at: isoOf(instalment.updatedAt),
    revision: instalment.revision,
  };
}

function transferRow(position: DebtPosition, instalment: Instalment, transfer: PositionTransfer): JsonRow {
  return {
    creditor_fiscal_code: position.creditorFiscalCode,
    notice_number: instalment.noticeNumber,
    id_transfer: transfer.idTransfer,
    amount: transfer.amount,
    beneficiary_fiscal_code: transfer.creditorFiscalCode,
    beneficiary_name: transfer.creditorName ?? null,
    iban: transfer.iban ?? null,
    postal_iban: transfer.postalIban ?? null,
    stamp: transfer.stamp ?? null,
    remittance_information: transfer.remittanceInformation,
    category: transfer.transferCategory,
    metadata: transfer.metadata ?? null,
    reported_flow: transfer.report?.flow ?? null,
    reported_at: iso(transfer.report?.at),
  };
}

/** The position that the rows were made of. */
export function fromRows(rows: PositionRows): DebtPosition {
  const { position } = rows;
  return {
    creditorFiscalCode: position['creditor_fiscal_code'] as string,
    iupd: position['iupd'] as string,
    origin: position['origin'] as DebtPosition['origin'],
    aca: position['aca'] as boolean,
    companyName: position['company_name'] as string,
    ...present({ officeName: position['office_name'] as string | null }),
    debtor: position['debtor'] as Subject,
    payStandIn: position['pay_stand_in'] as boolean,
    pull: position['pull'] as boolean,
    ...present({ contact: position['contact'] as DebtorContact | null }),
    ...present({ publishedAt: instant(position['published_at']), invalidatedAt: instant(position['invalidated_at']) }),
    options: rows.options.map((option) => optionOf(option, rows)),
    status: position['status'] as DebtPosition['status'],
    createdAt: requiredInstant(position['created_at']),
    updatedAt: requiredInstant(position['updated_at']),
    revision: position['revision'] as number,
  };
}

function optionOf(row: JsonRow, rows: PositionRows): PaymentOption {
  return {
    number: row['option_number'] as number,
    ...present({
      description: row['description'] as string | null,
      debtor: row['debtor'] as Subject | null,
      validFrom: instant(row['valid_from']),
    }),
    switchToExpired: row['switch_to_expired'] as boolean,
    instalments: rows.notices
      .filter((notice) => notice['option_number'] === row['option_number'])
      .map((notice) => instalmentOf(notice, rows)),
  };
}

function instalmentOf(row: JsonRow, rows: PositionRows): Instalment {
  return {
    noticeNumber: row['notice_number'] as string,
    iuv: row['iuv'] as string,
    amount: row['amount'] as number,
    description: row['description'] as string,
    dueDate: requiredInstant(row['due_date']),
    ...present({
      retentionDate: instant(row['retention_date']),
      fee: row['fee'] as number | null,
      metadata: row['metadata'] as Instalment['metadata'] | null,
      payment: paymentOf(row),
    }),
    transfers: rows.transfers.filter((transfer) => transfer['notice_number'] === row['notice_number']).map(transferOf),
    status: row['status'] as Instalment['status'],
    createdAt: requiredInstant(row['created_at']),
    updatedAt: requiredInstant(row['updated_at']),
    revision: row['revision'] as number,
  };
}

function paymentOf(row: JsonRow): NoticePayment | undefined {
  const at = instant(row['paid_at']);
  if (at === undefined) return undefined;
  return {
    at,
    ...present({
      token: row['payment_token'] as string | null,
      pspName: row['payment_psp_name'] as string | null,
      method: row['payment_method'] as string | null,
      fee: row['payment_fee'] as number | null,
    }),
  };
}

function transferOf(row: JsonRow): PositionTransfer {
  const reportedAt = instant(row['reported_at']);
  return {
    idTransfer: row['id_transfer'] as number,
    amount: row['amount'] as number,
    creditorFiscalCode: row['beneficiary_fiscal_code'] as string,
    ...present({
      creditorName: row['beneficiary_name'] as string | null,
      iban: row['iban'] as string | null,
      postalIban: row['postal_iban'] as string | null,
      stamp: row['stamp'] as PositionTransfer['stamp'] | null,
    }),
    remittanceInformation: row['remittance_information'] as string,
    transferCategory: row['category'] as string,
    ...present({
      metadata: row['metadata'] as PositionTransfer['metadata'] | null,
      report: reportedAt === undefined ? undefined : { flow: row['reported_flow'] as string, at: reportedAt },
    }),
  };
}

type Present<T> = { [Key in keyof T]?: NonNullable<T[Key]> };

/** The fields that have a value: absent is absent, never null or undefined. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as Present<T>;
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : isoOf(ms);
}

function instant(value: unknown): number | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined;
}

function requiredInstant(value: unknown): number {
  const ms = instant(value);
  invariant(ms !== undefined, 'a kept instant can be read');
  return ms;
}
