/**
 * The states of a user of an institution. A suspended user may come back, a removed one only by being appointed anew. Rule: an institution
 * keeps an active manager. Source: domain facts, Onboarding section 5.4 (only ACTIVE relationships give roles: section 5.5).
 */
import type { PartyRole } from '../permissions/matrix.ts';

export const USER_STATES = ['ACTIVE', 'SUSPENDED', 'REMOVED'] as const;
export type UserState = (typeof USER_STATES)[number];

const NEXT: Readonly<Record<UserState, readonly UserState[]>> = {
  ACTIVE: ['SUSPENDED', 'REMOVED'],
  SUSPENDED: ['ACTIVE', 'REMOVED'],
  REMOVED: [],
};

/** Whether a user may pass from one state to another. */
export function mayBecome(state: UserState, next: UserState): boolean {
  return NEXT[state].includes(next);
}

/** Whether a change would leave the institution without an active manager. */
export function leavesNoManager(user: { role: PartyRole; state: UserState }, next: UserState, activeManagers: number): boolean {
  return user.role === 'MANAGER' && user.state === 'ACTIVE' && next !== 'ACTIVE' && activeManagers <= 1;
}
