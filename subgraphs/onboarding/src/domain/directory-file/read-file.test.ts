import { describe, expect, it } from 'vitest';
import { messageOf, pathText } from '../finding.ts';
import { LONGEST_FILE, MOST_ENTRIES, readDirectoryFile } from './read-file.ts';

const read = (text: string) => readDirectoryFile(text, { allowPrivateEndpoints: true });
const issuesOf = (text: string): string[] =>
  read(text).issues.map((issue) => `${issue.line} ${pathText(issue.path)} ${messageOf(issue)}; expected ${issue.expected}`);

const DESIGN = `
creditorBrokers:      [{ code: "66666666666", name: Comune di Prova, enabled: true, extendedFaultBean: false }]
creditorInstitutions: [{ fiscalCode: "66666666666", name: Comune di Prova, enabled: true, ibans: [{ iban: IT60X0542811101000000123456, postal: false }], print: { cbill: AAAAA, postalAccount: "000000123456", postalHolder: Comune di Prova, postalAuthorization: AUT. 1/2026 } }]
stations:             [{ code: "66666666666_01", broker: "66666666666", enabled: true, primitiveVersion: 2, endpoint: "http://127.0.0.1:8089/pa-for-node", password: pwdpwdpwd, standInFlag: true, paymentOptions: true, restEndpoint: "http://127.0.0.1:8089" }]
routes:               [{ creditorInstitution: "66666666666", station: "66666666666_01", auxDigit: 3, segregationCode: "02", broadcast: false, aca: true, standIn: true }]   # aux digit 0: applicationCode instead
pspBrokers:           [{ code: "60000000001", name: Banca di Prova, enabled: true, extendedFaultBean: false }]
psps:                 [{ code: "60000000001", name: Banca di Prova, fiscalCode: "60000000001", enabled: true }]
channels:             [{ code: "60000000001_01", broker: "60000000001", psps: ["60000000001"], password: pwdpwdpwd, enabled: true, paymentModel: ATTIVATO_PRESSO_PSP, standInFlag: true }]
apiKeys:              [{ key: demo-key-ec, party: "66666666666", products: [aca, gpd, fdrorg, printnotice, bizevents] }, { key: demo-key-psp, party: "60000000001", products: [fdrpsp, options, pull] }]
maintenances:         [{ station: "66666666666_01", start: "2027-01-10T01:00:00+01:00", end: "2027-01-10T03:00:00+01:00", standIn: true }]
settings:             { tokenDurationMs: 1800000, idempotencyKeyMinutes: 30, useIdempotency: true, receiptRetryMax: 48, receiptRetryMinutes: 60, standInProfile: breaker, perRequestFallback: true, creditorTimeoutMs: 7000, receiptTimeoutMs: 15000 }
`;

