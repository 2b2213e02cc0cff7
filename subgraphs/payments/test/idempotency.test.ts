import { DAY, MINUTE } from '@nodo-aperto/kernel/time';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { activate, send } from './support/operations.ts';
import { OTHER_CHANNEL, OTHER_PSP, PSP } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
const operator = caller('OPERATOR');
let subgraph: TestSubgraph;
let keys = 0;
beforeAll(async () => {
  subgraph = await startSubgraph({ settings: { idempotencyKeyMinutes: 10 } });
});
afterAll(() => subgraph[Symbol.asyncDispose]());
afterEach(async () => {
  subgraph.creditor.behaviour = 'ANSWERS';
  await subgraph.settings({ useIdempotency: true, idempotencyKeyMinutes: 10 });
});

function newKey(): string {
  keys += 1;
  return `${PSP}_${String(keys).padStart(10, '0')}`;
}

async function entry(
  key: string,
): Promise<{ minutes: number; outcome: string | null; faultCode: string | null; paymentToken: string | null } | undefined> {
  const { idempotencyEntries } = await subgraph.query<{
    idempotencyEntries: {
      edges: {
        node: { createdAt: string; validTo: string; outcome: string | null; faultCode: string | null; paymentToken: string | null };
      }[];
    };
  }>(
    operator,
    'query ($key: String) { idempotencyEntries(key: $key) { edges { node { createdAt validTo outcome faultCode paymentToken primitive } } } }',
    { key },
  );
  const node = idempotencyEntries.edges[0]?.node;
  if (!node) return undefined;
  const minutes = Math.round((Date.parse(node.validTo) - Date.parse(node.createdAt)) / MINUTE);
  return { minutes, outcome: node.outcome, faultCode: node.faultCode, paymentToken: node.paymentToken };
}

