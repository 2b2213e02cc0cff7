/** What stands around service levels: stops and Stand-In of stations, who may see what, the sums beside the calls, and how long they are kept. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { DAY, HOUR, MINUTE, startOfLocalDay, toIso, toLocalDate } from '@nodo-aperto/kernel/time';
import type { ObservedCall } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, NOW, type ObservedWorld, openObservedWorld, PARTNER, PSPS, START, STATIONS } from './observed-world.ts';
import { at, OPERATOR, type Quality } from './support.ts';

let world: ObservedWorld;
let quality: Quality;
let ask: ObservedWorld['ask'];

beforeAll(async () => {
  world = await openObservedWorld();
  ({ quality, ask } = world);
});
afterAll(() => world?.[Symbol.asyncDispose]());

describe('a station', () => {
  it('has the times and reasons of its Stand-In', async () => {
    const found = await ask(
      `stationStandInPeriods(stationCode: "${STATIONS[0]}", from: "2026-03-01", to: "2026-04-30", first: 1) {
        edges { node { from until enteredReason leftReason } } pageInfo { hasNextPage } }`,
      caller('PARTNER', PARTNER),
    );
    expect(found).toEqual({
      edges: [
        {
          node: {
            from: toIso(START + HOUR),
            until: toIso(START + 3 * HOUR),
            enteredReason: '4 of 6 slots failed',
            leftReason: '7 probes answered',
          },
        },
      ],
      pageInfo: { hasNextPage: true },
    });
  });

  it('has quotas of stops: a maintenance that was told too late is not planned', async () => {
    const stops = await ask<Record<string, unknown>>(
      `stationStops(stationCode: "${STATIONS[0]}", year: 2026) {
        plannedSeconds plannedLimitSeconds unplannedSeconds unplannedLimitSeconds exceeded standInSeconds announced { from planned } }`,
      caller('EC', PARTNER),
    );
    expect(stops).toMatchObject({
      plannedSeconds: String(10 * 3_600),
      plannedLimitSeconds: String(36 * 3_600),
      unplannedLimitSeconds: String(9 * 3_600),
      exceeded: false,
      standInSeconds: String(3 * 3_600),
      announced: [
        { from: toIso(NOW - 2 * HOUR), planned: false },
        { from: toIso(NOW + 80 * HOUR), planned: true },
      ],
    });
  });
});

describe('access', () => {
  const refusal = async (source: string, principal: Principal) =>
    (await quality.run(`{ ${source} }`, principal)).errors?.[0]?.extensions.code;
  const level = (kind: string, code: string) =>
    `serviceLevel(kind: ${kind}, code: "${code}", from: "2026-03-30", to: "2026-04-02") { code }`;

  it('is to one’s own alone', async () => {
    expect(await refusal(level('PSP', PSPS[0]!), caller('PSP', PSPS[0]!))).toBeUndefined();
    expect(await refusal(level('PSP', PSPS[0]!), caller('PSP', PSPS[1]!))).toBe('FORBIDDEN');
    // The same digits as another kind of party open nothing.
    expect(await refusal(level('PSP', PARTNER), caller('EC', PARTNER))).toBe('FORBIDDEN');
    expect(await refusal(level('CREDITOR', PARTNER), caller('PARTNER', PARTNER))).toBe('FORBIDDEN');
    expect(await refusal(level('CREDITOR', PARTNER), caller('EC', PARTNER))).toBeUndefined();
    expect(await refusal(level('STATION', STATIONS[0]!), caller('PARTNER', PARTNER))).toBeUndefined();
    expect(await refusal(level('STATION', STATIONS[2]!), caller('PARTNER', PARTNER))).toBe('FORBIDDEN');
    expect(await refusal(level('STATION', 'UNKNOWN'), caller('PARTNER', PARTNER))).toBe('FORBIDDEN');
    expect(await refusal('recomputeServiceLevels(day: "2026-04-01") { day }', caller('PSP', PSPS[0]!))).toBe('FORBIDDEN');
    expect(await refusal('serviceLevelsCsv(kind: PSP, month: "2026-03")', caller('PSP', PSPS[0]!))).toBe('BAD_USER_INPUT');
    expect(await refusal(`stationStops(stationCode: "${STATIONS[2]}", year: 2026) { year }`, caller('EC', PARTNER))).toBe('FORBIDDEN');
  });

  it('takes bounded spans only', async () => {
    const wrong = [
      `serviceLevel(kind: PSP, code: "1", from: "2026-04-02", to: "2026-04-01") { code }`,
      `serviceLevel(kind: PSP, code: "1", from: "2024-01-01", to: "2026-04-01") { code }`,
      `serviceLevelSeries(kind: PSP, code: "1", grain: MINUTE, from: "2026-04-01T00:00:00Z", to: "2026-04-02T00:00:00Z") { start }`,
      `observedCalls(kind: PSP, code: "1", from: "2026-04-02T00:00:00Z", to: "2026-04-01T00:00:00Z") { pageInfo { hasNextPage } }`,
      `stationStops(stationCode: "1", year: 1900) { year }`,
    ];
    for (const source of wrong) expect(await refusal(source, OPERATOR), source).toBe('BAD_USER_INPUT');
  });
});

describe('sums beside the calls', () => {
  const DAY_COMPARED = '2026-03-31';
  const from = toIso(startOfLocalDay(DAY_COMPARED));

  interface Difference {
    sum: string;
    start: string;
    kind: string;
    code: string;
    method: string;
    fault: string | null;
    kept: string;
    recomputed: string;
  }
  const compare = (day = DAY_COMPARED) =>
    ask<{ calls: string; compared: number; different: number; differences: Difference[] }>(
      `recomputeServiceLevels(day: "${day}") {
        calls compared different differences { sum start kind code method fault kept recomputed } }`,
    );
  /** A statement on the sums of a subject on the day, undone when it has been seen. */
  async function changed(statement: string): Promise<Awaited<ReturnType<typeof compare>>> {
    const table = /level_[a-z]+/.exec(statement)![0];
    await quality.database.query(`create table kept_aside as table ${table}`);
    await quality.database.query(statement);
    const found = await compare(table === 'level_minute' ? '2026-04-01' : DAY_COMPARED);
    await quality.database.query(`delete from ${table}`);
    await quality.database.query(`insert into ${table} table kept_aside`);
    await quality.database.query('drop table kept_aside');
    return found;
  }
  const seriesOf = (kind: string, code: string, method: string) =>
    `(select id from level_series where kind = '${kind}' and code = '${code}' and method = '${method}')`;
  const ofStation = `series = ${seriesOf('STATION', STATIONS[0]!, 'paGetPaymentV2')}`;
  const ofCreditor = `series = ${seriesOf('CREDITOR', PARTNER, 'paGetPaymentV2')}`;

  it('are those of the calls, of every span, and of each day', async () => {
    const same = await compare();
    expect(same).toMatchObject({ different: 0, differences: [] });
    expect(same.calls).toBe(String(world.calls.filter((call) => toLocalDate(at(call.at)) === DAY_COMPARED).length));
    // Nearly every call has minutes of its own, as the station's and as the creditor's.
    expect(same.compared).toBeGreaterThan(1_500);
    for (const day of ['2026-03-30', '2026-04-02']) expect(await compare(day)).toMatchObject({ different: 0 });
  });

  it('of a day are told where a figure differs, and where one is missing', async () => {
    const found = await changed(`update level_day set in_time = in_time - 1 where ${ofStation} and start = '${from}'`);
    // The month is compared with its days: calls agree, other figures do not.
    expect(found).toMatchObject({ different: 2, differences: [{ sum: 'DAY', kind: 'STATION', start: from }, { sum: 'MONTH' }] });
    expect(found.differences[0]!.kept).toBe(found.differences[0]!.recomputed);
    const missing = await changed(`delete from level_day where ${ofCreditor} and start = '${from}'`);
    expect(missing).toMatchObject({ different: 2, differences: [{ sum: 'DAY', kind: 'CREDITOR', kept: '0' }, { sum: 'MONTH' }] });
  });

  it('of an hour and of a minute are told', async () => {
    const hour = toIso(startOfLocalDay(DAY_COMPARED) + 9 * HOUR);
    expect(await changed(`update level_hour set total_ms = total_ms + 1 where ${ofStation} and start = '${hour}'`)).toMatchObject({
      different: 1,
      differences: [{ sum: 'HOUR', start: hour, code: STATIONS[0], method: 'paGetPaymentV2' }],
    });
    const minute = startOfLocalDay('2026-04-01') + 7 * HOUR + 3 * MINUTE;
    const made = await changed(
      `insert into level_minute (series, start, calls, faults, unanswered, in_time, total_ms, c0)
        select ${seriesOf('PSP', PSPS[0]!, 'verifyPaymentNotice')}, '${toIso(minute)}', 1, 0, 0, 1, 1, 1
        on conflict (series, start) do update set calls = known.calls + 1`.replace('level_minute (', 'level_minute as known ('),
    );
    expect(made).toMatchObject({ different: 1, differences: [{ sum: 'MINUTE', start: toIso(minute), kind: 'PSP' }] });
  });

  it('of a month that is not that of its days are told', async () => {
    const found = await changed(`delete from level_month where ${ofCreditor}`);
    const month = toIso(startOfLocalDay('2026-03-01'));
    expect(found).toMatchObject({ different: 1, differences: [{ sum: 'MONTH', start: month, kind: 'CREDITOR', kept: '0' }] });
  });

  it('of faults and of the minutes that had calls are told', async () => {
    const fault = `fault = 'PAA_SEMANTICA' and day = '${DAY_COMPARED}'`;
    expect(await changed(`update level_fault set calls = calls + 1 where ${ofStation} and ${fault}`)).toMatchObject({
      different: 1,
      differences: [{ sum: 'FAULT', fault: 'PAA_SEMANTICA', kind: 'STATION' }],
    });
    expect(await changed(`delete from level_fault where ${ofCreditor} and ${fault}`)).toMatchObject({
      different: 1,
      differences: [{ sum: 'FAULT', fault: 'PAA_SEMANTICA', kind: 'CREDITOR', kept: '0' }],
    });
    const whole = seriesOf('PSP', PSPS[1]!, '');
    const minutes = await changed(
      `update level_minutes set answered = ~answered & called where series = ${whole} and day = '${DAY_COMPARED}'`,
    );
    expect(minutes).toMatchObject({ different: 1, differences: [{ sum: 'MINUTES_OF_DAY', kind: 'PSP', method: '' }] });
    expect(minutes.differences[0]!.kept).toBe(minutes.differences[0]!.recomputed);
    expect(await changed(`delete from level_minutes where series = ${whole} and day = '${DAY_COMPARED}'`)).toMatchObject({
      different: 1,
      differences: [{ sum: 'MINUTES_OF_DAY', kept: '0' }],
    });
  });

  it('are compared without their minutes when those have been let go of, and not at all without calls', async () => {
    const { compared } = await compare();
    await quality.clock.advance(4 * DAY);
    expect(await quality.job('SERVICE_LEVEL_RETENTION')).toMatchObject({ state: 'SUCCEEDED' });
    const withoutMinutes = await compare();
    expect(withoutMinutes).toMatchObject({ different: 0 });
    expect(withoutMinutes.compared).toBeLessThan(compared - 1_000);
    const { errors } = await quality.run(`{ recomputeServiceLevels(day: "2026-02-01") { day } }`, OPERATOR);
    expect(errors?.[0]?.message).toMatch(/too far back/);
  });
});

