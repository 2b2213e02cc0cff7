/**
 * Rule: what somebody may do, and who gave it to them. The platform's operators may do everything; the software of an institution and its
 * users what the matrix gives to their role, users also what a manager granted them. A grant that the matrix does not (or no longer) allow
 * gives nothing, and a token never opens more than it is for. Source: domain facts, Onboarding section 5.4.
 */
import { FUNCTION_PRODUCTS, type FunctionProduct, FUNCTIONS, type PlatformFunction } from '@nodo-aperto/kernel/auth';
import type { InstitutionKind } from './institution.ts';
import { allowance, institutionHas, type PartyRole } from './matrix.ts';

/** A function that a manager gave to a user. */
export interface FunctionGrant {
  readonly function: PlatformFunction;
  readonly grantedBy: string;
  /** Epoch milliseconds. */
  readonly grantedAt: number;
}

/** In what capacity somebody calls. */
export type Holder =
  | { readonly as: 'PLATFORM' }
  | { readonly as: 'SYSTEM'; readonly kinds: readonly InstitutionKind[]; readonly limitedTo?: readonly string[] | undefined }
  | {
      readonly as: 'USER';
      readonly kinds: readonly InstitutionKind[];
      readonly role: PartyRole;
      readonly grants: readonly FunctionGrant[];
      readonly limitedTo?: readonly string[] | undefined;
    };

/** Where a permission comes from: the platform's own staff, the institution's software, the person's role, a manager, a creditor's delegation. */
export const PERMISSION_SOURCES = ['PLATFORM', 'SYSTEM', 'ROLE', 'GRANT', 'DELEGATION'] as const;
export type PermissionSource = (typeof PERMISSION_SOURCES)[number];

export interface Permission {
  readonly product: FunctionProduct;
  readonly function: PlatformFunction;
  readonly source: PermissionSource;
  /** Who gave it: a role for what comes with one, otherwise whoever granted it. */
  readonly grantedBy: string;
  readonly grantedAt?: number;
}

/** The permission for one function, when there is one. */
export function permissionFor(holder: Holder, wanted: PlatformFunction): Permission | undefined {
  const permission = { product: FUNCTION_PRODUCTS[wanted], function: wanted };
  if (holder.as === 'PLATFORM') return { ...permission, source: 'PLATFORM', grantedBy: 'PLATFORM' };
  if (!institutionHas(holder.kinds, wanted) || (holder.limitedTo && !holder.limitedTo.includes(wanted))) return undefined;
  if (holder.as === 'SYSTEM')
    return allowance('SYSTEM', wanted) === 'ALWAYS' ? { ...permission, source: 'SYSTEM', grantedBy: 'SYSTEM' } : undefined;
  const given = allowance(holder.role, wanted);
  if (given === 'ALWAYS') return { ...permission, source: 'ROLE', grantedBy: holder.role };
  const grant = given === 'ON_GRANT' ? holder.grants.find((each) => each.function === wanted) : undefined;
  return grant && { ...permission, source: 'GRANT', grantedBy: grant.grantedBy, grantedAt: grant.grantedAt };
}

/** Everything that somebody may do, in the order of the functions. */
export function permissionsOf(holder: Holder): readonly Permission[] {
  return FUNCTIONS.flatMap((each) => permissionFor(holder, each) ?? []);
}
