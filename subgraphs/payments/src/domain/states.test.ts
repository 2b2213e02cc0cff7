import { InvariantError } from '@nodo-aperto/kernel/faults';
import { NOTICE_PAYMENT_STATUSES, PAYMENT_STATUSES, type NoticePaymentStatus, type PaymentStatus } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import { activationInProgress, noticeGate } from './notice-gate.ts';
import { assertNoticeTransition } from './notice-status.ts';
import { assertPaymentTransition, holdsNotice, isBooked } from './payment-status.ts';
import { progressOf, type ReceiptFact } from './receipt-progress.ts';

describe('the states of a payment (§2.6)', () => {
  const allowed: readonly [PaymentStatus, PaymentStatus][] = [
    ['PAYING', 'PAID'],
    ['PAYING', 'FAILED'],
    ['PAYING', 'CANCELLED'],
    ['CANCELLED', 'PAID'],
    ['CANCELLED', 'FAILED'],
    ['PAID', 'NOTICE_GENERATED'],
    ['NOTICE_GENERATED', 'NOTICE_SENT'],
    ['NOTICE_SENT', 'NOTIFIED'],
  ];
  const steps = PAYMENT_STATUSES.flatMap((from) => PAYMENT_STATUSES.map((to) => [from, to] as const));

  it.each(steps)('%s → %s', (from, to) => {
    const step = (): void => assertPaymentTransition(from, to);
    if (allowed.some(([left, right]) => left === from && right === to)) expect(step).not.toThrow();
    else expect(step).toThrow(InvariantError);
  });

  it('count as booked from PAID on, and hold the notice from PAYING on', () => {
    expect(PAYMENT_STATUSES.filter(isBooked)).toEqual(['PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED']);
    expect(PAYMENT_STATUSES.filter(holdsNotice)).toEqual(['PAYING', 'PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED']);
  });
});

describe('the states of a notice (§2.6)', () => {
  const allowed: readonly [NoticePaymentStatus | undefined, NoticePaymentStatus][] = [
    [undefined, 'PAYING'],
    ['INSERTED', 'PAYING'],
    ['INSERTED', 'PAID'],
    ['PAYING', 'PAID'],
    ['PAYING', 'INSERTED'],
    ['PAID', 'NOTIFIED'],
  ];
  const steps = [undefined, ...NOTICE_PAYMENT_STATUSES].flatMap((from) => NOTICE_PAYMENT_STATUSES.map((to) => [from, to] as const));

  it.each(steps)('%s → %s', (from, to) => {
    const step = (): void => assertNoticeTransition(from, to);
    if (allowed.some(([left, right]) => left === from && right === to)) expect(step).not.toThrow();
    else expect(step).toThrow(InvariantError);
  });

  it.each([
    [undefined, undefined],
    ['INSERTED', undefined],
    ['PAYING', 'PPT_PAGAMENTO_IN_CORSO'],
    ['PAID', 'PPT_PAGAMENTO_DUPLICATO'],
    ['NOTIFIED', 'PPT_PAGAMENTO_DUPLICATO'],
  ] as const)('let verify and activate pass: %s → %s', (status, code) => {
    expect(noticeGate(status)?.code).toBe(code);
  });

  it('tell the second of two activations that the first is at the creditor', () => {
    expect(activationInProgress().code).toBe('PPT_ATTIVAZIONE_IN_CORSO');
  });
});

describe('the progress of a receipt', () => {
  it.each<[PaymentStatus, ReceiptFact, readonly PaymentStatus[]]>([
    ['PAID', 'receipt.created', ['NOTICE_GENERATED']],
    ['NOTICE_GENERATED', 'receipt.sent', ['NOTICE_SENT']],
    ['NOTICE_SENT', 'receipt.completed', ['NOTIFIED']],
    // A receipt that goes to several recipients is sent several times.
    ['NOTICE_SENT', 'receipt.sent', []],
    ['NOTIFIED', 'receipt.sent', []],
    ['NOTIFIED', 'receipt.completed', []],
    ['NOTICE_SENT', 'receipt.created', []],
    // Facts in between were lost or come later: no state is skipped.
    ['PAID', 'receipt.completed', ['NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED']],
    ['PAID', 'receipt.sent', ['NOTICE_GENERATED', 'NOTICE_SENT']],
    // Not booked: nothing.
    ['PAYING', 'receipt.created', []],
    ['FAILED', 'receipt.completed', []],
    ['CANCELLED', 'receipt.sent', []],
  ])('%s and %s → %j', (status, fact, expected) => {
    expect(progressOf(status, fact)).toEqual(expected);
  });
});
