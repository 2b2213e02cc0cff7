/** What an object of the directory is, or is about, as a type of the graph. */
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { loadBroker, loadObject, type OnboardingContext } from './context.ts';
import { DirectoryEntryType } from './entry-types.ts';
import { BrokerType, ChannelType, CreditorInstitutionType, PspType, StationType } from './party-types.ts';
import { presentBroker, presentChannel, presentCreditor, presentPsp, presentStation } from './present.ts';

@Resolver(() => DirectoryEntryType)
export class DirectoryEntryFields {
  @FieldResolver(() => CreditorInstitutionType, {
    nullable: true,
    description: 'The creditor, when the object is one, or is a route of one.',
  })
  async creditorInstitution(
    @Root() { kind, code }: DirectoryEntryType,
    @Ctx() context: OnboardingContext,
  ): Promise<CreditorInstitutionType | null> {
    const fiscalCode =
      kind === 'route' || kind === 'delegation' ? code.slice(0, code.indexOf('/')) : only(kind, 'creditorInstitution', code);
    const stored = fiscalCode === undefined ? null : await loadObject(context, 'creditorInstitution', fiscalCode);
    return stored && presentCreditor(stored);
  }

  @FieldResolver(() => StationType, { nullable: true, description: 'The station, when the object is one, or is maintenance of one.' })
  async station(@Root() { kind, code }: DirectoryEntryType, @Ctx() context: OnboardingContext): Promise<StationType | null> {
    const station = kind === 'maintenance' ? code.slice(0, code.lastIndexOf('/')) : only(kind, 'station', code);
    const stored = station === undefined ? null : await loadObject(context, 'station', station);
    return stored && presentStation(stored);
  }

  @FieldResolver(() => PspType, { nullable: true, description: 'The PSP, when the object is one.' })
  async psp(@Root() { kind, code }: DirectoryEntryType, @Ctx() context: OnboardingContext): Promise<PspType | null> {
    const stored = kind === 'psp' ? await loadObject(context, 'psp', code) : null;
    return stored && presentPsp(stored);
  }

  @FieldResolver(() => ChannelType, { nullable: true, description: 'The channel, when the object is one.' })
  async channel(@Root() { kind, code }: DirectoryEntryType, @Ctx() context: OnboardingContext): Promise<ChannelType | null> {
    const stored = kind === 'channel' ? await loadObject(context, 'channel', code) : null;
    return stored && presentChannel(stored);
  }

  @FieldResolver(() => BrokerType, { nullable: true, description: 'The broker, when the object is one, of either side.' })
  async broker(@Root() { kind, code }: DirectoryEntryType, @Ctx() context: OnboardingContext): Promise<BrokerType | null> {
    const view = kind === 'creditorBroker' || kind === 'pspBroker' ? await loadBroker(context, code) : null;
    return view && presentBroker(view);
  }
}

function only(kind: DirectoryKind, wanted: DirectoryKind, code: string): string | undefined {
  return kind === wanted ? code : undefined;
}
