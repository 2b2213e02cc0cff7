import { DAY, MINUTE } from '@nodo-aperto/kernel/time';
import { POSITION_STATUSES } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { positionStatusJob } from '../src/services/advance-statuses.ts';
import { createDebtPosition } from '../src/services/create-debt-position.ts';
import { aDraft, anInstalment, anOption } from './examples.ts';
import { CREDITOR, populate, startPlatform, type TestPlatform } from './platform.ts';
import { testLogger } from '@nodo-aperto/kernel/testing';

let platform: TestPlatform;
let start: number;
beforeAll(async () => {
  platform = await startPlatform();
  await populate(platform);
  start = platform.clock.now();
});
afterAll(() => platform?.stop());

const load = async (iupd: string, number: number, days: { validFrom?: number; due: number }, switchToExpired = false) => {
  const instalment = anInstalment(number, { dueDate: start + days.due * DAY });
  const option = anOption({
    switchToExpired,
    instalments: [instalment],
    ...(days.validFrom !== undefined && { validFrom: start + days.validFrom * DAY }),
  });
  const options = { actor: { kind: 'OPERATOR' }, creditorFiscalCode: CREDITOR, aca: true, publish: true } as const;
  expect(await createDebtPosition(platform.services.writing, aDraft({ iupd, options: [option] }), options)).toMatchObject({ ok: true });
};

/** Every notice and position as a single read shows it, and as the lists by state show it. */
async function shown() {
  const { reads } = platform.services;
  const page = { size: 100 };
  const single = new Map(
    (await reads.ofCreditor({ creditorFiscalCode: CREDITOR }, page)).edges.map(({ node }) => [
      node.position.iupd,
      `${node.instalment.status}/${node.position.status}`,
    ]),
  );
  const byNotice = new Map<string, string>();
  const byPosition = new Map<string, string>();
  for (const status of POSITION_STATUSES) {
    for (const { node } of (await reads.ofCreditor({ creditorFiscalCode: CREDITOR, status }, page)).edges)
      byNotice.set(node.position.iupd, status);
    const query = { creditorFiscalCode: CREDITOR, status, orderBy: 'IUPD', descending: false, limit: 50, offset: 0 } as const;
    for (const { iupd } of (await reads.positions(query)).positions) byPosition.set(iupd, status);
  }
  const listed = new Map([...byNotice].map(([iupd, status]) => [iupd, `${status}/${byPosition.get(iupd)}`]));
  return { single: Object.fromEntries(single), listed: Object.fromEntries(listed) };
}

describe('POSITION_STATUS', () => {
  it('reads and job agree at every instant, and the job states each step once', async () => {
    await load('plain', 1, { due: 2 });
    await load('expiring', 2, { due: 2 }, true);
    await load('later', 3, { validFrom: 1, due: 3 });
    await load('later-expiring', 4, { validFrom: 1, due: 3 }, true);
    const job = positionStatusJob(platform.services.writing);
    const run = () => job.run({ signal: new AbortController().signal, log: testLogger(), forced: true });

    const seen: unknown[] = [];
    for (const step of [0, 1, 1, 1]) {
      platform.clock.advance(step * DAY + 1_000);
      const before = await shown();
      expect(before.listed).toEqual(before.single);
      const { processed } = await run();
      const after = await shown();
      expect(after).toEqual(before);
      expect(await run()).toMatchObject({ processed: 0 });
      seen.push([processed, before.single]);
    }
    expect(seen).toEqual([
      [0, { expiring: 'VALID/VALID', later: 'PUBLISHED/PUBLISHED', 'later-expiring': 'PUBLISHED/PUBLISHED', plain: 'VALID/VALID' }],
      [2, { expiring: 'VALID/VALID', later: 'VALID/VALID', 'later-expiring': 'VALID/VALID', plain: 'VALID/VALID' }],
      [1, { expiring: 'EXPIRED/EXPIRED', later: 'VALID/VALID', 'later-expiring': 'VALID/VALID', plain: 'VALID/VALID' }],
      [1, { expiring: 'EXPIRED/EXPIRED', later: 'VALID/VALID', 'later-expiring': 'EXPIRED/EXPIRED', plain: 'VALID/VALID' }],
    ]);
    const steps = (await platform.stated()).map(({ data }) => [data.positionId, data.status, data.revision]);
    expect(steps.slice(4)).toEqual(
      expect.arrayContaining([
        ['later', 'VALID', 2],
        ['later-expiring', 'VALID', 2],
        ['expiring', 'EXPIRED', 2],
        ['later-expiring', 'EXPIRED', 3],
      ]),
    );
    expect(steps).toHaveLength(8);
  });

  it('a notice that missed every run in between goes straight to what it is', async () => {
    await load('missed', 10, { validFrom: 10, due: 11 }, true);
    platform.clock.advance(12 * DAY);
    const job = positionStatusJob(platform.services.writing);
    await job.run({ signal: new AbortController().signal, log: testLogger(), forced: true });
    expect((await platform.stated()).filter(({ data }) => data.positionId === 'missed').map(({ data }) => data.status)).toEqual([
      'PUBLISHED',
      'EXPIRED',
    ]);
  });

  it('runs by itself every minute', () => {
    expect(positionStatusJob(platform.services.writing)).toMatchObject({ name: 'POSITION_STATUS', everyMs: MINUTE });
  });
});
