import * as fc from 'fast-check';
import { DAY, toLocalDate } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { aDraft, anInstalment, anOption, aPosition, aTransfer, DEBTOR, IBAN, NOW } from '../../test/examples.ts';
import { acaDutyOf, costOutsideAca, coverageShare, wasInAca } from './aca-coverage.ts';
import { bookPayment } from './book-payment.ts';
import { checkCovered, isCovered, noticePrefixOf } from './covered-notices.ts';
import { noticeSnapshotOf } from './notice-snapshot.ts';
import { noticeStatusAt } from './notice-status.ts';
import { paymentOptionsOf } from './payment-options.ts';
import { type DebtPosition, instalmentsOf } from './position.ts';
import { consentEnd, isConsentInForce, LONGEST_CONSENT_MS, type PullConsent } from './pull-consent.ts';
import { isPullable } from './pull-payments.ts';
import { replaceIban } from './replace-iban.ts';
import { updatePosition } from './update-position.ts';

const CO_DEBTOR = { type: 'F', fiscalCode: 'VRDNNA80A41H501W', fullName: 'Anna Verdi' } as const;

/** A single notice, and a plan of two instalments for which somebody else is liable. */
function family(overrides: { switchToExpired?: boolean; validFrom?: number; publish?: boolean } = {}): DebtPosition {
  const { switchToExpired = true, validFrom, publish = true } = overrides;
  const plan = [anInstalment(2, { dueDate: NOW + 40 * DAY }), anInstalment(3, { dueDate: NOW + 10 * DAY })];
  const draft = aDraft({
    options: [
      anOption({ switchToExpired, instalments: [anInstalment(1, { dueDate: NOW + 20 * DAY })] }),
      anOption({ switchToExpired, description: 'Due rate', debtor: CO_DEBTOR, instalments: plan, ...(validFrom && { validFrom }) }),
    ],
  });
  return aPosition(draft, { publish });
}
const pay = (position: DebtPosition, place: number): DebtPosition => {
  const placed = instalmentsOf(position)[place];
  if (!placed) throw new Error('the position has no such notice');
  return bookPayment(position, placed, { at: NOW, token: String(place).repeat(32) });
};
const shown = (position: DebtPosition, now = NOW) =>
  paymentOptionsOf(position, now).map(({ status, installments }) => [status, ...installments.map((each) => each.status)]);

