/** Guards of amounts, receipts and reporting flows. */
import { flowTotals } from '../invariants/flow-totals.ts';
import { kpisRecomputed } from '../invariants/kpis-recomputed.ts';
import { oneReceiptPerRecipient } from '../invariants/one-receipt-per-recipient.ts';
import { reportedOnce } from '../invariants/reported-once.ts';
import type { Guard } from './types.ts';

export const moneyGuards: readonly Guard[] = [
  {
    name: 'transfers add up',
    keeps: 'A creditor’s answer whose transfers are not the amount is not paid.',
    edits: [
      {
        file: 'subgraphs/payments/src/domain/creditor-answer.ts',
        snippet: `return sum === paymentAmount ? undefined : wrong('transferList: the transfers do not add up to paymentAmount');`,
        replacement: 'return sum < 0 ? wrong(String(paymentAmount)) : undefined;',
      },
    ],
    drills: ['wrongSum'],
    watchedBy: oneReceiptPerRecipient.name,
  },
  {
    name: 'a delivered receipt is not due',
    keeps: 'A receipt that a station has taken is not sent to it again.',
    edits: [
      {
        file: 'subgraphs/receipts/src/persistence/queue.ts',
        snippet: '`delivered_at is null and next_attempt_at is not null',
        replacement: '`next_attempt_at is not null',
      },
      {
        file: 'subgraphs/receipts/src/services/delivery-attempt.ts',
        snippet: 'const { nextAttemptAt: _next, claimedUntil: _claim, error: _error, exhaustedAt: _exhausted, ...rest } = recipient;',
        replacement: 'const { claimedUntil: _claim, error: _error, exhaustedAt: _exhausted, ...rest } = recipient;',
      },
    ],
    drills: ['pay'],
    watchedBy: oneReceiptPerRecipient.name,
  },
  {
    name: 'a flow declares what it has',
    keeps: 'A flow whose declared amount is not the sum of its payments is not published.',
    edits: [
      {
        file: 'subgraphs/reporting/src/domain/totals.ts',
        snippet: 'if (declared.amount !== computed.amount) {',
        replacement: 'if (declared.payments < 0) {',
      },
      {
        file: 'subgraphs/reporting/src/persistence/migrations.ts',
        snippet: `check (status <> 'PUBLISHED' or (computed_payments = declared_payments and computed_amount = declared_amount))`,
        replacement: `check (status <> '')`,
      },
    ],
    drills: ['pay', 'report'],
    watchedBy: flowTotals.name,
  },
  {
    name: 'what is reported is not proposed',
    keeps: 'A PSP is not led to report a payment that a flow reports already.',
    edits: [
      {
        file: 'subgraphs/reporting/src/persistence/booked-transfers.ts',
        snippet: 'and line.iur = booked.iur and line.id_transfer = booked.id_transfer and flow.psp_code = booked.psp_code',
        replacement: 'and false and line.iur = booked.iur and line.id_transfer = booked.id_transfer and flow.psp_code = booked.psp_code',
      },
    ],
    drills: ['pay', 'report'],
    watchedBy: reportedOnce.name,
  },
  {
    name: 'late outcomes are counted',
    keeps: 'An outcome that came when its token had expired counts in the KPI of its PSP.',
    edits: [
      {
        file: 'subgraphs/quality/src/domain/activation.ts',
        snippet: 'return activation.answeredExpired || (activation.outcomeReceived && (activation.late || activation.cancelled));',
        replacement: 'return activation.answeredExpired && activation.activatedAt < 0;',
      },
    ],
    drills: ['late'],
    watchedBy: kpisRecomputed.name,
  },
];
