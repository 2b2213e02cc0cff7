/** Payment options, pull payments, ACA coverage and positions of asynchronous creditors, over REST and in the graph. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiKeyHash } from '@nodo-aperto/kernel/directory';
import { DAY, toIso } from '@nodo-aperto/kernel/time';
import { paymentBooked, type PaymentSnapshot } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, hasContracts } from './contracts.ts';
import {
  asCreditor,
  asDebtor,
  asOtherCreditor,
  asPsp,
  asStranger,
  BROKER,
  CREDITOR,
  DEBTOR_CODE,
  IBAN,
  iuvOf,
  noticeNumberOf,
  populate,
  startPlatform,
  type TestPlatform,
} from './platform.ts';

const PSP = '60000000001';
let platform: TestPlatform;
let station: Server;
let reply: { status: number; body: unknown; method?: string; hang?: boolean } = { status: 500, body: 'unset' };
const asked: string[] = [];

beforeAll(async () => {
  platform = await startPlatform();
  await populate(platform);
  station = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (reply.hang) return;
    if (reply.method && reply.method !== request.method) return void response.writeHead(405).end();
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => station.listen(0, '127.0.0.1', resolve));
  const restEndpoint = `http://127.0.0.1:${(station.address() as AddressInfo).port}/rest/`;
  await platform.directory('creditorBroker', BROKER, { code: BROKER, name: 'Intermediario', enabled: true, extendedFaultBean: false });
  for (const [number, segregationCode, more] of [
    ['02', '48', { paymentOptions: true, restEndpoint }],
    ['03', '49', { asynchronous: true }],
    ['04', '50', { enabled: false }],
  ] as const) {
    const code = `${BROKER}_${number}`;
    const entry = {
      code,
      broker: BROKER,
      enabled: true,
      primitiveVersion: 2 as const,
      endpoint: 'http://127.0.0.1:1/',
      password: 'pwdpwdpwd',
    };
    await platform.directory('station', code, { ...entry, standInFlag: true, paymentOptions: false, ...more });
    const route = {
      creditorInstitution: CREDITOR,
      station: code,
      auxDigit: 3,
      segregationCode,
      broadcast: false,
      aca: true,
      standIn: true,
    };
    await platform.directory('route', `${CREDITOR}/${code}`, route);
  }
  const psp = { code: PSP, name: 'Banca di Prova', fiscalCode: '60000000001', enabled: true };
  await platform.directory('psp', PSP, psp);
  await platform.directory('psp', 'CLOSED', { ...psp, code: 'CLOSED', enabled: false });
  for (const [key, party] of [
    ['key-options', PSP],
    ['key-broker-psp', BROKER],
  ] as const)
    await platform.directory('apiKey', apiKeyHash(key), { hash: apiKeyHash(key), party, products: ['options', 'pull'] });
});
afterAll(async () => {
  station?.closeAllConnections();
  await new Promise((resolve) => station?.close(resolve));
  await platform?.stop();
});

type Body = Record<string, unknown>;
async function call(method: string, path: string, options: { key?: string; headers?: Record<string, string>; body?: unknown } = {}) {
  const { key = 'key-options', headers = {}, body } = options;
  const response = await fetch(platform.base + path, {
    method,
    headers: { 'Ocp-Apim-Subscription-Key': key, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body, headers: response.headers };
}
const inDays = (days: number) => toIso(platform.clock.now() + days * DAY);
const numberOf = (segregation: string, number: number) => ({
  iuv: `${segregation}${iuvOf(number).slice(2)}`,
  nav: `3${segregation}${iuvOf(number).slice(2)}`,
});

/** A position of a single notice and two plans of two instalments. */
async function create(iupd: string, segregation: string, number: number, options: { base?: string; overrides?: Body } = {}) {
  const option = (offset: number, plan?: string) => ({
    iuv: numberOf(segregation, number + offset).iuv,
    amount: plan ? 5_000 : 9_000,
    description: plan ? `Rata ${offset}` : 'Soluzione unica',
    isPartialPayment: plan !== undefined,
    ...(plan && { plan }),
    dueDate: inDays(30 + offset),
    transfer: [{ idTransfer: '1', amount: plan ? 5_000 : 9_000, remittanceInformation: 'Mensa', category: '9/0101108TS/', iban: IBAN }],
  });
  const created = await call(
    'POST',
    `/${options.base ?? 'aca'}/debt-positions-service/v1/organizations/${CREDITOR}/debtpositions?toPublish=true`,
    {
      key: 'key-creditor',
      body: {
        iupd,
        type: 'F',
        fiscalCode: DEBTOR_CODE,
        fullName: 'Mario Rossi',
        companyName: 'Comune di Prova',
        switchToExpired: true,
        paymentOption: [option(0), option(1, 'Due rate'), option(2, 'Due rate'), option(3, 'Due rate, dopo'), option(4, 'Due rate, dopo')],
        ...options.overrides,
      },
    },
  );
  expect(created.status).toBe(201);
  return created.body;
}

