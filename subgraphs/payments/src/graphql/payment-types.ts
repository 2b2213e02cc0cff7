/** A payment as the graph shows it. */
import {
  connectionOf,
  DateScalar,
  DateTimeScalar,
  EuroCentsScalar,
  FiscalCodeScalar,
  IuvScalar,
  NoticeNumberScalar,
} from '@nodo-aperto/kernel/graphql';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { NoticePaymentStatusEnum, OutcomeEnum, PaymentStatusEnum } from './enums.ts';

@ObjectType('PaymentStatusChange', { description: 'A state that a payment went into.' })
export class PaymentStatusChangeType {
  @Field(() => PaymentStatusEnum, { description: 'The state.' })
  status!: PaymentStatusEnum;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  at!: number;
}

@ObjectType('NoticePaymentStatusChange', { description: 'A state that a notice went into.' })
export class NoticePaymentStatusChangeType {
  @Field(() => NoticePaymentStatusEnum, { description: 'The state.' })
  status!: NoticePaymentStatusEnum;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  at!: number;
}

@ObjectType('PaymentParty', { description: 'Who owes or who pays.' })
export class PaymentPartyType {
  @Field(() => String, { description: 'F for a person, G for an organization.' })
  type!: string;

  @Field(() => String, { description: 'Fiscal code, or ANONIMO.' })
  fiscalCode!: string;

  @Field(() => String, { description: 'Name.' })
  fullName!: string;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email?: string;
}

@ObjectType('PaymentMetadata', { description: 'A pair that the creditor attached.' })
export class PaymentMetadataType {
  @Field(() => String, { description: 'Its key.' })
  key!: string;

  @Field(() => String, { description: 'Its value.' })
  value!: string;
}

@ObjectType('PaymentStamp', { description: 'A stamp duty bought with the payment (marca da bollo).' })
export class PaymentStampType {
  @Field(() => String, { description: 'Hash of the document, base 64.' })
  documentHash!: string;

  @Field(() => String, { description: 'Kind of stamp: 01.' })
  stampType!: string;

  @Field(() => String, { description: 'Province of residence, two letters.' })
  province!: string;
}

@ObjectType('PaymentTransfer', { description: 'A part of a payment and the account that it goes to.' })
export class PaymentTransferType {
  @Field(() => Int, { description: '1 to 5.' })
  idTransfer!: number;

  @Field(() => EuroCentsScalar, { description: 'Amount; those of all transfers add up to the payment’s.' })
  amount!: number;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor that receives it.' })
  creditorFiscalCode!: string;

  @Field(() => String, { nullable: true, description: 'Name of that creditor.' })
  creditorName?: string;

  @Field(() => String, { nullable: true, description: 'IBAN that it goes to; absent for a stamp.' })
  iban?: string;

  @Field(() => String, { nullable: true, description: 'Postal IBAN that it can go to as well.' })
  postalIban?: string;

  @Field(() => PaymentStampType, { nullable: true, description: 'The stamp, in place of an account.' })
  stamp?: PaymentStampType;

  @Field(() => String, { nullable: true, description: 'The stamp that the PSP bought, base64; known once the payment is booked.' })
  stampAttachment?: string;

  @Field(() => String, { description: 'What it is for, as the bank transfer says it.' })
  remittanceInformation!: string;

  @Field(() => String, { description: 'Category of the taxonomy of payments.' })
  transferCategory!: string;

  @Field(() => [PaymentMetadataType], { nullable: true, description: 'What the creditor attached.' })
  metadata?: PaymentMetadataType[];
}

@Directive('@key(fields: "paymentToken")')
@ObjectType('Payment', { description: 'One attempt to pay a notice: a token, from its activation to its last receipt.' })
export class PaymentType {
  @Field(() => String, { description: 'The token; also the id of the receipt (receiptId, IUR).' })
  paymentToken!: string;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Number of the notice.' })
  noticeNumber!: string;

