import { describe, expect, it } from 'vitest';
import { manualClock } from '@nodo-aperto/kernel/time';
import { openArchive } from './archive.ts';
import { boundedLog } from './bounded-log.ts';

const creditor = {
  fiscalCode: '66666666666',
  name: 'Comune di Prova',
  brokerCode: '66666666666',
  stationCode: '66666666666_01',
  primitiveVersion: 2,
  segregationCode: '02',
  ibans: ['IT60X0542811101000000123456'],
} as const;
const input = { amount: 1_000, description: 'Tassa', debtor: { type: 'F', code: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' } } as const;

describe('the books of a creditor', () => {
  it('number notices on from the first base, due in thirty days', () => {
    const archive = openArchive(creditor, { clock: manualClock(), firstBase: 10 });
    // Worked examples of the domain facts: segregation code 02, bases 10 and 11.
    expect([archive.issue(input), archive.issue(input)]).toMatchObject([
      { noticeNumber: '302000000000001000', iuv: '02000000000001000', dueDate: '2026-04-01', status: 'OPEN' },
      { noticeNumber: '302000000000001101' },
    ]);
    expect(archive.counts()).toEqual({ notices: 2, receipts: 0 });
  });

  it('forget the oldest notices, never grow beyond their limit', () => {
    const archive = openArchive(creditor, { clock: manualClock(), firstBase: 0, mostKept: 3 });
    const numbers = Array.from({ length: 5 }, () => archive.issue(input).noticeNumber);
    expect(numbers.map((number) => archive.find(number) !== undefined)).toEqual([false, false, true, true, true]);
    expect(archive.counts().notices).toBe(5);
  });

  it.each([
    [{ ...input, amount: 0 }, 'amount'],
    [{ ...input, amount: 1.5 }, 'amount'],
    [{ ...input, description: 'x'.repeat(141) }, 'description'],
    [{ ...input, dueDate: '2026-02-30' }, 'dueDate'],
    [{ ...input, debtor: { ...input.debtor, code: 'a b' } }, 'debtor.code'],
    [{ ...input, transfers: [] }, 'transfers'],
    [{ ...input, transfers: [{ amount: 1_000, iban: 'IT' }] }, 'transfers[0].iban'],
    [{ ...input, transfers: [{ amount: 1_000, fiscalCode: '1' }] }, 'transfers[0].fiscalCode'],
  ])('refuse what is no notice: %o', (wrong, path) => {
    const archive = openArchive(creditor, { clock: manualClock(), firstBase: 0 });
    expect(() => archive.issue(wrong)).toThrow(`${path}: is not valid`);
    expect(archive.counts().notices).toBe(0);
  });
});

describe('a bounded log', () => {
  it('keeps the newest entries in their order and counts all', () => {
    const log = boundedLog<number>(3);
    expect(log.entries()).toEqual([]);
    for (const value of [1, 2, 3]) log.add(value);
    expect(log.entries()).toEqual([1, 2, 3]);
    for (const value of [4, 5]) log.add(value);
    expect(log.entries()).toEqual([3, 4, 5]);
    expect(log.total()).toBe(5);
  });
});