describe('payment options', () => {
  it('are shown in the order in which they are due, with their sums and latest dates', () => {
    const [single, plan] = paymentOptionsOf(family(), NOW);
    expect(single).toMatchObject({ amount: 10_000, dueDate: NOW + 20 * DAY, status: 'PO_UNPAID', allCCP: false });
    expect(single).not.toHaveProperty('description');
    expect(plan).toMatchObject({ description: 'Due rate', amount: 20_000, dueDate: NOW + 40 * DAY });
    expect(plan?.installments.map(({ dueDate }) => dueDate)).toEqual([NOW + 10 * DAY, NOW + 40 * DAY]);
    const postal = aTransfer({ postalIban: 'IT02X0760111000000000012345' });
    const all = aPosition(aDraft({ options: [anOption({ instalments: [anInstalment(1, { transfers: [postal] })] })] }), { publish: true });
    expect(paymentOptionsOf(all, NOW)[0]?.allCCP).toBe(true);
  });

  it('follow payments: the chosen one goes on, the others are invalid', () => {
    expect(shown(pay(family(), 1))).toEqual([
      ['PO_INVALID', 'POI_INVALID'],
      ['PO_PARTIALLY_PAID', 'POI_UNPAID', 'POI_PAID'],
    ]);
    expect(shown(pay(pay(family(), 1), 2))[1]).toEqual(['PO_PAID', 'POI_PAID', 'POI_PAID']);
    expect(paymentOptionsOf(pay(family(), 0), NOW)[1]).toMatchObject({
      status: 'PO_INVALID',
      statusReason: expect.stringContaining('Another'),
    });
  });

  it('follow time: past due they can still be paid, or no longer', () => {
    const later = NOW + 30 * DAY;
    expect(shown(family(), later)).toEqual([
      ['PO_EXPIRED_NOT_PAYABLE', 'POI_EXPIRED_NOT_PAYABLE'],
      ['PO_UNPAID', 'POI_EXPIRED_NOT_PAYABLE', 'POI_UNPAID'],
    ]);
    expect(shown(family({ switchToExpired: false }), later)).toEqual([
      ['PO_EXPIRED_UNPAID', 'POI_EXPIRED_UNPAID'],
      ['PO_UNPAID', 'POI_EXPIRED_UNPAID', 'POI_UNPAID'],
    ]);
    expect(shown(family(), NOW + 50 * DAY)[1]).toEqual(['PO_EXPIRED_NOT_PAYABLE', 'POI_EXPIRED_NOT_PAYABLE', 'POI_EXPIRED_NOT_PAYABLE']);
    const early = paymentOptionsOf(family({ validFrom: NOW + DAY }), NOW)[1];
    expect(early).toMatchObject({
      status: 'PO_UNPAID',
      validFrom: NOW + DAY,
      installments: [{ validFrom: NOW + DAY, statusReason: expect.stringContaining('yet') }, {}],
    });
    expect(paymentOptionsOf(family({ validFrom: NOW + DAY }), NOW + 2 * DAY)[1]).not.toHaveProperty('statusReason');
  });

  it('of a withdrawn position are invalid, but a plan that has begun goes on; a draft has none', () => {
    expect(shown({ ...family(), invalidatedAt: NOW })).toEqual([
      ['PO_INVALID', 'POI_INVALID'],
      ['PO_INVALID', 'POI_INVALID', 'POI_INVALID'],
    ]);
    expect(shown({ ...pay(family(), 1), invalidatedAt: NOW })[1]).toEqual(['PO_PARTIALLY_PAID', 'POI_UNPAID', 'POI_PAID']);
    expect(paymentOptionsOf(family({ publish: false }), NOW)).toEqual([]);
  });

  it('say of every notice that it can be paid exactly when it can', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.option(fc.integer({ min: 1, max: 9 })),
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 2 })),
        fc.boolean(),
        (switchToExpired, validAfter, days, paid, withdrawn) => {
          let position = family({ switchToExpired, ...(validAfter !== null && { validFrom: NOW + validAfter * DAY }) });
          for (const place of paid) position = pay(position, place);
          if (withdrawn && paid.length === 0) position = { ...position, invalidatedAt: NOW };
          const now = NOW + days * DAY;
          const views = new Map(
            paymentOptionsOf(position, now).flatMap(({ installments }) => installments.map((each) => [each.nav, each])),
          );
          for (const { option, instalment } of instalmentsOf(position)) {
            const view = views.get(instalment.noticeNumber);
            const payable = ['POI_UNPAID', 'POI_EXPIRED_UNPAID'].includes(view?.status ?? '') && (view?.validFrom ?? 0) <= now;
            expect(payable).toBe(noticeStatusAt(position, option, instalment, now) === 'VALID');
          }
        },
      ),
    );
  });

  it('say the Italian day on which they are due, however many there are', () => {
    const position = family();
    const [placed] = instalmentsOf(position);
    if (!placed) throw new Error('the position has a notice');
    for (let days = 0; days < 1_100; days += 1) {
      const dueDate = NOW + days * DAY;
      const snapshot = noticeSnapshotOf(position, placed.option, { ...placed.instalment, dueDate });
      expect(snapshot.dueDate).toBe(toLocalDate(dueDate));
    }
  });

  it('are numbered in the facts about their notices when there are several', () => {
    const facts = (position: DebtPosition) =>
      instalmentsOf(position).map(({ option, instalment }) => noticeSnapshotOf(position, option, instalment).option);
    expect(facts(family())).toEqual([
      { number: 1, of: 2 },
      { number: 2, of: 2 },
      { number: 2, of: 2 },
    ]);
    expect(facts(aPosition(aDraft(), { publish: true }))).toEqual([undefined]);
  });
});

describe('pull payments', () => {
  it('show what its debtor, or the debtor of an option, can pay', () => {
    expect(isPullable(family(), DEBTOR.fiscalCode, NOW)).toBe(true);
    expect(isPullable(family(), CO_DEBTOR.fiscalCode, NOW)).toBe(true);
    expect(isPullable(pay(family(), 1), CO_DEBTOR.fiscalCode, NOW)).toBe(true);
    expect(isPullable(family(), 'BNCLRA80A41H501X', NOW)).toBe(false);
    expect(isPullable({ ...family(), pull: false }, DEBTOR.fiscalCode, NOW)).toBe(false);
    expect(isPullable(family({ publish: false }), DEBTOR.fiscalCode, NOW)).toBe(false);
    expect(isPullable(pay(family(), 0), DEBTOR.fiscalCode, NOW)).toBe(false);
  });

  it('are open to a PSP while a consent is in force', () => {
    const consent: PullConsent = {
      debtorFiscalCode: DEBTOR.fiscalCode,
      pspCode: 'P',
      recordedBy: 'CITIZEN',
      givenAt: NOW,
      expiresAt: NOW + DAY,
    };
    expect(isConsentInForce(consent, NOW)).toBe(true);
    for (const [other, now] of [
      [undefined, NOW],
      [consent, NOW - 1],
      [consent, NOW + DAY],
      [{ ...consent, revokedAt: NOW }, NOW],
    ] as const)
      expect(isConsentInForce(other, now)).toBe(false);
    expect(consentEnd(undefined, NOW)).toEqual({ ok: true, value: NOW + 365 * DAY });
    expect(consentEnd(NOW + LONGEST_CONSENT_MS, NOW).ok).toBe(true);
    for (const end of [NOW, NOW + LONGEST_CONSENT_MS + 1])
      expect(consentEnd(end, NOW)).toMatchObject({ ok: false, refusal: { kind: 'INVALID' } });
  });
});

