/** Notices, their positions and what belongs to them, as the graph shows them. */
import { DateScalar, DateTimeScalar, EuroCentsScalar, FiscalCodeScalar, IuvScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { OptionStatus, PositionStatusEnum } from './enums.ts';

@Directive('@key(fields: "fiscalCode")')
@ObjectType('CreditorInstitution', { description: 'A creditor institution (ente creditore).' })
export class CreditorInstitutionType {
  @Field(() => FiscalCodeScalar, { description: 'Its fiscal code.' })
  fiscalCode!: string;
}

@ObjectType('NoticeParty', { description: 'Who owes: a person or an organization.' })
export class NoticePartyType {
  @Field(() => String, { description: 'F for a person, G for an organization.' })
  type!: string;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code.' })
  fiscalCode!: string;

  @Field(() => String, { description: 'Name.' })
  fullName!: string;

  @Field(() => String, { nullable: true, description: 'Street.' })
  streetName?: string;

  @Field(() => String, { nullable: true, description: 'Number of the house.' })
  civicNumber?: string;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode?: string;

  @Field(() => String, { nullable: true, description: 'City.' })
  city?: string;

  @Field(() => String, { nullable: true, description: 'Province or region.' })
  stateProvinceRegion?: string;

  @Field(() => String, { nullable: true, description: 'Country, two letters.' })
  country?: string;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email?: string;
}

@ObjectType('NoticeMetadata', { description: 'A pair that the creditor attached.' })
export class NoticeMetadataType {
  @Field(() => String, { description: 'Its key, unique in its place.' })
  key!: string;

  @Field(() => String, { description: 'Its value.' })
  value!: string;
}

@ObjectType('NoticeStamp', { description: 'A stamp duty bought with the payment (marca da bollo).' })
export class NoticeStampType {
  @Field(() => String, { description: 'Hash of the document, base 64.' })
  documentHash!: string;

  @Field(() => String, { description: 'Kind of stamp: 01.' })
  stampType!: string;

  @Field(() => String, { description: 'Province of residence, two letters.' })
  province!: string;
}

@ObjectType('NoticeTransfer', { description: 'A part of a notice’s amount and the account that it goes to.' })
export class NoticeTransferType {
  @Field(() => Int, { description: '1 to 5.' })
  idTransfer!: number;

  @Field(() => EuroCentsScalar, { description: 'Amount; those of all transfers add up to the notice’s.' })
  amount!: number;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor that receives it.' })
  creditorFiscalCode!: string;

  @Field(() => String, { nullable: true, description: 'Name of that creditor.' })
  creditorName?: string;

  @Field(() => String, { nullable: true, description: 'IBAN that it goes to; absent for a stamp.' })
  iban?: string;

  @Field(() => String, { nullable: true, description: 'Postal IBAN that it can go to as well.' })
  postalIban?: string;

  @Field(() => NoticeStampType, { nullable: true, description: 'The stamp, in place of an account.' })
  stamp?: NoticeStampType;

  @Field(() => String, { description: 'What it is for, as the bank transfer says it.' })
  remittanceInformation!: string;

  @Field(() => String, { description: 'Category of the taxonomy of payments.' })
  transferCategory!: string;

  @Field(() => [NoticeMetadataType], { nullable: true, description: 'What the creditor attached.' })
  metadata?: NoticeMetadataType[];

  @Field(() => String, { nullable: true, description: 'Name of the reporting flow that has it.' })
  reportedIn?: string;
}

@Directive('@key(fields: "creditorFiscalCode noticeNumber")')
@ObjectType('Notice', { description: 'A payable notice (avviso): a whole debt position, or one instalment of it.' })
export class NoticeType {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Its number (NAV), 18 digits.' })
  noticeNumber!: string;

  @Field(() => String, { nullable: true, description: 'Its number in groups of four, as it is printed.' })
  printedNumber?: string;

  @Field(() => IuvScalar, { nullable: true, description: 'The creditor’s reference (IUV).' })
  iuv?: string;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'What is owed.' })
  amount?: number;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string;

  @Field(() => PositionStatusEnum, { nullable: true, description: 'Its own state now. It can be paid exactly when it is VALID.' })
  status?: PositionStatusEnum;

  @Field(() => Boolean, { nullable: true, description: 'Whether it can be paid now.' })
  payable?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is INVALID because another payment option was chosen.' })
  ruledOut?: boolean;

  @Field(() => DateScalar, { nullable: true, description: 'Due date, in Italy.' })
  dueDate?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The instant at which it is due.' })
  expirationDate?: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when it can be paid; absent: from its publication.' })
  validFrom?: number;

  @Field(() => Boolean, { nullable: true, description: 'Whether it can no longer be paid once it is past due.' })
  switchToExpired?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Whether it may be paid in Stand-In.' })
  payStandIn?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is in the central archive of notices (ACA).' })
  aca?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Whether its check digits are right. They are not checked when it is loaded.' })
  checkDigitsValid?: boolean;

  @Field(() => NoticePartyType, { nullable: true, description: 'Who owes it; for its creditor and for themselves only.' })
  debtor?: NoticePartyType;

  @Field(() => [NoticeTransferType], { nullable: true, description: 'Where its amount goes.' })
  transfers?: NoticeTransferType[];

  @Field(() => [NoticeMetadataType], { nullable: true, description: 'What the creditor attached.' })
  metadata?: NoticeMetadataType[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was paid.' })
  paidAt?: number;

  @Field(() => Boolean, { nullable: true, description: 'Whether it was paid outside the platform, as its creditor says.' })
  paidElsewhere?: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was loaded.' })
  createdAt?: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it last changed.' })
  updatedAt?: number;

  @Field(() => Int, { nullable: true, description: 'Grows with every change.' })
  revision?: number;

  @Field(() => CreditorInstitutionType, { nullable: true, description: 'The creditor.' })
  creditor?: CreditorInstitutionType;
}

