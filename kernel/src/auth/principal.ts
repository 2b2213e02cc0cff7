/** Who calls: one of five roles, on behalf of a tenant. Every field and row is decided on this object alone. */
import type { PlatformFunction } from './functions.ts';
import { ForbiddenError, UnauthenticatedError } from '../faults/index.ts';

/** The caller roles of the graph (design section 4). */
export const ROLES = ['CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR'] as const;
export type Role = (typeof ROLES)[number];

export interface Principal {
  /** Stable id of the caller, as the issuer states it. */
  subject: string;
  role: Role;
  /** The party that the caller acts for: an EC's fiscal code, a PSP's code, a partner's broker code. Absent for citizens and operators. */
  tenant?: string;
  /** Tax code of the person who calls: of a citizen, or of whoever acts for the institution. Absent for the software of an institution. */
  fiscalCode?: string;
  name?: string;
  /** Products that an API key opens; absent for tokens of persons and systems, which open all that their role may do. */
  products?: readonly string[];
  /** The functions that the token is for. Absent: all that the role may do, which is so for the software of an institution. */
  functions?: readonly string[];
  /** What creditors let the caller's partner do. Only of partners, and only within a service that keeps the directory: it does not travel. */
  delegations?: PartnerScope;
  /** Epoch milliseconds after which the caller must authenticate again. */
  expiresAt: number;
}

/** What creditors let a partner do, as far as they have said so; see `kernel/directory`. */
export interface PartnerScope {
  /** The fiscal codes of the creditors that do not let the partner do something, as they stood at the last `refresh`. */
  withheld(wanted: PlatformFunction): readonly string[];
  /** Looks again: for what lives longer than a request. */
  refresh(): Promise<void>;
}

/** The creditors that do not let the caller do something: of a partner, those that delegated otherwise; of anybody else, none. */
export function withheldCreditors(principal: Pick<Principal, 'delegations'> | undefined, wanted: PlatformFunction): readonly string[] {
  return principal?.delegations?.withheld(wanted) ?? [];
}

/**
 * The caller, when it has one of the roles.
 * @throws UnauthenticatedError without a caller, ForbiddenError with another role
 */
export function requireRole(principal: Principal | undefined, ...roles: readonly Role[]): Principal {
  if (!principal) throw new UnauthenticatedError(`This needs an access token of role ${roles.join(' or ')}.`);
  if (!roles.includes(principal.role))
    throw new ForbiddenError(`This is for role ${roles.join(' or ')}; the token's role is ${principal.role}.`);
  return principal;
}

/** Whether a person calls in the name of an institution, rather than the institution's software. */
export function isPersonOfInstitution(principal: Principal): principal is Principal & { fiscalCode: string; tenant: string } {
  return (
    principal.role !== 'CITIZEN' && principal.role !== 'OPERATOR' && principal.fiscalCode !== undefined && principal.tenant !== undefined
  );
}

/** Whether the caller may see what belongs to the party: its own tenant, or anything for an operator. */
export function ownsTenant(principal: Principal | undefined, ...parties: readonly (string | undefined)[]): boolean {
  if (!principal) return false;
  if (principal.role === 'OPERATOR') return true;
  if (principal.role === 'CITIZEN') return principal.fiscalCode !== undefined && parties.includes(principal.fiscalCode);
  return principal.tenant !== undefined && parties.includes(principal.tenant);
}

/**
 * The keys under which events are addressed to this caller: `EC:<fiscal code>`, `PSP:<code>`, `BROKER:<code>`, `CITIZEN:<tax code>`.
 * @returns undefined for an operator, who sees all
 */
export function audienceOf(principal: Principal): readonly string[] | undefined {
  switch (principal.role) {
    case 'OPERATOR':
      return undefined;
    case 'CITIZEN':
      return principal.fiscalCode ? [`CITIZEN:${principal.fiscalCode}`] : [];
    case 'PARTNER':
      return principal.tenant ? [`BROKER:${principal.tenant}`] : [];
    default:
      return principal.tenant ? [`${principal.role}:${principal.tenant}`] : [];
  }
}
