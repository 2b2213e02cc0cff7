import { describe, expect, it } from 'vitest';
import { type DryRun, findingsOf, lineKey } from './dry-run.ts';
import type { FlowLine, FlowRequest } from './flow.ts';

const PSP = '60000000001';
const NAME = `2026-03-02${PSP}-1`;
const REQUEST: FlowRequest = {
  name: NAME,
  flowDate: 1_000,
  sender: { type: 'LEGAL_PERSON', id: PSP, pspCode: PSP, pspName: 'Banca', brokerCode: PSP, channelCode: `${PSP}_01` },
  receiver: { id: '77777777777', creditorFiscalCode: '77777777777', organizationName: 'Comune' },
  regulation: 'TRN',
  regulationDate: '2026-03-03',
  declared: { payments: 1, amount: 100 },
};
const LINE: FlowLine = { index: 1, iuv: 'iuv', iur: 'iur', idTransfer: 1, amount: 100, outcome: 'EXECUTED', payDate: 0 };
const booked = (...lines: FlowLine[]) => new Map(lines.map((line) => [lineKey(line), line]));

const RUN: DryRun = {
  address: { pspCode: PSP, name: NAME },
  request: REQUEST,
  lines: [LINE],
  parties: {
    psp: { code: PSP, enabled: true },
    broker: { code: PSP, enabled: true },
    channel: { code: `${PSP}_01`, enabled: true, broker: PSP, psps: [PSP] },
    creditor: { fiscalCode: '77777777777', enabled: true },
  },
  last: undefined,
  known: { booked: booked(LINE), reported: new Set() },
  complete: true,
};

describe('a dry run', () => {
  it('finds nothing in a flow that is right', () => expect(findingsOf(RUN)).toEqual([]));

  it('finds everything that the flow would be refused for, not only the first', () => {
    const last = { revision: 1, status: 'PUBLISHED' as const, flowDate: 1_000, creditorFiscalCode: '77777777777' };
    const request = { ...REQUEST, regulation: '', sender: { ...REQUEST.sender, pspCode: 'other' } };
    const found = findingsOf({ ...RUN, address: { pspCode: PSP, name: 'x' }, request, parties: { ...RUN.parties, psp: undefined }, last });
    expect(found.map(({ severity, path, code }) => [severity, path, code])).toEqual([
      ['ERROR', 'regulation', 'FDR_1001'],
      ['ERROR', undefined, 'FDR_2000'],
      ['ERROR', undefined, 'FDR_3008'],
      ['ERROR', undefined, 'FDR_3004'],
      ['ERROR', undefined, 'FDR_3011'],
    ]);
    expect(found[0]?.message).toBe('is not valid: expected 1 to 35 characters without control characters');
  });

  it('names every payment that is wrong, and those that do not agree with the bookings', () => {
    const lines = [LINE, { ...LINE, amount: 0 }, { ...LINE, index: 2, iur: 'unknown' }, { ...LINE, index: 3, amount: 7, iuv: 'x' }];
    const found = findingsOf({ ...RUN, lines, known: { ...RUN.known, reported: new Set([lineKey(LINE)]) } });
    expect(found.map(({ index, path, code, mismatch }) => [index, path, code ?? mismatch])).toEqual([
      [undefined, undefined, 'FDR_4001'],
      [1, 'payments[0]', 'ALREADY_REPORTED'],
      [1, 'payments[1].amount', 'FDR_1001'],
      [1, 'payments[1].index', 'FDR_3005'],
      [1, 'payments[1]', 'AMOUNT_DIFFERS'],
      [1, 'payments[1]', 'ALREADY_REPORTED'],
      [2, 'payments[2]', 'UNKNOWN_PAYMENT'],
      [3, 'payments[3]', 'IUV_DIFFERS'],
      [3, 'payments[3]', 'AMOUNT_DIFFERS'],
      [3, 'payments[3]', 'ALREADY_REPORTED'],
    ]);
    expect(found.filter(({ severity }) => severity === 'ERROR')).toHaveLength(3);
  });

  it('compares totals only when it has all payments', () => {
    const request = { ...REQUEST, declared: { payments: 2, amount: 200 } };
    expect(findingsOf({ ...RUN, request }).map(({ code }) => code)).toEqual(['FDR_4001']);
    expect(findingsOf({ ...RUN, request, complete: false })).toEqual([]);
  });

  it('tells a refusal without a sentence of its own in the words of its code', () => {
    const parties = { ...RUN.parties, psp: { code: PSP, enabled: false } };
    expect(findingsOf({ ...RUN, parties })).toEqual([{ severity: 'ERROR', code: 'FDR_2001', message: expect.stringContaining('PSP') }]);
  });

  it('does not hide a failure of its own', () => {
    const parties = Object.defineProperty({ ...RUN.parties }, 'psp', {
      get: () => {
        throw new TypeError('a bug');
      },
    });
    expect(() => findingsOf({ ...RUN, parties })).toThrow('a bug');
  });
});