@ObjectType('PositionOption', {
  description: 'One way to pay a debt position: a single notice or a plan of instalments. Paying one rules the others out.',
})
export class PositionOptionType {
  @Field(() => Int, { description: 'Its place in the position, from 1.' })
  number!: number;

  @Field(() => String, { nullable: true, description: 'What it is.' })
  description?: string;

  @Field(() => EuroCentsScalar, { description: 'What its instalments add up to.' })
  amount!: number;

  @Field(() => OptionStatus, { description: 'How far it is paid.' })
  status!: OptionStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when it can be paid.' })
  validFrom?: number;

  @Field(() => Boolean, { description: 'Whether its notices can no longer be paid once they are past due.' })
  switchToExpired!: boolean;

  @Field(() => [NoticeType], { description: 'Its notices, in their order.' })
  instalments!: NoticeType[];
}

@ObjectType('DebtPosition', { description: 'What somebody owes a creditor, in one or more payment options.' })
export class DebtPositionType {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => String, { description: 'Its id (IUPD), unique for the creditor.' })
  iupd!: string;

  @Field(() => PositionStatusEnum, { description: 'Its state now.' })
  status!: PositionStatusEnum;

  @Field(() => String, { description: 'Name of the creditor.' })
  companyName!: string;

  @Field(() => String, { nullable: true, description: 'Office of the creditor.' })
  officeName?: string;

  @Field(() => NoticePartyType, { description: 'Who owes.' })
  debtor!: NoticePartyType;

  @Field(() => Boolean, { description: 'Whether it is in the central archive of notices (ACA).' })
  aca!: boolean;

  @Field(() => Boolean, { description: 'Whether it may be paid in Stand-In.' })
  payStandIn!: boolean;

  @Field(() => Boolean, { description: 'Whether who owes finds it by pull payments.' })
  pull!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was published; absent for a draft.' })
  publishedAt?: number;

  @Field(() => [PositionOptionType], { description: 'The ways to pay it.' })
  options!: PositionOptionType[];

  @Field(() => [NoticeType], {
    description:
      'Notices that were paid although another option was paid before: their sessions were open before the platform knew that they belong together. The creditor owes them back.',
  })
  conflictingPayments!: NoticeType[];

  @Field(() => DateTimeScalar, { description: 'When it was loaded.' })
  createdAt!: number;

  @Field(() => DateTimeScalar, { description: 'When it last changed.' })
  updatedAt!: number;

  @Field(() => Int, { description: 'Grows with every change.' })
  revision!: number;
}
