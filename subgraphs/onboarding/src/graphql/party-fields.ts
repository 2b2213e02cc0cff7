/** Fields of parties that lead to others, and those that only owners see. */
import type { Connection } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { ownsBroker } from '../domain/visibility.ts';
import { readWindowPage } from './maintenance-page.ts';
import {
  callerOf,
  loadBroker,
  loadObject,
  mayConfigureChannel,
  mayConfigureCreditor,
  mayConfigureStation,
  type OnboardingContext,
} from './context.ts';
import { pageByCode } from './pages.ts';
import {
  BrokerSideType,
  BrokerType,
  ChannelConfigurationType,
  ChannelConnection,
  ChannelType,
  CreditorConfigurationType,
  CreditorInstitutionType,
  MaintenanceConnection,
  MaintenanceType,
  PspType,
  RouteConnection,
  RouteType,
  StationConfigurationType,
  StationConnection,
  StationType,
} from './party-types.ts';
import {
  presentBroker,
  presentChannel,
  presentCreditor,
  presentCreditorConfiguration,
  presentPsp,
  presentRoute,
  presentStation,
  presentStationConfiguration,
} from './present.ts';

const FIRST = { nullable: true, description: 'How many, 1 to 100; 20 when absent.' };
const AFTER = { nullable: true, description: 'Cursor after which to read on.' };

async function brokerOf(context: OnboardingContext, code: string): Promise<BrokerType | null> {
  const view = await loadBroker(context, code);
  return view && presentBroker(view);
}

async function stationOf(context: OnboardingContext, code: string): Promise<StationType | null> {
  const stored = await loadObject(context, 'station', code);
  return stored && presentStation(stored);
}

@Resolver(() => CreditorInstitutionType)
export class CreditorInstitutionFields {
  @FieldResolver(() => CreditorConfigurationType, {
    nullable: true,
    description: 'How it is connected; null to others than itself, its brokers and operators.',
  })
  async configuration(
    @Root() { stored }: CreditorInstitutionType,
    @Ctx() context: OnboardingContext,
  ): Promise<CreditorConfigurationType | null> {
    return (await mayConfigureCreditor(context, stored.code)) ? presentCreditorConfiguration(stored) : null;
  }
}

@Resolver(() => CreditorConfigurationType)
export class CreditorConfigurationFields {
  @FieldResolver(() => RouteConnection, { description: 'The stations that take its notices.' })
  routes(
    @Root() { fiscalCode }: CreditorConfigurationType,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<RouteType>> {
    return pageByCode({ first, after }, (page) => services.queries.routes({ ...page, creditorInstitution: fiscalCode }), presentRoute);
  }
}

@Resolver(() => RouteType)
export class RouteFields {
  @FieldResolver(() => CreditorInstitutionType, { nullable: true, description: 'Whose notices are routed.' })
  async creditorInstitution(@Root() { stored }: RouteType, @Ctx() context: OnboardingContext): Promise<CreditorInstitutionType | null> {
    const creditor = await loadObject(context, 'creditorInstitution', stored.object.creditorInstitution);
    return creditor && presentCreditor(creditor);
  }

  @FieldResolver(() => StationType, { nullable: true, description: 'The station that takes them.' })
  station(@Root() { stored }: RouteType, @Ctx() context: OnboardingContext): Promise<StationType | null> {
    return stationOf(context, stored.object.station);
  }
}

@Resolver(() => StationType)
export class StationFields {
  @FieldResolver(() => BrokerType, { nullable: true, description: 'The broker whose station it is.' })
  broker(@Root() { stored }: StationType, @Ctx() context: OnboardingContext): Promise<BrokerType | null> {
    return brokerOf(context, stored.object.broker);
  }

