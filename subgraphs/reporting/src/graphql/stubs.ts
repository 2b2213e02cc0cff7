/** Entities of other subgraphs, by their keys. */
import { FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@key(fields: "code")')
@ObjectType('Psp', { description: 'A payment service provider.' })
export class PspStub {
  @Field(() => String, { description: 'Its code.' })
  code!: string;
}

@Directive('@key(fields: "code", resolvable: false)')
@ObjectType('Broker', { description: 'A broker: it connects others to the platform.' })
export class BrokerStub {
  @Field(() => String, { description: 'Its code.' })
  code!: string;
}

@Directive('@key(fields: "code", resolvable: false)')
@ObjectType('Channel', { description: 'How a PSP’s software calls the node.' })
export class ChannelStub {
  @Field(() => String, { description: 'Its code.' })
  code!: string;
}

@Directive('@key(fields: "fiscalCode")')
@ObjectType('CreditorInstitution', { description: 'A creditor institution (ente creditore).' })
export class CreditorStub {
  @Field(() => FiscalCodeScalar, { description: 'Its fiscal code.' })
  fiscalCode!: string;
}

@Directive('@key(fields: "paymentToken", resolvable: false)')
@ObjectType('Payment', { description: 'A payment: one token, from activation to the last receipt.' })
export class PaymentStub {
  @Field(() => String, { description: 'Its token.' })
  paymentToken!: string;
}

@Directive('@key(fields: "id")')
@ObjectType('Receipt', { description: 'A receipt (ricevuta telematica) of a payment.' })
export class ReceiptType {
  @Field(() => ID, { description: 'Its id: the payment token.' })
  id!: string;
}
