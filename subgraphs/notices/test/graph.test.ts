import { DAY, toIso } from '@nodo-aperto/kernel/time';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  anItem,
  asBroker,
  asCreditor,
  asDebtor,
  asOperator,
  asOtherBroker,
  asOtherCreditor,
  asPsp,
  asStranger,
  CREDITOR,
  DEBTOR_CODE,
  IBAN,
  iuvOf,
  noticeNumberOf,
  OTHER_CREDITOR,
  type TestPlatform,
} from './platform.ts';
import { populated } from './populated.ts';

let platform: TestPlatform;
populated((started) => {
  platform = started;
});

const PAYLOAD =
  'outcome position { status revision options { status amount instalments { noticeNumber status ruledOut } } } errors { code path message }';
interface Payload {
  outcome: string;
  position: {
    status: string;
    revision: number;
    options: { status: string; amount: number; instalments: { noticeNumber: string; status: string; ruledOut: boolean }[] }[];
  } | null;
  errors: { code: string; path: string; message: string }[];
}

async function mutate(
  field: string,
  variables: Record<string, unknown>,
  principal: Principal = asCreditor,
): Promise<Payload & { requestErrors: { message: string; code: unknown }[] }> {
  const types: Record<string, string> = {
    input: 'DebtPositionInput!',
    iupd: 'String!',
    noticeNumber: 'NoticeNumber!',
    publish: 'Boolean',
    creditorFiscalCode: 'FiscalCode',
    paymentDate: 'DateTime',
  };
  const names = Object.keys(variables);
  const source = `mutation (${names.map((name) => `$${name}: ${types[name]}`).join(', ')}) { ${field}(${names.map((name) => `${name}: $${name}`).join(', ')}) { ${PAYLOAD} } }`;
  const { data, errors } = await platform.ask<Record<string, Payload>>(principal, source, variables);
  return { ...(data?.[field] as Payload), requestErrors: errors };
}

const inDays = (days: number) => toIso(platform.clock.now() + days * DAY);
const instalment = (number: number, overrides: Record<string, unknown> = {}) => ({
  iuv: iuvOf(number),
  amount: 5_000,
  description: 'TARI 2026',
  dueDate: inDays(30),
  transfers: [{ idTransfer: 1, amount: 5_000, iban: IBAN, remittanceInformation: 'TARI', transferCategory: '9/0101108TS/' }],
  ...overrides,
});
/** Total, or a plan of two. Uses three numbers from the first. */
const family = (iupd: string, number: number, overrides: Record<string, unknown> = {}) => ({
  iupd,
  debtor: { type: 'F', fiscalCode: DEBTOR_CODE, fullName: 'Mario Rossi' },
  options: [
    { instalments: [instalment(number)] },
    { description: 'Two rates', instalments: [instalment(number + 1), instalment(number + 2)] },
  ],
  ...overrides,
});
const numbersIn = (payload: Payload) =>
  payload.position?.options.map(({ instalments }) => instalments.map(({ noticeNumber, status }) => [noticeNumber, status]));

