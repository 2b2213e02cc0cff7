/** A payment as it is kept, how it is read by hand-written SQL, and how it is stated to others. */
import { fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { PaymentSnapshot, PaymentStatus, Subject, Transfer } from '@nodo-aperto/schema/events';

/** One token, from activation to the last receipt. The names are those of the columns. */
export interface PaymentRecord {
  paymentToken: string;
  creditorFiscalCode: string;
  noticeNumber: string;
  iuv: string;
  creditorName: string;
  officeName?: string | null;
  /** Euro cents. */
  amount: number;
  description: string;
  /** YYYY-MM-DD */
  dueDate?: string | null;
  debtor: Subject;
  transfers: Transfer[];
  metadata?: { key: string; value: string }[] | null;
  /** Everybody who receives a transfer, and the creditor of the notice. */
  creditors: string[];
  pspCode: string;
  pspName: string;
  pspFiscalCode?: string | null;
  pspVatNumber?: string | null;
  pspBrokerCode: string;
  channelCode: string;
  creditorBrokerCode: string;
  stationCode: string;
  /** Whether the terms came from ACA. */
  standIn: boolean;
  status: PaymentStatus;
  activatedAt: Date;
  expiresAt: Date;
  /** The payment method that the activation announced. */
  activationPaymentMethod?: string | null;
  touchPoint?: string | null;
  paymentNote?: string | null;
  outcome?: 'OK' | 'KO' | null;
  outcomeAt?: Date | null;
  /** Whether it was booked by an outcome that came after the token had expired. */
  late: boolean;
  /** The payment method of the outcome. */
  paymentMethod?: string | null;
  paymentChannel?: string | null;
  /** Euro cents. */
  fee?: number | null;
  /** The part of the fee that the creditor bears, euro cents. */
  primaryCreditorFee?: number | null;
  bundleId?: string | null;
  creditorBundleId?: string | null;
  payer?: Subject | null;
  applicationDate?: string | null;
  transferDate?: string | null;
  revision: number;
}

const PROPERTIES = [
  'paymentToken',
  'creditorFiscalCode',
  'noticeNumber',
  'iuv',
  'creditorName',
  'officeName',
  'amount',
  'description',
  'dueDate',
  'debtor',
  'transfers',
  'metadata',
  'creditors',
  'pspCode',
  'pspName',
  'pspFiscalCode',
  'pspVatNumber',
  'pspBrokerCode',
  'channelCode',
  'creditorBrokerCode',
  'stationCode',
  'standIn',
  'status',
  'activatedAt',
  'expiresAt',
  'activationPaymentMethod',
  'touchPoint',
  'paymentNote',
  'outcome',
  'outcomeAt',
  'late',
  'paymentMethod',
  'paymentChannel',
  'fee',
  'primaryCreditorFee',
  'bundleId',
  'creditorBundleId',
  'payer',
  'applicationDate',
  'transferDate',
  'revision',
] as const satisfies readonly (keyof PaymentRecord)[];

const columnOf = (property: string): string => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The columns of a payment, for `insert`. */
export const PAYMENT_COLUMNS = PROPERTIES.map(columnOf).join(', ');

/** The columns of a payment under the names of {@link PaymentRecord}, for `select` and `returning`. */
export function paymentSelection(table = 'payment'): string {
  return PROPERTIES.map((property) => `${table}.${columnOf(property)} as "${property}"`).join(', ');
}

/** The record as JSON whose keys are the columns, for `jsonb_populate_record(null::payment, …)`. */
export function paymentJson(record: PaymentRecord): string {
  return JSON.stringify(Object.fromEntries(PROPERTIES.map((property) => [columnOf(property), record[property] ?? null])));
}

/** The payment as others are told of it. Fields that the record lacks are absent. */
export function snapshotOf(record: PaymentRecord): PaymentSnapshot {
  const { activatedAt, expiresAt, outcomeAt, activationPaymentMethod, paymentMethod, creditors: _creditors, ...rest } = record;
  return withoutNulls({
    ...rest,
    activatedAt: toIso(fromDate(activatedAt)),
    expiresAt: toIso(fromDate(expiresAt)),
    outcomeAt: outcomeAt ? toIso(fromDate(outcomeAt)) : undefined,
    paymentMethod: paymentMethod ?? activationPaymentMethod,
  }) as unknown as PaymentSnapshot;
}

function withoutNulls(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== undefined));
}