describe('segregation', () => {
  it('is by how the numbers of a route begin', () => {
    expect([
      noticePrefixOf({ auxDigit: 3, segregationCode: '47' }),
      noticePrefixOf({ auxDigit: 0, applicationCode: '01' }),
      noticePrefixOf({ auxDigit: 1 }),
      noticePrefixOf({ auxDigit: 3 }),
    ]).toEqual(['347', '001', '1', '3']);
    expect(isCovered('ALL', '347000000000000000')).toBe(true);
    expect(isCovered(['348', '347'], '347000000000000000')).toBe(true);
    expect(isCovered([], '347000000000000000')).toBe(false);
    expect(checkCovered(['347'], ['347000000000000000']).ok).toBe(true);
    expect(checkCovered(['347'], ['347000000000000000', '348000000000000000'])).toMatchObject({
      ok: false,
      refusal: { kind: 'FORBIDDEN' },
    });
  });
});

describe('replacing an IBAN', () => {
  const change = { from: IBAN, to: 'IT02X0760111000000000012345', most: 10, now: NOW };

  it('changes the transfers of what is open, up to the limit', () => {
    const changed = replaceIban(family(), { ...change, most: 2 });
    expect(changed.replaced).toBe(2);
    expect(instalmentsOf(changed.position).map(({ instalment }) => instalment.transfers[0]?.iban)).toEqual([change.to, change.to, IBAN]);
    const untouched = family();
    expect(replaceIban(untouched, { ...change, from: 'IT00' })).toEqual({ position: untouched, replaced: 0 });
  });

  it('leaves what is paid or withdrawn', () => {
    for (const closed of [pay(family(), 1), { ...family(), invalidatedAt: NOW }])
      expect(replaceIban(closed, change)).toEqual({ position: closed, replaced: 0 });
  });
});

describe('ACA coverage', () => {
  it('is a duty of whoever answers through a station', () => {
    const [left, own] = [
      { aca: true, asynchronous: true },
      { aca: false, asynchronous: false },
    ];
    for (const publicAdministration of [true, false]) {
      expect(acaDutyOf([], { publicAdministration })).toBe('NO_STATION');
      expect(acaDutyOf([left], { publicAdministration })).toBe('ASYNCHRONOUS');
    }
    expect(acaDutyOf([left, own], { publicAdministration: true })).toBe('MUST_LOAD');
  });

  it('is not one of private subjects, who pay nothing for what they leave out', () => {
    const routes = [{ aca: false, asynchronous: false }];
    expect(acaDutyOf(routes, { publicAdministration: false })).toBe('OPTIONAL');
    expect(costOutsideAca('OPTIONAL', { payments: 4, inAca: 3 })).toBe(0);
  });

  it('is the share of payments that were known beforehand, and has its price', () => {
    expect(coverageShare({ payments: 0, inAca: 0 })).toBeUndefined();
    expect(coverageShare({ payments: 4, inAca: 3 })).toBe(0.75);
    expect(costOutsideAca('MUST_LOAD', { payments: 4, inAca: 3 })).toBe(5);
    expect(costOutsideAca('ASYNCHRONOUS', { payments: 4, inAca: 3 })).toBe(0);
    expect(wasInAca(undefined, NOW)).toBe(false);
    expect(wasInAca({ aca: false, createdAt: NOW - 1 }, NOW)).toBe(false);
    expect(wasInAca({ aca: true, createdAt: NOW + 1 }, NOW)).toBe(false);
    expect(wasInAca({ aca: true, createdAt: NOW }, NOW)).toBe(true);
  });
});

describe('what only the creditor needs', () => {
  it('is kept, and replaced by an update', () => {
    const position = aPosition(aDraft({ contact: { phone: '06' }, pull: false }), { publish: true });
    expect(position).toMatchObject({ contact: { phone: '06' }, pull: false });
    const updated = updatePosition(position, aDraft(), { now: NOW, companyName: 'Comune', publish: false });
    expect(updated).toMatchObject({ ok: true, value: { pull: true } });
    expect(updated.ok && updated.value.contact).toBeUndefined();
  });
});
