/** What PSPs are answered. A KO is data: `outcome` and `fault` beside the result. */
import { DateScalar, EuroCentsScalar, FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Field, ObjectType } from 'type-graphql';
import { AmountOption, OutcomeEnum, PaymentFaultCode } from './enums.ts';
import { PaymentMetadataType, PaymentTransferType, PaymentType } from './payment-types.ts';

@ObjectType('PaymentFault', { description: 'Why the answer is KO (fault bean).' })
export class PaymentFaultType {
  @Field(() => PaymentFaultCode, { description: 'The code.' })
  code!: PaymentFaultCode;

  @Field(() => String, { description: 'The fixed sentence of the code.' })
  faultString!: string;

  @Field(() => String, { nullable: true, description: 'What exactly it was.' })
  description?: string;

  @Field(() => String, { description: 'Who raised it: NodoDeiPagamentiSPC, or the creditor that answered KO.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The creditor’s own code, when it answered KO.',
  })
  originalFaultCode?: string;

  @Field(() => String, { nullable: true, description: 'The creditor’s own sentence; for the same PSPs.' })
  originalFaultString?: string;

  @Field(() => String, { nullable: true, description: 'The creditor’s own description; for the same PSPs.' })
  originalDescription?: string;
}

@ObjectType()
class PspResult {
  @Field(() => OutcomeEnum, { description: 'OK, or KO with a fault.' })
  outcome!: OutcomeEnum;

  @Field(() => PaymentFaultType, { nullable: true, description: 'Why it is KO.' })
  fault?: PaymentFaultType;
}

@ObjectType('VerifiedAmount', { description: 'An amount that the notice can be paid with.' })
export class VerifiedAmountType {
  @Field(() => EuroCentsScalar, { description: 'The amount.' })
  amount!: number;

  @Field(() => AmountOption, { description: 'How the amount to be paid compares with it.' })
  options!: AmountOption;

  @Field(() => DateScalar, { nullable: true, description: 'Due date.' })
  dueDate?: string;

  @Field(() => String, { nullable: true, description: 'A note of the creditor.' })
  paymentNote?: string;
}

@ObjectType('VerifyPaymentNoticeResult', { description: 'What a notice holds now.' })
export class VerifyPaymentNoticeResult extends PspResult {
  @Field(() => [VerifiedAmountType], { nullable: true, description: 'What can be paid: in practice one amount.' })
  paymentList?: VerifiedAmountType[];

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  paymentDescription?: string;

  @Field(() => String, { nullable: true, description: 'Fiscal code of the creditor.' })
  fiscalCodePA?: string;

  @Field(() => String, { nullable: true, description: 'Name of the creditor.' })
  companyName?: string;

  @Field(() => String, { nullable: true, description: 'Office of the creditor.' })
  officeName?: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether ACA answered in the creditor’s place; null on a channel without the flag.',
  })
  standin?: boolean;
}

@ObjectType('DemandedQrCode', { description: 'What names a notice.' })
export class DemandedQrCodeType {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  fiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Number of the notice, 18 digits.' })
  noticeNumber!: string;
}

@ObjectType('DemandPaymentNoticeResult', { description: 'A notice that a creditor made on request; to be activated like any other.' })
export class DemandPaymentNoticeResult extends PspResult {
  @Field(() => DemandedQrCodeType, { nullable: true, description: 'The notice.' })
  qrCode?: DemandedQrCodeType;

  @Field(() => [VerifiedAmountType], { nullable: true, description: 'What can be paid: in practice one amount.' })
  paymentList?: VerifiedAmountType[];

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  paymentDescription?: string;

  @Field(() => String, { nullable: true, description: 'Fiscal code of the creditor.' })
  fiscalCodePA?: string;

  @Field(() => String, { nullable: true, description: 'Name of the creditor.' })
  companyName?: string;

  @Field(() => String, { nullable: true, description: 'Office of the creditor.' })
  officeName?: string;
}

@ObjectType('ActivatePaymentNoticeResult', { description: 'An opened payment session.' })
export class ActivatePaymentNoticeResult extends PspResult {
  @Field(() => EuroCentsScalar, { nullable: true, description: 'What is to be paid; may differ from the amount of the request.' })
  totalAmount?: number;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  paymentDescription?: string;

  @Field(() => String, { nullable: true, description: 'Fiscal code of the creditor.' })
  fiscalCodePA?: string;

  @Field(() => String, { nullable: true, description: 'Name of the creditor.' })
  companyName?: string;

  @Field(() => String, { nullable: true, description: 'Office of the creditor.' })
  officeName?: string;

  @Field(() => String, { nullable: true, description: 'The token: to be sent back with the outcome.' })
  paymentToken?: string;

  @Field(() => [PaymentTransferType], { nullable: true, description: 'Where the amount goes.' })
  transferList?: PaymentTransferType[];

  @Field(() => [PaymentMetadataType], { nullable: true, description: 'What the creditor attached.' })
  metadata?: PaymentMetadataType[];

  @Field(() => String, { nullable: true, description: 'The creditor’s reference (IUV).' })
  creditorReferenceId?: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether ACA answered in the creditor’s place; null on a channel without the flag.',
  })
  standin?: boolean;

  @Field(() => PaymentType, { nullable: true, description: 'The payment.' })
  payment?: PaymentType | null;
}

@ObjectType('SendPaymentOutcomeResult', {
  description: 'Whether an outcome was taken. KO with PPT_TOKEN_SCADUTO means that the payment was booked all the same.',
})
export class SendPaymentOutcomeResult extends PspResult {
  /** The token of the request: the payment is looked up by it when it is asked for. No field of the graph. */
  paymentTokens!: readonly string[];

  @Field(() => PaymentType, { nullable: true, description: 'The payment as it is now; null when the token is not known.' })
  payment?: PaymentType | null;
}

@ObjectType('SendPaymentOutcomeV2Result', { description: 'Whether one outcome for several tokens was taken.' })
export class SendPaymentOutcomeV2Result extends PspResult {
  /** The tokens of the request: the payments are looked up by them when they are asked for. No field of the graph. */
  paymentTokens!: readonly string[];

  @Field(() => [PaymentType], { description: 'The payments as they are now, in the order of the tokens; those not known are left out.' })
  payments!: PaymentType[];
}
