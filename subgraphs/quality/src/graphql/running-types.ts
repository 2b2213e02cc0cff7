/** Running values, daily figures, drifts, recomputed results and recorded calls. */
import { connectionOf, DateScalar, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DRIFT_KIND, DRIFT_LEVEL, KPI, KPI_OUTCOME } from './enums.ts';
import { KpiResultType } from './result-types.ts';

@ObjectType('KpiRunningValue', { description: 'What a KPI comes to so far, and what is left before its threshold.' })
export class KpiRunningValueType {
  @Field(() => KPI, { description: 'Which KPI.' })
  kpi!: keyof typeof KPI;

  @Field(() => String, { description: 'The month, YYYY-MM.' })
  month!: string;

  @Field(() => Int, { description: 'How many things were looked at.' })
  sample!: number;

  @Field(() => Int, { description: 'How many of them are faults.' })
  faults!: number;

  @Field(() => String, { description: 'Faults in percent of the sample.' })
  percentage!: string;

  @Field(() => String, { description: 'The percentage that must not be exceeded.' })
  threshold!: string;

  @Field(() => KPI_OUTCOME, { description: 'The outcome if the month ended now.' })
  outcome!: keyof typeof KPI_OUTCOME;

  @Field(() => Int, { description: 'How many more of the present sample may be faults; negative when the threshold is exceeded.' })
  faultsLeft!: number;

  @Field(() => Int, { description: 'How many further ones without a fault bring it within the threshold again; 0 while it is.' })
  goodNeeded!: number;

  @Field(() => DRIFT_LEVEL, { description: 'How it stands to the threshold.' })
  level!: keyof typeof DRIFT_LEVEL;
}

@ObjectType('KpiDailyFigure', { description: 'The reporting of one day of payments.' })
export class KpiDailyFigureType {
  @Field(() => DateScalar, { description: 'The day of the payments.' })
  day!: string;

  @Field(() => Int, { description: 'Flows that are called for: distinct brokers and creditors.' })
  sample!: number;

  @Field(() => Int, { description: 'How many of them are faults of the KPI.' })
  faults!: number;

  @Field(() => Int, { description: 'How many reports in force came too late (late v2).' })
  lateAgain!: number;

  @Field(() => String, { description: 'Faults in percent of the sample.' })
  percentage!: string;

  @Field(() => Boolean, { description: 'Whether the day lies eleven days back: until then figures may still change by themselves.' })
  settled!: boolean;
}

@ObjectType('Drift', { description: 'An indicator that is near its threshold or above it, or was.' })
export class DriftType {
  @Field(() => DRIFT_KIND, { description: 'What it is of.' })
  kind!: keyof typeof DRIFT_KIND;

  @Field(() => String, { description: 'Code of the PSP or of the station.' })
  code!: string;

  @Field(() => String, { description: 'A KPI, or ANSWERS_OVER_2S of a station.' })
  indicator!: string;

  @Field(() => String, { description: 'The month, YYYY-MM.' })
  month!: string;

  @Field(() => DRIFT_LEVEL, { description: 'How it stands to its threshold.' })
  level!: keyof typeof DRIFT_LEVEL;

  @Field(() => Int, { description: 'How many things were looked at.' })
  sample!: number;

  @Field(() => Int, { description: 'How many of them are faults.' })
  faults!: number;

  @Field(() => String, { description: 'Faults in percent of the sample.' })
  percentage!: string;

  @Field(() => String, { description: 'The percentage that must not be exceeded.' })
  threshold!: string;

  @Field(() => Int, { description: 'How many more of the present sample may be faults; negative when the threshold is exceeded.' })
  faultsLeft!: number;

  @Field(() => DateTimeScalar, { description: 'When it came to this level.' })
  at!: number;
}

@ObjectType('DriftEvent', { description: 'An indicator came near its threshold, exceeded it, or came back.' })
export class DriftEventType {
  @Field(() => String, { description: 'Its place in the stream; pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'Id of the event.' })
  id!: string;

  @Field(() => DRIFT_LEVEL, { description: 'The level before.' })
  previousLevel!: keyof typeof DRIFT_LEVEL;

  @Field(() => DriftType, { description: 'The indicator as it was then.' })
  drift!: DriftType;
}
export const DriftEventConnection = connectionOf('DriftEvent', () => DriftEventType);

@ObjectType('KpiRecomputation', { description: 'A result beside what its raw rows give now, as of the instant of the result.' })
export class KpiRecomputationType {
  @Field(() => KpiResultType, { description: 'The result as it is kept.' })
  kept!: KpiResultType;

  @Field(() => Int, { description: 'The sample of the raw rows.' })
  sample!: number;

  @Field(() => Int, { description: 'The faults among them.' })
  faults!: number;

  @Field(() => String, { description: 'Faults in percent of the sample.' })
  percentage!: string;

  @Field(() => String, { description: 'The digest of the raw rows.' })
  evidenceDigest!: string;

  @Field(() => Boolean, { description: 'Whether figures and digest are those of the result.' })
  same!: boolean;
}

@InputType('NotifyCallInput', { description: 'A call of pspNotifyPayment, as the payment pages that made it saw it.' })
export class NotifyCallInput {
  @Field(() => String, { description: 'Code of the PSP that was called.' })
  pspCode!: string;

  @Field(() => String, { description: 'Token of the payment.' })
  paymentToken!: string;

  @Field(() => DateTimeScalar, { description: 'When the call began.' })
  at!: number;

  @Field(() => Int, { description: 'How long it took until the answer, in milliseconds; up to an hour.' })
  durationMs!: number;

  @Field(() => KPI_OUTCOME, { description: 'What was answered; KO without an answer.' })
  outcome!: keyof typeof KPI_OUTCOME;
}

@ObjectType('NotifyCallIssue', { description: 'Why a call was not recorded.' })
export class NotifyCallIssueType {
  @Field(() => Int, { description: 'Place of the call in the list, from 0.' })
  index!: number;

  @Field(() => String, { description: 'The field that is wrong.' })
  path!: string;

  @Field(() => String, { description: 'What is wrong with it.' })
  message!: string;

  @Field(() => String, { description: 'What was expected.' })
  expected!: string;
}

@ObjectType('RecordNotifyCallsResult', { description: 'What was done with the calls.' })
export class RecordNotifyCallsResultType {
  @Field(() => Int, { description: 'How many were recorded; those that were known already are not counted.' })
  recorded!: number;

  @Field(() => Int, { description: 'How many were known already.' })
  known!: number;

  @Field(() => [NotifyCallIssueType], { description: 'What is wrong with the others.' })
  issues!: NotifyCallIssueType[];
}
