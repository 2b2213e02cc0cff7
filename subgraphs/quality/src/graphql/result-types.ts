/** Results of KPIs, what they were before, and what contracts come to. */
import { connectionOf, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { KPI, KPI_OUTCOME, MONTH_STATE, PROFILE } from './enums.ts';
import { PspReference } from './references.ts';

@ObjectType('KpiGroup', { description: 'What the PSPs of one contract come to together; its outcome takes the place of theirs.' })
export class KpiGroupType {
  @Field(() => String, { description: 'Code of the contract.' })
  contract!: string;

  @Field(() => Int, { description: 'How many PSPs are judged together.' })
  pspCount!: number;

  @Field(() => Int, { description: 'The sum of their samples.' })
  sample!: number;

  @Field(() => Int, { description: 'The sum of their faults.' })
  faults!: number;

  @Field(() => String, { nullable: true, description: 'Faults in percent of the sample; null without a sample.' })
  percentage!: string | null;

  @Field(() => String, { description: 'The highest threshold among them.' })
  threshold!: string;

  @Field(() => KPI_OUTCOME, { nullable: true, description: 'Null without a sample: then each PSP’s own outcome stands.' })
  outcome!: keyof typeof KPI_OUTCOME | null;
}

@ObjectType('KpiRevision', { description: 'What a result was before it changed.' })
export class KpiRevisionType {
  @Field(() => Int, { description: 'The revision of the result.' })
  revision!: number;

  @Field(() => Int, { description: 'How many things were looked at.' })
  sample!: number;

  @Field(() => Int, { description: 'How many of them were faults.' })
  faults!: number;

  @Field(() => String, { description: 'Faults in percent of the sample.' })
  percentage!: string;

  @Field(() => KPI_OUTCOME, { description: 'Of the PSP alone.' })
  outcome!: keyof typeof KPI_OUTCOME;

  @Field(() => KPI_OUTCOME, { description: 'The outcome that counted.' })
  judgedOutcome!: keyof typeof KPI_OUTCOME;

  @Field(() => Boolean, { description: 'Whether it was provisional.' })
  provisional!: boolean;

  @Field(() => String, { description: 'SHA-256 of the evidence that it was computed from.' })
  evidenceDigest!: string;

  @Field(() => DateTimeScalar, { description: 'When it was computed.' })
  evaluatedAt!: number;
}

@Directive('@key(fields: "id")')
@ObjectType('KpiResult', { description: 'A KPI of a PSP for a month.' })
export class KpiResultType {
  @Field(() => ID, { description: 'KPI, PSP and month, separated by colons; and the profile when it is not DOCUMENTS.' })
  id!: string;

  @Field(() => KPI, { description: 'Which KPI.' })
  kpi!: keyof typeof KPI;

  @Field(() => PROFILE, { description: 'The reading of the rules.' })
  profile!: keyof typeof PROFILE;

  @Field(() => String, { description: 'What the KPI counts as a fault, in words.' })
  title!: string;

  @Field(() => String, { description: 'The month, YYYY-MM.' })
  month!: string;

  @Field(() => Int, { description: 'How many things were looked at.' })
  sample!: number;

  @Field(() => Int, { description: 'How many of them are faults.' })
  faults!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Of KPIs over reporting flows: how many reports in force came too late (late v2); it does not count in the percentage.',
  })
  lateAgain!: number | null;

  @Field(() => String, { description: 'Faults in percent of the sample, rounded to two decimals, e.g. "1.01".' })
  percentage!: string;

  @Field(() => String, { description: 'The percentage that must not be exceeded, e.g. "1.00".' })
  threshold!: string;

  @Field(() => KPI_OUTCOME, { description: 'Whether the percentage, after rounding, exceeds the threshold: of the PSP alone.' })
  outcome!: keyof typeof KPI_OUTCOME;

  @Field(() => KPI_OUTCOME, { description: 'The outcome that counts: that of the contract when the PSP is judged together with others.' })
  judgedOutcome!: keyof typeof KPI_OUTCOME;

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

@ObjectType('KpiMonth', { description: 'Whether the results of a PSP’s month are final, and why not any more.' })
export class KpiMonthType {
  @Field(() => MONTH_STATE, { description: 'Its state.' })
  state!: keyof typeof MONTH_STATE;

  @Field(() => Int, { description: 'How often late facts have opened it again.' })
  reopenings!: number;

  @Field(() => String, { nullable: true, description: 'What came late the last time.' })
  reason!: string | null;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  since!: number;
}

@ObjectType('KpiEvent', { description: 'A KPI was computed, or computed anew, or a late fact has opened its month again.' })
export class KpiEventType {
  @Field(() => String, { description: 'Its place in the stream; pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'Id of the event.' })
  id!: string;

  @Field(() => String, { description: 'Name of the fact: kpi.evaluated or kpi.month-reopened.' })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When it was stated.' })
  at!: number;

  @Field(() => String, { nullable: true, description: 'W3C trace context of what caused it.' })
  traceparent!: string | null;

  @Field(() => PspReference, { nullable: true, description: 'The PSP.' })
  psp!: PspReference | null;

  @Field(() => String, { nullable: true, description: 'The month, YYYY-MM.' })
  month!: string | null;

  @Field(() => String, { nullable: true, description: 'Of kpi.month-reopened: what came late.' })
  reason!: string | null;

  @Field(() => KpiResultType, { nullable: true, description: 'Of kpi.evaluated: the result as it is now.' })
  result!: KpiResultType | null;
}
export const KpiEventConnection = connectionOf('KpiEvent', () => KpiEventType);
