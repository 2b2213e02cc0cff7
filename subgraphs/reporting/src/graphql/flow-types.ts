/** Flows and their lines, as the graph shows them. */
import { connectionOf, DateScalar, DateTimeScalar, EuroCentsScalar } from '@nodo-aperto/kernel/graphql';
import { fromDate } from '@nodo-aperto/kernel/time';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import type { FlowLine } from '../domain/flow.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import type { FlowRow } from '../persistence/tables.ts';
import type { CheckedLine } from '../services/read-flows.ts';
import { ReportedOutcomeEnum, ReportingFlowStatus, ReportingMismatch, ReportingSenderType } from './enums.ts';
import { BrokerStub, ChannelStub, CreditorStub, PaymentStub, PspStub, ReceiptType } from './stubs.ts';

@ObjectType('ReportingSender', { description: 'Who sends a flow (istitutoMittente).' })
export class SenderType {
  @Field(() => ReportingSenderType, { description: 'What kind of identifier it has.' })
  type!: ReportingSenderType;

  @Field(() => String, { description: 'Its identifier.' })
  id!: string;

  @Field(() => String, { description: 'Name of the PSP, as it wrote it.' })
  pspName!: string;

  @Field(() => BrokerStub, { nullable: true, description: 'The PSP’s broker.' })
  broker?: BrokerStub;

  @Field(() => ChannelStub, { nullable: true, description: 'The channel that it was sent through.' })
  channel?: ChannelStub;
}

@ObjectType('ReportingReceiver', { description: 'Who receives a flow (istitutoRicevente).' })
export class ReceiverType {
  @Field(() => String, { description: 'Its identifier.' })
  id!: string;

  @Field(() => String, { description: 'Name of the creditor, as the PSP wrote it.' })
  organizationName!: string;
}

@Directive('@key(fields: "psp { code } name revision")')
@ObjectType('ReportingFlow', {
  description:
    'One revision of a reporting flow (flusso di rendicontazione): what a PSP collected for a creditor and pays with one credit transfer.',
})
export class ReportingFlowType {
  /** Not part of the graph: the row that the other fields are resolved from. */
  row!: FlowRow;

  @Field(() => PspStub, { nullable: true, description: 'The PSP that sends it.' })
  psp?: PspStub;

  @Field(() => String, { description: 'Its name: a day, the PSP’s code, a dash and a suffix. Unique for the PSP.' })
  name!: string;

  @Field(() => Int, { description: 'Its revision, from 1.' })
  revision!: number;

  @Field(() => CreditorStub, { nullable: true, description: 'The creditor that receives it.' })
  creditor?: CreditorStub;

  @Field(() => ReportingFlowStatus, { description: 'Its state.' })
  status!: ReportingFlowStatus;

  @Field(() => Boolean, { description: 'Whether it is the last published revision: the one that counts.' })
  latest!: boolean;

  @Field(() => DateTimeScalar, { description: 'Its date (dataOraFlusso), later with every revision.' })
  flowDate!: number;

  @Field(() => String, { description: 'Id of the credit transfer, TRN or EndToEndId (identificativoUnivocoRegolamento).' })
  regulation!: string;

  @Field(() => DateScalar, { description: 'Day of the credit transfer.' })
  regulationDate!: string;

  @Field(() => String, { nullable: true, description: 'BIC of the bank that is paid.' })
  bicCodePouringBank?: string;

  @Field(() => SenderType, { description: 'Who sends it.' })
  sender!: SenderType;

  @Field(() => ReceiverType, { description: 'Who receives it.' })
  receiver!: ReceiverType;

  @Field(() => Int, { description: 'How many payments its PSP declared.' })
  declaredTotalPayments!: number;

  @Field(() => EuroCentsScalar, { description: 'What its PSP declared that they add up to.' })
  declaredTotalAmount!: number;

  @Field(() => Int, { description: 'How many payments it has.' })
  computedTotalPayments!: number;

  @Field(() => EuroCentsScalar, { description: 'What they add up to.' })
  computedTotalAmount!: number;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: number;

  @Field(() => DateTimeScalar, { description: 'When it last changed.' })
  updatedAt!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was published.' })
  publishedAt?: number;
}

