import { DAY, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { type Answer, callsOf } from './calls.ts';
import { contract, hasContracts } from './contracts.ts';
import { CREDITOR, IBAN, iuvOf, noticeNumberOf, OTHER_CREDITOR, type TestPlatform } from './platform.ts';
import { populated } from './populated.ts';

let platform: TestPlatform;
populated((started) => {
  platform = started;
});

const call = callsOf(() => platform);
const inDays = (days: number) => toIso(platform.clock.now() + days * DAY);

describe('POST /aca/v1/paCreatePosition', () => {
  const PATH = '/aca/v1/paCreatePosition';
  const request = (number: number, overrides: Record<string, unknown> = {}) => ({
    paFiscalCode: CREDITOR,
    entityType: 'F',
    entityFiscalCode: 'RSSMRA80A01H501U',
    entityFullName: 'Mario Rossi',
    iuv: iuvOf(number),
    amount: 10_000,
    description: 'TARI 2026',
    expirationDate: '2099-12-31T23:59:59',
    ...overrides,
  });
  const post = (body: unknown, key?: string | null) => call('POST', PATH, { body, ...(key !== undefined && { key }) });

  it('creates, updates, invalidates; answers the position as it is', async () => {
    const created = await post(request(1, { postalIban: 'IT02X0760111000000000012345' }));
    expect(created).toMatchObject({
      status: 200,
      body: {
        paFiscalCode: CREDITOR,
        companyName: 'Comune di Prova',
        entityFullName: 'Mario Rossi',
        iuv: iuvOf(1),
        nav: noticeNumberOf(1),
        amount: 10_000,
        expirationDate: '2099-12-31T23:59:59',
        iban: IBAN,
        postalIban: 'IT02X0760111000000000012345',
        switchToExpired: false,
        payStandIn: true,
        status: 'VALID',
      },
    });
    expect(await post(request(1, { amount: 5, expirationDate: '2098-06-30T21:59:59Z', postalIban: null }))).toMatchObject({
      status: 200,
      body: { amount: 5, expirationDate: '2098-06-30T23:59:59', status: 'VALID' },
    });
    expect(await post(request(1, { amount: 0 }))).toMatchObject({ status: 200, body: { amount: 0, status: 'INVALID' } });
    expect(await post(request(1))).toMatchObject({
      status: 409,
      type: 'application/problem+json; charset=utf-8',
      body: { status: 409, detail: expect.stringContaining('INVALID') },
    });
  });

  it('400 names every field and what was expected', async () => {
    const { status, type, body } = await post({
      paFiscalCode: '123',
      iuv: 7,
      amount: '10',
      expirationDate: '2026-13-01T00:00:00',
      nav: '1',
    });
    expect([status, type]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(body.issues?.map(({ path, expected }) => [path, expected !== undefined])).toEqual(
      ['paFiscalCode', 'entityType', 'entityFiscalCode', 'entityFullName', 'iuv', 'nav', 'amount', 'description', 'expirationDate'].map(
        (path) => [path, true],
      ),
    );
    expect(body.detail).toContain('paFiscalCode');
    expect(await post(request(2, { expirationDate: '2020-01-01T00:00:00' }))).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'expirationDate' }] },
    });
    for (const bad of ['[]', '"text"', '{"paFiscalCode":']) expect((await post(bad)).status).toBe(400);
  });

  it('401 without a known key, 403 for another product or another party’s code, which tells nothing of it', async () => {
    for (const key of [null, 'nobody']) expect(await post(request(3), key)).toMatchObject({ status: 401 });
    expect(await post(request(3), 'key-psp')).toMatchObject({ status: 403 });
    const known = await post(request(3), 'key-other');
    const unknown = await post(request(3, { paFiscalCode: '12345678901' }), 'key-other');
    expect([known.status, unknown.status, known.body.detail]).toEqual([403, 403, unknown.body.detail]);
    expect(await post(request(3), 'key-broker')).toMatchObject({ status: 200 });
  });

  it('404 for amount 0 under an unknown key, 422 without an account, 409 for a key of two halves', async () => {
    expect(await post(request(4, { amount: 0 }))).toMatchObject({ status: 404, body: { issues: [{ path: 'nav' }] } });
    expect(await post(request(4, { paFiscalCode: OTHER_CREDITOR }), 'key-other')).toMatchObject({
      status: 422,
      body: { issues: [{ path: 'iban' }] },
    });
    await post(request(5));
    expect(await post(request(6, { nav: noticeNumberOf(5) }))).toMatchObject({ status: 409, body: { issues: [{ path: 'nav' }] } });
  });

  it('takes numbers with wrong check digits, and says so', async () => {
    const body = request(0, { iuv: '11111111112222222', nav: '311111111112222222' });
    const message = 'has wrong check digits';
    expect(await post(body)).toMatchObject({ status: 200, body: { warnings: [{ field: 'nav', message }, { field: 'nav' }] } });
  });

  it('takes a debtor, an account and a number that lead nowhere, and says so in the contract’s words', async () => {
    const iuv = '99000000000000088';
    const odd = await post(request(0, { iuv, entityFiscalCode: 'RSSMRA80A', iban: 'IT60X0542811101000000123457' }));
    expect(odd).toMatchObject({ status: 200 });
    const fields = (odd.body['warnings'] as { field: string; expected: string }[]).map(({ field }) => field);
    expect(fields).toEqual(expect.arrayContaining(['nav', 'entityFiscalCode', 'iban']));
    const even = (await post(request(9))).body['warnings'] as { message: string }[] | undefined;
    expect((even ?? []).filter(({ message }) => !message.includes('check digits'))).toEqual([]);
  });

  it.skipIf(!hasContracts)('answers as the contract has it', async () => {
    const { faultsOf, requestFaultsOf } = contract('paCreatePosition.json');
    expect(requestFaultsOf('POST', '/paCreatePosition', request(7, { expirationDate: inDays(9) }))).toEqual([]);
    expect(requestFaultsOf('POST', '/paCreatePosition', request(7, { expirationDate: inDays(9), amount: -1 }))).not.toEqual([]);
    const answers = [
      await post(request(7)),
      await post(request(7, { amount: 1 })),
      await post(request(7, { amount: 0 })),
      await post(request(7)),
      await post({}),
      await post(request(8, { amount: 0 })),
      await post(request(8, { paFiscalCode: OTHER_CREDITOR }), 'key-other'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 409, 400, 404, 422]);
    for (const { status, body } of answers) expect(faultsOf('POST', '/paCreatePosition', status, body)).toEqual([]);
  });
});

