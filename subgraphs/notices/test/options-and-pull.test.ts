/** Payment options and pull payments, over REST and in the graph. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, hasContracts } from './contracts.ts';
import { type Body, type Families, numberOf, PSP, startFamilies } from './families.ts';
import { asDebtor, asPsp, asStranger, CREDITOR, DEBTOR_CODE, noticeNumberOf } from './platform.ts';

let families: Families;
beforeAll(async () => {
  families = await startFamilies();
});
afterAll(() => families?.stop());

const call: Families['call'] = (...of) => families.call(...of);
const create: Families['create'] = (...of) => families.create(...of);
const book: Families['book'] = (...of) => families.book(...of);
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
    const graph = await families.platform.ask<{ paymentOptions: Body }>(
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
    families.station.asked.length = 0;
    for (const method of ['POST', 'GET']) {
      families.station.reply = { status: 200, body, method };
      expect(await call('GET', PATH(nav))).toMatchObject({
        status: 200,
        body: { companyName: 'EC', standin: false, paymentOptions: [{ amount: 120 }] },
      });
    }
    const path = `/rest/payment-options/organizations/${CREDITOR}/notices/${nav}`;
    expect(families.station.asked).toEqual([`POST ${path}`, `POST ${path}`, `GET ${path}`]);
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
      families.station.reply = { status, body: answer };
      const { body: error } = await call('GET', PATH(nav));
      expect([status, error['appErrorCode']]).toEqual([status, code]);
    }
  });

  it('come from the archive when the station is not there, unless its creditor opted out', async () => {
    await create('S1', '48', 10);
    await create('S2', '48', 20, { overrides: { payStandIn: false } });
    families.station.reply = { status: 503, body: {} };
    expect(await call('GET', PATH(numberOf('48', 11).nav))).toMatchObject({ status: 200, body: { standin: true } });
    expect(await call('GET', PATH(numberOf('48', 21).nav))).toMatchObject({ status: 400, body: { appErrorCode: 'ODP-012' } });
    const settings = await families.platform.services.directory.settings();
    await families.platform.directory('settings', 'platform', { ...settings, creditorTimeoutMs: 300 });
    families.station.reply = { status: 200, body: {}, hang: true };
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
    const graph = await families.platform.ask<{ paymentOptions: Body }>(
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
    expect((await families.platform.ask(asPsp, OWED, { code: DEBTOR_CODE })).errors).toMatchObject([{ code: 'FORBIDDEN' }]);
    const CONSENTS = `/pagopa-gpd-payments-pull/v1/consents/${DEBTOR_CODE}`;
    expect(await call('PUT', CONSENTS, { body: { reference: 'contract 12', expiresAt: families.inDays(10) } })).toMatchObject({
      status: 201,
      body: { pspCode: PSP },
    });
    expect((await ask()).status).toBe(200);
    const mine = `{ pullConsents { edges { node { pspCode recordedBy reference inForce revokedAt } } } }`;
    expect((await families.platform.ask(asDebtor, mine)).data).toMatchObject({
      pullConsents: { edges: [{ node: { pspCode: PSP, recordedBy: 'PSP', reference: 'contract 12', inForce: true } }] },
    });
    const revoke = `mutation { revokePullConsent(pspCode: "${PSP}") { consent { inForce } errors { message } } }`;
    expect((await families.platform.ask(asDebtor, revoke)).data).toMatchObject({
      revokePullConsent: { consent: { inForce: false }, errors: [] },
    });
    expect((await families.platform.ask(asDebtor, revoke)).data).toMatchObject({
      revokePullConsent: { errors: [{ message: expect.any(String) }] },
    });
    expect((await ask()).status).toBe(403);
    expect((await call('DELETE', CONSENTS)).status).toBe(404);
    const give = `mutation { givePullConsent(pspCode: "${PSP}") { consent { inForce recordedBy } errors { path } } }`;
    expect((await families.platform.ask(asDebtor, give)).data).toMatchObject({
      givePullConsent: { consent: { inForce: true, recordedBy: 'CITIZEN' } },
    });
    expect((await ask()).status).toBe(200);
    expect(await call('PUT', CONSENTS, { body: { expiresAt: families.inDays(-1) } })).toMatchObject({ status: 400 });
    const history = await families.platform.services.writing.database.query(
      'select given, recorded_by from pull_consent_change order by id',
    );
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
    expect(await list(`?dueDate=${families.inDays(60).slice(0, 10)}`)).toEqual([]);
    expect((await list(`?dueDate=${families.inDays(33).slice(0, 10)}`)).length).toBe(ids.length);
  });

  it('in the graph are a citizen’s own, page by page, ready to be paid', async () => {
    type Page = {
      owedPositions: {
        edges: { node: { iupd: string; options: { instalments: Body[] }[] } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    };
    const first = await families.platform.ask<Page>(asDebtor, OWED, { first: 2 });
    expect(first.errors).toEqual([]);
    const second = await families.platform.ask<Page>(asDebtor, OWED, { first: 100, after: first.data?.owedPositions.pageInfo.endCursor });
    const ids = [first, second].flatMap(({ data }) => data?.owedPositions.edges.map(({ node }) => node.iupd) ?? []);
    expect(ids).toEqual((await list()).map(({ iupd }) => iupd));
    expect(first.data?.owedPositions.edges[0]?.node.options.at(-1)?.instalments.at(-1)).toMatchObject({
      payable: true,
      notice: { debtor: { fullName: 'Mario Rossi' } },
    });
    expect((await families.platform.ask<Page>(asStranger, OWED)).data?.owedPositions.edges).toEqual([]);
    expect((await families.platform.ask(asStranger, OWED, { code: DEBTOR_CODE })).errors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect((await families.platform.ask<Page>(asDebtor, OWED, { creditor: '88888888888' })).data?.owedPositions.edges).toEqual([]);
    expect(
      (await families.platform.ask<Page>(asDebtor, OWED, { dueFrom: families.inDays(90).slice(0, 10) })).data?.owedPositions.edges,
    ).toEqual([]);
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