describe('an activation under a key', () => {
  it('is answered the same when repeated, with one effect', async () => {
    const noticeNumber = subgraph.newNotice();
    const idempotencyKey = newKey();
    const calls = subgraph.creditor.calls.length;
    const first = await activate(subgraph, psp, noticeNumber, { idempotencyKey, paymentNote: 'x' });
    const second = await activate(subgraph, psp, noticeNumber, { idempotencyKey, paymentNote: 'x' });
    expect(first.outcome).toBe('OK');
    expect(second).toEqual(first);
    expect(subgraph.creditor.calls).toHaveLength(calls + 1);
    expect(await entry(idempotencyKey)).toEqual({ minutes: 10, outcome: 'OK', faultCode: null, paymentToken: first.paymentToken });
  });

  it.each([
    ['amount', { amount: 1 }],
    ['dueDate', { dueDate: '2026-12-30' }],
    ['paymentNote', { paymentNote: 'another' }],
    ['expirationTime', { expirationTime: 61_000 }],
    ['notice', { qrCode: { fiscalCode: '66666666666', noticeNumber: '302000000000999978' } }],
  ])('that changes the %s is refused', async (_name, change) => {
    const noticeNumber = subgraph.newNotice();
    const idempotencyKey = newKey();
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).outcome).toBe('OK');
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey, ...change })).fault?.code).toBe('PPT_ERRORE_IDEMPOTENZA');
  });

  it.each([
    [40, undefined, 30],
    [10, 60_000, 1],
    [2, undefined, 2],
  ])('is remembered for the shorter of key (%d min) and token (%s ms): %d min', async (minutes, expirationTime, expected) => {
    await subgraph.settings({ idempotencyKeyMinutes: minutes });
    const idempotencyKey = newKey();
    await activate(subgraph, psp, subgraph.newNotice(), { idempotencyKey, expirationTime });
    expect((await entry(idempotencyKey))?.minutes).toBe(expected);
  });

  it('is new when the key has expired: the open session is found', async () => {
    const noticeNumber = subgraph.newNotice();
    const idempotencyKey = newKey();
    await activate(subgraph, psp, noticeNumber, { idempotencyKey });
    subgraph.clock.advance(11 * MINUTE);
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).fault?.code).toBe('PPT_PAGAMENTO_IN_CORSO');
  });

  it('is remembered for a day when it was refused', async () => {
    const noticeNumber = subgraph.newNotice();
    await activate(subgraph, psp, noticeNumber);
    const idempotencyKey = newKey();
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).fault?.code).toBe('PPT_PAGAMENTO_IN_CORSO');
    expect(await entry(idempotencyKey)).toEqual({
      minutes: DAY / MINUTE,
      outcome: 'KO',
      faultCode: 'PPT_PAGAMENTO_IN_CORSO',
      paymentToken: null,
    });
  });

  it('is remembered when the caller’s configuration refused it, so the corrected request is another one', async () => {
    const noticeNumber = subgraph.newNotice();
    const idempotencyKey = newKey();
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey, password: 'wrongwrong' })).fault?.code).toBe(
      'PPT_AUTENTICAZIONE',
    );
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey, password: 'pwdpwdpwd' })).fault?.code).toBe(
      'PPT_ERRORE_IDEMPOTENZA',
    );
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey, password: 'wrongwrong' })).fault?.code).toBe(
      'PPT_AUTENTICAZIONE',
    );
  });

  it('is not remembered after a syntax fault, an unknown PSP, or a station fault', async () => {
    const noticeNumber = subgraph.newNotice();
    const idempotencyKey = newKey();
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey, amount: 0 })).fault?.code).toBe('PPT_SINTASSI_EXTRAXSD');
    expect((await activate(subgraph, caller('PSP', 'nobody'), noticeNumber, { idempotencyKey })).fault?.code).toBe('PPT_PSP_SCONOSCIUTO');
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).fault?.code).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
    subgraph.creditor.behaviour = 'MALFORMED';
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).fault?.code).toBe('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE');
    expect(await entry(idempotencyKey)).toBeUndefined();
    subgraph.creditor.behaviour = 'ANSWERS';
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).outcome).toBe('OK');
  });

  it('is remembered when the creditor answered KO', async () => {
    const noticeNumber = subgraph.newNotice();
    const idempotencyKey = newKey();
    subgraph.creditor.behaviour = 'REFUSES';
    const first = await activate(subgraph, psp, noticeNumber, { idempotencyKey });
    subgraph.creditor.behaviour = 'ANSWERS';
    expect(await activate(subgraph, psp, noticeNumber, { idempotencyKey })).toEqual(first);
  });

  it('finds the session open when keys are not in use', async () => {
    const noticeNumber = subgraph.newNotice();
    const idempotencyKey = newKey();
    await subgraph.settings({ useIdempotency: false });
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).outcome).toBe('OK');
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).fault?.code).toBe('PPT_PAGAMENTO_IN_CORSO');
    expect(await entry(idempotencyKey)).toBeUndefined();
  });

  it('belongs to its PSP: the same key of another one is another key', async () => {
    const idempotencyKey = newKey();
    expect((await activate(subgraph, psp, subgraph.newNotice(), { idempotencyKey })).outcome).toBe('OK');
    expect(
      (await activate(subgraph, caller('PSP', OTHER_PSP), subgraph.newNotice(), { idempotencyKey, idChannel: OTHER_CHANNEL })).outcome,
    ).toBe('OK');
  });

  it('sent twice at once has one effect, and no other answer than the same or "in progress"', async () => {
    const noticeNumber = subgraph.newNotice();
    const idempotencyKey = newKey();
    const calls = subgraph.creditor.calls.length;
    const answers = await Promise.all(Array.from({ length: 12 }, () => activate(subgraph, psp, noticeNumber, { idempotencyKey })));
    const tokens = new Set(answers.filter((answer) => answer.outcome === 'OK').map((answer) => answer.paymentToken));
    expect(tokens.size).toBe(1);
    for (const answer of answers) if (answer.outcome === 'KO') expect(answer.fault?.code).toBe('PPT_ATTIVAZIONE_IN_CORSO');
    expect(subgraph.creditor.calls).toHaveLength(calls + 1);
    expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).paymentToken).toBe([...tokens][0]);
  });
});

it('a key whose process is gone can be used again once its claim has run out', async () => {
  const noticeNumber = subgraph.newNotice();
  const idempotencyKey = newKey();
  const first = await activate(subgraph, psp, noticeNumber, { idempotencyKey });
  // As a crash between claim and answer leaves it.
  const until = new Date(subgraph.clock.now() + MINUTE);
  await subgraph.database.query('update idempotency_entry set response = null, payment_token = null, valid_to = $2 where key = $1', [
    idempotencyKey,
    until,
  ]);
  expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).fault?.code).toBe('PPT_ATTIVAZIONE_IN_CORSO');
  expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey, amount: 1 })).fault?.code).toBe('PPT_ERRORE_IDEMPOTENZA');
  await send(subgraph, psp, first.paymentToken ?? '', 'KO');
  subgraph.clock.advance(2 * MINUTE);
  expect((await activate(subgraph, psp, noticeNumber, { idempotencyKey })).outcome).toBe('OK');
});