  @FieldResolver(() => StationConfigurationType, {
    nullable: true,
    description: 'How it is called; null to others than its broker, the creditors routed to it, and operators.',
  })
  async configuration(@Root() { stored }: StationType, @Ctx() context: OnboardingContext): Promise<StationConfigurationType | null> {
    return (await mayConfigureStation(context, stored)) ? presentStationConfiguration(stored) : null;
  }
}

@Resolver(() => StationConfigurationType)
export class StationConfigurationFields {
  @FieldResolver(() => RouteConnection, { description: 'The creditors whose notices it takes; a creditor sees its own routes.' })
  routes(
    @Root() { code }: StationConfigurationType,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<RouteType>> {
    const { queries } = context.services;
    return pageByCode(
      { first, after },
      async (page) => {
        const station = await loadObject(context, 'station', code);
        const { role, tenant } = callerOf(context);
        // Whose station it is sees all its creditors, a creditor among many only itself.
        const onlyOwn = role === 'EC' && station?.object.broker !== tenant;
        return queries.routes({ ...page, station: code, ...(onlyOwn && { creditorInstitution: tenant }) });
      },
      presentRoute,
    );
  }

  @FieldResolver(() => MaintenanceConnection, { description: 'Its maintenance that has not ended, in the order of time.' })
  maintenances(
    @Root() { code }: StationConfigurationType,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<MaintenanceType>> {
    return readWindowPage(services, code, { first, after });
  }
}

@Resolver(() => MaintenanceType)
export class MaintenanceFields {
  @FieldResolver(() => StationType, { nullable: true, description: 'The station.' })
  station(@Root() { stationCode }: MaintenanceType, @Ctx() context: OnboardingContext): Promise<StationType | null> {
    return stationOf(context, stationCode);
  }
}

@Resolver(() => BrokerType)
export class BrokerFields {
  @FieldResolver(() => BrokerSideType, { nullable: true, description: 'What it is to creditors; null when it connects none.' })
  creditorSide(@Root() { view }: BrokerType, @Ctx() context: OnboardingContext): BrokerSideType | null {
    return sideOf(view.creditorSide, context);
  }

  @FieldResolver(() => BrokerSideType, { nullable: true, description: 'What it is to PSPs; null when it connects none.' })
  pspSide(@Root() { view }: BrokerType, @Ctx() context: OnboardingContext): BrokerSideType | null {
    return sideOf(view.pspSide, context);
  }

  @FieldResolver(() => StationConnection, { description: 'Its stations.' })
  stations(
    @Root() { code }: BrokerType,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<StationType>> {
    return pageByCode({ first, after }, (page) => services.queries.stations({ ...page, broker: code }), presentStation);
  }

  @FieldResolver(() => ChannelConnection, { description: 'Its channels.' })
  channels(
    @Root() { code }: BrokerType,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<ChannelType>> {
    return pageByCode({ first, after }, (page) => services.queries.channels({ ...page, broker: code }), presentChannel);
  }
}

type Side = BrokerType['view']['creditorSide'] | BrokerType['view']['pspSide'];

function sideOf(side: Side, context: OnboardingContext): BrokerSideType | null {
  if (!side) return null;
  const { enabled, extendedFaultBean } = side.object;
  return { enabled, revision: side.revision, ...(ownsBroker(callerOf(context), side.code) && { extendedFaultBean }) };
}

@Resolver(() => PspType)
export class PspFields {
  @FieldResolver(() => ChannelConnection, { description: 'The channels that pay for it.' })
  channels(
    @Root() { code }: PspType,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<ChannelType>> {
    return pageByCode({ first, after }, (page) => services.queries.channels({ ...page, psp: code }), presentChannel);
  }
}

@Resolver(() => ChannelType)
export class ChannelFields {
  @FieldResolver(() => BrokerType, { nullable: true, description: 'The broker whose channel it is.' })
  broker(@Root() { stored }: ChannelType, @Ctx() context: OnboardingContext): Promise<BrokerType | null> {
    return brokerOf(context, stored.object.broker);
  }

  @FieldResolver(() => [PspType], { description: 'The PSPs that it pays for.' })
  async psps(@Root() { stored }: ChannelType, @Ctx() context: OnboardingContext): Promise<PspType[]> {
    const found = await Promise.all(stored.object.psps.map((code) => loadObject(context, 'psp', code)));
    return found.filter((each) => each !== null).map(presentPsp);
  }

  @FieldResolver(() => ChannelConfigurationType, {
    nullable: true,
    description: 'How it works; null to others than its broker, its PSPs and operators.',
  })
  configuration(@Root() { stored }: ChannelType, @Ctx() context: OnboardingContext): ChannelConfigurationType | null {
    const { paymentModel, standInFlag } = stored.object;
    return mayConfigureChannel(context, stored) ? { code: stored.code, paymentModel, standInFlag } : null;
  }
}
