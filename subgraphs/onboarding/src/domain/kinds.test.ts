import { DEFAULT_SETTINGS, DIRECTORY_KINDS, DIRECTORY_SHAPES, type DirectoryKind } from '@nodo-aperto/kernel/directory';
import { makeItalianIban } from '@nodo-aperto/kernel/identifiers';
import { describe, expect, it } from 'vitest';
import { pathText } from './finding.ts';
import { FILE_KINDS, rulesOf } from './kinds.ts';

const IBAN = 'IT60X0542811101000000123456';
const OTHER_IBAN = makeItalianIban({ abi: '05428', cab: '11101', account: '7' });
const NOW = '2027-01-01T00:00:00.000Z';

/** An entry of each kind with only what it must have, and one with all that it may have, at the limits. */
const LEAST: Record<DirectoryKind, object> = {
  creditorBroker: { code: '66666666666', name: 'C' },
  creditorInstitution: { fiscalCode: '66666666666', name: 'C' },
  station: { code: '66666666666_01', broker: '66666666666', endpoint: 'http://a.it', password: 'pwdpwdpwd' },
  route: { creditorInstitution: '66666666666', station: '66666666666_01', auxDigit: 1 },
  pspBroker: { code: '60000000001', name: 'B' },
  psp: { code: '60000000001', name: 'B', fiscalCode: '60000000001' },
  channel: { code: '60000000001_01', broker: '60000000001', psps: ['60000000001'], password: 'pwdpwdpwd' },
  apiKey: { key: 'demo-key-ec', party: '66666666666', products: ['aca'] },
  maintenance: { station: '66666666666_01', start: '2027-01-10T01:00:00+01:00', end: '2027-01-10T03:00:00+01:00' },
  service: { code: '00001', service: '00001', name: 'S', creditorInstitution: '66666666666', station: '66666666666_01' },
  delegation: { creditorInstitution: '66666666666', partner: '77777777777', functions: [] },
  settings: {},
};
const MOST: Record<DirectoryKind, object> = {
  creditorBroker: { code: '!'.repeat(35), name: 'C'.repeat(140), enabled: false, extendedFaultBean: true },
  creditorInstitution: {
    fiscalCode: '66666666666',
    name: 'C'.repeat(140),
    enabled: false,
    ibans: [{ iban: IBAN, postal: true, labels: ['A'.repeat(35)], changedAt: '2026-12-31T00:00:00Z' }],
    print: { cbill: 'A'.repeat(10), postalAccount: '000000123456', postalHolder: 'C'.repeat(140), postalAuthorization: 'A'.repeat(140) },
  },
  station: {
    code: '!'.repeat(35),
    broker: '!'.repeat(35),
    enabled: false,
    primitiveVersion: 1,
    endpoint: `https://a.it/${'x'.repeat(242)}`,
    password: '!'.repeat(15),
    standInFlag: true,
    paymentOptions: true,
    restEndpoint: `https://a.it/${'x'.repeat(242)}`,
    asynchronous: true,
    standInPolicy: {
      profile: 'pagopa',
      perRequestFallback: false,
      forced: 'OUT',
      exposureLimits: { periodMinutes: 10_080, payments: 100_000_000, totalAmount: 99_999_999_999, singleAmount: 99_999_999_999 },
    },
  },
  route: {
    creditorInstitution: '66666666666',
    station: '!'.repeat(35),
    auxDigit: 3,
    segregationCode: '02',
    broadcast: true,
    aca: true,
    standIn: true,
  },
  pspBroker: { code: '!'.repeat(35), name: 'B'.repeat(140), enabled: false, extendedFaultBean: true },
  psp: { code: '!'.repeat(35), name: 'B'.repeat(70), fiscalCode: 'rssmra80a01h501u', enabled: false },
  channel: {
    code: '!'.repeat(35),
    broker: '!'.repeat(35),
    psps: Array.from({ length: 500 }, (_, index) => `psp${index}`),
    password: '!'.repeat(15),
    enabled: false,
    paymentModel: 'IMMEDIATO_MULTIBENEFICIARIO',
    standInFlag: true,
  },
  apiKey: { key: '!'.repeat(128), party: '!'.repeat(35), products: ['selfcareboexternalpsp', 'aca'] },
  maintenance: { station: '!'.repeat(35), start: '2027-01-10T01:00:00+01:00', end: '2027-01-10T03:00:00+01:00', standIn: false },
  service: {
    code: 'abcde',
    service: '!!!!!',
    name: 'S'.repeat(70),
    creditorInstitution: '66666666666',
    station: '!'.repeat(35),
    enabled: false,
  },
  delegation: { creditorInstitution: '66666666666', partner: '!'.repeat(35), functions: ['POSITIONS_READ', 'IBANS'] },
  settings: {
    tokenDurationMs: 1_800_000,
    idempotencyKeyMinutes: 100_000,
    useIdempotency: false,
    receiptRetryMax: 1_000,
    receiptRetryMinutes: 10_000,
    standInProfile: 'pagopa',
    perRequestFallback: false,
    creditorTimeoutMs: 60_000,
    receiptTimeoutMs: 120_000,
    standInBreaker: { faults: 10_000, faultPercentage: 100, windowSeconds: 600, probeEverySeconds: 3_600, goodProbes: 100 },
    standInPagopa: {
      slotMinutes: 60,
      slotFaultPercentage: 100,
      slots: 24,
      rangeFaultPercentage: 100,
      dayTrafficPercentage: 100,
      nightTrafficPercentage: 100,
      exitMinutes: 1_440,
      exitGoodProbes: 400,
      probeEveryMinutes: 60,
    },
    exposureLimits: { periodMinutes: 1 },
  },
};

