/** The parties of the directory and what connects them. The fields that are not in the columns are in `party-fields.ts`. */
import { connectionOf, DateScalar, DateTimeScalar, FiscalCodeScalar, IbanScalar, Needs } from '@nodo-aperto/kernel/graphql';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import type { Stored } from '../persistence/mappings.ts';
import type { BrokerView } from '../services/directory-queries.ts';
import { PaymentModelEnum } from './enums.ts';
import { StationStandInPolicyType } from './stand-in-policy.ts';

@Directive('@key(fields: "fiscalCode")')
@ObjectType('CreditorInstitution', { description: 'A creditor (ente creditore): whom notices are paid to.' })
export class CreditorInstitutionType {
  @Field(() => FiscalCodeScalar, { description: 'Its fiscal code, 11 digits.' })
  fiscalCode!: string;

  @Field(() => String, { nullable: true, description: 'Its name.' })
  name?: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether its notices can be paid.' })
  enabled?: boolean;

  @Field(() => Int, { nullable: true, description: 'Version of its registration.' })
  revision?: number;

  stored!: Stored<'creditorInstitution'>;
}

@ObjectType('CreditorIban', { description: 'An account that payments to a creditor may be credited to.' })
export class CreditorIbanType {
  @Field(() => IbanScalar, { description: 'The IBAN.' })
  iban!: string;

  @Field(() => Boolean, { description: 'Whether it is an account of the post office.' })
  postal!: boolean;

  @Field(() => [String], { description: 'Purposes that it is flagged for.' })
  labels!: string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last changed.' })
  changedAt?: number;

  @Field(() => String, { nullable: true, description: 'What it is for, in the words of the creditor.' })
  description?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Its first day.' })
  validFrom?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Its last day.' })
  validUntil?: string;
}

@ObjectType('CreditorPrintData', { description: 'What printed notices say of their creditor.' })
export class PrintDataType {
  @Field(() => String, { nullable: true, description: 'Its code in the CBILL circuit.' })
  cbill?: string;

  @Field(() => String, { nullable: true, description: 'Its postal account, 12 digits.' })
  postalAccount?: string;

  @Field(() => String, { nullable: true, description: 'In whose name the postal account is.' })
  postalHolder?: string;

  @Field(() => String, { nullable: true, description: 'The authorization to print postal payment slips.' })
  postalAuthorization?: string;
}

@ObjectType('CreditorConfiguration', { description: 'How a creditor is connected; for itself, its brokers and operators.' })
export class CreditorConfigurationType {
  @Needs('IBANS')
  @Field(() => [CreditorIbanType], { description: 'Its accounts.' })
  ibans!: CreditorIbanType[];

  @Field(() => PrintDataType, { nullable: true, description: 'What its printed notices say.' })
  print?: PrintDataType;

  @Field(() => Boolean, { description: 'Whether it is a public administration: for others loading into ACA is optional.' })
  publicAdministration!: boolean;

  fiscalCode!: string;
}

@ObjectType('Route', { description: 'Which station takes the notices of a creditor that begin with certain digits.' })
export class RouteType {
  @Field(() => String, { description: 'What names the route: the creditor, the aux digit and the code, e.g. 77777777777/3-02.' })
  code!: string;

  @Field(() => Int, { description: 'First digit of the notices.' })
  auxDigit!: number;

  @Field(() => String, { nullable: true, description: 'Digits 2 and 3 of notices with aux digit 3.' })
  segregationCode?: string;

  @Field(() => String, { nullable: true, description: 'Digits 2 and 3 of notices with aux digit 0.' })
  applicationCode?: string;

  @Field(() => Boolean, { description: 'Whether the station gets receipts of payments in which the creditor has a part.' })
  broadcast!: boolean;

  @Field(() => Boolean, { description: 'Whether the notices are kept in ACA, the central archive.' })
  aca!: boolean;

  @Field(() => Boolean, { description: 'Whether the notices may be paid in Stand-In.' })
  standIn!: boolean;

  @Field(() => Int, { description: 'Version of the route.' })
  revision!: number;

  stored!: Stored<'route'>;
}

@Directive('@key(fields: "code")')
@ObjectType('Station', { description: 'A station (stazione): where a broker’s software is called for its creditors.' })
export class StationType {
  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is called.' })
  enabled?: boolean;

  @Field(() => Int, { nullable: true, description: 'Version of its registration.' })
  revision?: number;

  stored!: Stored<'station'>;
}

