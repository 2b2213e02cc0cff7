/**
 * Rule: what an institution may do depends on its side and on whether it connects itself (diretto) or through a partner (indiretto): a creditor
 * or PSP that is registered as its own broker is direct; a partner is one on each side on which it is a broker. Source: domain facts,
 * Onboarding section 5.4.
 */

/** The roles of callers who act for an institution. */
export const INSTITUTION_ROLES = ['EC', 'PSP', 'PARTNER'] as const;
export type InstitutionRole = (typeof INSTITUTION_ROLES)[number];

/** Whom somebody acts for: a creditor by its fiscal code, a PSP by its code, a partner by its broker code. */
export interface Institution {
  readonly role: InstitutionRole;
  readonly code: string;
}

/** The columns of the matrix of roles and functions. */
export const INSTITUTION_KINDS = ['EC_DIRECT', 'EC_INDIRECT', 'PSP_DIRECT', 'PSP_INDIRECT', 'PT_EC', 'PT_PSP'] as const;
export type InstitutionKind = (typeof INSTITUTION_KINDS)[number];

/** What the directory says of a code. */
export interface BrokerFacts {
  readonly creditorBroker: boolean;
  readonly pspBroker: boolean;
}

/** A partner that is not registered on any side yet is of no kind. */
export function kindsOf(role: InstitutionRole, { creditorBroker, pspBroker }: BrokerFacts): readonly InstitutionKind[] {
  switch (role) {
    case 'EC':
      return [creditorBroker ? 'EC_DIRECT' : 'EC_INDIRECT'];
    case 'PSP':
      return [pspBroker ? 'PSP_DIRECT' : 'PSP_INDIRECT'];
    case 'PARTNER':
      return [...(creditorBroker ? (['PT_EC'] as const) : []), ...(pspBroker ? (['PT_PSP'] as const) : [])];
  }
}

export function isInstitutionRole(role: string): role is InstitutionRole {
  return (INSTITUTION_ROLES as readonly string[]).includes(role);
}

/** How events and the audit address an institution, as callers are addressed: `EC:<fiscal code>`, `PSP:<code>`, `BROKER:<code>`. */
export function addressOf({ role, code }: Institution): string {
  return `${role === 'PARTNER' ? 'BROKER' : role}:${code}`;
}
