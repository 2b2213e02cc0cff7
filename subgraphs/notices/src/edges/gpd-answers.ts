/** What the debt positions interface answers. Contracts: openapi/gpd-4-aca.json, gpd.json. */
import { toIso } from '@nodo-aperto/kernel/time';
import {
  type DebtPosition,
  type Instalment,
  instalmentsOf,
  type PaymentOption,
  type Placed,
  type PositionTransfer,
} from '../domain/position.ts';

const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : toIso(ms));

/** When the position was fully paid, or last paid in part. */
function paymentDate(position: DebtPosition): string | undefined {
  const paid = instalmentsOf(position).flatMap(({ instalment }) => instalment.payment?.at ?? []);
  return paid.length > 0 ? toIso(Math.max(...paid)) : undefined;
}

function validityDate(position: DebtPosition): string | undefined {
  const starts = position.options.flatMap((option) => option.validFrom ?? []);
  return starts.length > 0 ? toIso(Math.min(...starts)) : undefined;
}

/** The plan's name, needed only when there is another one: what is answered can be sent back as it is. */
function planOf(position: DebtPosition, option: PaymentOption): string | undefined {
  if (option.description !== undefined) return option.description;
  const plans = position.options.filter(({ instalments }) => instalments.length > 1);
  return plans.length > 1 ? String(option.number) : undefined;
}

/** PaymentPositionModel: the position as its creditor sent it, with its state. */
export function positionModelOf(position: DebtPosition) {
  const { debtor } = position;
  return {
    iupd: position.iupd,
    type: debtor.type,
    payStandIn: position.payStandIn,
    pull: position.pull,
    fiscalCode: debtor.fiscalCode,
    fullName: debtor.fullName,
    streetName: debtor.streetName,
    civicNumber: debtor.civicNumber,
    postalCode: debtor.postalCode,
    city: debtor.city,
    province: debtor.stateProvinceRegion,
    region: position.contact?.region,
    phone: position.contact?.phone,
    country: debtor.country,
    email: debtor.email,
    switchToExpired: position.options.every((option) => option.switchToExpired),
    companyName: position.companyName,
    officeName: position.officeName,
    validityDate: validityDate(position),
    paymentDate: paymentDate(position),
    status: position.status,
    paymentOption: instalmentsOf(position).map(({ option, instalment }) => ({
      nav: instalment.noticeNumber,
      iuv: instalment.iuv,
      amount: instalment.amount,
      description: instalment.description,
      isPartialPayment: option.instalments.length > 1,
      plan: option.instalments.length > 1 ? planOf(position, option) : undefined,
      dueDate: toIso(instalment.dueDate),
      retentionDate: iso(instalment.retentionDate),
      fee: instalment.fee,
      transfer: instalment.transfers.map(transferOf),
      paymentOptionMetadata: instalment.metadata,
    })),
  };
}

/** PaymentPositionModelBaseResponse: the position as it stands. */
export function positionResponseOf(position: DebtPosition) {
  return {
    iupd: position.iupd,
    organizationFiscalCode: position.creditorFiscalCode,
    type: position.debtor.type,
    companyName: position.companyName,
    officeName: position.officeName,
    insertedDate: toIso(position.createdAt),
    publishDate: iso(position.publishedAt),
    validityDate: validityDate(position),
    paymentDate: paymentDate(position),
    status: position.status,
    lastUpdatedDate: toIso(position.updatedAt),
    paymentOption: instalmentsOf(position).map((placed) => optionResponseOf(position, placed)),
  };
}

/** PaymentOptionModelResponse, and with `serviceType` PaymentsModelResponse: a notice as it stands. */
export function optionResponseOf(position: DebtPosition, { option, instalment }: Placed) {
  const { payment, transfers } = instalment;
  const reports = transfers.flatMap(({ report }) => report ?? []);
  return {
    nav: instalment.noticeNumber,
    iuv: instalment.iuv,
    organizationFiscalCode: position.creditorFiscalCode,
    amount: instalment.amount,
    description: instalment.description,
    isPartialPayment: option.instalments.length > 1,
    dueDate: toIso(instalment.dueDate),
    retentionDate: iso(instalment.retentionDate),
    paymentDate: iso(payment?.at),
    reportingDate: reports.length > 0 ? toIso(Math.max(...reports.map(({ at }) => at))) : undefined,
    insertedDate: toIso(instalment.createdAt),
    paymentMethod: payment?.method,
    fee: payment?.fee ?? instalment.fee,
    pspCompany: payment?.pspName,
    idReceipt: payment?.token,
    idFlowReporting: reports[0]?.flow,
    status: noticeStateOf(instalment),
    lastUpdatedDate: toIso(instalment.updatedAt),
    paymentOptionMetadata: instalment.metadata,
    transfer: transfers.map((transfer) => ({
      ...transferOf(transfer),
      insertedDate: toIso(instalment.createdAt),
      status: transfer.report ? 'T_REPORTED' : 'T_UNREPORTED',
      lastUpdatedDate: toIso(instalment.updatedAt),
    })),
  };
}

/** How far a notice is paid and reported, in the interface's words. */
export function noticeStateOf({ payment, transfers }: Instalment): string {
  const reported = transfers.filter(({ report }) => report).length;
  if (!payment) return 'PO_UNPAID';
  if (reported === transfers.length) return 'PO_REPORTED';
  return reported > 0 ? 'PO_PARTIALLY_REPORTED' : 'PO_PAID';
}

function transferOf(transfer: PositionTransfer) {
  const { stamp } = transfer;
  return {
    idTransfer: String(transfer.idTransfer),
    amount: transfer.amount,
    organizationFiscalCode: transfer.creditorFiscalCode,
    remittanceInformation: transfer.remittanceInformation,
    category: transfer.transferCategory,
    iban: transfer.iban,
    postalIban: transfer.postalIban,
    stamp: stamp && { hashDocument: stamp.documentHash, stampType: stamp.stampType, provincialResidence: stamp.province },
    companyName: transfer.creditorName,
    transferMetadata: transfer.metadata,
  };
}
