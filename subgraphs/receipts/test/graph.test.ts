import type { Principal } from '@nodo-aperto/kernel/auth';
import { encodeCursor } from '@nodo-aperto/kernel/events';
import { HOUR } from '@nodo-aperto/kernel/time';
import type { PaymentSnapshot } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, hasContract } from './contract.ts';
import { type Creditor, startCreditor } from './creditor.ts';
import { citizen, creditor, OPERATOR, partner, paymentAt, psp, settle, startPlatform, type TestPlatform } from './platform.ts';
import { BROKER, COMUNE, DEBTOR, PAYER, PROVINCIA, PSP, REGIONE, STATION } from './samples.ts';

const REGION_BROKER = '77777777777';
const REGION_STATION = '77777777777_01';
const STRANGERS: [string, Principal][] = [
  ['another creditor', creditor('11111111111')],
  ['another partner', partner('11111111111')],
  ['another PSP', psp('11111111111')],
  ['another citizen', citizen('BNCLRA90C43L219Q')],
];

let platform: TestPlatform;
let station: Creditor;
let region: Creditor;
/** Delivered to the Comune, pending at the region. */
let shared: PaymentSnapshot;
/** The Comune's alone, delivered; owed and paid by the same person. */
let own: PaymentSnapshot;

beforeAll(async () => {
  platform = await startPlatform();
  station = await startCreditor();
  region = await startCreditor();
  region.behaviour = { ko: 'the archive is closed' };
  await settle(platform, STATION, station.endpoint);
  await platform.creditorInstitution(REGIONE, 'Regione di Prova');
  await platform.creditorInstitution(PROVINCIA, 'Provincia di Prova');
  await platform.station(REGION_STATION, region.endpoint, { broker: REGION_BROKER });
  await platform.route({ creditorInstitution: COMUNE, station: STATION });
  await platform.route({ creditorInstitution: REGIONE, station: REGION_STATION, broadcast: true });
  const [transfer] = paymentAt(STATION).transfers;
  shared = paymentAt(STATION, {
    transfers: [
      { ...transfer!, amount: 1_000 },
      { ...transfer!, idTransfer: 2, amount: 200, creditorFiscalCode: REGIONE },
      { ...transfer!, idTransfer: 3, amount: 34, creditorFiscalCode: PROVINCIA },
    ],
  });
  own = paymentAt(STATION, { payer: { type: 'F', fiscalCode: DEBTOR, fullName: 'Mario Rossi' }, standIn: true });
  await platform.book(shared, own);
  await platform.reaches(shared.paymentToken, 'NOTIFIED');
  await platform.reaches(own.paymentToken, 'NOTIFIED');
  await platform.advance(0);
});

afterAll(async () => {
  await station[Symbol.asyncDispose]();
  await region[Symbol.asyncDispose]();
  await platform.stop();
});

const RECEIPT = `query ($id: ID!) { receipt(id: $id) { id recipients { creditorFiscalCode status lastError history { status } } } }`;
interface Shown {
  id: string;
  recipients: { creditorFiscalCode: string; status: string; lastError: string | null; history: unknown[] | null }[] | null;
}
const receiptOf = async (principal: Principal | undefined, id: string) =>
  platform.ask<{ receipt: Shown | null }>(principal, RECEIPT, { id });

const REFERENCE = `query ($references: [_Any!]!) { _entities(representations: $references) { ... on Payment { receipt { id amount
  debtor { fiscalCode } payer { fiscalCode } paymentMethod callerIs recipients { creditorFiscalCode status lastError } } } } }`;
interface OfPayment {
  receipt: {
    id: string;
    debtor: object | null;
    payer: object | null;
    paymentMethod: string | null;
    callerIs: string | null;
    recipients: { lastError: string | null }[] | null;
  } | null;
}
const receiptOfPayment = async (principal: Principal | undefined, paymentToken: string) => {
  const references = [{ __typename: 'Payment', paymentToken }];
  const { data, errors } = await platform.ask<{ _entities: OfPayment[] }>(principal, REFERENCE, { references });
  expect(errors).toEqual([]);
  return data!._entities[0]!.receipt;
};

