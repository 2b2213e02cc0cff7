import { until } from '@nodo-aperto/kernel/testing';
import { HOUR, MINUTE, parseInstant } from '@nodo-aperto/kernel/time';
import { standInEntered, standInLeft } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLS_PER_STATION } from '../src/services/station-lane.ts';
import { type Creditor, startCreditor } from './creditor.ts';
import { OPERATOR, paymentAt, settle, startPlatform, type TestPlatform } from './platform.ts';

let platform: TestPlatform;
const creditors: Creditor[] = [];

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  for (const each of creditors) await each[Symbol.asyncDispose]();
  await platform.stop();
});

let stations = 0;

async function newStation(): Promise<{ code: string; creditor: Creditor }> {
  stations += 1;
  const code = `66666666666_${String(stations).padStart(2, '0')}`;
  const creditor = await startCreditor();
  creditors.push(creditor);
  await settle(platform, code, creditor.endpoint);
  return { code, creditor };
}

interface QueueItem {
  receipt: { id: string };
  waitingFor: string;
  reason: string;
  nextAttemptAt: string | null;
  recipient: { attempts: number; status: string };
}

async function queueOf(stationCode: string): Promise<QueueItem[]> {
  const { data } = await platform.ask<{ receiptQueue: { edges: { node: QueueItem }[] } }>(
    OPERATOR,
    `query ($stationCode: String) { receiptQueue(stationCode: $stationCode, first: 100) { edges { node {
      receipt { id } waitingFor reason nextAttemptAt recipient { attempts status } } } } }`,
    { stationCode },
  );
  return data!.receiptQueue.edges.map((edge) => edge.node);
}

const order = (creditor: Creditor): string[] => creditor.received.map((each) => each.request.receipt.receiptId);

describe('a station in Stand-In', () => {
  it('is not called: its receipts wait, without using up attempts, and drain in the order of payments when it leaves', async () => {
    const { code, creditor } = await newStation();
    creditor.behaviour = 'DOWN';
    const before = paymentAt(code);
    await platform.book(before);
    await platform.reaches(before.paymentToken, 'NOTICE_PENDING');
    await platform.standIn('ENTERED', code);
    const payments = Array.from({ length: 12 }, () => paymentAt(code, { standIn: true }));
    await platform.book(...payments);

    const queue = await queueOf(code);
    expect(queue.map((item) => item.receipt.id)).toEqual([before, ...payments].map((payment) => payment.paymentToken));
    expect(queue.every((item) => item.waitingFor === 'STAND_IN_END' && item.reason.includes('ENTERED for the test'))).toBe(true);
    expect(queue[1]).toMatchObject({ recipient: { attempts: 0, status: 'NOTICE_GENERATED' } });
    const wait = parseInstant(queue[1]!.nextAttemptAt!)! - platform.clock.now();
    expect(wait).toBeGreaterThan(59 * MINUTE);

    creditor.behaviour = 'OK';
    await platform.advance(3 * HOUR);
    expect(creditor.received).toHaveLength(0);
    for (const item of await queueOf(code)) {
      expect(item.recipient.attempts).toBeLessThanOrEqual(1);
      expect(parseInstant(item.nextAttemptAt!)).toBeGreaterThan(platform.clock.now());
    }

    await platform.standIn('LEFT', code);
    await until(() => creditor.kept.size === 13, { what: 'the queue to drain' });
    const { events } = await platform.hosting.bus.stream('receipts').read({ after: 0n, first: 1_000, names: ['receipt.sent'] });
    expect(events.map((event) => event.subject)).toEqual([before, ...payments].map((payment) => payment.paymentToken));
    await until(async () => (await queueOf(code)).length === 0, { what: 'the queue to be empty' });
  });

  it('is called a few at a time, in order', async () => {
    const { code, creditor } = await newStation();
    await platform.standIn('ENTERED', code);
    const payments = Array.from({ length: 10 }, () => paymentAt(code));
    await platform.book(...payments);
    creditor.behaviour = 'SLOW';
    await platform.standIn('LEFT', code);
    for (let sent = CALLS_PER_STATION; sent <= 10; sent += 1) {
      await until(() => creditor.received.length === sent, { what: `${sent} calls` });
      expect(creditor.load.now).toBe(CALLS_PER_STATION);
      expect(order(creditor).toSorted()).toEqual(
        payments
          .slice(0, sent)
          .map((payment) => payment.paymentToken)
          .toSorted(),
      );
      creditor.answer(1);
    }
    creditor.answer(10);
    await platform.reaches(payments.at(-1)!.paymentToken, 'NOTIFIED');
    expect(creditor.load.most).toBe(CALLS_PER_STATION);
  });

  it('gets one trial when an operator insists, and the rest when that goes well', async () => {
    const { code, creditor } = await newStation();
    await platform.standIn('ENTERED', code);
    await platform.book(...Array.from({ length: 6 }, () => paymentAt(code)));
    creditor.behaviour = 'UNAVAILABLE';
    expect((await platform.deliver()).state).toBe('SUCCEEDED');
    expect((await queueOf(code)).map((item) => item.recipient.attempts)).toEqual([1, 0, 0, 0, 0, 0]);
    creditor.behaviour = 'OK';
    expect(await platform.deliver()).toMatchObject({ state: 'SUCCEEDED' });
    expect(creditor.kept.size).toBe(6);
    expect(await queueOf(code)).toEqual([]);
  });

  it('is not put back by an old word', async () => {
    const { code, creditor } = await newStation();
    const fact = { stationCode: code, brokerCode: '66666666666', creditors: [], reason: 'r', at: '2026-11-01T00:00:00Z' };
    await platform.state(standInLeft, { ...fact, revision: 4 });
    await platform.state(standInEntered, { ...fact, revision: 3 });
    const payment = paymentAt(code);
    await platform.book(payment);
    await platform.reaches(payment.paymentToken, 'NOTIFIED');
    expect(creditor.received).toHaveLength(1);
  });
});

