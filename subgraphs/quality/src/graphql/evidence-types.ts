/** What a result counts, down to payments, flows and calls. */
import { connectionOf, DateTimeScalar, EuroCentsScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Int, ObjectType } from 'type-graphql';
import { CreditorReference, PaymentReference, ReportingFlowReference } from './references.ts';

@ObjectType('KpiEvidenceLine', { description: 'What a published flow says of a transfer.' })
export class KpiEvidenceLineType {
  @Field(() => ReportingFlowReference, { nullable: true, description: 'The flow.' })
  flow!: ReportingFlowReference | null;

  @Field(() => EuroCentsScalar, { description: 'The amount that it says.' })
  amount!: number;

  @Field(() => DateTimeScalar, { description: 'When the flow was published.' })
  publishedAt!: number;

  @Field(() => Boolean, { description: 'Whether no later revision of the flow has taken its place.' })
  inForce!: boolean;
}

@ObjectType('KpiEvidenceTransfer', { description: 'A transfer of a booked payment, and the flows that report it.' })
export class KpiEvidenceTransferType {
  @Field(() => PaymentReference, { nullable: true, description: 'The payment.' })
  payment!: PaymentReference | null;

  @Field(() => Int, { description: 'Number of the transfer in the payment, from 1.' })
  idTransfer!: number;

  @Field(() => EuroCentsScalar, { description: 'Its amount.' })
  amount!: number;

  @Field(() => DateTimeScalar, { description: 'When it was paid.' })
  paidAt!: number;

  @Field(() => DateTimeScalar, { description: 'From when on a first report is late.' })
  lateFrom!: number;

  @Field(() => [KpiEvidenceLineType], { description: 'What flows say of it, earliest first; at most twenty.' })
  lines!: KpiEvidenceLineType[];
}
export const KpiEvidenceTransferConnection = connectionOf('KpiEvidenceTransfer', () => KpiEvidenceTransferType);

@ObjectType('KpiUnmatchedLine', { description: 'A line of a flow that matches no payment of the PSP.' })
export class KpiUnmatchedLineType {
  @Field(() => ReportingFlowReference, { nullable: true, description: 'The flow.' })
  flow!: ReportingFlowReference | null;

  @Field(() => String, { description: 'The IUV that it says.' })
  iuv!: string;

  @Field(() => String, { description: 'The IUR that it says.' })
  iur!: string;

  @Field(() => EuroCentsScalar, { description: 'The amount that it says.' })
  amount!: number;
}

@ObjectType('KpiEvidenceItem', { description: 'One thing that a KPI counts: an activation, a notification, or a reporting unit.' })
export class KpiEvidenceItemType {
  @Field(() => String, { description: 'The day that it belongs to.' })
  day!: string;

  @Field(() => String, {
    description:
      'A payment token; the token and the instant of a notification; or broker, creditor and day of a reporting unit, separated by slashes.',
  })
  subject!: string;

  @Field(() => Boolean, { description: 'Whether it is a fault.' })
  fault!: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Of reporting units: whether the report in force came too late (late v2).' })
  lateAgain!: boolean | null;

  @Field(() => PaymentReference, { nullable: true, description: 'The payment; null for reporting units, which have many.' })
  payment!: PaymentReference | null;

  @Field(() => CreditorReference, { nullable: true, description: 'Of reporting units: the creditor.' })
  creditor!: CreditorReference | null;

  /** Not in the graph: the unit that the item is about. */
  unit!: { pspCode: string; brokerCode: string; creditorFiscalCode: string; day: string; profile: 'DOCUMENTS' | 'PIPELINE' } | null;
}
export const KpiEvidenceConnection = connectionOf('KpiEvidenceItem', () => KpiEvidenceItemType);
