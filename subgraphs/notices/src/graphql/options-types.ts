/** Payment options as the graph shows them to who pays: every way to pay a debt, from any notice of its family. */
import { FAULT_CODES } from '@nodo-aperto/kernel/faults';
import { DateTimeScalar, EuroCentsScalar, FiscalCodeScalar, IuvScalar, NoticeNumberScalar, valuesOf } from '@nodo-aperto/kernel/graphql';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { INSTALMENT_STATUSES, type InstalmentViewStatus, OPTION_STATUSES, type OptionViewStatus } from '../domain/payment-options.ts';
import { NoticeType } from './notice-types.ts';

type OdpCode = Extract<keyof typeof FAULT_CODES, `ODP_${string}`>;
export const PaymentOptionsFaultCode = valuesOf(Object.keys(FAULT_CODES).filter((code): code is OdpCode => code.startsWith('ODP_')));
export type PaymentOptionsFaultCode = OdpCode;
registerEnumType(PaymentOptionsFaultCode, {
  name: 'PaymentOptionsFaultCode',
  description: 'Faults of payment options (ODP); those from 101 on come from the creditor.',
});
const PaymentOptionStatus = valuesOf(OPTION_STATUSES);
export type PaymentOptionStatus = OptionViewStatus;
registerEnumType(PaymentOptionStatus, {
  name: 'PaymentOptionStatus',
  description: 'How a payment option stands.',
  valuesConfig: {
    PO_EXPIRED_NOT_PAYABLE: { description: 'All of it is past due, and can no longer be paid.' },
    PO_EXPIRED_UNPAID: { description: 'All of it is past due, but can still be paid.' },
    PO_INVALID: { description: 'Withdrawn, or another option was chosen.' },
  },
});
const InstalmentStatus = valuesOf(INSTALMENT_STATUSES);
export type InstalmentStatus = InstalmentViewStatus;
registerEnumType(InstalmentStatus, { name: 'PaymentInstalmentStatus', description: 'How an instalment of a payment option stands.' });

@ObjectType('PaymentInstalment', { description: 'One notice of a payment option.' })
export class PaymentInstalmentType {
  @Field(() => NoticeNumberScalar, { description: 'Number of the notice.' })
  noticeNumber!: string;

  @Field(() => IuvScalar, { description: 'The creditor’s reference (IUV).' })
  iuv!: string;

  @Field(() => EuroCentsScalar, { description: 'What is owed.' })
  amount!: number;

  @Field(() => String, { description: 'What it is for.' })
  description!: string;

  @Field(() => DateTimeScalar, { description: 'When it is due.' })
  dueDate!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when it can be paid; absent: already.' })
  validFrom?: number;

  @Field(() => InstalmentStatus, { description: 'How it stands.' })
  status!: InstalmentStatus;

  @Field(() => String, { nullable: true, description: 'Why.' })
  statusReason?: string;

  @Field(() => Boolean, { description: 'Whether it can be paid now: activate it with its number.' })
  payable!: boolean;

  @Field(() => String, { description: 'The text of its QR code.' })
  qrCode!: string;

  @Field(() => NoticeType, { nullable: true, description: 'The notice, when it is held here.' })
  notice?: NoticeType;
}

@ObjectType('PaymentOptionView', {
  description: 'One way to pay: a single notice, or a plan of instalments. Paying one rules the others out.',
})
export class PaymentOptionViewType {
  @Field(() => String, { nullable: true, description: 'What it is.' })
  description?: string;

  @Field(() => Int, { description: 'How many notices it has.' })
  numberOfInstalments!: number;

  @Field(() => EuroCentsScalar, { description: 'What its notices add up to.' })
  amount!: number;

  @Field(() => DateTimeScalar, { description: 'When the last of it is due.' })
  dueDate!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when it can be paid; absent: already.' })
  validFrom?: number;

  @Field(() => PaymentOptionStatus, { description: 'How it stands.' })
  status!: PaymentOptionStatus;

  @Field(() => String, { nullable: true, description: 'Why.' })
  statusReason?: string;

  @Field(() => Boolean, { description: 'Whether all of it can go to postal accounts.' })
  allCCP!: boolean;

  @Field(() => [PaymentInstalmentType], { description: 'Its notices, in the order in which they are due.' })
  instalments!: PaymentInstalmentType[];
}

@ObjectType('PaymentOptionsFault', { description: 'Why payment options could not be told.' })
export class PaymentOptionsFaultType {
  @Field(() => PaymentOptionsFaultCode, { description: 'Code, on the wire with a dash.' })
  code!: PaymentOptionsFaultCode;

  @Field(() => String, { description: 'Its name, e.g. ODP_STAZIONE_INT_PA_TIMEOUT; of the creditor’s own codes the PAA code.' })
  name!: string;

  @Field(() => String, { description: 'What was wrong.' })
  description!: string;
}

@ObjectType('PaymentOptionsResult', { description: 'All ways to pay the debt that a notice belongs to, or why they could not be told.' })
export class PaymentOptionsResultType {
  @Field(() => String, { description: 'OK or KO.' })
  outcome!: string;

  @Field(() => PaymentOptionsFaultType, { nullable: true, description: 'Present when the outcome is KO.' })
  fault?: PaymentOptionsFaultType;

  @Field(() => FiscalCodeScalar, { nullable: true, description: 'Fiscal code of the creditor.' })
  creditorFiscalCode?: string;

  @Field(() => String, { nullable: true, description: 'Name of the creditor.' })
  companyName?: string;

  @Field(() => String, { nullable: true, description: 'Office of the creditor.' })
  officeName?: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether the archive answered because the creditor’s station could not.' })
  standIn?: boolean;

  @Field(() => [PaymentOptionViewType], { description: 'The ways to pay; empty when the outcome is KO.' })
  options!: PaymentOptionViewType[];
}
