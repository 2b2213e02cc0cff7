/**
 * Rule: who may appoint, suspend, remove and equip whom: the platform's operators everybody; a manager everybody of its institution; others
 * who administer users, those below them. Nobody changes themselves, and nobody gives away a function that they do not have.
 * Source: domain facts, Onboarding section 5.4.
 */
import type { PlatformFunction } from '@nodo-aperto/kernel/auth';
import { allowance, type PartyRole, PARTY_ROLES } from '../permissions/matrix.ts';
import { type Holder, permissionFor } from '../permissions/permission.ts';

/** Whether somebody in this capacity decides over users of a role. That they administer users at all is the function USERS. */
export function decidesOver(holder: Holder, role: PartyRole): boolean {
  if (holder.as === 'PLATFORM') return true;
  if (holder.as === 'SYSTEM') return false;
  return holder.role === 'MANAGER' || PARTY_ROLES.indexOf(role) > PARTY_ROLES.indexOf(holder.role);
}

/** Why functions cannot be given to a user; empty when they can. */
export function grantIssues(
  holder: Holder,
  role: PartyRole,
  functions: readonly PlatformFunction[],
): readonly { function: PlatformFunction; expected: string }[] {
  return functions.flatMap((each) => {
    const given = allowance(role, each);
    if (given === 'ALWAYS') return [{ function: each, expected: `a function that does not come with the role ${role} anyway` }];
    if (given === 'NEVER') return [{ function: each, expected: `a function that a user of role ${role} may be given` }];
    return permissionFor(holder, each) ? [] : [{ function: each, expected: 'a function that you have yourself' }];
  });
}
