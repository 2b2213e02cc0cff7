/** The enumerations of this subgraph. Objects with a type of the same name, since type-graphql reads values and TypeScript types. */
import { AMOUNT_OCCASIONS, type AmountOccasion, RECIPIENT_STATUSES, type RecipientStatus } from '@nodo-aperto/schema/events';
import { valuesOf } from '@nodo-aperto/kernel/graphql';
import { registerEnumType } from 'type-graphql';
import { DOCUMENT_COPIES, type DocumentCopy } from '../domain/document-copies.ts';
import { DOCUMENT_STATES } from '../domain/document-state.ts';
import { WAITING_FOR, type WaitingFor } from '../domain/waiting-for.ts';

export const ReceiptRecipientStatus = valuesOf(RECIPIENT_STATUSES);
export type ReceiptRecipientStatus = RecipientStatus;
registerEnumType(ReceiptRecipientStatus, {
  name: 'ReceiptRecipientStatus',
  description: 'States of a receipt towards one recipient.',
  valuesConfig: {
    NOTICE_GENERATED: { description: 'Made, not sent yet.' },
    NOTICE_SENT: { description: 'Sent for the first time; the answer is awaited.' },
    NOTIFIED: { description: 'The recipient has it.' },
    NOTICE_PENDING: { description: 'The last attempt did not deliver it.' },
  },
});

export const ReceiptWaitingFor = valuesOf(WAITING_FOR);
export type ReceiptWaitingFor = WaitingFor;
registerEnumType(ReceiptWaitingFor, {
  name: 'ReceiptWaitingFor',
  description: 'What an undelivered receipt waits for.',
  valuesConfig: {
    FIRST_ATTEMPT: { description: 'Its first attempt, which is due.' },
    ANSWER: { description: 'The answer to an attempt under way.' },
    RETRY: { description: 'The time of its next attempt.' },
    STAND_IN_END: { description: 'Its station to leave Stand-In.' },
    CREDITOR: { description: 'The creditor: the attempts are used up, it can fetch the receipt or ask for another delivery.' },
  },
});

export const RedeliveryOutcome = valuesOf(['QUEUED', 'ALREADY_DELIVERED']);
export type RedeliveryOutcome = keyof typeof RedeliveryOutcome;
registerEnumType(RedeliveryOutcome, {
  name: 'RedeliveryOutcome',
  description: 'What became of a request for another delivery.',
  valuesConfig: {
    QUEUED: { description: 'The receipt goes at once, or as soon as the station leaves Stand-In.' },
    ALREADY_DELIVERED: { description: 'Nothing was done: the recipients have it.' },
  },
});

export const ReceiptPartyRole = valuesOf(['PAYER', 'DEBTOR']);
export type ReceiptPartyRole = keyof typeof ReceiptPartyRole;
registerEnumType(ReceiptPartyRole, {
  name: 'ReceiptPartyRole',
  description: 'As what a citizen sees a receipt.',
  valuesConfig: {
    PAYER: { description: 'The caller paid.' },
    DEBTOR: { description: 'The caller owed it, and somebody else paid.' },
  },
});

export const ReceiptAmountOccasion = valuesOf(AMOUNT_OCCASIONS);
export type ReceiptAmountOccasion = AmountOccasion;
registerEnumType(ReceiptAmountOccasion, {
  name: 'ReceiptAmountOccasion',
  description: 'On what occasion a creditor said what its notice is worth.',
  valuesConfig: {
    VERIFICATION: { description: 'It answered a verification.' },
    ACTIVATION: { description: 'It answered an activation.' },
    UPDATE: { description: 'It updated the position.' },
    UPLOAD: { description: 'It loaded it among others.' },
  },
});

export const ReceiptCopy = valuesOf(DOCUMENT_COPIES);
export type ReceiptCopy = DocumentCopy;
registerEnumType(ReceiptCopy, {
  name: 'ReceiptCopy',
  description: 'The printed copies of a receipt.',
  valuesConfig: {
    PAYER: { description: 'For who paid: everything about the payment.' },
    DEBTOR: { description: 'For who owed it: without who paid, how, and the fee.' },
    ATTESTATION: { description: 'For the creditor: the minimum content of its paper copy (attestazione di pagamento).' },
  },
});

export const ReceiptDocumentState = valuesOf(['NOT_REQUESTED', ...DOCUMENT_STATES]);
export type ReceiptDocumentState = keyof typeof ReceiptDocumentState;
registerEnumType(ReceiptDocumentState, {
  name: 'ReceiptDocumentState',
  description: 'How far the printing of a copy has come.',
  valuesConfig: {
    NOT_REQUESTED: { description: 'Nobody has asked for it, or it was removed since: copies are kept for a day.' },
    GENERATING: { description: 'It is being made.' },
    READY: { description: 'It can be downloaded.' },
    FAILED: { description: 'It could not be made; asking for it again makes another try.' },
  },
});