describe('an outcome under a key', () => {
  const open = async (input: Record<string, unknown> = {}): Promise<string> =>
    (await activate(subgraph, psp, subgraph.newNotice(), input)).paymentToken ?? '';

  it('is answered the same when repeated, remembered two days, and makes the activation’s key be forgotten', async () => {
    const activation = newKey();
    const token = await open({ idempotencyKey: activation });
    expect(await entry(activation)).toBeDefined();
    const idempotencyKey = newKey();
    const first = await send(subgraph, psp, token, 'OK', { idempotencyKey });
    expect(first).toMatchObject({ outcome: 'OK', payment: { status: 'PAID' } });
    expect(await send(subgraph, psp, token, 'OK', { idempotencyKey })).toEqual(first);
    expect(await entry(idempotencyKey)).toEqual({ minutes: (2 * DAY) / MINUTE, outcome: 'OK', faultCode: null, paymentToken: token });
    expect(await entry(activation)).toBeUndefined();
    expect((await send(subgraph, psp, token, 'KO', { idempotencyKey })).fault?.code).toBe('PPT_ERRORE_IDEMPOTENZA');
  });

  it('for an unknown token is remembered: the corrected one is another request', async () => {
    const token = await open();
    const idempotencyKey = newKey();
    expect((await send(subgraph, psp, 'f'.repeat(32), 'OK', { idempotencyKey })).fault?.code).toBe('PPT_TOKEN_SCONOSCIUTO');
    expect((await send(subgraph, psp, token, 'OK', { idempotencyKey })).fault?.code).toBe('PPT_ERRORE_IDEMPOTENZA');
  });

  it('with a syntax fault is not remembered', async () => {
    const token = await open();
    const idempotencyKey = newKey();
    expect((await send(subgraph, psp, 'x'.repeat(36), 'OK', { idempotencyKey })).fault?.code).toBe('PPT_SINTASSI_EXTRAXSD');
    expect((await send(subgraph, psp, token, 'OK', { idempotencyKey })).outcome).toBe('OK');
  });

  it('sent many times at once has one effect and one answer', async () => {
    const token = await open();
    const idempotencyKey = newKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(subgraph, psp, token, 'OK', { idempotencyKey })));
    for (const answer of answers) expect(answer).toMatchObject({ outcome: 'OK', payment: { status: 'PAID' } });
    const rows = await subgraph.database.query('select from payment_status_change where payment_token = $1', [token]);
    expect(rows).toHaveLength(2);
  });
});

it('operators read what is remembered page by page', async () => {
  await subgraph.database.query('delete from idempotency_entry');
  const sent = Array.from({ length: 5 }, newKey);
  await Promise.all(sent.map((idempotencyKey) => send(subgraph, psp, 'd'.repeat(32), 'KO', { idempotencyKey })));
  const document =
    'query ($after: String) { idempotencyEntries(first: 2, after: $after) { edges { node { key faultCode primitive } } pageInfo { hasNextPage endCursor } } }';
  const keysRead: string[] = [];
  let after: string | null = null;
  do {
    const {
      idempotencyEntries,
    }: { idempotencyEntries: { edges: { node: { key: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
      await subgraph.query(operator, document, { after });
    keysRead.push(...idempotencyEntries.edges.map(({ node }) => node.key));
    after = idempotencyEntries.pageInfo.hasNextPage ? idempotencyEntries.pageInfo.endCursor : null;
  } while (after !== null);
  expect(keysRead.toSorted()).toEqual(sent.toSorted());
  expect((await subgraph.execute(psp, document)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

it('the cleanup removes what has expired, and nothing else', async () => {
  await subgraph.database.query('delete from idempotency_entry');
  const short = newKey();
  const long = newKey();
  const token = (await activate(subgraph, psp, subgraph.newNotice(), { idempotencyKey: short })).paymentToken ?? '';
  expect(token).not.toBe('');
  await send(subgraph, psp, 'e'.repeat(32), 'OK', { idempotencyKey: long });
  subgraph.clock.advance(11 * MINUTE);
  expect(await subgraph.job('IDEMPOTENCY_CLEANUP')).toBe(1);
  expect(await entry(short)).toBeUndefined();
  expect(await entry(long)).toBeDefined();
});
