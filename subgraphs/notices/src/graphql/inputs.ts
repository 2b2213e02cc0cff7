/** What callers send to write positions. */
import { DateTimeScalar, EuroCentsScalar, FiscalCodeScalar, IbanScalar, IuvScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Float, InputType, Int } from 'type-graphql';

@InputType('CreatePositionInput', {
  description:
    'One notice, as paCreatePosition has it. Every field is checked item by item and answered in `errors`, so that one bad item of many does not fail the others: this is why none is mandatory here.',
})
export class CreatePositionInput {
  @Field(() => String, {
    nullable: true,
    description: 'Fiscal code of the creditor, 11 digits; the caller itself when absent and the caller is a creditor.',
  })
  creditorFiscalCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Mandatory. Who owes: F for a person, G for an organization.' })
  debtorType?: string | null;

  @Field(() => String, { nullable: true, description: 'Mandatory. Fiscal code of who owes.' })
  debtorFiscalCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Mandatory. Name of who owes, 1 to 255 characters.' })
  debtorFullName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Mandatory. The creditor’s reference (IUV); with the notice number it is the key of the position.',
  })
  iuv?: string | null;

  @Field(() => String, { nullable: true, description: 'Notice number, 18 digits; "3" and the IUV when absent.' })
  noticeNumber?: string | null;

  @Field(() => Float, { nullable: true, description: 'Mandatory. Whole euro cents; 0 invalidates the position.' })
  amount?: number | null;

  @Field(() => String, { nullable: true, description: 'Mandatory. What it is for, 1 to 255 characters.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'Mandatory. When it is due, ISO 8601, with or without offset (then Italian time).' })
  expirationDate?: string | null;

  @Field(() => String, { nullable: true, description: 'IBAN to credit, 27 characters; the creditor’s own on record when absent.' })
  iban?: string | null;

  @Field(() => String, { nullable: true, description: 'Postal IBAN, 27 characters.' })
  postalIban?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it can no longer be paid once it is past due; false when absent.' })
  switchToExpired?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it may be paid in Stand-In; true when absent.' })
  payStandIn?: boolean | null;
}

@InputType('NoticePartyInput', { description: 'Who owes.' })
export class NoticePartyInput {
  @Field(() => String, { description: 'F for a person, G for an organization.' })
  type!: string;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code.' })
  fiscalCode!: string;

  @Field(() => String, { description: 'Name, 1 to 255 characters.' })
  fullName!: string;

  @Field(() => String, { nullable: true, description: 'Street, up to 70 characters.' })
  streetName?: string | null;

  @Field(() => String, { nullable: true, description: 'Number of the house, up to 16 characters.' })
  civicNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code, up to 16 characters.' })
  postalCode?: string | null;

  @Field(() => String, { nullable: true, description: 'City, up to 35 characters.' })
  city?: string | null;

  @Field(() => String, { nullable: true, description: 'Province or region, up to 35 characters.' })
  stateProvinceRegion?: string | null;

  @Field(() => String, { nullable: true, description: 'Country, two capital letters.' })
  country?: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address, up to 256 characters.' })
  email?: string | null;
}

@InputType('NoticeMetadataInput', { description: 'A pair to attach.' })
export class NoticeMetadataInput {
  @Field(() => String, { description: 'Key, 1 to 140 characters, unique in its place.' })
  key!: string;

  @Field(() => String, { description: 'Value, 1 to 140 characters.' })
  value!: string;
}

@InputType('NoticeStampInput', { description: 'A stamp duty to be bought with the payment (marca da bollo).' })
export class NoticeStampInput {
  @Field(() => String, { description: 'Hash of the document, base 64, 1 to 70 characters.' })
  documentHash!: string;

  @Field(() => String, { defaultValue: '01', description: 'Kind of stamp: 01.' })
  stampType!: string;

  @Field(() => String, { description: 'Province of residence, two capital letters.' })
  province!: string;
}

@InputType('NoticeTransferInput', { description: 'A part of a notice’s amount: to an IBAN, or for a stamp.' })
export class NoticeTransferInput {
  @Field(() => Int, { description: '1 to 5.' })
  idTransfer!: number;

  @Field(() => EuroCentsScalar, { description: 'At least one cent.' })
  amount!: number;

  @Field(() => FiscalCodeScalar, { nullable: true, description: 'Creditor that receives it; the position’s own when absent.' })
  creditorFiscalCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of that creditor, up to 140 characters.' })
  creditorName?: string | null;

  @Field(() => IbanScalar, { nullable: true, description: 'IBAN; not with a stamp.' })
  iban?: string | null;

  @Field(() => IbanScalar, { nullable: true, description: 'Postal IBAN, only beside an IBAN.' })
  postalIban?: string | null;

  @Field(() => NoticeStampInput, { nullable: true, description: 'Stamp; not with an IBAN.' })
  stamp?: NoticeStampInput | null;

  @Field(() => String, { description: 'What it is for, 1 to 140 characters.' })
  remittanceInformation!: string;

  @Field(() => String, { description: 'Category of the taxonomy of payments, 1 to 140 characters.' })
  transferCategory!: string;

  @Field(() => [NoticeMetadataInput], { nullable: true, description: 'Up to 10 pairs.' })
  metadata?: NoticeMetadataInput[] | null;
}

@InputType('NoticeInstalmentInput', { description: 'A notice of a position.' })
export class NoticeInstalmentInput {
  @Field(() => IuvScalar, { description: 'The creditor’s reference, unique for the creditor.' })
  iuv!: string;

  @Field(() => NoticeNumberScalar, { nullable: true, description: 'Notice number, unique for the creditor; "3" and the IUV when absent.' })
  noticeNumber?: string | null;

  @Field(() => EuroCentsScalar, { description: 'The sum of the transfers.' })
  amount!: number;

  @Field(() => String, { description: 'What it is for, 1 to 140 characters.' })
  description!: string;

  @Field(() => DateTimeScalar, { description: 'When it is due.' })
  dueDate!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when the creditor keeps it payable; not before the due date.' })
  retentionDate?: number | null;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'Fee.' })
  fee?: number | null;

  @Field(() => [NoticeTransferInput], { description: '1 to 5 transfers.' })
  transfers!: NoticeTransferInput[];

  @Field(() => [NoticeMetadataInput], { nullable: true, description: 'Up to 10 pairs.' })
  metadata?: NoticeMetadataInput[] | null;
}

