import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { manualClock, toIso } from '@nodo-aperto/kernel/time';
import { callsObserved, type ObservedCalls } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import { CallBuffer, type NotedCall } from './call-evidence.ts';

function setUp() {
  const clock = manualClock();
  const stated: ObservedCalls[] = [];
  const state = { failing: false };
  const database = {
    async transaction(work: (transaction: Transaction) => Promise<unknown>) {
      if (state.failing) throw new Error('the database is away');
      return work({} as Transaction);
    },
  } as unknown as Database;
  const outbox = {
    async append(_transaction: Transaction, contract: typeof callsObserved, data: ObservedCalls) {
      stated.push(contract.schema.parse(data));
    },
  } as unknown as Outbox;
  const random = seededStreams('evidence').stream('batches');
  const buffer = new CallBuffer({ database, outbox, clock, waits: clock, log: testLogger(), random });
  const note = (count: number): void => {
    for (let index = 0; index < count; index += 1) buffer.note(call(clock.now()));
  };
  return { clock, stated, state, buffer, note };
}

const call = (at: number): NotedCall => ({
  at,
  direction: 'PSP_TO_NODE',
  method: 'verifyPaymentNotice',
  psp: '60000000001',
  durationMs: 1.5,
  outcome: 'OK',
});

describe('the evidence of calls', () => {
  it('is stated once a second, with what it spans', async () => {
    const { clock, stated, note } = setUp();
    const began = clock.now();
    note(2);
    await clock.advance(999);
    expect(stated).toEqual([]);
    note(1);
    await clock.advance(1);
    expect(stated.map(({ from, to, calls }) => ({ from, to, calls: calls.length }))).toEqual([
      { from: toIso(began), to: toIso(began + 1_000), calls: 3 },
    ]);
    await clock.advance(5_000);
    expect(stated).toHaveLength(1);
  });

  it('is stated at once when a batch is full, never more than five hundred together', async () => {
    const { stated, buffer, note } = setUp();
    note(1_201);
    await buffer.flush();
    expect(stated.map(({ calls }) => calls.length)).toEqual([500, 500, 201]);
    expect(new Set(stated.map(({ batch }) => batch)).size).toBe(3);
  });

  it('waits for a database that is away, within a limit', async () => {
    const { clock, stated, state, buffer, note } = setUp();
    state.failing = true;
    note(20_000);
    await clock.advance(3_000);
    note(5_000);
    await clock.advance(3_000);
    expect(stated).toEqual([]);
    state.failing = false;
    await clock.advance(1_000);
    await buffer.flush();
    expect(stated.reduce((sum, { calls }) => sum + calls.length, 0)).toBe(20_000);
  });
});
