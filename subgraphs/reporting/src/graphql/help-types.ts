/** What helps PSPs to make correct flows. */
import { DateScalar, FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Finding, FindingSeverity } from '../domain/dry-run.ts';
import { ReportingFaultCode, ReportingMismatch } from './enums.ts';

@InputType('DraftProposedFlowInput', { description: 'A draft of what the caller still has to report to a creditor for an operative day.' })
export class ProposedFlowInput {
  @Field(() => String, { nullable: true, description: 'Code of the PSP: the caller’s own, also when absent.' })
  psp?: string | null;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => DateScalar, { description: 'The operative day: a working day.' })
  date!: string;

  @Field(() => String, { description: 'Code of the PSP’s broker.' })
  brokerCode!: string;

  @Field(() => String, { description: 'Code of the channel; it belongs to the broker and serves the PSP.' })
  channelCode!: string;

  @Field(() => String, { description: 'Id of the credit transfer, TRN or EndToEndId, 1 to 35 characters.' })
  regulation!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the credit transfer; D+1 when absent.' })
  regulationDate?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the flow; when absent the day of the credit transfer, the PSP’s code, a dash and the creditor’s fiscal code.',
  })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'BIC of the bank that is paid, 1 to 35 characters.' })
  bicCodePouringBank?: string | null;
}

const ReportingFindingSeverity = { ERROR: 'ERROR', WARNING: 'WARNING' } as const;
registerEnumType(ReportingFindingSeverity, {
  name: 'ReportingFindingSeverity',
  description: 'How bad a finding is.',
  valuesConfig: {
    ERROR: { description: 'The flow would be refused.' },
    WARNING: { description: 'The flow would be accepted, and not agree with what the platform knows.' },
  },
});

@ObjectType('ReportingFinding', { description: 'One thing that is wrong with a flow that was not sent.' })
export class FindingType {
  @Field(() => ReportingFindingSeverity, { description: 'How bad it is.' })
  severity!: FindingSeverity;

  @Field(() => String, { nullable: true, description: 'Which field, e.g. payments[3].amount; null when it is the flow as a whole.' })
  path?: string;

  @Field(() => Int, { nullable: true, description: 'Index of the payment; null when it is none.' })
  index?: number;

  @Field(() => ReportingFaultCode, { nullable: true, description: 'What it would be refused with; null of warnings.' })
  code?: ReportingFaultCode;

  @Field(() => ReportingMismatch, { nullable: true, description: 'How the payment differs from what was booked.' })
  mismatch?: ReportingMismatch;

  @Field(() => Boolean, { description: 'Whether another flow reports the payment already.' })
  alreadyReported!: boolean;

  @Field(() => String, { description: 'In words.' })
  message!: string;
}

@ObjectType('ReportingFlowValidation', { description: 'What would become of a flow if it were sent. Nothing was stored.' })
export class FlowValidationType {
  @Field(() => Boolean, { description: 'Whether it would be accepted: there are no errors.' })
  valid!: boolean;

  @Field(() => Int, { description: 'How many findings there are.' })
  findingCount!: number;

  @Field(() => [FindingType], { description: 'The first thousand of them: the flow’s own, then those of its payments in their order.' })
  findings!: FindingType[];
}

const MOST_FINDINGS = 1_000;

export function presentFindings(findings: readonly Finding[]): FlowValidationType {
  return {
    valid: findings.every(({ severity }) => severity !== 'ERROR'),
    findingCount: findings.length,
    findings: findings.slice(0, MOST_FINDINGS).map(({ mismatch, ...finding }) => ({
      ...finding,
      alreadyReported: mismatch === 'ALREADY_REPORTED',
      ...(mismatch !== undefined && mismatch !== 'ALREADY_REPORTED' && { mismatch }),
    })),
  };
}

@ObjectType('ReportingIndexRange', { description: 'Indexes from one to another, both included.' })
export class IndexRangeType {
  @Field(() => Int, { description: 'The first.' })
  from!: number;

  @Field(() => Int, { description: 'The last.' })
  to!: number;
}
