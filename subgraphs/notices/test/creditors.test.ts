/** ACA coverage, positions of asynchronous creditors, and the segregation codes that keep brokers apart. */
import { apiKeyHash } from '@nodo-aperto/kernel/directory';
import { DAY, toIso } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, hasContracts } from './contracts.ts';
import { type Body, type Families, numberOf, startFamilies } from './families.ts';
import { asCreditor, asOtherCreditor, CREDITOR, DEBTOR_CODE, IBAN, iuvOf, noticeNumberOf } from './platform.ts';

let families: Families;
const call: Families['call'] = (...of) => families.call(...of);
const create: Families['create'] = (...of) => families.create(...of);
const book: Families['book'] = (...of) => families.book(...of);
beforeAll(async () => {
  families = await startFamilies();
  await create('O1', '47', 100);
  await create('G1', '49', 10, { base: 'gpd' });
  await create('P1', '47', 200);
});
afterAll(() => families?.stop());

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
    const stored = await families.platform.services.reads.position({ creditorFiscalCode: CREDITOR, iupd: 'A1' });
    expect(
      new Set(stored?.options.flatMap((option) => option.instalments.flatMap(({ transfers }) => transfers.map(({ iban }) => iban)))),
    ).toEqual(new Set([newIban]));
    const [archived] = await families.platform.services.reads.notices([
      { creditorFiscalCode: CREDITOR, noticeNumber: noticeNumberOf(200) },
    ]);
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
    await families.platform.directory('station', code, {
      code,
      broker: other,
      enabled: true,
      primitiveVersion: 2,
      endpoint: 'http://127.0.0.1:1/',
      password: 'pwdpwdpwd',
      standInFlag: false,
      paymentOptions: false,
    });
    await families.platform.directory('route', `${CREDITOR}/${code}`, {
      creditorInstitution: CREDITOR,
      station: code,
      auxDigit: 3,
      segregationCode: '60',
      broadcast: false,
      aca: true,
      standIn: true,
    });
    await families.platform.directory('apiKey', apiKeyHash('key-60'), { hash: apiKeyHash('key-60'), party: other, products: ['aca'] });
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
      expirationDate: families.inDays(9),
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
    const before = (await families.platform.ask<{ acaCoverage: { payments: number; inAca: number } }>(asCreditor, COVERAGE)).data!
      .acaCoverage;
    await book(noticeNumberOf(200), 'b');
    await book(noticeNumberOf(201), 'c', { activatedAt: toIso(families.platform.clock.now() - DAY), standIn: true });
    await book('347999999999999999', 'd');
    const { data, errors } = await families.platform.ask<{ acaCoverage: Body }>(asCreditor, COVERAGE);
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
    await families.platform.directory('creditorInstitution', CREDITOR, { ...entry, publicAdministration: false });
    const asPrivate = await families.platform.ask<{ acaCoverage: Body }>(asCreditor, COVERAGE);
    expect(asPrivate.data?.acaCoverage).toMatchObject({ duty: 'OPTIONAL', cost: 0 });
    await families.platform.directory('creditorInstitution', CREDITOR, entry);
    expect((await families.platform.ask<{ acaCoverage: Body }>(asOtherCreditor, COVERAGE)).data?.acaCoverage).toMatchObject({
      duty: 'NO_STATION',
      payments: 0,
      share: null,
    });
    expect((await families.platform.ask(asCreditor, COVERAGE, { from: '2020-01-01' })).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });
});
