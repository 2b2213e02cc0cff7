/** How institutions come to take part: requests, their approval, contracts. Source: domain facts, Onboarding sections 5.2 and 5.3. */
import { InputError } from '@nodo-aperto/kernel/faults';
import { Allow, type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestState } from '../domain/onboarding/request-state.ts';
import type { OnboardingRequest } from '../persistence/request-store.ts';
import { isUuid } from '../services/users.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import {
  ContractFileType,
  ContractUploadType,
  OnboardingContractType,
  OnboardingRequestConnection,
  OnboardingRequestInput,
  OnboardingRequestType,
  RegistryEntryType,
  RequestStateEnum,
} from './onboarding-types.ts';
import { Requires } from './requires.ts';

const FIRST = { nullable: true, description: 'How many, 1 to 100; 20 when absent.' };
const AFTER = { nullable: true, description: 'Cursor after which to read on.' };
const REQUEST_ID = { description: 'Id of the request.' };
const SEEN = { description: 'The revision that the caller has seen.' };
/** Bytes of a signed contract, most: with base64 it fits the body that the gateway takes. */
const LARGEST_CONTRACT = 180 * 1_024;
/** The year 9999, epoch milliseconds. */
const LATEST_INSTANT = 253_402_300_799_000;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

@Resolver(() => OnboardingRequestType)
export class OnboardingRequests {
  @Allow('CITIZEN', 'OPERATOR')
  @Query(() => [RegistryEntryType], { description: 'What the registries know of an institution: to fill in a request. At most one each.' })
  registeredInstitution(
    @Arg('fiscalCode', () => String, { description: 'Fiscal code of the institution.' }) fiscalCode: string,
    @Ctx() { services }: OnboardingContext,
  ): RegistryEntryType[] {
    return services.onboarding.registered(fiscalCode).map((entry) => ({ ...entry }));
  }

  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('REGISTRATION')
  @Query(() => OnboardingRequestConnection, {
    description: 'Requests, newest first: those that name the person who calls, those of the caller’s institution, for operators all.',
  })
  async onboardingRequests(
    @Arg('state', () => RequestStateEnum, { nullable: true, description: 'Only those in this state.' }) state: RequestState | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<OnboardingRequestType>> {
    const size = pageSize(first);
    const last = placeOf(after);
    const found = await context.services.onboarding.list(callerOf(context), {
      limit: size + 1,
      ...(state && { state }),
      ...(last && { after: last }),
    });
    return toConnection(found, size, { cursor: (request) => listCursor(request.createdAt, request.id), node: presentRequest });
  }

  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('REGISTRATION')
  @Query(() => OnboardingRequestType, { nullable: true, description: 'One request; null for what the caller may not see.' })
  async onboardingRequest(
    @Arg('id', () => ID, REQUEST_ID) id: string,
    @Ctx() context: OnboardingContext,
  ): Promise<OnboardingRequestType | null> {
    const found = await context.services.onboarding.find(callerOf(context), id);
    return found ? presentRequest(found) : null;
  }

  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('CONTRACTS')
  @Query(() => ContractFileType, { description: 'The contract of a request, as it is to be signed or as it came back signed.' })
  async onboardingContractFile(
    @Arg('requestId', () => ID, REQUEST_ID) id: string,
    @Arg('signed', () => Boolean, { defaultValue: false, description: 'Whether the signed one is meant.' }) signed: boolean,
    @Ctx() context: OnboardingContext,
  ): Promise<ContractFileType> {
    const { onboarding } = context.services;
    const file = await onboarding.contractFile(callerOf(context), id, signed);
    const { fileName = 'contract.pdf' } = (await onboarding.contract(id)) ?? {};
    return { fileName: signed ? `${fileName}.p7m` : fileName, content: Buffer.from(file).toString('base64') };
  }

  @Allow('CITIZEN', 'OPERATOR')
  @Mutation(() => OnboardingRequestType, {
    description: 'Asks for an institution to take part. A person asks where they are to be manager or delegate.',
  })
  async requestOnboarding(
    @Arg('input', () => OnboardingRequestInput, { description: 'The request.' }) input: OnboardingRequestInput,
    @Ctx() context: OnboardingContext,
  ): Promise<OnboardingRequestType> {
    return presentRequest(await context.services.onboarding.request(callerOf(context), input));
  }

  @Allow('OPERATOR')
  @Mutation(() => OnboardingRequestType, { description: 'Approves a request: its contract is drawn up, or a partner is completed.' })
  async approveOnboarding(
    @Arg('id', () => ID, REQUEST_ID) id: string,
    @Arg('revision', () => Int, SEEN) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<OnboardingRequestType> {
    return presentRequest(await context.services.onboarding.approve(callerOf(context), id, revision));
  }

  @Allow('OPERATOR')
  @Mutation(() => OnboardingRequestType, { description: 'Rejects an open request.' })
  async rejectOnboarding(
    @Arg('id', () => ID, REQUEST_ID) id: string,
    @Arg('revision', () => Int, SEEN) revision: number,
    @Arg('reason', () => String, { description: 'Why, for those who asked.' }) reason: string,
    @Ctx() context: OnboardingContext,
  ): Promise<OnboardingRequestType> {
    return presentRequest(await context.services.onboarding.reject(callerOf(context), id, revision, reason));
  }

  @Allow('CITIZEN', 'OPERATOR')
  @Mutation(() => OnboardingRequestType, { description: 'Takes an open request back.' })
  async withdrawOnboarding(
    @Arg('id', () => ID, REQUEST_ID) id: string,
    @Arg('revision', () => Int, SEEN) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<OnboardingRequestType> {
    return presentRequest(await context.services.onboarding.withdraw(callerOf(context), id, revision));
  }

  @Allow('CITIZEN', 'OPERATOR')
  @Mutation(() => OnboardingRequestType, { description: 'Completes a request of the workflow CONFIRMATION, by the word of a manager.' })
  async confirmOnboarding(
    @Arg('id', () => ID, REQUEST_ID) id: string,
    @Arg('revision', () => Int, SEEN) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<OnboardingRequestType> {
    return presentRequest(await context.services.onboarding.confirm(callerOf(context), id, revision));
  }

  @Allow('CITIZEN', 'OPERATOR')
  @Mutation(() => ContractUploadType, {
    description:
      'Hands in the signed contract (CAdES, .p7m, at most 180 KiB); when it is in order the institution takes part from then on.',
  })
  async uploadSignedContract(
    @Arg('id', () => ID, REQUEST_ID) id: string,
    @Arg('content', () => String, { description: 'The signed document in base64.' }) content: string,
    @Ctx() context: OnboardingContext,
  ): Promise<ContractUploadType> {
    const { request, refusal } = await context.services.onboarding.sign(callerOf(context), id, bytesOf(content));
    return {
      accepted: refusal === undefined && request.state === 'COMPLETED',
      request: presentRequest(request),
      ...(refusal && { refusal }),
    };
  }

  @FieldResolver(() => OnboardingContractType, { nullable: true, description: 'Its contract, where there is one.' })
  async contract(@Root() { id }: OnboardingRequestType, @Ctx() { services }: OnboardingContext): Promise<OnboardingContractType | null> {
    const contract = await services.onboarding.contract(id);
    if (!contract) return null;
    const { signers, ...rest } = contract;
    return { ...rest, ...(signers && { signers: [...signers] }) };
  }
}

/** Where a page begins. @throws InputError for a cursor that this list did not give */
function placeOf(after: string | null): { createdAt: number; id: string } | undefined {
  const [time, id] = readListCursor(after, 2) ?? [];
  if (time === undefined) return undefined;
  const createdAt = Number(time);
  if (!Number.isSafeInteger(createdAt) || Math.abs(createdAt) > LATEST_INSTANT || !isUuid(String(id)))
    throw InputError.at('after', 'is no cursor of this list', 'the endCursor of a page');
  return { createdAt, id: String(id) };
}

/** @throws InputError for what is no base64, or too large */
function bytesOf(content: string): Uint8Array {
  const expected = `at most ${LARGEST_CONTRACT} bytes in base64`;
  if (content.length > Math.ceil(LARGEST_CONTRACT / 3) * 4) throw InputError.at('content', 'is too large', expected);
  const text = content.replaceAll(/\s/g, '');
  if (!BASE64.test(text) || text.length % 4 !== 0) throw InputError.at('content', 'is no base64', expected);
  return Buffer.from(text, 'base64');
}

function presentRequest(request: OnboardingRequest): OnboardingRequestType {
  const { content, steps, institution, ...rest } = request;
  const { type, origin, fiscalCode, name, digitalAddress } = content.institution;
  return {
    ...rest,
    institution: { ...institution },
    type,
    origin,
    fiscalCode,
    name,
    digitalAddress,
    users: content.users.map((user) => ({ ...user })),
    steps: steps.map((step) => ({ ...step })),
  };
}
