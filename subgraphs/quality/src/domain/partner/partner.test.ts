import { DAY, HOUR, parseInstant } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { configurationIssues, type ModuleConfiguration } from './configuration.ts';
import { decide } from './decide.ts';
import { INSTANCE_ACTIONS, INSTANCE_STATES, stateAfter, statesFor } from './instance.ts';
import { judgeModule, outcomeOfInstance, TOTAL } from './judge.ts';
import { configurationOf, isPartnerModule, type PartnerModule } from './modules.ts';
import { shareOf, shareText } from './share.ts';
import { type PartnerRecord, withoutShutdowns } from './shutdown.ts';

const MARCH = parseInstant('2026-03-10T10:00:00+01:00')!;
const record = (part: number, whole: number, subject = '', from = MARCH): PartnerRecord => ({
  from,
  until: from + HOUR,
  subject,
  part,
  whole,
});
const outcome = (module: PartnerModule, records: readonly PartnerRecord[], given: Partial<ModuleConfiguration> = {}) =>
  decide(module, records, configurationOf(module, given))?.outcome;

describe('the numeric cases of domain facts, Reporting section 2.2', () => {
  it.each([
    ['A.1 1500 of 100000 is 1.5 %', 'A.1', [record(1_500, 100_000)], { eligibilityThreshold: 1, tolerance: 0.5 }, 'OK'],
    ['A.1 1600 is 1.6 %', 'A.1', [record(1_600, 100_000)], { eligibilityThreshold: 1, tolerance: 0.5 }, 'KO'],
    ['B.8 60 of 1000 is 6 %', 'B.8', [record(60, 1_000)], {}, 'OK'],
    ['B.8 61', 'B.8', [record(61, 1_000)], {}, 'KO'],
    ['B.4 1 paCreate with 99 GPD', 'B.4', [record(1, 100)], {}, 'OK'],
    ['B.4 2 with 98', 'B.4', [record(2, 100)], {}, 'KO'],
    ['B.4 nothing at all', 'B.4', [], {}, 'KO'],
    ['B.3 no event', 'B.3', [], {}, 'OK'],
    ['B.3 one event', 'B.3', [record(1, 1, 'station')], {}, 'KO'],
    ['C.1 2 of 4 creditors', 'C.1', [record(3, 3, 'a'), record(4, 3, 'b'), record(0, 1, 'c'), record(1, 2, 'd')], {}, 'OK'],
    ['C.1 1 of 4', 'C.1', [record(3, 3, 'a'), record(2, 3, 'b'), record(0, 1, 'c'), record(1, 2, 'd')], {}, 'KO'],
    ['C.1 a creditor without positions', 'C.1', [record(0, 0, 'a'), record(0, 1, 'b')], {}, 'OK'],
    ['B.1 6 creditors', 'B.1', ['a', 'b', 'c', 'd', 'e', 'f'].map((each) => record(0, 1, each)), {}, 'OK'],
    ['B.1 5 creditors with 250,000 transactions', 'B.1', ['a', 'b', 'c', 'd', 'e'].map((each) => record(0, 50_000, each)), {}, 'OK'],
    ['B.1 5 creditors with fewer', 'B.1', ['a', 'b', 'c', 'd', 'e'].map((each) => record(0, 49_999, each)), {}, 'KO'],
  ] as const)('%s', (_name, module, records, given, expected) => expect(outcome(module, records, given)).toBe(expected));
});

