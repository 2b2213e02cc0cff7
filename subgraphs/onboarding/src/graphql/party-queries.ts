/** Queries of the directory: who takes part, and through what. Codes and names are public among authenticated callers. */
import { ROLES } from '@nodo-aperto/kernel/auth';
import { Allow, type Connection, FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { loadBroker, loadObject, type OnboardingContext } from './context.ts';
import { pageByCode, searchText } from './pages.ts';
import {
  BrokerConnection,
  BrokerType,
  ChannelConnection,
  ChannelType,
  CreditorInstitutionConnection,
  CreditorInstitutionType,
  PspConnection,
  PspType,
  StationConnection,
  StationType,
} from './party-types.ts';
import { presentBroker, presentChannel, presentCreditor, presentPsp, presentStation } from './present.ts';
import { Requires } from './requires.ts';

const FIRST = { nullable: true, description: 'How many, 1 to 100; 20 when absent.' };
const AFTER = { nullable: true, description: 'Cursor after which to read on.' };
const SEARCH = { nullable: true, description: 'A part of the name, or the beginning of the code.' };

@Resolver()
export class PartyQueries {
  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => CreditorInstitutionType, { nullable: true, description: 'A creditor, by its fiscal code.' })
  async creditorInstitution(
    @Arg('fiscalCode', () => FiscalCodeScalar, { description: 'Its fiscal code.' }) fiscalCode: string,
    @Ctx() context: OnboardingContext,
  ): Promise<CreditorInstitutionType | null> {
    const stored = await loadObject(context, 'creditorInstitution', fiscalCode);
    return stored && presentCreditor(stored);
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => CreditorInstitutionConnection, { description: 'Creditors, in the order of their fiscal codes.' })
  creditorInstitutions(
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Arg('search', () => String, SEARCH) search: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<CreditorInstitutionType>> {
    const text = searchText(search);
    return pageByCode(
      { first, after },
      (page) => services.queries.parties('creditorInstitution', { ...page, search: text }),
      presentCreditor,
    );
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => PspType, { nullable: true, description: 'A PSP, by its code.' })
  async psp(
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Ctx() context: OnboardingContext,
  ): Promise<PspType | null> {
    const stored = await loadObject(context, 'psp', code);
    return stored && presentPsp(stored);
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => PspConnection, { description: 'PSPs, in the order of their codes.' })
  psps(
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Arg('search', () => String, SEARCH) search: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<PspType>> {
    const text = searchText(search);
    return pageByCode({ first, after }, (page) => services.queries.parties('psp', { ...page, search: text }), presentPsp);
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => BrokerType, { nullable: true, description: 'A broker, by its code.' })
  async broker(
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Ctx() context: OnboardingContext,
  ): Promise<BrokerType | null> {
    const view = await loadBroker(context, code);
    return view && presentBroker(view);
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => BrokerConnection, { description: 'Brokers of either side, in the order of their codes.' })
  brokers(
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Arg('search', () => String, SEARCH) search: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<BrokerType>> {
    const text = searchText(search);
    return pageByCode({ first, after }, (page) => services.queries.brokerPage({ ...page, search: text }), presentBroker);
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => StationType, { nullable: true, description: 'A station, by its code.' })
  async station(
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Ctx() context: OnboardingContext,
  ): Promise<StationType | null> {
    const stored = await loadObject(context, 'station', code);
    return stored && presentStation(stored);
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => StationConnection, { description: 'Stations, in the order of their codes.' })
  stations(
    @Arg('broker', () => String, { nullable: true, description: 'Only those of the broker of this code.' }) broker: string | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<StationType>> {
    return pageByCode({ first, after }, (page) => services.queries.stations({ ...page, broker: broker ?? undefined }), presentStation);
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => ChannelType, { nullable: true, description: 'A channel, by its code.' })
  async channel(
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Ctx() context: OnboardingContext,
  ): Promise<ChannelType | null> {
    const stored = await loadObject(context, 'channel', code);
    return stored && presentChannel(stored);
  }

  @Allow(...ROLES)
  @Requires('OVERVIEW')
  @Query(() => ChannelConnection, { description: 'Channels, in the order of their codes.' })
  channels(
    @Arg('broker', () => String, { nullable: true, description: 'Only those of the broker of this code.' }) broker: string | null,
    @Arg('psp', () => String, { nullable: true, description: 'Only those that pay for the PSP of this code.' }) psp: string | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { services }: OnboardingContext,
  ): Promise<Connection<ChannelType>> {
    return pageByCode({ first, after }, (page) => services.queries.channels({ ...page, broker, psp }), presentChannel);
  }
}
