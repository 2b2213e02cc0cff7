/** The amount-drift report of Stand-In payments. */
import { type Principal, withheldCreditors } from '@nodo-aperto/kernel/auth';
import {
  Allow,
  type Connection,
  connectionOf,
  DateScalar,
  DateTimeScalar,
  EuroCentsScalar,
  FiscalCodeScalar,
  IuvScalar,
  LongScalar,
  NoticeNumberScalar,
  pageSize,
} from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { driftOf } from '../domain/amount-drift.ts';
import { periodOfDays } from '../domain/payment-period.ts';
import type { DriftFilter, DriftLine, DriftTotals } from '../persistence/stand-in-payments.ts';
import { callerOf, type ReceiptsContext } from './context.ts';
import { ReceiptAmountOccasion } from './enums.ts';
import { AFTER, FIRST } from './lists.ts';
import { CreditorInstitutionReference, PaymentReference, StationReference } from './references.ts';

@ObjectType('StandInDrift', { description: 'A payment made in Stand-In: what was paid, and what the notice was worth to its creditor.' })
export class StandInDriftType {
  @Field(() => ID, { description: 'The payment token, which is the id of the receipt.' })
  paymentToken!: string;

  @Field(() => PaymentReference, { nullable: true, description: 'The payment.' })
  payment?: PaymentReference;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => CreditorInstitutionReference, { nullable: true, description: 'The creditor.' })
  creditor?: CreditorInstitutionReference;

  @Field(() => StationReference, { nullable: true, description: 'The station that could not answer.' })
  station?: StationReference;

  @Field(() => NoticeNumberScalar, { description: 'Number of the notice.' })
  noticeNumber!: string;

  @Field(() => IuvScalar, { description: 'The creditor’s reference.' })
  iuv!: string;

  @Field(() => DateTimeScalar, { description: 'When it was paid.' })
  paidAt!: number;

  @Field(() => EuroCentsScalar, { description: 'What was paid, by the data in ACA.' })
  paid!: number;

  @Field(() => EuroCentsScalar, {
    nullable: true,
    description:
      'What it was worth by the creditor: its last word before the payment, failing that the first after it; absent while there is none.',
  })
  actual?: number;

  @Field(() => LongScalar, {
    nullable: true,
    description: 'Paid minus actual in euro cents: negative when the creditor got less than it was due.',
  })
  difference?: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the creditor said it.' })
  learntAt?: number;

  @Field(() => ReceiptAmountOccasion, { nullable: true, description: 'On what occasion it said it.' })
  learntFrom?: ReceiptAmountOccasion;
}

@ObjectType('StandInDriftTotals', { description: 'Sums over payments made in Stand-In, in euro cents.' })
export class StandInDriftTotalsType {
  @Field(() => Int, { description: 'Payments.' })
  payments!: number;

  @Field(() => LongScalar, { description: 'What they paid.' })
  paid!: number;

  @Field(() => Int, { description: 'Payments whose actual amount is known.' })
  known!: number;

  @Field(() => LongScalar, { description: 'What those were worth.' })
  actual!: number;

  @Field(() => LongScalar, { description: 'Paid minus actual, over those: negative when creditors got less than they were due.' })
  difference!: number;

  @Field(() => LongScalar, { description: 'What creditors got less, where they got less (disavanzo).' })
  short!: number;

  @Field(() => LongScalar, { description: 'What creditors got more, where they got more.' })
  over!: number;
}

const StandInDriftConnection = connectionOf('StandInDrift', () => StandInDriftType);

@ObjectType('StandInDriftReport', { description: 'The amount-drift report (disavanzo) of payments made in Stand-In.' })
export class StandInDriftReportType {
  /** For its resolvers; undefined: nothing is the caller's. */
  filter!: DriftFilter | undefined;
}

function presentLine(line: DriftLine): StandInDriftType {
  const { paymentToken, creditorFiscalCode, noticeNumber, iuv, paidAt, paid, actual, learntAt, occasion, stationCode } = line;
  return {
    paymentToken,
    payment: { paymentToken },
    creditorFiscalCode,
    creditor: { fiscalCode: creditorFiscalCode },
    station: { code: stationCode },
    noticeNumber,
    iuv,
    paidAt,
    paid,
    ...(actual !== undefined && { actual, difference: driftOf(paid, actual) }),
    ...(learntAt !== undefined && { learntAt }),
    ...(occasion && { learntFrom: occasion }),
  };
}

function presentTotals({ payments, paid, known, knownPaid, actual, short, over }: DriftTotals): StandInDriftTotalsType {
  return { payments, paid, known, actual, difference: driftOf(knownPaid, actual), short, over };
}

/** What is the caller's; undefined: nothing. */
function scopeOf(principal: Principal, creditorFiscalCode: string | null): DriftFilter | undefined {
  const { role, tenant } = principal;
  const asked = creditorFiscalCode ? { creditorFiscalCode } : {};
  if (role === 'OPERATOR') return asked;
  if (!tenant) return undefined;
  if (role === 'PARTNER') return { ...asked, brokerCode: tenant, withheld: withheldCreditors(principal, 'RECEIPTS_READ') };
  return creditorFiscalCode && creditorFiscalCode !== tenant ? undefined : { creditorFiscalCode: tenant };
}

@Resolver(() => StandInDriftReportType)
export class StandInDriftResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => StandInDriftReportType, {
    description: 'What was paid in Stand-In against what the caller’s notices were worth, by the day of the payment.',
  })
  standInDrift(
    @Ctx() context: ReceiptsContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only notices of this creditor.' })
    creditorFiscalCode: string | null,
    @Arg('from', () => DateScalar, { nullable: true, description: 'Paid on this day or later.' }) from: string | null,
    @Arg('to', () => DateScalar, { nullable: true, description: 'Paid on this day or before.' }) to: string | null,
    @Arg('differing', () => Boolean, { nullable: true, description: 'True: only payments whose amount was not the actual one.' })
    differing: boolean | null,
  ): StandInDriftReportType {
    const period = periodOfDays(from, to);
    const scope = scopeOf(callerOf(context), creditorFiscalCode);
    return { filter: scope && { ...scope, ...period, differing: differing ?? false } };
  }

  @FieldResolver(() => StandInDriftTotalsType, { description: 'Sums over the whole report.' })
  async totals(@Ctx() { services }: ReceiptsContext, @Root() { filter }: StandInDriftReportType): Promise<StandInDriftTotalsType> {
    const nothing = { payments: 0, paid: 0, known: 0, knownPaid: 0, actual: 0, short: 0, over: 0 };
    return presentTotals(filter ? await services.drift.totals(filter) : nothing);
  }

  @FieldResolver(() => StandInDriftConnection, { description: 'The payments, in their order.' })
  async lines(
    @Ctx() { services }: ReceiptsContext,
    @Root() { filter }: StandInDriftReportType,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<StandInDriftType>> {
    const size = pageSize(first);
    if (!filter) return { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };
    const page = await services.drift.lines(filter, { size, after });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentLine(node) })) };
  }
}
