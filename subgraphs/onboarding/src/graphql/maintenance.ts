/** Planned maintenance of stations. */
import { Allow, type Connection } from '@nodo-aperto/kernel/graphql';
import { NotFoundError } from '@nodo-aperto/kernel/faults';
import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { callerOf, loadObject, mayConfigureStation, type OnboardingContext } from './context.ts';
import { MaintenanceInput } from './inputs.ts';
import { readWindowPage } from './maintenance-page.ts';
import { MaintenanceConnection, MaintenanceType } from './party-types.ts';
import { presentMaintenance } from './present.ts';
import { Requires } from './requires.ts';

@Resolver()
export class MaintenanceOperations {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('MAINTENANCE')
  @Query(() => MaintenanceConnection, {
    description: 'Maintenance of a station of the caller’s own that has not ended, in the order of time.',
  })
  async maintenances(
    @Arg('station', () => String, { description: 'Code of the station.' }) station: string,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 when absent.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor after which to read on.' }) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<MaintenanceType>> {
    const stored = await loadObject(context, 'station', station);
    if (!stored || !(await mayConfigureStation(context, stored))) throw new NotFoundError('There is no such station of yours.');
    return readWindowPage(context.services, station, { first, after });
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('MAINTENANCE')
  @Mutation(() => MaintenanceType, {
    description:
      'Plans maintenance of a station of the caller’s own: 72 hours ahead, in quarter hours. Operators plan it for any station, at any time.',
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
    @Ctx() context: OnboardingContext,
  ): Promise<MaintenanceType> {
    return presentMaintenance(await context.services.maintenances.cancel(callerOf(context), code));
  }
}
