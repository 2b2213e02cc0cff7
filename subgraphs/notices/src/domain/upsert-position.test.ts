import { DAY } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { aDraft, anInstalment, anOption, aPosition, aThinPosition, aTransfer, IBAN, noticeAt, NOW } from '../../test/examples.ts';
import { bookPayment } from './book-payment.ts';
import type { DebtPosition } from './position.ts';
import { positionStatusAt } from './position-status.ts';
import { settle } from './settle.ts';
import { type KeyMatches, upsertPosition } from './upsert-position.ts';
import type { ThinPosition } from './thin-position.ts';

const NONE: KeyMatches = { byNoticeNumber: undefined, byIuv: undefined, byPositionId: undefined };
const known = (position: DebtPosition): KeyMatches => ({ byNoticeNumber: position, byIuv: position, byPositionId: position });
const upsert = (matches: KeyMatches, request: ThinPosition, defaultIban: string | undefined = IBAN, now = NOW) =>
  upsertPosition(matches, request, { now, companyName: 'Comune di Prova', defaultIban });

function loaded(overrides: Partial<ThinPosition> = {}, now = NOW): DebtPosition {
  const result = upsert(NONE, aThinPosition(overrides), IBAN, now);
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return settle(undefined, result.value.position, { now }).after;
}