describe('a station that works again without having been in Stand-In', () => {
  it('gets what it missed as soon as it takes another receipt', async () => {
    const { code, creditor } = await newStation();
    creditor.behaviour = 'DOWN';
    const missed = [paymentAt(code), paymentAt(code)];
    for (const payment of missed) {
      await platform.book(payment);
      await platform.reaches(payment.paymentToken, 'NOTICE_PENDING');
    }
    creditor.behaviour = { ko: 'refused' };
    const refused = paymentAt(code);
    await platform.book(refused);
    await platform.reaches(refused.paymentToken, 'NOTICE_PENDING');
    creditor.behaviour = 'OK';
    const next = paymentAt(code);
    await platform.book(next);
    for (const payment of missed) await platform.reaches(payment.paymentToken, 'NOTIFIED');
    // What the creditor itself refused waits for its time.
    expect((await platform.recipients(refused.paymentToken))[0]).toMatchObject({ status: 'NOTICE_PENDING', attempts: 1 });
  });

  it('does not make a receipt that always fails use up its attempts', async () => {
    const { code, creditor } = await newStation();
    await platform.settings({ receiptRetryMax: 1 });
    creditor.behaviour = 'DOWN';
    const hopeless = paymentAt(code);
    await platform.book(hopeless);
    await platform.reaches(hopeless.paymentToken, 'NOTICE_PENDING');
    for (let round = 1; round <= 5; round += 1) {
      creditor.behaviour = 'SLOW';
      const other = paymentAt(code);
      await platform.book(other);
      await until(() => creditor.received.at(-1)?.request.receipt.receiptId === other.paymentToken, { what: 'the other receipt to come' });
      creditor.behaviour = 'DOWN';
      creditor.answer(1);
      await platform.reaches(other.paymentToken, 'NOTIFIED');
      const attempts = 1 + Math.min(round, 3);
      await until(
        async () => {
          const [recipient] = await platform.recipients(hopeless.paymentToken);
          return recipient?.attempts === attempts && recipient.waitingFor === 'RETRY';
        },
        { what: `the end of attempt ${attempts}` },
      );
    }
    expect((await platform.recipients(hopeless.paymentToken))[0]).toMatchObject({ exhausted: false, attempts: 4 });
    await platform.settings({});
  });
});

describe('a station that does not answer', () => {
  it('is left alone after some failures in a row; the rest waits', async () => {
    const { code, creditor } = await newStation();
    await platform.standIn('ENTERED', code);
    await platform.book(...Array.from({ length: 20 }, () => paymentAt(code)));
    creditor.behaviour = 'DOWN';
    await platform.standIn('LEFT', code);
    await until(async () => (await queueOf(code)).every((item) => parseInstant(item.nextAttemptAt!)! > platform.clock.now()), {
      what: 'all to wait',
    });
    const tried = (await queueOf(code)).filter((item) => item.recipient.attempts > 0);
    expect(tried.length).toBeGreaterThanOrEqual(5);
    expect(tried.length).toBeLessThan(5 + CALLS_PER_STATION);
    creditor.behaviour = 'OK';
    await platform.deliver();
    expect(creditor.kept.size).toBe(20);
  });
});