describe('one receipt', () => {
  it('is its parties’; why a delivery fails is told to the recipient, its broker and operators', async () => {
    const errorOfRegion = async (principal: Principal) => {
      const { data } = await receiptOf(principal, shared.paymentToken);
      return data?.receipt?.recipients?.find((each) => each.creditorFiscalCode === REGIONE);
    };
    for (const principal of [OPERATOR, creditor(REGIONE), partner(REGION_BROKER)]) {
      expect(await errorOfRegion(principal)).toMatchObject({
        status: 'NOTICE_PENDING',
        lastError: expect.stringContaining('the archive is closed') as string,
      });
    }
    for (const principal of [creditor(COMUNE), creditor(PROVINCIA), partner(BROKER)]) {
      expect(await errorOfRegion(principal)).toMatchObject({ status: 'NOTICE_PENDING', lastError: null, history: null });
    }
  });

  it.each(STRANGERS.slice(0, 2))('does not exist for %s', async (_who, principal) => {
    const answer = await receiptOf(principal, shared.paymentToken);
    expect(answer).toEqual(await receiptOf(principal, 'f'.repeat(32)));
    expect(answer).toEqual({ data: { receipt: null }, errors: [] });
  });

  it('is not for callers without a role that may ask', async () => {
    expect((await receiptOf(undefined, shared.paymentToken)).errors[0]?.code).toBe('UNAUTHENTICATED');
    expect((await receiptOf(psp(PSP), shared.paymentToken)).errors[0]?.code).toBe('FORBIDDEN');
  });

  it('can be reached from its payment, by whoever has a part in it', async () => {
    expect(await receiptOfPayment(psp(PSP), shared.paymentToken)).toMatchObject({
      id: shared.paymentToken,
      amount: 1_234,
      debtor: null,
      payer: { fiscalCode: PAYER },
      recipients: [{ lastError: null }, { lastError: null }],
    });
    expect(await receiptOfPayment(citizen(PAYER), shared.paymentToken)).toMatchObject({
      debtor: { fiscalCode: DEBTOR },
      payer: { fiscalCode: PAYER },
      paymentMethod: 'creditCard',
      recipients: null,
      callerIs: 'PAYER',
    });
    expect(await receiptOfPayment(citizen(DEBTOR), shared.paymentToken)).toMatchObject({
      debtor: { fiscalCode: DEBTOR },
      payer: null,
      paymentMethod: null,
      recipients: null,
      callerIs: 'DEBTOR',
    });
    for (const [, principal] of STRANGERS) expect(await receiptOfPayment(principal, shared.paymentToken)).toBeNull();
    expect(await receiptOfPayment(undefined, shared.paymentToken)).toBeNull();
    expect(await receiptOfPayment(OPERATOR, 'f'.repeat(32))).toBeNull();
  });

  it('is an entity with its references', async () => {
    const { data, errors } = await platform.ask<{ _entities: object[] }>(
      OPERATOR,
      `query ($references: [_Any!]!) { _entities(representations: $references) { ... on Receipt { id payment { paymentToken }
        notice { creditorFiscalCode noticeNumber } creditor { fiscalCode } psp { code } pspName standIn transfers { creditorName amount }
        recipients { station { code } creditor { fiscalCode } } completedAt } } }`,
      {
        references: [
          { __typename: 'Receipt', id: own.paymentToken },
          { __typename: 'Receipt', id: 'unknown' },
        ],
      },
    );
    expect(errors).toEqual([]);
    expect(data?._entities).toEqual([
      {
        id: own.paymentToken,
        payment: { paymentToken: own.paymentToken },
        notice: { creditorFiscalCode: COMUNE, noticeNumber: own.noticeNumber },
        creditor: { fiscalCode: COMUNE },
        psp: { code: PSP },
        pspName: 'Banca di Prova',
        standIn: true,
        transfers: [{ creditorName: 'Comune di Prova', amount: 1_234 }],
        recipients: [{ station: { code: STATION }, creditor: { fiscalCode: COMUNE } }],
        completedAt: expect.any(String) as string,
      },
      null,
    ]);
  });
});

