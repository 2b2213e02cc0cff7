/** Logging in with a real browser: identity, institution, tokens, what they open, refresh, logout; and the software of an institution. */
import type { Browser, Page } from 'playwright-core';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openBrowser } from '../support/chromium.ts';
import { until } from '@nodo-aperto/kernel/testing';
import { ask, send } from '../support/graphql-client.ts';
import { dataFolder, type PlatformProcess, spawnPlatform, startPlatform } from '../support/platform-process.ts';
import { openRelyingParty, type RelyingParty, type Tokens } from './relying-party.ts';

const CREDITOR = '77777777777';
const MARIO = 'RSSMRA80A01H501U';
const LUIGI = 'VRDLGU75C10F205J';

const DIRECTORY = `
creditorBrokers: [{ code: "${CREDITOR}", name: Comune di Prova }]
creditorInstitutions: [{ fiscalCode: "${CREDITOR}", name: Comune di Prova }]
`;
const APPOINT = `mutation ($input: AppointUserInput!) { appointUser(input: $input) { id revision state } }`;
const PERMISSIONS = '{ myPermissions { function source grantedBy } }';

let folder: Awaited<ReturnType<typeof dataFolder>>;
let platform: PlatformProcess;
let party: RelyingParty;
let operator: string;

const appoint = (fiscalCode: string, name: string, familyName: string, role: string, functions: string[] = []) =>
  ask<{ appointUser: { id: string; revision: number } }>(platform.graphqlUrl, APPOINT, {
    token: operator,
    variables: {
      input: { institution: { role: 'EC', code: CREDITOR }, fiscalCode, name, familyName, email: 'a@comune.example.it', role, functions },
    },
  });

beforeAll(async () => {
  folder = await dataFolder();
  platform = await startPlatform({ folder: folder.path });
  operator = await platform.token({ role: 'OPERATOR' });
  const load = 'mutation ($file: String!) { importDirectory(file: $file) { issues { message } } }';
  await ask(platform.graphqlUrl, load, { token: operator, variables: { file: DIRECTORY } });
  await appoint(MARIO, 'Mario', 'Rossi', 'MANAGER');
  party = await openRelyingParty(`${platform.baseUrl}/identity`);
});
afterAll(async () => {
  await party?.[Symbol.asyncDispose]();
  await platform?.stop();
  await folder?.[Symbol.asyncDispose]();
});

