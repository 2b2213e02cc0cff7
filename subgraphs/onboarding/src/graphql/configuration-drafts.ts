/** Stations, channels and brokers as their owners propose them and operators review them; tests of connections. */
import { Allow, type Connection } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { DraftState } from '../domain/configuration/draft-state.ts';
import { writeObject } from '../domain/directory-file/index.ts';
import type { DraftKind, StoredDraft } from '../persistence/draft-store.ts';
import type { PartnerSide } from '../domain/onboarding/request.ts';
import { DraftKindEnum, DraftStateEnum } from './configuration-enums.ts';
import {
  BrokerProposalInput,
  ChannelProposalInput,
  ConfigurationDraftConnection,
  ConfigurationDraftType,
  ConnectionTestInput,
  ConnectionTestType,
  StationProposalInput,
} from './configuration-types.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import { InstitutionInput } from './identity-types.ts';
import { pageByCode } from './pages.ts';
import { ChannelConfigurationType, StationConfigurationType } from './party-types.ts';
import { PartnerSideEnum } from './onboarding-types.ts';
import { Requires } from './requires.ts';

const FIRST = { nullable: true, description: 'How many, 1 to 100; 20 when absent.' };
const AFTER = { nullable: true, description: 'Cursor after which to read on.' };
const OWN = { nullable: true, description: 'The institution; the caller’s own when absent. Operators name one.' };
const STATES = { nullable: true, description: 'Only those in one of these states.' };
const CODE = { nullable: true, description: 'Its code, of an edit; absent for a new one, which is given the next free code.' };
const SEEN = {
  nullable: true,
  description: 'Of an edit, the revision that the caller has seen: of the draft under review, or where there is none, of what is in force.',
};
const REVIEWED = { description: 'The revision of the draft that the reviewer has seen.' };
const ALL_OR_OWN = { ...OWN, description: 'The institution; absent: the caller’s own, for operators all.' };
const INPUT = { description: 'What is proposed, as a whole.' };

const BROKER_KINDS = { CREDITORS: 'creditorBroker', PSPS: 'pspBroker' } as const satisfies Record<PartnerSide, DraftKind>;

interface DraftPage {
  institution: InstitutionInput | null;
  states: DraftState[] | null;
  first: number | null;
  after: string | null;
}

function draftPage(context: OnboardingContext, kind: DraftKind, { institution, states, first, after }: DraftPage) {
  const { drafts } = context.services;
  return pageByCode({ first, after }, (page) => drafts.list(callerOf(context), kind, { ...page, institution, states }), presentDraft);
}

