/** What creditors, citizens and operators do with receipts besides getting them delivered. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { until } from '@nodo-aperto/kernel/testing';
import { DAY, MINUTE, toIso } from '@nodo-aperto/kernel/time';
import {
  noticeAmountLearnt,
  noticeChanged,
  type NoticeSnapshot,
  paymentActivated,
  paymentBooked,
  paymentFailed,
  type PaymentSnapshot,
  positionAmountLearnt,
} from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Creditor, startCreditor } from './creditor.ts';
import { citizen, creditor, freshToken, OPERATOR, partner, paymentAt, settle, startPlatform, type TestPlatform } from './platform.ts';
import { BROKER, COMUNE, DEBTOR, PAYER, STATION } from './samples.ts';

const STRANGER = 'BNCLRA90C43L219Q';
const OTHER = '11111111111';

let platform: TestPlatform;
let station: Creditor;

beforeAll(async () => {
  platform = await startPlatform();
  station = await startCreditor();
  await settle(platform, STATION, station.endpoint);
  await platform.route({ creditorInstitution: COMUNE, station: STATION });
  await platform.apiKey('key-comune', COMUNE, ['bizevents']);
  await platform.apiKey('key-limited', COMUNE, ['bizevents']);
});
afterAll(async () => {
  await station[Symbol.asyncDispose]();
  await platform.stop();
});

async function ask<Data>(principal: Principal, source: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { data, errors } = await platform.ask<Data>(principal, source, variables);
  expect(errors).toEqual([]);
  return data!;
}
const codeOf = async (principal: Principal, source: string, variables: Record<string, unknown> = {}) =>
  (await platform.ask(principal, source, variables)).errors[0]?.code;
const get = (path: string, key?: string) => fetch(`${platform.base}${path}`, { headers: key ? { 'Ocp-Apim-Subscription-Key': key } : {} });

describe('the list of a citizen', () => {
  const MINE = `query ($year: Int, $creditor: FiscalCode, $text: String, $as: ReceiptPartyRole, $hidden: Boolean, $notice: NoticeNumber) {
    myReceipts(year: $year, creditorFiscalCode: $creditor, text: $text, as: $as, hidden: $hidden, noticeNumber: $notice, first: 100) {
      edges { node { id subject callerIs citizenId cart { payments amount receipts { id } } } } } }`;
  interface Mine {
    myReceipts: { edges: { node: { id: string; subject: string; callerIs: string; citizenId: string; cart: object | null } }[] };
  }
  const mine = async (who: string, variables: Record<string, unknown> = {}) =>
    (await ask<Mine>(citizen(who), MINE, variables)).myReceipts.edges.map((edge) => edge.node);
  const ids = async (who: string, variables: Record<string, unknown> = {}) => (await mine(who, variables)).map((each) => each.id);
  let old: PaymentSnapshot;
  let recent: PaymentSnapshot;

  beforeAll(async () => {
    old = paymentAt(STATION, { outcomeAt: '2024-12-31T23:30:00.000Z', description: '/RFB/0200/12.34/TXT/Multa 100% pagata' });
    recent = paymentAt(STATION, { payer: { type: 'F', fiscalCode: DEBTOR, fullName: 'Mario Rossi' }, noticeNumber: '302000000000001202' });
    await platform.book(old, recent);
  });

  it('is narrowed by year, creditor, text, notice and role', async () => {
    expect(await ids(DEBTOR)).toEqual([recent.paymentToken, old.paymentToken]);
    expect(await ids(DEBTOR, { year: 2026 })).toEqual([recent.paymentToken]);
    // Half past midnight of the first of January in Italy.
    expect(await ids(DEBTOR, { year: 2025 })).toEqual([old.paymentToken]);
    expect(await ids(DEBTOR, { creditor: OTHER })).toEqual([]);
    expect(await ids(DEBTOR, { text: 'multa' })).toEqual([old.paymentToken]);
    expect(await ids(DEBTOR, { text: '100%' })).toEqual([old.paymentToken]);
    expect(await ids(DEBTOR, { text: '1%0' })).toEqual([]);
    expect(await ids(DEBTOR, { notice: recent.noticeNumber })).toEqual([recent.paymentToken]);
    expect(await ids(DEBTOR, { as: 'PAYER' })).toEqual([recent.paymentToken]);
    expect(await ids(DEBTOR, { as: 'DEBTOR', year: 2025 })).toEqual([old.paymentToken]);
    expect(await ids(STRANGER)).toEqual([]);
    expect((await mine(DEBTOR, { year: 2025 }))[0]).toMatchObject({ subject: 'Multa 100% pagata', citizenId: old.paymentToken });
    for (const wrong of [{ year: 3 }, { text: 'x' }, { text: 'x'.repeat(101) }]) {
      expect(await codeOf(citizen(DEBTOR), MINE, wrong)).toBe('BAD_USER_INPUT');
    }
  });

  it('lets a person hide a receipt from itself alone, and bring it back', async () => {
    const HIDE = 'mutation ($id: ID!) { hideReceipt(id: $id) { id } }';
    const RESTORE = 'mutation ($id: ID!, $of: String) { restoreReceipt(id: $id, fiscalCode: $of) { id } }';
    const id = old.paymentToken;
    expect(await codeOf(citizen(STRANGER), HIDE, { id })).toBe('NOT_FOUND');
    expect(await codeOf(citizen(STRANGER), HIDE, { id: 'f'.repeat(32) })).toBe('NOT_FOUND');
    await ask(citizen(DEBTOR.toLowerCase()), HIDE, { id });
    expect(await ids(DEBTOR)).toEqual([recent.paymentToken]);
    expect(await ids(DEBTOR, { hidden: true })).toEqual([id]);
    expect(await ids(PAYER)).toContain(id);
    expect(await ask(citizen(DEBTOR), 'query ($id: ID!) { myReceipt(id: $id) { id } }', { id })).toEqual({ myReceipt: { id } });
    expect(await codeOf(OPERATOR, RESTORE, { id })).toBe('BAD_USER_INPUT');
    await ask(OPERATOR, RESTORE, { id, of: DEBTOR });
    expect(await ids(DEBTOR)).toEqual([recent.paymentToken, id]);
  });

  it('shows what was paid together to who paid, and a debtor its own part only', async () => {
    const id = freshToken();
    const cart = { id, payments: 2, amount: 2_468 };
    const first = paymentAt(STATION, { paymentToken: id, cart, description: 'cart one', debtor: person('CRTFRS80A01H501A') });
    const second = paymentAt(STATION, { cart, description: 'cart two', debtor: person('CRTSCN80A01H501B') });
    await platform.book(first, second);
    const [shown] = await mine(PAYER, { text: 'cart one' });
    expect(shown).toMatchObject({
      citizenId: `${id}_CART_`,
      cart: { payments: 2, amount: 2_468, receipts: [{ id }, { id: second.paymentToken }] },
    });
    const [part, ...others] = await mine('CRTSCN80A01H501B');
    expect(others).toEqual([]);
    expect(part).toMatchObject({ id: second.paymentToken, citizenId: `${id}_CART_${second.paymentToken}`, cart: null, callerIs: 'DEBTOR' });
    const ONE = 'query ($id: ID!) { myReceipt(id: $id) { id } }';
    expect(await ask(citizen(PAYER), ONE, { id: `${id}_CART_` })).toEqual({ myReceipt: { id } });
    expect(await ask(citizen('CRTSCN80A01H501B'), ONE, { id: part!.citizenId })).toEqual({ myReceipt: { id: second.paymentToken } });
    expect(await ask(citizen('CRTSCN80A01H501B'), ONE, { id: `${id}_CART_` })).toEqual({ myReceipt: null });
  });
});

const person = (fiscalCode: string) => ({ type: 'F' as const, fiscalCode, fullName: 'Persona di Prova' });

describe('the list of a creditor', () => {
  it('is narrowed by token, reference, notice, days, Stand-In and text', async () => {
    const LIST = 'query ($filter: ReceiptFilter) { receipts(filter: $filter, first: 100) { edges { node { id } } } }';
    const payment = paymentAt(STATION, {
      iuv: '02999999999999901',
      noticeNumber: '302999999999999901',
      standIn: true,
      outcomeAt: '2023-05-05T10:00:00.000Z',
      description: 'rarity',
    });
    await platform.book(payment);
    const found = async (filter: object, principal: Principal = creditor(COMUNE)) =>
      (await ask<{ receipts: { edges: { node: { id: string } }[] } }>(principal, LIST, { filter })).receipts.edges.map(
        ({ node }) => node.id,
      );
    for (const filter of [
      { id: payment.paymentToken },
      { iuv: payment.iuv },
      { noticeNumber: payment.noticeNumber },
      { from: '2023-05-05', to: '2023-05-05' },
      { standIn: true, text: 'rarity' },
    ]) {
      expect(await found(filter)).toEqual([payment.paymentToken]);
      expect(await found(filter, partner(BROKER))).toEqual([payment.paymentToken]);
      expect(await found(filter, creditor(OTHER))).toEqual([]);
    }
    expect(await found({ standIn: false, iuv: payment.iuv })).toEqual([]);
    expect(await codeOf(creditor(COMUNE), LIST, { filter: { from: '2023-05-06', to: '2023-05-05' } })).toBe('BAD_USER_INPUT');
  });
});

describe('what cannot be delivered', () => {
  it('is counted by station, and known to have been fetched when it was', async () => {
    const code = '66666666666_07';
    await using away = await startCreditor();
    away.behaviour = 'UNAVAILABLE';
    await settle(platform, code, away.endpoint);
    await platform.settings({ receiptRetryMax: 0 });
    const payments = [paymentAt(code), paymentAt(code)];
    await platform.book(...payments);
    for (const { paymentToken } of payments) await platform.reaches(paymentToken, 'NOTICE_PENDING');
    await platform.settings({});
    const TOTALS = `query ($station: String) { receiptQueueTotals(stationCode: $station) { edges { node { station { code } total untried underWay
      retrying exhausted since nextAttemptAt standIn lastError } } } }`;
    const expected = {
      station: { code },
      total: 2,
      untried: 0,
      underWay: 0,
      retrying: 0,
      exhausted: 2,
      standIn: false,
      nextAttemptAt: null,
    };
    for (const principal of [OPERATOR, creditor(COMUNE), partner(BROKER)]) {
      const { receiptQueueTotals } = await ask<{ receiptQueueTotals: { edges: { node: object }[] } }>(principal, TOTALS, { station: code });
      expect(receiptQueueTotals.edges).toEqual([
        { node: expect.objectContaining({ ...expected, lastError: expect.stringContaining('SERVIZIO_NON_ATTIVO') as string }) as object },
      ]);
    }
    expect(await ask(creditor(OTHER), TOTALS, {})).toEqual({ receiptQueueTotals: { edges: [] } });

    const RECIPIENT = 'query ($id: ID!) { receipt(id: $id) { recipients { exhausted fetchPath fetchedAt status } } }';
    interface Shown {
      receipt: { recipients: { fetchPath: string; fetchedAt: string | null }[] };
    }
    const id = payments[0]!.paymentToken;
    const shown = async () => (await ask<Shown>(creditor(COMUNE), RECIPIENT, { id })).receipt.recipients[0]!;
    const before = await shown();
    expect(before).toMatchObject({ exhausted: true, fetchedAt: null, status: 'NOTICE_PENDING' });
    const answer = await get(before.fetchPath, 'key-comune');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ receiptId: id });
    expect((await shown()).fetchedAt).not.toBeNull();
  });

  it('is not asked for too often', async () => {
    const path = `/bizevents/service/v1/organizations/${COMUNE}/receipts/${'f'.repeat(32)}`;
    let answer = await get(path, 'key-limited');
    expect(answer.status).toBe(404);
    const limit = Number(answer.headers.get('x-ratelimit-limit'));
    for (let calls = 1; calls < limit; calls += 1) answer = await get(path, 'key-limited');
    expect([answer.status, answer.headers.get('x-ratelimit-remaining')]).toEqual([404, '0']);
    answer = await get(path, 'key-limited');
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ status: 429, detail: expect.stringContaining('seconds') as string });
    await platform.advance(MINUTE);
    expect((await get(path, 'key-limited')).status).toBe(404);
  });
});

describe('an asynchronous station', () => {
  it('is not called: its receipts count as delivered and are there to be fetched', async () => {
    const code = '66666666666_08';
    await using silent = await startCreditor();
    await settle(platform, code, silent.endpoint, { asynchronous: true });
    const payment = paymentAt(code);
    await platform.book(payment);
    await platform.reaches(payment.paymentToken, 'NOTIFIED');
    const { receipt } = await ask<{ receipt: { recipients: object[]; completedAt: string | null } }>(
      creditor(COMUNE),
      'query ($id: ID!) { receipt(id: $id) { completedAt recipients { kept fetchPath } } }',
      { id: payment.paymentToken },
    );
    expect(receipt).toMatchObject({ completedAt: expect.any(String) as string, recipients: [{ kept: true }] });
    expect(silent.received).toEqual([]);
    const path = `/bizevents/service/v1/organizations/${COMUNE}/receipts/${payment.paymentToken}`;
    expect((await get(path, 'key-comune')).status).toBe(200);
  });
});

describe('evidence of calls', () => {
  it('is stated for operators', async () => {
    const payment = paymentAt(STATION);
    await platform.book(payment);
    await platform.reaches(payment.paymentToken, 'NOTIFIED');
    const call = await until(
      async () => {
        const { events } = await platform.hosting.bus
          .stream('receipts')
          .read({ after: 0n, first: 1_000, names: ['receipt-calls.observed'] });
        const calls = events.flatMap((event) => (event.data as { calls: { station: string; outcome: string }[] }).calls);
        return calls.find((each) => each.station === STATION && each.outcome === 'OK');
      },
      { what: 'the evidence' },
    );
    expect(call).toMatchObject({ direction: 'NODE_TO_CREDITOR', method: 'paSendRTV2', creditor: COMUNE, broker: BROKER });
  });
});

describe('the amount drift', () => {
  const DRIFT = `query ($creditor: FiscalCode, $from: Date, $to: Date, $differing: Boolean, $first: Int, $after: String) {
    standInDrift(creditorFiscalCode: $creditor, from: $from, to: $to, differing: $differing) {
      totals { payments paid known actual difference short over }
      lines(first: $first, after: $after) { edges { node { paymentToken paid actual difference learntFrom } } pageInfo { hasNextPage endCursor } } } }`;
  interface Drift {
    standInDrift: {
      totals: object;
      lines: { edges: { node: { paymentToken: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    };
  }
  const CREDITOR = '33333333333';
  const standIn = (noticeNumber: string, changes: Partial<PaymentSnapshot> = {}) =>
    paymentAt(STATION, {
      creditorFiscalCode: CREDITOR,
      noticeNumber,
      standIn: true,
      activatedAt: '2026-03-02T09:00:00.000Z',
      outcomeAt: '2026-03-02T09:05:00.000Z',
      ...changes,
    });
  const opened = (payment: PaymentSnapshot): PaymentSnapshot => {
    const { outcomeAt: _at, outcome: _outcome, ...rest } = payment;
    return { ...rest, status: 'PAYING' };
  };
  const noticeOf = (payment: PaymentSnapshot, amount: number, updatedAt: string): NoticeSnapshot => ({
    creditorFiscalCode: payment.creditorFiscalCode,
    creditorName: payment.creditorName,
    noticeNumber: payment.noticeNumber,
    iuv: payment.iuv,
    positionId: 'position-1',
    amount,
    description: 'TARI',
    status: 'VALID',
    dueDate: '2026-12-31',
    expirationDate: '2026-12-31T23:00:00.000Z',
    switchToExpired: false,
    payStandIn: true,
    aca: true,
    debtor: payment.debtor,
    transfers: payment.transfers,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt,
    revision: 2,
  });

  it('is what was paid against what the notice was worth, whoever told it and when', async () => {
    await platform.creditorInstitution(CREDITOR, 'Ente di Prova');
    const [updated, uploaded, verified, unknown, dropped] = ['1', '2', '3', '4', '5'].map((last) => standIn(`30200000000000220${last}`));
    // The update comes before the activation is heard of; it was said after it.
    await platform.state(noticeChanged, noticeOf(updated!, 1_334, '2026-03-02T09:02:00.000Z'));
    await platform.state(noticeChanged, noticeOf(unknown!, 9_999, '2026-03-02T08:59:00.000Z'));
    await platform.hosting.bus.settled(20_000);
    await platform.state(paymentActivated, ...[updated!, uploaded!, verified!, unknown!, dropped!].map(opened));
    await platform.state(paymentFailed, { ...dropped!, status: 'FAILED', outcome: 'KO', revision: 3 });
    await platform.state(paymentBooked, updated!, uploaded!, verified!, unknown!);
    const said = { creditorFiscalCode: CREDITOR, at: '2026-03-02T10:00:00.000Z' };
    await platform.state(positionAmountLearnt, { ...said, noticeNumber: uploaded!.noticeNumber, amount: 1_000, occasion: 'UPLOAD' });
    await platform.state(noticeAmountLearnt, { ...said, noticeNumber: verified!.noticeNumber, amount: 1_234, occasion: 'VERIFICATION' });
    // An activation that the creditor answers speaks of the payment before it; the word after the first one changes nothing.
    await platform.state(paymentActivated, {
      ...opened(verified!),
      paymentToken: freshToken(),
      standIn: false,
      amount: 5_000,
      transfers: [{ ...verified!.transfers[0]!, amount: 5_000 }],
      activatedAt: '2026-03-03T09:00:00.000Z',
    });
    await platform.hosting.bus.settled(20_000);

    const whole = await ask<Drift>(creditor(CREDITOR), DRIFT, {});
    expect(whole.standInDrift.lines.edges.map(({ node }) => node).toSorted(byToken)).toEqual(
      [
        { paymentToken: updated!.paymentToken, paid: 1_234, actual: 1_334, difference: '-100', learntFrom: 'UPDATE' },
        { paymentToken: uploaded!.paymentToken, paid: 1_234, actual: 1_000, difference: '234', learntFrom: 'UPLOAD' },
        { paymentToken: verified!.paymentToken, paid: 1_234, actual: 1_234, difference: '0', learntFrom: 'VERIFICATION' },
        { paymentToken: unknown!.paymentToken, paid: 1_234, actual: null, difference: null, learntFrom: null },
      ].toSorted(byToken),
    );
    expect(whole.standInDrift.totals).toEqual({
      payments: 4,
      paid: '4936',
      known: 3,
      actual: '3568',
      difference: '134',
      short: '100',
      over: '234',
    });
    for (const principal of [OPERATOR, partner(BROKER)]) {
      expect(await ask<Drift>(principal, DRIFT, { creditor: CREDITOR })).toEqual(whole);
    }
    expect((await ask<Drift>(creditor(CREDITOR), DRIFT, { differing: true })).standInDrift.totals).toMatchObject({ payments: 2 });
    expect((await ask<Drift>(creditor(CREDITOR), DRIFT, { from: '2026-03-03' })).standInDrift.totals).toMatchObject({ payments: 0 });
    for (const [principal, asked] of [
      [creditor(OTHER), {}],
      [creditor(OTHER), { creditor: CREDITOR }],
      [partner(OTHER), { creditor: CREDITOR }],
    ] as const) {
      expect((await ask<Drift>(principal, DRIFT, asked)).standInDrift).toMatchObject({ totals: { payments: 0 }, lines: { edges: [] } });
    }
    const first = (await ask<Drift>(creditor(CREDITOR), DRIFT, { first: 3 })).standInDrift.lines;
    const rest = (await ask<Drift>(creditor(CREDITOR), DRIFT, { first: 3, after: first.pageInfo.endCursor })).standInDrift.lines;
    expect([...first.edges, ...rest.edges]).toEqual(whole.standInDrift.lines.edges);

    await platform.apiKey('key-drift', CREDITOR, ['bizevents']);
    const csv = await get(`/receipts/service/v1/organizations/${CREDITOR}/stand-in-drift?from=2026-03-02&to=2026-03-02`, 'key-drift');
    expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const rows = (await csv.text())
      .trim()
      .split('\n')
      .map((row) => row.split(','));
    expect(rows).toHaveLength(6);
    expect(rows.find(([token]) => token === updated!.paymentToken)?.slice(6, 9)).toEqual(['12.34', '13.34', '-1.00']);
    expect(rows.at(-1)?.slice(0, 9)).toEqual(['TOTAL', '', '', '', '', '', '49.36', '35.68', '1.34']);
    const wrong = await get(`/receipts/service/v1/organizations/${CREDITOR}/stand-in-drift?from=2026-13-01`, 'key-drift');
    expect(wrong.status).toBe(400);
    expect((await get(`/receipts/service/v1/organizations/${CREDITOR}/stand-in-drift`, 'key-comune')).status).toBe(403);
  });
});

const byToken = (left: { paymentToken: string }, right: { paymentToken: string }): number =>
  left.paymentToken.localeCompare(right.paymentToken);

describe('what is too old', () => {
  it('is removed with all that belongs to it, and nothing else', async () => {
    const old = paymentAt(STATION, { outcomeAt: toIso(platform.clock.now() - 3_700 * DAY), standIn: true });
    const young = paymentAt(STATION, { outcomeAt: toIso(platform.clock.now() - 3_600 * DAY) });
    await platform.book(old, young);
    for (const { paymentToken } of [old, young]) await platform.reaches(paymentToken, 'NOTIFIED');
    await ask(citizen(DEBTOR), 'mutation ($id: ID!) { hideReceipt(id: $id) { id } }', { id: old.paymentToken });
    const run = await platform.hosting.jobs.runNow('RECEIPT_RETENTION', { deadlineMs: 20_000 });
    expect(run).toMatchObject({ state: 'SUCCEEDED', processed: 1 });
    const ONE = 'query ($id: ID!) { receipt(id: $id) { id } }';
    expect(await ask(OPERATOR, ONE, { id: old.paymentToken })).toEqual({ receipt: null });
    expect(await ask(OPERATOR, ONE, { id: young.paymentToken })).toEqual({ receipt: { id: young.paymentToken } });
  });
});