describe('a directory file', () => {
  it('is read whole, in the order of kinds', () => {
    const file = read(DESIGN);
    expect(file.issues).toEqual([]);
    expect(file.entries.map(({ kind }) => kind)).toEqual([
      'creditorBroker',
      'creditorInstitution',
      'station',
      'route',
      'pspBroker',
      'psp',
      'channel',
      'apiKey',
      'apiKey',
      'maintenance',
      'settings',
    ]);
    expect(file.entries.map(({ path }) => file.lineOf(path))).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 11]);
  });

  it('may leave sections out or empty', () => {
    expect(read('psps:\nchannels: []\n')).toMatchObject({ entries: [], issues: [] });
    expect(read('{}')).toMatchObject({ entries: [], issues: [] });
  });

  it('names every bad line, all at once', () => {
    const text = [
      'creditorBrokers:',
      '  - { code: "66666666666", name: "" }',
      '  - { code: "with a blank", nme: Comune }',
      'creditorInstitutions:',
      '  - fiscalCode: 666',
      '    name: Comune',
      '    enabled: ja',
      '    ibans:',
      '      - iban: IT00',
      '      - { iban: IT60X0542811101000000123456, postal: 1 }',
      'statoins: []',
      'routes: { creditorInstitution: "66666666666" }',
      'channels:',
      '  - text',
      '  - null',
      'settings: [1]',
    ].join('\n');
    expect(issuesOf(text)).toEqual([
      '11 statoins is not a key that belongs here; expected the key stations, which is the nearest',
      '2 creditorBrokers[0].name is ""; expected a text of 1 to 140 characters on one line',
      '3 creditorBrokers[1].nme is not a key that belongs here; expected the key name, which is the nearest',
      '3 creditorBrokers[1].code is "with a blank"; expected the code of a broker, 1 to 35 printable characters without blanks',
      '3 creditorBrokers[1].name is missing; expected a text of 1 to 140 characters on one line',
      '5 creditorInstitutions[0].fiscalCode is 666; expected a fiscal code of 11 digits',
      '7 creditorInstitutions[0].enabled is "ja"; expected true or false',
      '9 creditorInstitutions[0].ibans[0].iban is "IT00"; expected an IBAN with right check digits (27 characters for Italy)',
      '10 creditorInstitutions[0].ibans[1].postal is 1; expected true or false',
      '12 routes is a map; expected a list of at most 100000 entries, each a route',
      '14 channels[0] is "text"; expected a map that describes a channel',
      '15 channels[1] is nothing; expected a map that describes a channel',
      '16 settings is a list of 1; expected a map that describes the settings',
    ]);
  });

  it('never shows a secret', () => {
    const text = 'channels: [{ code: c, broker: b, psps: [p], password: tooshrt }]\napiKeys: [{ key: mykey, party: p, products: [aca] }]';
    expect(issuesOf(text).join('\n')).not.toMatch(/tooshrt|mykey/);
    expect(issuesOf(text)).toHaveLength(2);
  });

  it('tells which objects it describes badly', () => {
    const file = read('psps: [{ code: a }, { code: 12 }, { name: x }, text]\nroutes: [{}]');
    expect([...file.spoiled]).toEqual(['psp/a', 'psp/12']);
  });

  it('takes no object whose fields do not go together', () => {
    const backwards = DESIGN.replace('end: "2027-01-10T03:00:00+01:00"', 'end: "2027-01-09T03:00:00+01:00"');
    const file = read(backwards);
    expect(file.issues.map(({ line, path }) => [line, pathText(path)])).toEqual([[10, 'maintenances[0].end']]);
    expect(file.entries.map(({ kind }) => kind)).not.toContain('maintenance');
    expect(file.entries).toHaveLength(10);
    const doubled = read(DESIGN.replace('psps: ["60000000001"]', 'psps: ["60000000001", "60000000001"]'));
    expect(doubled.issues.map(({ line }) => line)).toEqual([8]);
    expect([...doubled.spoiled]).toEqual(['channel/60000000001_01']);
  });

  it('stops at what cannot be read at all', () => {
    expect(issuesOf('a: [')).toEqual([expect.stringMatching(/^1 +Flow sequence/)]);
    expect(read('a: [').entries).toEqual([]);
    expect(issuesOf('')).toEqual([
      expect.stringContaining('is nothing; expected a map of the sections creditorBrokers, creditorInstitutions'),
    ]);
    expect(issuesOf('- a')).toEqual([expect.stringContaining('is a list of 1; expected a map of the sections')]);
  });

  it('goes on after a refused value, which is then missing', () => {
    expect(issuesOf('psps: [{ code: *x, name: B, fiscalCode: "60000000001" }]')).toEqual([
      '1 psps[0].code the alias *x; expected the value itself',
      expect.stringContaining('psps[0].code is missing'),
    ]);
  });

  it('has limits', () => {
    expect(issuesOf(' '.repeat(LONGEST_FILE + 1))).toEqual([
      `1  is a file of ${LONGEST_FILE + 1} characters; expected a file of at most ${LONGEST_FILE} characters`,
    ]);
    expect(read(' '.repeat(LONGEST_FILE + 1))).toMatchObject({ entries: [] });
    expect(read(' '.repeat(LONGEST_FILE + 1)).lineOf([])).toBe(1);
    const many = `psps: [${'1,'.repeat(MOST_ENTRIES)}1]`;
    expect(issuesOf(many)).toEqual([
      `1 psps is a list of ${MOST_ENTRIES + 1}; expected a list of at most ${MOST_ENTRIES} entries, each a PSP`,
    ]);
  });
});
