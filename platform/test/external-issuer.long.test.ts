/** Another identity provider in the place of the embedded one, by configuration: its issuer, audience, keys, and names of claims. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenVerifier } from '@nodo-aperto/kernel/auth';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { layFoundation } from '../src/foundation.ts';

const ISSUER = 'https://accesso.example.it';
const AUDIENCE = 'nodo-aperto';
const FISCAL_CODE = 'RSSMRA80A01H501U';

let server: Server;
let folder: string;
let key: CryptoKey;
let jwksUrl: string;
beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] });
  server = createServer((_request, response) => void response.setHeader('content-type', 'application/json').end(jwks));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  folder = await mkdtemp(join(tmpdir(), 'nodo-external-'));
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

async function verifier(environment: Record<string, string> = {}): Promise<TokenVerifier> {
  const all = { NODO_OIDC_ISSUER: ISSUER, NODO_OIDC_AUDIENCE: AUDIENCE, NODO_OIDC_JWKS_URL: jwksUrl, ...environment };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  return (await layFoundation({ service: 'test', folder })).verifier('http://127.0.0.1/identity');
}

const issue = (claims: Record<string, unknown>, { issuer = ISSUER, audience = AUDIENCE, life = '5m' } = {}): Promise<string> =>
  new SignJWT({ sub: 'person-1', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(life)
    .sign(key);

describe('an external issuer', () => {
  it('tells who calls, in its own words', async () => {
    const { verify } = await verifier({
      NODO_OIDC_ROLE_CLAIM: 'organization.role',
      NODO_OIDC_ROLES: 'admin=EC,admin-psp=PSP',
      NODO_OIDC_TENANT_CLAIM: 'organization.fiscal_code',
      NODO_OIDC_FISCAL_CODE_CLAIM: 'fiscal_number',
    });
    const token = await issue({ organization: { role: 'admin', fiscal_code: '77777777777' }, fiscal_number: `TINIT-${FISCAL_CODE}` });
    await expect(verify(token)).resolves.toMatchObject({ role: 'EC', tenant: '77777777777', fiscalCode: FISCAL_CODE });
    await expect(verify(await issue({ organization: { role: 'guest' } }))).rejects.toThrow('lacks a valid claim');
  });

  it('is the only one whose tokens are taken, for this platform and while they last', async () => {
    const { verify } = await verifier();
    const citizen = { role: 'CITIZEN', fiscal_code: FISCAL_CODE };
    await expect(verify(await issue(citizen))).resolves.toMatchObject({ role: 'CITIZEN' });
    await expect(verify(await issue(citizen, { issuer: 'https://evil.example' }))).rejects.toThrow('claim "iss"');
    await expect(verify(await issue(citizen, { audience: 'another' }))).rejects.toThrow('claim "aud"');
    await expect(verify(await issue(citizen, { life: '-1m' }))).rejects.toThrow('expired');
    const forged = await new SignJWT({ sub: 'x', ...citizen })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode('the public key is no secret at all'));
    await expect(verify(forged)).rejects.toThrow('not valid');
    vi.unstubAllEnvs();
    const printed = await (await layFoundation({ service: 'test', folder })).issuer();
    await expect(verify(await printed.issue({ role: 'OPERATOR' }))).rejects.toThrow();
  });

  it('is configured whole or not at all', async () => {
    await expect(verifier({ NODO_OIDC_AUDIENCE: '' })).rejects.toThrow('set all three, or none');
  });
});