describe('the other rules', () => {
  it.each([
    ['A.1 without data', 'A.1', [], {}, 'OK'],
    ['A.2 beyond its tolerance', 'A.2', [record(1, 1_000)], { tolerance: 0.09 }, 'KO'],
    ['A.2 within it', 'A.2', [record(1, 1_000)], { tolerance: 0.1 }, 'OK'],
    [
      'B.1 falls short by a tolerated share of creditors',
      'B.1',
      [record(0, 1, 'a')],
      { institutionCount: 1, institutionTolerance: 50 },
      'OK',
    ],
    [
      'B.1 falls short by a tolerated share of transactions',
      'B.1',
      [record(0, 90, 'a')],
      { transactionCount: 100, transactionTolerance: 10 },
      'OK',
    ],
    ['B.2 one quarter of an hour in two is slow', 'B.2', [record(30_000, 10), record(20_000, 10)], { tolerance: 50 }, 'OK'],
    ['B.2 more is too much', 'B.2', [record(30_000, 11), record(20_000, 10)], { tolerance: 50 }, 'KO'],
    ['B.2 without calls', 'B.2', [], {}, 'OK'],
    ['B.5 the latest state of a station counts', 'B.5', [record(0, 1, 's', MARCH + DAY), record(1, 1, 's')], {}, 'OK'],
    ['B.5 the latest state of a station counts, in whatever order', 'B.5', [record(1, 1, 's'), record(0, 1, 's', MARCH + DAY)], {}, 'OK'],
    ['B.5 of two states of one instant the one read last', 'B.5', [record(1, 1, 's'), record(0, 1, 's')], {}, 'OK'],
    ['B.6 every station', 'B.6', [record(1, 1, 's'), record(1, 1, 't')], {}, 'OK'],
    ['B.6 one is not tolerated', 'B.6', [record(1, 1, 's'), record(0, 1, 't')], { tolerance: 49 }, 'KO'],
    ['B.6 one is tolerated', 'B.6', [record(1, 1, 's'), record(0, 1, 't')], { tolerance: 50 }, 'OK'],
    ['B.6 without stations', 'B.6', [], {}, 'KO'],
    ['B.7 is decided by a person', 'B.7', [], {}, undefined],
    ['B.9 5 % not taken', 'B.9', [record(5, 100)], {}, 'OK'],
    ['B.9 more', 'B.9', [record(6, 100)], {}, 'KO'],
    ['C.1 without creditors', 'C.1', [], {}, 'OK'],
    ['C.2 without data', 'C.2', [], { institutionTolerance: 50 }, 'OK'],
    [
      'C.2 enough creditors, enough notifications',
      'C.2',
      [record(9, 3, 'a'), record(0, 3, 'b')],
      { institutionTolerance: 50, notificationTolerance: 100 },
      'OK',
    ],
    ['C.2 too few creditors', 'C.2', [record(9, 3, 'a'), record(0, 3, 'b')], { institutionTolerance: 51 }, 'KO'],
    ['C.2 too few notifications', 'C.2', [record(1, 3, 'a')], { notificationTolerance: 34 }, 'KO'],
    ['C.2 creditors without payments', 'C.2', [record(0, 0, 'a')], { notificationTolerance: 100 }, 'OK'],
  ] as const)('%s', (_name, module, records, given, expected) => expect(outcome(module, records, given)).toBe(expected));
});

describe('shares', () => {
  it('round half up, to five decimals or two', () => {
    expect(shareText(shareOf(1, 3, 5))).toBe('33.33333');
    expect(shareText(shareOf(2, 3, 5))).toBe('66.66667');
    expect(shareText(shareOf(60_049, 1_000_000, 2))).toBe('6.00000');
    expect(shareText(shareOf(60_050, 1_000_000, 2))).toBe('6.01000');
  });
});

describe('stops', () => {
  const shutdowns = [
    { station: 's', from: MARCH, until: MARCH + 2 * HOUR, planned: true },
    { station: 's', from: MARCH + 3 * HOUR, until: MARCH + 4 * HOUR, planned: false },
  ];
  const records = [record(1, 1, 's'), record(2, 1, 's', MARCH + 1.5 * HOUR), record(3, 1, 's', MARCH + 3 * HOUR), record(4, 1, 't')];
  const left = (excludePlannedShutdown: boolean, excludeUnplannedShutdown: boolean) =>
    withoutShutdowns(records, shutdowns, { excludePlannedShutdown, excludeUnplannedShutdown }).map(({ part }) => part);

  it('leave out what lies entirely inside them, where that is configured', () => {
    expect(left(false, false)).toEqual([1, 2, 3, 4]);
    expect(left(true, false)).toEqual([2, 3, 4]);
    expect(left(false, true)).toEqual([1, 2, 4]);
    expect(left(true, true)).toEqual([2, 4]);
  });
});

