import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planDigest, planRun, readScenario, scenarioJsonSchema, shorten } from './index.ts';

const FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const SCHEMA_FILE = join(FOLDER, 'scenario.schema.json');
const shipped = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const MINIMAL = `name: x
teaches: nothing in particular
seconds: 20
traffic: { perSecond: 5 }
faults:
  - { at: 5, for: 5, on: busiest, fault: { kind: timeout } }
expectations:
  - { figure: paid, atLeast: 1 }
`;

describe('the shipped scenarios', () => {
  it('are there', () => expect(shipped.length).toBeGreaterThanOrEqual(14));

  it('are read, are right by the published schema, and say what they teach', () => {
    const validate = new Ajv2020({ strict: false }).compile(scenarioJsonSchema());
    for (const name of shipped) {
      expect(readScenario(textOf(name), name).teaches.length).toBeGreaterThan(20);
      expect(validate(parse(textOf(name))), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });

  it('have a published schema that is the shape of the program (UPDATE_SCHEMA=1 writes it)', () => {
    const text = `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`;
    if (process.env['UPDATE_SCHEMA']) writeFileSync(SCHEMA_FILE, text);
    expect(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'))).toEqual(JSON.parse(text));
  });
});

describe('a mistake in a scenario', () => {
  it.each([
    ['perSecond: 5', 'perSecnd: 5', 'line 4: "perSecnd" is no key here; did you mean "perSecond"?'],
    ['seconds: 20', 'seconds: soon', 'line 3: seconds:'],
    ['at: 5,', 'att: 5,', 'line 6: "att" is no key here; did you mean "at"?'],
    ['kind: timeout', 'kind: slow, medianMilli: 3', 'line 6: "medianMilli" is no key here; did you mean "medianMs"?'],
    ['figure: paid', 'figure: payed', 'line 8: expectations.0.figure:'],
    [', atLeast: 1', '', 'line 8: expectations.0: has neither atLeast nor atMost'],
    ['perSecond: 5', 'perSecond: 5, bursts: [{ at: 1, for: 3600, times: 50 }]', 'plans more than 200000 payments'],
    ['seconds: 20', 'seconds: 7200', 'takes more than 3000 seconds of real time; give its clock a factor'],
    ['seconds: 20', 'seconds: 20\nclock: { from: monthEnd }', 'line 4: clock.at: has no time of day'],
    ['seconds: 20', 'seconds: 20\nclock: { fator: 60 }', 'line 4: "fator" is no key here; did you mean "factor"?'],
    ['name: x', 'name: [', 'x.yaml: '],
  ])('%s → %s is told with its line', (right, wrong, sentence) => {
    expect(() => readScenario(MINIMAL.replace(right, wrong), 'x.yaml')).toThrow(sentence);
  });
});

describe('a plan', () => {
  const scenario = readScenario(textOf('many-creditors.yaml'), 'x');

  it('is the same for the same seed, byte for byte, and another for another', () => {
    expect(planDigest(planRun(scenario, 7))).toBe(planDigest(planRun(structuredClone(scenario), 7)));
    expect(planDigest(planRun(scenario, 8))).not.toBe(planDigest(planRun(scenario, 7)));
  });

  it('has as many creditors as asked for, all different, and harms the share it is told to', () => {
    const { population, harmed } = planRun(scenario, 7);
    expect(new Set(population.creditors.map(({ fiscalCode }) => fiscalCode)).size).toBe(200);
    expect([50, 51]).toContain(harmed.size);
  });

  it('has arrivals in order, about as many as the rate says, more in a burst', () => {
    const burst = readScenario(MINIMAL.replace('perSecond: 5', 'perSecond: 50, bursts: [{ at: 10, for: 5, times: 4 }]'), 'x');
    const times = planRun(burst, 1).arrivals.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    const within = (from: number, to: number): number => times.filter((at) => at >= from * 1_000 && at < to * 1_000).length;
    expect(within(0, 10)).toBeGreaterThan(400);
    expect(within(0, 10)).toBeLessThan(600);
    expect(within(10, 15)).toBeGreaterThan(850);
    expect(within(10, 15)).toBeLessThan(1_150);
  });

  it('of a day has little at night and most before noon', () => {
    const day = readScenario(MINIMAL.replace('perSecond: 5', 'perSecond: 50, shape: day').replace('seconds: 20', 'seconds: 240'), 'x');
    const byHour = Array.from({ length: 24 }, () => 0);
    for (const { atMs } of planRun(day, 1).arrivals) byHour[Math.floor(atMs / 10_000)]! += 1;
    expect(byHour[3]).toBeLessThan(60);
    expect(byHour[10]).toBeGreaterThan(800);
  });

  it('leaves notices out of ACA, or stale there, in the shares asked for', () => {
    const stale = readScenario(`${MINIMAL.replace('perSecond: 5', 'perSecond: 100')}population: { acaShare: 0.5, staleShare: 0.5 }\n`, 'x');
    const states = planRun(stale, 3).arrivals.map(({ payment }) => payment.aca);
    const share = (state: string): number => states.filter((each) => each === state).length / states.length;
    expect(share('ABSENT')).toBeCloseTo(0.5, 1);
    expect(share('STALE')).toBeCloseTo(0.25, 1);
  });

  it('has debts in instalments, one after the other, of one creditor and payer, that add up', () => {
    const text = `${MINIMAL.replace('seconds: 20', 'seconds: 60').replace('perSecond: 5', 'perSecond: 5, instalmentSeconds: 15')}population: { instalmentShare: 0.5 }\n`;
    const { arrivals } = planRun(readScenario(text, 'x'), 3);
    const debts = new Map<number, typeof arrivals>();
    for (const arrival of arrivals) {
      const debt = arrival.payment.instalment?.debt;
      if (debt !== undefined) debts.set(debt, [...(debts.get(debt) ?? []), arrival]);
    }
    expect(debts.size).toBeGreaterThan(80);
    expect(arrivals.map(({ payment }) => payment.index)).toEqual(arrivals.map((_arrival, index) => index));
    const whole = [...debts.values()].filter((parts) => parts.length === 3);
    expect(whole.length).toBeGreaterThan(30);
    for (const parts of whole) {
      const [first, second, third] = parts.map(({ payment }) => payment);
      expect([first, second, third].map((part) => part?.instalment?.number)).toEqual([1, 2, 3]);
      expect([first, second, third].map((part) => part?.amount)).toEqual(first?.instalment?.amounts);
      expect([second?.creditor.fiscalCode, third?.debtor.code]).toEqual([first?.creditor.fiscalCode, first?.debtor.code]);
      expect((parts[1]?.atMs ?? 0) - (parts[0]?.atMs ?? 0)).toBe(15_000);
    }
  });

  it('that goes by a fast clock has a faster one in its short form, and the same day with fewer payments', () => {
    const day = readScenario(textOf('working-day.yaml'), 'x');
    const short = shorten(day);
    expect([short.seconds, short.faults]).toEqual([day.seconds, day.faults]);
    expect(short.clock.factor).toBe(300);
    expect(short.traffic.perSecond * short.clock.factor).toBeCloseTo(day.traffic.perSecond * day.clock.factor, 6);
  });

  it('in its short form lasts half a minute', () => {
    const short = shorten(scenario);
    expect([short.seconds, short.faults[0]?.at, short.faults[0]?.for]).toEqual([30, 5, 15]);
  });
});
