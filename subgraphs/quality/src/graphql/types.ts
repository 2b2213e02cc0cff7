/** The types of the quality subgraph. */
import { connectionOf, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

const KPI = { NRFDR: 'NRFDR', LFDR: 'LFDR', LSPO: 'LSPO', DASPO: 'DASPO' } as const;
registerEnumType(KPI, {
  name: 'PspKpi',
  description: 'KPIs of the Quality Improvement programme for PSPs that are computed here.',
  valuesConfig: {
    NRFDR: { description: 'Reporting flows that are missing.' },
    LFDR: { description: 'Reporting flows first published late.' },
    LSPO: { description: 'Payment outcomes sent after the token had expired.' },
    DASPO: { description: 'Activations that never got an outcome.' },
  },
});

const KPI_OUTCOME = { OK: 'OK', KO: 'KO' } as const;
registerEnumType(KPI_OUTCOME, {
  name: 'KpiOutcome',
  description: 'Whether a KPI keeps within its threshold.',
  valuesConfig: { OK: { description: 'Within the threshold; equality passes.' }, KO: { description: 'Above the threshold.' } },
});

@Directive('@key(fields: "code")')
@ObjectType('Psp', { description: 'A payment service provider.' })
export class PspReference {
  @Field(() => String, { description: 'Code of the PSP.' })
  code!: string;
}

@Directive('@key(fields: "id")')
@ObjectType('KpiResult', { description: 'A KPI of a PSP for a month.' })
export class KpiResultType {
  @Field(() => ID, { description: 'KPI, PSP and month, separated by colons.' })
  id!: string;

  @Field(() => KPI, { description: 'Which KPI.' })
  kpi!: keyof typeof KPI;

  @Field(() => String, { description: 'What the KPI counts as a fault, in words.' })
  title!: string;

  @Field(() => String, { description: 'The month, YYYY-MM.' })
  month!: string;

  @Field(() => Int, { description: 'How many things were looked at.' })
  sample!: number;

  @Field(() => Int, { description: 'How many of them are faults.' })
  faults!: number;

  @Field(() => String, { description: 'Faults in percent of the sample, rounded to two decimals, e.g. "1.01".' })
  percentage!: string;

  @Field(() => String, { description: 'The percentage that must not be exceeded, e.g. "1.00".' })
  threshold!: string;

  @Field(() => KPI_OUTCOME, { description: 'Whether the percentage, after rounding, exceeds the threshold.' })
  outcome!: keyof typeof KPI_OUTCOME;

  @Field(() => Boolean, { description: 'Whether it may still change because the evaluation day of its month has not come.' })
  provisional!: boolean;

  @Field(() => String, { description: 'SHA-256 of the evidence that it was computed from.' })
  evidenceDigest!: string;

  @Field(() => DateTimeScalar, { description: 'When it was computed.' })
  evaluatedAt!: number;

  @Field(() => Int, { description: 'Grows with every change of the result.' })
  revision!: number;

  @Field(() => PspReference, { nullable: true, description: 'The PSP.' })
  psp!: PspReference | null;
}
export const KpiResultConnection = connectionOf('KpiResult', () => KpiResultType);

@ObjectType('KpiEvidenceItem', { description: 'One thing that a KPI counts.' })
export class KpiEvidenceItemType {
  @Field(() => String, { description: 'A payment token, or PSP’s broker, creditor and day of a reporting unit, separated by slashes.' })
  subject!: string;

  @Field(() => Boolean, { description: 'Whether it is a fault.' })
  fault!: boolean;
}
export const KpiEvidenceConnection = connectionOf('KpiEvidenceItem', () => KpiEvidenceItemType);

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

@ObjectType('KpiEvent', { description: 'A KPI was computed, or computed anew.' })
export class KpiEventType {
  @Field(() => String, { description: 'Its place in the stream; pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'Id of the event.' })
  id!: string;

  @Field(() => String, { description: 'Name of the fact.' })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When it was stated.' })
  at!: number;

  @Field(() => String, { nullable: true, description: 'W3C trace context of what caused it.' })
  traceparent!: string | null;

  @Field(() => KpiResultType, { nullable: true, description: 'The result as it is now.' })
  result!: KpiResultType | null;
}
export const KpiEventConnection = connectionOf('KpiEvent', () => KpiEventType);
