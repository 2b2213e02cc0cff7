import { describe, expect, it } from 'vitest';
import { INITIATIVES, initiativesFor } from './initiatives.ts';

describe('the roadmap', () => {
  it('has the eight tables of the circolare and the Back Office', () => {
    expect(INITIATIVES).toHaveLength(9);
    expect(new Set(INITIATIVES.map(({ id }) => id)).size).toBe(9);
    expect(INITIATIVES.slice(0, 8).map(({ source }) => source)).toEqual(
      Array.from({ length: 8 }, (_, index) => `circolare, table ${index + 1} of 8`),
    );
  });

  it('tells what concerns whom', () => {
    expect(initiativesFor(undefined)).toBe(INITIATIVES);
    expect(initiativesFor('EC').map(({ id }) => id)).toEqual([
      'ACA',
      'STAND_IN',
      'PULL_PAYMENTS',
      'NOTICE_PRINTING',
      'PAYMENT_OPTIONS',
      'REPORTING_FLOWS',
      'BACK_OFFICE',
    ]);
    expect(initiativesFor('PSP').map(({ id }) => id)).toContain('UNATTRIBUTED_PSP');
    expect(initiativesFor('PT').map(({ id }) => id)).toEqual(['BACK_OFFICE']);
  });

  it('keeps what is uncertain as uncertain', () => {
    const uncertain = INITIATIVES.filter(({ confidence }) => confidence !== 'HIGH');
    expect(uncertain.map(({ id, confidence }) => [id, confidence])).toEqual([
      ['PAYMENT_OPTIONS', 'MEDIUM'],
      ['UNATTRIBUTED_PSP', 'LOW'],
    ]);
    expect(uncertain.every(({ note }) => note !== undefined)).toBe(true);
  });

  it('writes quarters in one form', () => {
    for (const { roadmapQuarter, testQuarter, productionQuarter, obligationQuarter } of INITIATIVES) {
      for (const quarter of [roadmapQuarter, testQuarter, productionQuarter, obligationQuarter])
        expect(quarter ?? '2024-Q1').toMatch(/^20\d\d-Q[1-4]$/);
    }
  });
});