@ObjectType('StationConfiguration', { description: 'How a station is called; for its broker, the creditors routed to it, and operators.' })
export class StationConfigurationType {
  @Field(() => String, { description: 'Where its SOAP primitives are called.' })
  endpoint!: string;

  @Field(() => String, { nullable: true, description: 'Where its REST calls go.' })
  restEndpoint?: string;

  @Field(() => Int, { description: 'Which version of paGetPayment and paSendRT is spoken with it.' })
  primitiveVersion!: number;

  @Field(() => Boolean, { description: 'Whether messages to it tell that a payment was made in Stand-In.' })
  standInFlag!: boolean;

  @Field(() => Boolean, { description: 'Whether it answers the payment options call.' })
  paymentOptions!: boolean;

  @Field(() => Boolean, {
    description: 'Whether its creditors leave their positions to the platform, which then answers for them and never calls it.',
  })
  asynchronous!: boolean;

  @Field(() => StationStandInPolicyType, { nullable: true, description: 'What of the Stand-In policy is otherwise for it.' })
  standInPolicy?: StationStandInPolicyType;

  code!: string;
}

@Directive('@key(fields: "code")')
@ObjectType('Broker', { description: 'A broker (intermediario): who connects creditors, PSPs or both.' })
export class BrokerType {
  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => String, { nullable: true, description: 'Its name.' })
  name?: string;

  view!: BrokerView;
}

@ObjectType('BrokerSide', { description: 'What a broker is on one side, of creditors or of PSPs.' })
export class BrokerSideType {
  @Field(() => Boolean, { description: 'Whether it may work on this side.' })
  enabled!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its messages carry the original fault of a creditor; for itself and operators.',
  })
  extendedFaultBean?: boolean;

  @Field(() => Int, { description: 'Version of its registration on this side.' })
  revision!: number;
}

@Directive('@key(fields: "code")')
@ObjectType('Psp', { description: 'A PSP (prestatore di servizi di pagamento): where people pay.' })
export class PspType {
  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => String, { nullable: true, description: 'Its name.' })
  name?: string;

  @Field(() => FiscalCodeScalar, { nullable: true, description: 'Tax code of the company.' })
  fiscalCode?: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether it may pay.' })
  enabled?: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the contract it adhered with; PSPs of one contract are judged as one in the KPIs. Null: it stands alone.',
  })
  contract?: string;

  @Field(() => String, { nullable: true, description: 'Its VAT number (partita IVA).' })
  vatNumber?: string;

  @Field(() => Int, { nullable: true, description: 'Version of its registration.' })
  revision?: number;
}

@Directive('@key(fields: "code")')
@ObjectType('Channel', { description: 'A channel (canale): through which a broker’s software pays notices for its PSPs.' })
export class ChannelType {
  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether it may be used.' })
  enabled?: boolean;

  @Field(() => Int, { nullable: true, description: 'Version of its registration.' })
  revision?: number;

  stored!: Stored<'channel'>;
}

@ObjectType('ChannelConfiguration', { description: 'How a channel works; for its broker, its PSPs and operators.' })
export class ChannelConfigurationType {
  @Field(() => PaymentModelEnum, { description: 'How payments on it come about.' })
  paymentModel!: string;

  @Field(() => Boolean, { description: 'Whether answers on it tell that a payment is made in Stand-In.' })
  standInFlag!: boolean;

  code!: string;
}

@ObjectType('Maintenance', { description: 'A planned time in which a station need not answer.' })
export class MaintenanceType {
  @Field(() => String, { description: 'What names it: the station and the start.' })
  code!: string;

  @Field(() => DateTimeScalar, { description: 'When it begins.' })
  start!: number;

  @Field(() => DateTimeScalar, { description: 'When it ends.' })
  end!: number;

  @Field(() => Boolean, { description: 'Whether notices are paid in Stand-In meanwhile.' })
  standIn!: boolean;

  @Field(() => Int, { description: 'Version of the entry.' })
  revision!: number;

  stationCode!: string;
}

export const CreditorInstitutionConnection = connectionOf('CreditorInstitution', () => CreditorInstitutionType);
export const PspConnection = connectionOf('Psp', () => PspType);
export const BrokerConnection = connectionOf('Broker', () => BrokerType);
export const StationConnection = connectionOf('Station', () => StationType);
export const ChannelConnection = connectionOf('Channel', () => ChannelType);
export const RouteConnection = connectionOf('Route', () => RouteType);
export const MaintenanceConnection = connectionOf('Maintenance', () => MaintenanceType);
