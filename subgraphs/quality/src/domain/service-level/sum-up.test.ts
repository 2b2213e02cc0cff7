import { addDays, DAY, HOUR, MINUTE, SECOND, startOfLocalDay, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { faultOf, isAnswered, isInTime } from './answer.ts';
import { startsOf } from './grain.ts';
import { subjectsOf } from './subject.ts';
import { sumUp, type TimedCall } from './sum-up.ts';
import { addCall, addTally, countsOf, emptyTally, sameTally } from './tally.ts';

const NOON = startOfLocalDay('2026-03-10') + 12 * HOUR;
const call = (change: Partial<TimedCall> = {}): TimedCall => ({
  at: NOON,
  direction: 'NODE_TO_CREDITOR',
  method: 'paGetPaymentV2',
  creditor: '77777777777',
  station: '77777777777_01',
  psp: '60000000001',
  durationMs: 500,
  outcome: 'OK',
  ...change,
});

describe('subjects of a call', () => {
  it('are the PSP that calls, and the creditor and the station that are called', () => {
    expect(subjectsOf(call({ direction: 'PSP_TO_NODE' }))).toEqual([{ kind: 'PSP', code: '60000000001' }]);
    expect(subjectsOf(call())).toEqual([
      { kind: 'CREDITOR', code: '77777777777' },
      { kind: 'STATION', code: '77777777777_01' },
    ]);
    expect(subjectsOf({ direction: 'NODE_TO_CREDITOR', psp: 'P' })).toEqual([]);
    expect(subjectsOf({ direction: 'PSP_TO_NODE', creditor: 'C' })).toEqual([]);
  });
});

describe('answers', () => {
  it('are those of the primitive, also KO', () => {
    expect(isAnswered({ outcome: 'OK' })).toBe(true);
    expect(isAnswered({ outcome: 'KO' })).toBe(true);
    expect(isAnswered({ outcome: 'TIMEOUT' })).toBe(false);
    expect(isAnswered({ outcome: 'MALFORMED' })).toBe(false);
  });

  it('are in time up to two seconds', () => {
    expect(isInTime({ outcome: 'KO', durationMs: 2_000 })).toBe(true);
    expect(isInTime({ outcome: 'OK', durationMs: 2_000.5 })).toBe(false);
    expect(isInTime({ outcome: 'REFUSED', durationMs: 1 })).toBe(false);
  });

  it('have the fault that was answered, or how the call ended', () => {
    expect(faultOf({ outcome: 'KO', faultCode: 'PAA_SYSTEM_ERROR' })).toBe('PAA_SYSTEM_ERROR');
    expect(faultOf({ outcome: 'TIMEOUT' })).toBe('TIMEOUT');
    expect(faultOf({ outcome: 'OK' })).toBeUndefined();
  });
});

describe('spans', () => {
  it('begin in Italian time, also on days of 23 and 25 hours', () => {
    expect(startsOf(NOON + 59 * SECOND)).toEqual({
      MINUTE: NOON,
      HOUR: NOON,
      DAY: NOON - 12 * HOUR,
      MONTH: startOfLocalDay('2026-03-01'),
      day: '2026-03-10',
    });
    for (const [day, hours] of [
      ['2026-03-29', 23],
      ['2026-10-25', 25],
    ] as const) {
      const [start, end] = [startOfLocalDay(day), startOfLocalDay(addDays(day, 1))];
      expect(end - start).toBe(hours * HOUR);
      expect(startsOf(end - 1)).toMatchObject({ DAY: start, HOUR: end - HOUR, day });
      expect(startsOf(end).DAY).toBe(end);
    }
    expect(toIso(startsOf(startOfLocalDay('2026-04-01') - 1).MONTH)).toBe(toIso(startOfLocalDay('2026-03-01')));
  });
});

describe('tallies', () => {
  const tallyOf = (...calls: TimedCall[]) => {
    const tally = emptyTally();
    for (const each of calls) addCall(tally, each);
    return tally;
  };
  const [good, late, fault, lost] = [
    call(),
    call({ durationMs: 2_500.4 }),
    call({ outcome: 'KO', faultCode: 'PAA_SEMANTICA', durationMs: 500 }),
    call({ outcome: 'TIMEOUT', durationMs: 7_000 }),
  ];

  it('count calls, faults, answers and time', () => {
    const tally = tallyOf(good, late, fault, lost);
    expect(tally).toMatchObject({ calls: 4, faults: 2, unanswered: 1, inTime: 2, totalMs: 10_500 });
    expect(countsOf(tally).reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(tally.classes.size).toBe(3);
  });

  it('count as a fault what did not end with OK, and nothing else', () => {
    expect([good, late, fault, lost].map((each) => tallyOf(each).faults)).toEqual([0, 0, 1, 1]);
    expect([good, late, fault, lost].map((each) => tallyOf(each).unanswered)).toEqual([0, 0, 0, 1]);
  });

  it('add up to that of all calls', () => {
    const sum = tallyOf(good, late);
    addTally(sum, tallyOf(fault, lost));
    expect(sameTally(sum, tallyOf(lost, fault, late, good))).toBe(true);
  });

  it('are the same only in every figure', () => {
    const other = (change: object) => sameTally(tallyOf(good, late), { ...tallyOf(good, late), ...change });
    expect(other({})).toBe(true);
    for (const change of [{ calls: 1 }, { faults: 1 }, { unanswered: 1 }, { inTime: 0 }, { totalMs: 1 }]) expect(other(change)).toBe(false);
    const [[first, count] = [0, 0], ...others] = [...tallyOf(good, late).classes];
    expect(other({ classes: new Map([[first, count + 1], ...others]) })).toBe(false);
    expect(other({ classes: new Map([[first, count]]) })).toBe(false);
    expect(other({ classes: new Map([[first, count], ...others, [99, 1]]) })).toBe(false);
    expect(
      other({
        classes: new Map([
          [1, 1],
          [2, 1],
        ]),
      }),
    ).toBe(false);
  });
});

describe('summing up', () => {
  it('puts a call into every span of everybody whom it counts for', () => {
    const sums = sumUp([call(), call({ at: NOON + MINUTE }), call({ at: NOON + DAY })]);
    expect(Object.fromEntries(Object.entries(sums.levels).map(([grain, rows]) => [grain, rows.map(({ tally }) => tally.calls)]))).toEqual({
      MINUTE: [1, 1, 1, 1, 1, 1],
      HOUR: [2, 2, 1, 1],
      DAY: [2, 2, 1, 1],
      MONTH: [3, 3],
    });
    expect(sums.levels.MONTH.map(({ series }) => series)).toEqual([
      { kind: 'CREDITOR', code: '77777777777', method: 'paGetPaymentV2' },
      { kind: 'STATION', code: '77777777777_01', method: 'paGetPaymentV2' },
    ]);
    expect(sums.faults).toEqual([]);
  });

  it('tells faults by code and day', () => {
    const ko = { outcome: 'KO', faultCode: 'PAA_SEMANTICA' } as const;
    const { faults } = sumUp(
      [call(ko), call(ko), call({ outcome: 'RESET' })].map((each) => ({ ...each, creditor: undefined })) as TimedCall[],
    );
    expect(faults.map(({ fault, day, calls }) => [fault, day, calls])).toEqual([
      ['PAA_SEMANTICA', '2026-03-10', 2],
      ['RESET', '2026-03-10', 1],
    ]);
  });

  it('tells minutes in which a call began, and whether any was answered', () => {
    const lost = { outcome: 'TIMEOUT', durationMs: 7_000, creditor: undefined } as unknown as Partial<TimedCall>;
    const { minutes, subjects } = sumUp([
      call({ ...lost, at: NOON + MINUTE }),
      call(lost),
      call({ ...lost, at: NOON + SECOND, outcome: 'KO' }),
    ]);
    expect(minutes.map(({ minute, answered, day }) => [minute, answered, day])).toEqual([
      [721, false, '2026-03-10'],
      [720, true, '2026-03-10'],
    ]);
    expect(subjects).toEqual([{ subject: { kind: 'STATION', code: '77777777777_01' }, firstAt: NOON, unanswered: true }]);
  });

  it('takes probes for availability only', () => {
    const sums = sumUp([call({ probe: true, outcome: 'KO', faultCode: 'PAA_PAGAMENTO_SCONOSCIUTO' })]);
    expect(sums.levels).toEqual({ MINUTE: [], HOUR: [], DAY: [], MONTH: [] });
    expect(sums.faults).toEqual([]);
    expect(sums.minutes).toHaveLength(2);
    expect(sums.subjects.map(({ unanswered }) => unanswered)).toEqual([false, false]);
  });
});
