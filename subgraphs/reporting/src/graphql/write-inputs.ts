/** What PSPs send to write flows, and what they are answered. */
import { Fault, type FaultCode, wireCodeOf } from '@nodo-aperto/kernel/faults';
import { DateScalar, DateTimeScalar, EuroCentsScalar, FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ReportedOutcomeEnum, ReportingFaultCode, ReportingOutcome, ReportingSenderType } from './enums.ts';
import { ReportingFlowType } from './flow-types.ts';

@InputType('CreateFlowInput', { description: 'A new flow, still without payments.' })
export class CreateFlowInput {
  @Field(() => String, { nullable: true, description: 'Code of the PSP: the caller’s own, also when absent.' })
  psp?: string | null;

  @Field(() => String, {
    description: 'Name: a day YYYY-MM-DD, the PSP’s code, a dash and a suffix; up to 35 letters, digits, dashes, underscores.',
  })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'Date of the flow; later than the last published revision’s.' })
  flowDate!: number;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor that receives it.' })
  creditorFiscalCode!: string;

  @Field(() => String, { description: 'Code of the PSP’s broker.' })
  brokerCode!: string;

  @Field(() => String, { description: 'Code of the channel; it belongs to the broker and serves the PSP.' })
  channelCode!: string;

  @Field(() => String, { description: 'Id of the credit transfer, TRN or EndToEndId, 1 to 35 characters.' })
  regulation!: string;

  @Field(() => DateScalar, { description: 'Day of the credit transfer.' })
  regulationDate!: string;

  @Field(() => String, { nullable: true, description: 'BIC of the bank that is paid, 1 to 35 characters.' })
  bicCodePouringBank?: string | null;

  @Field(() => Int, { description: 'How many payments it will have, at least 1.' })
  totalPayments!: number;

  @Field(() => EuroCentsScalar, { description: 'What they will add up to, at least one cent.' })
  totalAmount!: number;

  @Field(() => ReportingSenderType, { defaultValue: 'LEGAL_PERSON', description: 'Kind of the sender’s identifier.' })
  senderType!: ReportingSenderType;

  @Field(() => String, { nullable: true, description: 'The sender’s identifier, 1 to 35 characters; the PSP’s fiscal code when absent.' })
  senderId?: string | null;

  @Field(() => String, { nullable: true, description: 'The PSP’s name, 3 to 70 characters; the one on record when absent.' })
  pspName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The receiver’s identifier, 1 to 35 characters; the creditor’s fiscal code when absent.',
  })
  receiverId?: string | null;

  @Field(() => String, { nullable: true, description: 'The creditor’s name, 1 to 140 characters; the one on record when absent.' })
  organizationName?: string | null;
}

@InputType('FlowPaymentInput', { description: 'A line of a flow: one transfer of one payment.' })
export class FlowPaymentInput {
  @Field(() => Int, { description: 'Index, from 1, unique in the flow.' })
  index!: number;

  @Field(() => String, { description: 'The creditor’s reference (IUV), 1 to 35 characters.' })
  iuv!: string;

  @Field(() => String, { description: 'The payment token (IUR), 1 to 35 characters.' })
  iur!: string;

  @Field(() => Int, { description: 'Number of the transfer in its payment, 1 to 5.' })
  idTransfer!: number;

  @Field(() => EuroCentsScalar, { description: 'Amount of the transfer, at least one cent.' })
  amount!: number;

  @Field(() => ReportedOutcomeEnum, { defaultValue: 'EXECUTED', description: 'What it is reported as.' })
  outcome!: ReportedOutcomeEnum;

  @Field(() => DateTimeScalar, { description: 'When it was paid.' })
  payDate!: number;
}

@ObjectType('ReportingFault', { description: 'Why a change of a flow was refused.' })
export class ReportingFault {
  @Field(() => ReportingFaultCode, { description: 'Code.' })
  code!: ReportingFaultCode;

  @Field(() => String, { description: 'The code as the official interfaces write it, e.g. FDR-3001.' })
  wireCode!: string;

  @Field(() => String, { description: 'What was wrong.' })
  description!: string;
}

@ObjectType('ReportingFlowPayload', { description: 'What became of a change of a flow. A refused change changes nothing.' })
export class ReportingFlowPayload {
  @Field(() => ReportingOutcome, { description: 'Whether it was done.' })
  outcome!: ReportingOutcome;

  @Field(() => ReportingFault, { nullable: true, description: 'Why not; absent when it was.' })
  fault?: ReportingFault;

  @Field(() => ReportingFlowType, {
    nullable: true,
    description: 'The flow as it is now; absent when it was refused, or has been deleted.',
  })
  flow?: ReportingFlowType;
}

/** The payload of a change: business refusals are data, anything else is thrown on. */
export async function payloadOf(change: () => Promise<ReportingFlowType | undefined>): Promise<ReportingFlowPayload> {
  try {
    const flow = await change();
    return { outcome: 'OK', ...(flow && { flow }) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { outcome: 'KO', fault: presentFault(error) };
  }
}

function presentFault(fault: Fault): ReportingFault {
  const code: FaultCode = fault.code;
  return { code, wireCode: wireCodeOf(code), description: fault.description ?? fault.faultString };
}