  @Field(() => IuvScalar, { description: 'The creditor’s reference (IUV, creditorReferenceId).' })
  iuv!: string;

  @Field(() => EuroCentsScalar, { description: 'The amount, as the creditor or ACA said at activation.' })
  amount!: number;

  @Field(() => String, { description: 'What it is for.' })
  description!: string;

  @Field(() => String, { description: 'Name of the creditor.' })
  companyName!: string;

  @Field(() => String, { nullable: true, description: 'Office of the creditor.' })
  officeName?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Due date.' })
  dueDate?: string;

  @Field(() => PaymentStatusEnum, { description: 'Its state now.' })
  status!: PaymentStatusEnum;

  @Field(() => Boolean, { description: 'Whether its terms came from ACA because the creditor could not answer.' })
  standIn!: boolean;

  @Field(() => [PaymentTransferType], { description: 'Where its amount goes.' })
  transfers!: PaymentTransferType[];

  @Field(() => [PaymentMetadataType], { nullable: true, description: 'What the creditor attached.' })
  metadata?: PaymentMetadataType[];

  @Field(() => PaymentPartyType, { nullable: true, description: 'Who owes; not shown to PSPs.' })
  debtor?: PaymentPartyType;

  @Field(() => PaymentPartyType, { nullable: true, description: 'Who paid, as the outcome said.' })
  payer?: PaymentPartyType;

  @Field(() => String, { description: 'Code of the PSP.' })
  pspCode!: string;

  @Field(() => String, { description: 'Code of the channel that the PSP used.' })
  channelCode!: string;

  @Field(() => String, { description: 'Code of the station that serves the notice.' })
  stationCode!: string;

  @Field(() => DateTimeScalar, { description: 'When it was activated.' })
  activatedAt!: number;

  @Field(() => DateTimeScalar, { description: 'When its token may be cancelled for want of an outcome.' })
  expiresAt!: number;

  @Field(() => OutcomeEnum, { nullable: true, description: 'The outcome that was received.' })
  outcome?: OutcomeEnum;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the outcome was received.' })
  outcomeAt?: number;

  @Field(() => Boolean, { description: 'Whether it was booked by an outcome that came after the token had expired.' })
  late!: boolean;

  @Field(() => String, { nullable: true, description: 'How it was made, or is going to be.' })
  paymentMethod?: string;

  @Field(() => String, { nullable: true, description: 'Through what it was made.' })
  paymentChannel?: string;

  @Field(() => String, { nullable: true, description: 'Where it was activated.' })
  touchPoint?: string;

  @Field(() => String, { nullable: true, description: 'A note of the PSP.' })
  paymentNote?: string;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'Fee that the payer paid besides.' })
  fee?: number;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'The part of the fee that the creditor bears.' })
  primaryCreditorFee?: number;

  @Field(() => String, { nullable: true, description: 'The bundle of fees that the PSP applied.' })
  bundleId?: string;

  @Field(() => String, { nullable: true, description: 'The creditor’s adhesion to that bundle.' })
  creditorBundleId?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Date on which the PSP took the money.' })
  applicationDate?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Date of the transfer to the creditor.' })
  transferDate?: string;

  @Field(() => Int, { description: 'Grows with every change.' })
  revision!: number;
}

export const PaymentConnection = connectionOf('Payment', () => PaymentType);

@ObjectType('PaymentSession', { description: 'A payment in progress: a notice is locked, and its outcome awaited.' })
export class PaymentSessionType {
  @Field(() => PaymentType, { description: 'The payment.' })
  payment!: PaymentType;

  @Field(() => Int, { description: 'Seconds since its activation.' })
  ageSeconds!: number;

  @Field(() => DateTimeScalar, { description: 'When its token may be cancelled.' })
  deadline!: number;

  @Field(() => Boolean, { description: 'Whether the deadline is past and the token will be cancelled by the next run.' })
  overdue!: boolean;
}

export const PaymentSessionConnection = connectionOf('PaymentSession', () => PaymentSessionType);
