/**
 * The one place where it is decided what a caller may do in the back office. Reads users, grants and delegations as they are at the moment:
 * what is taken away is gone with the next request, whatever a token says. Source: domain facts, Onboarding section 5.4.
 */
import { isPersonOfInstitution, type PlatformFunction, type Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import { type Institution, type InstitutionKind, isInstitutionRole, kindsOf } from '../domain/permissions/institution.ts';
import { delegatedPermission, DELEGABLE_FUNCTIONS } from '../domain/permissions/partner-delegation.ts';
import { type Holder, type Permission, permissionFor, permissionsOf } from '../domain/permissions/permission.ts';
import { findDelegation } from '../persistence/delegation-store.ts';
import { findMember, type InstitutionUser, type Queryable } from '../persistence/user-store.ts';

/** For whom something is asked, and in what capacity. */
export interface Acting {
  readonly institution: Institution;
  readonly holder: Holder;
  readonly permission: Permission;
}

export interface PermissionService {
  /** The capacity in which a caller calls; undefined for citizens and for persons who are no (active) users of the institution. */
  holderOf(principal: Principal, from?: Queryable): Promise<Holder | undefined>;
  /**
   * Everything that the caller may do; for a creditor that delegated the caller's institution, when one is given.
   * @param creditor fiscal code of a creditor that the caller, of a partner, acts for
   */
  of(principal: Principal, creditor?: string): Promise<readonly Permission[]>;
  /**
   * Checks that a caller who acts for an institution has a function there; citizens and the platform's operators are not asked.
   * @throws ForbiddenError
   */
  assertHolds(principal: Principal, wanted: PlatformFunction): Promise<void>;
  /**
   * The institution that the caller acts for: its own, one given by an operator, or a creditor that delegated the function to it.
   * @throws ForbiddenError without the function there; InputError for an operator who names no institution
   */
  actingFor(principal: Principal, wanted: PlatformFunction, given?: Institution | null, from?: Queryable): Promise<Acting>;
  /** The functions that a user's token is for. */
  functionsOf(user: InstitutionUser): Promise<readonly PlatformFunction[]>;
  kindsOf(institution: Institution, from?: Queryable): Promise<readonly InstitutionKind[]>;
}

const SIDES = `select exists (select 1 from creditor_broker where code = $1) as creditor_broker,
  exists (select 1 from psp_broker where code = $1) as psp_broker`;

export function permissionService(database: Database): PermissionService {
  const kinds = async ({ role, code }: Institution, from: Queryable = database): Promise<readonly InstitutionKind[]> => {
    const [row] = await from.query<{ creditor_broker: boolean; psp_broker: boolean }>(SIDES, [code]);
    return kindsOf(role, { creditorBroker: row?.creditor_broker === true, pspBroker: row?.psp_broker === true });
  };

  const holderOf = async (principal: Principal, from: Queryable = database): Promise<Holder | undefined> => {
    if (principal.role === 'OPERATOR') return { as: 'PLATFORM' };
    const institution = ownInstitution(principal);
    if (!institution) return undefined;
    const limitedTo = principal.functions;
    if (!isPersonOfInstitution(principal)) return { as: 'SYSTEM', kinds: await kinds(institution, from), limitedTo };
    const user = await findMember(from, institution, principal.fiscalCode);
    if (user?.state !== 'ACTIVE') return undefined;
    return { as: 'USER', kinds: await kinds(institution, from), role: user.role, grants: user.grants, limitedTo };
  };

  const delegated = async (
    principal: Principal,
    creditor: string,
    holder: Holder,
    wanted: PlatformFunction,
    from: Queryable = database,
  ) => {
    const delegation = principal.role === 'PARTNER' && principal.tenant && (await findDelegation(from, creditor, principal.tenant));
    return delegation ? delegatedPermission(holder, delegation, wanted) : undefined;
  };

  return {
    holderOf,
    kindsOf: kinds,
    async of(principal, creditor) {
      const holder = await holderOf(principal);
      if (!holder) return [];
      if (creditor === undefined || creditor === principal.tenant) return permissionsOf(holder);
      if (holder.as === 'PLATFORM') return permissionsOf(holder);
      const found: Permission[] = [];
      for (const each of DELEGABLE_FUNCTIONS) {
        const permission = await delegated(principal, creditor, holder, each);
        if (permission) found.push(permission);
      }
      return found;
    },
    async assertHolds(principal, wanted) {
      if (principal.role === 'CITIZEN' || principal.role === 'OPERATOR') return;
      // What every institution's software may do needs no look at the institution.
      const unlimitedSoftware = !isPersonOfInstitution(principal) && principal.functions === undefined;
      if (unlimitedSoftware && permissionFor({ as: 'SYSTEM', kinds: [] }, wanted)) return;
      const holder = await holderOf(principal);
      if (!holder) throw notAUser();
      const [onItsOwn, forCreditors] = [permissionFor(holder, wanted), wanted === 'IBANS' && principal.role === 'PARTNER'];
      // Accounts belong to creditors alone: whether the partner may for one of them is decided when it is named.
      if (!onItsOwn && !forCreditors) throw missing(wanted);
    },
    async actingFor(principal, wanted, given, from) {
      const holder = await holderOf(principal, from);
      if (!holder) throw notAUser();
      const own = ownInstitution(principal);
      const institution = given ?? own;
      if (!institution) throw InputError.at('institution', 'is missing', 'the role and code of the institution that you act for');
      const isOwn = own !== undefined && own.role === institution.role && own.code === institution.code;
      if (!isOwn && holder.as !== 'PLATFORM') {
        const permission = institution.role === 'EC' ? await delegated(principal, institution.code, holder, wanted, from) : undefined;
        if (!permission) throw new ForbiddenError(`You do not act for ${institution.role} ${institution.code} in the function ${wanted}.`);
        return { institution, holder, permission };
      }
      const permission = permissionFor(holder, wanted);
      if (!permission) throw missing(wanted);
      return { institution, holder, permission };
    },
    async functionsOf(user) {
      const holder: Holder = { as: 'USER', kinds: await kinds(user.institution), role: user.role, grants: user.grants };
      const own = permissionsOf(holder).map((permission) => permission.function);
      // Accounts are the creditors' that the partner may act for: for which of them is decided when one is named.
      const accounts = holder.kinds.includes('PT_EC') && permissionFor({ ...holder, kinds: ['EC_DIRECT'] }, 'IBANS') !== undefined;
      return accounts ? [...own, 'IBANS'] : own;
    },
  };
}

/** The institution that a caller's token names. */
export function ownInstitution({ role, tenant }: Principal): Institution | undefined {
  return isInstitutionRole(role) && tenant !== undefined ? { role, code: tenant } : undefined;
}

function notAUser(): ForbiddenError {
  return new ForbiddenError('You are no active user of the institution that your token names.');
}

function missing(wanted: PlatformFunction): ForbiddenError {
  return new ForbiddenError(`You have not the function ${wanted}; the query myPermissions tells what you may do.`);
}