@Resolver()
export class ConfigurationDrafts {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('STATIONS')
  @Mutation(() => ConfigurationDraftType, { description: 'Proposes a new station, or an edit of one, for review.' })
  async proposeStation(
    @Arg('input', () => StationProposalInput, INPUT) input: StationProposalInput,
    @Arg('code', () => String, CODE) code: string | null,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<ConfigurationDraftType> {
    return presentDraft(await context.services.drafts.propose(callerOf(context), 'station', input, { code, revision, institution }));
  }

  @Allow('PSP', 'PARTNER', 'OPERATOR')
  @Requires('CHANNELS')
  @Mutation(() => ConfigurationDraftType, { description: 'Proposes a new channel, or an edit of one, for review.' })
  async proposeChannel(
    @Arg('input', () => ChannelProposalInput, INPUT) input: ChannelProposalInput,
    @Arg('code', () => String, CODE) code: string | null,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<ConfigurationDraftType> {
    return presentDraft(await context.services.drafts.propose(callerOf(context), 'channel', input, { code, revision, institution }));
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('REGISTRATION')
  @Mutation(() => ConfigurationDraftType, {
    description: 'Proposes the institution as a broker, for others or for itself, or an edit of what it is as one, for review.',
  })
  async proposeBroker(
    @Arg('input', () => BrokerProposalInput, INPUT) { side, ...input }: BrokerProposalInput,
    @Arg('revision', () => Int, SEEN) revision: number | null,
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Ctx() context: OnboardingContext,
  ): Promise<ConfigurationDraftType> {
    return presentDraft(await context.services.drafts.propose(callerOf(context), BROKER_KINDS[side], input, { revision, institution }));
  }

  @Allow('OPERATOR')
  @Mutation(() => ConfigurationDraftType, { description: 'Sends a proposal back to its owner, who has to change something.' })
  async requestConfigurationChanges(
    @Arg('kind', () => DraftKindEnum, { description: 'What it is.' }) kind: DraftKind,
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Arg('note', () => String, { description: 'What is to be changed.' }) note: string,
    @Arg('revision', () => Int, REVIEWED) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<ConfigurationDraftType> {
    return presentDraft(await context.services.drafts.askChanges(callerOf(context), kind, code, { note, revision }));
  }

  @Allow('OPERATOR')
  @Mutation(() => ConfigurationDraftType, { description: 'Approves a proposal: it is in force from now on.' })
  async approveConfiguration(
    @Arg('kind', () => DraftKindEnum, { description: 'What it is.' }) kind: DraftKind,
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Arg('revision', () => Int, REVIEWED) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<ConfigurationDraftType> {
    return presentDraft(await context.services.drafts.approve(callerOf(context), kind, code, revision));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('STATIONS')
  @Query(() => ConfigurationDraftConnection, {
    description: 'Proposals of stations of the caller’s institution, for operators of all, in the order of their codes.',
  })
  stationDrafts(
    @Arg('institution', () => InstitutionInput, ALL_OR_OWN) institution: InstitutionInput | null,
    @Arg('states', () => [DraftStateEnum], STATES) states: DraftState[] | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<ConfigurationDraftType>> {
    return draftPage(context, 'station', { institution, states, first, after });
  }

  @Allow('PSP', 'PARTNER', 'OPERATOR')
  @Requires('CHANNELS')
  @Query(() => ConfigurationDraftConnection, {
    description: 'Proposals of channels of the caller’s institution, for operators of all, in the order of their codes.',
  })
  channelDrafts(
    @Arg('institution', () => InstitutionInput, ALL_OR_OWN) institution: InstitutionInput | null,
    @Arg('states', () => [DraftStateEnum], STATES) states: DraftState[] | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<ConfigurationDraftType>> {
    return draftPage(context, 'channel', { institution, states, first, after });
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('REGISTRATION')
  @Query(() => ConfigurationDraftConnection, {
    description: 'Proposals of the caller’s institution to be a broker of a side, for operators of all, in the order of their codes.',
  })
  brokerDrafts(
    @Arg('side', () => PartnerSideEnum, { description: 'Whom the broker connects.' }) side: PartnerSide,
    @Arg('institution', () => InstitutionInput, ALL_OR_OWN) institution: InstitutionInput | null,
    @Arg('states', () => [DraftStateEnum], STATES) states: DraftState[] | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<ConfigurationDraftType>> {
    return draftPage(context, BROKER_KINDS[side], { institution, states, first, after });
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('STATIONS')
  @Mutation(() => ConnectionTestType, {
    description:
      'Calls an endpoint as a station is called (paVerifyPaymentNotice of a notice that nobody has), within 7 seconds, and tells what came of it.',
  })
  async testStationConnection(
    @Arg('input', () => ConnectionTestInput, { description: 'The endpoint.' }) input: ConnectionTestInput,
    @Ctx() context: OnboardingContext,
  ): Promise<ConnectionTestType> {
    return context.services.connectionTests.test(callerOf(context), input);
  }
}

@Resolver(() => StationConfigurationType)
export class StationDraftFields {
  @FieldResolver(() => Boolean, { description: 'Whether a newer configuration of it is under review.' })
  pendingUpdate(@Root() { code }: StationConfigurationType, @Ctx() context: OnboardingContext): Promise<boolean> {
    return isUnderReview(context, 'station', code);
  }
}

@Resolver(() => ChannelConfigurationType)
export class ChannelDraftFields {
  @FieldResolver(() => Boolean, { description: 'Whether a newer configuration of it is under review.' })
  pendingUpdate(@Root() { code }: ChannelConfigurationType, @Ctx() context: OnboardingContext): Promise<boolean> {
    return isUnderReview(context, 'channel', code);
  }
}

async function isUnderReview(context: OnboardingContext, kind: DraftKind, code: string): Promise<boolean> {
  const loader = context.loaders.get<string, string>(`${kind} drafts`, (codes) => context.services.drafts.underReview(kind, codes), {
    key: (each) => each,
    value: (each) => each,
  });
  return (await loader.load(code)) !== null;
}

function presentDraft({ object, ...draft }: StoredDraft): ConfigurationDraftType {
  return { ...draft, content: writeObject(draft.kind, object) };
}