describe('lists of receipts', () => {
  const LIST = `query ($creditor: FiscalCode, $pending: Boolean, $first: Int, $after: String) {
    receipts(creditorFiscalCode: $creditor, pending: $pending, first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`;
  const MINE = `query ($first: Int, $after: String) { myReceipts(first: $first, after: $after) {
    edges { node { id callerIs payer { fullName } } } pageInfo { hasNextPage endCursor } } }`;
  interface List {
    edges: { node: { id: string; callerIs?: string; payer?: object | null } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  }
  const list = async (principal: Principal, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await platform.ask<{ receipts: List }>(principal, LIST, variables);
    expect(errors).toEqual([]);
    return data!.receipts;
  };
  const ids = async (principal: Principal, variables: Record<string, unknown> = {}) =>
    (await list(principal, variables)).edges.map((edge) => edge.node.id);

  it('have the caller’s, newest first', async () => {
    const both = [own.paymentToken, shared.paymentToken];
    expect(await ids(creditor(COMUNE))).toEqual(both);
    expect(await ids(partner(BROKER))).toEqual(both);
    expect(await ids(OPERATOR)).toEqual(both);
    for (const principal of [creditor(REGIONE), creditor(PROVINCIA), partner(REGION_BROKER)])
      expect(await ids(principal)).toEqual([shared.paymentToken]);
    for (const [, principal] of STRANGERS.slice(0, 2)) expect(await ids(principal)).toEqual([]);
  });

  it('can be narrowed to a creditor, never widened', async () => {
    expect(await ids(OPERATOR, { creditor: REGIONE })).toEqual([shared.paymentToken]);
    expect(await ids(partner(BROKER), { creditor: PROVINCIA })).toEqual([shared.paymentToken]);
    expect(await ids(creditor(REGIONE), { creditor: COMUNE })).toEqual([shared.paymentToken]);
    expect(await ids(creditor('11111111111'), { creditor: COMUNE })).toEqual([]);
    expect(await ids(partner('11111111111'), { creditor: COMUNE })).toEqual([]);
  });

  it('can be narrowed to what a recipient of the caller’s lacks', async () => {
    expect(await ids(OPERATOR, { pending: true })).toEqual([shared.paymentToken]);
    expect(await ids(creditor(REGIONE), { pending: true })).toEqual([shared.paymentToken]);
    expect(await ids(partner(REGION_BROKER), { pending: true, creditor: REGIONE })).toEqual([shared.paymentToken]);
    expect(await ids(creditor(COMUNE), { pending: true })).toEqual([]);
    expect(await ids(creditor(COMUNE), { pending: true, creditor: REGIONE })).toEqual([]);
    expect(await ids(partner(BROKER), { pending: true })).toEqual([]);
  });

  it('come in pages', async () => {
    for (const principal of [OPERATOR, creditor(COMUNE)]) {
      const first = await list(principal, { first: 1 });
      expect(first).toMatchObject({ edges: [{ node: { id: own.paymentToken } }], pageInfo: { hasNextPage: true } });
      const second = await list(principal, { first: 1, after: first.pageInfo.endCursor });
      expect(second).toMatchObject({ edges: [{ node: { id: shared.paymentToken } }], pageInfo: { hasNextPage: false } });
    }
    for (const variables of [{ first: 0 }, { first: 101 }, { after: 'nonsense' }, { after: Buffer.from('["x"]').toString('base64url') }]) {
      expect((await platform.ask(OPERATOR, LIST, variables)).errors[0]?.code).toBe('BAD_USER_INPUT');
    }
  });

  it('show citizens what they paid or owed', async () => {
    const mine = async (principal: Principal) => {
      const { data, errors } = await platform.ask<{ myReceipts: List }>(principal, MINE);
      expect(errors).toEqual([]);
      return data!.myReceipts.edges.map((edge) => [edge.node.id, edge.node.callerIs, edge.node.payer !== null]);
    };
    expect(await mine(citizen(PAYER))).toEqual([[shared.paymentToken, 'PAYER', true]]);
    expect(await mine(citizen(DEBTOR.toLowerCase()))).toEqual([
      [own.paymentToken, 'PAYER', true],
      [shared.paymentToken, 'DEBTOR', false],
    ]);
    expect(await mine(citizen('BNCLRA90C43L219Q'))).toEqual([]);
    expect((await platform.ask(creditor(COMUNE), MINE)).errors[0]?.code).toBe('FORBIDDEN');
  });
});

describe('the queue', () => {
  const QUEUE = `query ($station: String, $creditor: FiscalCode) { receiptQueue(stationCode: $station, creditorFiscalCode: $creditor) {
    edges { node { receipt { id } recipient { creditorFiscalCode lastError } since waitingFor reason nextAttemptAt } } } }`;
  const queue = async (principal: Principal, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await platform.ask<{ receiptQueue: { edges: { node: Record<string, unknown> }[] } }>(
      principal,
      QUEUE,
      variables,
    );
    expect(errors).toEqual([]);
    return data!.receiptQueue.edges.map((edge) => edge.node);
  };

  it('says what is pending, since when, why, and when it is sent next', async () => {
    const item = {
      receipt: { id: shared.paymentToken },
      recipient: { creditorFiscalCode: REGIONE, lastError: 'PAA_SYSTEM_ERROR: the archive is closed' },
      since: expect.any(String) as string,
      waitingFor: 'RETRY',
      reason: expect.stringContaining('the archive is closed') as string,
      nextAttemptAt: expect.any(String) as string,
    };
    for (const principal of [OPERATOR, creditor(REGIONE), partner(REGION_BROKER)]) {
      expect(await queue(principal)).toEqual([item]);
      expect(await queue(principal, { station: REGION_STATION, creditor: REGIONE })).toEqual([item]);
    }
  });

  it('is of the caller’s recipients only', async () => {
    for (const principal of [creditor(COMUNE), partner(BROKER), creditor('11111111111')]) {
      expect(await queue(principal)).toEqual([]);
      expect(await queue(principal, { station: REGION_STATION })).toEqual([]);
      expect(await queue(principal, { creditor: REGIONE })).toEqual([]);
    }
  });
});

describe('events of receipts', () => {
  const LOG = `query ($after: String, $first: Int, $creditor: FiscalCode, $station: String) {
    receiptEventLog(after: $after, first: $first, creditorFiscalCode: $creditor, stationCode: $station) {
      edges { cursor node { name receiptId revision recipient { creditorFiscalCode status lastError } receipt { id } } } pageInfo { hasNextPage endCursor } } }`;
  const FOLLOW = `subscription ($after: String, $station: String) { receiptEvents(after: $after, stationCode: $station) {
    cursor name receiptId recipient { creditorFiscalCode station { code } } receipt { id } } }`;
  interface Log {
    edges: {
      cursor: string;
      node: { name: string; receiptId: string; recipient: { creditorFiscalCode: string; lastError: string | null } | null };
    }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  }
  const log = async (principal: Principal, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await platform.ask<{ receiptEventLog: Log }>(principal, LOG, { first: 100, ...variables });
    expect(errors).toEqual([]);
    return data!.receiptEventLog;
  };
  const told = async (principal: Principal, variables: Record<string, unknown> = {}) =>
    (await log(principal, variables)).edges.map(({ node }) => `${node.name}/${node.recipient?.creditorFiscalCode ?? ''}`).toSorted();

  it('are told to the parties, with the reasons of their own', async () => {
    const all = await log(OPERATOR);
    expect(all.edges).toHaveLength(9);
    expect(await told(creditor(COMUNE))).toEqual(await told(OPERATOR));
    expect(await told(psp(PSP))).toEqual(await told(OPERATOR));
    const ofShared = all.edges.filter(({ node }) => node.receiptId === shared.paymentToken);
    for (const principal of [creditor(REGIONE), partner(REGION_BROKER)]) {
      expect((await log(principal)).edges.map((edge) => edge.cursor)).toEqual(ofShared.map((edge) => edge.cursor));
    }
    const reasonFor = async (principal: Principal) =>
      (await log(principal)).edges.find(({ node }) => node.name === 'receipt.pending')?.node.recipient?.lastError ?? null;
    expect(await reasonFor(creditor(REGIONE))).toContain('the archive is closed');
    expect(await reasonFor(partner(REGION_BROKER))).toContain('the archive is closed');
    expect(await reasonFor(creditor(COMUNE))).toBeNull();
    expect(await reasonFor(psp(PSP))).toBeNull();
    for (const [, principal] of STRANGERS.slice(0, 3)) expect(await told(principal)).toEqual([]);
    expect((await platform.ask(citizen(PAYER), LOG)).errors[0]?.code).toBe('FORBIDDEN');
  });

  it('can be narrowed to a creditor and to a station', async () => {
    expect(await told(OPERATOR, { station: REGION_STATION })).toEqual([
      'receipt.created/',
      `receipt.pending/${REGIONE}`,
      `receipt.sent/${REGIONE}`,
    ]);
    expect(await told(OPERATOR, { creditor: REGIONE })).toEqual([
      'receipt.created/',
      `receipt.pending/${REGIONE}`,
      `receipt.sent/${REGIONE}`,
    ]);
    expect(await told(creditor('11111111111'), { creditor: REGIONE })).toEqual([]);
  });

  it('can be read in pages, and followed from any of their cursors without loss or repeat', async () => {
    const all = await log(OPERATOR);
    const pages: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Log = await log(OPERATOR, { after, first: 4, creditor: COMUNE });
      pages.push(...page.edges.map((edge) => edge.cursor));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    const ofComune = await log(OPERATOR, { creditor: COMUNE });
    expect(pages).toEqual(ofComune.edges.map((edge) => edge.cursor));

    const [, second] = all.edges;
    const stream = await platform.follow(OPERATOR, FOLLOW, { after: second!.cursor });
    const followed: unknown[] = [];
    for (const _each of all.edges.slice(2)) {
      const { value } = (await stream.next()) as { value: { data: { receiptEvents: { cursor: string; receipt: object } } } };
      followed.push(value.data.receiptEvents.cursor);
      expect(value.data.receiptEvents.receipt).not.toBeNull();
    }
    await stream.return?.();
    expect(followed).toEqual(all.edges.slice(2).map((edge) => edge.cursor));
  });

  it('of somebody else never come', async () => {
    const stranger = await platform.follow(creditor('11111111111'), FOLLOW, { after: encodeCursor('receipts', 0n) });
    const narrowed = await platform.follow(partner(BROKER), FOLLOW, { after: encodeCursor('receipts', 0n), station: STATION });
    const first = await narrowed.next();
    expect(first.value?.data).toMatchObject({ receiptEvents: { name: 'receipt.created' } });
    await narrowed.return?.();
    const next = stranger.next();
    await stranger.return?.();
    expect(await next).toMatchObject({ done: true });
  });
});

describe('another delivery on demand', () => {
  const AGAIN = `mutation ($id: ID!) { redeliverReceipt(id: $id) { outcome budget { limit remaining nextAt } } }`;
  const again = (principal: Principal, id: string) =>
    platform.ask<{ redeliverReceipt: { outcome: string; budget: { remaining: number; nextAt: string | null } | null } }>(principal, AGAIN, {
      id,
    });

  it('is for the recipient, ten times an hour, and nothing to others', async () => {
    for (const principal of [creditor('11111111111')]) {
      const refused = await again(principal, shared.paymentToken);
      expect(refused.errors[0]).toMatchObject({ code: 'NOT_FOUND', message: (await again(principal, 'f'.repeat(32))).errors[0]?.message });
    }
    expect((await again(partner(REGION_BROKER), shared.paymentToken)).errors[0]?.code).toBe('FORBIDDEN');
    expect((await again(creditor(COMUNE), shared.paymentToken)).data?.redeliverReceipt).toMatchObject({
      outcome: 'ALREADY_DELIVERED',
      budget: { remaining: 10 },
    });
    for (let left = 9; left >= 0; left -= 1) {
      const { data } = await again(creditor(REGIONE), shared.paymentToken);
      expect(data?.redeliverReceipt).toMatchObject({
        outcome: 'QUEUED',
        budget: { remaining: left, nextAt: left === 0 ? expect.any(String) : null },
      });
    }
    const over = await again(creditor(REGIONE), shared.paymentToken);
    expect(over.errors[0]).toMatchObject({ code: 'LIMIT_EXCEEDED', extensions: { retryAfterSeconds: expect.any(Number) as number } });
    const budget = await platform.ask<{ redeliveryBudget: object }>(creditor(REGIONE), '{ redeliveryBudget { limit remaining } }');
    expect(budget.data?.redeliveryBudget).toEqual({ limit: 10, remaining: 0 });
    expect((await again(OPERATOR, shared.paymentToken)).data?.redeliverReceipt).toMatchObject({ outcome: 'QUEUED', budget: null });
    await platform.advance(HOUR);
    expect((await again(creditor(REGIONE), shared.paymentToken)).data?.redeliverReceipt.budget?.remaining).toBe(9);
  });
});

describe('the official interface of receipts', () => {
  const get = async (path: string, key?: string) => {
    const response = await fetch(`${platform.base}/bizevents/service/v1${path}`, {
      headers: { ...(key && { 'Ocp-Apim-Subscription-Key': key }), 'x-request-id': 'mine-1' },
    });
    return {
      status: response.status,
      requestId: response.headers.get('x-request-id'),
      body: (await response.json()) as Record<string, unknown>,
    };
  };

  beforeAll(async () => {
    await platform.apiKey('key-comune', COMUNE, ['bizevents']);
    await platform.apiKey('key-broker', BROKER, ['bizevents']);
    await platform.apiKey('key-region-broker', REGION_BROKER, ['bizevents']);
    await platform.apiKey('key-aca', COMUNE, ['aca']);
    await platform.apiKey('key-province', PROVINCIA, ['bizevents']);
  });

  it('gives a creditor the receipts of payments that pay it, also without a station of its own', async () => {
    const { status, body, requestId } = await get(`/organizations/${COMUNE}/receipts/${shared.paymentToken}`, 'key-comune');
    expect(status).toBe(200);
    expect(requestId).toBe('mine-1');
    expect(body).toMatchObject({ receiptId: shared.paymentToken, outcome: 'OK', paymentAmount: 12.34, companyName: 'Comune di Prova' });
    const path = `/organizations/${PROVINCIA}/receipts/${shared.paymentToken}/paymentoptions/${shared.iuv}`;
    expect((await get(path, 'key-province')).status).toBe(200);
    expect((await get(`/organizations/${COMUNE}/receipts/${own.paymentToken}`, 'key-broker')).status).toBe(200);
  });

  it.skipIf(!hasContract)('answers as the contract says', async () => {
    const { body } = await get(`/organizations/${COMUNE}/receipts/${shared.paymentToken}`, 'key-comune');
    expect(faultsOf('CtReceiptModelResponse', body)).toEqual([]);
  });

  it.each([
    ['no key', 401, () => [`/organizations/${COMUNE}/receipts/${own.paymentToken}`]],
    ['an unknown key', 401, () => [`/organizations/${COMUNE}/receipts/${own.paymentToken}`, 'guess']],
    ['a key for something else', 403, () => [`/organizations/${COMUNE}/receipts/${own.paymentToken}`, 'key-aca']],
    ['another organization', 403, () => [`/organizations/${REGIONE}/receipts/${shared.paymentToken}`, 'key-comune']],
    ['an organization that does not exist', 403, () => ['/organizations/x/receipts/y', 'key-comune']],
    ['another partner', 403, () => [`/organizations/${COMUNE}/receipts/${own.paymentToken}`, 'key-region-broker']],
    ['a receipt that does not exist', 404, () => [`/organizations/${COMUNE}/receipts/${'f'.repeat(32)}`, 'key-comune']],
    ['a receipt of others', 404, () => [`/organizations/${PROVINCIA}/receipts/${own.paymentToken}`, 'key-province']],
    ['another IUV', 404, () => [`/organizations/${COMUNE}/receipts/${own.paymentToken}/paymentoptions/other`, 'key-comune']],
  ] as [string, number, () => [string, string?]][])('refuses %s with %i', async (_what, status, request) => {
    const answer = await get(...request());
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status, title: expect.any(String) as string, detail: expect.any(String) as string });
    expect(JSON.stringify(answer.body)).not.toContain('Comune di Prova');
  });
});
