import { describe, expect, it } from 'vitest';
import type { AttemptEntry } from '../ledger/index.ts';
import { attempt, CREDITOR, event, flow, notice, NOW, payment, violated, world } from './test-world.ts';
import type { TestWorld } from './test-world.ts';

const BOOKED_TWICE = 'no notice is booked twice';
const FINAL_STATE = 'every token ends in one final state';
const RECEIPTS = 'every booked payment has one receipt per recipient';
const SUBSCRIBER = 'a subscriber sees every event once and in order';
const STATED = 'every change of a payment is stated, in order';
const MODE = 'Stand-In is told alike on payment, receipt and flow';
const AGREED = 'Stand-In only for notices in ACA that agree to it';
const REPEATS = 'idempotent repeats answer identically';
const OWN_TOKEN = 'a token is settled by the PSP that opened it';
const TOTALS = 'reporting flows are the sum of their payments';
const REPORTED = 'every booked payment is reported once';
const OWN_EVENTS = "no tenant sees another's events";
const KPIS = 'KPIs are what the raw calls give';

describe('the invariants', () => {
  it('hold for books that agree', async () => {
    expect(await violated(world())).toEqual([]);
    expect(await violated(world(), false)).toEqual([]);
  });

  it('see a notice that is booked twice, by an event or by the list', async () => {
    const byEvent = world();
    event(byEvent.ledger, { id: 'e3', paymentToken: 't2' });
    expect(await violated(byEvent, false)).toEqual([BOOKED_TWICE]);
    const byList = world();
    byList.books.payments.push(payment({ paymentToken: 't2' }));
    expect(await violated(byList)).toContain(BOOKED_TWICE);
  });

  it.each<[string, (world: TestWorld) => void]>([
    ['an outcome that was accepted and not kept', ({ payment: own }) => Object.assign(own, { status: 'PAYING' })],
    [
      'an outcome KO that was accepted for a booked payment',
      ({ ledger }) => attempt(ledger, { step: 'OUTCOME', sent: 'KO', key: 'other' }),
    ],
    ['an event of another end', ({ ledger }) => event(ledger, { id: 'e3', status: 'FAILED' })],
    ['a state after the end', ({ payment: own }) => own.statusHistory.push({ status: 'CANCELLED', at: '2026-11-23T11:40:00.000Z' })],
    ['a token that stays open', ({ books }) => books.payments.push(payment({ paymentToken: 't2', status: 'PAYING', noticeNumber: '9' }))],
  ])('see that a token has no one end: %s', async (_name, change) => {
    const changed = world();
    change(changed);
    expect(await violated(changed)).toContain(FINAL_STATE);
  });

  it.each<[string, (world: TestWorld) => void]>([
    ['none', ({ books }) => books.receipts.pop()],
    ['two', ({ books }) => books.receipts.push({ ...world().receipt })],
    ['one for nobody', ({ receipt }) => receipt.recipients.pop()],
    ['one for a stranger', ({ receipt }) => receipt.recipients.push({ ...world().receipt.recipients[0]!, creditorFiscalCode: 'x' })],
    ['one that was sent again', ({ receipt }) => Object.assign(receipt.recipients[0]!, { attempts: 2 })],
  ])('see a booked payment with other receipts than one: %s', async (_name, change) => {
    const changed = world();
    change(changed);
    expect(await violated(changed)).toEqual([RECEIPTS]);
  });

  it.each([{ amount: 501 }, { transfers: [{ amount: 499, creditorFiscalCode: CREDITOR }] }])(
    'see a receipt that is not what was booked: %o',
    async (change) => {
      const changed = world();
      Object.assign(changed.receipt, change);
      expect(await violated(changed)).toEqual(['receipts have the booked amount']);
    },
  );

  it.each<[string, (world: TestWorld) => void]>([
    ['the receipt', ({ receipt }) => Object.assign(receipt, { standIn: false })],
    ['the line of the flow', ({ line }) => Object.assign(line, { outcome: 'EXECUTED' })],
    ['the answer to the PSP', ({ ledger }) => attempt(ledger, { step: 'ACTIVATE', key: 'other', standIn: false })],
  ])('see that Stand-In is not told: %s', async (_name, change) => {
    const changed = world();
    change(changed);
    expect(await violated(changed)).toEqual([MODE]);
  });

  it.each([{ aca: false }, { standIn: false }, { amount: 400 }])('see Stand-In that was not agreed to: %o', async (change) => {
    const changed = world({ agreed: change });
    expect(await violated(changed)).toEqual([AGREED]);
    expect(await violated(changed, false)).toEqual([AGREED]);
  });

  it.each<[string, Partial<AttemptEntry>]>([
    ['refused', { answer: 'PPT_PAGAMENTO_IN_CORSO' }],
    ['refused within the moment that rounding hides', { answer: 'PPT_ATTIVAZIONE_IN_CORSO', at: NOW + 3 }],
    ['another token', { paymentToken: 't9' }],
    ['another amount', { amount: 501 }],
    ['another notice', { noticeNumber: '302000000000000102' }],
  ])('see a repeat that is answered differently: %s', async (_name, change) => {
    const changed = world({ repeat: change });
    expect(await violated(changed, false)).toContain(REPEATS);
  });

  it('let a repeat pass that is answered alike, that comes later, or that nobody answered', async () => {
    for (const change of [{}, { answer: 'UNREACHABLE' }, { answer: 'PPT_PAGAMENTO_IN_CORSO', at: 1_763_900_000_000 }])
      expect(await violated(world({ repeat: change }), false)).toEqual([]);
  });

  it('see an outcome of a PSP that did not open the session', async () => {
    const changed = world();
    attempt(changed.ledger, { step: 'OUTCOME', sent: 'OK', pspCode: 'P2', key: 'other' });
    expect(await violated(changed, false)).toEqual([OWN_TOKEN]);
  });

  it.each([{ declaredTotalAmount: 501 }, { computedTotalPayments: 2 }])('see a flow that is not its payments: %o', async (change) => {
    const changed = world();
    Object.assign(changed.flow, change);
    expect(await violated(changed)).toEqual([TOTALS]);
  });

  it('see a flow whose lines are another sum', async () => {
    const changed = world();
    changed.line.amount = 501;
    expect(await violated(changed)).toEqual([TOTALS]);
  });

  it('see a transfer that two flows report, and one that none does', async () => {
    const twice = world();
    twice.books.reportingFlows.push({ ...flow(), name: 'F2' });
    expect(await violated(twice)).toEqual([REPORTED]);
    const missed = world();
    missed.line.iur = 'other';
    expect(await violated(missed)).toEqual([REPORTED]);
  });

  it('see an event that is missing, or comes twice', async () => {
    const missed = world();
    missed.payment.revision = 3;
    missed.books.paymentEventLog.push({ ...missed.books.paymentEventLog[1]!, id: 'e3', cursor: 'c3', revision: 3 });
    expect(await violated(missed)).toEqual([SUBSCRIBER]);
    const twice = world();
    event(twice.ledger, { id: 'e2', revision: 2 });
    expect(await violated(twice, false)).toEqual([SUBSCRIBER]);
  });

  it('see a change that no event states, and events out of order', async () => {
    const silent = world();
    silent.payment.revision = 3;
    expect(await violated(silent)).toEqual([STATED]);
    const gap = world();
    gap.books.paymentEventLog[1]!.revision = 3;
    expect(await violated(gap, false)).toEqual([STATED]);
  });

  it.each<[string, (world: TestWorld) => void]>([
    ['an event of the log', ({ strange }) => strange.events.push('P2')],
    ['a payment of the list', ({ strange }) => strange.payments.push('P2')],
    ['a receipt', ({ strange }) => strange.receipts.push('80000000008')],
    [
      'an event of a subscription',
      ({ ledger }) => ledger.append({ kind: 'SIGHTING', at: 9, role: 'PSP', tenant: 'P2', ...notice, paymentToken: 't1', pspCode: 'P1' }),
    ],
  ])("see that a party is shown another's: %s", async (_name, change) => {
    const met = (): TestWorld => {
      const made = world();
      attempt(made.ledger, { step: 'VERIFY', pspCode: 'P2', creditorFiscalCode: '80000000008', key: 'other' });
      return made;
    };
    expect(await violated(met())).toEqual([]);
    const changed = met();
    change(changed);
    expect(await violated(changed)).toEqual([OWN_EVENTS]);
  });

  it('see a KPI that is not what the payments give, and sums that are not those of the calls', async () => {
    for (const change of [{ sample: 2 }, { faults: 1 }]) {
      const changed = world();
      Object.assign(changed.kpi, change);
      expect(await violated(changed)).toEqual([KPIS]);
    }
    const levels = world();
    levels.levels.different = 2;
    expect(await violated(levels)).toEqual([KPIS]);
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
      'notice of 500 cents',
      'ACTIVATE token t1 k',
      'OUTCOME OK token t1',
      'event payment, revi',
      'event payment, revi',
      'receipt of 500 cent',
    ]);
  });
});
