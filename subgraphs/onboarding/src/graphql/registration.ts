/**
 * Changes of single objects, by operators. All have one shape: the object as in the directory file, and the revision that the caller has
 * seen (none for an object that is to be new). Another revision is a CONFLICT that names both.
 */
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import { Allow } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Int, Mutation, Resolver } from 'type-graphql';
import { writeObject } from '../domain/directory-file/index.ts';
import type { ChangedObject, RemovableKind, SwitchedKind } from '../services/objects.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import { DirectoryMutationType } from './entry-types.ts';
import { RemovableKindEnum, SwitchedKindEnum } from './enums.ts';
import {
  ApiKeyInput,
  BrokerInput,
  ChannelInput,
  CreditorInstitutionInput,
  PspInput,
  RouteInput,
  ServiceInput,
  StationInput,
} from './inputs.ts';

const INPUT = { description: 'The object.' };
const SEEN = { nullable: true, description: 'The revision that is to be replaced; absent for a new object.' };

export function presentChange({ kind, code, object, revision, change }: ChangedObject): DirectoryMutationType {
  return { change, entry: { kind, code, revision, removed: change === 'REMOVED', content: writeObject(kind, object) } };
}

async function register(
  context: OnboardingContext,
  kind: DirectoryKind,
  input: object,
  revision: number | null,
): Promise<DirectoryMutationType> {
  return presentChange(await context.services.objects.register(kind, input, { revision, by: callerOf(context) }));
}

@Resolver()
export class Registration {
  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Registers a broker of creditors, or replaces its registration.' })
  registerCreditorBroker(
    @Arg('input', () => BrokerInput, INPUT) input: BrokerInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return register(context, 'creditorBroker', input, revision);
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Registers a creditor, or replaces its registration.' })
  registerCreditorInstitution(
    @Arg('input', () => CreditorInstitutionInput, INPUT) input: CreditorInstitutionInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return register(context, 'creditorInstitution', input, revision);
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Registers a station, or replaces its registration.' })
  registerStation(
    @Arg('input', () => StationInput, INPUT) input: StationInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return register(context, 'station', input, revision);
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Registers a route, or replaces it.' })
  registerRoute(
    @Arg('input', () => RouteInput, INPUT) input: RouteInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return register(context, 'route', input, revision);
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Registers a broker of PSPs, or replaces its registration.' })
  registerPspBroker(
    @Arg('input', () => BrokerInput, INPUT) input: BrokerInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return register(context, 'pspBroker', input, revision);
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Registers a PSP, or replaces its registration.' })
  registerPsp(
    @Arg('input', () => PspInput, INPUT) input: PspInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return register(context, 'psp', input, revision);
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Registers a channel, or replaces its registration.' })
  registerChannel(
    @Arg('input', () => ChannelInput, INPUT) input: ChannelInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return register(context, 'channel', input, revision);
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Registers a service of the catalogue, or replaces its registration.' })
  registerService(
    @Arg('input', () => ServiceInput, INPUT) input: ServiceInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return register(context, 'service', input, revision);
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Registers an API key, or replaces what it opens.' })
  registerApiKey(
    @Arg('input', () => ApiKeyInput, INPUT) input: ApiKeyInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return register(context, 'apiKey', input, revision);
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Enables or disables an object.' })
  async setDirectoryEntryEnabled(
    @Arg('kind', () => SwitchedKindEnum, { description: 'What kind of object it is.' }) kind: SwitchedKind,
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Arg('enabled', () => Boolean, { description: 'Whether it may work.' }) enabled: boolean,
    @Arg('revision', () => Int, { description: 'The revision that is to be replaced.' }) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return presentChange(await context.services.objects.setEnabled(kind, code, enabled, { revision, by: callerOf(context) }));
  }

  @Allow('OPERATOR')
  @Mutation(() => DirectoryMutationType, { description: 'Removes a route or an API key.' })
  async removeDirectoryEntry(
    @Arg('kind', () => RemovableKindEnum, { description: 'What kind of object it is.' }) kind: RemovableKind,
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Arg('revision', () => Int, { description: 'The revision that is to be removed.' }) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<DirectoryMutationType> {
    return presentChange(await context.services.objects.remove(kind, code, { revision, by: callerOf(context) }));
  }
}
