/**
 * A creditor is away for an hour of simulated time (RECEIPTS_DRAIN_MINUTES says otherwise) while its notices are paid in Stand-In at 20 payments a second. The bookings are stated
 * as the payments subgraph states them; receipts, its queue, its calls over HTTP and its database are the real ones.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '@nodo-aperto/kernel/testing';
import { MINUTE } from '@nodo-aperto/kernel/time';
import { paymentBooked } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR, paymentAt, settle, startPlatform, type TestPlatform } from '../../subgraphs/receipts/test/platform.ts';
import { CALLS_PER_STATION } from '../../subgraphs/receipts/src/services/station-lane.ts';

const STATION = '66666666666_01';
/** Shorter where time is short: RECEIPTS_DRAIN_MINUTES=10. */
const MINUTES_AWAY = Number(process.env['RECEIPTS_DRAIN_MINUTES'] ?? 60);
const PAYMENTS_A_MINUTE = 20 * 60;
const RETURN_MS = 2 * MINUTE;
const PATIENCE_MS = 2 * MINUTE;
const TEST_MS = 20 * MINUTE;

let platform: TestPlatform;
let creditor: ChildProcess;

async function ask<Answer>(question: 'COUNT' | 'ALL'): Promise<Answer> {
  const answer = once(creditor, 'message');
  creditor.send(question);
  return ((await answer) as [Answer])[0];
}

beforeAll(async () => {
  creditor = fork(fileURLToPath(new URL('./creditor-process.ts', import.meta.url)));
  const [{ port }] = (await once(creditor, 'message')) as [{ port: number }];
  platform = await startPlatform();
  await settle(platform, STATION, `http://127.0.0.1:${port}/pa-for-node`);
});
afterAll(async () => {
  await platform.stop();
  creditor.kill();
});

describe('a creditor that comes back after an hour', () => {
  it(
    'has every receipt once and in the order of payments, within two minutes',
    async () => {
      await platform.standIn('ENTERED', STATION);
      const paid: string[] = [];
      for (let minute = 0; minute < MINUTES_AWAY; minute += 1) {
        const payments = Array.from({ length: PAYMENTS_A_MINUTE }, () => paymentAt(STATION, { standIn: true }));
        paid.push(...payments.map((payment) => payment.paymentToken));
        await platform.state(paymentBooked, ...payments);
        await platform.hosting.bus.settled(PATIENCE_MS);
        platform.clock.advance(MINUTE);
      }
      expect(await ask('COUNT')).toEqual({ count: 0 });

      const returned = platform.clock.now();
      await platform.standIn('LEFT', STATION);
      await until(async () => (await ask<{ count: number }>('COUNT')).count >= paid.length, {
        what: 'the queue to drain',
        // On a busy machine the figure below is missed by a measure, not by a mystery.
        timeoutMs: 4 * RETURN_MS,
      });
      const took = platform.clock.now() - returned;
      const { received, most } = await ask<{ received: string[]; most: number }>('ALL');
      expect(received).toHaveLength(paid.length);
      expect(new Set(received).size).toBe(paid.length);
      expect(most).toBeLessThanOrEqual(CALLS_PER_STATION);
      // Calls that are under way together may overtake one another, nothing else.
      const places = new Map(paid.map((receiptId, place) => [receiptId, place]));
      const displaced = received.filter((receiptId, place) => Math.abs((places.get(receiptId) ?? -1) - place) >= CALLS_PER_STATION);
      expect(displaced).toEqual([]);
      expect(took, 'milliseconds from the return to the last receipt').toBeLessThan(RETURN_MS);
      await until(async () => (await queued()) === 0, { what: 'the last answers to be recorded' });
    },
    TEST_MS,
  );
});

async function queued(): Promise<number> {
  const { data } = await platform.ask<{ receiptQueue: { edges: unknown[] } }>(OPERATOR, '{ receiptQueue { edges { cursor } } }');
  return data?.receiptQueue.edges.length ?? -1;
}