describe('/aca/debt-positions-service/v1', () => {
  const BASE = `/aca/debt-positions-service/v1/organizations/${CREDITOR}`;
  const option = (number: number, overrides: Record<string, unknown> = {}) => ({
    iuv: iuvOf(number),
    amount: 5_000,
    description: 'TARI 2026',
    isPartialPayment: false,
    dueDate: inDays(30),
    transfer: [
      {
        idTransfer: '1',
        amount: 5_000,
        remittanceInformation: 'TARI',
        category: '9/0101108TS/',
        iban: IBAN,
        postalIban: '',
        transferMetadata: [{ key: 'a', value: 'b' }],
      },
    ],
    paymentOptionMetadata: [{ key: 'ufficio', value: 'tributi' }],
    ...overrides,
  });
  const model = (iupd: string, number: number, overrides: Record<string, unknown> = {}) => ({
    iupd,
    type: 'F',
    fiscalCode: 'RSSMRA80A01H501U',
    fullName: 'Mario Rossi',
    streetName: 'via Roma',
    province: 'RM',
    country: 'IT',
    companyName: 'Comune di Prova, Tributi',
    switchToExpired: false,
    paymentOption: [option(number + 1, { isPartialPayment: true }), option(number), option(number + 2, { isPartialPayment: true })],
    ...overrides,
  });
  const create = (body: Record<string, unknown>, query = '') => call('POST', `${BASE}/debtpositions${query}`, { body });

  it('creates a draft, or publishes at once; partial options are one plan', async () => {
    expect(await create(model('G1', 100))).toMatchObject({
      status: 201,
      body: { iupd: 'G1', status: 'DRAFT', companyName: 'Comune di Prova, Tributi', streetName: 'via Roma', province: 'RM' },
    });
    const published = await create(model('G2', 110), '?toPublish=true');
    expect(published).toMatchObject({ status: 201, body: { status: 'VALID' } });
    const options = published.body['paymentOption'] as Record<string, unknown>[];
    expect(options.map(({ nav, isPartialPayment }) => [nav, isPartialPayment])).toEqual([
      [noticeNumberOf(110), false],
      [noticeNumberOf(111), true],
      [noticeNumberOf(112), true],
    ]);
    const position = await platform.services.reads.position({ creditorFiscalCode: CREDITOR, iupd: 'G2' });
    expect(position?.options.map(({ instalments }) => instalments.length)).toEqual([1, 2]);
    expect(position?.options[0]?.instalments[0]?.transfers[0]).not.toHaveProperty('postalIban');
  });

  it('says what is odd in the contract’s words', async () => {
    const odd = [option(180, { nav: '399000000000000099', iuv: '99000000000000099' }), option(181)];
    const created = await create(model('G9', 180, { fiscalCode: 'RSSMRA80A', paymentOption: odd }));
    const fields = (created.body['warnings'] as { field: string }[]).map(({ field }) => field);
    expect([created.status, fields[0]]).toEqual([201, 'fiscalCode']);
    expect(fields).toContain('paymentOption[0].nav');
    const updated = await call('PUT', `${BASE}/debtpositions/G9`, { body: model('G9', 182, { fiscalCode: 'X1' }) });
    expect((updated.body['warnings'] as { field: string }[])[0]).toMatchObject({ field: 'fiscalCode' });
  });

  it('gets, publishes, updates, invalidates and deletes', async () => {
    await create(model('G3', 120));
    expect(await call('GET', `${BASE}/debtpositions/G3`)).toMatchObject({
      status: 200,
      body: { iupd: 'G3', status: 'DRAFT', organizationFiscalCode: CREDITOR },
    });
    expect(await call('POST', `${BASE}/debtpositions/G3/invalidate`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('DRAFT') },
    });
    expect(await call('POST', `${BASE}/debtpositions/G3/publish`)).toMatchObject({ status: 200, body: { status: 'VALID' } });
    expect(await call('POST', `${BASE}/debtpositions/G3/publish`)).toMatchObject({ status: 409 });
    const updated = await call('PUT', `${BASE}/debtpositions/G3`, { body: model('G3', 120, { fullName: 'Anna Verdi' }) });
    expect(updated).toMatchObject({ status: 200, body: { fullName: 'Anna Verdi', status: 'VALID' } });
    expect(await call('POST', `${BASE}/debtpositions/G3/invalidate`)).toMatchObject({ status: 200, body: { status: 'INVALID' } });
    expect(await call('PUT', `${BASE}/debtpositions/G3`, { body: model('G3', 120) })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('INVALID') },
    });
    expect((await call('DELETE', `${BASE}/debtpositions/G3`)).status).toBe(200);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/publish'],
      ['POST', '/invalidate'],
    ]) {
      expect(await call(method!, `${BASE}/debtpositions/G3${path}`)).toMatchObject({ status: 404 });
    }
  });

  it('marks a notice paid elsewhere', async () => {
    await create(model('G4', 130), '?toPublish=true');
    const paid = await call('POST', `${BASE}/paymentoptions/paids/${noticeNumberOf(131)}`, { body: { paymentDate: inDays(-1) } });
    expect(paid).toMatchObject({ status: 200, body: { nav: noticeNumberOf(131), status: 'PO_PAID', serviceType: 'ACA' } });
    expect(await call('GET', `${BASE}/debtpositions/G4`)).toMatchObject({ body: { status: 'PARTIALLY_PAID' } });
    expect(await call('POST', `${BASE}/paymentoptions/paids/${noticeNumberOf(131)}`, { body: {} })).toMatchObject({ status: 409 });
    expect(await call('POST', `${BASE}/paymentoptions/paids/${noticeNumberOf(130)}`, { body: {} })).toMatchObject({ status: 422 });
    expect(await call('POST', `${BASE}/paymentoptions/paids/${noticeNumberOf(999)}`, { body: {} })).toMatchObject({
      status: 404,
      body: { issues: [{ path: 'nav' }] },
    });
    expect(await call('POST', `${BASE}/paymentoptions/paids/${noticeNumberOf(132)}`, { body: { paymentDate: 'x' } })).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'paymentDate' }] },
    });
    expect(await call('DELETE', `${BASE}/debtpositions/G4`)).toMatchObject({ status: 409 });
  });

  it('400 names the fields as the contract does, 409 what is taken', async () => {
    const shape = await create({ ...model('G5', 140), type: 'X', fullName: undefined, paymentOption: [option(140, { dueDate: 'x' })] });
    expect(shape).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'type' }, { path: 'fullName' }, { path: 'paymentOption[0].dueDate' }] },
    });
    const bad = { idTransfer: '1', amount: 4_999, remittanceInformation: 'x', category: 'c' };
    const rules = await create(
      model('G5', 140, {
        validityDate: inDays(-1),
        paymentOption: [option(141, { isPartialPayment: true, nav: '1' }), option(140, { transfer: [bad], dueDate: inDays(-3) })],
      }),
    );
    expect(rules.body.issues?.map(({ path }) => path)).toEqual([
      'validityDate',
      'validityDate',
      'paymentOption[0].nav',
      'paymentOption[1].transfer[0].iban',
      'paymentOption[1].amount',
      'paymentOption[1].dueDate',
    ]);
    const lengths = await create(
      model('G5', 140, {
        paymentOption: [option(140, { transfer: [{ ...bad, amount: 5_000, category: '', transferMetadata: [{ key: '', value: '' }] }] })],
      }),
    );
    expect(lengths.body.issues?.map(({ path }) => path)).toEqual([
      'paymentOption[0].transfer[0].category',
      'paymentOption[0].transfer[0].transferMetadata[0].key',
      'paymentOption[0].transfer[0].transferMetadata[0].value',
    ]);
    expect(await create(model('G5', 140, { paymentOption: [] }))).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'paymentOption' }] },
    });
    expect(await create(model('G5', 140, { country: 'Italia' }))).toMatchObject({ status: 400, body: { issues: [{ path: 'country' }] } });
    await create(model('G5', 140));
    expect(await create(model('G5', 150))).toMatchObject({ status: 409, body: { issues: [{ path: 'iupd' }] } });
    expect(await create(model('G6', 140, { paymentOption: [option(140)] }))).toMatchObject({
      status: 409,
      body: { issues: [{ path: 'paymentOption[0].nav' }, { path: 'paymentOption[0].iuv' }] },
    });
    expect(
      await create(
        model('G7', 160, { paymentOption: [option(160, { paymentOptionMetadata: [{ key: 'NOTIFICATION_FEE', value: '1' }] })] }),
      ),
    ).toMatchObject({
      status: 409,
      body: { issues: [{ path: 'paymentOption[0].paymentOptionMetadata[0].key' }] },
    });
    expect(await create(model('G8', 170), '?toPublish=maybe')).toMatchObject({ status: 400, body: { issues: [{ path: 'toPublish' }] } });
  });

  it('lists by page, state and dates', async () => {
    const other = `/aca/debt-positions-service/v1/organizations/${OTHER_CREDITOR}`;
    for (let index = 0; index < 12; index += 1) {
      const body = model(`L${String(index).padStart(2, '0')}`, 300 + index, {
        paymentOption: [option(300 + index, { dueDate: inDays(index + 1) })],
      });
      await call('POST', `${other}/debtpositions?toPublish=${index > 5}`, { key: 'key-other', body });
    }
    const list = (query: string) => call('GET', `${other}/debtpositions${query}`, { key: 'key-other' });
    const ids = async (query: string) => ((await list(query)).body['payment_position_list'] as { iupd: string }[]).map(({ iupd }) => iupd);
    expect(await ids('?orderby=IUPD&ordering=ASC&limit=5&page=2')).toEqual(['L10', 'L11']);
    expect((await list('?limit=5')).body['page_info']).toEqual({ page: 0, limit: 5, items_found: 5, total_pages: 3 });
    expect(await ids('')).toHaveLength(10);
    expect(await ids('?status=DRAFT&orderby=IUPD')).toEqual(['L05', 'L04', 'L03', 'L02', 'L01', 'L00']);
    const day = (days: number) => inDays(days).slice(0, 10);
    expect(await ids(`?due_date_from=${day(2)}&due_date_to=${day(4)}&orderby=IUPD&ordering=ASC`)).toContain('L02');
    expect(await ids(`?due_date_to=${day(-40)}`)).toEqual([]);
    await call('POST', `${other}/paymentoptions/paids/${noticeNumberOf(311)}`, { key: 'key-other', body: {} });
    expect(await ids(`?payment_date_from=${day(-1)}`)).toEqual(['L11']);
    const wrong: [string, string][] = [
      ['?limit=51', 'limit'],
      ['?page=-1', 'page'],
      ['?status=NEW', 'status'],
      ['?orderby=AMOUNT', 'orderby'],
      ['?due_date_from=yesterday', 'due_date_from'],
      ['?due_date_from=2026-01-01&due_date_to=2026-02-01', 'due_date_to'],
      ['?due_date_from=2026-02-01&due_date_to=2026-01-31', 'due_date_to'],
      ['?due_date_from=2026-01-01&payment_date_from=2026-01-01', 'payment_date_from'],
    ];
    for (const [query, path] of wrong) expect(await list(query)).toMatchObject({ status: 400, body: { issues: [{ path }] } });
  });

  it('is for the organization and its broker; another’s tells nothing', async () => {
    await create(model('G9', 180));
    for (const [key, status] of [
      ['key-other', 403],
      ['key-psp', 403],
      ['nobody', 401],
      [null, 401],
      ['key-broker', 200],
    ] as const) {
      expect(await call('GET', `${BASE}/debtpositions/G9`, { key })).toMatchObject({ status });
    }
    const known = await call('GET', `${BASE}/debtpositions/G9`, { key: 'key-other' });
    const unknown = await call('GET', `/aca/debt-positions-service/v1/organizations/12345678901/debtpositions/G9`, { key: 'key-other' });
    expect([unknown.status, unknown.body.detail]).toEqual([403, known.body.detail]);
  });

  it('gives the caller’s request id back, or one of its own', async () => {
    expect((await call('GET', `${BASE}/debtpositions`, { headers: { 'X-Request-Id': 'my-request-1' } })).headers.get('x-request-id')).toBe(
      'my-request-1',
    );
    expect((await call('GET', `${BASE}/debtpositions`)).headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}$/);
  });

  it.skipIf(!hasContracts)('answers as the contract has it', async () => {
    const { faultsOf, requestFaultsOf } = contract('gpd-4-aca.json');
    const ORGANIZATION = '/organizations/{organizationfiscalcode}';
    expect(
      requestFaultsOf('POST', `${ORGANIZATION}/debtpositions`, model('C1', 200, { paymentOption: [option(200, { transfer: [] })] })),
    ).toEqual([]);
    const stamp = { hashDocument: 'wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=', stampType: '01', provincialResidence: 'RM' };
    const withStamp = option(210, { transfer: [{ idTransfer: '1', amount: 5_000, remittanceInformation: 'bollo', category: 'c', stamp }] });
    const checks: [string, string, Promise<Answer>][] = [];
    const run = async (method: string, template: string, path: string, body?: unknown) => {
      const answer = await call(method, `${BASE}${path}`, { ...(body !== undefined && { body }) });
      checks.push([method, ORGANIZATION + template, Promise.resolve(answer)]);
      return answer.status;
    };
    expect(await run('POST', '/debtpositions', '/debtpositions', model('C1', 200, { validityDate: inDays(1), email: 'a@b.it' }))).toBe(201);
    expect(await run('POST', '/debtpositions', '/debtpositions?toPublish=true', model('C2', 210, { paymentOption: [withStamp] }))).toBe(
      201,
    );
    expect(await run('POST', '/debtpositions', '/debtpositions', {})).toBe(400);
    expect(await run('POST', '/debtpositions', '/debtpositions', model('C1', 200))).toBe(409);
    expect(await run('GET', '/debtpositions', '/debtpositions?limit=50')).toBe(200);
    expect(await run('GET', '/debtpositions', '/debtpositions?limit=99')).toBe(400);
    expect(await run('GET', '/debtpositions/{iupd}', '/debtpositions/C2')).toBe(200);
    expect(await run('GET', '/debtpositions/{iupd}', '/debtpositions/none')).toBe(404);
    expect(await run('PUT', '/debtpositions/{iupd}', '/debtpositions/C1', model('C1', 200))).toBe(200);
    expect(await run('PUT', '/debtpositions/{iupd}', '/debtpositions/C1', {})).toBe(400);
    expect(await run('POST', '/debtpositions/{iupd}/publish', '/debtpositions/C1/publish')).toBe(200);
    expect(await run('POST', '/debtpositions/{iupd}/publish', '/debtpositions/C1/publish')).toBe(409);
    expect(await run('POST', '/debtpositions/{iupd}/invalidate', '/debtpositions/C1/invalidate')).toBe(200);
    expect(await run('POST', '/debtpositions/{iupd}/invalidate', '/debtpositions/none/invalidate')).toBe(404);
    expect(await run('DELETE', '/debtpositions/{iupd}', '/debtpositions/C1')).toBe(200);
    expect(
      await run('POST', '/paymentoptions/paids/{nav}', `/paymentoptions/paids/${noticeNumberOf(210)}`, { paymentDate: inDays(-1) }),
    ).toBe(200);
    expect(await run('POST', '/paymentoptions/paids/{nav}', `/paymentoptions/paids/${noticeNumberOf(210)}`, {})).toBe(409);
    for (const [method, path, answer] of checks) {
      const { status, body } = await answer;
      expect([method, path, status, faultsOf(method, path, status, body)]).toEqual([method, path, status, []]);
    }
  });
});
