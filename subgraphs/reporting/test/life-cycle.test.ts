import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asCreditor,
  asOtherPsp,
  asPsp,
  BROKER,
  CREDITOR,
  DISABLED_PSP,
  type Fixture,
  OTHER_CREDITOR,
  OTHER_PSP,
  PSP,
  startFixture,
} from './fixture.ts';
import { flowInput, line, lines, operations } from './flow-operations.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const { create, add, remove, publish, drop, published } = operations(() => fixture);
const nameOf = (suffix: string, psp = PSP) => `2026-03-02${psp}-${suffix}`;
const ko = (code: string) =>
  expect.objectContaining({ outcome: 'KO', flow: null, fault: expect.objectContaining({ code, wireCode: code.replace('_', '-') }) });

describe('the life of a flow', () => {
  it('goes from CREATED over INSERTED to PUBLISHED, with totals that are exact at every step', async () => {
    const name = nameOf('life');
    expect(await create(name, { totalPayments: 2, totalAmount: 30 })).toMatchObject({
      outcome: 'OK',
      fault: null,
      flow: {
        name,
        revision: 1,
        status: 'CREATED',
        latest: false,
        computedTotalPayments: 0,
        computedTotalAmount: 0,
        psp: { code: PSP },
        creditor: { fiscalCode: CREDITOR },
      },
    });
    expect(await publish(name)).toEqual(ko('FDR_3003'));
    expect(await remove(name, [1])).toEqual(ko('FDR_3003'));
    expect((await add(name, [line(1, { amount: 10 }), line(2, { amount: 21 }), line(3, { amount: 1 })])).flow).toMatchObject({
      status: 'INSERTED',
      computedTotalPayments: 3,
      computedTotalAmount: 32,
    });
    expect(await publish(name)).toEqual(ko('FDR_4001'));
    expect((await remove(name, [3])).flow).toMatchObject({ computedTotalPayments: 2, computedTotalAmount: 31 });
    expect(await publish(name)).toEqual(ko('FDR_4002'));
    await remove(name, [2]);
    await add(name, [line(2, { amount: 20 })]);
    expect((await publish(name)).flow).toMatchObject({
      status: 'PUBLISHED',
      latest: true,
      computedTotalPayments: 2,
      computedTotalAmount: 30,
      publishedAt: expect.any(String),
    });
    for (const again of [publish(name), add(name, [line(9)]), remove(name, [1]), drop(name)]) expect(await again).toEqual(ko('FDR_3001'));
  });

  it('is CREATED again once its last payment is removed, and can be filled and published all the same', async () => {
    const name = nameOf('empty');
    await create(name);
    await add(name, lines(1, 3));
    expect((await remove(name, [1, 2, 3])).flow).toMatchObject({ status: 'CREATED', computedTotalPayments: 0, computedTotalAmount: 0 });
    expect(await publish(name)).toEqual(ko('FDR_3003'));
    await add(name, [line(7)]);
    expect((await publish(name)).flow).toMatchObject({ status: 'PUBLISHED' });
  });

  it('ends with its deletion, after which its name is free for any creditor', async () => {
    const name = nameOf('dropped');
    await create(name);
    await add(name, lines(1, 2));
    expect(await drop(name)).toEqual({ outcome: 'OK', fault: null, flow: null });
    expect(await drop(name)).toEqual(ko('FDR_3001'));
    expect((await create(name, { creditorFiscalCode: OTHER_CREDITOR })).flow).toMatchObject({ revision: 1, computedTotalPayments: 0 });
    const [kept] = await fixture.database.query<{ count: number }>(
      'select count(*) from flow_line join flow on flow.id = flow_id where name = $1',
      [name],
    );
    expect(kept?.count).toBe(0);
    await drop(name);
  });
});

describe('revisions', () => {
  it('follow each other, later in date, towards the same creditor, one draft at a time', async () => {
    const name = nameOf('revised');
    await published(name, [line(1)]);
    const later = { flowDate: '2026-03-03T06:00:00.001Z' };
    expect(await create(name)).toEqual(ko('FDR_3011'));
    expect(await create(name, { ...later, creditorFiscalCode: OTHER_CREDITOR })).toEqual(ko('FDR_3003'));
    expect((await create(name, later)).flow).toMatchObject({ revision: 2, status: 'CREATED', latest: false });
    expect(await create(name, { flowDate: '2026-03-04T06:00:00Z' })).toEqual(ko('FDR_3002'));
    await add(name, [line(1)]);
    expect((await create(name, { flowDate: '2026-03-04T06:00:00Z' })).fault?.description).toContain('Revision 2 of the flow is INSERTED');
    await publish(name);
    const { data } = await fixture.run(
      asCreditor,
      `{ first: reportingFlow(psp: "${PSP}", name: "${name}", revision: 1) { latest status }
      newest: reportingFlow(psp: "${PSP}", name: "${name}") { revision latest } }`,
    );
    expect(data).toEqual({ first: { latest: false, status: 'PUBLISHED' }, newest: { revision: 2, latest: true } });
  });
});

