/**
 * One outcome for several tokens paid together (sendPaymentOutcomeV2): they are settled all or none.
 * Any unknown token → PPT_TOKEN_SCONOSCIUTO; outcomes acquired for a part only, or discordantly → PPT_SEMANTICA.
 * Source: Domain facts, Payments §2.7 (V2 with several tokens). That one token whose notice was paid otherwise refuses the whole is
 * our reading: the PSP took the money once and refunds it once.
 */
import { Fault } from '@nodo-aperto/kernel/faults';
import type { PaymentStatus } from '@nodo-aperto/schema/events';
import { acquiredOutcome, decideOutcome, isAcquired, type Outcome, type OutcomeDecision, type TokenState } from './outcome-decision.ts';

/** A token and the states of the other tokens of its notice. */
export interface BatchItem {
  readonly token: TokenState | undefined;
  readonly others: readonly PaymentStatus[];
}

export interface BatchDecision {
  /** One decision per item, in their order; all NONE when the whole was refused. */
  readonly decisions: readonly OutcomeDecision[];
  /** Why the answer is KO; absent when it is OK. */
  readonly fault?: Fault;
}

/** @param items one to five */
export function decideOutcomeBatch(items: readonly BatchItem[], outcome: Outcome): BatchDecision {
  const single = items.map(({ token, others }) => decideOutcome(token, others, outcome));
  const whole = (fault: Fault): BatchDecision => ({ decisions: single.map(() => ({ effect: 'NONE', late: false, fault })), fault });

  const unknown = single.find(({ fault }) => fault?.code === 'PPT_TOKEN_SCONOSCIUTO');
  if (unknown?.fault) return whole(unknown.fault);
  const acquired = items.filter(({ token }) => token !== undefined && isAcquired(token.status));
  if (items.length > 1 && acquired.length > 0) {
    const concordant = acquired.every(({ token }) => token !== undefined && acquiredOutcome(token.status) === outcome);
    if (acquired.length < items.length) return whole(semantic('An outcome was already received for a part of these tokens.'));
    if (!concordant) return whole(semantic('Another outcome was already received for these tokens.'));
  }
  const refused = single.find(({ effect, fault }) => effect === 'NONE' && fault !== undefined);
  if (refused?.fault) return whole(refused.fault);
  const fault = single.find((decision) => decision.fault)?.fault;
  return { decisions: single, ...(fault && { fault }) };
}

function semantic(description: string): Fault {
  return new Fault('PPT_SEMANTICA', { description });
}