describe('the fuller model', () => {
  it('creates a draft, publishes it, updates it, and rules the total out when a rate is paid elsewhere', async () => {
    expect(await mutate('createDebtPosition', { input: family('F1', 1), publish: false })).toMatchObject({
      outcome: 'CREATED',
      position: { status: 'DRAFT' },
    });
    expect(await mutate('publishDebtPosition', { iupd: 'F1' })).toMatchObject({ outcome: 'PUBLISHED', position: { status: 'VALID' } });
    const longer = family('F1', 1, {
      options: [{ instalments: [instalment(1)] }, { instalments: [instalment(2), instalment(3), instalment(4)] }],
    });
    expect(await mutate('updateDebtPosition', { input: longer })).toMatchObject({
      outcome: 'UPDATED',
      position: { options: [{ amount: 5_000 }, { amount: 15_000 }] },
    });
    const paid = await mutate('markNoticePaid', { noticeNumber: noticeNumberOf(2), paymentDate: inDays(-1) });
    expect(paid).toMatchObject({
      outcome: 'MARKED_PAID',
      position: { status: 'PARTIALLY_PAID', options: [{ status: 'RULED_OUT' }, { status: 'PARTIALLY_PAID' }] },
    });
    expect(numbersIn(paid)).toEqual([
      [[noticeNumberOf(1), 'INVALID']],
      [
        [noticeNumberOf(2), 'PAID'],
        [noticeNumberOf(3), 'VALID'],
        [noticeNumberOf(4), 'VALID'],
      ],
    ]);
    expect(await mutate('markNoticePaid', { noticeNumber: noticeNumberOf(1) })).toMatchObject({
      outcome: 'REJECTED',
      errors: [{ code: 'UNPROCESSABLE' }],
    });
    expect(await mutate('markNoticePaid', { noticeNumber: noticeNumberOf(2) })).toMatchObject({
      outcome: 'REJECTED',
      errors: [{ code: 'CONFLICT' }],
    });
    for (const refused of [
      await mutate('updateDebtPosition', { input: longer }),
      await mutate('deleteDebtPosition', { iupd: 'F1' }),
      await mutate('invalidateDebtPosition', { iupd: 'F1' }),
    ]) {
      expect(refused).toMatchObject({ outcome: 'REJECTED', errors: [{ code: 'CONFLICT' }] });
    }
  });

  it('an update may move, replace and swap notices; those that go are stated as deleted, and a number that returns goes on', async () => {
    await mutate('createDebtPosition', { input: family('F2', 10) });
    const before = await platform.head();
    const swapped = [
      instalment(10, { iuv: iuvOf(11), noticeNumber: noticeNumberOf(10) }),
      instalment(11, { iuv: iuvOf(10), noticeNumber: noticeNumberOf(11) }),
    ];
    expect(await mutate('updateDebtPosition', { input: family('F2', 10, { options: [{ instalments: swapped }] }) })).toMatchObject({
      outcome: 'UPDATED',
      errors: [],
    });
    expect((await platform.stated(before)).map(({ data }) => [data.noticeNumber, data.iuv, data.revision, data.deleted ?? false])).toEqual([
      [noticeNumberOf(10), iuvOf(11), 2, false],
      [noticeNumberOf(11), iuvOf(10), 2, false],
      [noticeNumberOf(12), iuvOf(12), 2, true],
    ]);
    await mutate('updateDebtPosition', { input: family('F2', 10) });
    expect((await platform.stated(before)).at(-1)?.data).toMatchObject({ noticeNumber: noticeNumberOf(12), revision: 3, status: 'VALID' });
  });

  it('deletes what is not paid; the numbers are free again', async () => {
    await mutate('createDebtPosition', { input: family('F3', 20) });
    expect(await mutate('deleteDebtPosition', { iupd: 'F3' })).toMatchObject({ outcome: 'DELETED' });
    expect(await mutate('deleteDebtPosition', { iupd: 'F3' })).toMatchObject({ errors: [{ code: 'NOT_FOUND', path: 'iupd' }] });
    const before = await platform.head();
    expect(await mutate('createDebtPosition', { input: family('F3b', 20) })).toMatchObject({ outcome: 'CREATED' });
    expect((await platform.stated(before)).map(({ revision }) => revision)).toEqual([3, 3, 3]);
  });

  it('refuses IUPDs and numbers that are taken, naming them; also when two are made at once', async () => {
    await mutate('createDebtPosition', { input: family('F4', 30) });
    expect(await mutate('createDebtPosition', { input: family('F4', 40) })).toMatchObject({ errors: [{ code: 'CONFLICT', path: 'iupd' }] });
    expect(await mutate('createDebtPosition', { input: family('F5', 30) })).toMatchObject({
      errors: [
        { code: 'CONFLICT', path: 'options[0].instalments[0].noticeNumber' },
        ...Array.from({ length: 5 }, () => ({ code: 'CONFLICT' })),
      ],
    });
    const race = await Promise.all(['R1', 'R2', 'R3'].map((iupd) => mutate('createDebtPosition', { input: family(iupd, 50) })));
    expect(race.map(({ outcome }) => outcome).sort()).toEqual(['CREATED', 'REJECTED', 'REJECTED']);
  });

  it('names every broken rule at once, and fields of a wrong shape', async () => {
    const transfers = [{ idTransfer: 1, amount: 4_999, remittanceInformation: 'x', transferCategory: 'y' }];
    const input = family('F6', 60, { options: [{ instalments: [instalment(60, { transfers, dueDate: inDays(-1) })] }] });
    const { errors } = await mutate('createDebtPosition', { input });
    expect(errors.map(({ path }) => path)).toEqual([
      'options[0].instalments[0].transfers[0].iban',
      'options[0].instalments[0].amount',
      'options[0].instalments[0].dueDate',
    ]);
    const wrong = await mutate('createDebtPosition', { input: family('', 60, { officeName: 'x'.repeat(141) }) });
    expect(wrong.requestErrors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringMatching(/iupd.*officeName/s) }]);
  });

  it('is for who acts for the creditor', async () => {
    await mutate('createDebtPosition', { input: family('F7', 70) });
    for (const principal of [asOtherCreditor, asOtherBroker]) {
      for (const field of ['publishDebtPosition', 'invalidateDebtPosition', 'deleteDebtPosition']) {
        expect((await mutate(field, { iupd: 'F7', creditorFiscalCode: CREDITOR }, principal)).requestErrors).toMatchObject([
          { code: 'FORBIDDEN' },
        ]);
      }
      expect(
        (await mutate('createDebtPosition', { input: family('F8', 80), creditorFiscalCode: CREDITOR }, principal)).requestErrors,
      ).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect(
        (await mutate('updateDebtPosition', { input: family('F7', 70), creditorFiscalCode: CREDITOR }, principal)).requestErrors,
      ).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect(
        (await mutate('markNoticePaid', { noticeNumber: noticeNumberOf(70), creditorFiscalCode: CREDITOR }, principal)).requestErrors,
      ).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
    expect(await mutate('invalidateDebtPosition', { iupd: 'F7', creditorFiscalCode: CREDITOR }, asBroker)).toMatchObject({
      outcome: 'INVALIDATED',
    });
  });
});

