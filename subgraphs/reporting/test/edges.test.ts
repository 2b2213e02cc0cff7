import { DAY, toIso } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, hasContracts, type Method } from './contracts.ts';
import { BROKER, CHANNEL, CREDITOR, DISABLED_PSP, type Fixture, OTHER_CREDITOR, OTHER_PSP, PSP, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const nameOf = (suffix: string, psp = PSP) => `2026-03-02${psp}-${suffix}`;
const PSP_BASE = '/fdr-psp/service/v1';
const ORGANIZATION_BASE = '/fdr-org/service/v1';

interface Answer {
  status: number;
  type: string;
  body: Record<string, unknown>;
}

async function call(method: Method, path: string, options: { key?: string | null; body?: unknown; text?: string } = {}): Promise<Answer> {
  const { key = path.startsWith(PSP_BASE) ? 'key-psp' : 'key-creditor', body, text } = options;
  const response = await fetch(`${fixture.base}${path}`, {
    method: method.toUpperCase(),
    headers: { ...(method !== 'get' && { 'content-type': 'application/json' }), ...(key && { 'Ocp-Apim-Subscription-Key': key }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(text !== undefined && { body: text }),
  });
  return { status: response.status, type: response.headers.get('content-type') ?? '', body: (await response.json()) as Answer['body'] };
}

const psps = (rest: string, psp = PSP) => `${PSP_BASE}/psps/${psp}${rest}`;
const organizations = (rest: string, creditor = CREDITOR) => `${ORGANIZATION_BASE}/organizations/${creditor}/fdrs${rest}`;

function flow(name: string, more: Record<string, unknown> = {}) {
  return {
    fdr: name,
    fdrDate: '2026-03-03T06:00:00Z',
    sender: {
      type: 'LEGAL_PERSON',
      id: 'SELBIT2B',
      pspId: PSP,
      pspName: 'Banca di Prova',
      pspBrokerId: BROKER,
      channelId: CHANNEL,
      password: 'password1',
    },
    receiver: { id: 'APPBIT2B', organizationId: CREDITOR, organizationName: 'Comune di Prova' },
    regulation: 'SEPA - Bonifico X',
    regulationDate: '2026-03-04',
    bicCodePouringBank: 'UNCRITMMXXX',
    totPayments: 2,
    sumPayments: 0.3,
    ...more,
  };
}
const payment = (index: number, pay: number) => ({
  index,
  iuv: `iuv-${index}`,
  iur: `iur-${index}`,
  idTransfer: 1,
  pay,
  payStatus: 'EXECUTED',
  payDate: '2026-03-02T09:00:00Z',
});
const PAYMENTS = { payments: [payment(1, 0.1), payment(2, 0.2)] };

async function published(name: string, more: Record<string, unknown> = {}): Promise<void> {
  const steps = [
    await call('post', psps(`/fdrs/${name}`), { body: flow(name, more) }),
    await call('put', psps(`/fdrs/${name}/payments/add`), { body: PAYMENTS }),
    await call('post', psps(`/fdrs/${name}/publish`)),
  ];
  expect(steps.map(({ status }) => status)).toEqual([201, 200, 200]);
}

const refusal = (code: string, status = 400) => ({ status, body: expect.objectContaining({ httpStatusCode: status, appErrorCode: code }) });

describe('the interface of PSPs', () => {
  it('makes, fills, corrects, publishes and shows a flow, with amounts that are exact', async () => {
    const name = nameOf('rest');
    expect((await call('post', psps(`/fdrs/${name}`), { body: flow(name) })).body).toEqual({ message: `Flow [${name}] saved` });
    const draft = psps(`/created/fdrs/${name}/organizations/${CREDITOR}`);
    expect((await call('get', draft)).body).toMatchObject({
      status: 'CREATED',
      revision: 1,
      computedTotPayments: 0,
      computedSumPayments: 0,
      totPayments: 2,
      sumPayments: 0.3,
    });
    await call('put', psps(`/fdrs/${name}/payments/add`), { body: { payments: [...PAYMENTS.payments, payment(3, 4.35)] } });
    expect(await call('put', psps(`/fdrs/${name}/payments/del`), { body: { indexList: [3] } })).toMatchObject({
      status: 200,
      body: { message: expect.any(String) },
    });
    const page = await call('get', `${draft}/payments?size=1&page=2`);
    expect(page.body).toEqual({
      metadata: { pageSize: 1, pageNumber: 2, totPage: 2 },
      count: 2,
      data: [{ ...payment(2, 0.2), payDate: '2026-03-02T09:00:00.000Z' }],
    });
    expect((await call('get', psps('/created?size=1000'))).body).toMatchObject({
      count: 1,
      data: [{ fdr: name, organizationId: CREDITOR, revision: 1 }],
    });
    expect((await call('post', psps(`/fdrs/${name}/publish`))).status).toBe(200);
    const shown = await call('get', psps(`/published/fdrs/${name}/revisions/1/organizations/${CREDITOR}`));
    const { password: _password, ...sender } = flow(name).sender;
    expect(shown.body).toMatchObject({
      ...flow(name),
      fdrDate: '2026-03-03T06:00:00.000Z',
      sender,
      status: 'PUBLISHED',
      published: expect.any(String),
      computedSumPayments: 0.3,
    });
    expect(JSON.stringify(shown.body)).not.toContain('password');
    expect((await call('get', psps('/published'))).body).toMatchObject({ count: 1, data: [{ fdr: name, revision: 1 }] });
    expect((await call('get', psps('/created'))).body).toEqual({
      metadata: { pageSize: 1_000, pageNumber: 1, totPage: 0 },
      count: 0,
      data: [],
    });
    expect(await call('get', draft)).toMatchObject(refusal('FDR-3001', 404));
    const later = toIso(fixture.clock.now() + DAY);
    expect((await call('get', psps(`/published?publishedGt=${later}`))).body['count']).toBe(0);
    expect((await call('get', psps(`/published?organizationId=${OTHER_CREDITOR}`))).body['count']).toBe(0);
  });

  it('drops a draft', async () => {
    const name = nameOf('dropped');
    await call('post', psps(`/fdrs/${name}`), { body: flow(name) });
    expect((await call('delete', psps(`/fdrs/${name}`))).body).toEqual({ message: `Flow [${name}] deleted` });
    expect(await call('delete', psps(`/fdrs/${name}`))).toMatchObject(refusal('FDR-3001', 404));
  });

  it('refuses with the official codes and status', async () => {
    const name = nameOf('refused');
    const create = (more: object, path = name) =>
      call('post', psps(`/fdrs/${path}`), { body: flow(name, more as Record<string, unknown>) });
    const { sender, receiver } = flow(name);
    expect(await create({ sender: { ...sender, pspId: OTHER_PSP } })).toMatchObject(refusal('FDR-3004'));
    expect(await create({}, nameOf('other'))).toMatchObject(refusal('FDR-3010'));
    expect(await create({ sender: { ...sender, pspBrokerId: 'unknown' } })).toMatchObject(refusal('FDR-2002'));
    expect(await create({ receiver: { ...receiver, organizationId: '11111111111' } })).toMatchObject(refusal('FDR-2008'));
    expect(await create({ fdr: nameOf('refused', OTHER_PSP) }, nameOf('refused', OTHER_PSP))).toMatchObject(refusal('FDR-3009'));
    const disabled = psps(`/fdrs/${nameOf('1', DISABLED_PSP)}/publish`, DISABLED_PSP);
    expect(await call('post', disabled, { key: 'key-disabled-psp' })).toMatchObject(refusal('FDR-2001'));
    expect((await create({})).status).toBe(201);
    expect(await create({})).toMatchObject({
      ...refusal('FDR-3002'),
      body: { httpStatusDescription: 'Bad Request', errors: [{ message: expect.stringContaining('CREATED') }] },
    });
    await call('put', psps(`/fdrs/${name}/payments/add`), { body: PAYMENTS });
    expect(await call('put', psps(`/fdrs/${name}/payments/add`), { body: PAYMENTS })).toMatchObject(refusal('FDR-3006'));
    await call('put', psps(`/fdrs/${name}/payments/add`), { body: { payments: [payment(3, 0.01)] } });
    expect(await call('post', psps(`/fdrs/${name}/publish`))).toMatchObject(refusal('FDR-4001'));
    await call('delete', psps(`/fdrs/${name}`));
  });

  it('names what is wrong with a request, with the code of its kind', async () => {
    const name = nameOf('malformed');
    const { sender } = flow(name);
    const create = (more: object) => call('post', psps(`/fdrs/${name}`), { body: flow(name, more as Record<string, unknown>) });
    const at = (code: string, path: string) => ({
      status: 400,
      body: expect.objectContaining({ appErrorCode: code, errors: expect.arrayContaining([expect.objectContaining({ path })]) }),
    });
    expect(await create({ fdrDate: 'yesterday' })).toMatchObject(at('FDR-1002', 'fdrDate'));
    expect(await create({ regulationDate: '2026-02-30' })).toMatchObject(at('FDR-1002', 'regulationDate'));
    expect(await create({ sender: { ...sender, type: 'NATURAL_PERSON' } })).toMatchObject(at('FDR-1003', 'sender.type'));
    expect(await create({ totPayments: 'many' })).toMatchObject(at('FDR-1004', 'totPayments'));
    expect(await create({ regulation: undefined, sender: { ...sender, pspName: 'ab' } })).toMatchObject(at('FDR-1001', 'sender.pspName'));
    for (const sumPayments of [0, -1, 0.001, 1e9, 1e-7]) expect(await create({ sumPayments })).toMatchObject(at('FDR-1001', 'sumPayments'));
    const add = (payments: unknown) => call('put', psps(`/fdrs/${name}/payments/add`), { body: { payments } });
    expect(await add([])).toMatchObject(at('FDR-1001', 'payments'));
    expect(await add(Array.from({ length: 1_001 }, (_unused, place) => payment(place + 1, 1)))).toMatchObject(at('FDR-1001', 'payments'));
    expect(await add([payment(1, 1), { ...payment(2, 1), payStatus: 'PAID' }])).toMatchObject(at('FDR-1003', 'payments.1.payStatus'));
    expect(await call('post', psps(`/fdrs/${name}`))).toMatchObject(refusal('FDR-1000'));
    expect(await call('post', psps(`/fdrs/${name}`), { text: '{"fdr": ' })).toMatchObject(refusal('FDR-1005'));
    expect(await call('post', psps(`/fdrs/${name}`), { text: '{"__proto__": {}}' })).toMatchObject(refusal('FDR-1005'));
    for (const query of ['page=0', 'size=0', 'size=1001', 'page=x'])
      expect(await call('get', psps(`/created?${query}`))).toMatchObject(refusal('FDR-1001'));
    expect(await call('get', psps('/created?createdGt=now'))).toMatchObject(at('FDR-1002', 'createdGt'));
    expect(await call('get', psps(`/published/fdrs/${name}/revisions/x/organizations/${CREDITOR}`))).toMatchObject(
      at('FDR-1001', 'revision'),
    );
  });

  it('takes a thousand payments in one request', async () => {
    const name = nameOf('thousand');
    await call('post', psps(`/fdrs/${name}`), { body: flow(name, { totPayments: 1_000, sumPayments: 100_000 }) });
    const payments = Array.from({ length: 1_000 }, (_unused, place) => ({
      ...payment(place + 1, 100),
      iur: String(place).padStart(35, '0'),
      iuv: 'x'.repeat(35),
    }));
    expect((await call('put', psps(`/fdrs/${name}/payments/add`), { text: JSON.stringify({ payments }, null, 4) })).status).toBe(200);
    expect((await call('post', psps(`/fdrs/${name}/publish`))).status).toBe(200);
  });

  it('is open to the PSP and to brokers that serve it, with a key of the product', async () => {
    const path = psps('/created');
    expect((await call('get', path, { key: null })).status).toBe(401);
    expect((await call('get', path, { key: 'unknown' })).status).toBe(401);
    expect((await call('get', path, { key: 'key-other-product' })).status).toBe(403);
    expect((await call('get', path, { key: 'key-creditor' })).status).toBe(403);
    expect((await call('get', psps('/created', OTHER_PSP))).status).toBe(403);
    expect((await call('get', psps('/created', 'unknown'))).status).toBe(403);
    expect((await call('get', psps('/created', OTHER_PSP), { key: 'key-psp-broker' })).status).toBe(200);
    expect((await call('get', `${path}?subscription-key=key-psp`, { key: null })).status).toBe(200);
    const refused = await call('post', psps(`/fdrs/${nameOf('x', OTHER_PSP)}/publish`, OTHER_PSP));
    expect(refused).toMatchObject({ status: 403, type: expect.stringContaining('application/problem+json') });
  });
});

describe('the interface of creditors', () => {
  it('lists the final revisions, and still shows the earlier ones', async () => {
    const name = nameOf('received');
    await published(name, { fdrDate: '2026-03-10T06:00:00Z' });
    const draft = organizations(`/${name}/revisions/2/psps/${PSP}`);
    await call('post', psps(`/fdrs/${name}`), { body: flow(name, { fdrDate: '2026-03-11T06:00:00Z' }) });
    expect(await call('get', draft)).toMatchObject(refusal('FDR-3001', 404));
    await call('put', psps(`/fdrs/${name}/payments/add`), { body: PAYMENTS });
    await call('post', psps(`/fdrs/${name}/publish`));
    const listed = async (query = '') =>
      (await call('get', organizations(query))).body as { count: number; data: { fdr: string; revision: number }[] };
    expect((await listed()).data).toContainEqual({
      fdr: name,
      pspId: PSP,
      revision: 2,
      published: expect.any(String),
      flowDate: '2026-03-11T06:00:00.000Z',
    });
    expect((await listed()).data.filter(({ fdr }) => fdr === name)).toHaveLength(1);
    expect((await listed(`?pspId=${OTHER_PSP}`)).count).toBe(0);
    const [first, second] = [await listed('?size=1'), await listed('?size=1&page=2')];
    expect(first.data[0]?.fdr).not.toBe(second.data[0]?.fdr);
    expect((await call('get', organizations(`/${name}/revisions/1/psps/${PSP}`))).body).toMatchObject({ revision: 1, status: 'PUBLISHED' });
    expect((await call('get', organizations(`/${name}/revisions/2/psps/${PSP}/payments`))).body).toMatchObject({
      count: 2,
      data: [
        { index: 1, pay: 0.1 },
        { index: 2, pay: 0.2 },
      ],
    });
  });

  it('looks back a month at most, and compares strictly', async () => {
    const old = toIso(fixture.clock.now() - 40 * DAY);
    for (const query of [`?publishedGt=${old}`, `?flowDate=${old}`])
      expect(await call('get', organizations(query))).toMatchObject(refusal('FDR-1001'));
    const { data } = (await call('get', organizations(''))).body as { data: { published: string }[] };
    const last = data
      .map((flow) => flow.published)
      .sort()
      .at(-1);
    expect((await call('get', organizations(`?publishedGt=${last}`))).body['count']).toBe(0);
    fixture.clock.advance(40 * DAY);
    expect((await call('get', organizations(''))).body['count']).toBe(0);
  });

  it('is open to the creditor and to the broker of its stations, and shows nothing of others', async () => {
    const name = nameOf('received');
    expect((await call('get', organizations(''), { key: null })).status).toBe(401);
    expect((await call('get', organizations(''), { key: 'key-psp' })).status).toBe(403);
    expect((await call('get', organizations('', OTHER_CREDITOR))).status).toBe(403);
    expect((await call('get', organizations('', 'not-a-code'))).status).toBe(403);
    expect((await call('get', organizations(''), { key: 'key-creditor-broker' })).status).toBe(200);
    expect((await call('get', organizations('', OTHER_CREDITOR), { key: 'key-creditor-broker' })).status).toBe(403);
    const foreign = organizations(`/${name}/revisions/1/psps/${PSP}`, OTHER_CREDITOR);
    expect(await call('get', foreign, { key: 'key-other-creditor' })).toMatchObject(refusal('FDR-3001', 404));
    expect(await call('get', organizations(`/${name}/revisions/1/psps/unknown`))).toMatchObject(refusal('FDR-2000'));
    expect(await call('get', organizations(`/${name}/revisions/0/psps/${PSP}`))).toMatchObject(refusal('FDR-1001'));
  });
});

describe.skipIf(!hasContracts)('answers', () => {
  it('are what the official contracts say', async () => {
    const name = nameOf('contract');
    const [psp, organization] = [contract('fdr_psp.json'), contract('fdr_organization.json')];
    const values: Record<string, string> = { pspId: PSP, fdr: name, organizationId: CREDITOR, revision: '1' };
    const check = async (method: Method, template: string, status: number, body?: unknown): Promise<void> => {
      const [base, official] = template.startsWith('/psps') ? [PSP_BASE, psp] : [ORGANIZATION_BASE, organization];
      const answer = await call(method, base + template.replaceAll(/\{(\w+)\}/g, (_whole, key: string) => values[key] ?? ''), { body });
      expect([answer.status, official.faultsOf(method, template, status, answer.body)]).toEqual([status, []]);
      if (body !== undefined && status < 300) expect(official.requestFaultsOf(method, template, body)).toEqual([]);
    };
    const [flows, draft, final] = [
      '/psps/{pspId}/fdrs/{fdr}',
      '/psps/{pspId}/created/fdrs/{fdr}/organizations/{organizationId}',
      '/psps/{pspId}/published/fdrs/{fdr}/revisions/{revision}/organizations/{organizationId}',
    ];
    await check('get', draft, 404);
    await check('post', flows, 201, flow(name));
    await check('post', flows, 400, flow(name));
    await check('put', `${flows}/payments/add`, 200, { payments: [...PAYMENTS.payments, payment(3, 1)] });
    await check('put', `${flows}/payments/del`, 200, { indexList: [3] });
    await check('get', '/psps/{pspId}/created', 200);
    await check('get', draft, 200);
    await check('get', `${draft}/payments`, 200);
    await check('post', `${flows}/publish`, 200);
    await check('delete', flows, 404);
    await check('get', '/psps/{pspId}/published', 200);
    await check('get', final, 200);
    await check('get', `${final}/payments`, 200);
    const received = '/organizations/{organizationId}/fdrs/{fdr}/revisions/{revision}/psps/{pspId}';
    await check('get', '/organizations/{organizationId}/fdrs', 200);
    await check('get', received, 200);
    await check('get', `${received}/payments`, 200);
    values['fdr'] = nameOf('absent');
    await check('get', received, 404);
  });
});
