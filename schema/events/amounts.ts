/** Facts about what a creditor says that a notice is worth, told by whoever hears it: what the amount-drift report is made of. */
import { defineEvent } from '@nodo-aperto/kernel/events';
import { z } from 'zod';
import { audience, cents, fiscalCode, instant, noticeNumber } from './shapes.ts';

/** On what occasion the creditor said it: a verification, an activation, an update of its position, an upload of many. */
export const AMOUNT_OCCASIONS = ['VERIFICATION', 'ACTIVATION', 'UPDATE', 'UPLOAD'] as const;
export type AmountOccasion = (typeof AMOUNT_OCCASIONS)[number];

const amountLearnt = z.object({
  creditorFiscalCode: fiscalCode,
  noticeNumber,
  /** What the notice is worth now, by its creditor. */
  amount: cents,
  occasion: z.enum(AMOUNT_OCCASIONS),
  at: instant,
});
export type AmountLearnt = z.output<typeof amountLearnt>;

const meta = {
  version: 1,
  schema: amountLearnt,
  entityKey: (fact: AmountLearnt) => `${fact.creditorFiscalCode}/${fact.noticeNumber}`,
  // Each is news of its own: none takes the place of another.
  revision: () => 1,
  audience: (fact: AmountLearnt) => [audience.creditor(fact.creditorFiscalCode)],
};

export const noticeAmountLearnt = defineEvent({
  ...meta,
  name: 'notice.amount-learnt',
  source: 'payments',
  describes: 'A creditor answered what a notice is worth that had been activated before, and was not paid by that.',
});

export const positionAmountLearnt = defineEvent({
  ...meta,
  name: 'position.amount-learnt',
  source: 'notices',
  describes: 'A creditor loaded another amount for a notice that is paid already: the load was refused, the amount is worth knowing.',
});