/** Reads an entry as files and forms do. */
function read<Kind extends DirectoryKind>(kind: Kind, value: object) {
  const findings: string[] = [];
  const rules = rulesOf(kind);
  const report = (finding: { kind: string; path: readonly (string | number)[] }): void =>
    void findings.push(`${finding.kind} ${pathText(finding.path)}`);
  const entry = rules.rule({ allowPrivateEndpoints: false })(value, [], report);
  if (entry !== undefined) rules.check(entry, [], report);
  return { entry, findings, object: entry && rules.complete(entry, undefined, NOW), code: entry && rules.code(entry) };
}

describe('the kinds of directory objects', () => {
  it('are those of the directory, parties before who refers to them', () => {
    expect([...FILE_KINDS].sort()).toEqual([...DIRECTORY_KINDS].sort());
    const entries = FILE_KINDS.map((kind) => ({ kind, entry: read(kind, LEAST[kind]).entry }));
    for (const [index, { kind, entry }] of entries.entries()) {
      const targets = rulesOf(kind)
        .references(entry as never)
        .flatMap(({ kinds }) => kinds);
      for (const target of targets) expect(FILE_KINDS.indexOf(target)).toBeLessThan(index);
    }
  });

  it.each(FILE_KINDS)('%s: what the rules accept fits the directory of all services', (kind) => {
    for (const value of [LEAST[kind], MOST[kind]]) {
      const { findings, object, code } = read(kind, value);
      expect(findings).toEqual([]);
      expect(DIRECTORY_SHAPES[kind].strict().parse(object)).toEqual(object);
      expect(code?.length).toBeLessThanOrEqual(120);
    }
  });

  it.each(FILE_KINDS.filter((kind) => kind !== 'settings'))('%s: each required field is missed', (kind) => {
    for (const field of Object.keys(LEAST[kind])) {
      const { [field as keyof object]: _left, ...rest } = LEAST[kind];
      const { findings, object } = read(kind, rest);
      if (field === 'password') expect(object).toMatchObject({ password: '' });
      else expect(findings).toEqual([`MISSING ${field}`]);
    }
  });

  it.each([
    ['creditorInstitution', { ...LEAST.creditorInstitution, ibans: [{ iban: IBAN }, { iban: IBAN }] }, 'DUPLICATE ibans[1].iban'],
    ['creditorInstitution', { ...LEAST.creditorInstitution, ibans: [{ iban: 'IT61X0542811101000000123456' }] }, 'INVALID ibans[0].iban'],
    [
      'creditorInstitution',
      {
        ...LEAST.creditorInstitution,
        ibans: [
          { iban: IBAN, labels: ['ACA'] },
          { iban: OTHER_IBAN, labels: ['ACA'] },
        ],
      },
      'DUPLICATE ibans[1].labels[0]',
    ],
    ['creditorInstitution', { ...LEAST.creditorInstitution, print: { cbil: 'A' } }, 'UNKNOWN_KEY print.cbil'],
    ['station', { ...LEAST.station, endpoint: 'http://127.0.0.1/' }, 'INVALID endpoint'],
    ['station', { ...LEAST.station, primitiveVersion: 3 }, 'INVALID primitiveVersion'],
    ['route', { ...LEAST.route, auxDigit: 3 }, 'MISSING segregationCode'],
    ['route', { ...LEAST.route, auxDigit: 4 }, 'INVALID auxDigit'],
    ['channel', { ...LEAST.channel, psps: ['a', 'a'] }, 'DUPLICATE psps[1]'],
    ['channel', { ...LEAST.channel, psps: [] }, 'INVALID psps'],
    ['apiKey', { ...LEAST.apiKey, products: ['aca', 'aca'] }, 'DUPLICATE products[1]'],
    ['apiKey', { ...LEAST.apiKey, products: ['acca'] }, 'INVALID products[0]'],
    ['maintenance', { ...LEAST.maintenance, end: '2027-01-10T01:00:00+01:00' }, 'INVALID end'],
    ['settings', { tokenDurationMs: 1_800_001 }, 'INVALID tokenDurationMs'],
    ['delegation', { ...LEAST.delegation, functions: ['USERS'] }, 'INVALID functions[0]'],
    ['delegation', { ...LEAST.delegation, functions: ['IBANS', 'IBANS'] }, 'DUPLICATE functions[1]'],
    ['settings', { standInProfile: 'none' }, 'INVALID standInProfile'],
    ['settings', { standInBreaker: { faults: 0 } }, 'INVALID standInBreaker.faults'],
    ['settings', { standInPagopa: { slot: 1 } }, 'UNKNOWN_KEY standInPagopa.slot'],
    ['settings', { exposureLimits: { payments: 1 } }, 'MISSING exposureLimits.periodMinutes'],
    ['station', { ...LEAST.station, standInPolicy: { forced: 'MAYBE' } }, 'INVALID standInPolicy.forced'],
  ] as const)('%s: %j is %s', (kind, value, finding) => {
    expect(read(kind, value).findings).toEqual([finding]);
  });

  it('name what they refer to', () => {
    const references = (kind: DirectoryKind) =>
      rulesOf(kind)
        .references(read(kind, LEAST[kind]).entry as never)
        .map(({ path, kinds, code }) => [pathText(path), kinds, code]);
    expect(references('station')).toEqual([['broker', ['creditorBroker'], '66666666666']]);
    expect(references('route')).toEqual([
      ['creditorInstitution', ['creditorInstitution'], '66666666666'],
      ['station', ['station'], '66666666666_01'],
    ]);
    expect(references('channel')).toEqual([
      ['broker', ['pspBroker'], '60000000001'],
      ['psps[0]', ['psp'], '60000000001'],
    ]);
    expect(references('apiKey')).toEqual([['party', ['creditorInstitution', 'creditorBroker', 'psp', 'pspBroker'], '66666666666']]);
    expect(references('maintenance')).toEqual([['station', ['station'], '66666666666_01']]);
    expect(references('psp')).toEqual([]);
    expect(references('delegation')).toEqual([
      ['creditorInstitution', ['creditorInstitution'], '66666666666'],
      ['partner', ['creditorBroker'], '77777777777'],
    ]);
  });

  it('have codes that name them', () => {
    expect(FILE_KINDS.map((kind) => read(kind, LEAST[kind]).code)).toEqual([
      '66666666666',
      '66666666666',
      '66666666666_01',
      '66666666666/1',
      '60000000001',
      '60000000001',
      '60000000001_01',
      expect.stringMatching(/^[0-9a-f]{64}$/),
      '66666666666_01/2027-01-10T00:00:00.000Z',
      '00001',
      '66666666666/77777777777',
      'platform',
    ]);
  });
});

