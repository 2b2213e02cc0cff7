/** What mutations take. Fields are named as in the directory file, and read by the same rules: shapes and limits are those of the rules. */
import { DateScalar, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, InputType, Int } from 'type-graphql';
import { ChannelFields, StationFields } from './connection-inputs.ts';
import { ProductEnum, StandInProfileEnum } from './enums.ts';
import { BreakerFiguresInput, ExposureLimitsType, PagopaFiguresInput } from './stand-in-policy.ts';

const yes = { nullable: true, description: 'Whether it may work; true when absent.' };

@InputType('BrokerInput', { description: 'A broker, of creditors or of PSPs.' })
export class BrokerInput {
  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Boolean, yes)
  enabled?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether its messages carry the original fault of a creditor; false when absent.' })
  extendedFaultBean?: boolean | null;
}

@InputType('CreditorIbanInput', { description: 'An account.' })
export class CreditorIbanInput {
  @Field(() => String, { description: 'The IBAN.' })
  iban!: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is an account of the post office; false when absent.' })
  postal?: boolean | null;

  @Field(() => [String], { nullable: true, description: 'Purposes that it is flagged for.' })
  labels?: string[] | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Its first day.' })
  validFrom?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Its last day.' })
  validUntil?: string | null;
}

@InputType('CreditorPrintDataInput', { description: 'What printed notices say of their creditor.' })
export class CreditorPrintDataInput {
  @Field(() => String, { nullable: true, description: 'Its code in the CBILL circuit.' })
  cbill?: string | null;

  @Field(() => String, { nullable: true, description: 'Its postal account, 12 digits.' })
  postalAccount?: string | null;

  @Field(() => String, { nullable: true, description: 'In whose name the postal account is.' })
  postalHolder?: string | null;

  @Field(() => String, { nullable: true, description: 'The authorization to print postal payment slips.' })
  postalAuthorization?: string | null;
}

@InputType('CreditorInstitutionInput', { description: 'A creditor.' })
export class CreditorInstitutionInput {
  @Field(() => String, { description: 'Its fiscal code, 11 digits.' })
  fiscalCode!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Boolean, yes)
  enabled?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is a public administration, as it is when absent.' })
  publicAdministration?: boolean | null;

  @Field(() => [CreditorIbanInput], { nullable: true, description: 'Its accounts.' })
  ibans?: CreditorIbanInput[] | null;

  @Field(() => CreditorPrintDataInput, { nullable: true, description: 'What its printed notices say.' })
  print?: CreditorPrintDataInput | null;
}

@InputType('StationInput', { description: 'A station.' })
export class StationInput extends StationFields {
  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => String, { description: 'Code of its broker.' })
  broker!: string;
}

@InputType('RouteInput', { description: 'A route.' })
export class RouteInput {
  @Field(() => String, { description: 'Fiscal code of the creditor.' })
  creditorInstitution!: string;

  @Field(() => String, { description: 'Code of the station.' })
  station!: string;

  @Field(() => Int, { description: 'First digit of the notices, 0 to 3.' })
  auxDigit!: number;

  @Field(() => String, { nullable: true, description: 'Two digits; with aux digit 3 only.' })
  segregationCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Two digits; with aux digit 0 only.' })
  applicationCode?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the station gets receipts of payments in which the creditor has a part; false when absent.',
  })
  broadcast?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the notices are kept in ACA; false when absent.' })
  aca?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the notices may be paid in Stand-In; false when absent.' })
  standIn?: boolean | null;
}

@InputType('PspInput', { description: 'A PSP.' })
export class PspInput {
  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => String, { description: 'Tax code of the company.' })
  fiscalCode!: string;

  @Field(() => Boolean, yes)
  enabled?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the contract it adhered with: PSPs of one contract are judged as one in the KPIs. Absent: it stands alone.',
  })
  contract?: string | null;

  @Field(() => String, { nullable: true, description: 'Its VAT number (partita IVA), which receipts carry.' })
  vatNumber?: string | null;
}

@InputType('ServiceInput', { description: 'A service of the catalogue: notices are made for it on request (demandPaymentNotice).' })
export class ServiceInput {
  @Field(() => String, { description: 'Who offers what, as PSPs ask for it (idSoggettoServizio): five characters.' })
  code!: string;

  @Field(() => String, { description: 'The kind of service (idServizio): five characters.' })
  service!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => String, { description: 'Fiscal code of the creditor that offers it.' })
  creditorInstitution!: string;

  @Field(() => String, { description: 'Code of the station that makes its notices.' })
  station!: string;

  @Field(() => Boolean, yes)
  enabled?: boolean | null;
}

@InputType('ChannelInput', { description: 'A channel.' })
export class ChannelInput extends ChannelFields {
  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => String, { description: 'Code of its broker.' })
  broker!: string;
}

@InputType('ApiKeyInput', { description: 'An API key of the REST edges. Only its digest is kept.' })
export class ApiKeyInput {
  @Field(() => String, { description: 'The key, 8 to 128 printable characters.' })
  key!: string;

  @Field(() => String, { description: 'Fiscal code or code of the party that uses it.' })
  party!: string;

  @Field(() => [ProductEnum], { description: 'What it opens.' })
  products!: string[];
}

@InputType('SettingsInput', { description: 'Settings to change; what is absent stays.' })
export class SettingsInput {
  @Field(() => Int, { nullable: true, description: 'How long a payment token lives, in milliseconds, up to 30 minutes.' })
  tokenDurationMs?: number | null;

  @Field(() => Int, { nullable: true, description: 'How long the answer to an idempotency key is kept, in minutes.' })
  idempotencyKeyMinutes?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether idempotency keys are honoured.' })
  useIdempotency?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'How often a receipt is sent again to who does not take it.' })
  receiptRetryMax?: number | null;

  @Field(() => Int, { nullable: true, description: 'Minutes between attempts.' })
  receiptRetryMinutes?: number | null;

  @Field(() => StandInProfileEnum, { nullable: true, description: 'The policy by which stations enter and leave Stand-In.' })
  standInProfile?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether one request falls back to ACA when its creditor cannot answer.' })
  perRequestFallback?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long a creditor may take to answer a verification or activation, in milliseconds.',
  })
  creditorTimeoutMs?: number | null;

  @Field(() => Int, { nullable: true, description: 'How long a creditor may take to answer a receipt, in milliseconds.' })
  receiptTimeoutMs?: number | null;

  @Field(() => BreakerFiguresInput, { nullable: true, description: 'Figures of the profile breaker.' })
  standInBreaker?: BreakerFiguresInput | null;

  @Field(() => PagopaFiguresInput, { nullable: true, description: 'Figures of the profile pagopa.' })
  standInPagopa?: PagopaFiguresInput | null;

  @Field(() => ExposureLimitsType, { nullable: true, description: 'How much may be paid in Stand-In through each station, as a whole.' })
  exposureLimits?: ExposureLimitsType | null;

  @Field(() => Int, { nullable: true, description: 'Hours of planned maintenance that a broker may have in a year.' })
  maintenanceHoursPerYear?: number | null;
}

@InputType('MaintenanceInput', { description: 'A planned time in which a station need not answer.' })
export class MaintenanceInput {
  @Field(() => String, { description: 'Code of the station.' })
  station!: string;

  @Field(() => DateTimeScalar, { description: 'When it begins; for parties at least 72 hours ahead, on a quarter hour.' })
  start!: number;

  @Field(() => DateTimeScalar, { description: 'When it ends; for parties on a quarter hour.' })
  end!: number;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether notices are paid in Stand-In meanwhile.' })
  standIn!: boolean;
}