@InputType('PositionOptionInput', { description: 'One way to pay: a single notice or a plan of instalments.' })
export class PositionOptionInput {
  @Field(() => String, { nullable: true, description: 'What it is, up to 140 characters.' })
  description?: string | null;

  @Field(() => NoticePartyInput, { nullable: true, description: 'Who owes it, when not the position’s debtor (jointly liable debtors).' })
  debtor?: NoticePartyInput | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when it can be paid, in the future; absent: at once.' })
  validFrom?: number | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether its notices can no longer be paid once they are past due.' })
  switchToExpired!: boolean;

  @Field(() => [NoticeInstalmentInput], { description: '1 to 100 notices.' })
  instalments!: NoticeInstalmentInput[];
}

@InputType('DebtPositionInput', { description: 'A debt position of the fuller model.' })
export class DebtPositionInput {
  @Field(() => String, { description: 'Its id (IUPD), 1 to 100 characters, unique for the creditor.' })
  iupd!: string;

  @Field(() => NoticePartyInput, { description: 'Who owes.' })
  debtor!: NoticePartyInput;

  @Field(() => String, { nullable: true, description: 'Office of the creditor, up to 140 characters.' })
  officeName?: string | null;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether it may be paid in Stand-In.' })
  payStandIn!: boolean;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether who owes finds it by pull payments.' })
  pull!: boolean;

  @Field(() => [PositionOptionInput], { description: '1 to 20 ways to pay.' })
  options!: PositionOptionInput[];
}
