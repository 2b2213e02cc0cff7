/** Entities of other subgraphs, with the keys by which they are known, and their fields that come from payments. */
import { FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Directive, Field, ObjectType } from 'type-graphql';

@Directive('@key(fields: "fiscalCode")')
@ObjectType('CreditorInstitution', { description: 'A creditor institution (ente creditore).' })
export class CreditorInstitutionType {
  @Field(() => FiscalCodeScalar, { description: 'Its fiscal code.' })
  fiscalCode!: string;
}

@Directive('@key(fields: "code")')
@ObjectType('Psp', { description: 'A payment service provider.' })
export class PspType {
  @Field(() => String, { description: 'Its code.' })
  code!: string;
}

@Directive('@key(fields: "code")')
@ObjectType('Station', { description: 'A station: where the software of a creditor, or of its broker, answers the node.' })
export class StationType {
  @Field(() => String, { description: 'Its code.' })
  code!: string;
}

@Directive('@key(fields: "code", resolvable: false)')
@ObjectType('Channel', { description: 'A channel: how the software of a PSP, or of its broker, calls the node.' })
export class ChannelType {
  @Field(() => String, { description: 'Its code.' })
  code!: string;
}

@Directive('@key(fields: "creditorFiscalCode noticeNumber")')
@ObjectType('Notice', { description: 'A payable notice (avviso).' })
export class NoticeType {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Its number (NAV), 18 digits.' })
  noticeNumber!: string;
}
