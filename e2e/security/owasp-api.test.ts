/** The OWASP API Security Top 10 (2023), item by item, against a whole platform set as in production. */
import { readFile } from 'node:fs/promises';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { principalSealer } from '@nodo-aperto/kernel/auth';
import { stationConnector, xmlElement } from '@nodo-aperto/kernel/soap';
import { realClock } from '@nodo-aperto/kernel/time';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send } from '../support/graphql-client.ts';
import { CHANNEL, CREDITOR, openWorld, PSP, type World } from '../support/world.ts';
import { type GuardedPlatform, openGuardedPlatform } from './guarded-platform.ts';

const OPERATOR_QUERY = '{ settings { tokenDurationMs } }';
const KEY = { 'ocp-apim-subscription-key': 'test-key-creditor', 'content-type': 'application/json' };
const POSITIONS = '/gpd/debt-positions-service/v1/organizations';

let platform: GuardedPlatform;
let world: World;
const as = (who: keyof World['tokens']) => ({ token: world.tokens[who] });

beforeAll(async () => {
  platform = await openGuardedPlatform({ gateway: { rate: { requestsPerSecond: 30, objectsPerSecond: 10_000 } } });
  world = await openWorld(platform);
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await platform?.[Symbol.asyncDispose]();
});

it('API1 Broken object level authorization: an id is no permission', async () => {
  const token = await world.pay();
  const stranger = await platform.token({ role: 'PSP', tenant: '60000000002' });
  const answer = await send<{ payment: unknown }>(platform.graphqlUrl, `{ payment(paymentToken: "${token}") { amount } }`, {
    token: stranger,
  });
  expect(answer.data?.payment ?? null).toBeNull();
  // The same over a REST interface, with a key of another party.
  const { status } = await fetch(`${platform.baseUrl}${POSITIONS}/66666666666/debtpositions?page=0&limit=10`, { headers: KEY });
  expect([401, 403]).toContain(status);
});

describe('API2 Broken authentication', () => {
  const now = (): number => Math.floor(realClock().now() / 1000);
  const claims = () => ({ role: 'OPERATOR', sub: 'x', iss: platform.issuer.issuer, aud: platform.issuer.audience, exp: now() + 600 });
  const unsigned = (header: object) =>
    `${[header, claims()].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;

  it('a token without a signature, of another algorithm, of another key, or past its time is nobody', async () => {
    const jwk = platform.issuer.jwks().keys[0]!;
    const shared = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: jwk.kid! }).sign(Buffer.from(JSON.stringify(jwk)));
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const ownKey = await new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid: jwk.kid! }).sign(privateKey);
    const withKey = await new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(publicKey) }).sign(privateKey);
    const expired = await platform.token({ role: 'OPERATOR', lifetimeMs: -60_000 });
    for (const token of [unsigned({ alg: 'none' }), unsigned({ alg: 'ES256' }), shared, ownKey, withKey, expired]) {
      const answer = await send(platform.graphqlUrl, OPERATOR_QUERY, { token });
      expect(answer.status).toBe(401);
      expect(answer.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
      expect(JSON.stringify(answer)).not.toContain(token.slice(0, 30));
    }
  });

  it('a caller cannot seal itself, put its token into the address, or use a key for a token', async () => {
    const sealer = principalSealer({ secret: 'a secret of at least thirty-two characters', clock: realClock() });
    const headers = {
      'content-type': 'application/json',
      'x-nodo-principal': sealer.seal({ subject: 'x', role: 'OPERATOR', expiresAt: Number.MAX_SAFE_INTEGER }),
    };
    const body = JSON.stringify({ query: OPERATOR_QUERY });
    expect((await fetch(platform.graphqlUrl, { method: 'POST', headers, body })).status).toBe(401);
    const inAddress = `${platform.graphqlUrl}?access_token=${world.tokens.operator}`;
    expect((await fetch(inAddress, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status).toBe(401);
    expect((await send(platform.graphqlUrl, OPERATOR_QUERY, { token: 'test-key-creditor' })).status).toBe(401);
  });

  it('the wrong password of a channel is told apart from nothing else', async () => {
    const call = async (password: string): Promise<string> => {
      const body = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><n:verifyPaymentNoticeReq xmlns:n="http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd"><idPSP>${PSP}</idPSP><idBrokerPSP>${PSP}</idBrokerPSP><idChannel>${CHANNEL}</idChannel><password>${password}</password><qrCode><fiscalCode>${CREDITOR.fiscalCode}</fiscalCode><noticeNumber>302000000000009966</noticeNumber></qrCode></n:verifyPaymentNoticeReq></s:Body></s:Envelope>`;
      const response = await fetch(`${platform.baseUrl}/nodo/node-for-psp/v1`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml' },
        body,
      });
      return response.text();
    };
    expect(await call('wrongwrong')).toContain('PPT_AUTENTICAZIONE');
    expect(await call('pwdpwdpwd')).not.toContain('PPT_AUTENTICAZIONE');
  });
});

