import { connect } from 'node:net';
import { until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKER, CHANNEL, CREDITOR, type Fixture, PSP, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const BASE = `/fdr-psp/service/v1/psps/${PSP}`;
const nameOf = (suffix: string) => `2026-03-02${PSP}-${suffix}`;
const payment = (index: number, more: Record<string, unknown> = {}) => ({
  index,
  iuv: `iuv-${index}`,
  iur: `iur-${index}`,
  idTransfer: 1,
  pay: 1,
  payStatus: 'EXECUTED',
  payDate: '2026-03-02T09:00:00Z',
  ...more,
});
const payments = (from: number, count: number, step = 1) =>
  Array.from({ length: count }, (_unused, place) => payment((from + place) * step));
const flow = (name: string, totPayments: number, more: Record<string, unknown> = {}) => ({
  fdr: name,
  fdrDate: '2026-03-03T06:00:00Z',
  sender: { type: 'LEGAL_PERSON', id: 'PROVITMM', pspId: PSP, pspName: 'Banca di Prova', pspBrokerId: BROKER, channelId: CHANNEL },
  receiver: { id: CREDITOR, organizationId: CREDITOR, organizationName: 'Comune di Prova' },
  regulation: 'TRN-1',
  regulationDate: '2026-03-03',
  totPayments,
  sumPayments: totPayments,
  ...more,
});

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(fixture.base + (path.startsWith('/fdr-') ? path : BASE + path), {
    method,
    headers: { 'Ocp-Apim-Subscription-Key': path.startsWith('/fdr-org') ? 'key-creditor' : 'key-psp', 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const { appErrorCode, ...rest } = (await response.json()) as Record<string, unknown> & { appErrorCode?: string };
  return { status: response.status, headers: response.headers, code: appErrorCode, body: rest };
}
const create = (name: string, totPayments: number, more?: Record<string, unknown>) =>
  call('POST', `/fdrs/${name}`, flow(name, totPayments, more));
const add = (name: string, list: unknown) => call('PUT', `/fdrs/${name}/payments/add`, { payments: list });
const remove = (name: string, indexList: unknown) => call('PUT', `/fdrs/${name}/payments/del`, { indexList });
const publish = (name: string) => call('POST', `/fdrs/${name}/publish`);
async function linesOf(name: string): Promise<number[]> {
  const rows = await fixture.database.query<{ line_index: number }>(
    'select line_index from flow_line join flow on flow.id = flow_id where name = $1 order by line_index',
    [name],
  );
  return rows.map((row) => row.line_index);
}

describe('every refusal', () => {
  it('has its official code and status', async () => {
    const name = nameOf('codes');
    const sender = (more: object) => ({ sender: { ...flow(name, 1).sender, ...more } });
    const receiver = (organizationId: string) => ({ receiver: { ...flow(name, 1).receiver, organizationId } });
    const refused = async (answer: ReturnType<typeof call>, code: string, status = 400) =>
      expect(await answer).toMatchObject({
        status,
        code,
        body: { httpStatusCode: status, errors: [{ message: expect.stringMatching(/.+/) }] },
      });
    await refused(create(name, 1, sender({ pspBrokerId: 'unknown' })), 'FDR-2002');
    await refused(create(name, 1, sender({ pspBrokerId: '60000000008' })), 'FDR-2003');
    await refused(create(name, 1, sender({ channelId: 'unknown' })), 'FDR-2004');
    await refused(create(name, 1, sender({ channelId: `${BROKER}_02` })), 'FDR-2005');
    await refused(create(name, 1, sender({ channelId: '60000000007_01' })), 'FDR-2006');
    await refused(create(name, 1, sender({ channelId: `${BROKER}_03` })), 'FDR-2007');
    await refused(create(name, 1, receiver('11111111111')), 'FDR-2008');
    await refused(create(name, 1, receiver('no-such-creditor')), 'FDR-2008');
    await refused(create(name, 1, receiver('55555555555')), 'FDR-2009');
    await refused(create('2026-02-30x', 1), 'FDR-3008');
    await refused(create('2026-03-02other-1', 1), 'FDR-3009');
    // Parties come before the name, and the name before what the body says of it.
    await refused(create('2026-02-30x', 1, { ...receiver('11111111111'), fdr: 'another' }), 'FDR-2008');
    await refused(create('2026-02-30x', 1, { fdr: 'another' }), 'FDR-3008');
    await refused(publish(name), 'FDR-3001', 404);
    await create(name, 2);
    await refused(create(name, 2), 'FDR-3002');
    await refused(publish(name), 'FDR-3003');
    await refused(remove(name, [1]), 'FDR-3003');
    await refused(add(name, [payment(1), payment(1)]), 'FDR-3005');
    await add(name, [payment(1)]);
    await refused(add(name, [payment(2), payment(1)]), 'FDR-3006');
    await refused(remove(name, [1, 1]), 'FDR-3005');
    await refused(remove(name, [1, 2]), 'FDR-3007');
    await refused(publish(name), 'FDR-4001');
    await add(name, [payment(2, { pay: 1.01 })]);
    await refused(publish(name), 'FDR-4002');
    await remove(name, [2]);
    await add(name, [payment(2)]);
    expect((await publish(name)).status).toBe(200);
    await refused(create(name, 2), 'FDR-3011');
    await refused(create(name, 2, { fdrDate: '2026-03-04T06:00:00Z', ...receiver('66666666666') }), 'FDR-3003');
    await fixture.database.query('alter table flow_line rename to flow_line_away');
    try {
      const failed = await call('GET', `/published/fdrs/${name}/revisions/1/organizations/${CREDITOR}/payments`);
      expect(failed).toMatchObject({ status: 500, code: 'FDR-0500', body: { errorId: expect.any(String) } });
      expect(JSON.stringify(failed.body)).not.toContain('flow_line');
    } finally {
      await fixture.database.query('alter table flow_line_away rename to flow_line');
    }
  });
});

describe('an upload that goes wrong', () => {
  it('changes nothing, and the draft goes on', async () => {
    const name = nameOf('wrong');
    await create(name, 3);
    await add(name, [payment(1)]);
    const text = JSON.stringify({ payments: [payment(2), payment(3)] });
    expect(await call('PUT', `/fdrs/${name}/payments/add`, text.slice(0, -20))).toMatchObject({ status: 400, code: 'FDR-1005' });
    expect(await add(name, payments(2, 1_001))).toMatchObject({ status: 400, code: 'FDR-1001' });
    expect(await add(name, [payment(2), payment(3, { payDate: '2026-02-30T09:00:00Z' })])).toMatchObject({ status: 400, code: 'FDR-1002' });
    expect(await add(name, [payment(2), payment(3, { pay: 0.001 })])).toMatchObject({ status: 400, code: 'FDR-1001' });
    expect((await call('PUT', `/fdrs/${name}/payments/add`, `{"payments":[${' '.repeat(2_000_000)}]}`)).status).toBe(413);
    expect(await linesOf(name)).toEqual([1]);
    expect((await add(name, [payment(2), payment(3)])).status).toBe(200);
    expect((await publish(name)).status).toBe(200);
  });

  it('changes nothing when the connection breaks off half-way', async () => {
    const name = nameOf('broken');
    await create(name, 1);
    const body = JSON.stringify({ payments: [payment(1)] });
    const { port } = new URL(fixture.base);
    const socket = connect(Number(port), '127.0.0.1');
    const closed = { yet: false };
    socket.on('close', () => {
      closed.yet = true;
    });
    socket.write(
      `PUT ${BASE}/fdrs/${name}/payments/add HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nocp-apim-subscription-key: key-psp\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 50)}`,
      () => socket.destroy(),
    );
    await until(() => closed.yet, { what: 'the connection to close' });
    expect(await linesOf(name)).toEqual([]);
    // A call whose answer was lost is told apart from one that was never made.
    expect((await add(name, [payment(1)])).status).toBe(200);
    expect(await add(name, [payment(1)])).toMatchObject({ code: 'FDR-3006' });
    expect((await publish(name)).status).toBe(200);
    expect(await publish(name)).toMatchObject({ status: 404, code: 'FDR-3001' });
  });

  it('is limited for each key, and told when to go on', async () => {
    // Another key than that of the other tests: its party has no flows, which is found after the calls are counted.
    const call429 = () =>
      fetch(`${fixture.base}/fdr-psp/service/v1/psps/${PSP}/fdrs/${nameOf('limited')}/payments/del`, {
        method: 'PUT',
        headers: { 'Ocp-Apim-Subscription-Key': 'key-psp-broker', 'content-type': 'application/json' },
        body: '{"indexList":[1]}',
      });
    const answers = await Promise.all(Array.from({ length: 160 }, call429));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused[0]?.headers.get('content-type')).toContain('application/problem+json');
    const [admitted] = answers.filter(({ status }) => status === 404);
    expect(admitted?.headers.get('ratelimit-remaining')).toMatch(/^\d+$/);
  });
});

describe('a large flow', () => {
  it('is read page by page, in any order, whether its indexes have gaps or not', async () => {
    for (const step of [1, 7]) {
      const name = nameOf(`pages-${step}`);
      await create(name, 2_500);
      // Added from the end, by calls that run side by side.
      const calls = await Promise.all([1_501, 501, 1].map((from) => add(name, payments(from, from === 1 ? 500 : 1_000, step))));
      expect(calls.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await publish(name)).status).toBe(200);
      const path = `/fdr-org/service/v1/organizations/${CREDITOR}/fdrs/${name}/revisions/1/psps/${PSP}/payments`;
      const page = async (number: number, size: number) => {
        const { body } = await call('GET', `${path}?page=${number}&size=${size}`);
        return (body['data'] as { index: number }[]).map(({ index }) => index / step);
      };
      const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_unused, place) => from + place);
      for (const number of [3, 1, 2, 2, 3])
        expect(await page(number, 1_000)).toEqual(numbers((number - 1) * 1_000 + 1, Math.min(number * 1_000, 2_500)));
      expect(await page(4, 1_000)).toEqual([]);
      expect(await page(250, 10)).toEqual(numbers(2_491, 2_500));
      expect((await call('GET', `${path}?size=1000`)).body).toMatchObject({
        count: 2_500,
        metadata: { totPage: 3, pageNumber: 1, pageSize: 1_000 },
      });
    }
  });

  it('that is a draft is read as it is at the time', async () => {
    const name = nameOf('moving');
    const path = `/created/fdrs/${name}/organizations/${CREDITOR}/payments?size=2`;
    const second = async () => ((await call('GET', `${path}&page=2`)).body['data'] as { index: number }[]).map(({ index }) => index);
    await create(name, 5);
    await add(
      name,
      [2, 4, 6, 8].map((index) => payment(index)),
    );
    await call('GET', `${path}&page=1`);
    expect(await second()).toEqual([6, 8]);
    await add(name, [payment(1)]);
    expect(await second()).toEqual([4, 6]);
    await remove(name, [1, 2]);
    expect(await second()).toEqual([8]);
  });

  it('goes with all its lines when it is dropped, though not at once', async () => {
    const name = nameOf('dropped');
    await create(name, 11_000);
    for (let from = 1; from <= 11_000; from += 1_000) await add(name, payments(from, 1_000));
    const [kept] = await fixture.database.query<{ id: number }>('select id from flow where name = $1', [name]);
    expect((await call('DELETE', `/fdrs/${name}`)).status).toBe(200);
    expect((await create(name, 1)).status).toBe(201);
    expect(await linesOf(name)).toEqual([]);
    await fixture.settled();
    const [left] = await fixture.database.query<{ count: number }>('select count(*) from flow_line where flow_id = $1', [kept?.id]);
    expect(left?.count).toBe(0);
  });
});