describe.skipIf(CHROMIUM === undefined)('a person in a browser', () => {
  let browser: Browser;
  let page: Page;
  let tokens: Tokens;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage({ locale: 'it-IT', viewport: { width: 900, height: 900 } });
    page.setDefaultTimeout(10_000);
  });
  afterAll(() => browser?.close());

  const shoot = async (shown: Page, name: string) => {
    const target = process.env['SCREENSHOTS'];
    if (target) await shown.screenshot({ path: `${target}/${name}.png`, fullPage: true });
  };
  const screenshot = (name: string) => shoot(page, name);

  it('chooses an identity and an institution, with the keyboard alone, and comes back with a code', async () => {
    await page.goto(party.loginUrl());
    expect(await page.getAttribute('html', 'lang')).toBe('it');
    expect(await page.textContent('h1')).toBe('Entra in Nodo Aperto');
    await screenshot('identity');
    await page.getByRole('link', { name: 'English' }).click();
    expect(await page.textContent('h1')).toBe('Log in to Nodo Aperto');
    await page.getByRole('button', { name: /Mario Rossi/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'For whom do you want to act?' }).waitFor();
    await screenshot('party');
    await page.getByRole('button', { name: /Comune di Prova/ }).click();
    await page.getByRole('heading', { name: 'returned' }).waitFor();
    tokens = await party.exchange();
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      iss: `${platform.baseUrl}/identity`,
      fiscal_number: `TINIT-${MARIO}`,
      name: 'Mario',
      family_name: 'Rossi',
      level: 'L2',
      acr: 'https://www.spid.gov.it/SpidL2',
      email: 'a@comune.example.it',
      organization: { fiscal_code: CREDITOR, name: 'Comune di Prova', roles: [{ partyRole: 'MANAGER', role: 'admin' }] },
    });
  });

  it('may do what a manager may, and is told who gave it', async () => {
    const { myPermissions } = await ask<{ myPermissions: { function: string; source: string; grantedBy: string }[] }>(
      platform.graphqlUrl,
      PERMISSIONS,
      { token: tokens.access_token },
    );
    expect(myPermissions).toContainEqual({ function: 'USERS', source: 'ROLE', grantedBy: 'MANAGER' });
    const { appointUser } = await ask<{ appointUser: { id: string; revision: number } }>(platform.graphqlUrl, APPOINT, {
      token: tokens.access_token,
      variables: {
        input: {
          fiscalCode: LUIGI,
          name: 'Luigi',
          familyName: 'Verdi',
          email: 'l@comune.example.it',
          role: 'OPERATOR',
          functions: ['IBANS'],
        },
      },
    });
    expect(appointUser.revision).toBe(1);
  });

  it('another person gets what was delegated and nothing more; the gateway refuses the rest', async () => {
    await page.goto(party.loginUrl({ prompt: 'login', ui_locales: 'it' }));
    await page.getByRole('button', { name: /Luigi Verdi/ }).click();
    await page.getByRole('button', { name: /Comune di Prova/ }).click();
    await page.getByRole('heading', { name: 'returned' }).waitFor();
    const luigi = await party.exchange();
    expect(decodeJwt(luigi.access_token)['functions']).toEqual(['OVERVIEW', 'STATIONS', 'IBANS', 'MAINTENANCE', 'ROADMAP']);
    const { myPermissions } = await ask<{ myPermissions: unknown[] }>(platform.graphqlUrl, PERMISSIONS, { token: luigi.access_token });
    expect(myPermissions).toContainEqual({ function: 'IBANS', source: 'GRANT', grantedBy: MARIO });
    for (const query of ['{ institutionUsers { edges { cursor } } }', '{ notices { edges { cursor } } }']) {
      const { errors } = await send(platform.graphqlUrl, query, { token: luigi.access_token });
      expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    }
  });

  it('a citizen acts for itself', async () => {
    await page.goto(party.loginUrl({ prompt: 'login' }));
    await page.getByRole('button', { name: /Giulia Bianchi/ }).click();
    await page.getByRole('button', { name: /Per me/ }).click();
    await page.getByRole('heading', { name: 'returned' }).waitFor();
    const citizen = await party.exchange();
    expect(decodeJwt(citizen.access_token)).toMatchObject({ role: 'CITIZEN', fiscal_code: 'BNCGLI85M41L219Z' });
    const { data } = await send(platform.graphqlUrl, '{ myNotices { edges { cursor } } }', { token: citizen.access_token });
    expect(data).toEqual({ myNotices: { edges: [] } });
  });

  it('is still logged in when coming back, gets new tokens by refresh, and none after logging out', async () => {
    await page.goto(party.loginUrl());
    await page.getByRole('heading', { name: 'Continuare come Giulia Bianchi?' }).waitFor();
    await page.getByRole('button', { name: 'Continua' }).click();
    await page.getByRole('heading', { name: 'returned' }).waitFor();
    const again = await party.exchange();
    const refreshed = await party.refresh(again.refresh_token);
    expect(refreshed.status).toBe(200);
    const next = (await refreshed.json()) as Tokens;
    await page.goto(party.logoutUrl(next.id_token));
    await screenshot('logout');
    await page.getByRole('button', { name: 'Sì, esci' }).click();
    await page.getByRole('heading', { name: 'returned' }).waitFor();
    expect((await party.refresh(next.refresh_token)).status).toBe(400);
    await page.goto(party.loginUrl());
    expect(await page.textContent('h1')).toBe('Entra in Nodo Aperto');
  });

  it('who cancels comes back without a code', async () => {
    await page.goto(party.loginUrl());
    await page.getByRole('button', { name: 'Annulla' }).click();
    await page.getByRole('heading', { name: 'returned' }).waitFor();
    expect(party.returned()?.get('error')).toBe('access_denied');
  });

  it('logs in to the control room, sees it as their institution, and logs out of it', async () => {
    const room = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
    room.setDefaultTimeout(30_000);
    const problems: string[] = [];
    room.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    // The page under another name of the machine: the login comes back to the platform's own.
    await room.goto(platform.baseUrl.replace('127.0.0.1', 'localhost'));
    await room.getByRole('button', { name: 'Log in' }).click();
    await room.getByRole('button', { name: /Mario Rossi/ }).click();
    await room.getByRole('button', { name: /Comune di Prova/ }).click();
    await room.getByText('Creditor institution').first().waitFor();
    await room.getByRole('heading', { level: 2, name: 'Events' }).waitFor();
    expect([await room.locator('.bearer .code').textContent(), room.url()]).toEqual([` ${CREDITOR}`, `${platform.baseUrl}/`]);
    await shoot(room, 'control-room-as-creditor');
    await room.getByRole('button', { name: 'Leave' }).click();
    await room.getByRole('button', { name: 'Yes, log out' }).click();
    await room.getByRole('button', { name: 'Log in' }).waitFor();
    await shoot(room, 'control-room-entrance');
    // The session has ended: whoever logs in again is asked who they are.
    await room.getByRole('button', { name: 'Log in' }).click();
    await room.getByRole('button', { name: 'Cancel' }).click();
    await room.getByRole('button', { name: 'Log in' }).waitFor();
    // A return that belongs to no login of this tab opens nothing.
    await room.goto(`${platform.baseUrl}/?code=stolen&state=unknown`);
    await room.getByRole('alert').waitFor();
    expect([await room.locator('.bearer').count(), room.url(), problems]).toEqual([0, `${platform.baseUrl}/`, []]);
    await room.close();
  });

  it('logs in for the terminal: the command prints a token that the graph takes', async () => {
    const command = await spawnPlatform(['login', '--url', platform.baseUrl]);
    let [shown, printed] = ['', ''];
    command.stderr?.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    command.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => command.on('exit', resolve));
    const address = await until(() => /^http:\S+$/m.exec(shown)?.[0], { what: 'the address to be shown', timeoutMs: 30_000 });
    await page.goto(address);
    await page.getByRole('button', { name: /Mario Rossi/ }).click();
    await page.getByRole('button', { name: /Comune di Prova/ }).click();
    await page.getByText('Back to the terminal').waitFor();
    expect(await ended).toBe(0);
    const { data } = await send<{ myPermissions: unknown[] }>(platform.graphqlUrl, PERMISSIONS, { token: printed.trim() });
    expect(data?.myPermissions.length).toBeGreaterThan(10);
    expect(decodeJwt(printed.trim())).toMatchObject({ role: 'EC', tenant: CREDITOR, fiscal_code: MARIO });
  });

  it('breaks no rule of its content security policy, and asks nothing of other hosts', async () => {
    const problems: string[] = [];
    const watched = await browser.newPage({ locale: 'en-GB' });
    watched.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    watched.on('request', (request) => {
      if (new URL(request.url()).hostname !== '127.0.0.1') problems.push(request.url());
    });
    await watched.goto(party.loginUrl());
    const styled = await watched.evaluate('getComputedStyle(document.querySelector("main")).borderRadius');
    expect([styled, problems]).toEqual(['8px', []]);
    await watched.close();
  });
});