describe('who sends and who receives', () => {
  it.each([
    ['FDR_2002', { brokerCode: 'unknown' }],
    ['FDR_2003', { brokerCode: '60000000008' }],
    ['FDR_2004', { channelCode: 'unknown' }],
    ['FDR_2005', { channelCode: `${BROKER}_02` }],
    ['FDR_2006', { channelCode: '60000000007_01' }],
    ['FDR_2007', { channelCode: `${BROKER}_03` }],
    ['FDR_2008', { creditorFiscalCode: '11111111111' }],
    ['FDR_2009', { creditorFiscalCode: '55555555555' }],
  ])('is refused with %s', async (code, wrong) => {
    expect(await create(nameOf('parties'), wrong)).toEqual(ko(code));
  });

  it('is a PSP that is known and enabled, for every action', async () => {
    for (const [code, tenant] of [
      ['FDR_2000', '60000000099'],
      ['FDR_2001', DISABLED_PSP],
    ] as const) {
      const other = operations(() => fixture, { ...asPsp, tenant });
      const name = nameOf('x', tenant);
      for (const refused of [
        other.create(name),
        other.add(name, [line(1)]),
        other.remove(name, [1]),
        other.publish(name),
        other.drop(name),
      ]) {
        expect(await refused).toEqual(ko(code));
      }
    }
  });

  it('is named by the flow', async () => {
    for (const [code, name] of [
      ['FDR_3008', `2026-02-30${PSP}-1`],
      ['FDR_3009', `2026-03-02${OTHER_PSP}-1`],
    ] as const) {
      for (const refused of [create(name), add(name, [line(1)]), remove(name, [1]), publish(name), drop(name)])
        expect(await refused).toEqual(ko(code));
    }
    expect(await publish(nameOf('absent'))).toEqual(ko('FDR_3001'));
  });
});

describe('indexes', () => {
  it('are taken once, and a request with one that is wrong changes nothing', async () => {
    const name = nameOf('indexes');
    await create(name);
    await add(name, lines(1, 2));
    expect(await add(name, [line(3), line(3)])).toEqual(ko('FDR_3005'));
    expect((await add(name, [line(3), line(2), line(1)])).fault).toMatchObject({
      code: 'FDR_3006',
      description: expect.stringContaining(': 2, 1.'),
    });
    expect(await remove(name, [1, 1])).toEqual(ko('FDR_3005'));
    expect((await remove(name, [1, 5])).fault).toMatchObject({ code: 'FDR_3007', description: expect.stringContaining(': 5.') });
    expect(await add(name, [line(4, { amount: 99_999_999_999 })])).toEqual(ko('FDR_4002'));
    const { data } = await fixture.run(
      asPsp,
      `{ reportingFlow(psp: "${PSP}", name: "${name}") { computedTotalAmount payments { edges { node { index } } } } }`,
    );
    expect(data).toEqual({
      reportingFlow: { computedTotalAmount: 200, payments: { edges: [{ node: { index: 1 } }, { node: { index: 2 } }] } },
    });
  });

  it('and other fields out of range are errors of the request, each named', async () => {
    const name = nameOf('bad');
    await expect(create(name, { totalPayments: 0, regulation: '' })).rejects.toThrow(/BAD_USER_INPUT: regulation: .*; totalPayments: /);
    await expect(add(name, lines(1, 1_001))).rejects.toThrow('BAD_USER_INPUT: payments: has 1001 elements (expected 1 to 1000 elements)');
    await expect(add(name, [line(1), line(0, { amount: 0 })])).rejects.toThrow(/payments\[1\]\.index: .*payments\[1\]\.amount: /);
    await expect(remove(name, [])).rejects.toThrow('BAD_USER_INPUT: indexes: has 0 elements');
    await expect(add(name, [line(1, { outcome: 'PAID' })])).rejects.toThrow('PAID');
  });
});

describe('a flow that several requests work on at once', () => {
  it('has every line that was accepted, exactly once, whatever the order', async () => {
    const name = nameOf('parallel');
    await create(name, { totalPayments: 5_000, totalAmount: 500_000 });
    // Two requests for every range: one of the two wins.
    const ranges = Array.from({ length: 10 }, (_unused, place) => lines(1 + 1_000 * (place % 5), 1_000));
    const answers = await Promise.all(ranges.map((range) => add(name, range)));
    expect(answers.filter(({ outcome }) => outcome === 'OK')).toHaveLength(5);
    expect(answers.flatMap(({ fault }) => (fault ? [fault.code] : []))).toEqual(Array(5).fill('FDR_3006'));
    const twice = await Promise.all([publish(name), publish(name)]);
    expect(twice.map(({ fault }) => fault?.code ?? 'OK').sort()).toEqual(['FDR_3001', 'OK']);
  });

  it('is created once', async () => {
    const name = nameOf('race');
    const answers = await Promise.all([create(name), create(name), create(name)]);
    expect(answers.map(({ fault }) => fault?.code ?? 'OK').sort()).toEqual(['FDR_3002', 'FDR_3002', 'OK']);
  });

  it('balances when lines are added and removed while it is published', async () => {
    const name = nameOf('storm');
    await create(name, { totalPayments: 10, totalAmount: 1_000 });
    await add(name, lines(1, 10));
    const work = [1, 2, 3, 4].flatMap((index) => [remove(name, [index]), add(name, [line(index)]), publish(name)]);
    await Promise.all(work);
    const [row] = await fixture.database.query<Record<string, number>>(
      `select computed_payments as payments, computed_amount as amount, count(*) as lines, sum(line.amount)::bigint as sum
        from flow join flow_line as line on flow_id = flow.id where name = $1 group by flow.id`,
      [name],
    );
    expect(row).toMatchObject({ payments: row?.['lines'], amount: row?.['sum'] });
  });
});

describe('the names of two PSPs', () => {
  it('do not meet', async () => {
    const other = operations(() => fixture, asOtherPsp);
    const name = nameOf('mine', OTHER_PSP);
    expect((await other.create(name)).outcome).toBe('OK');
    expect(await create(name)).toEqual(ko('FDR_3009'));
    const input = flowInput(nameOf('mine'), { psp: OTHER_PSP });
    const { errors } = await fixture.run(asPsp, 'mutation ($input: CreateFlowInput!) { createFlow(input: $input) { outcome } }', { input });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});
