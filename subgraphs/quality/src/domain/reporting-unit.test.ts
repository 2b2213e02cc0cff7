import { DAY, parseInstant } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { buildUnits } from './build-units.ts';
import { rulesOf } from './profile.ts';
import {
  hasWrongAmount,
  hasWrongNumber,
  isAbsent,
  isLate,
  isLateAgain,
  type ReportingUnit,
  type TransferEvidence,
} from './reporting-unit.ts';

const at = (text: string): number => parseInstant(text)!;
const [documents, pipeline] = [rulesOf('DOCUMENTS'), rulesOf('PIPELINE')];
const PAID = at('2025-04-24T12:59:00+02:00');
const IN_TIME = at('2025-04-29T23:59:59+02:00');
const TOO_LATE = at('2025-04-30T00:00:00+02:00');
const LATER = at('2025-06-01T00:00:00+02:00');
const REPLACED_LATE = at('2025-05-03T00:00:00+02:00');
const CLOSED = at('2025-05-05T00:00:00+02:00');

/** A transfer of ten euros that is reported rightly at an instant, unless said otherwise. */
function transfer(reportedAt?: number, change: Partial<TransferEvidence> = {}): TransferEvidence {
  return {
    paymentToken: 't',
    idTransfer: 1,
    amount: 1_000,
    paidAt: PAID,
    ...(reportedAt !== undefined && { firstReportedAt: reportedAt, reportedAt }),
    lines: reportedAt === undefined ? 0 : 1,
    reportedAmount: reportedAt === undefined ? 0 : 1_000,
    ...change,
  };
}

function unit(...transfers: TransferEvidence[]): ReportingUnit {
  return { brokerCode: 'b', creditorFiscalCode: '77777777777', paymentDay: '2025-04-24', transfers, strayLines: 0, strayAmount: 0 };
}

describe('NRFDR', () => {
  it('is absent when any transfer is in no flow once it is due', () => {
    expect(isAbsent(unit(transfer(IN_TIME), transfer()), documents, IN_TIME)).toBe(false);
    expect(isAbsent(unit(transfer(IN_TIME), transfer()), documents, TOO_LATE)).toBe(true);
    expect(isAbsent(unit(transfer(IN_TIME)), documents, LATER)).toBe(false);
  });

  it('is absent in the documents, not in the code, when it was reported or replaced after its day was closed', () => {
    expect(isAbsent(unit(transfer(CLOSED - 1)), documents, LATER)).toBe(false);
    expect(isAbsent(unit(transfer(CLOSED)), documents, LATER)).toBe(true);
    expect(isAbsent(unit(transfer(CLOSED, { firstReportedAt: IN_TIME })), documents, LATER)).toBe(true);
    expect(isAbsent(unit(transfer(CLOSED)), pipeline, LATER)).toBe(false);
  });

  it('is absent when the latest revision no longer reports it', () => {
    const dropped = unit({ ...transfer(), firstReportedAt: IN_TIME });
    expect(isAbsent(dropped, documents, LATER)).toBe(true);
    expect(isLate(dropped, documents, LATER)).toBe(false);
    expect(isLateAgain(dropped, documents, LATER)).toBe(false);
  });
});

