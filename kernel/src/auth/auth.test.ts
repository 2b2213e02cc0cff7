import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ForbiddenError, UnauthenticatedError } from '../faults/index.ts';
import { cryptographicStream } from '../random/index.ts';
import { type ManualClock, manualClock } from '../time/index.ts';
import {
  audienceOf,
  bearerToken,
  embeddedIssuer,
  ownsTenant,
  type Principal,
  principalSealer,
  requireRole,
  type TokenIssuer,
  tokenVerifier,
} from './index.ts';

const START = 1_790_000_000_000;
let clock: ManualClock;
let folder: string;
let issuer: TokenIssuer;
const verifierOf = (of: TokenIssuer) => tokenVerifier({ jwks: of.jwks(), issuer: of.issuer, audience: of.audience, clock, cacheSize: 2 });

beforeEach(async () => {
  clock = manualClock(START);
  folder = await mkdtemp(join(tmpdir(), 'nodo-issuer-'));
  issuer = await embeddedIssuer({ folder, clock, random: cryptographicStream() });
});

describe('embedded issuer and verifier', () => {
  it('signs a token that the verifier turns into the principal', async () => {
    const token = await issuer.issue({ role: 'PSP', tenant: '60000000001', name: 'Banca di Prova' });
    const principal = await verifierOf(issuer).verify(token);
    expect(principal).toEqual({
      subject: '60000000001',
      role: 'PSP',
      tenant: '60000000001',
      name: 'Banca di Prova',
      expiresAt: START + 8 * 3_600_000,
    });
  });

  it('keeps its key: a second issuer over the same folder verifies the first one’s tokens; the file is private', async () => {
    const token = await issuer.issue({ role: 'OPERATOR' });
    const again = await embeddedIssuer({ folder, clock, random: cryptographicStream() });
    await expect(verifierOf(again).verify(token)).resolves.toMatchObject({ role: 'OPERATOR' });
    expect((await stat(join(folder, 'issuer.jwk.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(again.jwks())).not.toContain(JSON.parse(await readFile(join(folder, 'issuer.jwk.json'), 'utf8')).d);
  });

  it('refuses an expired token, also one that it has seen before', async () => {
    const verifier = verifierOf(issuer);
    const token = await issuer.issue({ role: 'OPERATOR', lifetimeMs: 60_000 });
    await verifier.verify(token);
    await clock.advance(60_001);
    await expect(verifier.verify(token)).rejects.toThrow('expired');
    await expect(verifierOf(issuer).verify(token)).rejects.toThrow('expired');
  });

  it('refuses a token of another key, a changed one, and one that is not a token', async () => {
    const other = await embeddedIssuer({ folder: await mkdtemp(join(tmpdir(), 'nodo-issuer-')), clock, random: cryptographicStream() });
    const token = await other.issue({ role: 'OPERATOR' });
    await expect(verifierOf(issuer).verify(token)).rejects.toThrow(UnauthenticatedError);
    const [head, , signature] = (await issuer.issue({ role: 'CITIZEN', fiscalCode: 'RSSMRA80A01H501U' })).split('.');
    const forged = Buffer.from(JSON.stringify({ role: 'OPERATOR', sub: 'x', exp: 9_999_999_999 })).toString('base64url');
    await expect(verifierOf(issuer).verify(`${head}.${forged}.${signature}`)).rejects.toThrow(UnauthenticatedError);
    await expect(verifierOf(issuer).verify('not-a-token')).rejects.toThrow(UnauthenticatedError);
    await expect(verifierOf(issuer).verify('x'.repeat(9_000))).rejects.toThrow('longer than');
  });

  it('names the file when the key cannot be read', async () => {
    await writeFile(join(folder, 'issuer.jwk.json'), 'garbage');
    await expect(embeddedIssuer({ folder, clock, random: cryptographicStream() })).rejects.toThrow(/issuer\.jwk\.json cannot be used/);
  });

  it.each([
    [{ role: 'CITIZEN' as const }, 'fiscal code'],
    [{ role: 'EC' as const }, 'tenant'],
    [{ role: 'PARTNER' as const }, 'tenant'],
  ])('does not issue a token without its party: %o', (claims, word) => {
    expect(() => issuer.issue(claims)).toThrow(word);
  });
});

describe('bearer header', () => {
  it('is read, absent, or refused', () => {
    expect(bearerToken('Bearer abc.def')).toBe('abc.def');
    expect(bearerToken(undefined)).toBeUndefined();
    for (const bad of ['', 'Bearer ', 'Basic abc', 'Bearer a b']) expect(() => bearerToken(bad)).toThrow(UnauthenticatedError);
  });
});

describe('sealed principal', () => {
  const principal: Principal = { subject: 's', role: 'EC', tenant: '77777777777', expiresAt: START + 1000 };

  it('opens what it sealed, for thirty seconds', async () => {
    const sealer = principalSealer({ secret: 'x'.repeat(32), clock });
    const sealed = sealer.seal(principal);
    expect(sealer.open(sealed)).toEqual(principal);
    expect(sealer.open(sealer.seal(undefined))).toBeUndefined();
    await clock.advance(30_001);
    expect(() => sealer.open(sealed)).toThrow('older than 30 seconds');
  });

  it('refuses absence, change, and the seal of another secret', () => {
    const sealer = principalSealer({ secret: 'x'.repeat(32), clock });
    const sealed = sealer.seal(principal);
    const [, signature] = sealed.split('.');
    const changed = Buffer.from(JSON.stringify({ sealedAt: START, principal: { ...principal, role: 'OPERATOR' } })).toString('base64url');
    for (const bad of [
      undefined,
      '',
      'a.b',
      `${changed}.${signature}`,
      principalSealer({ secret: 'y'.repeat(32), clock }).seal(principal),
    ]) {
      expect(() => sealer.open(bad)).toThrow(UnauthenticatedError);
    }
    expect(() => principalSealer({ secret: 'short', clock })).toThrow('32 characters');
  });
});

describe('roles and tenants', () => {
  const ec: Principal = { subject: 's', role: 'EC', tenant: '77777777777', expiresAt: 0 };
  const citizen: Principal = { subject: 's', role: 'CITIZEN', fiscalCode: 'RSSMRA80A01H501U', expiresAt: 0 };
  const operator: Principal = { subject: 's', role: 'OPERATOR', expiresAt: 0 };

  it('requires one of the roles', () => {
    expect(requireRole(ec, 'PSP', 'EC')).toBe(ec);
    expect(() => requireRole(ec, 'PSP')).toThrow(ForbiddenError);
    expect(() => requireRole(undefined, 'PSP')).toThrow(UnauthenticatedError);
  });

  it('sees its own tenant only, unless it is the operator', () => {
    expect(ownsTenant(ec, '77777777777')).toBe(true);
    expect(ownsTenant(ec, '88888888888', undefined)).toBe(false);
    expect(ownsTenant({ ...ec, tenant: undefined }, undefined)).toBe(false);
    expect(ownsTenant(citizen, 'RSSMRA80A01H501U')).toBe(true);
    expect(ownsTenant({ ...citizen, fiscalCode: undefined }, undefined)).toBe(false);
    expect(ownsTenant(operator, 'anything')).toBe(true);
    expect(ownsTenant(undefined, 'anything')).toBe(false);
  });

  it('is addressed by events under its own key', () => {
    expect(audienceOf(ec)).toEqual(['EC:77777777777']);
    expect(audienceOf({ ...ec, role: 'PARTNER' })).toEqual(['BROKER:77777777777']);
    expect(audienceOf(citizen)).toEqual(['CITIZEN:RSSMRA80A01H501U']);
    expect(audienceOf({ ...citizen, fiscalCode: undefined })).toEqual([]);
    expect(audienceOf(operator)).toBeUndefined();
  });
});
