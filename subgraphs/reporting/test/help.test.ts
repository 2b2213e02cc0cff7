import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asCreditor,
  asOperator,
  asOtherCreditor,
  asOtherPsp,
  asPsp,
  booked,
  BROKER,
  CHANNEL,
  CREDITOR,
  type Fixture,
  OTHER_CREDITOR,
  OTHER_PSP,
  PSP,
  startFixture,
  transfer,
} from './fixture.ts';
import { flowInput, line, lines, operations, type Payload } from './flow-operations.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

type Caller = Parameters<Fixture['run']>[0];
const psp = operations(() => fixture);
const nameOf = (suffix: string, code = PSP) => `2026-03-02${code}-${suffix}`;

async function draftProposed(more: Record<string, unknown> = {}, caller: Caller = asPsp): Promise<Payload | string> {
  const input = {
    creditorFiscalCode: CREDITOR,
    date: '2026-04-10',
    brokerCode: BROKER,
    channelCode: CHANNEL,
    regulation: 'TRN-1',
    ...more,
  };
  const { data, errors } = await fixture.run(
    caller,
    `mutation ($input: DraftProposedFlowInput!) { result: draftProposedFlow(input: $input) { outcome fault { code wireCode description }
      flow { name revision status regulationDate declaredTotalPayments declaredTotalAmount computedTotalPayments computedTotalAmount
        payments { edges { node { index iur idTransfer amount outcome payDate } } } unmatched { edges { node { mismatches } } } } } }`,
    { input },
  );
  return errors ? (errors[0]?.extensions['code'] as string) : (data?.['result'] as Payload);
}

describe('a proposed draft', () => {
  it('has what was booked and is not reported yet, balances, and is published as it is', async () => {
    const at = (time: string) => ({ outcomeAt: `2026-04-10T${time}.000Z` });
    await fixture.book(
      booked('b', { ...at('09:00:00'), standIn: true }),
      booked('a', { ...at('08:00:00'), transfers: [transfer(1, 400), transfer(2, 600, OTHER_CREDITOR)] }),
      booked('c', { ...at('10:00:00'), late: true }),
      booked('foreign', { ...at('10:00:00'), pspCode: OTHER_PSP }),
      booked('too-late', at('11:00:01')),
    );
    // Two at a time: one of them has it all.
    const name = `2026-04-13${PSP}-${CREDITOR}`;
    const answers = await Promise.all([draftProposed(), draftProposed({ name: nameOf('twice') })]);
    expect(answers.filter((answer) => answer === 'BAD_USER_INPUT')).toHaveLength(1);
    const [made] = answers.filter((answer) => typeof answer !== 'string') as Payload[];
    expect(made?.flow).toMatchObject({
      revision: 1,
      status: 'INSERTED',
      regulationDate: '2026-04-13',
      declaredTotalPayments: 3,
      declaredTotalAmount: 2_400,
      computedTotalPayments: 3,
      computedTotalAmount: 2_400,
      unmatched: { edges: [] },
      payments: {
        edges: [
          { node: { index: 1, iur: 'a', idTransfer: 1, amount: 400, outcome: 'EXECUTED', payDate: '2026-04-10T08:00:00.000Z' } },
          { node: { index: 2, iur: 'b', outcome: 'STAND_IN' } },
          { node: { index: 3, iur: 'c', outcome: 'NO_RPT' } },
        ],
      },
    });
    expect([name, nameOf('twice')]).toContain(made?.flow?.['name']);
    expect((await psp.publish(made?.flow?.['name'] as string)).outcome).toBe('OK');
    expect(await draftProposed()).toBe('BAD_USER_INPUT');
  });

  it('keeps to the rules of every draft', async () => {
    expect(await draftProposed({ date: '2026-04-11' })).toBe('BAD_USER_INPUT');
    expect(await draftProposed({ regulation: '' })).toBe('BAD_USER_INPUT');
    expect(await draftProposed({ psp: OTHER_PSP })).toBe('FORBIDDEN');
    expect(await draftProposed({}, asOperator)).toBe('FORBIDDEN');
    for (const [code, more] of [
      ['FDR_2009', { creditorFiscalCode: '55555555555' }],
      ['FDR_2004', { channelCode: 'unknown' }],
      ['FDR_3009', { name: nameOf('x', OTHER_PSP) }],
      ['FDR_3008', { name: 'no-day-at-all' }],
    ] as const)
      expect(await draftProposed(more)).toMatchObject({ outcome: 'KO', fault: { code } });
  });
});

interface Validation {
  valid: boolean;
  findingCount: number;
  findings: {
    severity: string;
    path: string | null;
    index: number | null;
    code: string | null;
    mismatch: string | null;
    alreadyReported: boolean;
  }[];
}
async function validate(input: Record<string, unknown>, payments: readonly object[], more = ''): Promise<Validation> {
  const { data, errors } = await fixture.run(
    asPsp,
    `query ($input: CreateFlowInput!, $payments: [FlowPaymentInput!]!) { validateFlow(input: $input, payments: $payments ${more}) {
      valid findingCount findings { severity path index code mismatch alreadyReported message } } }`,
    { input, payments },
  );
  if (errors) throw new Error(`${errors[0]?.extensions['code']}: ${errors[0]?.message}`);
  return data?.['validateFlow'] as Validation;
}