describe('what no browser is needed for', () => {
  it('software of an institution gets tokens with its secret, which open what they are for', async () => {
    const create =
      'mutation ($i: InstitutionInput) { createSystemClient(name: "Gestionale", functions: [POSITIONS_READ, OVERVIEW], institution: $i) { client { id revision } secret } }';
    const { createSystemClient } = await ask<{ createSystemClient: { client: { id: string; revision: number }; secret: string } }>(
      platform.graphqlUrl,
      create,
      { token: operator, variables: { i: { role: 'EC', code: CREDITOR } } },
    );
    const { client, secret } = createSystemClient;
    const request = (given: string) =>
      fetch(`${platform.baseUrl}/identity/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${client.id}:${given}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'platform' }),
      });
    expect((await request('wrong')).status).toBe(401);
    const response = await request(secret);
    const { access_token: token } = (await response.json()) as { access_token: string };
    expect(decodeJwt(token)).toMatchObject({ role: 'EC', tenant: CREDITOR, functions: ['POSITIONS_READ', 'OVERVIEW'] });
    const url = platform.graphqlUrl;
    expect((await send(url, '{ notices { edges { cursor } } }', { token })).errors).toBeUndefined();
    expect((await send(url, '{ auditLog { edges { cursor } } }', { token })).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    const revoke = 'mutation ($id: ID!, $r: Int!) { revokeSystemClient(id: $id, revision: $r) { revokedAt } }';
    await ask(url, revoke, { token: operator, variables: { id: client.id, r: client.revision } });
    expect((await request(secret)).status).toBe(401);
  });

  it('a login without PKCE, or to an address that is not the client’s, is refused with a page or an error', async () => {
    const url = new URL(party.loginUrl());
    url.searchParams.delete('code_challenge');
    const withoutPkce = await fetch(url, { redirect: 'manual' });
    expect(withoutPkce.headers.get('location')).toContain('error=invalid_request');
    const elsewhere = new URL(party.loginUrl({ redirect_uri: 'https://evil.example/callback' }));
    const refused = await fetch(elsewhere, { redirect: 'manual', headers: { 'accept-language': 'en', accept: 'text/html' } });
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    expect(await refused.text()).toContain('The login did not succeed');
    expect(refused.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('a step of a login that nobody began here is refused', async () => {
    const response = await fetch(`${platform.baseUrl}/identity/interaction/nothing/party`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'identity=RSSMRA80A01H501U&party=',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('at ');
  });

  it('names its issuer by the configured address, whatever a caller says of the host', async () => {
    const response = await fetch(`${platform.baseUrl}/identity/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    expect(await response.json()).toMatchObject({
      issuer: `${platform.baseUrl}/identity`,
      token_endpoint: `${platform.baseUrl}/identity/token`,
    });
  });
});
