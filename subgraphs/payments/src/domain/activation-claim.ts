/**
 * How long an activation may hold a notice while its creditor is asked: the creditor's deadline and a margin for our own work. After
 * that the claim is void, whatever became of the process that made it, and the next activation may take it over.
 */
import { SECOND } from '@nodo-aperto/kernel/time';

const MARGIN_MS = 10 * SECOND;

/** @param creditorTimeoutMs the deadline of a call to a creditor */
export function claimMs(creditorTimeoutMs: number): number {
  return creditorTimeoutMs + MARGIN_MS;
}
