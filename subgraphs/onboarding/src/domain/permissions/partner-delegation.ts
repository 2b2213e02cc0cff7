/**
 * Rule: a creditor delegates to a partner what is technical about its notices, never what is about its people, its contract or its keys; what
 * somebody of the partner may then do for the creditor is what is delegated and what they may do at the partner. A partner may associate
 * stations only to creditors that delegated it. Source: domain facts, Onboarding section 5.6 (delegations).
 */
import { FUNCTION_PRODUCTS, type PlatformFunction } from '@nodo-aperto/kernel/auth';
import { type Holder, type Permission, permissionFor } from './permission.ts';

/** What can be delegated to a partner. */
export const DELEGABLE_FUNCTIONS = [
  'STATIONS',
  'IBANS',
  'EXPORTS',
  'MAINTENANCE',
  'POSITIONS_READ',
  'POSITIONS_WRITE',
  'PAYMENTS_READ',
  'RECEIPTS_READ',
  'RECEIPTS_WRITE',
  'FLOWS_READ',
] as const satisfies readonly PlatformFunction[];

/** What a creditor lets a partner do for it. */
export interface PartnerDelegation {
  readonly creditor: string;
  readonly functions: readonly PlatformFunction[];
  readonly grantedBy: string;
  /** Epoch milliseconds. */
  readonly grantedAt: number;
}

export function isDelegable(wanted: PlatformFunction): boolean {
  return (DELEGABLE_FUNCTIONS as readonly string[]).includes(wanted);
}

/** Of the functions that the partner has not as an institution of its own, accounts are the creditor's: a delegation is enough for them. */
const OF_THE_CREDITOR_ALONE: readonly PlatformFunction[] = ['IBANS'];

/** The permission to do something for a creditor, when its delegation and the caller's own place at the partner give it. */
export function delegatedPermission(holder: Holder, delegation: PartnerDelegation, wanted: PlatformFunction): Permission | undefined {
  if (holder.as === 'PLATFORM' || !isDelegable(wanted) || !delegation.functions.includes(wanted)) return undefined;
  const own = OF_THE_CREDITOR_ALONE.includes(wanted)
    ? permissionFor({ ...holder, kinds: ['EC_DIRECT'] }, wanted)
    : permissionFor(holder, wanted);
  return (
    own && {
      product: FUNCTION_PRODUCTS[wanted],
      function: wanted,
      source: 'DELEGATION',
      grantedBy: delegation.grantedBy,
      grantedAt: delegation.grantedAt,
    }
  );
}
