/** What PSPs send: the fields of the official messages, under their names. */
import { DateScalar, EuroCentsScalar, FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Field, InputType, Int } from 'type-graphql';
import { ActivationPaymentMethod, OutcomeEnum, OutcomePaymentChannel, OutcomePaymentMethod, PayerKind, TouchPoint } from './enums.ts';

@InputType('QrCodeInput', { description: 'What the QR code of a notice says of it.' })
export class QrCodeInput {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  fiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Number of the notice, 18 digits.' })
  noticeNumber!: string;
}

@InputType()
export class CallerInput {
  @Field(() => String, { nullable: true, description: 'Code of the PSP; the token’s own when absent, and never another.' })
  idPSP?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the PSP’s broker; the channel’s when absent.' })
  idBrokerPSP?: string | null;

  @Field(() => String, { description: 'Code of the channel.' })
  idChannel!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Password of the channel: checked when given, since the token authenticates already.',
  })
  password?: string | null;
}

@InputType('VerifyPaymentNoticeInput', { description: 'A verification.' })
export class VerifyPaymentNoticeInput extends CallerInput {
  @Field(() => QrCodeInput, { description: 'The notice.' })
  qrCode!: QrCodeInput;
}

@InputType('ActivatePaymentNoticeInput', { description: 'An activation.' })
export class ActivatePaymentNoticeInput extends CallerInput {
  @Field(() => String, {
    nullable: true,
    description: 'The PSP’s fiscal code, "_", ten letters or digits: a repeat of the request gets the same answer.',
  })
  idempotencyKey?: string | null;

  @Field(() => QrCodeInput, { description: 'The notice.' })
  qrCode!: QrCodeInput;

  @Field(() => Int, { nullable: true, description: 'Milliseconds that the token shall live, at most 1800000.' })
  expirationTime?: number | null;

  @Field(() => EuroCentsScalar, { description: 'The amount that the payer was shown.' })
  amount!: number;

  @Field(() => DateScalar, { nullable: true, description: 'Due date that the payer was shown.' })
  dueDate?: string | null;

  @Field(() => String, { nullable: true, description: 'A note, at most 210 characters.' })
  paymentNote?: string | null;
}

@InputType('ActivatePaymentNoticeV2Input', { description: 'An activation, version 2.' })
export class ActivatePaymentNoticeV2Input extends ActivatePaymentNoticeInput {
  @Field(() => ActivationPaymentMethod, { nullable: true, description: 'How the payment is going to be made.' })
  paymentMethod?: ActivationPaymentMethod | null;

  @Field(() => TouchPoint, { nullable: true, description: 'Where.' })
  touchPoint?: TouchPoint | null;
}

@InputType('EntityUniqueIdentifierInput', { description: 'A person or organization by its code.' })
export class EntityUniqueIdentifierInput {
  @Field(() => PayerKind, { description: 'F for a person, G for an organization.' })
  entityUniqueIdentifierType!: PayerKind;

  @Field(() => String, { description: 'Fiscal code, or ANONIMO; 2 to 16 characters.' })
  entityUniqueIdentifierValue!: string;
}

@InputType('PayerInput', { description: 'Who paid.' })
export class PayerInput {
  @Field(() => EntityUniqueIdentifierInput, { description: 'Its code.' })
  uniqueIdentifier!: EntityUniqueIdentifierInput;

  @Field(() => String, { description: 'Name, at most 70 characters.' })
  fullName!: string;

  @Field(() => String, { nullable: true, description: 'E-mail address, at most 256 characters.' })
  email?: string | null;
}

@InputType('OutcomeDetailsInput', { description: 'How a payment was made.' })
export class OutcomeDetailsInput {
  @Field(() => OutcomePaymentMethod, { description: 'How.' })
  paymentMethod!: OutcomePaymentMethod;

  @Field(() => OutcomePaymentChannel, { nullable: true, description: 'Through what.' })
  paymentChannel?: OutcomePaymentChannel | null;

  @Field(() => EuroCentsScalar, { description: 'Fee that the payer paid besides.' })
  fee!: number;

  @Field(() => PayerInput, { nullable: true, description: 'Who paid.' })
  payer?: PayerInput | null;

  @Field(() => DateScalar, { description: 'Date on which the PSP took the money.' })
  applicationDate!: string;

  @Field(() => DateScalar, { description: 'Date of the transfer to the creditor.' })
  transferDate!: string;
}

@InputType('BoughtStampInput', { description: 'A revenue stamp that the PSP bought (marca da bollo).' })
export class BoughtStampInput {
  @Field(() => String, { description: 'The token of the payment that asked for it.' })
  paymentToken!: string;

  @Field(() => Int, { description: 'The transfer that asked for it, 1 to 5.' })
  idTransfer!: number;

  @Field(() => String, { description: 'The stamp itself, base64.' })
  MBDAttachment!: string;
}

@InputType('OutcomeDetailsV2Input', { description: 'How payments were made, version 2.' })
export class OutcomeDetailsV2Input extends OutcomeDetailsInput {
  @Field(() => EuroCentsScalar, { nullable: true, description: 'The part of the fee that the creditor bears.' })
  primaryCiIncurredFee?: number | null;

  @Field(() => String, { nullable: true, description: 'The bundle of fees that was applied, at most 70 characters.' })
  idBundle?: string | null;

  @Field(() => String, { nullable: true, description: 'The creditor’s adhesion to that bundle, at most 70 characters.' })
  idCiBundle?: string | null;

  @Field(() => [BoughtStampInput], { nullable: true, description: 'The revenue stamps that were bought, at most 25.' })
  marcheDaBollo?: BoughtStampInput[] | null;
}

@InputType()
class OutcomeInput extends CallerInput {
  @Field(() => String, { nullable: true, description: 'A repeat of the request under the same key gets the same answer.' })
  idempotencyKey?: string | null;

  @Field(() => OutcomeEnum, { description: 'Whether the payment took place.' })
  outcome!: OutcomeEnum;
}

@InputType('SendPaymentOutcomeInput', { description: 'The outcome of a payment.' })
export class SendPaymentOutcomeInput extends OutcomeInput {
  @Field(() => String, { description: 'The token of the activation.' })
  paymentToken!: string;

  @Field(() => OutcomeDetailsInput, { nullable: true, description: 'How it was made.' })
  details?: OutcomeDetailsInput | null;
}

@InputType('SendPaymentOutcomeV2Input', { description: 'One outcome for payments made together.' })
export class SendPaymentOutcomeV2Input extends OutcomeInput {
  @Field(() => [String], { description: 'The tokens, one to five.' })
  paymentTokens!: string[];

  @Field(() => OutcomeDetailsV2Input, { nullable: true, description: 'How they were made.' })
  details?: OutcomeDetailsV2Input | null;
}

@InputType('DemandPaymentNoticeInput', { description: 'A notice asked for by who wants to pay (spontaneous payment).' })
export class DemandPaymentNoticeInput extends CallerInput {
  @Field(() => String, { description: 'Who offers which service, in the catalogue of services: five characters.' })
  idSoggettoServizio!: string;

  @Field(() => String, { description: 'What the service needs to know, in the form that it prescribes; base64.' })
  datiSpecificiServizio!: string;
}
