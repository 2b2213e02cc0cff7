import { DAY } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { aDraft, anInstalment, anOption, aPosition, noticeAt, NOW } from '../../test/examples.ts';
import { bookPayment } from './book-payment.ts';
import { noticeStatusAt } from './notice-status.ts';
import type { DebtPosition } from './position.ts';
import { positionStatusAt } from './position-status.ts';
import { reportTransfer } from './report-transfer.ts';

const paid = (position: DebtPosition, option = 0, instalment = 0): DebtPosition =>
  bookPayment(position, noticeAt(position, option, instalment), { at: NOW, token: 'a'.repeat(32) });
const reported = (position: DebtPosition, option = 0, instalment = 0): DebtPosition =>
  reportTransfer(position, noticeAt(position, option, instalment), 1, { flow: 'flow', at: NOW });
const noticeStatus = (position: DebtPosition, now: number, option = 0, instalment = 0) => {
  const placed = noticeAt(position, option, instalment);
  return noticeStatusAt(position, placed.option, placed.instalment, now);
};

/** Total, or two instalments. */
const family = (switchToExpired = false) =>
  aPosition(
    aDraft({
      options: [
        anOption({ switchToExpired, instalments: [anInstalment(1, { dueDate: NOW + 10 * DAY })] }),
        anOption({
          switchToExpired,
          instalments: [anInstalment(2, { dueDate: NOW + 10 * DAY }), anInstalment(3, { dueDate: NOW + 20 * DAY })],
        }),
      ],
    }),
  );

describe('positionStatusAt and noticeStatusAt', () => {
  it('is DRAFT until published, then VALID at once without a validity', () => {
    const draft = aPosition(aDraft(), { publish: false });
    expect([positionStatusAt(draft, NOW), noticeStatus(draft, NOW)]).toEqual(['DRAFT', 'DRAFT']);
    expect([positionStatusAt(aPosition(), NOW), noticeStatus(aPosition(), NOW)]).toEqual(['VALID', 'VALID']);
  });

  it('is PUBLISHED until the earliest validity; each notice waits for its own', () => {
    const position = aPosition(
      aDraft({ options: [anOption({ validFrom: NOW + DAY }), anOption({ validFrom: NOW + 2 * DAY, instalments: [anInstalment(2)] })] }),
    );
    const at = (now: number) => [positionStatusAt(position, now), noticeStatus(position, now, 0), noticeStatus(position, now, 1)];
    expect(at(NOW + DAY - 1)).toEqual(['PUBLISHED', 'PUBLISHED', 'PUBLISHED']);
    expect(at(NOW + DAY)).toEqual(['VALID', 'VALID', 'PUBLISHED']);
    expect(at(NOW + 2 * DAY)).toEqual(['VALID', 'VALID', 'VALID']);
  });

  it('stays payable after the due date unless it expires', () => {
    expect([positionStatusAt(family(), NOW + 99 * DAY), noticeStatus(family(), NOW + 99 * DAY)]).toEqual(['VALID', 'VALID']);
  });

  it('EXPIRED only when the latest due date is past; a notice when its own is', () => {
    const position = family(true);
    expect([positionStatusAt(position, NOW + 10 * DAY), noticeStatus(position, NOW + 10 * DAY)]).toEqual(['VALID', 'VALID']);
    expect([positionStatusAt(position, NOW + 10 * DAY + 1), noticeStatus(position, NOW + 10 * DAY + 1)]).toEqual(['VALID', 'EXPIRED']);
    expect(noticeStatus(position, NOW + 20 * DAY, 1, 1)).toBe('VALID');
    expect([positionStatusAt(position, NOW + 20 * DAY + 1), noticeStatus(position, NOW + 20 * DAY + 1, 1, 1)]).toEqual([
      'EXPIRED',
      'EXPIRED',
    ]);
  });

  it('does not expire while one option does not', () => {
    const position = aPosition(aDraft({ options: [anOption({ switchToExpired: true }), anOption({ instalments: [anInstalment(2)] })] }));
    expect([
      positionStatusAt(position, NOW + 99 * DAY),
      noticeStatus(position, NOW + 99 * DAY),
      noticeStatus(position, NOW + 99 * DAY, 1),
    ]).toEqual(['VALID', 'EXPIRED', 'VALID']);
  });

  it('INVALID is final for position and notices', () => {
    const position = { ...aPosition(), invalidatedAt: NOW };
    expect([positionStatusAt(position, NOW + 99 * DAY), noticeStatus(position, NOW)]).toEqual(['INVALID', 'INVALID']);
  });

  it('one paid instalment makes PARTIALLY_PAID, rules the other option out and leaves the plan payable', () => {
    const position = paid(family(), 1, 0);
    expect(positionStatusAt(position, NOW)).toBe('PARTIALLY_PAID');
    expect([noticeStatus(position, NOW, 0), noticeStatus(position, NOW, 1, 0), noticeStatus(position, NOW, 1, 1)]).toEqual([
      'INVALID',
      'PAID',
      'VALID',
    ]);
    expect(positionStatusAt(position, NOW + 99 * DAY)).toBe('PARTIALLY_PAID');
  });

  it('a fully paid option makes PAID, a fully reported one REPORTED', () => {
    const half = reported(paid(family(), 1, 0), 1, 0);
    expect([positionStatusAt(half, NOW), noticeStatus(half, NOW, 1, 0)]).toEqual(['PARTIALLY_PAID', 'REPORTED']);
    const whole = paid(half, 1, 1);
    expect([positionStatusAt(whole, NOW), noticeStatus(whole, NOW, 1, 1)]).toEqual(['PAID', 'PAID']);
    expect([positionStatusAt(reported(whole, 1, 1), NOW), noticeStatus(reported(whole, 1, 1), NOW, 1, 1)]).toEqual([
      'REPORTED',
      'REPORTED',
    ]);
  });

  it('a report of what is not paid changes no state', () => {
    expect([positionStatusAt(reported(family()), NOW), noticeStatus(reported(family()), NOW)]).toEqual(['VALID', 'VALID']);
  });
});
