/** A receipt in the words of the biz_events contract (CtReceiptModelResponse). Amounts are euros there. */
import { toIso, toLocalDate } from '@nodo-aperto/kernel/time';
import type { Subject, Transfer } from '@nodo-aperto/schema/events';
import type { ReceiptContent } from '../domain/receipt.ts';

export type ReceiptModel = Readonly<Record<string, unknown>>;

export function receiptModel(receipt: ReceiptContent): ReceiptModel {
  return {
    receiptId: receipt.receiptId,
    noticeNumber: receipt.noticeNumber,
    fiscalCode: receipt.creditorFiscalCode,
    outcome: 'OK',
    creditorReferenceId: receipt.iuv,
    paymentAmount: euros(receipt.amount),
    description: receipt.description,
    companyName: receipt.creditorName,
    officeName: receipt.officeName,
    debtor: subjectModel(receipt.debtor),
    transferList: receipt.transfers.map(transferModel),
    idPSP: receipt.pspCode,
    pspFiscalCode: receipt.pspFiscalCode,
    pspPartitaIVA: receipt.pspVatNumber,
    pspCompanyName: receipt.pspName,
    idChannel: receipt.channelCode,
    channelDescription: receipt.paymentChannel ?? 'NA',
    payer: receipt.payer && subjectModel(receipt.payer),
    paymentMethod: receipt.paymentMethod,
    fee: receipt.fee === undefined ? undefined : euros(receipt.fee),
    primaryCiIncurredFee: receipt.primaryCreditorFee === undefined ? undefined : euros(receipt.primaryCreditorFee),
    idBundle: receipt.bundleId,
    idCiBundle: receipt.creditorBundleId,
    paymentDateTime: toLocalDate(receipt.paidAt),
    paymentDateTimeFormatted: toIso(receipt.paidAt),
    applicationDate: receipt.applicationDate,
    transferDate: receipt.transferDate,
    metadata: receipt.metadata,
  };
}

/** Of iban and mbdAttachment the contract wants both: the one that the transfer does not have is empty. */
function transferModel(transfer: Transfer): ReceiptModel {
  return {
    idTransfer: transfer.idTransfer,
    transferAmount: euros(transfer.amount),
    fiscalCodePA: transfer.creditorFiscalCode,
    iban: transfer.iban ?? '',
    mbdAttachment: transfer.stampAttachment ?? '',
    remittanceInformation: transfer.remittanceInformation,
    transferCategory: transfer.transferCategory,
    metadata: transfer.metadata,
  };
}

function subjectModel({ type, fiscalCode, ...rest }: Subject): ReceiptModel {
  return { entityUniqueIdentifierType: type, entityUniqueIdentifierValue: fiscalCode, ...rest };
}

/** Two decimals at most, which a JSON number of this size holds exactly enough to print them so. */
function euros(cents: number): number {
  return cents / 100;
}
