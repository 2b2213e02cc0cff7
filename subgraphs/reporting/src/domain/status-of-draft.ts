import type { FlowStatus } from './flow.ts';

/**
 * A draft is INSERTED while it has lines and CREATED again once the last is removed. Source: Domain facts, Reporting §1.4 (its trap (b), a
 * status computed from a stale counter, is closed: the number is the one after the change).
 */
export function statusOfDraft(payments: number): FlowStatus {
  return payments === 0 ? 'CREATED' : 'INSERTED';
}
