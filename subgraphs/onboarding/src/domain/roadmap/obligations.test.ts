import { describe, expect, it } from 'vitest';
import { type Initiative, INITIATIVES, initiativesFor } from '../initiatives.ts';
import { adoptionOf, type InstitutionFacts, isComputed } from './adoption.ts';
import { inOrder, isToDo, lastDayOf, obligationOf, requirementOf } from './obligations.ts';

const facts = (subject: InstitutionFacts['subject'], rest: Partial<InstitutionFacts> = {}): InstitutionFacts => ({
  subject,
  stations: [],
  routes: [],
  channels: [],
  products: new Set(),
  activeUsers: 0,
  observed: {},
  ...rest,
});
const station = { standInFlag: true, paymentOptions: true, asynchronous: false };
const initiative = (id: string): Initiative => {
  const found = INITIATIVES.find((each) => each.id === id);
  if (!found) throw new Error(`no initiative ${id}`);
  return found;
};
const TODAY = '2026-11-23';

describe('adoption', () => {
  it.each<[string, InstitutionFacts, boolean, RegExp]>([
    ['ACA', facts('EC', { observed: { ACA_FED: 5 } }), true, /loaded into ACA/],
    ['ACA', facts('EC', { routes: [{ aca: true, standIn: true }] }), false, /1 of 1 route announced/],
    [
      'ACA',
      facts('EC', {
        routes: [
          { aca: true, standIn: true },
          { aca: false, standIn: true },
        ],
      }),
      false,
      /1 of 2 routes announced/,
    ],
    ['STAND_IN', facts('EC'), false, /no route and no station/],
    ['STAND_IN', facts('EC', { routes: [{ aca: true, standIn: true }], stations: [station] }), true, /1 of 1 route and 1 of 1 station/],
    ['STAND_IN', facts('EC', { routes: [{ aca: true, standIn: false }], stations: [station] }), false, /0 of 1 route/],
    [
      'STAND_IN',
      facts('EC', { routes: [{ aca: true, standIn: true }], stations: [station, { ...station, standInFlag: false }] }),
      false,
      /1 of 2 stations/,
    ],
    ['STAND_IN', facts('PSP', { channels: [{ standInFlag: true }] }), true, /1 of 1 channel/],
    ['STAND_IN', facts('PSP', { channels: [{ standInFlag: true }, { standInFlag: false }] }), false, /1 of 2 channels/],
    ['PULL_PAYMENTS', facts('PSP', { products: new Set(['pull']) }), true, /There is API key|There is/],
    ['PULL_PAYMENTS', facts('PSP'), false, /There is no API key for the product pull/],
    ['NOTICE_PRINTING', facts('EC', { observed: { NOTICES_PRINTED: 7 } }), true, /printed/],
    ['NOTICE_PRINTING', facts('EC'), false, /No notice/],
    ['PAYMENT_OPTIONS', facts('EC', { stations: [station] }), true, /1 of 1 station/],
    ['PAYMENT_OPTIONS', facts('EC', { stations: [{ ...station, paymentOptions: false, asynchronous: true }] }), true, /1 of 1/],
    ['PAYMENT_OPTIONS', facts('EC', { stations: [{ ...station, paymentOptions: false }] }), false, /0 of 1 station/],
    ['PAYMENT_OPTIONS', facts('PSP', { products: new Set(['options']) }), true, /options/],
    ['REPORTING_FLOWS', facts('EC', { products: new Set(['fdrorg']) }), true, /fdrorg/],
    ['REPORTING_FLOWS', facts('PSP', { observed: { FLOW_MADE: 1 } }), true, /new primitives/],
    ['REPORTING_FLOWS', facts('PSP'), false, /No flow/],
    ['BACK_OFFICE', facts('PT', { activeUsers: 1 }), true, /^1 active user of/],
    ['BACK_OFFICE', facts('EC', { activeUsers: 0 }), false, /^0 active users/],
  ])('of %s is computed from facts', (id, given, adopted, evidence) => {
    const adoption = adoptionOf(id, given);
    expect(adoption?.adopted).toBe(adopted);
    expect(adoption?.evidence).toMatch(evidence);
    expect(isComputed(id, given.subject)).toBe(true);
  });

  it('tells since when, where that was seen', () => {
    expect(adoptionOf('ACA', facts('EC', { observed: { ACA_FED: 5 } }))?.since).toBe(5);
    expect(adoptionOf('NOTICE_PRINTING', facts('EC', { observed: { NOTICES_PRINTED: 7 } }))?.since).toBe(7);
  });

  it('cannot be seen of others', () => {
    for (const [id, subject] of [
      ['PULL_PAYMENTS', 'EC'],
      ['UNATTRIBUTED_PSP', 'PSP'],
      ['RECEIPT_PRINTING', 'EC'],
    ] as const) {
      expect(adoptionOf(id, facts(subject))).toBeUndefined();
      expect(isComputed(id, subject)).toBe(false);
    }
  });
});

