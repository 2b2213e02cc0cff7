import { describe, expect, it } from 'vitest';
import { creditorsAt, parseHost } from './creditors-at.ts';

const url = 'http://proxy:8080';

describe('where the creditors are', () => {
  it('is left to the fleet when nothing was typed', () => {
    expect(creditorsAt({})).toBeUndefined();
    expect(creditorsAt({ url })).toBeUndefined();
  });

  it('is where they listen, unless the platform knows them by another name', () => {
    expect(creditorsAt({ url, listen: '192.0.2.7' })).toEqual({ host: '192.0.2.7', advertisedHost: '192.0.2.7' });
    expect(creditorsAt({ url, listen: '0.0.0.0', advertise: 'simulator' })).toEqual({ host: '0.0.0.0', advertisedHost: 'simulator' });
    expect(creditorsAt({ url, advertise: 'tunnel' })).toEqual({ host: '127.0.0.1', advertisedHost: 'tunnel' });
  });

  it.each(['0.0.0.0', '::'])('must be a place that can be called, which %s is not', (listen) => {
    expect(() => creditorsAt({ url, listen })).toThrow('say with --advertise by which name or address');
  });

  it('is for a platform that is there already', () => {
    expect(() => creditorsAt({ listen: '0.0.0.0', advertise: 'simulator' })).toThrow('name it with --url');
  });
});

describe('a host', () => {
  it.each(['simulator', 'creditors.example.it', 'node_1', '192.0.2.7', '::1', 'fd00::7', 'a'.repeat(63)])('can be %s', (text) => {
    expect(parseHost(text)).toBe(text);
  });

  it.each([
    '',
    'simulator:80',
    'http://simulator',
    '-a',
    'a-',
    'a..b',
    '300.1.1.1',
    '1.2.3',
    'a b',
    '[::1]',
    'è.it',
    'a'.repeat(64),
    `${'a.'.repeat(130)}it`,
  ])('cannot be "%s"', (text) => {
    expect(() => parseHost(text)).toThrow('without a port');
  });
});