async function book(noticeNumber: string, token: string, change: Partial<PaymentSnapshot> = {}): Promise<void> {
  const now = platform.clock.now();
  await platform.state(paymentBooked, {
    paymentToken: token.repeat(32),
    creditorFiscalCode: CREDITOR,
    creditorName: 'Comune di Prova',
    noticeNumber,
    iuv: noticeNumber.slice(1),
    amount: 5_000,
    description: 'Mensa',
    debtor: { type: 'F', fiscalCode: DEBTOR_CODE, fullName: 'Mario Rossi' },
    transfers: [
      { idTransfer: 1, amount: 5_000, creditorFiscalCode: CREDITOR, iban: IBAN, remittanceInformation: 'x', transferCategory: 'c' },
    ],
    pspCode: PSP,
    pspName: 'Banca di Prova',
    pspBrokerCode: PSP,
    channelCode: `${PSP}_01`,
    creditorBrokerCode: BROKER,
    stationCode: `${BROKER}_01`,
    standIn: false,
    status: 'PAID',
    activatedAt: toIso(now),
    expiresAt: toIso(now + 1_000),
    outcomeAt: toIso(now),
    outcome: 'OK',
    late: false,
    revision: 2,
    ...change,
  });
}

const PATH = (nav: string, creditor = CREDITOR) => `/payment-options/service/v1/payment-options/organizations/${creditor}/notices/${nav}`;
type Option = {
  status: string;
  statusReason?: string;
  amount: number;
  installments: { nav: string; status: string; statusReason?: string }[];
};