describe('what is kept', () => {
  it('is let go of by its age, and sums of longer spans stay', async () => {
    const partitions = async () =>
      await quality.database
        .query<{ name: string }>(
          `select child.relname as name from pg_inherits join pg_class child on child.oid = inhrelid
          where inhparent = 'observed_call'::regclass order by 1`,
        )
        .then((rows) => rows.map(({ name }) => name));
    expect(await partitions()).toContain('observed_call_20260330');
    const figures = () =>
      ask(
        `serviceLevel(kind: PSP, code: "${PSPS[0]}", from: "2026-03-30", to: "2026-04-02") { figures { calls faults inTime p50Ms p99Ms } }`,
      );
    const before = await figures();
    await quality.clock.advance(16 * DAY);
    expect(await quality.job('SERVICE_LEVEL_RETENTION')).toMatchObject({ state: 'SUCCEEDED' });
    expect(await partitions()).toEqual(['observed_call_20260423']);
    const [rows] = await quality.database.query<{ batches: number }>('select count(*)::int as batches from observed_batch');
    expect(rows?.batches).toBe(0);
    expect(await figures()).toEqual(before);
  });

  it('takes calls that come too late for their rows into the sums of days and months', async () => {
    const late: ObservedCall = { at: toIso(START), direction: 'PSP_TO_NODE', method: 'late', psp: PSPS[0]!, durationMs: 5, outcome: 'OK' };
    await world.observe(late);
    const { methods } = await ask<{ methods: { method: string; figures: object }[] }>(
      `serviceLevel(kind: PSP, code: "${PSPS[0]}", from: "2026-03-30", to: "2026-03-30") { methods { method figures { calls } } }`,
    );
    expect(methods.find(({ method }) => method === 'late')?.figures).toMatchObject({ calls: '1' });
    const [raw] = await quality.database.query<{ count: number }>('select count(*)::int as count from observed_call');
    expect(raw?.count).toBe(0);
  });
});
