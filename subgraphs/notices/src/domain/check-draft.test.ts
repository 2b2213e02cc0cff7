import { DAY } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { aDraft, anInstalment, anOption, aTransfer, NOW } from '../../test/examples.ts';
import { checkDraft, MOST_INSTALMENTS, MOST_OPTIONS } from './check-draft.ts';
import type { PositionDraft } from './position-draft.ts';

const check = (draft: PositionDraft, updating = false) => checkDraft(draft, { now: NOW, updating });
const pathsOf = (draft: PositionDraft, updating = false): string[] => {
  const result = check(draft, updating);
  return result.ok ? [] : result.refusal.issues.map(({ path }) => path);
};
const withInstalment = (overrides: Parameters<typeof anInstalment>[1]): PositionDraft =>
  aDraft({ options: [anOption({ instalments: [anInstalment(1, overrides)] })] });
const PLACE = 'options[0].instalments[0]';

describe('checkDraft', () => {
  it('lets a sound draft pass', () => {
    expect(check(aDraft())).toEqual({ ok: true, value: aDraft() });
  });

  it('asks for 1 to 20 options of 1 to 100 instalments', () => {
    expect(pathsOf(aDraft({ options: [] }))).toEqual(['options']);
    expect(
      pathsOf(aDraft({ options: Array.from({ length: MOST_OPTIONS + 1 }, (_, i) => anOption({ instalments: [anInstalment(i + 1)] })) })),
    ).toEqual(['options']);
    expect(pathsOf(aDraft({ options: [anOption({ instalments: [] })] }))).toEqual(['options[0].instalments']);
    const tooMany = Array.from({ length: MOST_INSTALMENTS + 1 }, (_, i) => anInstalment(i + 1));
    expect(pathsOf(aDraft({ options: [anOption({ instalments: tooMany })] }))).toEqual(['options[0].instalments']);
  });

  it('names every fault at once', () => {
    const draft = withInstalment({ iuv: '', amount: 5, transfers: [], dueDate: NOW - 1 });
    expect(pathsOf(draft)).toEqual([`${PLACE}.iuv`, `${PLACE}.transfers`, `${PLACE}.dueDate`]);
  });

  describe('identifiers', () => {
    it('takes a notice number of 18 digits, also with wrong check digits, or makes it of a 17-digit IUV', () => {
      expect(pathsOf(withInstalment({ iuv: '11111111112222222', noticeNumber: '311111111112222222' }))).toEqual([]);
      expect(pathsOf(withInstalment({ iuv: '123456789012345', noticeNumber: '001123456789012345' }))).toEqual([]);
    });

    it.each([
      ['an IUV with blanks', { iuv: 'a b' }, `${PLACE}.iuv`],
      ['an IUV that makes no notice number', { iuv: '123' }, `${PLACE}.iuv`],
      ['a notice number of 17 digits', { noticeNumber: '30000000000000000' }, `${PLACE}.noticeNumber`],
    ])('refuses %s', (_, overrides, path) => {
      expect(pathsOf(withInstalment(overrides))).toEqual([path]);
    });

    it('refuses a number that two instalments share', () => {
      expect(pathsOf(aDraft({ options: [anOption(), anOption()] }))).toEqual([
        'options[1].instalments[0].iuv',
        'options[1].instalments[0].noticeNumber',
      ]);
    });
  });

  describe('transfers', () => {
    it('asks for 1 to 5', () => {
      const six = Array.from({ length: 6 }, (_, i) => aTransfer({ idTransfer: i + 1 }));
      expect(pathsOf(withInstalment({ transfers: [] }))).toEqual([`${PLACE}.transfers`]);
      expect(pathsOf(withInstalment({ transfers: six }))).toEqual([`${PLACE}.transfers`]);
    });

    it.each([0, 6, 1.5])('refuses id %d', (idTransfer) => {
      expect(pathsOf(withInstalment({ transfers: [aTransfer({ idTransfer })] }))).toEqual([`${PLACE}.transfers[0].idTransfer`]);
    });

    it('refuses an id that is used twice', () => {
      const transfers = [aTransfer({ amount: 4_000 }), aTransfer({ amount: 6_000 })];
      expect(pathsOf(withInstalment({ transfers }))).toEqual([`${PLACE}.transfers[1].idTransfer`]);
    });

    it('refuses an amount that is not the sum of the transfers, and transfers of nothing', () => {
      expect(pathsOf(withInstalment({ transfers: [aTransfer({ amount: 9_999 })] }))).toEqual([`${PLACE}.amount`]);
      expect(pathsOf(withInstalment({ transfers: [aTransfer(), aTransfer({ idTransfer: 2, amount: 0 })] }))).toEqual([
        `${PLACE}.transfers[1].amount`,
      ]);
    });

    it('asks for an IBAN or a stamp, a postal IBAN only beside an IBAN', () => {
      const stamp = { documentHash: 'wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=', stampType: '01', province: 'RM' } as const;
      const place = `${PLACE}.transfers[0]`;
      expect(pathsOf(withInstalment({ transfers: [aTransfer({ iban: undefined, stamp })] }))).toEqual([]);
      expect(pathsOf(withInstalment({ transfers: [aTransfer({ stamp })] }))).toEqual([`${place}.stamp`]);
      expect(pathsOf(withInstalment({ transfers: [aTransfer({ iban: undefined })] }))).toEqual([`${place}.iban`]);
      expect(pathsOf(withInstalment({ transfers: [aTransfer({ iban: undefined, stamp, postalIban: 'IT1' })] }))).toEqual([
        `${place}.postalIban`,
      ]);
      expect(pathsOf(withInstalment({ transfers: [aTransfer({ postalIban: 'IT1' })] }))).toEqual([]);
    });
  });

  describe('dates', () => {
    const withDates = (validFrom: number | undefined, dueDate: number, switchToExpired = false, retentionDate?: number): PositionDraft =>
      aDraft({ options: [anOption({ validFrom, switchToExpired, instalments: [anInstalment(1, { dueDate, retentionDate })] })] });

    it('asks a new position for a validity in the future', () => {
      expect(pathsOf(withDates(NOW, NOW + DAY))).toEqual(['options[0].validFrom']);
      expect(pathsOf(withDates(NOW + 1, NOW + DAY))).toEqual([]);
      expect(pathsOf(withDates(NOW - DAY, NOW + DAY), true)).toEqual([]);
    });

    it('asks for a due date not before the validity, nor past without one', () => {
      expect(pathsOf(withDates(NOW + DAY, NOW + DAY - 1))).toEqual([`${PLACE}.dueDate`]);
      expect(pathsOf(withDates(NOW + DAY, NOW + DAY))).toEqual([]);
      expect(pathsOf(withDates(undefined, NOW - 1))).toEqual([`${PLACE}.dueDate`]);
      expect(pathsOf(withDates(undefined, NOW))).toEqual([]);
    });

    it('lets an update keep a past due date only where the option does not expire', () => {
      expect(pathsOf(withDates(undefined, NOW - 1, false), true)).toEqual([]);
      expect(pathsOf(withDates(undefined, NOW - 1, true), true)).toEqual([`${PLACE}.dueDate`]);
    });

    it('asks for a retention date not before the due date', () => {
      expect(pathsOf(withDates(undefined, NOW + DAY, false, NOW + DAY))).toEqual([]);
      expect(pathsOf(withDates(undefined, NOW + DAY, false, NOW))).toEqual([`${PLACE}.retentionDate`]);
    });
  });

  describe('metadata', () => {
    const entries = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `key-${i}`, value: 'x' }));

    it('takes up to ten entries with unique keys', () => {
      expect(pathsOf(withInstalment({ metadata: entries(10) }))).toEqual([]);
      expect(pathsOf(withInstalment({ metadata: entries(11) }))).toEqual([`${PLACE}.metadata`]);
      expect(pathsOf(withInstalment({ metadata: [...entries(2), { key: 'key-1', value: 'y' }] }))).toEqual([`${PLACE}.metadata[2].key`]);
      expect(pathsOf(withInstalment({ transfers: [aTransfer({ metadata: entries(11) })] }))).toEqual([`${PLACE}.transfers[0].metadata`]);
    });

    it('refuses the reserved key as a conflict', () => {
      const result = check(withInstalment({ metadata: [{ key: 'NOTIFICATION_FEE', value: '1' }] }));
      expect(result).toMatchObject({ ok: false, refusal: { kind: 'CONFLICT', issues: [{ path: `${PLACE}.metadata[0].key` }] } });
    });
  });
});
