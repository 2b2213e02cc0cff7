/** The simulator's own graph and its command line: who may see and switch what. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedIssuer, type TokenClaims, type TokenIssuer, tokenVerifier } from '@nodo-aperto/kernel/auth';
import { createHttpService, type HttpService } from '@nodo-aperto/kernel/http';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { freePort, testLogger } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../src/command-line/program.ts';
import { CONTROL_PATH, type Fleet, manageOutages, type Outages, registerControl, type Traffic } from '../src/index.ts';
import { municipality, school, testFleet, testNode } from './support/fleet.ts';

const clock = realClock();
const counts = {
  arrived: 9,
  notStarted: 1,
  inFlight: 2,
  standard: 3,
  standIn: 1,
  declined: 1,
  abandoned: 0,
  failed: 1,
  failures: [{ code: 'PPT_STAZIONE_INT_PA_TIMEOUT', count: 1 }],
};
let rate = 1;
const traffic = {
  counts: () => counts,
  paymentsPerSecond: () => rate,
  setPaymentsPerSecond: (next: number) => void (rate = next),
} as unknown as Traffic;

let folder: string;
let issuer: TokenIssuer;
let fleet: Fleet;
let outages: Outages;
let service: HttpService;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodo-control-'));
  issuer = await embeddedIssuer({ folder, clock, random: cryptographicStream() });
  fleet = await testFleet();
  outages = manageOutages({ fleet, clock, log: testLogger() });
  service = createHttpService({ log: testLogger(), random: cryptographicStream() });
  const verifier = tokenVerifier({ jwks: issuer.jwks(), issuer: issuer.issuer, audience: issuer.audience, clock });
  await registerControl(service.app, { fleet, outages, traffic }, verifier.verify);
  url = `http://127.0.0.1:${await service.listen({ host: '127.0.0.1', port: 0 })}`;
});
afterAll(async () => {
  outages.close();
  await Promise.all([service.close(), fleet.stop(), rm(folder, { recursive: true })]);
});
afterEach(async () => {
  for (const { stationCode } of outages.current()) await outages.stop(stationCode);
});

interface Answer {
  status: number;
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code: string } }[];
}

async function ask(query: string, claims: TokenClaims | string | undefined, variables?: object): Promise<Answer> {
  const token = typeof claims === 'object' ? await issuer.issue(claims) : claims;
  const response = await fetch(`${url}${CONTROL_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const operator: TokenClaims = { role: 'OPERATOR' };
const creditor: TokenClaims = { role: 'EC', tenant: municipality.fiscalCode };
const partner: TokenClaims = { role: 'PARTNER', tenant: school.brokerCode };
const codes = '{ stations { code } }';
const start = (code: string, more = '') =>
  `mutation { startOutage(station: "${code}"${more}) { code on fault outage { scheduled endsAt } } }`;
const stop = (code: string) => `mutation { stopOutage(station: "${code}") { code on fault } }`;

describe('who calls', () => {
  it.each([
    ['nobody', undefined, 'This needs an access token'],
    ['a stranger', 'not-a-token', 'The access token is not valid'],
  ])('is asked: %s is refused', async (_who, token, sentence) => {
    const answer = await ask(codes, token);
    expect(answer).toMatchObject({
      status: 401,
      errors: [{ message: expect.stringContaining(sentence), extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(answer.data).toBeUndefined();
  });

  it.each([
    ['an operator all', operator, [municipality.stationCode, school.stationCode]],
    ['a creditor its own', creditor, [municipality.stationCode]],
    ['a partner those it runs', partner, [school.stationCode]],
    ['another creditor none', { role: 'EC', tenant: '11111111111' } as const, []],
    // The code of a broker is no creditor's, and the other way round.
    ['a creditor with the code of a broker none', { role: 'EC', tenant: school.brokerCode } as const, []],
  ])('sees stations: %s', async (_who, claims, expected) => {
    expect(await ask(codes, claims)).toEqual({ status: 200, data: { stations: expected.map((code) => ({ code })) } });
  });

  it.each([
    { role: 'PSP', tenant: 'ABI99991' },
    { role: 'CITIZEN', fiscalCode: 'RSSMRA80A01H501U' },
  ] as const)('has no business here as %o', async (claims) => {
    for (const query of [codes, start(municipality.stationCode), '{ traffic { arrived } }']) {
      expect((await ask(query, claims)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    }
    expect(fleet.station(municipality.stationCode).on).toBe(true);
  });

  it('switches its own station, never another’s, and learns nothing of others', async () => {
    expect(await ask(start(municipality.stationCode), creditor)).toMatchObject({ data: { startOutage: { on: false, fault: 'OFF' } } });
    expect(await ask(stop(municipality.stationCode), creditor)).toMatchObject({ data: { stopOutage: { on: true, fault: null } } });
    expect(await ask(start(school.stationCode), partner)).toMatchObject({ data: { startOutage: { fault: 'OFF' } } });
    for (const query of [start(school.stationCode), stop(school.stationCode), `{ station(code: "${school.stationCode}") { code } }`]) {
      const { errors } = await ask(query, creditor);
      expect(errors).toMatchObject([{ message: `There is no station "${school.stationCode}"`, extensions: { code: 'NOT_FOUND' } }]);
    }
    expect(fleet.station(school.stationCode).on).toBe(false);
    for (const query of ['{ traffic { arrived } }', 'mutation { setTraffic(paymentsPerSecond: 5) { arrived } }']) {
      expect((await ask(query, creditor)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    }
    expect(rate).toBe(1);
  });
});

describe('an operator', () => {
  it('makes a station fail in a way and for a time, and sees it', async () => {
    const { data } = await ask(start(municipality.stationCode, ', fault: HTTP_ERROR, seconds: 30'), operator);
    expect(data?.['startOutage']).toEqual({
      code: municipality.stationCode,
      on: true,
      fault: 'HTTP_ERROR',
      outage: { scheduled: false, endsAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    const node = testNode(fleet);
    await node.verify(municipality, '0'.repeat(18));
    await node[Symbol.asyncDispose]();
    const query = `{ station(code: "${municipality.stationCode}") {
      creditor { fiscalCode name } broker endpoint calls receipts notices recentCalls(first: 1) { primitive noticeNumber outcome fault elapsedMilliseconds }
    } }`;
    expect((await ask(query, operator)).data?.['station']).toMatchObject({
      creditor: { fiscalCode: municipality.fiscalCode, name: municipality.name },
      endpoint: fleet.endpointOf(municipality.stationCode),
      recentCalls: [{ primitive: 'paVerifyPaymentNotice', noticeNumber: '0'.repeat(18), outcome: 'NONE', fault: 'HTTP_ERROR' }],
    });
  });

  it('sees the traffic and sets its rate', async () => {
    const fields = '{ paymentsPerSecond arrived standard standIn failed failures { code count } }';
    expect((await ask(`mutation { setTraffic(paymentsPerSecond: 2.5) ${fields} }`, operator)).data?.['setTraffic']).toEqual({
      paymentsPerSecond: 2.5,
      arrived: 9,
      standard: 3,
      standIn: 1,
      failed: 1,
      failures: [{ code: 'PPT_STAZIONE_INT_PA_TIMEOUT', count: 1 }],
    });
    expect((await ask(`{ traffic ${fields} }`, operator)).data?.['traffic']).toMatchObject({ paymentsPerSecond: 2.5 });
  });

  it('reads long lists page by page', async () => {
    expect((await ask('{ stations(first: 1) { code } }', operator)).data).toEqual({ stations: [{ code: municipality.stationCode }] });
    const rest = await ask(`{ stations(first: 1, after: "${municipality.stationCode}") { code } }`, operator);
    expect(rest.data).toEqual({ stations: [{ code: school.stationCode }] });
  });

  it.each([
    [
      'an unknown station, with the nearest',
      start('66666666666_10'),
      'There is no station "66666666666_10"; did you mean "66666666666_01"?',
      'NOT_FOUND',
    ],
    ['an impossible time', start(municipality.stationCode, ', seconds: 0'), 'seconds: is 0', 'BAD_USER_INPUT'],
    ['an impossible page', '{ stations(first: 0) { code } }', 'first: is 0', 'BAD_USER_INPUT'],
    ['an unknown cursor', '{ stations(after: "x") { code } }', 'after: is no station of the list', 'BAD_USER_INPUT'],
  ])('is told of %s', async (_what, query, sentence, code) => {
    expect(await ask(query, operator)).toMatchObject({
      status: 200,
      errors: [{ message: expect.stringContaining(sentence), extensions: { code } }],
    });
  });

  it.each([
    ['a field that does not exist', '{ stations { cods } }', 'Cannot query field "cods"'],
    ['a kind of fault that does not exist', start(municipality.stationCode, ', fault: ASLEEP'), 'does not exist in "SimulatedFault"'],
    ['no GraphQL', 'stations', 'Syntax Error'],
    ['too long a query', `{ ${'a: __typename '.repeat(300)} }`, 'Document contains more that 500 tokens'],
  ])('gets 400 for %s', async (_what, query, sentence) => {
    expect(await ask(query, operator)).toMatchObject({ status: 400, errors: [{ message: expect.stringContaining(sentence) }] });
  });

  it('gets 400 for a body that is none', async () => {
    const token = await issuer.issue(operator);
    for (const [type, body] of [
      ['application/json', '{'],
      ['application/json', '[]'],
      ['application/json', '{"query":1}'],
    ] as const) {
      const headers = { 'content-type': type, authorization: `Bearer ${token}` };
      const response = await fetch(`${url}${CONTROL_PATH}`, { method: 'POST', headers, body });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringMatching(/JSON/) }] });
    }
  });

  it('is not shown the insides of a fault of ours', async () => {
    const app = createHttpService({ log: testLogger(), random: cryptographicStream() }).app;
    const broken = {
      ...fleet,
      stations: () => {
        throw new Error('secret');
      },
    };
    await registerControl(app, { fleet: broken, outages }, async () => ({ subject: 'o', role: 'OPERATOR', expiresAt: 0 }));
    const payload = { query: codes };
    const response = await app.inject({ method: 'POST', url: CONTROL_PATH, headers: { authorization: 'Bearer x' }, payload });
    expect(response.json()).toMatchObject({ errors: [{ message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(response.body).not.toContain('secret');
    const none = await app.inject({
      method: 'POST',
      url: CONTROL_PATH,
      headers: { authorization: 'Bearer x' },
      payload: { query: '{ traffic { arrived } }' },
    });
    expect(none.json()).toEqual({ data: { traffic: null } });
    await app.close();
  });
});

describe('the command line', () => {
  async function run(...words: string[]): Promise<{ code: number; out: string; error: string }> {
    const out: string[] = [];
    const errors: string[] = [];
    const code = await runProgram(words, { clock, print: (line) => out.push(line), printError: (line) => errors.push(line) });
    return { code, out: out.join('\n'), error: errors.join('\n') };
  }
  const here = () => ['--url', url, '--data', folder];

  it('lists the stations, starts and stops an outage', async () => {
    const list = await run('stations', ...here());
    expect([list.code, list.error]).toEqual([0, '']);
    expect(list.out.split('\n')[0]).toMatch(/^STATION +CREDITOR +STATE +CALLS +RECEIPTS$/);
    expect(list.out).toMatch(/66666666666_01 +Comune di Prova \(66666666666\) +works +\d+ +\d+/);
    const started = await run('outage', 'start', municipality.stationCode, '--fault', 'http-error', '--for', '30', ...here());
    expect(started.out).toMatch(/^Station 66666666666_01 of Comune di Prova: http-error since \d\d:\d\d:\d\d, until \d\d:\d\d:\d\d\.$/);
    expect(fleet.station(municipality.stationCode).fault).toEqual({ kind: 'httpError' });
    expect((await run('stations', ...here())).out).toContain('http-error since');
    const stopped = await run('outage', 'stop', municipality.stationCode, ...here());
    expect(stopped).toEqual({ code: 0, out: 'Station 66666666666_01 of Comune di Prova: works.', error: '' });
  });

  it('acts for whoever the token is of', async () => {
    const token = await issuer.issue(partner);
    expect((await run('stations', '--url', url, '--token', token)).out).not.toContain(municipality.stationCode);
    const started = await run('outage', 'start', school.stationCode, '--url', url, '--token', token);
    expect(started.out).toMatch(/off since .*, until it is stopped\./);
  });

  it.each([
    [
      'an unknown station',
      () => ['outage', 'start', '66666666666_1', ...here()],
      /^There is no station "66666666666_1"; did you mean "66666666666_01"\?$/,
    ],
    ['a wrong token', () => ['stations', '--url', url, '--token', 'x'], /^The access token is not valid.* Give another with --token/],
    [
      'a folder without a key',
      () => ['stations', '--url', url, '--data', tmpdir()],
      /^There is no readable issuer\.jwk\.json in .*: name the platform's data folder/,
    ],
    ['no URL', () => ['stations', '--url', 'here', '--token', 'x'], /^"here" is not a URL/],
    [
      'a platform without simulation',
      () => ['stations', '--url', plain, '--token', 'x'],
      /^There is no simulation at .*--no-simulation\?$/,
    ],
    [
      'an unknown kind',
      () => ['outage', 'start', 'x', '--fault', 'asleep', ...here()],
      /argument 'asleep' is invalid\. Allowed choices are off, timeout/,
    ],
    ['an impossible time', () => ['outage', 'start', 'x', '--for', 'ever', ...here()], /Expected a number of seconds above 0/],
    ['an unknown option', () => ['stations', '--loud', ...here()], /unknown option '--loud'/],
    ['an unknown command', () => ['station'], /unknown command 'station'/],
    ['a token and a folder', () => ['stations', '--token', 'x', ...here()], /cannot be used with/],
  ])('says in one sentence, and ends with 1, for %s', async (_what, words, sentence) => {
    const { code, out, error } = await run(...words());
    expect([code, out]).toEqual([1, '']);
    expect(error).toMatch(sentence);
  });

  it('says so when the platform is not there, and when its key cannot be read', async () => {
    const away = await run('stations', '--url', `http://127.0.0.1:${await freePort()}`, '--token', 'x');
    expect(away).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^The platform at .* cannot be reached \(ECONNREFUSED\)\. Is it running\?$/),
    });
    const broken = await mkdtemp(join(tmpdir(), 'nodo-control-'));
    await writeFile(join(broken, 'issuer.jwk.json'), 'nonsense');
    expect(await run('stations', '--url', url, '--data', broken)).toMatchObject({
      code: 1,
      error: expect.stringContaining('cannot be used'),
    });
    await rm(broken, { recursive: true });
  });

  it('explains itself', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('outage') });
    expect((await run()).code).toBe(1);
  });

  let plain: string;
  let plainService: HttpService;
  beforeAll(async () => {
    plainService = createHttpService({ log: testLogger(), random: cryptographicStream() });
    plain = `http://127.0.0.1:${await plainService.listen({ host: '127.0.0.1', port: 0 })}`;
  });
  afterAll(() => plainService.close());
});
