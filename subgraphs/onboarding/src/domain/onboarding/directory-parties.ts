/**
 * Rule: a completed request makes the institution a party: a creditor by its fiscal code, a PSP by its code (ABI and the interbank code, else
 * "PSP" and the fiscal code), a partner as a broker of each side that it connects. A creditor or PSP that connects itself is its own broker
 * too. A private company (PRV) is no public administration. Accounts, stations and channels are configured afterwards. Source: domain facts, Onboarding sections 5.1 and 5.6.
 */
import type { Institution } from '../permissions/institution.ts';
import type { InstitutionData } from './request.ts';
import { roleOfType } from './institution-type.ts';

const LONGEST_PSP_NAME = 70;

interface CreditorInput {
  fiscalCode: string;
  name: string;
  /** Left out for what it is by default. */
  publicAdministration?: false;
}

/** An object that is to be, as the directory file writes it. */
export type PartyEntry =
  | { readonly kind: 'creditorInstitution'; readonly code: string; readonly input: CreditorInput }
  | { readonly kind: 'creditorBroker' | 'pspBroker'; readonly code: string; readonly input: { code: string; name: string } }
  | {
      readonly kind: 'psp';
      readonly code: string;
      readonly input: { code: string; name: string; fiscalCode: string; contract?: string };
    };

/** Whom the institution will be; undefined for types that take no part. */
export function institutionOf({ type, fiscalCode, psp }: InstitutionData): Institution | undefined {
  const role = roleOfType(type);
  if (role === undefined) return undefined;
  if (role !== 'PSP') return { role, code: fiscalCode };
  return { role, code: psp?.abiCode ? `ABI${psp.abiCode}` : `PSP${fiscalCode}` };
}

/** The objects of the directory that completion makes. */
export function partiesOf(institution: InstitutionData): readonly PartyEntry[] {
  const party = institutionOf(institution);
  const { type, name, fiscalCode, direct, psp, partnerSides } = institution;
  const broker = (kind: 'creditorBroker' | 'pspBroker', code: string): PartyEntry => ({ kind, code, input: { code, name } });
  switch (party?.role) {
    case 'EC':
      return [
        {
          kind: 'creditorInstitution',
          code: fiscalCode,
          input: { fiscalCode, name, ...(type === 'PRV' && { publicAdministration: false }) },
        },
        ...(direct ? [broker('creditorBroker', fiscalCode)] : []),
      ];
    case 'PSP': {
      const short = name.slice(0, LONGEST_PSP_NAME);
      const input = { code: party.code, name: short, fiscalCode, ...(psp && { contract: psp.contractId }) };
      return [{ kind: 'psp', code: party.code, input }, ...(direct ? [broker('pspBroker', party.code)] : [])];
    }
    case 'PARTNER':
      return (partnerSides ?? []).map((side) => broker(side === 'CREDITORS' ? 'creditorBroker' : 'pspBroker', party.code));
    default:
      return [];
  }
}

/**
 * Whether the institution is there already as what it asks to be: as the creditor or PSP, or as a broker of every side. Only being its own
 * broker does not count: it is the same legal person.
 */
export function isTaken(entries: readonly PartyEntry[], present: readonly PartyEntry[]): boolean {
  const own = present.some(({ kind }) => kind === 'creditorInstitution' || kind === 'psp');
  return own || (entries.length > 0 && present.length === entries.length);
}
