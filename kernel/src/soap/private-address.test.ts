import { describe, expect, it } from 'vitest';
import { isPrivateAddress } from './private-address.ts';

describe('addresses that only the own network can reach', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.0.8',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '[::1]',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '[::ffff:7f00:1]',
    '::ffff:10.1.2.3',
    '64:ff9b::7f00:1',
    '64:ff9b::c0a8:101',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    'localhost',
    'LOCALHOST',
    'app.localhost',
    'localhost.',
    'printer.local',
    'metadata.google.internal',
    'database',
    '',
  ])('refuses %j', (host) => {
    expect(isPrivateAddress(host)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '100.128.0.1',
    '192.0.1.1',
    '2a00:1450:4002:400::2004',
    '[2a00:1450:4002:400::2004]',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
    'station.example.it',
    'localhost.example.it',
    'nonlocalhost.it',
  ])('lets %j pass', (host) => {
    expect(isPrivateAddress(host)).toBe(false);
  });

  it('agrees with how the URL parser writes disguised addresses', () => {
    for (const url of ['http://2130706433/', 'http://0x7f.1/', 'http://0177.0.0.1/', 'http://[::ffff:127.0.0.1]/', 'http://①②⑦.0.0.1/']) {
      expect(isPrivateAddress(new URL(url).hostname)).toBe(true);
    }
  });
});