describe('upsertPosition', () => {
  it('creates a VALID position of one notice with one transfer to the creditor', () => {
    const result = upsert(NONE, aThinPosition({ postalIban: 'IT02X0760111000000000012345', description: 'x'.repeat(255) }));
    expect(result).toMatchObject({
      ok: true,
      value: {
        action: 'CREATED',
        position: {
          iupd: 'ACA_77777777777_47000000000000001',
          origin: 'THIN',
          aca: true,
          publishedAt: NOW,
          options: [
            {
              instalments: [
                {
                  noticeNumber: '347000000000000001',
                  transfers: [
                    {
                      iban: IBAN,
                      postalIban: 'IT02X0760111000000000012345',
                      transferCategory: 'STAND-IN',
                      amount: 10_000,
                      remittanceInformation: 'x'.repeat(140),
                    },
                  ],
                },
              ],
            },
          ],
        },
      },
    });
    expect(result.ok && positionStatusAt(result.value.position, NOW)).toBe('VALID');
  });

  it('credits the given IBAN, else the creditor’s account, else refuses', () => {
    const ibanOf = (request: ThinPosition, defaultIban?: string) => {
      const result = upsertPosition(NONE, request, { now: NOW, companyName: 'Comune', defaultIban });
      return result.ok ? result.value.position.options[0]?.instalments[0]?.transfers[0]?.iban : result.refusal;
    };
    expect(ibanOf(aThinPosition({ iban: 'IT1' }), IBAN)).toBe('IT1');
    expect(ibanOf(aThinPosition(), IBAN)).toBe(IBAN);
    expect(ibanOf(aThinPosition())).toMatchObject({ kind: 'UNPROCESSABLE', issues: [{ path: 'iban' }] });
  });

  it('finds nothing to invalidate under an unknown key', () => {
    expect(upsert(NONE, aThinPosition({ amount: 0 }))).toMatchObject({ ok: false, refusal: { kind: 'NOT_FOUND' } });
  });

  it('takes any future expiration date, and no past one for a new position', () => {
    expect(upsert(NONE, aThinPosition({ expirationDate: NOW + 36_500 * DAY })).ok).toBe(true);
    expect(upsert(NONE, aThinPosition({ expirationDate: NOW - 1 }))).toMatchObject({
      refusal: { kind: 'INVALID', issues: [{ path: 'expirationDate' }] },
    });
  });

  it('updates amount, dates, debtor, and reads the account anew', () => {
    const result = upsert(
      known(loaded({ iban: 'IT1' })),
      aThinPosition({ amount: 5, debtorFullName: 'Anna Verdi', expirationDate: NOW + DAY, payStandIn: false }),
    );
    expect(result).toMatchObject({
      value: {
        action: 'UPDATED',
        position: {
          payStandIn: false,
          debtor: { fullName: 'Anna Verdi' },
          options: [{ instalments: [{ amount: 5, dueDate: NOW + DAY, transfers: [{ iban: IBAN, amount: 5 }] }] }],
        },
      },
    });
  });

  it('an update may keep a past date only when it does not expire, and needs an account too', () => {
    const matches = known(loaded());
    expect(upsert(matches, aThinPosition({ expirationDate: NOW - 1 })).ok).toBe(true);
    expect(upsert(matches, aThinPosition({ expirationDate: NOW - 1, switchToExpired: true }))).toMatchObject({
      refusal: { kind: 'INVALID' },
    });
    expect(upsertPosition(matches, aThinPosition(), { now: NOW, companyName: 'Comune', defaultIban: undefined })).toMatchObject({
      refusal: { kind: 'UNPROCESSABLE' },
    });
  });

  it('amount 0 invalidates, once and for good', () => {
    const result = upsert(known(loaded()), aThinPosition({ amount: 0 }));
    expect(result).toMatchObject({ value: { action: 'INVALIDATED', position: { invalidatedAt: NOW } } });
    const invalid = result.ok ? known(result.value.position) : NONE;
    for (const amount of [0, 100]) {
      expect(upsert(invalid, aThinPosition({ amount }))).toMatchObject({
        refusal: { kind: 'CONFLICT', issues: [{ message: expect.stringContaining('INVALID') }] },
      });
    }
  });

  it('refuses writes against the state: paid and expired positions', () => {
    const paid = bookPayment(loaded(), noticeAt(loaded()), { at: NOW, token: 'a'.repeat(32) });
    expect(upsert(known(paid), aThinPosition())).toMatchObject({
      refusal: { kind: 'CONFLICT', issues: [{ message: expect.stringContaining('PAID') }] },
    });
    const expired = loaded({ switchToExpired: true, expirationDate: NOW }, NOW - DAY);
    expect(upsert(known(expired), aThinPosition(), IBAN, NOW + 1)).toMatchObject({
      refusal: { kind: 'CONFLICT', issues: [{ message: expect.stringContaining('EXPIRED') }] },
    });
  });

  it('publishes a draft that it updates, but does not invalidate one', () => {
    const draft = aPosition(aDraft(), { publish: false });
    expect(upsert(known(draft), aThinPosition())).toMatchObject({
      value: {
        action: 'UPDATED',
        position: {
          publishedAt: NOW,
          iupd: 'TARI-2026-1',
          options: [{ instalments: [{ transfers: [{ transferCategory: '9/0101108TS/' }] }] }],
        },
      },
    });
    expect(upsert(known(draft), aThinPosition({ amount: 0 }))).toMatchObject({
      refusal: { kind: 'CONFLICT', issues: [{ message: expect.stringContaining('DRAFT') }] },
    });
  });

  it('refuses what one notice with one transfer cannot express', () => {
    const stamp = { documentHash: 'x', stampType: '01', province: 'RM' } as const;
    const option = (overrides: Parameters<typeof anInstalment>[1]) =>
      aDraft({ options: [anOption({ instalments: [anInstalment(1, overrides)] })] });
    const richer = [
      aDraft({ options: [anOption({ instalments: [anInstalment(1), anInstalment(2)] })] }),
      option({ transfers: [aTransfer({ amount: 4_000 }), aTransfer({ idTransfer: 2, amount: 6_000 })] }),
      option({ transfers: [aTransfer({ creditorFiscalCode: '88888888888' })] }),
      option({ transfers: [aTransfer({ iban: undefined, stamp })] }),
    ];
    for (const draft of richer)
      expect(upsert(known(aPosition(draft)), aThinPosition())).toMatchObject({ refusal: { kind: 'UNPROCESSABLE' } });
  });

  it('refuses a key of two halves', () => {
    const position = loaded();
    expect(upsert({ ...NONE, byNoticeNumber: position }, aThinPosition({ iuv: '99', noticeNumber: '347000000000000001' }))).toMatchObject({
      refusal: { kind: 'CONFLICT', issues: [{ path: 'noticeNumber' }] },
    });
    expect(upsert({ ...NONE, byIuv: position }, aThinPosition({ noticeNumber: '347000000000000099' }))).toMatchObject({
      refusal: { kind: 'CONFLICT', issues: [{ path: 'iuv' }] },
    });
    expect(upsert({ ...NONE, byPositionId: position }, aThinPosition())).toMatchObject({
      refusal: { kind: 'CONFLICT', issues: [{ path: 'iuv' }] },
    });
  });
});