describe('reading', () => {
  const ASK = `query ($creditor: FiscalCode!, $number: NoticeNumber!) { notice(creditorFiscalCode: $creditor, noticeNumber: $number)
    { noticeNumber printedNumber status debtor { fullName } position { iupd } creditor { fiscalCode } checkDigitsValid } }`;
  const REFERENCE =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Notice { noticeNumber amount debtor { fullName } metadata { key } position { iupd } } } }';
  const read = async (principal: Principal | undefined, number: number) =>
    platform.ask<{ notice: Record<string, unknown> | null }>(principal, ASK, { creditor: CREDITOR, number: noticeNumberOf(number) });
  const refer = async (principal: Principal, ...numbers: number[]) => {
    const of = numbers.map((number) => ({ __typename: 'Notice', creditorFiscalCode: CREDITOR, noticeNumber: noticeNumberOf(number) }));
    const { data } = await platform.ask<{ _entities: (Record<string, unknown> | null)[] }>(principal, REFERENCE, { of });
    return data?._entities;
  };

  beforeAll(async () => {
    await mutate('createDebtPosition', { input: family('V1', 100) });
    await mutate('createDebtPosition', { input: family('V2', 110), publish: false });
  });

  it('a notice is for its creditor, the broker, operators, and who owes it', async () => {
    for (const principal of [asCreditor, asBroker, asOperator]) {
      expect((await read(principal, 100)).data?.notice).toMatchObject({
        printedNumber: '3470 0000 0000 0001 00',
        status: 'VALID',
        debtor: { fullName: 'Mario Rossi' },
        position: { iupd: 'V1' },
        creditor: { fiscalCode: CREDITOR },
      });
    }
    expect((await read(asDebtor, 100)).data?.notice).toMatchObject({ debtor: { fullName: 'Mario Rossi' }, position: null });
    for (const principal of [asOtherCreditor, asOtherBroker, asStranger])
      expect((await read(principal, 100)).data).toEqual({ notice: null });
    expect(await read(asPsp, 100)).toMatchObject({ errors: [{ code: 'FORBIDDEN' }] });
    expect(await read(undefined, 100)).toMatchObject({ errors: [{ code: 'UNAUTHENTICATED' }] });
  });

  it('a draft is its creditor’s own business', async () => {
    expect((await read(asCreditor, 110)).data?.notice).toMatchObject({ status: 'DRAFT' });
    expect((await read(asDebtor, 110)).data).toEqual({ notice: null });
    expect(await refer(asPsp, 110)).toEqual([null]);
  });

  it('who comes by a reference sees nothing personal', async () => {
    expect(await refer(asCreditor, 100, 999)).toEqual([
      { noticeNumber: noticeNumberOf(100), amount: 5_000, debtor: { fullName: 'Mario Rossi' }, metadata: null, position: { iupd: 'V1' } },
      null,
    ]);
    for (const principal of [asPsp, asStranger, asOtherCreditor]) {
      expect(await refer(principal, 100)).toEqual([
        { noticeNumber: noticeNumberOf(100), amount: 5_000, debtor: null, metadata: null, position: null },
      ]);
    }
    const { data } = await platform.ask(asPsp, REFERENCE, { of: [{ __typename: 'Notice', creditorFiscalCode: 'x', noticeNumber: 7 }] });
    expect(data).toEqual({ _entities: [null] });
  });

  it('debtPosition is for who acts for the creditor', async () => {
    const source =
      'query ($creditor: FiscalCode, $iupd: String!) { debtPosition(creditorFiscalCode: $creditor, iupd: $iupd) { iupd status debtor { fiscalCode } options { number instalments { noticeNumber } } } }';
    expect((await platform.ask(asCreditor, source, { iupd: 'V1' })).data).toMatchObject({ debtPosition: { iupd: 'V1', status: 'VALID' } });
    expect((await platform.ask(asOtherCreditor, source, { iupd: 'V1', creditor: CREDITOR })).data).toEqual({ debtPosition: null });
    expect((await platform.ask(asCreditor, source, { iupd: 'no' })).data).toEqual({ debtPosition: null });
  });
});

