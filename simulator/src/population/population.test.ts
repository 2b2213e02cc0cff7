import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasValidCheckCharacter, hasValidControlDigit, isIban } from '@nodo-aperto/kernel/identifiers';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { checkSpecifications } from '../creditors/specification.ts';
import { demoPopulation, directoryFileOf } from './index.ts';
import { organizationCode, personCode } from './tax-code.ts';

const population = demoPopulation(seededStreams(7));
const endpointOf = (code: string): string => `http://127.0.0.1:20000/${code}`;

describe('the demo population', () => {
  it('is the same for the same seed, whatever else was drawn, and another for another', () => {
    const streams = seededStreams(7);
    streams.stream('something else').next();
    expect(demoPopulation(streams)).toEqual(population);
    expect(demoPopulation(seededStreams(8)).creditors[0]?.fiscalCode).not.toBe(population.creditors[0]?.fiscalCode);
  });

  it('has eight creditors that the fleet accepts and three PSPs, with well-formed codes that are nobody’s', () => {
    expect([population.creditors.length, population.psps.length, population.citizens.length]).toEqual([8, 3, 60]);
    expect(() => checkSpecifications(population.creditors)).not.toThrow();
    const codes = [...population.creditors, ...population.psps].flatMap(({ fiscalCode, ...party }) => [
      fiscalCode,
      'brokerCode' in party ? party.brokerCode : fiscalCode,
    ]);
    for (const code of codes) {
      expect(code).toMatch(/^\d{7}199\d$/);
      expect(hasValidControlDigit(code as never)).toBe(true);
    }
    expect(new Set(population.creditors.map(({ fiscalCode }) => fiscalCode)).size).toBe(8);
    expect(population.creditors.flatMap(({ ibans }) => ibans).every(isIban)).toBe(true);
    for (const { fiscalCode } of population.citizens) {
      expect(fiscalCode).toMatch(/^[A-Z]{6}\d\d[A-Z]\d\dZ999[A-Z]$/);
      expect(hasValidCheckCharacter(fiscalCode as never)).toBe(true);
    }
    expect(new Set(population.citizens.map(({ fiscalCode }) => fiscalCode)).size).toBe(60);
  });

  it('has creditors behind a partner, one of version 1, and one whose notices stay out of Stand-In', () => {
    const { creditors } = population;
    const partners = creditors.filter(({ brokerCode, fiscalCode }) => brokerCode !== fiscalCode);
    expect(new Set(partners.map(({ brokerCode }) => brokerCode)).size).toBe(1);
    expect(partners.map(({ stationCode }) => stationCode.slice(-3))).toEqual(['_01', '_02', '_03']);
    expect(creditors.filter(({ primitiveVersion }) => primitiveVersion === 1)).toHaveLength(1);
    expect(creditors.filter(({ standIn }) => !standIn)).toHaveLength(1);
  });
});

describe('codes', () => {
  it.each([
    // Three consonants of the family name; of four of the given name the second is left out; x when letters are short; +40 for women.
    [{ givenName: 'Francesca', familyName: 'De Santis', year: 1985, month: 12, day: 3, female: true }, 'DSNFNC85T43Z999'],
    [{ givenName: 'Ada', familyName: 'Fo', year: 2001, month: 1, day: 28, female: false }, 'FOXDAA01A28Z999'],
    [{ givenName: 'Luca', familyName: 'Neri', year: 1960, month: 6, day: 15, female: false }, 'NRELCU60H15Z999'],
  ])('of persons follow the rule: %o', (birth, firstFifteen) => {
    expect(personCode(birth).slice(0, 15)).toBe(firstFifteen);
  });

  it('of organizations have the control digit of their first ten', () => {
    expect(hasValidControlDigit(organizationCode(seededStreams(1).stream('x')) as never)).toBe(true);
  });
});

describe('the directory file', () => {
  const text = directoryFileOf(population, endpointOf);
  const file = parse(text) as Record<string, Record<string, unknown>[]>;

  it('is the same text for the same population', () => {
    expect(directoryFileOf(demoPopulation(seededStreams(7)), endpointOf)).toBe(text);
  });

  it('has every party once, codes as texts, and names only what is in it', () => {
    expect(Object.keys(file)).toEqual([
      'creditorBrokers',
      'creditorInstitutions',
      'stations',
      'routes',
      'pspBrokers',
      'psps',
      'channels',
      'apiKeys',
      'services',
    ]);
    const codesOf = (section: string, key = 'code') => (file[section] ?? []).map((entry) => entry[key]);
    expect(codesOf('creditorBrokers')).toHaveLength(6);
    expect(codesOf('routes', 'creditorInstitution')).toEqual(codesOf('creditorInstitutions', 'fiscalCode'));
    expect(codesOf('routes', 'station')).toEqual(codesOf('stations'));
    expect(codesOf('services')).toEqual(['ANRV1']);
    expect(codesOf('stations')).toContain(codesOf('services', 'station')[0]);
    for (const broker of codesOf('stations', 'broker')) expect(codesOf('creditorBrokers')).toContain(broker);
    for (const broker of codesOf('channels', 'broker')) expect(codesOf('pspBrokers')).toContain(broker);
    for (const code of [...codesOf('stations'), ...codesOf('psps'), ...codesOf('routes', 'segregationCode')])
      expect(code).toBeTypeOf('string');
    expect(file['stations']?.[0]?.['endpoint']).toBe(endpointOf(String(codesOf('stations')[0])));
  });
});
