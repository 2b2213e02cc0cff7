/**
 * The receipt as a station gets it: paSendRT for stations of primitive version 1, paSendRTV2 for those of version 2. The outcome is always
 * OK, since only booked payments have receipts. Source: Domain facts, Payments §2.2 (paSendRT), §1.1 (primitive version) and §2.3.
 */
import { euroCents } from '@nodo-aperto/kernel/money';
import type {
  PaSendRTRequest,
  PaSendRTV2Request,
  Receipt,
  ReceiptV2,
  Transfer as WireTransfer,
  TransferReceiptV2,
} from '@nodo-aperto/kernel/pa-for-node';
import type { Subject, Transfer } from '@nodo-aperto/schema/events';
import type { ReceiptContent } from './receipt.ts';
import { standInElement } from './stand-in-element.ts';
import { upTo, wireEmail } from './wire-text.ts';

/** What matters of a station here. */
export interface ReceivingStation {
  readonly code: string;
  readonly broker: string;
  readonly primitiveVersion: 1 | 2;
  readonly standInFlag: boolean;
}

export type ReceiptMessage =
  | { readonly version: 1; readonly request: PaSendRTRequest }
  | { readonly version: 2; readonly request: PaSendRTV2Request }
  /** The receipt cannot be said in the station's version. */
  | { readonly version: 'NONE'; readonly reason: string };

/** Where the PSP did not say how the payer met it. */
const UNKNOWN_CHANNEL = 'NA';

/** The message for one recipient. */
export function receiptMessage(receipt: ReceiptContent, creditorFiscalCode: string, station: ReceivingStation): ReceiptMessage {
  const address = { idPA: creditorFiscalCode, idBrokerPA: station.broker, idStation: station.code };
  const common = commonPart(receipt, station);
  if (station.primitiveVersion === 2) {
    return {
      version: 2,
      request: { ...address, receipt: { ...common, ...partOfV2(receipt), transferList: receipt.transfers.map(transferV2) } },
    };
  }
  const transferList = receipt.transfers.map(transferV1).filter((transfer) => transfer !== undefined);
  if (transferList.length === receipt.transfers.length)
    return { version: 1, request: { ...address, receipt: { ...common, transferList } } };
  return { version: 'NONE', reason: 'a transfer buys a stamp, which only paSendRTV2 can carry, and the station is of primitive version 1' };
}

function commonPart(receipt: ReceiptContent, station: ReceivingStation): Omit<Receipt, 'transferList'> {
  const standIn = standInElement(station, receipt.standIn);
  return {
    receiptId: receipt.receiptId,
    noticeNumber: receipt.noticeNumber,
    fiscalCode: receipt.creditorFiscalCode,
    outcome: 'OK',
    creditorReferenceId: receipt.iuv,
    paymentAmount: euroCents(receipt.amount),
    description: upTo(140, receipt.description),
    companyName: upTo(140, receipt.creditorName),
    ...(receipt.officeName && { officeName: upTo(140, receipt.officeName) }),
    debtor: wireSubject(receipt.debtor),
    idPSP: receipt.pspCode,
    ...(receipt.pspFiscalCode && { pspFiscalCode: receipt.pspFiscalCode }),
    ...(receipt.pspVatNumber && { pspPartitaIVA: receipt.pspVatNumber }),
    PSPCompanyName: upTo(70, receipt.pspName),
    idChannel: receipt.channelCode,
    channelDescription: receipt.paymentChannel || UNKNOWN_CHANNEL,
    ...(receipt.payer && { payer: wireSubject(receipt.payer) }),
    ...(receipt.paymentMethod && { paymentMethod: receipt.paymentMethod }),
    ...(receipt.fee !== undefined && { fee: euroCents(receipt.fee) }),
    paymentDateTime: receipt.paidAt,
    ...(receipt.applicationDate && { applicationDate: receipt.applicationDate }),
    ...(receipt.transferDate && { transferDate: receipt.transferDate }),
    ...metadataOf(receipt.metadata),
    ...(standIn !== undefined && { standIn }),
  };
}

/** What only paSendRTV2 can carry: the payer's note, the creditor's part of the fee, and the bundles that the PSP applied. */
function partOfV2(receipt: ReceiptContent): Pick<ReceiptV2, 'paymentNote' | 'primaryCiIncurredFee' | 'idBundle' | 'idCiBundle'> {
  const { paymentNote, primaryCreditorFee, bundleId, creditorBundleId } = receipt;
  return {
    ...(paymentNote !== undefined && { paymentNote }),
    ...(primaryCreditorFee !== undefined && { primaryCiIncurredFee: euroCents(primaryCreditorFee) }),
    ...(bundleId !== undefined && { idBundle: bundleId }),
    ...(creditorBundleId !== undefined && { idCiBundle: creditorBundleId }),
  };
}

function wireSubject({ type, fiscalCode, fullName, email, ...address }: Subject): Receipt['debtor'] {
  const wire = wireEmail(email);
  return {
    uniqueIdentifier: { entityUniqueIdentifierType: type, entityUniqueIdentifierValue: fiscalCode },
    fullName: upTo(70, fullName),
    ...Object.fromEntries(Object.entries(address).filter(([, value]) => value !== '')),
    ...(wire !== undefined && { email: wire }),
  };
}

function sharedTransfer(transfer: Transfer): Omit<WireTransfer, 'IBAN'> {
  return {
    idTransfer: transfer.idTransfer,
    transferAmount: euroCents(transfer.amount),
    fiscalCodePA: transfer.creditorFiscalCode,
    remittanceInformation: transfer.remittanceInformation,
    transferCategory: transfer.transferCategory,
    ...metadataOf(transfer.metadata),
  };
}

function transferV1(transfer: Transfer): WireTransfer | undefined {
  return transfer.iban === undefined ? undefined : { ...sharedTransfer(transfer), IBAN: transfer.iban };
}

/** A stamp's attachment is the PSP's document; it is empty when the outcome did not bring it. */
function transferV2(transfer: Transfer): TransferReceiptV2 {
  return {
    ...sharedTransfer(transfer),
    ...(transfer.creditorName && { companyName: upTo(140, transfer.creditorName) }),
    ...(transfer.iban === undefined ? { MBDAttachment: transfer.stampAttachment ?? '' } : { IBAN: transfer.iban }),
  };
}

function metadataOf(pairs: ReceiptContent['metadata']): { metadata?: { key: string; value: string }[] } {
  return pairs === undefined || pairs.length === 0 ? {} : { metadata: pairs.map(({ key, value }) => ({ key, value })) };
}