describe('a dry run', () => {
  it('tells what would be refused and what does not agree, and keeps nothing', async () => {
    await fixture.book(booked('dry', { amount: 100 }), booked('used', { amount: 100 }));
    await psp.published(nameOf('used'), [line(1, { iur: 'used' })]);
    const name = nameOf('dry');
    const count = async () => (await fixture.database.query('select count(*) from flow'))[0];
    const before = await count();
    expect(await validate(flowInput(name), [line(1, { iur: 'dry' })])).toEqual({ valid: true, findingCount: 0, findings: [] });
    const payments = [line(1, { iur: 'dry' }), line(1, { iur: 'used' }), line(2, { iur: 'never', idTransfer: 9 })];
    const found = await validate(flowInput(name, { channelCode: 'unknown' }), payments);
    expect(found.valid).toBe(false);
    expect(found.findings.map(({ path, code, mismatch, alreadyReported }) => [path, code ?? mismatch, alreadyReported])).toEqual([
      [null, 'FDR_2004', false],
      [null, 'FDR_4001', false],
      ['payments[1].index', 'FDR_3005', false],
      ['payments[1]', null, true],
      ['payments[2].idTransfer', 'FDR_1001', false],
      ['payments[2]', 'UNKNOWN_PAYMENT', false],
    ]);
    expect((await validate(flowInput(name, { totalPayments: 5 }), [line(1, { iur: 'dry' })], 'complete: false')).valid).toBe(true);
    // A flow that is there already: what its next revision would be refused for.
    expect((await validate(flowInput(nameOf('used')), [line(1, { iur: 'used' })])).findings).toMatchObject([{ code: 'FDR_3011' }]);
    await expect(validate(flowInput(name), lines(1, 1_001))).rejects.toThrow('BAD_USER_INPUT: payments');
    expect(await count()).toEqual(before);
  });
});

describe('an upload that was interrupted', () => {
  const missingOf = async (name: string, more = '(first: 2)') =>
    (await fixture.run(asPsp, `{ reportingFlow(psp: "${PSP}", name: "${name}") { missingIndexes${more} { from to } } }`)).data?.[
      'reportingFlow'
    ];

  it('shows which payments it still needs', async () => {
    const name = nameOf('gaps');
    await psp.create(name, { totalPayments: 10, totalAmount: 1_000 });
    expect(await missingOf(name)).toEqual({ missingIndexes: [{ from: 1, to: 10 }] });
    await psp.add(name, [line(2), line(3), line(7), line(99)]);
    expect(await missingOf(name)).toEqual({
      missingIndexes: [
        { from: 1, to: 1 },
        { from: 4, to: 6 },
      ],
    });
    expect(await missingOf(name, '(after: 6)')).toEqual({ missingIndexes: [{ from: 8, to: 10 }] });
    await psp.remove(name, [99]);
    await psp.add(name, [line(1), ...lines(4, 3), ...lines(8, 3)]);
    expect(await missingOf(name)).toEqual({ missingIndexes: [] });
    expect((await psp.publish(name)).outcome).toBe('OK');
  });
});

describe('creditors and PSPs', () => {
  it('have the flows that the caller may see', async () => {
    await psp.published(nameOf('to-other'), [line(1)], { creditorFiscalCode: OTHER_CREDITOR });
    await psp.create(nameOf('draft'));
    const of = async (caller: Caller) => {
      const { data, errors } = await fixture.run(
        caller,
        `query ($of: [_Any!]!) { _entities(representations: $of) {
          ... on CreditorInstitution { reportingFlows(first: 100) { edges { node { name } } } legacyReportingOffFrom }
          ... on Psp { reportingFlows(published: true) { edges { node { name } } } } } }`,
        {
          of: [
            { __typename: 'CreditorInstitution', fiscalCode: OTHER_CREDITOR },
            { __typename: 'Psp', code: PSP },
          ],
        },
      );
      if (errors) return errors[0]?.extensions['code'];
      return ((data ?? {})['_entities'] as { reportingFlows: { edges: { node: { name: string } }[] } }[]).map(({ reportingFlows }) =>
        reportingFlows.edges.map(({ node }) => node.name).filter((name) => name === nameOf('to-other') || name === nameOf('draft')),
      );
    };
    const name = nameOf('to-other');
    expect(await of(asPsp)).toEqual([[name], [name]]);
    expect(await of(asOtherCreditor)).toEqual([[name], [name]]);
    expect(await of(asOperator)).toEqual([[name], [name]]);
    expect(await of(asCreditor)).toEqual([[], []]);
    expect(await of(asOtherPsp)).toEqual([[], []]);
    expect(await of({ ...asPsp, role: 'CITIZEN' })).toBe('FORBIDDEN');
  });
});