@ObjectType('ReportingLine', { description: 'A line of a flow: one transfer of one payment (datiSingoliPagamenti).' })
export class ReportingLineType {
  /** Not part of the graph: the flow, or where to find it. */
  flowRow?: FlowRow;
  flowKey!: FlowKey;

  @Field(() => Int, { description: 'Its index, unique in its flow.' })
  index!: number;

  @Field(() => String, { description: 'The creditor’s reference (IUV).' })
  iuv!: string;

  @Field(() => String, { description: 'The payment token, which is also the receipt’s id (IUR).' })
  iur!: string;

  @Field(() => Int, { description: 'Number of the transfer in its payment, 1 to 5.' })
  idTransfer!: number;

  @Field(() => EuroCentsScalar, { description: 'Amount of the transfer.' })
  amount!: number;

  @Field(() => ReportedOutcomeEnum, { description: 'What it is reported as.' })
  outcome!: ReportedOutcomeEnum;

  @Field(() => DateTimeScalar, { description: 'When it was paid.' })
  payDate!: number;

  @Field(() => PaymentStub, { nullable: true, description: 'The payment.' })
  payment?: PaymentStub;

  @Field(() => ReceiptType, { nullable: true, description: 'Its receipt.' })
  receipt?: ReceiptType;
}

@ObjectType('UnmatchedReportingLine', { description: 'A line that does not agree with what its PSP booked for its creditor.' })
export class UnmatchedLineType {
  @Field(() => ReportingLineType, { description: 'The line.' })
  line!: ReportingLineType;

  @Field(() => [ReportingMismatch], { description: 'How it differs.' })
  mismatches!: ReportingMismatch[];

  @Field(() => String, { nullable: true, description: 'The creditor’s reference that was booked; absent when the payment is unknown.' })
  bookedIuv?: string;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'The amount that was booked; absent when the payment is unknown.' })
  bookedAmount?: number;

  @Field(() => ReportedOutcomeEnum, { nullable: true, description: 'What it should be reported as; absent when the payment is unknown.' })
  bookedOutcome?: ReportedOutcomeEnum;
}

export const ReportingFlowConnection = connectionOf('ReportingFlow', () => ReportingFlowType);
export const ReportingLineConnection = connectionOf('ReportingLine', () => ReportingLineType);
export const UnmatchedLineConnection = connectionOf('UnmatchedReportingLine', () => UnmatchedLineType);

export function presentFlow(row: FlowRow): ReportingFlowType {
  return {
    row,
    psp: { code: row.pspCode },
    name: row.name,
    revision: row.revision,
    creditor: { fiscalCode: row.creditorFiscalCode },
    status: row.status,
    latest: row.latest,
    flowDate: fromDate(row.flowDate),
    regulation: row.regulation,
    regulationDate: row.regulationDate,
    ...(row.bicCodePouringBank !== null && { bicCodePouringBank: row.bicCodePouringBank }),
    sender: {
      type: row.senderType,
      id: row.senderId,
      pspName: row.pspName,
      broker: { code: row.brokerCode },
      channel: { code: row.channelCode },
    },
    receiver: { id: row.receiverId, organizationName: row.organizationName },
    declaredTotalPayments: row.declaredPayments,
    declaredTotalAmount: row.declaredAmount,
    computedTotalPayments: row.computedPayments,
    computedTotalAmount: row.computedAmount,
    createdAt: fromDate(row.createdAt),
    updatedAt: fromDate(row.updatedAt),
    ...(row.publishedAt && { publishedAt: fromDate(row.publishedAt) }),
  };
}

export function presentLine(line: FlowLine, flow: FlowRow | FlowKey): ReportingLineType {
  return {
    ...line,
    flowKey: { pspCode: flow.pspCode, name: flow.name, revision: flow.revision },
    ...('id' in flow && { flowRow: flow }),
    payment: { paymentToken: line.iur },
    receipt: { id: line.iur },
  };
}

export function presentUnmatched({ line, booked, flow, mismatches }: CheckedLine): UnmatchedLineType {
  return {
    line: presentLine(line, flow),
    mismatches,
    ...(booked && { bookedIuv: booked.iuv, bookedAmount: booked.amount, bookedOutcome: booked.outcome }),
  };
}
