import type { DirectoryData, DirectoryKind, Maintenance } from '@nodo-aperto/kernel/directory';
import { describe, expect, it } from 'vitest';
import { messageOf, pathText } from '../finding.ts';
import { type Change, type KnownDirectory, planImport } from './plan-import.ts';
import { readDirectoryFile } from './read-file.ts';
import { type DirectoryContents, writeDirectoryFile, writeObject } from './write-file.ts';

const NOW = '2027-01-01T00:00:00.000Z';
const LATER = '2027-02-01T00:00:00.000Z';

/** The directory after changes. */
class Memory implements KnownDirectory {
  readonly objects = new Map<string, DirectoryData[DirectoryKind]>();

  get<Kind extends DirectoryKind>(kind: Kind, code: string): DirectoryData[Kind] | undefined {
    return this.objects.get(`${kind}/${code}`) as DirectoryData[Kind] | undefined;
  }

  maintenancesOf(station: string): Maintenance[] {
    return [...this.objects.entries()]
      .filter(([key]) => key.startsWith('maintenance/'))
      .map(([, object]) => object as Maintenance)
      .filter((each) => each.station === station);
  }

  apply(changes: readonly Change[]): this {
    for (const { kind, code, object } of changes) this.objects.set(`${kind}/${code}`, object);
    return this;
  }

  contents(): DirectoryContents {
    const contents: Record<string, unknown[]> = {};
    for (const [key, object] of this.objects) (contents[key.slice(0, key.indexOf('/'))] ??= []).push(object);
    return contents as DirectoryContents;
  }
}

function plan(text: string, known: Memory = new Memory(), now = NOW) {
  const { issues, changes, unchanged } = planImport(readDirectoryFile(text, { allowPrivateEndpoints: true }), known, now);
  return {
    issues: issues.map((issue) => `${issue.line} ${pathText(issue.path)} ${messageOf(issue)}`),
    expected: issues.map(({ expected }) => expected),
    changes,
    unchanged,
  };
}

const PARTIES = `
creditorBrokers: [{ code: "66666666666", name: Comune }]
creditorInstitutions: [{ fiscalCode: "66666666666", name: Comune, ibans: [{ iban: IT60X0542811101000000123456 }] }]
stations: [{ code: "66666666666_01", broker: "66666666666", endpoint: "http://a.it/", password: pwdpwdpwd }]
routes: [{ creditorInstitution: "66666666666", station: "66666666666_01", auxDigit: 3, segregationCode: "02" }]
pspBrokers: [{ code: "60000000001", name: Banca }]
psps: [{ code: "60000000001", name: Banca, fiscalCode: "60000000001" }]
channels: [{ code: "60000000001_01", broker: "60000000001", psps: ["60000000001"], password: pwdpwdpwd }]
apiKeys: [{ key: demo-key-ec, party: "66666666666", products: [gpd, aca] }]
maintenances: [{ station: "66666666666_01", start: "2027-03-01T01:00:00+01:00", end: "2027-03-01T03:00:00+01:00" }]
settings: { receiptRetryMax: 3 }
`;
const loaded = (): Memory => new Memory().apply(plan(PARTIES).changes);
const window = (start: string, end: string): string =>
  `{ station: "66666666666_01", start: "2027-03-01T${start}:00+01:00", end: "2027-03-01T${end}:00+01:00" }`;