describe('API3 Broken object property level authorization', () => {
  it('what a caller may not set is no field of its input', async () => {
    for (const [field, value] of [
      ['status', 'PAID'],
      ['revision', 9],
      ['paidAt', '2026-01-01T00:00:00Z'],
    ] as const) {
      const answer = await send(
        platform.graphqlUrl,
        'mutation ($input: CreatePositionInput!) { createPosition(input: $input) { outcome } }',
        { ...as('creditor'), variables: { input: { creditorFiscalCode: CREDITOR.fiscalCode, amount: 1, [field]: value } } },
      );
      expect(answer.errors?.[0]?.message).toContain(field);
    }
  });

  it('no object of the graph shows a password, a hash or a key', async () => {
    const sdl = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
    const shown: string[] = [];
    let type = '';
    for (const line of sdl.replaceAll(/"""[\s\S]*?"""/g, '').split('\n')) {
      type = /^(type|input|interface) (\w+)/.exec(line)?.slice(1).join(' ') ?? type;
      if (type.startsWith('type ') && /^ {2}\w*(password|hash|secret|apiKey)\w*\s*[:(]/i.test(line))
        shown.push(`${type}: ${line.trim().split(/[:(]/)[0]}`);
    }
    // The two places where a secret is shown, once, to who has just had it made; and when one was made.
    expect(
      shown.filter(
        (each) =>
          !/IssuedSystemClient: secret|SystemClient: secretChangedAt|: \w*[hH]as\w+|: apiKeys|: regenerate|: remove|: register|: institutionApiKeys/.test(
            each,
          ),
      ),
    ).toEqual([]);
  });
});

describe('API4 Unrestricted resource consumption', () => {
  it('who is too fast is told when to come back; others are served meanwhile', async () => {
    const token = await platform.token({ role: 'PSP', tenant: '60000000009' });
    const answers = await Promise.all(
      Array.from({ length: 700 }, () =>
        fetch(platform.graphqlUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query: '{ __typename }' }),
        }).then(async (response) => ({
          status: response.status,
          retryAfter: response.headers.get('retry-after'),
          text: await response.text(),
        })),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { retryAfter, text } of refused) {
      expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
      expect(text).toContain('LIMIT_EXCEEDED');
    }
    expect((await send(platform.graphqlUrl, '{ __typename }', as('psp'))).status).toBe(200);
  });

  it('who asks for very much in few requests is told the same: objects are counted, for each tenant', async () => {
    const query = '{ creditorInstitutions(first: 100) { edges { node { payments(first: 100) { edges { node { paymentToken } } } } } } }';
    const [greedy, modest] = await Promise.all(['60000000008', '60000000007'].map((tenant) => platform.token({ role: 'PSP', tenant })));
    const answers = await Promise.all(Array.from({ length: 12 }, () => send(platform.graphqlUrl, query, { token: greedy! })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(answers.length);
    for (const { errors } of refused) expect(errors?.[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 10_000 });
    expect((await send(platform.graphqlUrl, '{ __typename }', { token: modest! })).status).toBe(200);
  });
});

it('API5 Broken function level authorization: what operators do is for operators', async () => {
  const operations = [
    'mutation { runJob(job: TOKEN_EXPIRY) { state } }',
    'mutation { updateSettings(input: { tokenDurationMs: 1 }) { tokenDurationMs } }',
    'mutation { importDirectory(file: "") { created } }',
    '{ exportDirectory }',
    '{ failedTasks { edges { cursor } } }',
    '{ idempotencyEntries { edges { cursor } } }',
  ];
  for (const query of operations) {
    for (const who of ['psp', 'creditor', 'citizen'] as const) {
      const answer = await send(platform.graphqlUrl, query, as(who));
      expect([answer.status, answer.errors?.[0]?.extensions?.['code']], `${who}: ${query}`).toEqual([403, 'FORBIDDEN']);
    }
    expect((await send(platform.graphqlUrl, query)).status).toBe(401);
  }
});

it('API6 Unrestricted access to sensitive business flows: a notice that is being paid is nobody else’s', async () => {
  const notice = await world.issue();
  const first = await world.activate(notice);
  expect(first.outcome).toBe('OK');
  const again = await Promise.all(Array.from({ length: 10 }, () => world.activate(notice)));
  expect(again.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => 'KO'));
  // Only who opened the session closes it.
  const stranger = await platform.token({ role: 'PSP', tenant: '60000000002' });
  const stolen = await send<{ sendPaymentOutcome: { outcome: string } | null }>(
    platform.graphqlUrl,
    'mutation ($input: SendPaymentOutcomeInput!) { sendPaymentOutcome(input: $input) { outcome } }',
    { token: stranger, variables: { input: { idChannel: CHANNEL, paymentToken: first.paymentToken, outcome: 'KO' } } },
  );
  expect(stolen.data?.sendPaymentOutcome?.outcome ?? 'KO').toBe('KO');
  expect((await world.sendOutcome(first.paymentToken!)).outcome).toBe('OK');
});

