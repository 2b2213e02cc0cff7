/** Routes as creditors and their partners make them, and as they were. */
import { Allow, type Connection, DateTimeScalar, FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { NotFoundError } from '@nodo-aperto/kernel/faults';
import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { callerOf, mayConfigureCreditor, type OnboardingContext } from './context.ts';
import { DirectoryMutationType } from './entry-types.ts';
import { RouteInput } from './inputs.ts';
import { pageByCode } from './pages.ts';
import { RouteConnection, RouteType } from './party-types.ts';
import { presentRoute } from './present.ts';
import { presentChange } from './registration.ts';
import { Requires } from './requires.ts';

@Resolver()
export class Routes {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('STATIONS')
  @Mutation(() => DirectoryMutationType, {
    description:
      'Associates a station of the caller’s own to a creditor, or changes the route; a partner needs a delegation of the creditor. An absent segregation or application code is the first free one.',
  })
  async associateStation(
    @Arg('input', () => RouteInput, { description: 'The route.' }) input: RouteInput,
    @Arg('revision', () => Int, { nullable: true, description: 'The revision that is to be replaced; absent for a new route.' })
    revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return presentChange(await context.services.routes.associate(callerOf(context), input, revision));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('STATIONS')
  @Mutation(() => DirectoryMutationType, { description: 'Ends a route to a station of the caller’s own.' })
  async dissociateStation(
    @Arg('code', () => String, { description: 'Code of the route.' }) code: string,
    @Arg('revision', () => Int, { description: 'The revision that the caller has seen.' }) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return presentChange(await context.services.routes.dissociate(callerOf(context), code, revision));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('OVERVIEW')
  @Query(() => RouteConnection, {
    description: 'The routes that a creditor of the caller’s had at an instant, in the order of their codes.',
  })
  async routesAt(
    @Arg('creditorInstitution', () => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' }) creditorInstitution: string,
    @Arg('at', () => DateTimeScalar, { description: 'The instant.' }) at: number,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 when absent.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor after which to read on.' }) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<RouteType>> {
    if (!(await mayConfigureCreditor(context, creditorInstitution))) throw new NotFoundError('There is no such creditor of yours.');
    return pageByCode({ first, after }, (page) => context.services.routes.at(creditorInstitution, at, page), presentRoute);
  }
}