describe('obligations', () => {
  it('are due on the last day of their quarter', () => {
    expect(['2023-Q4', '2024-Q1', '2024-Q2', '2024-Q3'].map(lastDayOf)).toEqual(['2023-12-31', '2024-03-31', '2024-06-30', '2024-09-30']);
  });

  it('are what the tables say, unless that is uncertain', () => {
    const of = (id: string, given = facts('EC')) => requirementOf(initiative(id), given);
    expect(of('STAND_IN')).toEqual({ requirement: 'MANDATORY' });
    expect(of('NOTICE_PRINTING')).toEqual({ requirement: 'OPTIONAL' });
    expect(of('PAYMENT_OPTIONS')).toMatchObject({ requirement: 'UNCERTAIN', reason: expect.stringContaining('optional') });
    expect(of('UNATTRIBUTED_PSP', facts('PSP'))).toMatchObject({ requirement: 'UNCERTAIN', reason: expect.stringContaining('Probably') });
    const { note: _note, ...silent } = initiative('PAYMENT_OPTIONS');
    expect(requirementOf(silent, facts('EC'))).toEqual({ requirement: 'UNCERTAIN' });
  });

  it('do not ask ACA of creditors that are asynchronous throughout', () => {
    const asynchronous = { ...station, asynchronous: true };
    expect(requirementOf(initiative('ACA'), facts('EC', { stations: [asynchronous] }))).toMatchObject({ requirement: 'NOT_REQUIRED' });
    expect(requirementOf(initiative('ACA'), facts('EC', { stations: [asynchronous, station] }))).toEqual({ requirement: 'MANDATORY' });
    expect(requirementOf(initiative('ACA'), facts('EC'))).toEqual({ requirement: 'MANDATORY' });
  });

  it('are done, open or overdue', () => {
    const state = (id: string, given: InstitutionFacts, today = TODAY) => obligationOf(initiative(id), given, { today }).state;
    expect(state('ACA', facts('EC'))).toBe('OVERDUE');
    expect(state('ACA', facts('EC'), '2024-03-31')).toBe('OPEN');
    expect(state('ACA', facts('EC', { observed: { ACA_FED: 1 } }))).toBe('DONE');
    expect(state('UNATTRIBUTED_PSP', facts('PSP'))).toBe('OPEN');
    expect(state('NOTICE_PRINTING', facts('EC'))).toBe('OPEN');
  });

  it('take what is declared where nothing is seen, and never in its place', () => {
    const declared = { adopted: true, evidence: 'live since May' };
    const pull = obligationOf(initiative('PULL_PAYMENTS'), facts('EC'), { declared, today: TODAY });
    expect(pull).toMatchObject({ state: 'DONE', source: 'DECLARED', adoption: declared });
    expect(pull.dueDate).toBeUndefined();
    expect(obligationOf(initiative('PULL_PAYMENTS'), facts('EC'), { today: TODAY })).toMatchObject({ state: 'OPEN', source: 'UNKNOWN' });
    expect(obligationOf(initiative('ACA'), facts('EC'), { declared, today: TODAY })).toMatchObject({
      state: 'OVERDUE',
      source: 'COMPUTED',
    });
  });

  it('come in the order of what is to be done first', () => {
    const given = facts('EC', { observed: { ACA_FED: 1 } });
    const all = inOrder(initiativesFor('EC').map((each) => obligationOf(each, given, { today: TODAY })));
    expect(all.map(({ initiative: { id }, requirement, state }) => [id, requirement, state])).toEqual([
      ['STAND_IN', 'MANDATORY', 'OVERDUE'],
      ['REPORTING_FLOWS', 'MANDATORY', 'OVERDUE'],
      ['PULL_PAYMENTS', 'MANDATORY', 'OPEN'],
      ['BACK_OFFICE', 'MANDATORY', 'OPEN'],
      ['PAYMENT_OPTIONS', 'UNCERTAIN', 'OPEN'],
      ['NOTICE_PRINTING', 'OPTIONAL', 'OPEN'],
      ['ACA', 'MANDATORY', 'DONE'],
    ]);
    expect(all.filter(isToDo).map(({ initiative: { id } }) => id)).toEqual([
      'STAND_IN',
      'REPORTING_FLOWS',
      'PULL_PAYMENTS',
      'BACK_OFFICE',
      'PAYMENT_OPTIONS',
    ]);
  });
});