describe('lists', () => {
  const BULK = 'mutation ($items: [CreatePositionInput!]!) { createPositions(items: $items) { accepted } }';
  const LIST = `query ($creditor: FiscalCode, $status: PositionStatus, $first: Int, $after: String) { notices(creditorFiscalCode: $creditor, status: $status, first: $first, after: $after)
    { edges { cursor node { noticeNumber status } } pageInfo { hasNextPage endCursor } } }`;
  interface Page {
    edges: { cursor: string; node: { noticeNumber: string; status: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  }
  const walk = async (principal: Principal, field: string, source: string, variables: Record<string, unknown>): Promise<string[]> => {
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const answer: { data?: Record<string, Page> | null; errors: unknown[] } = await platform.ask<Record<string, Page>>(
        principal,
        source,
        { ...variables, after },
      );
      expect(answer.errors).toEqual([]);
      const page: Page = answer.data![field]!;
      found.push(...page.edges.map(({ node }) => node.noticeNumber));
      if (!page.pageInfo.hasNextPage) return found;
      after = page.pageInfo.endCursor;
    }
  };

  it('pages through all of a creditor’s notices, each once; others see none', async () => {
    const items = Array.from({ length: 25 }, (_, index) => anItem(500 + index, { creditorFiscalCode: OTHER_CREDITOR, iban: IBAN }));
    await platform.ask(asOtherCreditor, BULK, { items });
    await platform.ask(asOtherCreditor, BULK, { items: [anItem(600, { creditorFiscalCode: OTHER_CREDITOR, iban: IBAN })] });
    const all = await walk(asOtherCreditor, 'notices', LIST, { first: 10 });
    expect(all).toHaveLength(26);
    expect(new Set(all).size).toBe(26);
    expect(all[0]).toBe(noticeNumberOf(600));
    expect(await walk(asCreditor, 'notices', LIST, { creditor: OTHER_CREDITOR })).toEqual([]);
    expect(await walk(asOperator, 'notices', LIST, { creditor: OTHER_CREDITOR, first: 100 })).toEqual(all);
  });

  it('a page has its limits, and a cursor its shape', async () => {
    for (const variables of [
      { first: 101 },
      { first: 0 },
      { after: 'nonsense' },
      { after: Buffer.from('["a","b","c"]').toString('base64url') },
    ]) {
      expect((await platform.ask(asCreditor, LIST, variables)).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    }
  });

  it('contributes notices to creditor institutions', async () => {
    const source =
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on CreditorInstitution { fiscalCode notices(first: 5, status: VALID) { edges { node { status } } } } } }';
    const of = [CREDITOR, OTHER_CREDITOR].map((fiscalCode) => ({ __typename: 'CreditorInstitution', fiscalCode }));
    const { data, errors } = await platform.ask<{ _entities: { notices: Page | null }[] }>(asOtherCreditor, source, { of });
    expect(errors).toEqual([]);
    expect(data?._entities).toMatchObject([
      { fiscalCode: CREDITOR, notices: null },
      { notices: { edges: Array.from({ length: 5 }, () => ({ node: { status: 'VALID' } })) } },
    ]);
  });

  it('a citizen lists what it owes and can pay, what is due first first', async () => {
    const debtor = { debtorFiscalCode: 'BNCLRA80A41H501T' };
    const citizen: Principal = { ...asDebtor, fiscalCode: debtor.debtorFiscalCode };
    await platform.ask(asCreditor, BULK, {
      items: [
        anItem(700, { ...debtor, expirationDate: inDays(3) }),
        anItem(701, { ...debtor, expirationDate: inDays(1), switchToExpired: true }),
        anItem(702, { ...debtor, expirationDate: inDays(2) }),
        anItem(703, debtor),
      ],
    });
    await platform.ask(asCreditor, BULK, { items: [anItem(703, { ...debtor, amount: 0 })] });
    const MINE =
      'query ($first: Int, $after: String) { myNotices(first: $first, after: $after) { edges { cursor node { noticeNumber status } } pageInfo { hasNextPage endCursor } } }';
    expect(await walk(citizen, 'myNotices', MINE, { first: 2 })).toEqual([701, 702, 700].map(noticeNumberOf));
    expect((await platform.ask(asCreditor, MINE)).errors).toMatchObject([{ code: 'FORBIDDEN' }]);
    platform.clock.advance(1.5 * DAY);
    expect(await walk(citizen, 'myNotices', MINE, { first: 1 })).toEqual([702, 700].map(noticeNumberOf));
    expect(await walk(asCreditor, 'notices', LIST, { status: 'EXPIRED' })).toEqual([noticeNumberOf(701)]);
  });
});