describe('LFDR', () => {
  it('is late when a first report came after the due day; what is absent is not late', () => {
    expect(isLate(unit(transfer(IN_TIME)), documents, LATER)).toBe(false);
    expect(isLate(unit(transfer(IN_TIME), transfer(TOO_LATE)), documents, LATER)).toBe(true);
    expect(isLate(unit(transfer()), documents, LATER)).toBe(false);
    expect(isLate(unit(transfer(CLOSED)), documents, LATER)).toBe(false);
    expect(isLate(unit(transfer(CLOSED)), pipeline, LATER)).toBe(true);
  });

  it('late v2 is a replacement after D+4 in the documents, and any report three days after the limit in the code', () => {
    const replaced = unit(transfer(REPLACED_LATE, { firstReportedAt: IN_TIME }));
    expect(isLateAgain(replaced, documents, LATER)).toBe(true);
    expect(isLate(replaced, documents, LATER)).toBe(false);
    expect(isLateAgain(unit(transfer(IN_TIME), ...replaced.transfers), documents, LATER)).toBe(true);
    expect(isLateAgain(unit(transfer(REPLACED_LATE)), documents, LATER)).toBe(false);
    expect(isLateAgain(unit(transfer(REPLACED_LATE)), pipeline, LATER)).toBe(true);
    expect(isLateAgain(unit(transfer(REPLACED_LATE - 1, { firstReportedAt: IN_TIME })), documents, LATER)).toBe(false);
    expect(isLateAgain(unit(transfer(CLOSED, { firstReportedAt: IN_TIME })), documents, LATER)).toBe(false);
  });
});

describe('WAFDR and WPNFDR', () => {
  const judged = (each: ReportingUnit, now = LATER): [boolean, boolean] => [
    hasWrongAmount(each, documents, now),
    hasWrongNumber(each, documents, now),
  ];

  it('a right report has neither fault, an absent one neither', () => {
    expect(judged(unit(transfer(IN_TIME), transfer(IN_TIME)))).toEqual([false, false]);
    expect(judged(unit(transfer()))).toEqual([false, false]);
  });

  it('a line of another amount is a wrong amount, and no report of the payment', () => {
    const wrong = unit(transfer(undefined, { lines: 1, reportedAmount: 999 }));
    expect(judged(wrong)).toEqual([true, false]);
    expect(isAbsent(wrong, documents, LATER)).toBe(true);
  });

  it('a payment that is reported twice or missing makes number and amount wrong', () => {
    expect(judged(unit(transfer(IN_TIME, { lines: 2, reportedAmount: 2_000 })))).toEqual([true, true]);
    expect(judged(unit(transfer(IN_TIME), transfer()))).toEqual([true, true]);
  });

  it('what is not due yet is not expected yet', () => {
    expect(judged(unit(transfer(IN_TIME), transfer(undefined, { paidAt: PAID + 2 * DAY })), IN_TIME)).toEqual([false, false]);
    expect(judged(unit(transfer(IN_TIME), transfer()), TOO_LATE - 1)).toEqual([false, false]);
    expect(judged(unit(transfer(IN_TIME), transfer()), TOO_LATE)).toEqual([true, true]);
  });

  it('what is reported before it is due is expected', () => {
    expect(judged(unit(transfer(IN_TIME)), IN_TIME)).toEqual([false, false]);
    expect(judged(unit(transfer(IN_TIME, { lines: 2 })), IN_TIME)).toEqual([false, true]);
  });

  it('a line that matches no payment counts', () => {
    expect(judged({ ...unit(transfer(IN_TIME)), strayLines: 1, strayAmount: 0 })).toEqual([false, true]);
    expect(judged({ ...unit(transfer(IN_TIME)), strayLines: 1, strayAmount: 1 })).toEqual([true, true]);
  });
});

describe('units', () => {
  const of = (brokerCode: string, creditorFiscalCode: string) => ({ ...transfer(IN_TIME), brokerCode, creditorFiscalCode });

  it('are distinct brokers and creditors, and take lines without a payment into the first of their creditor', () => {
    const units = buildUnits(
      '2025-04-24',
      [of('b', 'two'), of('b', 'one'), of('a', 'two'), of('b', 'one')],
      [
        { creditorFiscalCode: 'two', lines: 2, amount: 5 },
        { creditorFiscalCode: 'three', lines: 1, amount: 1 },
      ],
    );
    expect(
      units.map((each) => [each.brokerCode, each.creditorFiscalCode, each.transfers.length, each.strayLines, each.strayAmount]),
    ).toEqual([
      ['a', 'two', 1, 2, 5],
      ['b', 'one', 2, 0, 0],
      ['b', 'two', 1, 0, 0],
    ]);
  });
});
