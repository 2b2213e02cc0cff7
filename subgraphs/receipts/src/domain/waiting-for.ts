/**
 * What an undelivered receipt waits for, as the queue shows it to creditors and operators.
 * Source: design, section 12 (queued receipts live); Domain facts, Payments §9 (a live view of queued receipts).
 */
import type { RecipientStatus } from '@nodo-aperto/schema/events';

export const WAITING_FOR = ['FIRST_ATTEMPT', 'ANSWER', 'RETRY', 'STAND_IN_END', 'CREDITOR'] as const;
/** CREDITOR: the attempts are used up, the creditor has to fetch it or ask for another delivery. */
export type WaitingFor = (typeof WAITING_FOR)[number];

export interface QueuedDelivery {
  readonly status: RecipientStatus;
  readonly attempts: number;
  readonly exhausted: boolean;
  /** Whether an attempt is under way. */
  readonly underWay: boolean;
}

/**
 * @param standIn whether its station is in Stand-In
 * @returns undefined when it is delivered
 */
export function waitingFor({ status, attempts, exhausted, underWay }: QueuedDelivery, standIn: boolean): WaitingFor | undefined {
  if (status === 'NOTIFIED') return undefined;
  if (underWay) return 'ANSWER';
  if (exhausted) return 'CREDITOR';
  if (standIn) return 'STAND_IN_END';
  return attempts === 0 ? 'FIRST_ATTEMPT' : 'RETRY';
}

/** Why it waits, in one sentence. */
export function reasonOf(waiting: WaitingFor, known: { readonly lastError?: string; readonly standInReason?: string }): string {
  const last = known.lastError === undefined ? '' : ` The last attempt: ${known.lastError}.`;
  switch (waiting) {
    case 'FIRST_ATTEMPT':
      return 'It has not been tried yet.';
    case 'ANSWER':
      return 'An attempt is under way.';
    case 'RETRY':
      return `It waits for its next attempt.${last}`;
    case 'STAND_IN_END':
      return `The station is in Stand-In (${known.standInReason ?? 'no reason given'}); it goes as soon as the station leaves.${last}`;
    case 'CREDITOR':
      return `The attempts are used up: the creditor can fetch the receipt, or ask for another delivery.${last}`;
  }
}
