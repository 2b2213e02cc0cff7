import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asCreditor,
  asOperator,
  asOtherCreditor,
  asOtherPsp,
  asPartner,
  asPsp,
  CREDITOR,
  type Fixture,
  OTHER_CREDITOR,
  OTHER_PSP,
  PSP,
  startFixture,
} from './fixture.ts';
import { line, lines, operations } from './flow-operations.ts';

let fixture: Fixture;
const psp = operations(() => fixture);
const other = operations(() => fixture, asOtherPsp);
const nameOf = (suffix: string, code = PSP) => `2026-03-02${code}-${suffix}`;

beforeAll(async () => {
  fixture = await startFixture();
  await psp.published(nameOf('a'), [line(1, { iur: 'shared' }), line(2)]);
  await psp.published(nameOf('a'), [line(1, { iur: 'shared' })], { flowDate: '2026-03-04T06:00:00Z' });
  await psp.published(nameOf('b'), [line(1, { iur: 'shared', idTransfer: 2 })], { creditorFiscalCode: OTHER_CREDITOR });
  await other.published(nameOf('c', OTHER_PSP), lines(1, 5));
  await psp.create(nameOf('draft'));
});
afterAll(() => fixture.stop());

type Caller = Parameters<Fixture['run']>[0];
interface Listed {
  edges: { cursor: string; node: { name: string; revision: number } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function list(caller: Caller, parameters = ''): Promise<string[]> {
  const found: string[] = [];
  let after = '';
  for (;;) {
    const given = `first: 2 ${after} ${parameters}`;
    const { data, errors } = await fixture.run(
      caller,
      `{ reportingFlows(${given}) { edges { cursor node { name revision } } pageInfo { hasNextPage endCursor } } }`,
    );
    if (errors) throw new Error(errors[0]?.message);
    const { edges, pageInfo } = (data as { reportingFlows: Listed }).reportingFlows;
    found.push(...edges.map(({ node }) => `${node.name.slice(22)}${node.revision}`));
    if (!pageInfo.hasNextPage) return found;
    after = `after: "${pageInfo.endCursor}"`;
  }
}

describe('a list of flows', () => {
  it('has what the caller may see, newest first: drafts for their PSP only', async () => {
    expect(await list(asPsp)).toEqual(['draft1', 'b1', 'a2']);
    expect(await list(asPsp, 'replaced: true')).toEqual(['draft1', 'b1', 'a2', 'a1']);
    expect(await list(asPsp, 'published: true')).toEqual(['b1', 'a2']);
    expect(await list(asPsp, 'published: false')).toEqual(['draft1']);
    expect(await list(asPsp, `creditorFiscalCode: "${OTHER_CREDITOR}"`)).toEqual(['b1']);
    expect(await list(asCreditor)).toEqual(['c1', 'a2']);
    expect(await list(asCreditor, 'replaced: true')).toEqual(['c1', 'a2', 'a1']);
    expect(await list(asCreditor, `psp: "${PSP}"`)).toEqual(['a2']);
    expect(await list(asOtherCreditor)).toEqual(['b1']);
    expect(await list(asOperator)).toEqual(['draft1', 'c1', 'b1', 'a2']);
    expect(await list(asOperator, `psp: "${OTHER_PSP}"`)).toEqual(['c1']);
  });

  it('is empty for what is not the caller’s', async () => {
    expect(await list(asPsp, `psp: "${OTHER_PSP}"`)).toEqual([]);
    expect(await list(asCreditor, `creditorFiscalCode: "${OTHER_CREDITOR}"`)).toEqual([]);
    expect(await list(asCreditor, 'published: false')).toEqual([]);
    expect(await list({ ...asCreditor, tenant: '11111111111' })).toEqual([]);
    const { tenant: _tenant, ...nobody } = asPsp;
    expect(await list(nobody)).toEqual([]);
  });

  it('refuses roles that have no flows, wrong pages and foreign cursors', async () => {
    const codeOf = async (caller: Caller, query: string) => (await fixture.run(caller, query)).errors?.[0]?.extensions['code'];
    expect(await codeOf(asPartner, '{ reportingFlows { edges { cursor } } }')).toBe('FORBIDDEN');
    expect(await codeOf(undefined, '{ reportingFlows { edges { cursor } } }')).toBe('UNAUTHENTICATED');
    expect(await codeOf(asPsp, '{ reportingFlows(first: 101) { edges { cursor } } }')).toBe('BAD_USER_INPUT');
    expect(await codeOf(asPsp, '{ reportingFlows(after: "x") { edges { cursor } } }')).toBe('BAD_USER_INPUT');
    const text = Buffer.from('["a"]').toString('base64url');
    expect(await codeOf(asPsp, `{ reportingFlows(after: "${text}") { edges { cursor } } }`)).toBe('BAD_USER_INPUT');
  });
});

describe('a flow', () => {
  const revisionOf = async (caller: Caller, name: string, more = '', code = PSP): Promise<unknown> => {
    const { data, errors } = await fixture.run(caller, `{ reportingFlow(psp: "${code}", name: "${name}" ${more}) { revision } }`);
    return errors ? errors[0]?.extensions['code'] : ((data?.['reportingFlow'] as { revision: number } | null)?.revision ?? null);
  };

  it('is found by those whose it is, and by nobody else', async () => {
    expect(await revisionOf(asPsp, nameOf('a'))).toBe(2);
    expect(await revisionOf(asCreditor, nameOf('a'), 'revision: 1')).toBe(1);
    expect(await revisionOf(asOperator, nameOf('draft'))).toBe(1);
    expect(await revisionOf(asPsp, nameOf('draft'), 'revision: 1')).toBe(1);
    expect(await revisionOf(asOtherPsp, nameOf('a'))).toBeNull();
    expect(await revisionOf(asOtherPsp, nameOf('a'), 'revision: 1')).toBeNull();
    expect(await revisionOf(asOtherCreditor, nameOf('a'))).toBeNull();
    expect(await revisionOf(asCreditor, nameOf('draft'))).toBeNull();
    expect(await revisionOf(asCreditor, nameOf('draft'), 'revision: 1')).toBeNull();
    expect(await revisionOf(asPsp, nameOf('a'), 'revision: 3')).toBeNull();
    expect(await revisionOf(asPartner, nameOf('a'))).toBe('FORBIDDEN');
  });

  it('shows all that its PSP said of it, with what the directory says where it said nothing', async () => {
    const { data, errors } = await fixture.run(
      asCreditor,
      `{ reportingFlow(psp: "${OTHER_PSP}", name: "${nameOf('c', OTHER_PSP)}") {
      flowDate regulation regulationDate bicCodePouringBank createdAt updatedAt publishedAt declaredTotalPayments declaredTotalAmount
      psp { code } creditor { fiscalCode } sender { type id pspName broker { code } channel { code } } receiver { id organizationName } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data?.['reportingFlow']).toMatchObject({
      flowDate: '2026-03-03T06:00:00.000Z',
      regulation: 'TRN-1',
      regulationDate: '2026-03-03',
      bicCodePouringBank: null,
      declaredTotalPayments: 5,
      declaredTotalAmount: 500,
      sender: {
        type: 'LEGAL_PERSON',
        id: OTHER_PSP,
        pspName: `Banca ${OTHER_PSP}`,
        broker: { code: '60000000009' },
        channel: { code: '60000000009_01' },
      },
      receiver: { id: CREDITOR, organizationName: `Comune ${CREDITOR}` },
    });
  });

  it('has its lines in pages, in order of index', async () => {
    const query = (after: string) => `{ reportingFlow(psp: "${OTHER_PSP}", name: "${nameOf('c', OTHER_PSP)}") {
      payments(first: 3 ${after}) { edges { node { index payDate receipt { id } flow { name } } } pageInfo { hasNextPage endCursor } } } }`;
    interface Lines {
      payments: { edges: { node: { index: number } }[]; pageInfo: Listed['pageInfo'] };
    }
    const page = async (after = '') =>
      ((await fixture.run(asCreditor, query(after))).data as { reportingFlow: Lines }).reportingFlow.payments;
    const first = await page();
    expect(first.edges.map(({ node }) => node.index)).toEqual([1, 2, 3]);
    expect(first.edges[0]?.node).toEqual({
      index: 1,
      payDate: '2026-03-02T09:05:00.000Z',
      receipt: { id: 'token-1' },
      flow: { name: nameOf('c', OTHER_PSP) },
    });
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await page(`after: "${first.pageInfo.endCursor}"`);
    expect(second.edges.map(({ node }) => node.index)).toEqual([4, 5]);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });
});

describe('entities', () => {
  const entities = async (caller: Caller, representations: readonly object[], fields: string) => {
    const { data, errors } = await fixture.run(
      caller,
      `query ($of: [_Any!]!) { _entities(representations: $of) { __typename ${fields} } }`,
      { of: representations },
    );
    return errors ? errors[0]?.extensions['code'] : (data?.['_entities'] as unknown[]);
  };

  it('are flows by PSP, name and revision, for those who may see them', async () => {
    const flow = (name: string, revision: unknown, code: unknown = PSP) => ({ __typename: 'ReportingFlow', psp: { code }, name, revision });
    const of = [
      flow(nameOf('a'), 1),
      flow(nameOf('b'), 1),
      flow(nameOf('c', OTHER_PSP), 1, OTHER_PSP),
      flow(nameOf('a'), 9),
      flow(nameOf('a'), 'x'),
      flow(nameOf('a'), 1, 7),
    ];
    const found = '... on ReportingFlow { name revision latest }';
    const shown = (name: string, latest: boolean) => ({ __typename: 'ReportingFlow', name, revision: 1, latest });
    expect(await entities(asPsp, of, found)).toEqual([shown(nameOf('a'), false), shown(nameOf('b'), true), null, null, null, null]);
    expect(await entities(asCreditor, of, found)).toEqual([
      shown(nameOf('a'), false),
      null,
      shown(nameOf('c', OTHER_PSP), true),
      null,
      null,
      null,
    ]);
    expect(await entities(undefined, of, found)).toEqual([null, null, null, null, null, null]);
  });

  it('are receipts, with the lines of final revisions that report them to the caller', async () => {
    const of = ['shared', 'token-2', 'unknown'].map((id) => ({ __typename: 'Receipt', id }));
    const fields = '... on Receipt { reportingLines { index idTransfer amount outcome flow { name revision } } }';
    const lineOf = (name: string, revision: number, idTransfer: number) => ({
      index: 1,
      idTransfer,
      amount: 100,
      outcome: 'EXECUTED',
      flow: { name, revision },
    });
    const receipt = (...reportingLines: object[]) => ({ __typename: 'Receipt', reportingLines });
    const [toA, toB] = [lineOf(nameOf('a'), 2, 1), lineOf(nameOf('b'), 1, 2)];
    expect(await entities(asPsp, of, fields)).toEqual([receipt(toA, toB), receipt(), receipt()]);
    expect(await entities(asCreditor, of.slice(0, 1), fields)).toEqual([receipt(toA)]);
    expect(await entities(asOtherCreditor, of.slice(0, 1), fields)).toEqual([receipt(toB)]);
    expect(await entities(asOtherPsp, of.slice(0, 1), fields)).toEqual([receipt()]);
    expect(await entities({ ...asPsp, role: 'CITIZEN' }, of.slice(0, 1), fields)).toBe('FORBIDDEN');
  });
});