describe('API7 Server side request forgery', () => {
  it('a station on a private address is not called, whatever its name says, and redirects are not followed', async () => {
    let calls = 0;
    const server = createServer((_request, response) => {
      calls += 1;
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const target = (endpoint: string) => ({
      endpoint,
      deadlineMs: 5_000,
      action: 'x',
      request: xmlElement('x', '', { namespace: 'urn:x' }),
    });
    try {
      await using guarded = stationConnector({ clock: realClock(), allowPrivateEndpoints: false });
      for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f000001', '2130706433'])
        expect((await guarded.call(target(`http://${host}:${port}/`)).catch(() => ({ kind: 'REFUSED' }))).kind).not.toBe('ANSWER');
      expect(calls).toBe(0);
      await using open = stationConnector({ clock: realClock(), allowPrivateEndpoints: true });
      expect((await open.call(target(`http://127.0.0.1:${port}/`))).kind).not.toBe('ANSWER');
      expect(calls).toBe(1);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('API8 Security misconfiguration', () => {
  it('answers are kept by nobody on the way, taken for nothing else, and name no software', async () => {
    for (const path of ['/graphql', '/health/live', '/metrics', '/nowhere', '/aca/v1/paCreatePosition']) {
      const { headers, status } = await fetch(`${platform.baseUrl}${path}`, { method: path.startsWith('/aca') ? 'POST' : 'GET' });
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('cache-control'), path).toContain('no-store');
      expect([headers.get('server'), headers.get('x-powered-by')], path).toEqual([null, null]);
      expect(status).toBeLessThan(500);
    }
  });

  it('pages of other sites may not use it', async () => {
    const { headers, status } = await fetch(platform.graphqlUrl, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
    });
    expect(status).toBe(403);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

it('API9 Improper inventory management: what answers is what the documents say', async () => {
  const documented = await Promise.all(
    [
      'operating',
      'security',
      'connect-psp',
      'connect-creditor',
      'positions',
      'printing',
      'reporting',
      'receipts',
      'reconciliation',
      'kpi',
    ].map((page) => readFile(new URL(`../../docs/${page}.md`, import.meta.url), 'utf8')),
  );
  const unknown = platform.routes.filter((path) => {
    const [, first = '', second = ''] = path.split('/');
    return !documented.some((text) => text.includes(second === '' ? `/${first}` : `/${first}/${second}`));
  });
  expect(platform.routes.length).toBeGreaterThan(20);
  expect(unknown).toEqual([]);
});

it('API10 Unsafe consumption of APIs: what a creditor answers is read with the same suspicion as any message', async () => {
  const huge = 'x'.repeat(1024 * 1024);
  const answers = ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<a>'.repeat(5_000), '{}', huge.repeat(8), '\u0000'];
  let next = 0;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' }).end(answers[next]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await using connector = stationConnector({ clock: realClock(), allowPrivateEndpoints: true });
    for (; next < answers.length; next += 1) {
      const outcome = await connector.call({
        endpoint: `http://127.0.0.1:${port}/`,
        deadlineMs: 10_000,
        action: 'x',
        request: xmlElement('x', '', { namespace: 'urn:x' }),
      });
      expect(outcome.kind, answers[next]?.slice(0, 40)).not.toBe('ANSWER');
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  await ask(platform.graphqlUrl, '{ __typename }', as('psp'));
});
