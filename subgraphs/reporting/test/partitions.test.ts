import type { Database } from '@nodo-aperto/kernel/database';
import { addPartitions, dropPartitions, partitionsOf } from '@nodo-aperto/kernel/partitions';
import { type TestDatabase, testDatabase } from '@nodo-aperto/kernel/testing';
import { manualClock, parseInstant } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unreportedTotals } from '../src/persistence/booked-transfers.ts';
import { migrations } from '../src/persistence/migrations.ts';
import { LINES } from '../src/persistence/partitions.ts';
import { removeFlows, removeTransfers } from '../src/persistence/removals.ts';

const PSP = '60000000001';
const CREDITOR = '77777777777';
const at = (text: string): number => parseInstant(text) ?? Number.NaN;

/** A published flow with lines, at an id of its own. */
async function flow(database: Database, id: number, published: string, iurs: readonly string[]): Promise<void> {
  await database.query(
    `insert into flow (id, psp_code, name, revision, creditor_fiscal_code, status, latest, flow_date, sender_type, sender_id, psp_name,
        broker_code, channel_code, receiver_id, organization_name, regulation, regulation_date, declared_payments, declared_amount,
        computed_payments, computed_amount, created_at, updated_at, published_at)
      overriding system value values ($1, $2, $3, 1, $4, 'PUBLISHED', true, $5::timestamptz, 'LEGAL_PERSON', $2, 'Banca', $2, $2, $4, 'Comune', 'SEPA', $5::timestamptz::date, $6, $7,
        $6, $7, $5::timestamptz, $5::timestamptz, $5::timestamptz)`,
    [id, PSP, `2026-01-01${PSP}-${id}`, CREDITOR, published, iurs.length, iurs.length * 100],
  );
  await database.query(
    `insert into flow_line (flow_id, line_index, iuv, iur, id_transfer, amount, outcome, pay_date)
      select $1, place, '01' || place, iur, 1, 100, 'EXECUTED', $3 from unnest($2::text[]) with ordinality as line (iur, place)`,
    [id, [...iurs], published],
  );
}

async function booked(database: Database, iur: string, instant: string): Promise<void> {
  await database.query(
    `insert into booked_transfer values ($1, 1, $2, $3, '01', 100, 'EXECUTED', $4, 1) on conflict (iur, id_transfer) do nothing`,
    [iur, PSP, CREDITOR, instant],
  );
}

describe('the lines of flows in partitions', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase({ schema: 'reporting', migrations });
    await flow(database, 1, '2015-03-01T00:00:00Z', ['old-1', 'old-2']);
    await flow(database, 90_000, '2026-02-01T00:00:00Z', ['mid-1']);
    await addPartitions(database, LINES, manualClock());
    await flow(database, 100_000, '2026-11-01T00:00:00Z', ['new-1', 'new-2', 'new-3']);
    await booked(database, 'old-1', '2015-02-28T12:00:00Z');
    for (const iur of ['new-1', 'new-2', 'unseen']) await booked(database, iur, '2026-10-31T12:00:00Z');
  });
  afterAll(() => database.close());

  it('lie with their flow, and no flow finds its partition missing', async () => {
    const rows = await database.query('select tableoid::regclass::text as name, count(*) as lines from flow_line group by 1 order by 1');
    expect(rows).toEqual([
      { name: 'flow_line_p0', lines: 3 },
      { name: 'flow_line_p100000', lines: 3 },
    ]);
  });

  it('are found for what was booked, in the flows of its time only', async () => {
    const wanted = { pspCode: PSP, creditorFiscalCode: CREDITOR, from: at('2026-10-31T00:00:00Z'), before: at('2026-11-01T00:00:00Z') };
    expect(await unreportedTotals(database, wanted)).toEqual({ payments: 1, amount: 100 });
    const plan = await database.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, summary off, buffers off) select line.amount from flow_line as line
        where line.flow_id >= (select id from flow where created_at >= '2026-07-20' order by created_at limit 1)
          and line.iur = 'new-1' and line.id_transfer = 1`,
    );
    const scans = plan.map((line) => line['QUERY PLAN']).filter((line) => / on flow_line_p\d+ /.test(line));
    expect(scans.filter((line) => line.includes('flow_line_p0 ')).every((line) => line.includes('never executed'))).toBe(true);
    expect(scans.some((line) => line.includes('flow_line_p100000 ') && !line.includes('never executed'))).toBe(true);
  });

  it('go ten years after their publication: whole partitions, else flow by flow', async () => {
    const since = at('2016-01-01T00:00:00Z');
    // The first partition also has a flow of this year.
    expect(await dropPartitions(database, LINES, since)).toBe(0);
    expect(await removeFlows(database, since)).toBe(1);
    expect(await removeFlows(database, since)).toBe(0);
    expect(await database.query('select distinct flow_id from flow_line order by 1')).toEqual([{ flow_id: 90_000 }, { flow_id: 100_000 }]);
    expect(await removeTransfers(database, since)).toBe(1);
    expect(await removeTransfers(database, since)).toBe(0);

    expect(await dropPartitions(database, LINES, at('2026-10-01T00:00:00Z'))).toBe(1);
    expect((await partitionsOf(database, 'flow_line'))[0]?.name).toBe('flow_line_p100000');
    expect(await database.query('select count(*) as lines from flow_line')).toEqual([{ lines: 3 }]);
  });
});
