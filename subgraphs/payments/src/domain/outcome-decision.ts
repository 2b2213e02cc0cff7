/**
 * What an outcome does to a token, and what the PSP is told: the two are apart, because an expired token answers KO and is booked.
 * Source: Domain facts, Payments §2.7, row by row; the order of the branches is the order of the table.
 */
import { Fault } from '@nodo-aperto/kernel/faults';
import type { PaymentStatus } from '@nodo-aperto/schema/events';
import { holdsNotice, isBooked } from './payment-status.ts';

export type Outcome = 'OK' | 'KO';

/** BOOK: the payment counts. FAIL: it did not happen, and the notice is free. NONE: nothing changes. */
export type OutcomeEffect = 'BOOK' | 'FAIL' | 'NONE';

export interface OutcomeDecision {
  readonly effect: OutcomeEffect;
  /** Why the answer is KO; absent when it is OK. */
  readonly fault?: Fault;
  /** Whether a payment booked by this came after its token had expired. */
  readonly late: boolean;
}

/** A token as an outcome finds it. */
export interface TokenState {
  readonly paymentToken: string;
  readonly status: PaymentStatus;
  /** What was received earlier, for the description of a repeated outcome. */
  readonly received?: { readonly outcome: Outcome; readonly at: string; readonly amount: number };
}

/**
 * @param token undefined when there is no such token, or not for this PSP
 * @param others the states of the other tokens of the same notice
 */
export function decideOutcome(token: TokenState | undefined, others: readonly PaymentStatus[], outcome: Outcome): OutcomeDecision {
  if (token === undefined)
    return refuse(new Fault('PPT_TOKEN_SCONOSCIUTO', { description: 'This payment token is not known for this PSP.' }));
  if (token.status === 'PAYING') return { effect: outcome === 'OK' ? 'BOOK' : 'FAIL', late: false };
  if (isAcquired(token.status)) return refuse(alreadyAcquired(token, outcome));
  // From here on the token is CANCELLED: it expired without an outcome.
  const taken = others.some(holdsNotice);
  if (outcome === 'OK') {
    if (taken) return refuse(new Fault('PPT_PAGAMENTO_DUPLICATO', { description: duplicateBecause(others) }));
    return {
      effect: 'BOOK',
      late: true,
      fault: new Fault('PPT_TOKEN_SCADUTO', { description: 'The token had expired; the payment was booked all the same.' }),
    };
  }
  const fault = new Fault('PPT_TOKEN_SCADUTO_KO', { description: 'The token had expired, and the payment did not take place.' });
  return { effect: taken ? 'NONE' : 'FAIL', late: false, fault };
}

/** Whether an outcome was received and counted for a token in this state. */
export function isAcquired(status: PaymentStatus): boolean {
  return status === 'FAILED' || isBooked(status);
}

/** The outcome that a token in an acquired state stands for. */
export function acquiredOutcome(status: PaymentStatus): Outcome {
  return isBooked(status) ? 'OK' : 'KO';
}

function alreadyAcquired(token: TokenState, outcome: Outcome): Fault {
  const concordant = acquiredOutcome(token.status) === outcome;
  const earlier = { paymentToken: token.paymentToken, ...(token.received ?? { outcome: acquiredOutcome(token.status) }) };
  return new Fault('PPT_ESITO_GIA_ACQUISITO', { description: `Esito ${concordant ? 'concorde' : 'discorde'}: ${JSON.stringify(earlier)}` });
}

function duplicateBecause(others: readonly PaymentStatus[]): string {
  return others.some(isBooked)
    ? 'The token had expired, and the notice was paid with another one: refund the payer.'
    : 'The token had expired, and another session is open on the notice: refund the payer.';
}

function refuse(fault: Fault): OutcomeDecision {
  return { effect: 'NONE', late: false, fault };
}
