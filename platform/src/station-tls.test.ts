import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authority, clientCertificate, clientKey, serverKey } from '../../kernel/test/soap-tls-fixture.ts';
import { CommandError } from './failure.ts';
import { readStationTls } from './station-tls.ts';

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodo-tls-'));
  const files = { 'ca.pem': authority, 'client.pem': clientCertificate, 'client.key': clientKey, 'other.key': serverKey, empty: '' };
  for (const [name, text] of Object.entries(files)) await writeFile(file(name), text);
  await writeFile(file('broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('TLS towards stations', () => {
  it('is that of the system when nothing is configured', async () => {
    expect(await readStationTls({})).toBeUndefined();
  });

  it('has the texts of the files', async () => {
    expect(await readStationTls({ STATION_CA_FILE: file('ca.pem') })).toEqual({ ca: authority });
    const all = { STATION_CA_FILE: file('ca.pem'), STATION_CERTIFICATE_FILE: file('client.pem'), STATION_KEY_FILE: file('client.key') };
    expect(await readStationTls(all)).toEqual({ ca: authority, certificate: clientCertificate, key: clientKey });
  });

  it.each([
    ['STATION_CA_FILE, ', { STATION_CA_FILE: 'absent' }],
    ['holds no certificate', { STATION_CA_FILE: 'empty' }],
    ['STATION_CA_FILE holds a certificate that cannot be read', { STATION_CA_FILE: 'broken.pem' }],
    ['go together', { STATION_CERTIFICATE_FILE: 'client.pem' }],
    ['go together', { STATION_KEY_FILE: 'client.key' }],
    ['holds no private key', { STATION_CERTIFICATE_FILE: 'client.pem', STATION_KEY_FILE: 'client.pem' }],
    ['do not belong together', { STATION_CERTIFICATE_FILE: 'client.pem', STATION_KEY_FILE: 'other.key' }],
  ])('says what is wrong: %s', async (complaint, names) => {
    const variables = Object.fromEntries(Object.entries(names).map(([name, value]) => [name, file(value)]));
    const reading = readStationTls(variables);
    await expect(reading).rejects.toThrow(CommandError);
    await expect(reading).rejects.toThrow(complaint);
  });
});