describe('payment options', () => {
  it('tell the whole family from any of its numbers, and what a payment does to it', async () => {
    await create('O1', '47', 100);
    const numbers = [100, 101, 102, 103, 104].map(noticeNumberOf);
    const answers = await Promise.all(numbers.map(async (nav) => (await call('GET', PATH(nav))).body));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ organizationFiscalCode: CREDITOR, companyName: 'Comune di Prova', standin: false });
    const shape = (body: Body) =>
      (body['paymentOptions'] as Option[]).map(({ status, amount, installments }) => [
        status,
        amount,
        installments.map((each) => each.status),
      ]);
    expect(shape(answers[0]!)).toEqual([
      ['PO_UNPAID', 9_000, ['POI_UNPAID']],
      ['PO_UNPAID', 10_000, ['POI_UNPAID', 'POI_UNPAID']],
      ['PO_UNPAID', 10_000, ['POI_UNPAID', 'POI_UNPAID']],
    ]);
    await book(noticeNumberOf(103), 'a');
    const paid = await call('POST', PATH(noticeNumberOf(100)));
    expect(shape(paid.body)).toEqual([
      ['PO_INVALID', 9_000, ['POI_INVALID']],
      ['PO_INVALID', 10_000, ['POI_INVALID', 'POI_INVALID']],
      ['PO_PARTIALLY_PAID', 10_000, ['POI_PAID', 'POI_UNPAID']],
    ]);
    const graph = await platform.ask<{ paymentOptions: Body }>(
      asPsp,
      `{ paymentOptions(creditorFiscalCode: "${CREDITOR}", noticeNumber: "${noticeNumberOf(104)}") { outcome standIn companyName options {
        status numberOfInstalments instalments { noticeNumber payable qrCode status notice { status debtor { fullName } } } } } }`,
    );
    expect(graph.errors).toEqual([]);
    expect(graph.data?.paymentOptions).toMatchObject({
      outcome: 'OK',
      standIn: false,
      options: [
        { status: 'PO_INVALID', instalments: [{ payable: false }] },
        {},
        {
          numberOfInstalments: 2,
          instalments: [
            { status: 'POI_PAID', payable: false },
            { payable: true, qrCode: `PAGOPA|002|${noticeNumberOf(104)}|${CREDITOR}|5000`, notice: { status: 'VALID', debtor: null } },
          ],
        },
      ],
    });
  });

  it('come from the creditor’s station where it answers them, by the method that it knows', async () => {
    const { nav, iuv } = numberOf('48', 1);
    const instalment = {
      nav,
      iuv,
      amount: 120,
      description: 'Unica',
      dueDate: '2099-10-30T23:59:59',
      status: 'POI_UNPAID',
      statusReason: 'none',
    };
    const body = {
      organizationFiscalCode: CREDITOR,
      companyName: 'EC',
      paymentOptions: [
        {
          description: 'Unica',
          numberOfInstallments: 1,
          amount: 120,
          dueDate: '2099-10-30T23:59:59',
          status: 'PO_UNPAID',
          allCCP: false,
          installments: [instalment],
        },
      ],
    };
    asked.length = 0;
    for (const method of ['POST', 'GET']) {
      reply = { status: 200, body, method };
      expect(await call('GET', PATH(nav))).toMatchObject({
        status: 200,
        body: { companyName: 'EC', standin: false, paymentOptions: [{ amount: 120 }] },
      });
    }
    const path = `/rest/payment-options/organizations/${CREDITOR}/notices/${nav}`;
    expect(asked).toEqual([`POST ${path}`, `POST ${path}`, `GET ${path}`]);
    const option = body.paymentOptions[0]!;
    const wrong: [unknown, number, string][] = [
      [{ ...body, organizationFiscalCode: '88888888888' }, 200, 'ODP-015'],
      [{ ...body, paymentOptions: [{ ...option, installments: [{ ...instalment, nav: numberOf('48', 2).nav }] }] }, 200, 'ODP-015'],
      [{ ...body, paymentOptions: [{ ...option, amount: 121 }] }, 200, 'ODP-015'],
      [{ ...body, paymentOptions: [{ ...option, status: 'non pagato' }] }, 200, 'ODP-015'],
      ['not json', 200, 'ODP-015'],
      [{ appErrorCode: 'ODP-107' }, 404, 'ODP-107'],
      [{ appErrorCode: 'ODP-107' }, 409, 'ODP-103'],
      [{ appErrorCode: 'X' }, 500, 'ODP-023'],
      ['<html>', 502, 'ODP-023'],
      [{}, 503, 'ODP-012'],
    ];
    for (const [answer, status, code] of wrong) {
      reply = { status, body: answer };
      const { body: error } = await call('GET', PATH(nav));
      expect([status, error['appErrorCode']]).toEqual([status, code]);
    }
  });

  it('come from the archive when the station is not there, unless its creditor opted out', async () => {
    await create('S1', '48', 10);
    await create('S2', '48', 20, { overrides: { payStandIn: false } });
    reply = { status: 503, body: {} };
    expect(await call('GET', PATH(numberOf('48', 11).nav))).toMatchObject({ status: 200, body: { standin: true } });
    expect(await call('GET', PATH(numberOf('48', 21).nav))).toMatchObject({ status: 400, body: { appErrorCode: 'ODP-012' } });
    const settings = await platform.services.directory.settings();
    await platform.directory('settings', 'platform', { ...settings, creditorTimeoutMs: 300 });
    reply = { status: 200, body: {}, hang: true };
    expect(await call('GET', PATH(numberOf('48', 21).nav))).toMatchObject({ status: 500, body: { appErrorCode: 'ODP-013' } });
  });

  it('of an asynchronous creditor are those of the positions that it left here', async () => {
    await create('G1', '49', 10, { base: 'gpd' });
    expect(await call('GET', PATH(numberOf('49', 12).nav))).toMatchObject({ status: 200, body: { standin: false } });
    expect(await call('GET', PATH(numberOf('49', 99).nav))).toMatchObject({ status: 404, body: { appErrorCode: 'ODP-107' } });
  });

  it('refuse with the codes of the field', async () => {
    const cases: [string, string, number, string][] = [
      [PATH('47'), 'key-options', 400, 'ODP-001'],
      [PATH('001000000000000000'), 'key-options', 400, 'ODP-016'],
      [PATH(noticeNumberOf(1), '12345678901'), 'key-options', 404, 'ODP-022'],
      [PATH(noticeNumberOf(1), '99999999999'), 'key-options', 400, 'ODP-021'],
      [PATH(numberOf('51', 1).nav), 'key-options', 404, 'ODP-009'],
      [PATH(numberOf('50', 1).nav), 'key-options', 400, 'ODP-010'],
      [PATH(noticeNumberOf(999)), 'key-options', 400, 'ODP-017'],
      [`${PATH(noticeNumberOf(1))}?idPsp=NOBODY`, 'key-options', 404, 'ODP-002'],
      [`${PATH(noticeNumberOf(1))}?idPsp=CLOSED`, 'key-options', 400, 'ODP-003'],
      [`${PATH(noticeNumberOf(1))}?idPsp=${PSP}`, 'key-broker-psp', 404, 'ODP-004'],
      [PATH(noticeNumberOf(1)), 'nobody', 401, 'ODP-006'],
      [PATH(noticeNumberOf(1)), 'key-creditor', 403, 'ODP-007'],
    ];
    for (const [path, key, status, code] of cases) {
      const answer = await call('GET', path, { key });
      expect([path, answer.status, answer.body['appErrorCode']]).toEqual([path, status, code]);
      expect(answer.body).toMatchObject({ httpStatusCode: status, timestamp: expect.any(Number), errorMessage: expect.any(String) });
    }
    const graph = await platform.ask<{ paymentOptions: Body }>(
      asDebtor,
      `{ paymentOptions(creditorFiscalCode: "${CREDITOR}", noticeNumber: "${noticeNumberOf(999)}") { outcome fault { code name } options { amount } } }`,
    );
    expect(graph.data?.paymentOptions).toEqual({
      outcome: 'KO',
      fault: { code: 'ODP_017', name: 'ODP_STAZIONE_INT_VERIFICA_ODP_DISABILITATA' },
      options: [],
    });
  });

  it.skipIf(!hasContracts)('answer as the contract has it', async () => {
    const { faultsOf } = contract('orgs_payment_options.json');
    const path = '/payment-options/organizations/{organization-fiscal-code}/notices/{notice-number}';
    for (const nav of [noticeNumberOf(100), '1', noticeNumberOf(999)]) {
      const { status, body } = await call('POST', PATH(nav));
      expect([nav, status, faultsOf('POST', path, status, body)]).toEqual([nav, status, []]);
    }
  });
});

