/** Receipts and what belongs to them, as the graph shows them. */
import {
  connectionOf,
  DateScalar,
  DateTimeScalar,
  EuroCentsScalar,
  FiscalCodeScalar,
  IuvScalar,
  NoticeNumberScalar,
} from '@nodo-aperto/kernel/graphql';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { ReceiptPartyRole, ReceiptRecipientStatus } from './enums.ts';
import { CreditorInstitutionReference, NoticeReference, PaymentReference, PspReference, StationReference } from './references.ts';

@ObjectType('ReceiptPerson', { description: 'Who owed or who paid.' })
export class ReceiptPersonType {
  @Field(() => String, { description: 'F for a person, G for an organization.' })
  type!: string;

  @Field(() => String, { description: 'Tax code, as the creditor or the PSP gave it; ANONIMO for an anonymous payer.' })
  fiscalCode!: string;

  @Field(() => String, { description: 'Name.' })
  fullName!: string;
}

@ObjectType('ReceiptTransfer', { description: 'A part of the payment and the account that it goes to.' })
export class ReceiptTransferType {
  @Field(() => Int, { description: '1 to 5.' })
  idTransfer!: number;

  @Field(() => EuroCentsScalar, { description: 'Amount; those of all transfers add up to the receipt’s.' })
  amount!: number;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor that receives it.' })
  creditorFiscalCode!: string;

  @Field(() => String, { nullable: true, description: 'Name of that creditor at the time of the payment.' })
  creditorName?: string;

  @Field(() => String, { nullable: true, description: 'IBAN that it goes to; absent for a stamp.' })
  iban?: string;

  @Field(() => String, { description: 'What it is for, as the bank transfer says it.' })
  remittanceInformation!: string;

  @Field(() => String, { description: 'Category of the taxonomy of payments.' })
  transferCategory!: string;
}

@ObjectType('ReceiptDeliveryStep', { description: 'One step in the delivery of a receipt to a recipient.' })
export class ReceiptDeliveryStepType {
  @Field(() => ReceiptRecipientStatus, { description: 'State after the step.' })
  status!: ReceiptRecipientStatus;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: number;

  @Field(() => Int, { description: 'Number of the attempt; 0 before the first.' })
  attempt!: number;

  @Field(() => String, { nullable: true, description: 'Why the attempt did not deliver: a code and a sentence.' })
  error?: string;

  @Field(() => Int, { nullable: true, description: 'Milliseconds that the call took.' })
  elapsedMs?: number;

  @Field(() => Boolean, { description: 'Whether the creditor said that it had the receipt already.' })
  duplicate!: boolean;
}

@ObjectType('ReceiptRecipient', {
  description: 'A creditor that gets the receipt at one of its stations, and how far the delivery has come.',
})
export class ReceiptRecipientType {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => CreditorInstitutionReference, { nullable: true, description: 'The creditor.' })
  creditor?: CreditorInstitutionReference;

  @Field(() => StationReference, { nullable: true, description: 'The station that the receipt is sent to.' })
  station?: StationReference;

  @Field(() => ReceiptRecipientStatus, { description: 'How far the delivery has come.' })
  status!: ReceiptRecipientStatus;

  @Field(() => Int, { description: 'Attempts so far, the one under way included.' })
  attempts!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it is sent next; absent once delivered, while an attempt is under way, and when the attempts are used up.',
  })
  nextAttemptAt?: number;

  @Field(() => Boolean, {
    description: 'Whether its attempts are used up: the creditor can fetch the receipt, or ask for another delivery.',
  })
  exhausted!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was delivered.' })
  deliveredAt?: number;

  @Field(() => Boolean, { description: 'Whether it was not sent but left to be fetched: its station is asynchronous.' })
  kept!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Where the creditor fetches it over REST, whatever became of the delivery. For its recipient, the broker of the station and operators.',
  })
  fetchPath?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the creditor first fetched what could not be delivered.' })
  fetchedAt?: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why the last attempt did not deliver: a code and a sentence. For its recipient, the broker of the station and operators.',
  })
  lastError?: string;

  /** What resolvers need beyond the fields. */
  receiptId!: string;
  stationCode!: string;
  underWay!: boolean;
  evidence!: boolean;
}

@Directive('@key(fields: "id")')
@ObjectType('Receipt', { description: 'The receipt of a booked payment (ricevuta telematica): what paSendRT tells the creditors.' })
export class ReceiptType {
  @Field(() => ID, { description: 'The payment token, also the IUR of reporting flows.' })
  id!: string;

  @Field(() => PaymentReference, { nullable: true, description: 'The payment.' })
  payment?: PaymentReference;

