import { addPartitions, dropPartitions, partitionsOf } from '@nodo-aperto/kernel/partitions';
import { type TestDatabase, testDatabase } from '@nodo-aperto/kernel/testing';
import { manualClock, parseInstant } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../src/persistence/migrations.ts';
import { PARTIES, STEPS } from '../src/persistence/partitions.ts';
import { listReceipts } from '../src/persistence/receipt-lists.ts';
import { removeReceipts } from '../src/persistence/removals.ts';

const at = (text: string): number => parseInstant(text) ?? Number.NaN;
const PARTY = 'EC:77777777777';
let database: TestDatabase;

/** Receipts from a place in the order of payments on, each with a party, a recipient and a step. */
async function receipts(from: number, count: number, paidAt: string): Promise<void> {
  const parameters = [from, count, paidAt];
  await database.query(
    `insert into receipt (receipt_id, sequence, creditor_fiscal_code, notice_number, iuv, amount, psp_code, stand_in, paid_at, created_at,
        content, revision)
      overriding system value select 'receipt-' || n, n, '77777777777', '3010000000000000' || n, '01' || n, 100, 'PSP', false, $3, $3, '{}', 1
      from generate_series($1::bigint, $1 + $2 - 1) as n`,
    parameters,
  );
  await database.query(
    `insert into receipt_party (party, sequence, receipt_id, paid_at)
      select '${PARTY}', n, 'receipt-' || n, $3 from generate_series($1::bigint, $1 + $2 - 1) as n`,
    parameters,
  );
  await database.query(
    `insert into recipient (receipt_id, creditor_fiscal_code, station_code, broker_code, status, attempts, counted_attempts, early_attempts,
        brought_forward, may_be_brought_forward, created_at, paid_at)
      select 'receipt-' || n, '77777777777', 'station', 'broker', 'NOTICE_GENERATED', 0, 0, 0, false, true, $3, $3
      from generate_series($1::bigint, $1 + $2 - 1) as n`,
    parameters,
  );
  await database.query(
    `insert into recipient_step (receipt_id, creditor_fiscal_code, station_code, status, at, attempt, duplicate)
      select 'receipt-' || n, '77777777777', 'station', 'NOTICE_GENERATED', $3, 0, false from generate_series($1::bigint, $1 + $2 - 1) as n`,
    parameters,
  );
}

const perPartition = async (table: string): Promise<Record<string, number>> => {
  const rows = await database.query<{ name: string; rows: number }>(
    `select tableoid::regclass::text as name, count(*) as rows from ${table} group by 1`,
  );
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
};

beforeAll(async () => {
  database = await testDatabase({ schema: 'receipts', migrations });
  await receipts(1, 30, '2015-05-05T10:00:00Z');
  await receipts(1_900_000, 20, '2026-05-05T10:00:00Z');
  await addPartitions(database, PARTIES, manualClock());
  await addPartitions(database, STEPS, manualClock());
  await receipts(2_000_000, 40, '2026-11-05T10:00:00Z');
});
afterAll(() => database.close());

describe('parties and steps in partitions', () => {
  it('lie where their numbers say', async () => {
    expect(await perPartition('receipt_party')).toEqual({ receipt_party_p0: 50, receipt_party_p2000000: 40 });
    expect(await perPartition('recipient_step')).toEqual({ recipient_step_p0: 90 });
  });

  it('give a page of a list from the newest partition alone', async () => {
    const page = await listReceipts(database, { party: PARTY }, {}, { before: undefined, limit: 3 });
    expect(page.map(({ sequence }) => sequence)).toEqual([2_000_039, 2_000_038, 2_000_037]);
    await database.query('analyze');
    const plan = await database.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, summary off, buffers off)
        select sequence from receipt_party where party = '${PARTY}' order by sequence desc limit 3`,
    );
    const text = plan.map((line) => line['QUERY PLAN']);
    expect(text.find((line) => line.includes('on receipt_party_p0 '))).toContain('never executed');
    const older = await listReceipts(database, { party: PARTY }, {}, { limit: 60, before: 2_000_001 });
    expect(older).toHaveLength(51);
  });

  it('go after ten years, with their receipts', async () => {
    const since = at('2016-01-01T00:00:00Z');
    // The first partition also has receipts of this year: there they go one by one.
    expect(await dropPartitions(database, PARTIES, since)).toBe(0);
    expect(await removeReceipts(database, since)).toBe(30);
    expect(await perPartition('receipt_party')).toEqual({ receipt_party_p0: 20, receipt_party_p2000000: 40 });
    expect(await perPartition('recipient_step')).toEqual({ recipient_step_p0: 60 });

    const later = at('2026-10-01T00:00:00Z');
    expect(await dropPartitions(database, PARTIES, later)).toBe(1);
    expect((await partitionsOf(database, 'receipt_party')).map(({ name }) => name)[0]).toBe('receipt_party_p2000000');
    expect(await removeReceipts(database, later)).toBe(20);
    expect(await perPartition('receipt_party')).toEqual({ receipt_party_p2000000: 40 });
  });
});