describe('pull payments', () => {
  const NOTICES = '/pagopa-gpd-payments-pull/v1/payment-notices/v1';
  const ask = (query = '', taxCode = DEBTOR_CODE, key = 'key-options') =>
    call('GET', NOTICES + query, { key, headers: { 'x-tax-code': taxCode } });
  const list = async (query = '') => (await ask(query)).body as unknown as { iupd: string; paymentOptions: Body[]; status: string }[];
  const OWED = `query ($code: FiscalCode, $first: Int, $after: String, $creditor: FiscalCode, $dueFrom: Date) {
    owedPositions(fiscalCode: $code, first: $first, after: $after, creditorFiscalCode: $creditor, dueFrom: $dueFrom) {
      edges { node { iupd status options { description amount instalments { noticeNumber payable notice { debtor { fullName } } } } } }
      pageInfo { hasNextPage endCursor } } }`;

  it('need a consent in force, which either side records and either side ends', async () => {
    expect(await ask()).toMatchObject({ status: 403, body: { status: 403, detail: expect.stringContaining('consent') } });
    expect((await platform.ask(asPsp, OWED, { code: DEBTOR_CODE })).errors).toMatchObject([{ code: 'FORBIDDEN' }]);
    const CONSENTS = `/pagopa-gpd-payments-pull/v1/consents/${DEBTOR_CODE}`;
    expect(await call('PUT', CONSENTS, { body: { reference: 'contract 12', expiresAt: inDays(10) } })).toMatchObject({
      status: 201,
      body: { pspCode: PSP },
    });
    expect((await ask()).status).toBe(200);
    const mine = `{ pullConsents { edges { node { pspCode recordedBy reference inForce revokedAt } } } }`;
    expect((await platform.ask(asDebtor, mine)).data).toMatchObject({
      pullConsents: { edges: [{ node: { pspCode: PSP, recordedBy: 'PSP', reference: 'contract 12', inForce: true } }] },
    });
    const revoke = `mutation { revokePullConsent(pspCode: "${PSP}") { consent { inForce } errors { message } } }`;
    expect((await platform.ask(asDebtor, revoke)).data).toMatchObject({ revokePullConsent: { consent: { inForce: false }, errors: [] } });
    expect((await platform.ask(asDebtor, revoke)).data).toMatchObject({ revokePullConsent: { errors: [{ message: expect.any(String) }] } });
    expect((await ask()).status).toBe(403);
    expect((await call('DELETE', CONSENTS)).status).toBe(404);
    const give = `mutation { givePullConsent(pspCode: "${PSP}") { consent { inForce recordedBy } errors { path } } }`;
    expect((await platform.ask(asDebtor, give)).data).toMatchObject({
      givePullConsent: { consent: { inForce: true, recordedBy: 'CITIZEN' } },
    });
    expect((await ask()).status).toBe(200);
    expect(await call('PUT', CONSENTS, { body: { expiresAt: inDays(-1) } })).toMatchObject({ status: 400 });
    const history = await platform.services.writing.database.query('select given, recorded_by from pull_consent_change order by id');
    expect(history).toEqual([
      { given: true, recorded_by: 'PSP' },
      { given: false, recorded_by: 'CITIZEN' },
      { given: true, recorded_by: 'CITIZEN' },
    ]);
  });

  it('list what can be paid, plans apart, by page and date; not what its creditor hides', async () => {
    await create('P1', '47', 200);
    await create('P2', '47', 210, { overrides: { pull: false } });
    const all = await list();
    const ids = all.map(({ iupd }) => iupd);
    expect(ids).toContain('P1');
    expect(ids).toContain('O1');
    expect(ids).not.toContain('P2');
    expect(all.find(({ iupd }) => iupd === 'O1')?.status).toBe('PARTIALLY_PAID');
    const plans = all.find(({ iupd }) => iupd === 'P1')?.paymentOptions;
    expect(plans?.map((plan) => [plan['description'], plan['numberOfInstallments'], plan['isPartialPayment'], plan['amount']])).toEqual([
      ['Soluzione unica', 1, false, 9_000],
      ['Due rate', 2, true, 10_000],
      ['Due rate, dopo', 2, true, 10_000],
    ]);
    const pages = [await list('?limit=2&page=0'), await list('?limit=2&page=1'), await list('?limit=2&page=2')].flat();
    expect(pages.map(({ iupd }) => iupd)).toEqual(ids);
    expect(await list(`?dueDate=${inDays(60).slice(0, 10)}`)).toEqual([]);
    expect((await list(`?dueDate=${inDays(33).slice(0, 10)}`)).length).toBe(ids.length);
  });

  it('in the graph are a citizen’s own, page by page, ready to be paid', async () => {
    type Page = {
      owedPositions: {
        edges: { node: { iupd: string; options: { instalments: Body[] }[] } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    };
    const first = await platform.ask<Page>(asDebtor, OWED, { first: 2 });
    expect(first.errors).toEqual([]);
    const second = await platform.ask<Page>(asDebtor, OWED, { first: 100, after: first.data?.owedPositions.pageInfo.endCursor });
    const ids = [first, second].flatMap(({ data }) => data?.owedPositions.edges.map(({ node }) => node.iupd) ?? []);
    expect(ids).toEqual((await list()).map(({ iupd }) => iupd));
    expect(first.data?.owedPositions.edges[0]?.node.options.at(-1)?.instalments.at(-1)).toMatchObject({
      payable: true,
      notice: { debtor: { fullName: 'Mario Rossi' } },
    });
    expect((await platform.ask<Page>(asStranger, OWED)).data?.owedPositions.edges).toEqual([]);
    expect((await platform.ask(asStranger, OWED, { code: DEBTOR_CODE })).errors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect((await platform.ask<Page>(asDebtor, OWED, { creditor: '88888888888' })).data?.owedPositions.edges).toEqual([]);
    expect((await platform.ask<Page>(asDebtor, OWED, { dueFrom: inDays(90).slice(0, 10) })).data?.owedPositions.edges).toEqual([]);
  });

  it('refuse with the codes of the field', async () => {
    expect(await ask('', '12345678901')).toMatchObject({ status: 400, body: { instance: 'PPL_601', title: 'Bad Request' } });
    expect(await call('GET', NOTICES)).toMatchObject({ status: 400, body: { instance: 'PPL_601' } });
    for (const query of ['?limit=0', '?limit=101', '?page=-1', '?dueDate=tomorrow'])
      expect([query, (await ask(query)).body['instance']]).toEqual([query, 'PPL_600']);
    expect((await ask('', DEBTOR_CODE, 'nobody')).status).toBe(401);
    expect((await ask('', DEBTOR_CODE, 'key-creditor')).status).toBe(403);
  });

  it.skipIf(!hasContracts)('answer as the contract has it', async () => {
    const { faultsOf } = contract('payments_pull.json');
    const { status, body } = await ask();
    expect((body as unknown as unknown[]).length).toBeGreaterThan(2);
    expect([status, faultsOf('GET', '/payment-notices/v1', status, body)]).toEqual([200, []]);
  });
});

describe('positions of asynchronous creditors', () => {
  const BASE = `/gpd/debt-positions-service/v1/organizations/${CREDITOR}`;

  it('are managed by an interface of their own, and the archive’s does not see them', async () => {
    await create('A1', '49', 200, { base: 'gpd' });
    const own = (path: string, method = 'GET', body?: unknown) => call(method, BASE + path, { key: 'key-creditor', body });
    const aca = (path: string, method = 'GET') =>
      call(method, `/aca/debt-positions-service/v1/organizations/${CREDITOR}${path}`, { key: 'key-creditor' });
    expect(await own('/debtpositions/A1')).toMatchObject({ status: 200, body: { status: 'VALID' } });
    for (const [path, method] of [
      ['/debtpositions/A1', 'GET'],
      ['/debtpositions/A1/invalidate', 'POST'],
      ['/debtpositions/A1', 'DELETE'],
      [`/paymentoptions/${numberOf('49', 200).nav}`, 'GET'],
    ] as const)
      expect([path, method, (await aca(path, method)).status]).toEqual([path, method, 404]);
    const listed = (await own('/debtpositions?limit=50')).body['payment_position_list'] as { iupd: string }[];
    expect(listed.map(({ iupd }) => iupd)).toEqual(expect.arrayContaining(['A1', 'G1']));
    expect(listed.map(({ iupd }) => iupd)).not.toContain('O1');
    expect(await own(`/paymentoptions/${numberOf('49', 201).nav}`)).toMatchObject({
      status: 200,
      body: { iupd: 'A1', serviceType: 'GPD', status: 'PO_UNPAID' },
    });
    expect((await call('GET', `${BASE}/debtpositions`, { key: 'key-broker' })).status).toBe(403);
  });

  it('change their IBAN together', async () => {
    const change = (query: string, body: unknown) =>
      call('PATCH', `${BASE}/debtpositions/transfers${query}`, { key: 'key-creditor', body });
    const newIban = 'IT02X0760111000000000012345';
    expect(await change(`?oldIban=${IBAN}&limit=3`, { newIban })).toMatchObject({ status: 200, body: { updatedTransfers: 3 } });
    const rest = await change(`?oldIban=${IBAN}`, { newIban });
    expect(rest.body['updatedTransfers']).toBe(7);
    expect(await change(`?oldIban=${IBAN}`, { newIban })).toMatchObject({ body: { updatedTransfers: 0 } });
    const stored = await platform.services.reads.position({ creditorFiscalCode: CREDITOR, iupd: 'A1' });
    expect(
      new Set(stored?.options.flatMap((option) => option.instalments.flatMap(({ transfers }) => transfers.map(({ iban }) => iban)))),
    ).toEqual(new Set([newIban]));
    const [archived] = await platform.services.reads.notices([{ creditorFiscalCode: CREDITOR, noticeNumber: noticeNumberOf(200) }]);
    expect(archived?.instalment.transfers[0]?.iban).toBe(IBAN);
    expect((await change('', { newIban })).status).toBe(400);
    expect((await change(`?oldIban=${IBAN}&limit=1001`, { newIban })).status).toBe(400);
    expect((await change(`?oldIban=${IBAN}`, {})).status).toBe(400);
  });

  it.skipIf(!hasContracts)('are answered as the contract has it', async () => {
    const { faultsOf, requestFaultsOf } = contract('gpd.json');
    const body = await create('A2', '49', 220, { base: 'gpd', overrides: { region: 'Lazio', phone: '0612345' } });
    expect(body).toMatchObject({ region: 'Lazio', phone: '0612345', pull: true });
    const ORGANIZATION = '/organizations/{organizationfiscalcode}';
    expect(faultsOf('POST', `${ORGANIZATION}/debtpositions`, 201, body)).toEqual([]);
    expect(requestFaultsOf('POST', `${ORGANIZATION}/debtpositions`, body)).toEqual([]);
    for (const [path, template] of [
      ['/debtpositions', '/debtpositions'],
      ['/debtpositions/A2', '/debtpositions/{iupd}'],
    ] as const) {
      const answer = await call('GET', BASE + path, { key: 'key-creditor' });
      expect([path, faultsOf('GET', ORGANIZATION + template, answer.status, answer.body)]).toEqual([path, []]);
    }
    const again = await call('PUT', `${BASE}/debtpositions/A2`, { key: 'key-creditor', body });
    expect(again.body).toEqual(body);
  });
});

describe('segregation', () => {
  it('keeps a broker to the codes of its own stations', async () => {
    const other = '55555555555';
    const code = `${other}_01`;
    await platform.directory('station', code, {
      code,
      broker: other,
      enabled: true,
      primitiveVersion: 2,
      endpoint: 'http://127.0.0.1:1/',
      password: 'pwdpwdpwd',
      standInFlag: false,
      paymentOptions: false,
    });
    await platform.directory('route', `${CREDITOR}/${code}`, {
      creditorInstitution: CREDITOR,
      station: code,
      auxDigit: 3,
      segregationCode: '60',
      broadcast: false,
      aca: true,
      standIn: true,
    });
    await platform.directory('apiKey', apiKeyHash('key-60'), { hash: apiKeyHash('key-60'), party: other, products: ['aca'] });
    await create('Z1', '60', 1);
    const BASE = `/aca/debt-positions-service/v1/organizations/${CREDITOR}`;
    const get = (path: string, method = 'GET') => call(method, BASE + path, { key: 'key-60' });
    expect((await get('/debtpositions/Z1')).status).toBe(200);
    expect(((await get('/debtpositions')).body['payment_position_list'] as { iupd: string }[]).map(({ iupd }) => iupd)).toEqual(['Z1']);
    for (const [path, method] of [
      ['/debtpositions/O1', 'GET'],
      [`/paymentoptions/${noticeNumberOf(100)}`, 'GET'],
      ['/debtpositions/P1/invalidate', 'POST'],
      ['/debtpositions/P1', 'DELETE'],
      [`/paymentoptions/paids/${noticeNumberOf(200)}`, 'POST'],
    ] as const)
      expect([path, (await get(path, method)).status]).toEqual([path, 403]);
    const thin = {
      paFiscalCode: CREDITOR,
      entityType: 'F',
      entityFiscalCode: DEBTOR_CODE,
      entityFullName: 'M R',
      amount: 1,
      description: 'x',
      expirationDate: inDays(9),
      iban: IBAN,
    };
    const load = (iuv: string) => call('POST', '/aca/v1/paCreatePosition', { key: 'key-60', body: { ...thin, iuv } });
    expect((await load(iuvOf(900))).status).toBe(403);
    expect((await load(numberOf('60', 900).iuv)).status).toBe(200);
  });
});

describe('ACA coverage', () => {
  it('counts the payments whose notice was in the archive beforehand', async () => {
    const COVERAGE = `query ($to: Date, $from: Date) { acaCoverage(from: $from, to: $to) {
      duty payments inAca standIn share cost routes { segregationCode aca asynchronous } } }`;
    const before = (await platform.ask<{ acaCoverage: { payments: number; inAca: number } }>(asCreditor, COVERAGE)).data!.acaCoverage;
    await book(noticeNumberOf(200), 'b');
    await book(noticeNumberOf(201), 'c', { activatedAt: toIso(platform.clock.now() - DAY), standIn: true });
    await book('347999999999999999', 'd');
    const { data, errors } = await platform.ask<{ acaCoverage: Body }>(asCreditor, COVERAGE);
    expect(errors).toEqual([]);
    expect(data?.acaCoverage).toMatchObject({
      duty: 'MUST_LOAD',
      payments: before.payments + 3,
      inAca: before.inAca + 1,
      standIn: 1,
      cost: 10,
    });
    expect(data?.acaCoverage['share']).toBeCloseTo((before.inAca + 1) / (before.payments + 3));
    expect(data?.acaCoverage['routes']).toContainEqual({ segregationCode: '49', aca: true, asynchronous: true });
    const entry = { fiscalCode: CREDITOR, name: 'Comune di Prova', enabled: true, ibans: [{ iban: IBAN, postal: false }] };
    await platform.directory('creditorInstitution', CREDITOR, { ...entry, publicAdministration: false });
    const asPrivate = await platform.ask<{ acaCoverage: Body }>(asCreditor, COVERAGE);
    expect(asPrivate.data?.acaCoverage).toMatchObject({ duty: 'OPTIONAL', cost: 0 });
    await platform.directory('creditorInstitution', CREDITOR, entry);
    expect((await platform.ask<{ acaCoverage: Body }>(asOtherCreditor, COVERAGE)).data?.acaCoverage).toMatchObject({
      duty: 'NO_STATION',
      payments: 0,
      share: null,
    });
    expect((await platform.ask(asCreditor, COVERAGE, { from: '2020-01-01' })).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });
});
