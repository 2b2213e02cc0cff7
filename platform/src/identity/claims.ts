/**
 * What tokens say of a person. An account is a person acting for somebody: `<tax code>` for themselves, `<tax code>/<role>/<code>` for an
 * institution; so one token speaks for one institution only. Source: domain facts, Onboarding section 5.5.
 */
import { createHash } from 'node:crypto';
import { isPersonFiscalCode } from '@nodo-aperto/kernel/identifiers';
import type { IdentitySource, Membership } from '@nodo-aperto/onboarding';
import { type TestIdentity, testIdentity } from './test-identities.ts';

/** The level of assurance of every login: SPID level 2, as the hub names it. */
export const LEVEL_2 = 'https://www.spid.gov.it/SpidL2';

export interface Account {
  readonly id: string;
  readonly person: TestIdentity;
  /** Absent for somebody who acts for themselves. */
  readonly membership?: Membership;
}

export function accountId(fiscalCode: string, institution?: { role: string; code: string }): string {
  return institution ? `${fiscalCode}/${institution.role}/${institution.code}` : fiscalCode;
}

/** The account of an id; undefined when the person is unknown, or no longer an active user of the institution. */
export async function findAccount(source: IdentitySource, id: string): Promise<Account | undefined> {
  const [fiscalCode = '', role, code] = id.split('/');
  const person = isPersonFiscalCode(fiscalCode) ? testIdentity(fiscalCode) : undefined;
  if (!person) return undefined;
  if (role === undefined || code === undefined) return { id, person };
  const membership = await source.membership(fiscalCode, role, code);
  return membership && { id, person, membership };
}

/** The claims of identity tokens and of the user's information. */
export function identityClaims({ id, person, membership }: Account): { sub: string; [claim: string]: string | object | undefined } {
  return {
    sub: id,
    uid: userId(person.fiscalCode),
    name: person.name,
    family_name: person.familyName,
    fiscal_number: `TINIT-${person.fiscalCode}`,
    mobile_phone: person.mobilePhone,
    // Who acts for an institution is written to at work.
    email: membership?.email ?? person.email,
    level: 'L2',
    organization: membership && organizationOf(membership),
  };
}

/** What access tokens say beside the standard claims; the platform's own names. */
export function accessClaims({ person, membership }: Account): Record<string, unknown> {
  return {
    role: membership?.institution.role ?? 'CITIZEN',
    ...(membership && { tenant: membership.institution.code, functions: membership.functions }),
    fiscal_code: person.fiscalCode,
    name: `${person.name} ${person.familyName}`,
    uid: userId(person.fiscalCode),
    acr: LEVEL_2,
  };
}

function organizationOf({ institution, institutionName, partyRole }: Membership): object {
  const role = partyRole === 'MANAGER' || partyRole === 'DELEGATE' ? 'admin' : 'operator';
  return {
    id: `${institution.role}:${institution.code}`,
    fiscal_code: institution.code,
    name: institutionName,
    roles: [{ partyRole, role: institution.role === 'PSP' ? `${role}-psp` : role }],
  };
}

/** The same person has the same id for ever, and the id does not tell the tax code to who sees it in a log. */
function userId(fiscalCode: string): string {
  const hex = createHash('sha256').update(`nodo-aperto person ${fiscalCode}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
