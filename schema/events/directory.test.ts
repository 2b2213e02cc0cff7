import { describe, expect, it } from 'vitest';
import { type DirectoryChange, directoryEntryChanged } from './directory.ts';

const STATION = '66666666666_01';
const audienceOf = (kind: string, code: string, data: object): readonly string[] =>
  directoryEntryChanged.audience({ kind, code, revision: 1, deleted: false, validFrom: '2026-03-02T09:00:00Z', data } as DirectoryChange);

describe('directory.entry-changed', () => {
  it('may be seen by the parties whose entry it is; keys and settings by operators only', () => {
    expect(audienceOf('creditorBroker', 'b', {})).toEqual(['BROKER:b', 'EC:b']);
    expect(audienceOf('creditorInstitution', '66666666666', { fiscalCode: '66666666666' })).toEqual(['EC:66666666666']);
    expect(audienceOf('station', STATION, { broker: '66666666666' })).toEqual(['BROKER:66666666666', 'EC:66666666666']);
    expect(audienceOf('maintenance', 'm', { station: STATION })).toEqual(['BROKER:66666666666', 'EC:66666666666']);
    expect(audienceOf('maintenance', 'm', { station: 'named-otherwise' })).toEqual([]);
    expect(audienceOf('route', 'r', { creditorInstitution: '66666666666' })).toEqual(['EC:66666666666']);
    expect(audienceOf('pspBroker', 'p', {})).toEqual(['BROKER:p', 'PSP:p']);
    expect(audienceOf('psp', 'p', {})).toEqual(['PSP:p']);
    expect(audienceOf('channel', 'c', { broker: 'b', psps: ['p', 'q'] })).toEqual(['BROKER:b', 'PSP:p', 'PSP:q']);
    expect(audienceOf('apiKey', 'k', {})).toEqual([]);
    expect(audienceOf('delegation', 'd', { creditorInstitution: '66666666666', partner: 'b' })).toEqual(['EC:66666666666', 'BROKER:b']);
    expect(audienceOf('settings', 'platform', {})).toEqual([]);
  });

  it('is about one entry, whose revision it carries', () => {
    const change = { kind: 'psp', code: 'p', revision: 7 } as DirectoryChange;
    expect(directoryEntryChanged.entityKey(change)).toBe('psp:p');
    expect(directoryEntryChanged.revision(change)).toBe(7);
  });

  it('refuses data of another kind', () => {
    const psp = { code: 'p', name: 'Banca di Prova', fiscalCode: '60000000001', enabled: true };
    const change = { kind: 'psp', code: 'p', revision: 1, deleted: false, validFrom: '2026-03-02T09:00:00Z', data: psp };
    expect(directoryEntryChanged.schema.safeParse(change).success).toBe(true);
    expect(directoryEntryChanged.schema.safeParse({ ...change, kind: 'station' }).success).toBe(false);
    expect(directoryEntryChanged.schema.safeParse({ ...change, revision: 0 }).success).toBe(false);
  });
});
