import { InputError } from '@nodo-aperto/kernel/faults';
import type { PaymentSnapshot } from '@nodo-aperto/schema/events';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../test/codes.ts';
import { checkAction, type FlowAction } from './check-action.ts';
import { checkAllFound, checkDistinct, checkNoneTaken } from './check-indexes.ts';
import { checkIndexList, checkLines, LARGEST_NUMBER, MOST_LINES } from './check-request.ts';
import { FLOW_STATUSES, type FlowLine, type FlowStatus, type FlowTotals } from './flow.ts';
import { mismatchesOf } from './match-line.ts';
import { reportableTransfers } from './reportable-transfers.ts';
import { reportedOutcomeOf } from './reported-outcome.ts';
import { checkTotals, negated, sumTooLarge, totalsOf } from './totals.ts';
import { isProgress } from './upload-progress.ts';

const LINE: FlowLine = { index: 1, iuv: 'iuv', iur: 'iur', idTransfer: 1, amount: 100, outcome: 'EXECUTED', payDate: 0 };

describe('the states of a flow', () => {
  // Domain facts, Reporting §1.4, action by state: what is refused, and with which code.
  const refused: Record<FlowAction, Record<FlowStatus | 'ABSENT', string | undefined>> = {
    ADD: { ABSENT: 'FDR_3001', CREATED: undefined, INSERTED: undefined, PUBLISHED: 'FDR_3001' },
    REMOVE: { ABSENT: 'FDR_3001', CREATED: 'FDR_3003', INSERTED: undefined, PUBLISHED: 'FDR_3001' },
    PUBLISH: { ABSENT: 'FDR_3001', CREATED: 'FDR_3003', INSERTED: undefined, PUBLISHED: 'FDR_3001' },
    DELETE: { ABSENT: 'FDR_3001', CREATED: undefined, INSERTED: undefined, PUBLISHED: 'FDR_3001' },
  };
  it.each(Object.keys(refused) as FlowAction[])('allow or refuse to %s', (action) => {
    expect(codeOf(() => checkAction(action, undefined))).toBe(refused[action].ABSENT);
    for (const status of FLOW_STATUSES) expect(codeOf(() => checkAction(action, { status }))).toBe(refused[action][status]);
  });
});

describe('totals', () => {
  it('are exact whatever is added and removed, in whatever portions', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { maxLength: 90 });
    const sum = (left: FlowTotals, right: FlowTotals) => ({ payments: left.payments + right.payments, amount: left.amount + right.amount });
    fc.assert(
      fc.property(amounts, fc.nat(), fc.nat(), (list, first, second) => {
        const lines = list.map((amount) => ({ amount }));
        const [cut, removed] = [first % (list.length + 1), second % (list.length + 1)];
        const all = [lines.slice(0, cut), lines.slice(cut)].map(totalsOf).reduce(sum);
        expect(all).toEqual(totalsOf(lines));
        expect(sum(all, negated(totalsOf(lines.slice(0, removed))))).toEqual(totalsOf(lines.slice(removed)));
      }),
    );
  });

  it('that are too large are refused with the largest amount', () => {
    expect(sumTooLarge()).toMatchObject({ code: 'FDR_4002', description: expect.stringContaining('999999999.99') });
  });

  it('have to be those declared; the number is looked at first', () => {
    const declared = { payments: 2, amount: 1_010 };
    expect(codeOf(() => checkTotals(declared, { ...declared }))).toBeUndefined();
    expect(codeOf(() => checkTotals(declared, { payments: 3, amount: 0 }))).toBe('FDR_4001');
    expect(codeOf(() => checkTotals(declared, { payments: 2, amount: 1_011 }))).toBe('FDR_4002');
    expect(() => checkTotals(declared, { payments: 2, amount: 1_011 })).toThrow(
      '10.10 euros were declared, the payments of the flow add up to 10.11',
    );
  });
});

describe('indexes', () => {
  it('are distinct in a request', () => {
    expect(codeOf(() => checkDistinct([3, 1, 2]))).toBeUndefined();
    expect(codeOf(() => checkDistinct([3, 1, 3, 3]))).toBe('FDR_3005');
    expect(() => checkDistinct([7, 7, 9, 8, 9])).toThrow('more than once: 7, 9.');
  });

  it('are not in the flow when they are added, and are when they are removed', () => {
    expect(codeOf(() => checkNoneTaken([1, 2], [2, 1]))).toBeUndefined();
    expect(codeOf(() => checkNoneTaken([1, 2], [2]))).toBe('FDR_3006');
    expect(codeOf(() => checkAllFound([1, 2], [1, 2]))).toBeUndefined();
    expect(codeOf(() => checkAllFound([1, 2], []))).toBe('FDR_3007');
  });

  it('are named, the first ten of them', () => {
    const many = Array.from({ length: 13 }, (_unused, index) => index + 1);
    expect(() => checkAllFound(many, [])).toThrow(': 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more.');
    expect(() => checkAllFound(many.slice(0, 10), [])).toThrow(': 1, 2, 3, 4, 5, 6, 7, 8, 9, 10.');
  });
});

