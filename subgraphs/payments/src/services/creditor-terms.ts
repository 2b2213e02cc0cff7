/** A creditor's answer in the platform's own words. */
import type { Subject as MessageSubject } from '@nodo-aperto/kernel/soap';
import type { Subject, Transfer } from '@nodo-aperto/schema/events';
import type { PaymentData } from '../domain/creditor-answer.ts';
import type { PaymentTerms } from '../domain/payment-terms.ts';

/** @param creditorName the name in the directory, for answers of version 1 that lack it */
export function termsOfData(data: PaymentData, creditorName: string): PaymentTerms {
  return {
    iuv: data.creditorReferenceId,
    amount: data.paymentAmount,
    dueDate: data.dueDate,
    description: data.description,
    creditorName: data.companyName ?? creditorName,
    ...(data.officeName !== undefined && { officeName: data.officeName }),
    debtor: subjectOf(data.debtor),
    transfers: data.transferList.map(transferOf),
    ...(data.metadata && { metadata: [...data.metadata] }),
  };
}

/** A person or organization of a message. */
export function subjectOf({ uniqueIdentifier, ...rest }: MessageSubject): Subject {
  return { type: uniqueIdentifier.entityUniqueIdentifierType, fiscalCode: uniqueIdentifier.entityUniqueIdentifierValue, ...rest };
}

function transferOf(transfer: PaymentData['transferList'][number]): Transfer {
  const { richiestaMarcaDaBollo: stamp } = transfer;
  return {
    idTransfer: transfer.idTransfer,
    amount: transfer.transferAmount,
    creditorFiscalCode: transfer.fiscalCodePA,
    ...(transfer.companyName !== undefined && { creditorName: transfer.companyName }),
    ...(transfer.IBAN !== undefined && { iban: transfer.IBAN }),
    ...(stamp && { stamp: { documentHash: stamp.hashDocumento, stampType: stamp.tipoBollo, province: stamp.provinciaResidenza } }),
    remittanceInformation: transfer.remittanceInformation,
    transferCategory: transfer.transferCategory,
    ...(transfer.metadata && { metadata: [...transfer.metadata] }),
  };
}
