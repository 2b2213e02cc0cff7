import { DAY } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { aDraft, anInstalment, anOption, aPosition, aTransfer, CREDITOR, DEBTOR, noticeAt, NOW } from '../../test/examples.ts';
import { bookPayment } from './book-payment.ts';
import { checkUnused } from './check-unused.ts';
import { createPosition } from './create-position.ts';
import { deletePosition } from './delete-position.ts';
import { invalidatePosition } from './invalidate-position.ts';
import { markPaidElsewhere } from './mark-paid-elsewhere.ts';
import { type DebtPosition, placedNotice } from './position.ts';
import { positionStatusAt } from './position-status.ts';
import { publishPosition } from './publish-position.ts';
import { reportTransfer } from './report-transfer.ts';
import { updatePosition } from './update-position.ts';

const token = 'a'.repeat(32);
const plan = aDraft({ options: [anOption({ instalments: [anInstalment(1), anInstalment(2)] })] });
const inState: Record<string, () => DebtPosition> = {
  DRAFT: () => aPosition(aDraft(), { publish: false }),
  PUBLISHED: () => aPosition(aDraft({ options: [anOption({ validFrom: NOW + DAY })] })),
  VALID: () => aPosition(),
  EXPIRED: () =>
    aPosition(aDraft({ options: [anOption({ switchToExpired: true, instalments: [anInstalment(1, { dueDate: NOW - DAY })] })] }), {
      now: NOW - 2 * DAY,
    }),
  INVALID: () => ({ ...aPosition(), invalidatedAt: NOW }),
  PARTIALLY_PAID: () => bookPayment(aPosition(plan), noticeAt(aPosition(plan)), { at: NOW, token }),
  PAID: () => bookPayment(aPosition(), noticeAt(aPosition()), { at: NOW, token }),
  REPORTED: () => reportTransfer(inState['PAID']!(), noticeAt(inState['PAID']!()), 1, { flow: 'f', at: NOW }),
};
const STATES = Object.keys(inState);
const allowedIn = (command: (position: DebtPosition) => { ok: boolean }): string[] =>
  STATES.filter((state) => command(inState[state]!()).ok);

describe('states and commands', () => {
  it('builds each state', () => {
    expect(STATES.map((state) => positionStatusAt(inState[state]!(), NOW))).toEqual(STATES);
  });

  it('publishes only a DRAFT', () => {
    expect(allowedIn((position) => publishPosition(position, NOW))).toEqual(['DRAFT']);
    const published = publishPosition(inState['DRAFT']!(), NOW);
    expect(published.ok && positionStatusAt(published.value, NOW)).toBe('VALID');
    expect(publishPosition(inState['VALID']!(), NOW)).toMatchObject({
      refusal: { kind: 'CONFLICT', issues: [{ message: expect.stringContaining('VALID') }] },
    });
  });

  it('invalidates only PUBLISHED and VALID', () => {
    expect(allowedIn((position) => invalidatePosition(position, NOW))).toEqual(['PUBLISHED', 'VALID']);
    const invalid = invalidatePosition(inState['VALID']!(), NOW);
    expect(invalid.ok && positionStatusAt(invalid.value, NOW + 99 * DAY)).toBe('INVALID');
  });

  it('deletes only what is not paid in any part', () => {
    expect(allowedIn(deletePosition)).toEqual(['DRAFT', 'PUBLISHED', 'VALID', 'EXPIRED', 'INVALID']);
    expect(deletePosition(inState['PAID']!())).toMatchObject({ refusal: { kind: 'CONFLICT' } });
  });

  it('updates what is neither INVALID nor paid', () => {
    const update = (position: DebtPosition) => updatePosition(position, aDraft(), { now: NOW, companyName: 'Comune', publish: false });
    expect(allowedIn(update)).toEqual(['DRAFT', 'PUBLISHED', 'VALID', 'EXPIRED']);
    expect(update(inState['INVALID']!())).toMatchObject({
      refusal: { kind: 'CONFLICT', issues: [{ message: expect.stringContaining('INVALID') }] },
    });
  });
});

describe('updatePosition', () => {
  const context = { now: NOW, companyName: 'Comune nuovo', publish: false };

  it('replaces content, keeps what is published published, and forgets what the draft leaves out', () => {
    const before = aPosition(aDraft({ officeName: 'Tributi' }));
    const updated = updatePosition(before, aDraft({ debtor: { ...DEBTOR, fullName: 'Anna Verdi' } }), context);
    expect(updated).toMatchObject({
      ok: true,
      value: { companyName: 'Comune nuovo', debtor: { fullName: 'Anna Verdi' }, publishedAt: NOW, createdAt: NOW },
    });
    expect(updated.ok && updated.value).not.toHaveProperty('officeName');
  });

  it('publishes a draft when asked to', () => {
    const draft = aPosition(aDraft(), { publish: false });
    expect(updatePosition(draft, aDraft(), { ...context, publish: true })).toMatchObject({ value: { publishedAt: NOW } });
    const kept = updatePosition(draft, aDraft(), context);
    expect(kept.ok && kept.value.publishedAt).toBe(undefined);
  });

  it('refuses another IUPD and a draft that breaks the rules', () => {
    expect(updatePosition(aPosition(), aDraft({ iupd: 'other' }), context)).toMatchObject({
      refusal: { kind: 'INVALID', issues: [{ path: 'iupd' }] },
    });
    expect(updatePosition(aPosition(), aDraft({ options: [] }), context)).toMatchObject({
      refusal: { kind: 'INVALID', issues: [{ path: 'options' }] },
    });
  });
});

