/** What an institution asks for when it wants to take part. Source: domain facts, Onboarding sections 5.1 and 5.2. */
import type { InstitutionType, Origin } from './institution-type.ts';

/** The roles in which people are named by a request; others are appointed by the manager afterwards. */
export const SIGNATORY_ROLES = ['MANAGER', 'DELEGATE'] as const;
export type SignatoryRole = (typeof SIGNATORY_ROLES)[number];

export interface RequestedUser {
  readonly role: SignatoryRole;
  readonly fiscalCode: string;
  readonly name: string;
  readonly familyName: string;
  readonly email: string;
}

/** What only PSPs say of themselves. */
export interface PspData {
  /** Five digits: the code of the bank in the interbank system. */
  readonly abiCode?: string | null;
  readonly vatNumberGroup: boolean;
  /** The names under which it offers its services. */
  readonly providerNames: readonly string[];
  readonly contractType: string;
  readonly contractId: string;
  /** Where its business is registered. */
  readonly businessRegisterNumber: string;
  readonly legalRegisterName: string;
  readonly legalRegisterNumber: string;
}

/** On which sides a partner connects others. */
export const PARTNER_SIDES = ['CREDITORS', 'PSPS'] as const;
export type PartnerSide = (typeof PARTNER_SIDES)[number];

export interface InstitutionData {
  readonly type: InstitutionType;
  readonly origin: Origin;
  /** Code in the registry of the origin, e.g. the code of the public index. */
  readonly originId?: string | null;
  readonly fiscalCode: string;
  readonly name: string;
  /** Certified e-mail address (PEC). */
  readonly digitalAddress: string;
  readonly address: string;
  /** Recipient code of electronic invoices. */
  readonly recipientCode?: string | null;
  readonly aggregator: boolean;
  /** Whether it connects itself (diretto) instead of through a partner. */
  readonly direct: boolean;
  readonly psp?: PspData | null;
  readonly partnerSides?: readonly PartnerSide[] | null;
}

export interface RequestContent {
  readonly institution: InstitutionData;
  readonly users: readonly RequestedUser[];
}