  @Field(() => NoticeReference, { nullable: true, description: 'The notice that was paid.' })
  notice?: NoticeReference;

  @Field(() => CreditorInstitutionReference, { nullable: true, description: 'The creditor of the notice.' })
  creditor?: CreditorInstitutionReference;

  @Field(() => PspReference, { nullable: true, description: 'The PSP.' })
  psp?: PspReference;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor of the notice.' })
  creditorFiscalCode!: string;

  @Field(() => String, { description: 'Name of the creditor at the time of the payment.' })
  creditorName!: string;

  @Field(() => String, { nullable: true, description: 'Office of the creditor.' })
  officeName?: string;

  @Field(() => NoticeNumberScalar, { description: 'Number of the notice.' })
  noticeNumber!: string;

  @Field(() => IuvScalar, { description: 'The creditor’s reference (creditorReferenceId).' })
  iuv!: string;

  @Field(() => EuroCentsScalar, { description: 'What was paid, without the PSP’s fee.' })
  amount!: number;

  @Field(() => String, { description: 'What it was for.' })
  description!: string;

  @Field(() => String, { description: 'What it was for in readable words, without the references of bank transfers.' })
  subject!: string;

  @Field(() => [ReceiptTransferType], { description: 'How the amount is shared out.' })
  transfers!: ReceiptTransferType[];

  @Field(() => String, { description: 'Name of the PSP at the time of the payment.' })
  pspName!: string;

  @Field(() => String, { nullable: true, description: 'Tax code of the PSP.' })
  pspFiscalCode?: string;

  @Field(() => ReceiptPersonType, { nullable: true, description: 'Who owed it; not for the PSP.' })
  debtor?: ReceiptPersonType;

  @Field(() => ReceiptPersonType, {
    nullable: true,
    description: 'Who paid, when the PSP said it; not for a debtor whose notice somebody else paid.',
  })
  payer?: ReceiptPersonType;

  @Field(() => String, {
    nullable: true,
    description: 'How it was paid, in the words of the PSP; not for a debtor whose notice somebody else paid.',
  })
  paymentMethod?: string;

  @Field(() => String, {
    nullable: true,
    description: 'Where it was paid, in the words of the PSP; not for a debtor whose notice somebody else paid.',
  })
  paymentChannel?: string;

  @Field(() => EuroCentsScalar, {
    nullable: true,
    description: 'Fee that the payer paid to the PSP; not for a debtor whose notice somebody else paid.',
  })
  fee?: number;

  @Field(() => String, { nullable: true, description: 'VAT number of the PSP.' })
  pspVatNumber?: string;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'Part of the PSP’s fee that the creditor bears; not for citizens.' })
  primaryCreditorFee?: number;

  @Field(() => String, { nullable: true, description: 'Bundle of fees that the PSP applied; not for citizens.' })
  bundleId?: string;

  @Field(() => String, { nullable: true, description: 'The creditor’s adhesion to that bundle; not for citizens.' })
  creditorBundleId?: string;

  @Field(() => DateTimeScalar, { description: 'When the PSP reported the payment.' })
  paidAt!: number;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which the PSP debited the payer (applicationDate).' })
  applicationDate?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which the PSP transfers the money.' })
  transferDate?: string;

  @Field(() => Boolean, { description: 'Whether it was paid in Stand-In: from the data in ACA, because the creditor could not answer.' })
  standIn!: boolean;

  @Field(() => DateTimeScalar, { description: 'When the receipt was made.' })
  createdAt!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the last recipient had it; absent while one lacks it, and for citizens.',
  })
  completedAt?: number;

  @Field(() => [ReceiptRecipientType], {
    nullable: true,
    description: 'The creditors that get it, that of the notice first; not for citizens.',
  })
  recipients?: ReceiptRecipientType[];

  @Field(() => ReceiptPartyRole, { nullable: true, description: 'As what the caller sees it; for citizens only.' })
  callerIs?: ReceiptPartyRole;

  @Field(() => ID, {
    nullable: true,
    description: 'Its id in the interface of citizens: for what was paid in a cart another one than `id`. For citizens only.',
  })
  citizenId?: string;

  @Field(() => ReceiptCartType, {
    nullable: true,
    description: 'What was paid together with it; for the citizen who paid, when it was several payments.',
  })
  cart?: ReceiptCartType;
}

@ObjectType('ReceiptCart', { description: 'Payments that one person made together.' })
export class ReceiptCartType {
  @Field(() => Int, { description: 'How many payments.' })
  payments!: number;

  @Field(() => EuroCentsScalar, { description: 'Their sum, without fees.' })
  amount!: number;

  cartId!: string;
}

export const ReceiptConnection = connectionOf('Receipt', () => ReceiptType);