describe('the lines of a request', () => {
  const pathsOf = (work: () => void): string[] => {
    try {
      work();
      return [];
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).issues).not.toEqual([]);
      return (error as InputError).issues.map((issue) => issue.path);
    }
  };
  const lines = (count: number) => Array.from({ length: count }, (_unused, index) => ({ ...LINE, index: index + 1 }));

  it('are 1 to 1000', () => {
    expect(pathsOf(() => checkLines(lines(1)))).toEqual([]);
    expect(pathsOf(() => checkLines(lines(MOST_LINES)))).toEqual([]);
    expect(pathsOf(() => checkLines([]))).toEqual(['payments']);
    expect(pathsOf(() => checkLines(lines(MOST_LINES + 1)))).toEqual(['payments']);
    expect(pathsOf(() => checkIndexList([1, LARGEST_NUMBER]))).toEqual([]);
    expect(pathsOf(() => checkIndexList([]))).toEqual(['indexes']);
    expect(pathsOf(() => checkIndexList([1, 0, LARGEST_NUMBER + 1]))).toEqual(['indexes[1]', 'indexes[2]']);
  });

  it('are named field by field when they are wrong', () => {
    const wrong = { ...LINE, index: 0, iuv: '', iur: 'x'.repeat(36), idTransfer: 6, amount: 0 };
    const fields = ['index', 'iuv', 'iur', 'idTransfer', 'amount'];
    expect(pathsOf(() => checkLines([LINE, wrong]))).toEqual(fields.map((field) => `payments[1].${field}`));
    expect(pathsOf(() => checkLines([{ ...LINE, idTransfer: 0, amount: 1.5 }]))).toEqual(['payments[0].idTransfer', 'payments[0].amount']);
  });
});

describe('what a booked payment owes', () => {
  it.each([
    [false, false, 'EXECUTED'],
    [true, false, 'STAND_IN'],
    [true, true, 'STAND_IN_NO_RPT'],
    [false, true, 'NO_RPT'],
  ])('in Stand-In %s, late %s: %s', (standIn, late, outcome) => {
    expect(reportedOutcomeOf({ standIn, late })).toBe(outcome);
  });

  it('is a line for each transfer that is no stamp, to the creditor that it pays', () => {
    const transfer = { remittanceInformation: 'r', transferCategory: 'c' };
    const payment = {
      paymentToken: 'token',
      pspCode: 'psp',
      iuv: 'iuv',
      standIn: true,
      late: false,
      transfers: [
        { ...transfer, idTransfer: 1, amount: 100, creditorFiscalCode: '77777777777', iban: 'IT60X0542811101000000123456' },
        {
          ...transfer,
          idTransfer: 2,
          amount: 1_600,
          creditorFiscalCode: '77777777777',
          stamp: { documentHash: 'h', stampType: '01', province: 'RM' },
        },
        { ...transfer, idTransfer: 3, amount: 50, creditorFiscalCode: '66666666666' },
        { ...transfer, idTransfer: 4, amount: 0, creditorFiscalCode: '66666666666' },
      ],
    } as unknown as PaymentSnapshot;
    const common = { iur: 'token', pspCode: 'psp', iuv: 'iuv', outcome: 'STAND_IN' };
    expect(reportableTransfers(payment)).toEqual([
      { ...common, idTransfer: 1, creditorFiscalCode: '77777777777', amount: 100 },
      { ...common, idTransfer: 3, creditorFiscalCode: '66666666666', amount: 50 },
    ]);
  });
});

describe('a line', () => {
  it('agrees with what was booked, or differs in all that is told', () => {
    expect(mismatchesOf(LINE, { iuv: 'iuv', amount: 100, outcome: 'EXECUTED' })).toEqual([]);
    expect(mismatchesOf(LINE, undefined)).toEqual(['UNKNOWN_PAYMENT']);
    expect(mismatchesOf(LINE, { iuv: 'other', amount: 101, outcome: 'NO_RPT' })).toEqual([
      'IUV_DIFFERS',
      'AMOUNT_DIFFERS',
      'OUTCOME_DIFFERS',
    ]);
  });
});

describe('the progress of an upload', () => {
  it('is told at every twentieth of the declared payments, and at the last', () => {
    const told: number[] = [];
    for (let before = 0; before < 100; before += 1) if (isProgress(100, before, before + 1)) told.push(before + 1);
    expect(told).toEqual(Array.from({ length: 20 }, (_unused, step) => 5 * (step + 1)));
    expect([isProgress(1, 0, 1), isProgress(1_000_000, 49_000, 50_000), isProgress(1_000_000, 50_000, 51_000)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isProgress(10, 5, 4)).toBe(false);
  });
});
