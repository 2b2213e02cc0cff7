/** Entities of other subgraphs, by their keys. */
import { FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Directive, Field, ObjectType } from 'type-graphql';

@Directive('@key(fields: "fiscalCode", resolvable: false)')
@ObjectType('CreditorInstitution', { description: 'A creditor institution (ente creditore).' })
export class CreditorInstitutionReference {
  @Field(() => FiscalCodeScalar, { description: 'Its fiscal code.' })
  fiscalCode!: string;
}

@Directive('@key(fields: "code", resolvable: false)')
@ObjectType('Psp', { description: 'A payment service provider.' })
export class PspReference {
  @Field(() => String, { description: 'Its code.' })
  code!: string;
}

@Directive('@key(fields: "code", resolvable: false)')
@ObjectType('Station', { description: 'A station: where a broker’s software answers the node.' })
export class StationReference {
  @Field(() => String, { description: 'Its code.' })
  code!: string;
}

@Directive('@key(fields: "creditorFiscalCode noticeNumber", resolvable: false)')
@ObjectType('Notice', { description: 'A payable notice (avviso).' })
export class NoticeReference {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Its number (NAV), 18 digits.' })
  noticeNumber!: string;
}

@Directive('@key(fields: "paymentToken")')
@ObjectType('Payment', { description: 'A payment of a notice.' })
export class PaymentReference {
  @Field(() => String, { description: 'Its token.' })
  paymentToken!: string;
}