describe('createPosition', () => {
  const context = { now: NOW, creditorFiscalCode: CREDITOR, companyName: 'Comune', aca: true, publish: true };

  it('makes notice numbers where the draft has none and keeps those it has', () => {
    const draft = aDraft({
      options: [anOption({ instalments: [anInstalment(1), anInstalment(2, { noticeNumber: '001123456789012313' })] })],
    });
    const created = createPosition(draft, context);
    expect(created.ok && created.value.options[0]?.instalments.map(({ noticeNumber }) => noticeNumber)).toEqual([
      '347000000000000001',
      '001123456789012313',
    ]);
  });

  it('is in the name that the creditor gives itself, else in that of the directory', () => {
    expect(createPosition(aDraft({ companyName: 'Comune di Prova, Tributi' }), context)).toMatchObject({
      value: { companyName: 'Comune di Prova, Tributi' },
    });
    expect(createPosition(aDraft(), context)).toMatchObject({ value: { companyName: 'Comune' } });
    const renamed = updatePosition(aPosition(), aDraft({ companyName: 'Comune, Tributi' }), {
      now: NOW,
      companyName: 'Comune',
      publish: false,
    });
    expect(renamed).toMatchObject({ value: { companyName: 'Comune, Tributi' } });
  });

  it('refuses what the rules refuse', () => {
    expect(createPosition(aDraft({ options: [] }), context)).toMatchObject({ ok: false, refusal: { kind: 'INVALID' } });
  });
});

describe('markPaidElsewhere', () => {
  const mark = (position: DebtPosition, at = NOW - DAY) => markPaidElsewhere(position, noticeAt(position), at, NOW);

  it('marks a notice that can be paid', () => {
    const marked = mark(aPosition());
    expect(marked).toMatchObject({ ok: true, value: { options: [{ instalments: [{ payment: { at: NOW - DAY } }] }] } });
    expect(marked.ok && positionStatusAt(marked.value, NOW)).toBe('PAID');
  });

  it('refuses a paid one as a conflict, one that cannot be paid as unprocessable, a future instant as bad input', () => {
    expect(mark(inState['PAID']!())).toMatchObject({ refusal: { kind: 'CONFLICT' } });
    for (const state of ['DRAFT', 'PUBLISHED', 'EXPIRED', 'INVALID']) {
      expect(mark(inState[state]!())).toMatchObject({
        refusal: { kind: 'UNPROCESSABLE', issues: [{ message: expect.stringContaining(state) }] },
      });
    }
    expect(mark(aPosition(), NOW + 1)).toMatchObject({ refusal: { kind: 'INVALID', issues: [{ path: 'paymentDate' }] } });
  });
});

describe('bookPayment', () => {
  it('settles a notice in any state, also an invalidated one', () => {
    const invalid = inState['INVALID']!();
    expect(positionStatusAt(bookPayment(invalid, noticeAt(invalid), { at: NOW, token }), NOW)).toBe('PAID');
  });

  it('keeps the first payment, but replaces the mark "paid elsewhere"', () => {
    const first = inState['PAID']!();
    expect(bookPayment(first, noticeAt(first), { at: NOW + 1, token: 'b'.repeat(32) })).toBe(first);
    const marked = markPaidElsewhere(aPosition(), noticeAt(aPosition()), NOW - DAY, NOW);
    const booked = marked.ok ? bookPayment(marked.value, noticeAt(marked.value), { at: NOW, token, pspName: 'Banca' }) : undefined;
    expect(booked?.options[0]?.instalments[0]?.payment).toEqual({ at: NOW, token, pspName: 'Banca' });
  });
});

describe('reportTransfer', () => {
  it('marks the one transfer, once', () => {
    const transfers = [aTransfer({ amount: 4_000 }), aTransfer({ idTransfer: 2, amount: 6_000, creditorFiscalCode: '88888888888' })];
    const position = aPosition(aDraft({ options: [anOption({ instalments: [anInstalment(1, { transfers })] })] }));
    const once = reportTransfer(position, noticeAt(position), 2, { flow: 'first', at: NOW });
    const twice = reportTransfer(once, noticeAt(once), 2, { flow: 'second', at: NOW + 1 });
    expect(twice.options[0]?.instalments[0]?.transfers.map(({ report }) => report)).toEqual([undefined, { flow: 'first', at: NOW }]);
  });
});

describe('checkUnused', () => {
  it('refuses numbers of another position, not the position’s own', () => {
    const taken = { noticeNumbers: new Map([['347000000000000001', 'other']]), iuvs: new Map([['47000000000000001', 'other']]) };
    expect(checkUnused(aDraft(), taken)).toMatchObject({
      refusal: {
        kind: 'CONFLICT',
        issues: [{ path: 'options[0].instalments[0].noticeNumber' }, { path: 'options[0].instalments[0].iuv' }],
      },
    });
    const own = { noticeNumbers: new Map([['347000000000000001', 'TARI-2026-1']]), iuvs: new Map<string, string>() };
    expect(checkUnused(aDraft(), own).ok).toBe(true);
  });
});

describe('placedNotice', () => {
  it('finds a notice of the position or nothing', () => {
    expect(placedNotice(aPosition(), '347000000000000001')?.option.number).toBe(1);
    expect(placedNotice(aPosition(), '000000000000000000')).toBe(undefined);
  });
});
