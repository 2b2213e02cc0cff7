/** Planned maintenance of stations. */
import { Allow, type Connection } from '@nodo-aperto/kernel/graphql';
import { NotFoundError } from '@nodo-aperto/kernel/faults';
import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { callerOf, loadObject, mayConfigureStation, type OnboardingContext } from './context.ts';
import { InstitutionInput } from './identity-types.ts';
import { MaintenanceStateEnum } from './configuration-enums.ts';
import { MaintenanceSummaryType } from './configuration-types.ts';
import { MaintenanceInput } from './inputs.ts';
import type { MaintenanceState } from '../domain/maintenance-quota.ts';
import { readWindowPage } from './maintenance-page.ts';
import { MaintenanceConnection, MaintenanceType } from './party-types.ts';
import { presentMaintenance } from './present.ts';
import { Requires } from './requires.ts';

@Resolver()
export class MaintenanceOperations {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('MAINTENANCE')
  @Query(() => MaintenanceConnection, {
    description: 'Maintenance of a station of the caller’s own, in the order of time: what has not ended, or what stands as is asked.',
  })
  async maintenances(
    @Arg('station', () => String, { description: 'Code of the station.' }) station: string,
    @Arg('state', () => MaintenanceStateEnum, {
      nullable: true,
      description: 'Only those that stand so; absent: those that have not ended.',
    })
    state: MaintenanceState | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 when absent.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor after which to read on.' }) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<MaintenanceType>> {
    const stored = await loadObject(context, 'station', station);
    if (!stored || !(await mayConfigureStation(context, stored))) throw new NotFoundError('There is no such station of yours.');
    return readWindowPage(context.services, station, { first, after, state });
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('MAINTENANCE')
  @Mutation(() => MaintenanceType, {
    description:
      'Plans maintenance of a station of the caller’s own: 72 hours ahead, in quarter hours. Beyond the broker’s hours of the year its notices are paid in Stand-In, asked for or not. Operators plan it for any station, at any time.',
  })
  async scheduleMaintenance(
    @Arg('input', () => MaintenanceInput, { description: 'The time.' }) input: MaintenanceInput,
    @Ctx() context: OnboardingContext,
  ): Promise<MaintenanceType> {
    return presentMaintenance(await context.services.maintenances.schedule(callerOf(context), input));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('MAINTENANCE')
  @Mutation(() => MaintenanceType, { description: 'Takes maintenance back that has not begun (operators: also while it lasts).' })
  async cancelMaintenance(
    @Arg('code', () => String, { description: 'What names it.' }) code: string,
    @Arg('revision', () => Int, { nullable: true, description: 'The revision that the caller has seen; absent: whatever it is.' }) revision:
      | number
      | null,
    @Ctx() context: OnboardingContext,
  ): Promise<MaintenanceType> {
    return presentMaintenance(await context.services.maintenances.cancel(callerOf(context), code, revision));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('MAINTENANCE')
  @Mutation(() => MaintenanceType, { description: 'Ends maintenance that lasts, at the next quarter hour.' })
  async finishMaintenance(
    @Arg('code', () => String, { description: 'What names it.' }) code: string,
    @Arg('revision', () => Int, { description: 'The revision that the caller has seen.' }) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<MaintenanceType> {
    return presentMaintenance(await context.services.maintenances.finish(callerOf(context), code, revision));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('MAINTENANCE')
  @Query(() => MaintenanceSummaryType, { description: 'How many hours of maintenance a broker has used and planned in a year.' })
  maintenanceSummary(
    @Arg('year', () => Int, { nullable: true, description: 'The year, in Italian time; the present one when absent.' }) year: number | null,
    @Arg('institution', () => InstitutionInput, {
      nullable: true,
      description: 'The institution; the caller’s own when absent. Operators name one.',
    })
    institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<MaintenanceSummaryType> {
    return context.services.maintenances.summary(callerOf(context), { year, institution });
  }
}
