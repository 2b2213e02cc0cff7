import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedIssuer, type Principal } from '@nodo-aperto/kernel/auth';
import { openDatabase } from '@nodo-aperto/kernel/database';
import { createHttpService, type HttpService } from '@nodo-aperto/kernel/http';
import { type Hosting, hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { freePort, testDatabaseUrl, testLogger } from '@nodo-aperto/kernel/testing';
import { DAY, realClock } from '@nodo-aperto/kernel/time';
import { onboarding, type OnboardingServices } from '@nodo-aperto/onboarding';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Foundation, layFoundation } from '../src/foundation.ts';
import { hostOptions } from '../src/host-options.ts';
import { type Identity, openIdentity } from '../src/identity/index.ts';
import { openStateStore } from '../src/identity/state-store.ts';

const CREDITOR = '77777777777';
const MARIO = 'RSSMRA80A01H501U';
const OPERATOR: Principal = { subject: 'test', role: 'OPERATOR', expiresAt: Number.MAX_SAFE_INTEGER };
const VERIFIER = 'a'.repeat(43);

let folder: string;
let databaseUrl: string;
let foundation: Foundation;
let hosting: Hosting;
let services: OnboardingServices;
let http: HttpService;
let identity: Identity;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodo-identity-'));
  databaseUrl = await testDatabaseUrl();
  foundation = await layFoundation({ service: 'test', folder, testClock: true });
  hosting = await hostSubgraphs([onboarding], { ...(await hostOptions(foundation)), databaseUrl, poolSize: 4 });
  const [hosted] = hosting.subgraphs;
  services = hosted!.context(undefined, { id: 'test' }).services as OnboardingServices;
  http = createHttpService({ log: testLogger(), random: foundation.random });
  const port = await freePort();
  identity = await openIdentity({ foundation, databaseUrl, onboarding: hosted!, url: `http://127.0.0.1:${port}/identity` });
  await identity.register(http.app);
  await http.listen({ host: '127.0.0.1', port });
});
afterAll(async () => {
  await http?.close();
  await identity?.stop();
  await hosting?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A browser without a screen: keeps cookies by path, follows nothing by itself. */
class Cookies {
  readonly #kept = new Map<string, { value: string; path: string }>();

  async send(address: string, form?: Record<string, string>): Promise<Response> {
    const url = new URL(address, identity.url);
    const fitting = [...this.#kept].filter(([, { path, value }]) => value !== '' && url.pathname.startsWith(path));
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: fitting.map(([name, { value }]) => `${name.split(' ')[0]}=${value}`).join('; '), 'accept-language': 'en' },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /path=([^;]+)/.exec(line)?.[1] ?? '/';
      this.#kept.set(`${name} ${path}`, { value, path });
    }
    return response;
  }
}

const REDIRECT = 'http://127.0.0.1:9/callback';
const authorize = () =>
  `${identity.url}/auth?${new URLSearchParams({
    client_id: 'nodo-aperto-native',
    response_type: 'code',
    scope: 'openid profile email platform',
    redirect_uri: REDIRECT,
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
  })}`;

const location = (response: Response): string => response.headers.get('location') ?? '';
const exchange = (form: Record<string, string>) =>
  fetch(`${identity.url}/token`, { method: 'POST', body: new URLSearchParams({ client_id: 'nodo-aperto-native', ...form }) });

async function logIn(party: string): Promise<{ access_token: string; refresh_token: string }> {
  const browser = new Cookies();
  const login = location(await browser.send(authorize()));
  const resumed = location(await browser.send(`${login}/party`, { identity: MARIO, party }));
  const code = new URL(location(await browser.send(resumed))).searchParams.get('code') ?? '';
  const response = await exchange({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: VERIFIER });
  expect(response.status).toBe(200);
  return (await response.json()) as never;
}

describe('tokens of the identity provider', () => {
  it('live in platform time: also after the clock was moved they are valid for an hour, and no longer', async () => {
    const verifier = await foundation.verifier(identity.url);
    foundation.testClock!.advance(10 * DAY);
    const { access_token: token } = await logIn('');
    const principal = await verifier.verify(token);
    expect(principal).toMatchObject({ role: 'CITIZEN', fiscalCode: MARIO, name: 'Mario Rossi' });
    expect(Math.abs(principal.expiresAt - foundation.clock.now() - 3_600_000)).toBeLessThan(60_000);
    foundation.testClock!.advance(3_700_000);
    await expect(verifier.verify(token)).rejects.toThrow('The access token has expired.');
  });

  it('outlive a moved clock when the command line made them, in a process that knows nothing of it, but not their own hours', async () => {
    const verifier = await foundation.verifier(identity.url);
    const elsewhere = await embeddedIssuer({ folder: foundation.folder, clock: realClock(), random: foundation.random });
    const printed = await elsewhere.issue({ role: 'PSP', tenant: '60000000001' });
    await verifier.verify(printed);
    foundation.testClock!.advance(40 * DAY);
    expect(await verifier.verify(printed)).toMatchObject({ role: 'PSP', tenant: '60000000001' });
    expect((await verifier.verify(printed)).expiresAt).toBeGreaterThan(foundation.clock.now());
    const ended = await elsewhere.issue({ role: 'PSP', tenant: '60000000001', lifetimeMs: -60_000 });
    await expect(verifier.verify(ended)).rejects.toThrow('The access token has expired.');
  });

  it('are accepted beside those of the command line, and by nobody who knows another issuer', async () => {
    const { access_token: token } = await logIn('');
    const printed = await (await foundation.issuer()).issue({ role: 'EC', tenant: CREDITOR });
    const verifier = await foundation.verifier(identity.url);
    expect((await verifier.verify(printed)).tenant).toBe(CREDITOR);
    await expect((await foundation.verifier('https://other.example/identity')).verify(token)).rejects.toThrow('claim "iss"');
  });

  it('end with the relationship: who is suspended gets no new ones, by login or by refresh', async () => {
    const person = { fiscalCode: MARIO, name: 'Mario', familyName: 'Rossi', email: 'a@example.it', role: 'MANAGER' as const };
    const user = await services.users.appoint(OPERATOR, { ...person, institution: { role: 'EC', code: CREDITOR } });
    const tokens = await logIn(`EC/${CREDITOR}`);
    expect(await (await foundation.verifier(identity.url)).verify(tokens.access_token)).toMatchObject({
      role: 'EC',
      tenant: CREDITOR,
      fiscalCode: MARIO,
    });
    await services.users.setState(OPERATOR, user.id, 'SUSPENDED', user.revision);
    const refreshed = await exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect([refreshed.status, ((await refreshed.json()) as { error: string }).error]).toEqual([400, 'invalid_grant']);
    const browser = new Cookies();
    const login = location(await browser.send(authorize()));
    const refused = await browser.send(`${login}/party`, { identity: MARIO, party: `EC/${CREDITOR}` });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('Mario Rossi is no active user of EC 77777777777.');
  });
});

describe('a login', () => {
  it.each([
    [
      'an identity that is not on the page',
      { identity: 'GRVMRA80A01H501X', party: '' },
      'The identity is not one of those that can be chosen.',
    ],
    ['no identity', { party: '' }, 'The identity is not one of those that can be chosen.'],
    ['an institution of others', { identity: MARIO, party: 'PSP/60000000001' }, 'no active user of PSP 60000000001'],
    ['a form that is too long', { identity: 'x'.repeat(5_000) }, 'larger than 4096 bytes'],
  ])('with %s is refused', async (_name, form, sentence) => {
    const browser = new Cookies();
    const login = location(await browser.send(authorize()));
    const response = await browser.send(`${login}/party`, form as Record<string, string>);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(sentence);
  });

  it('belongs to the browser that began it', async () => {
    const login = location(await new Cookies().send(authorize()));
    const other = await new Cookies().send(`${login}/party`, { identity: MARIO, party: '' });
    expect(other.status).toBe(400);
  });

  it('is not confirmed before it has happened', async () => {
    const browser = new Cookies();
    const login = location(await browser.send(authorize()));
    expect(await (await browser.send(`${login}/confirm`, {})).text()).toContain('There is nothing to confirm');
  });
});

describe('what the provider remembers', () => {
  it('is found until it ends, and what is as good as a password is kept as a digest', async () => {
    const store = await openStateStore({ databaseUrl, log: testLogger(), clock: realClock() });
    const adapter = store.adapter('RefreshToken');
    await adapter.upsert('the-token', { jti: 'the-token', grantId: 'g', accountId: MARIO }, 60);
    await adapter.upsert('ended', { jti: 'ended' }, -60);
    expect(await adapter.find('the-token')).toMatchObject({ jti: 'the-token', accountId: MARIO });
    expect(await adapter.find('ended')).toBeUndefined();
    const database = await openDatabase({
      url: databaseUrl,
      schema: 'identity',
      entities: [],
      migrations: [],
      log: testLogger(),
      clock: realClock(),
    });
    const rows = await database.query(`select * from oidc_state where model = 'RefreshToken' and grant_id = 'g'`);
    expect(JSON.stringify(rows)).not.toContain('the-token');
    await database.close();
    await adapter.consume('the-token');
    expect((await adapter.find('the-token'))?.consumed).toBeGreaterThan(0);
    expect(await store.cleanUp()).toBeGreaterThanOrEqual(1);
    await adapter.revokeByGrantId('g');
    expect(await adapter.find('the-token')).toBeUndefined();
    await store.stop();
  });
});
