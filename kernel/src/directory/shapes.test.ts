import { describe, expect, it } from 'vitest';
import { apiKeyHash, DEFAULT_SETTINGS, DIRECTORY_KINDS, directoryChangeShape, parentOf, routeCodeOf, settingsShape } from './shapes.ts';

const ROUTE = { creditorInstitution: '66666666666', station: '66666666666_01', auxDigit: 3, broadcast: false, aca: true, standIn: true };

describe('directory shapes', () => {
  it('have a kind of change for each kind of entry', () => {
    expect(directoryChangeShape.options.map((option) => option.shape.kind.value).sort()).toEqual([...DIRECTORY_KINDS].sort());
  });

  it('accept the default settings', () => {
    expect(settingsShape.parse(DEFAULT_SETTINGS)).toEqual(DEFAULT_SETTINGS);
  });

  it('know an API key by its hash', () => {
    expect(apiKeyHash('demo-key-ec')).toBe('3356ab30df801c06ad509913c9d009b2533cc082c6a2b757273a441371e53701');
    expect(apiKeyHash('demo-key-ec')).not.toBe(apiKeyHash('demo-key-psp'));
  });

  it('tell routes of one creditor apart', () => {
    expect(routeCodeOf({ ...ROUTE, segregationCode: '02' })).toBe('66666666666/3-02');
    expect(routeCodeOf({ ...ROUTE, auxDigit: 0, applicationCode: '01' })).toBe('66666666666/0-01');
    expect(routeCodeOf({ ...ROUTE, auxDigit: 1 })).toBe('66666666666/1');
  });

  it('know what each entry belongs to', () => {
    expect(parentOf('route', ROUTE)).toBe('66666666666');
    expect(parentOf('maintenance', { station: 's', start: '', end: '', standIn: true })).toBe('s');
    expect(parentOf('apiKey', { hash: '', party: 'p', products: [] })).toBe('p');
    expect(parentOf('psp', { code: 'p', name: 'n', fiscalCode: 'f', enabled: true })).toBeUndefined();
  });
});
