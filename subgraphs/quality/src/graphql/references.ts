/** Things of other subgraphs that results and evidence point to. */
import { FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { Directive, Field, Int, ObjectType } from 'type-graphql';

@Directive('@key(fields: "code")')
@ObjectType('Psp', { description: 'A payment service provider.' })
export class PspReference {
  @Field(() => String, { description: 'Code of the PSP.' })
  code!: string;
}

@Directive('@key(fields: "psp { code } name revision")')
@ObjectType('ReportingFlow', { description: 'A reporting flow (flusso di rendicontazione), one revision.' })
export class ReportingFlowReference {
  @Field(() => PspReference, { nullable: true, description: 'The PSP that reports.' })
  psp!: PspReference | null;

  @Field(() => String, { description: 'Name of the flow.' })
  name!: string;

  @Field(() => Int, { description: 'Revision of the flow.' })
  revision!: number;
}

@Directive('@key(fields: "paymentToken", resolvable: false)')
@ObjectType('Payment', { description: 'One attempt to pay a notice.' })
export class PaymentReference {
  @Field(() => String, { description: 'The token.' })
  paymentToken!: string;
}

@Directive('@key(fields: "fiscalCode", resolvable: false)')
@ObjectType('CreditorInstitution', { description: 'A creditor institution (ente creditore).' })
export class CreditorReference {
  @Field(() => FiscalCodeScalar, { description: 'Its fiscal code.' })
  fiscalCode!: string;
}
