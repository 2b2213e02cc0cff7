/** What may be done by whom: permissions, users, delegations. */
import { FUNCTION_PRODUCTS, type PlatformFunction } from '@nodo-aperto/kernel/auth';
import { Allow, type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { matrix } from '../domain/permissions/matrix.ts';
import type { UserState } from '../domain/users/user-state.ts';
import type { StoredDelegation } from '../persistence/delegation-store.ts';
import type { InstitutionUser } from '../persistence/user-store.ts';
import { callerOf, type OnboardingContext } from './context.ts';
import { FunctionEnum, UserStateEnum } from './identity-enums.ts';
import {
  AppointUserInput,
  InstitutionInput,
  InstitutionUserConnection,
  InstitutionUserType,
  PartnerDelegationConnection,
  PartnerDelegationType,
  PermissionRuleType,
  PermissionType,
} from './identity-types.ts';
import { Requires } from './requires.ts';

const FIRST = { nullable: true, description: 'How many, 1 to 100; 20 when absent.' };
const AFTER = { nullable: true, description: 'Cursor after which to read on.' };
const OWN = { nullable: true, description: 'The institution; the caller’s own when absent. Operators name one.' };
const SEEN = { description: 'The revision that the caller has seen.' };

@Resolver()
export class Permissions {
  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('OVERVIEW')
  @Query(() => [PermissionType], { description: 'What may I do, and who gave it to me.' })
  async myPermissions(
    @Arg('creditor', () => String, {
      nullable: true,
      description: 'Fiscal code of a creditor that the caller, of a partner, acts for: what was delegated.',
    })
    creditor: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<PermissionType[]> {
    return [...(await context.services.permissions.of(callerOf(context), creditor ?? undefined))];
  }

  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('OVERVIEW')
  @Query(() => [InstitutionUserType], {
    description: 'The institutions that the person who calls is an active user of; at most 100. Empty for software.',
  })
  async myInstitutions(@Ctx() context: OnboardingContext): Promise<InstitutionUserType[]> {
    const { fiscalCode } = callerOf(context);
    return fiscalCode === undefined ? [] : (await context.services.users.memberships(fiscalCode)).map(presentUser);
  }

  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('OVERVIEW')
  @Query(() => [PermissionRuleType], { description: 'The permission matrix: every function and role, and the kinds of institutions.' })
  permissionMatrix(): PermissionRuleType[] {
    return matrix().map((cell) => ({ ...cell, product: FUNCTION_PRODUCTS[cell.function], kinds: [...cell.kinds] }));
  }
}

@Resolver()
export class Users {
  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('USERS')
  @Query(() => InstitutionUserConnection, { description: 'Users of an institution, in the order of their tax codes.' })
  async institutionUsers(
    @Arg('institution', () => InstitutionInput, OWN) institution: InstitutionInput | null,
    @Arg('state', () => UserStateEnum, { nullable: true, description: 'Only those in this state.' }) state: UserState | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<InstitutionUserType>> {
    const size = pageSize(first);
    const [fiscalCode, id] = readListCursor(after, 2) ?? [];
    const users = await context.services.users.list(callerOf(context), {
      institution,
      limit: size + 1,
      ...(state && { state }),
      ...(fiscalCode !== undefined && { after: { fiscalCode: String(fiscalCode), id: String(id) } }),
    });
    return toConnection(users, size, { cursor: (user) => listCursor(user.fiscalCode, user.id), node: presentUser });
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('USERS')
  @Mutation(() => InstitutionUserType, {
    description: 'Makes a person a user of an institution. A manager is appointed by a manager or an operator.',
  })
  async appointUser(
    @Arg('input', () => AppointUserInput, { description: 'The person.' }) input: AppointUserInput,
    @Ctx() context: OnboardingContext,
  ): Promise<InstitutionUserType> {
    return presentUser(await context.services.users.appoint(callerOf(context), input));
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('USERS')
  @Mutation(() => InstitutionUserType, { description: 'Suspends a user, brings a suspended one back, or removes one for good.' })
  async setUserState(
    @Arg('id', () => ID, { description: 'Id of the user.' }) id: string,
    @Arg('state', () => UserStateEnum, { description: 'The state that is to be.' }) state: UserState,
    @Arg('revision', () => Int, SEEN) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<InstitutionUserType> {
    return presentUser(await context.services.users.setState(callerOf(context), id, state, revision));
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Requires('USERS')
  @Mutation(() => InstitutionUserType, {
    description: 'Gives a user these functions beside those of the role, and takes all others away. Nobody gives what they have not.',
  })
  async setUserFunctions(
    @Arg('id', () => ID, { description: 'Id of the user.' }) id: string,
    @Arg('functions', () => [FunctionEnum], { description: 'All functions that the user is to be given.' }) functions: PlatformFunction[],
    @Arg('revision', () => Int, SEEN) revision: number,
    @Ctx() context: OnboardingContext,
  ): Promise<InstitutionUserType> {
    return presentUser(await context.services.users.setFunctions(callerOf(context), id, functions, revision));
  }
}

@Resolver()
export class Delegations {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Requires('OVERVIEW')
  @Query(() => PartnerDelegationConnection, {
    description: 'Delegations that hold: those of the caller’s creditor, those to the caller’s partner, for operators all.',
  })
  async partnerDelegations(
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<Connection<PartnerDelegationType>> {
    const size = pageSize(first);
    const [creditor, partner] = readListCursor(after, 2) ?? [];
    const found = await context.services.delegations.list(callerOf(context), {
      limit: size + 1,
      ...(creditor !== undefined && { after: { creditor: String(creditor), partner: String(partner) } }),
    });
    return toConnection(found, size, { cursor: (each) => listCursor(each.creditor, each.partner), node: presentDelegation });
  }

  @Allow('EC', 'OPERATOR')
  @Requires('DELEGATIONS')
  @Mutation(() => PartnerDelegationType, {
    description:
      'Lets a partner do these things for a creditor, and no others, from now on: in every service, also through stations of its own.',
  })
  async delegateToPartner(
    @Arg('partner', () => String, { description: 'Broker code of the partner.' }) partner: string,
    @Arg('functions', () => [FunctionEnum], { description: 'What it may do.' }) functions: PlatformFunction[],
    @Arg('creditor', () => String, { nullable: true, description: 'Fiscal code of the creditor; the caller’s own when absent.' })
    creditor: string | null,
    @Arg('revision', () => Int, {
      nullable: true,
      description: 'The revision that the caller has seen; absent where nothing was ever delegated, or what was is revoked.',
    })
    revision: number | null,
    @Ctx() context: OnboardingContext,
  ): Promise<PartnerDelegationType> {
    return presentDelegation(await context.services.delegations.delegate(callerOf(context), { creditor, partner, functions, revision }));
  }

  @Allow('EC', 'OPERATOR')
  @Requires('DELEGATIONS')
  @Mutation(() => PartnerDelegationType, { description: 'Ends what a partner may do for a creditor.' })
  async revokePartnerDelegation(
    @Arg('partner', () => String, { description: 'Broker code of the partner.' }) partner: string,
    @Arg('revision', () => Int, SEEN) revision: number,
    @Arg('creditor', () => String, { nullable: true, description: 'Fiscal code of the creditor; the caller’s own when absent.' })
    creditor: string | null,
    @Ctx() context: OnboardingContext,
  ): Promise<PartnerDelegationType> {
    return presentDelegation(await context.services.delegations.revoke(callerOf(context), { creditor, partner, revision }));
  }
}

function presentUser(user: InstitutionUser): InstitutionUserType {
  return { ...user, institution: { ...user.institution }, grants: user.grants.map((grant) => ({ ...grant })) };
}

function presentDelegation(delegation: StoredDelegation): PartnerDelegationType {
  return { ...delegation, functions: [...delegation.functions] };
}