describe('an import', () => {
  it('creates what is new', () => {
    const { changes, issues } = plan(PARTIES);
    expect(issues).toEqual([]);
    expect(changes).toHaveLength(10);
    expect(changes.every(({ created }) => created)).toBe(true);
  });

  it('leaves alone what is so already', () => {
    expect(plan(PARTIES, loaded(), LATER)).toMatchObject({ issues: [], changes: [], unchanged: 10 });
  });

  it('updates what is different, and only that', () => {
    const { changes, unchanged } = plan(
      PARTIES.replace('name: Banca }', 'name: Banca Nuova }').replace('pwdpwdpwd', 'pwdpwdpwe'),
      loaded(),
      LATER,
    );
    expect(changes.map(({ kind, created }) => [kind, created])).toEqual([
      ['station', false],
      ['pspBroker', false],
    ]);
    expect(unchanged).toBe(8);
  });

  it('finds objects in the file or registered before', () => {
    const station = 'stations: [{ code: "66666666666_02", broker: "66666666666", endpoint: "http://a.it/", password: pwdpwdpwd }]';
    expect(plan(station, loaded()).issues).toEqual([]);
    expect(plan(station)).toMatchObject({
      issues: ['1 stations[0].broker is "66666666666", which is not known'],
      expected: ['a code of creditorBrokers, in this file or registered before'],
      changes: [],
      unchanged: 0,
    });
  });

  it('names every reference that leads nowhere', () => {
    const text = [
      'routes:',
      '  - { creditorInstitution: "66666666666", station: s_01, auxDigit: 1 }',
      'channels:',
      '  - { code: c_01, broker: b, psps: [p, "q"], password: pwdpwdpwd }',
      'apiKeys:',
      '  - { key: demo-key-ec, party: x, products: [aca] }',
      'maintenances:',
      '  - { station: s_01, start: "2027-03-01T01:00:00Z", end: "2027-03-01T02:00:00Z" }',
    ].join('\n');
    expect(plan(text).issues).toEqual([
      '2 routes[0].creditorInstitution is "66666666666", which is not known',
      '2 routes[0].station is "s_01", which is not known',
      '4 channels[0].broker is "b", which is not known',
      '4 channels[0].psps[0] is "p", which is not known',
      '4 channels[0].psps[1] is "q", which is not known',
      '6 apiKeys[0].party is "x", which is not known',
      '8 maintenances[0].station is "s_01", which is not known',
    ]);
  });

  it('does not blame who refers to an object that the file describes badly', () => {
    const text =
      'pspBrokers: [{ code: b, name: "" }]\npsps: [{ code: p, name: P, fiscalCode: x }]\nchannels: [{ code: c, broker: b, psps: [p], password: pwdpwdpwd }]';
    expect(plan(text).issues).toEqual(['1 pspBrokers[0].name is ""', '2 psps[0].fiscalCode is "x"']);
  });

  it('refuses an object that is described twice, whatever it says', () => {
    const text =
      'pspBrokers:\n  - { code: b, name: B }\n  - { code: b, name: B }\nroutes:\n  - { creditorInstitution: "66666666666", station: "66666666666_01", auxDigit: 1 }\n  - { creditorInstitution: "66666666666", station: "66666666666_01", auxDigit: 1, aca: true }';
    expect(plan(text, loaded()).issues).toEqual([
      '3 pspBrokers[1] is a broker of PSPs that line 2 describes already',
      '6 routes[1] is a route that line 5 describes already',
    ]);
  });

  it('asks for a password of what is new, and keeps the one there is', () => {
    const text = PARTIES.replaceAll(', password: pwdpwdpwd', '');
    expect(plan(text)).toMatchObject({
      issues: ['4 stations[0].password is missing', '8 channels[0].password is missing'],
      expected: [
        expect.stringContaining('because a station of this code is not registered yet'),
        expect.stringContaining('because a channel'),
      ],
    });
    expect(plan(text, loaded(), LATER)).toMatchObject({ issues: [], changes: [], unchanged: 10 });
  });

  it('puts the issues in the order of lines', () => {
    const text = 'channels: [{ code: c, broker: b, psps: [p], password: pwdpwdpwd }]\npspBrokers: [{ code: x }]';
    expect(plan(text).issues.map((issue) => issue[0])).toEqual(['1', '1', '2']);
  });
});

describe('maintenance windows of an import', () => {
  it('do not overlap in the file', () => {
    expect(plan(`maintenances:\n  - ${window('05:00', '07:00')}\n  - ${window('06:00', '08:00')}`, loaded())).toMatchObject({
      issues: [
        '3 maintenances[1].start is a window that overlaps the one of line 2 (2027-03-01T04:00:00.000Z to 2027-03-01T06:00:00.000Z)',
      ],
    });
  });

  it('do not overlap those registered before', () => {
    expect(plan(`maintenances:\n  - ${window('02:00', '04:00')}`, loaded()).issues).toEqual([
      '2 maintenances[0].start is a window that overlaps the one registered before (2027-03-01T00:00:00.000Z to 2027-03-01T02:00:00.000Z)',
    ]);
    expect(plan(`maintenances:\n  - ${window('03:00', '04:00')}`, loaded()).issues).toEqual([]);
  });

  it('take the place of the window with the same start, before any other is looked at', () => {
    const text = `maintenances:\n  - ${window('02:00', '04:00')}\n  - ${window('01:00', '02:00')}`;
    const { issues, changes } = plan(text, loaded());
    expect(issues).toEqual([]);
    expect(changes.map(({ created }) => created)).toEqual([true, false]);
  });
});

describe('an export', () => {
  it('changes nothing when it is imported again, and makes the same directory elsewhere', () => {
    const text = writeDirectoryFile(loaded().contents());
    expect(plan(text, loaded(), LATER)).toMatchObject({ issues: [], changes: [], unchanged: 10 });
    const elsewhere = new Memory().apply(plan(text, new Memory(), LATER).changes);
    expect(Object.fromEntries(elsewhere.objects)).toEqual(Object.fromEntries(loaded().objects));
  });

  it('holds no secret, and one line for each object', () => {
    const text = writeDirectoryFile(loaded().contents());
    expect(text).not.toMatch(/pwdpwdpwd|demo-key-ec/);
    expect(text.trimEnd().split('\n')).toHaveLength(19);
  });

  it('of an empty directory is an empty map', () => {
    expect(plan(writeDirectoryFile({}))).toMatchObject({ issues: [], changes: [] });
    expect(plan(writeDirectoryFile({ psp: [] }))).toMatchObject({ issues: [], changes: [] });
  });

  it('of one object is a line without its secret', () => {
    const psp = { code: '60000000001', name: 'Banca', fiscalCode: '60000000001', enabled: true };
    expect(writeObject('psp', psp)).toBe('{ code: "60000000001", name: "Banca", fiscalCode: "60000000001", enabled: true }');
    const [, , station, , , , channel, apiKey] = plan(PARTIES).changes;
    for (const change of [station, channel, apiKey]) {
      const line = writeObject(change!.kind, change!.object);
      expect(line).not.toMatch(/password|key:|[0-9a-f]{64}/);
      expect(line).toMatch(/^\{ .* \}$/);
    }
  });
});
