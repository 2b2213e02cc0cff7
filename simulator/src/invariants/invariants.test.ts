import { describe, expect, it } from 'vitest';
import { openLedger } from '../ledger/index.ts';
import type { EventEntry, RunLedger } from '../ledger/index.ts';
import type { PlatformClient } from '../platform-client/index.ts';
import { checkAll } from './index.ts';

const CREDITOR = '66666666666';
const NOTICE = '302000000000000101';
const notice = { creditorFiscalCode: CREDITOR, noticeNumber: NOTICE };

/** What the platform says, and a ledger that agrees with it; a test changes one of them. */
function world() {
  const payment = {
    ...notice,
    paymentToken: 't1',
    status: 'NOTIFIED',
    amount: 500,
    standIn: true,
    transfers: [{ amount: 500, creditorFiscalCode: CREDITOR }],
  };
  const receipt = {
    ...notice,
    id: 't1',
    amount: 500,
    standIn: true,
    transfers: [{ amount: 200 }, { amount: 300 }],
    recipients: [{ creditorFiscalCode: CREDITOR, status: 'NOTIFIED' }],
    payment: { paymentToken: 't1' },
  };
  const books = {
    payments: [payment],
    receipts: [receipt],
    paymentEventLog: [
      { ...notice, id: 'e1', cursor: 'c1', revision: 1, paymentToken: 't1' },
      { ...notice, id: 'e2', cursor: 'c2', revision: 2, paymentToken: 't1' },
    ],
  };
  const ledger = openLedger();
  event(ledger, { id: 'e1', status: 'PAYING' });
  event(ledger, { id: 'e2', revision: 2, status: 'PAID' });
  outcome(ledger, 'OK');
  ledger.append({
    kind: 'RECEIPT',
    at: 9,
    recipient: CREDITOR,
    stationCode: 's',
    ...notice,
    paymentToken: 't1',
    amount: 500,
    transfers: 500,
    standIn: true,
  });
  return { books, ledger, payment, receipt };
}

function event(ledger: RunLedger, some: Partial<EventEntry>): void {
  const usual = {
    kind: 'EVENT',
    at: 5,
    id: 'e',
    cursor: 'c',
    name: 'payment',
    paymentToken: 't1',
    revision: 1,
    status: 'PAID',
    amount: 500,
    standIn: true,
  } as const;
  ledger.append({ ...usual, ...notice, ...some });
}

function outcome(ledger: RunLedger, sent: 'OK' | 'KO'): void {
  ledger.append({
    kind: 'ATTEMPT',
    at: 4,
    payment: 0,
    ...notice,
    step: 'OUTCOME',
    paymentToken: 't1',
    sent,
    answer: 'OK',
    key: 'k',
    elapsedMs: 3,
  });
}

async function violated({ books, ledger }: Pick<ReturnType<typeof world>, 'books' | 'ledger'>, final = true): Promise<string[]> {
  const platform = {
    run: (document: { text: string }) => {
      const field = Object.keys(books).find((name) => document.text.includes(`${name}(`)) as keyof typeof books;
      const edges = books[field].map((node) => ({ node }));
      return Promise.resolve({ [field]: { edges, pageInfo: { hasNextPage: false, endCursor: null } } });
    },
  } as unknown as PlatformClient;
  const violations = await checkAll({ ledger, platform, final });
  for (const { story } of violations) expect(story.length).toBeGreaterThan(0);
  return violations.map(({ invariant }) => invariant);
}

describe('the invariants', () => {
  it('hold for books that agree', async () => {
    expect(await violated(world())).toEqual([]);
    expect(await violated(world(), false)).toEqual([]);
  });

  it('see a notice that is booked twice, by an event or by the list', async () => {
    const byEvent = world();
    event(byEvent.ledger, { id: 'e3', paymentToken: 't2' });
    expect(await violated(byEvent, false)).toEqual(['no notice is booked twice']);
    const byList = world();
    byList.books.payments.push({ ...byList.payment, paymentToken: 't2' });
    expect(await violated(byList)).toContain('no notice is booked twice');
  });

  it('see an outcome that was accepted and not kept, and a token that is settled both ways', async () => {
    const lost = world();
    lost.payment.status = 'PAYING';
    expect(await violated(lost)).toEqual(['every token ends in one final state']);
    const declined = world();
    outcome(declined.ledger, 'KO');
    expect(await violated(declined)).toEqual(['every token ends in one final state']);
    const both = world();
    event(both.ledger, { id: 'e3', status: 'FAILED' });
    expect(await violated(both, false)).toEqual(['every token ends in one final state']);
  });

  it.each([
    ['none', (books: ReturnType<typeof world>['books']) => books.receipts.pop()],
    ['two', (books: ReturnType<typeof world>['books']) => books.receipts.push({ ...world().receipt })],
    ['one for nobody', (books: ReturnType<typeof world>['books']) => books.receipts[0]?.recipients.pop()],
    [
      'one for a stranger',
      (books: ReturnType<typeof world>['books']) => books.receipts[0]?.recipients.push({ creditorFiscalCode: 'x', status: 'NOTIFIED' }),
    ],
  ])('see a booked payment with other receipts than one: %s', async (_name, change) => {
    const changed = world();
    change(changed.books);
    expect(await violated(changed)).toEqual(['every booked payment has one receipt per recipient']);
  });

  it.each([{ amount: 501 }, { standIn: false }, { transfers: [{ amount: 499 }] }])(
    'see a receipt that is not what was booked: %o',
    async (change) => {
      const changed = world();
      Object.assign(changed.receipt, change);
      expect(await violated(changed)).toEqual(['receipts have the booked amount and mode']);
    },
  );

  it('see an event that is missing, or comes twice', async () => {
    const missed = world();
    missed.books.paymentEventLog.push({ ...notice, id: 'e3', cursor: 'c3', revision: 3, paymentToken: 't1' });
    expect(await violated(missed)).toEqual(['a subscriber sees every event once and in order']);
    const gap = world();
    gap.books.paymentEventLog.splice(1, 0, { ...notice, id: 'e9', cursor: 'c9', revision: 3, paymentToken: 't1' });
    expect(await violated(gap)).toEqual(['a subscriber sees every event once and in order']);
    const twice = world();
    event(twice.ledger, { id: 'e2', revision: 2 });
    expect(await violated(twice, false)).toEqual(['a subscriber sees every event once and in order']);
  });
});

describe('the story of a notice', () => {
  it('has its calls, events, receipts and the faults of its creditor in order of time, and nothing of other notices', () => {
    const { ledger } = world();
    ledger.append({ kind: 'FAULT', at: 1, stationCode: 's', creditorFiscalCode: CREDITOR, fault: 'timeout' });
    ledger.append({ kind: 'FAULT', at: 1, stationCode: 'z', creditorFiscalCode: 'other', fault: 'off' });
    event(ledger, { id: 'e8', noticeNumber: '302000000000000999' });
    expect(ledger.story(notice).map((line) => line.slice(26, 45).trim())).toEqual([
      'station s: timeout',
      'OUTCOME OK token t1',
      'event payment, revi',
      'event payment, revi',
      'receipt of 500 cent',
    ]);
  });
});
