/** The month as it runs, its days, exports; and for operators what raw rows give now, and calls made elsewhere. */
import { type Principal, requireRole } from '@nodo-aperto/kernel/auth';
import { InputError } from '@nodo-aperto/kernel/faults';
import { Allow, DateScalar } from '@nodo-aperto/kernel/graphql';
import { daysBetween } from '@nodo-aperto/kernel/time';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { monthOf } from '../domain/month.ts';
import { decimalOf } from '../domain/percentage.ts';
import { exportCsv } from '../services/export-csv.ts';
import { checkedMonth, pspFor } from '../services/read-results.ts';
import { recompute } from '../services/recompute.ts';
import { dailySeries, runningValues } from '../services/running.ts';
import type { Context } from './context.ts';
import { FLOW_KPI, PROFILE } from './enums.ts';
import { presentResult, presentRunning } from './present.ts';
import {
  KpiDailyFigureType,
  KpiRecomputationType,
  KpiRunningValueType,
  NotifyCallInput,
  RecordNotifyCallsResultType,
} from './running-types.ts';

const PROFILE_ARGUMENT = { defaultValue: PROFILE.DOCUMENTS, description: 'The reading of the rules.' };
type Profile = keyof typeof PROFILE;
const PSP_CODE = { nullable: true, description: 'Code of the PSP: an operator has to say it, a PSP sees its own.' } as const;
const LONGEST_SERIES_DAYS = 92;

/** @throws InputError when an operator names no PSP */
function onePsp(principal: Principal | undefined, pspCode: string | null | undefined): string {
  const psp = pspFor(requireRole(principal, 'PSP', 'OPERATOR'), pspCode);
  if (psp === undefined) throw InputError.at('pspCode', 'is not given', 'the code of a PSP');
  return psp;
}

@Resolver()
export class KpiRunningResolver {
  @Allow('PSP', 'OPERATOR')
  @Query(() => [KpiRunningValueType], {
    description: 'What the KPIs of a PSP come to so far in a month, and what is left before each threshold.',
  })
  async kpiRunning(
    @Ctx() { services, principal }: Context,
    @Arg('profile', () => PROFILE, PROFILE_ARGUMENT) profile: Profile,
    @Arg('pspCode', () => String, PSP_CODE) pspCode?: string | null,
    @Arg('month', () => String, { nullable: true, description: 'The month, YYYY-MM; the current one when absent.' }) month?: string | null,
  ): Promise<KpiRunningValueType[]> {
    const wanted = checkedMonth(month) ?? monthOf(services.clock.now());
    const values = await runningValues(services, onePsp(principal, pspCode), wanted, profile);
    return values.map((value) => presentRunning(wanted, value));
  }

  @Allow('PSP', 'OPERATOR')
  @Query(() => [KpiDailyFigureType], { description: 'A KPI over reporting flows day by day: the days that have any payment.' })
  async kpiDailySeries(
    @Ctx() { services, principal }: Context,
    @Arg('kpi', () => FLOW_KPI, { description: 'Which KPI.' }) kpi: keyof typeof FLOW_KPI,
    @Arg('from', () => DateScalar, { description: 'The first day.' }) from: string,
    @Arg('to', () => DateScalar, { description: 'The last day; at most 92 days in all.' }) to: string,
    @Arg('profile', () => PROFILE, PROFILE_ARGUMENT) profile: Profile,
    @Arg('pspCode', () => String, PSP_CODE) pspCode?: string | null,
  ): Promise<KpiDailyFigureType[]> {
    const days = daysBetween(from, to) + 1;
    if (days < 1 || days > LONGEST_SERIES_DAYS)
      throw InputError.at('to', `is ${days - 1} days after from`, `a day up to ${LONGEST_SERIES_DAYS - 1} days after from`);
    const figures = await dailySeries(services, onePsp(principal, pspCode), { from, to }, kpi, profile);
    return figures.map((figure) => ({ ...figure, percentage: decimalOf(figure.percentage) }));
  }

  @Allow('PSP', 'OPERATOR')
  @Query(() => String, {
    description: 'The results of a month as CSV with a header line, by PSP and KPI: a PSP its own, an operator all; at most 10,000 lines.',
  })
  async kpiResultsCsv(
    @Ctx() { services, principal }: Context,
    @Arg('month', () => String, { description: 'The month, YYYY-MM.' }) month: string,
    @Arg('profile', () => PROFILE, PROFILE_ARGUMENT) profile: Profile,
    @Arg('pspCode', () => String, { nullable: true, description: 'Only this PSP.' }) pspCode?: string | null,
  ): Promise<string> {
    const caller = requireRole(principal, 'PSP', 'OPERATOR');
    checkedMonth(month);
    return exportCsv(services.database, { pspCode: pspFor(caller, pspCode), month, profile });
  }

  @Allow('OPERATOR')
  @Query(() => [KpiRecomputationType], {
    description: 'Recomputes the results of a PSP’s month from the raw rows and compares them with those that are kept. Changes nothing.',
  })
  async recomputeKpis(
    @Ctx() { services }: Context,
    @Arg('pspCode', () => String, { description: 'Code of the PSP.' }) pspCode: string,
    @Arg('month', () => String, { description: 'The month, YYYY-MM.' }) month: string,
  ): Promise<KpiRecomputationType[]> {
    checkedMonth(month);
    return (await recompute(services.database, pspCode, month)).map(({ kept, recomputed, same }) => ({
      kept: presentResult(kept),
      sample: recomputed.sample,
      faults: recomputed.faults,
      percentage: decimalOf(recomputed.percentage),
      evidenceDigest: recomputed.evidenceDigest,
      same,
    }));
  }

  @Allow('OPERATOR')
  @Mutation(() => RecordNotifyCallsResultType, {
    description:
      'Records calls of pspNotifyPayment, which payment pages outside the platform make; the evidence of TPNP and TNSPO. At most 1,000 at once.',
  })
  recordNotifyCalls(
    @Arg('calls', () => [NotifyCallInput], { description: 'The calls.' }) calls: NotifyCallInput[],
    @Ctx() { services }: Context,
  ): Promise<RecordNotifyCallsResultType> {
    return services.notifyCalls.record(calls);
  }
}
