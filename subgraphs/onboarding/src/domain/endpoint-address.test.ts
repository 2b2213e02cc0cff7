import { describe, expect, it } from 'vitest';
import { endpointParser } from './endpoint-address.ts';

const strict = endpointParser(false);
const development = endpointParser(true);

describe('endpoints of stations', () => {
  it.each(['https://station.example.it/pa', 'http://station.example.it:8080/pa?x=1', 'https://8.8.8.8/'])('%s is right', (url) => {
    expect(strict(url)).toEqual({ ok: true, value: url });
  });

  it.each([
    ['ftp://station.example.it/', 'an http or https URL'],
    ['file:///etc/passwd', 'an http or https URL'],
    ['station.example.it', 'an http or https URL'],
    ['', 'an http or https URL'],
    [12, 'an http or https URL'],
    ['https://a.it/\u0000', 'an http or https URL'],
    [' https://a.it/', 'an http or https URL'],
    [`https://a.it/${'x'.repeat(255)}`, 'an http or https URL of at most 255 characters'],
    ['https://user:secret@a.it/', 'without user and password'],
    ['https://user@a.it/', 'without user and password'],
    ['https://:secret@a.it/', 'without user and password'],
    ['https://a.it/#x', 'without a fragment'],
  ])('%s is wrong everywhere: %s', (url, expected) => {
    for (const parse of [strict, development]) {
      expect(parse(url)).toEqual({ ok: false, expected: expect.stringContaining(expected) });
    }
  });

  it.each([
    'http://127.0.0.1:8089/pa-for-node',
    'http://localhost/',
    'https://10.0.0.1/',
    'http://[::1]/',
    'http://169.254.169.254/latest',
    'http://2130706433/',
  ])('%s is for development only', (url) => {
    expect(strict(url)).toEqual({ ok: false, expected: expect.stringContaining('loopback, link-local or private') });
    expect(development(url)).toEqual({ ok: true, value: url });
  });
});
