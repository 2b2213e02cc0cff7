import { noticeSnapshot } from '@nodo-aperto/schema/events';
import { DAY, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { aDraft, anInstalment, anOption, aPosition, aTransfer, DEBTOR, noticeAt, NOW } from '../../test/examples.ts';
import { bookPayment } from './book-payment.ts';
import { noticeSnapshotOf } from './notice-snapshot.ts';
import type { DebtPosition } from './position.ts';
import { reportTransfer } from './report-transfer.ts';
import { isChanged, settle, statedOnDeletion } from './settle.ts';
import { updatePosition } from './update-position.ts';

const LATER = NOW + DAY;
const plan = () => aPosition(aDraft({ options: [anOption(), anOption({ instalments: [anInstalment(2), anInstalment(3)] })] }));
const numbersOf = (settled: ReturnType<typeof settle>) => settled.stated.map(({ noticeNumber }) => noticeNumber);

describe('settle', () => {
  it('states every notice of a new position, with revision 1', () => {
    const fresh = plan();
    expect(fresh).toMatchObject({ status: 'VALID', revision: 1 });
    const settled = settle(undefined, { ...fresh, revision: 0 }, { now: NOW });
    expect(settled.stated.map(({ noticeNumber, revision, status }) => [noticeNumber, revision, status])).toEqual([
      ['347000000000000001', 1, 'VALID'],
      ['347000000000000002', 1, 'VALID'],
      ['347000000000000003', 1, 'VALID'],
    ]);
    for (const stated of settled.stated) expect(noticeSnapshot.parse(stated)).toEqual(stated);
  });

  it('goes on from the revision of a number that was deleted before', () => {
    const settled = settle(undefined, aPosition(), { now: NOW, revisionOf: () => 7 });
    expect(settled.stated).toMatchObject([{ revision: 8 }]);
  });

  it('a repeated command changes nothing', () => {
    const before = aPosition();
    const again = updatePosition(before, aDraft(), { now: LATER, companyName: 'Comune di Prova', publish: false });
    const settled = settle(before, again.ok ? again.value : before, { now: LATER });
    expect([settled.stated, isChanged(settled), settled.after.updatedAt]).toEqual([[], false, NOW]);
  });

  it('states only the notices that changed, here by payment: the paid one and those it rules out', () => {
    const before = plan();
    const settled = settle(before, bookPayment(before, noticeAt(before, 1, 0), { at: LATER, token: 'a'.repeat(32) }), { now: LATER });
    expect(settled.stated).toMatchObject([
      {
        noticeNumber: '347000000000000001',
        status: 'INVALID',
        ruledOut: true,
        revision: 2,
        createdAt: toIso(NOW),
        updatedAt: toIso(LATER),
      },
      { noticeNumber: '347000000000000002', status: 'PAID', revision: 2 },
    ]);
    expect(settled.after).toMatchObject({ status: 'PARTIALLY_PAID', revision: 2, createdAt: NOW, updatedAt: LATER });
    expect(settled.after.options[1]?.instalments[1]).toMatchObject({ revision: 1, updatedAt: NOW });
    expect(isChanged(settled)).toBe(true);
  });

  it('time alone can change a notice', () => {
    const before = aPosition(aDraft({ options: [anOption({ switchToExpired: true })] }));
    expect(settle(before, before, { now: NOW + 31 * DAY }).stated).toMatchObject([{ status: 'EXPIRED', revision: 2 }]);
  });

  it.each([
    ['the debtor of all', (draft: ReturnType<typeof aDraft>) => ({ ...draft, debtor: { ...DEBTOR, fullName: 'Anna Verdi' } }), 1],
    [
      'the retention date of one',
      () => aDraft({ options: [anOption({ instalments: [anInstalment(1, { retentionDate: NOW + 99 * DAY })] })] }),
      1,
    ],
    ['the fee of one', () => aDraft({ options: [anOption({ instalments: [anInstalment(1, { fee: 50 })] })] }), 1],
    ['nothing but the place of a key', () => aDraft({ debtor: { fullName: 'Mario Rossi', fiscalCode: DEBTOR.fiscalCode, type: 'F' } }), 0],
  ])('notices a change of %s', (_, change, count) => {
    const before = aPosition();
    const updated = updatePosition(before, change(aDraft()), { now: LATER, companyName: 'Comune di Prova', publish: false });
    expect(numbersOf(settle(before, updated.ok ? updated.value : before, { now: LATER }))).toHaveLength(count);
  });

  it('a report is a change of the notice, also before it is the last one', () => {
    const transfers = [aTransfer({ amount: 4_000 }), aTransfer({ idTransfer: 2, amount: 6_000 })];
    const unpaid = aPosition(aDraft({ options: [anOption({ instalments: [anInstalment(1, { transfers })] })] }));
    const before = settle(unpaid, bookPayment(unpaid, noticeAt(unpaid), { at: NOW, token: 'a'.repeat(32) }), { now: NOW }).after;
    const half = settle(before, reportTransfer(before, noticeAt(before), 1, { flow: 'f', at: NOW }), { now: NOW });
    expect(half.stated).toMatchObject([{ status: 'PAID', revision: 3 }]);
    const whole = settle(half.after, reportTransfer(half.after, noticeAt(half.after), 2, { flow: 'f', at: NOW }), { now: NOW });
    expect(whole.stated).toMatchObject([{ status: 'REPORTED', revision: 4 }]);
  });

  it('states notices that the position no longer has as deleted, and unknown to who pays', () => {
    const before = plan();
    const updated = updatePosition(before, aDraft(), { now: LATER, companyName: 'Comune di Prova', publish: false });
    const settled = settle(before, updated.ok ? updated.value : before, { now: LATER });
    // The one that stays is no longer one option of several.
    expect(settled.stated).toMatchObject([
      { noticeNumber: '347000000000000001', status: 'VALID', revision: 2 },
      { noticeNumber: '347000000000000002', deleted: true, status: 'DRAFT', revision: 2, updatedAt: toIso(LATER) },
      { noticeNumber: '347000000000000003', deleted: true },
    ]);
    expect(settled.after.revision).toBe(2);
  });

  it('a change of the position alone is a change, but nothing to state', () => {
    const before = aPosition();
    const after: DebtPosition = { ...before, origin: 'THIN' };
    const settled = settle(before, after, { now: LATER });
    expect([settled.stated, settled.after.revision]).toEqual([[], 2]);
  });
});

describe('statedOnDeletion', () => {
  it('says of every notice that it is gone', () => {
    expect(statedOnDeletion(plan(), LATER).map(({ deleted, revision }) => [deleted, revision])).toEqual([
      [true, 2],
      [true, 2],
      [true, 2],
    ]);
  });
});

describe('noticeSnapshotOf', () => {
  it('has all that a payment needs, and the option’s debtor before the position’s', () => {
    const other = { type: 'F', fiscalCode: 'VRDNNA80A41H501W', fullName: 'Anna Verdi' } as const;
    const metadata = [{ key: 'ufficio', value: 'tributi' }];
    const position = aPosition(
      aDraft({ officeName: 'Tributi', options: [anOption({ debtor: other, instalments: [anInstalment(1, { metadata })] })] }),
    );
    const { option, instalment } = noticeAt(position);
    const snapshot = noticeSnapshotOf(position, option, instalment);
    expect(snapshot).toMatchObject({
      officeName: 'Tributi',
      debtor: other,
      metadata,
      dueDate: '2026-07-01',
      expirationDate: toIso(NOW + 30 * DAY),
    });
    expect(noticeSnapshot.parse(snapshot)).toEqual(snapshot);
  });
});
