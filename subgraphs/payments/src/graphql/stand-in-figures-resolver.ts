/** The figures behind Stand-In: its periods, what is paid in it, and who is told of it. */
import { Allow } from '@nodo-aperto/kernel/graphql';
import { fromDate } from '@nodo-aperto/kernel/time';
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listPeriods, readExposureNow, type StandInPeriod } from '../services/read-station.ts';
import { readVisibility } from '../services/read-visibility.ts';
import { callerOf, type PaymentsContext } from './context.ts';
import { StandInExposureType, StandInPeriodType, StandInVisibilityType } from './stand-in-types.ts';
import { StationStandInType } from './station-types.ts';

const PAGE = 20;

@Resolver(() => StationStandInType)
export class StandInFiguresResolver {
  @FieldResolver(() => [StandInPeriodType], { description: 'The times that it was in Stand-In by policy or by hand, newest first.' })
  async periods(
    @Root() standIn: StationStandInType,
    @Arg('first', () => Int, { defaultValue: PAGE, description: 'How many, at most 100.' }) first: number,
    @Ctx() context: PaymentsContext,
  ): Promise<StandInPeriodType[]> {
    return (await listPeriods(context.services.database, standIn.stationCode, first)).map(presentPeriod);
  }

  @FieldResolver(() => StandInExposureType, {
    nullable: true,
    description: 'What is paid in its Stand-In now; null when there is no limit.',
  })
  async exposure(@Root() standIn: StationStandInType, @Ctx() context: PaymentsContext): Promise<StandInExposureType | null> {
    const { exposureLimits: limits, stationCode } = standIn;
    if (!limits) return null;
    const { payments, totalAmount } = await readExposureNow(context.services.stations.decisions, stationCode, limits);
    return {
      periodMinutes: limits.periodMinutes,
      payments,
      totalAmount,
      mostPayments: limits.payments,
      mostTotalAmount: limits.totalAmount,
      mostSingleAmount: limits.singleAmount,
    };
  }
}

function presentPeriod({ row, paid }: StandInPeriod): StandInPeriodType {
  return {
    enteredAt: fromDate(row.enteredAt),
    enteredBy: row.enteredBy,
    enteredBecause: row.enteredBecause,
    profile: row.profile ?? undefined,
    slots: [...row.evidence],
    leftAt: row.leftAt ? fromDate(row.leftAt) : undefined,
    leftBy: row.leftBy ?? undefined,
    leftBecause: row.leftBecause ?? undefined,
    ...paid,
  };
}

@Resolver()
export class VisibilityResolver {
  @Allow('PSP', 'PARTNER', 'OPERATOR')
  @Query(() => StandInVisibilityType, {
    nullable: true,
    description: 'Whether answers on a channel tell of Stand-In, and why not; null for a channel that the caller does not use.',
  })
  async standInVisibility(
    @Arg('channelCode', () => String, { description: 'Code of the channel.' }) channelCode: string,
    @Ctx() context: PaymentsContext,
  ): Promise<StandInVisibilityType | null> {
    const visibility = await readVisibility(context.services.directory, callerOf(context), channelCode);
    return visibility ? { channelCode, ...visibility } : null;
  }
}
