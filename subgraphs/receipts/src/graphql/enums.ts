/** The enumerations of this subgraph. Objects with a type of the same name, since type-graphql reads values and TypeScript types. */
import { RECIPIENT_STATUSES, type RecipientStatus } from '@nodo-aperto/schema/events';
import { registerEnumType } from 'type-graphql';
import { WAITING_FOR, type WaitingFor } from '../domain/waiting-for.ts';

type ValuesOf<Name extends string> = { readonly [Value in Name]: Value };
const valuesOf = <Name extends string>(names: readonly Name[]): ValuesOf<Name> =>
  Object.fromEntries(names.map((name) => [name, name])) as ValuesOf<Name>;

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