describe('objects that are there already', () => {
  it('settings keep what is not given', () => {
    const { complete } = rulesOf('settings');
    expect(complete({}, undefined, NOW)).toEqual(DEFAULT_SETTINGS);
    expect(complete({ receiptRetryMax: 3 }, { ...DEFAULT_SETTINGS, standInProfile: 'pagopa' }, NOW)).toEqual({
      ...DEFAULT_SETTINGS,
      receiptRetryMax: 3,
      standInProfile: 'pagopa',
    });
  });

  it('figures of a profile keep what is not given', () => {
    const { complete } = rulesOf('settings');
    const known = { ...DEFAULT_SETTINGS, standInBreaker: { faults: 9 }, standInPagopa: { slots: 4 } };
    expect(complete({ standInBreaker: { goodProbes: 2 }, standInPagopa: { slotMinutes: 1 } }, known, NOW)).toEqual({
      ...DEFAULT_SETTINGS,
      standInBreaker: { faults: 9, goodProbes: 2 },
      standInPagopa: { slots: 4, slotMinutes: 1 },
    });
  });

  it('accounts remember when they were last changed', () => {
    const { complete } = rulesOf('creditorInstitution');
    const before = '2026-01-01T00:00:00.000Z';
    const known = { fiscalCode: '66666666666', name: 'C', enabled: true, ibans: [{ iban: IBAN, postal: false, changedAt: before }] };
    const changedAt = (account: object): string | undefined =>
      complete({ ...known, ibans: [{ iban: IBAN, postal: false, ...account }] }, known, NOW).ibans[0]?.changedAt;
    expect(changedAt({})).toBe(before);
    expect(changedAt({ postal: true })).toBe(NOW);
    expect(changedAt({ labels: ['ACA'] })).toBe(NOW);
    expect(changedAt({ postal: true, changedAt: before })).toBe(NOW);
    expect(changedAt({ changedAt: '2025-01-01T00:00:00.000Z' })).toBe('2025-01-01T00:00:00.000Z');
    expect(changedAt({ postal: true, changedAt: '2025-01-01T00:00:00.000Z' })).toBe('2025-01-01T00:00:00.000Z');
    expect(complete({ ...known, ibans: [{ iban: IBAN, postal: false }] }, undefined, NOW).ibans[0]?.changedAt).toBe(NOW);
  });
});