describe('months and total', () => {
  const april = parseInstant('2026-04-10T10:00:00+02:00')!;
  const records = [record(2, 100), record(0, 100, '', april)];
  const judged = (module: PartnerModule, given: Partial<ModuleConfiguration>) =>
    judgeModule(module, { records, shutdowns: [] }, ['2026-03', '2026-04'], configurationOf(module, given));

  it('MESE: a month that is KO makes the module KO', () => {
    expect(judged('A.1', { tolerance: 1, evaluationType: 'MESE' })).toEqual({
      module: 'A.1',
      periods: [
        { period: '2026-03', part: 2, whole: 100, share: 200_000, outcome: 'KO' },
        { period: '2026-04', part: 0, whole: 100, share: 0, outcome: 'OK' },
        { period: TOTAL, part: 2, whole: 200, share: 100_000, outcome: 'OK' },
      ],
      outcome: 'KO',
    });
    expect(judged('A.1', { tolerance: 2, evaluationType: 'MESE' }).outcome).toBe('OK');
  });

  it('TOTALE: the whole period decides', () => expect(judged('A.1', { tolerance: 1, evaluationType: 'TOTALE' }).outcome).toBe('OK'));

  it('A.2 has no months, so that its total decides in any case', () => {
    expect(judged('A.2', { tolerance: 1, evaluationType: 'MESE' })).toMatchObject({ periods: [{ period: TOTAL }], outcome: 'OK' });
  });

  it('B.7 waits for a person', () => expect(judged('B.7', {})).toEqual({ module: 'B.7', periods: [], outcome: 'STANDBY' }));
});

describe('instances', () => {
  const module = (found: 'OK' | 'KO' | 'RUNNING' | 'STANDBY', manualOutcome: 'OK' | 'KO' | null = null) => ({
    outcome: found,
    manualOutcome,
  });

  it.each([
    [[module('OK'), module('OK')], null, 'OK'],
    [[module('OK'), module('KO')], null, 'KO'],
    [[module('KO'), module('STANDBY')], null, 'STANDBY'],
    [[module('RUNNING')], null, 'STANDBY'],
    [[module('STANDBY', 'OK'), module('KO', 'OK')], null, 'OK'],
    [[module('STANDBY')], 'KO', 'KO'],
    [[module('KO')], 'OK', 'OK'],
  ] as const)('%j with %s in person are %s', (modules, manual, expected) => expect(outcomeOfInstance(modules, manual)).toBe(expected));

  it('go from draft to executed and into the archive and back; nothing else', () => {
    expect(stateAfter('BOZZA', 'PLAN')).toBe('PIANIFICATA');
    expect(stateAfter('PIANIFICATA', 'RUN')).toBe('IN_ESECUZIONE');
    expect(stateAfter('IN_ESECUZIONE', 'FINISH')).toBe('ESEGUITA');
    expect(stateAfter('ESEGUITA', 'ARCHIVE')).toBe('ARCHIVIATA');
    expect(stateAfter('ARCHIVIATA', 'RESTORE')).toBe('ESEGUITA');
    expect(stateAfter('ESEGUITA', 'EDIT')).toBeUndefined();
    expect(stateAfter('ARCHIVIATA', 'OVERRIDE')).toBeUndefined();
    const possible = INSTANCE_STATES.flatMap((state) => INSTANCE_ACTIONS.filter((action) => stateAfter(state, action) !== undefined));
    expect(possible).toHaveLength(13);
    expect(statesFor('DELETE')).toEqual(['BOZZA', 'PIANIFICATA']);
  });
});

describe('configuration', () => {
  it('says what is wrong', () => {
    expect(configurationIssues({ tolerance: 0.5, averageTimeLimit: 2_000 })).toEqual([]);
    expect(configurationIssues({ tolerance: 101, institutionCount: 1.5, transactionTolerance: -1 })).toEqual([
      { field: 'tolerance', expected: 'a number from 0 to 100' },
      { field: 'institutionCount', expected: 'a whole number from 0 to 100000' },
      { field: 'transactionTolerance', expected: 'a number from 0 to 100' },
    ]);
  });

  it('takes each number up to its bounds', () => {
    expect(configurationIssues({ tolerance: 0, institutionTolerance: 100, averageTimeLimit: 60_000, institutionCount: 0 })).toEqual([]);
    expect(configurationIssues({ averageTimeLimit: 60_001 })).toEqual([
      { field: 'averageTimeLimit', expected: 'a whole number from 0 to 60000' },
    ]);
  });

  it('knows its modules', () => {
    expect(isPartnerModule('B.4')).toBe(true);
    expect(isPartnerModule('D.1')).toBe(false);
    expect(configurationOf('B.8')).toMatchObject({ eligibilityThreshold: 5, tolerance: 1, averageTimeLimit: 2_000 });
  });
});
