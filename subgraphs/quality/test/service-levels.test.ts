import type { Principal } from '@nodo-aperto/kernel/auth';
import { type RandomStream, seededStreams } from '@nodo-aperto/kernel/random';
import { DAY, HOUR, MINUTE, SECOND, startOfLocalDay, toIso, toLocalDate } from '@nodo-aperto/kernel/time';
import {
  CALL_OUTCOMES,
  callsObserved,
  type ObservedCall,
  type ObservedCalls,
  receiptCallsObserved,
  standInEntered,
  standInLeft,
} from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, OPERATOR, openQuality, type Quality } from './support.ts';

const PARTNER = '77777777777';
const OTHER = '66666666666';
const PSPS = ['60000000001', '60000000002'];
const STATIONS = [`${PARTNER}_01`, `${PARTNER}_02`, `${OTHER}_01`];
const START = startOfLocalDay('2026-03-30');
const NOW = at('2026-04-02T12:00:00+02:00');
const caller = (role: Principal['role'], tenant: string): Principal => ({
  subject: tenant,
  role,
  tenant,
  expiresAt: Number.MAX_SAFE_INTEGER,
});

let quality: Quality;
let calls: ObservedCall[];
let random: RandomStream;

beforeAll(async () => {
  quality = await openQuality('2026-04-02T12:00:00+02:00');
  random = seededStreams(8).stream('calls');
  calls = Array.from({ length: 6_000 }, randomCall).concat(plantedOutage());
  await quality.know(
    ...STATIONS.map((code) => ({
      kind: 'station' as const,
      code,
      data: {
        code,
        broker: code.slice(0, 11),
        enabled: true,
        primitiveVersion: 2 as const,
        endpoint: 'https://comune.example.it/pa',
        password: 'x'.repeat(20),
        standInFlag: true,
        paymentOptions: false,
      },
    })),
    maintenance('told', NOW + 80 * HOUR, 10 * HOUR),
    maintenance('late', NOW - 2 * HOUR, HOUR),
  );
  const [receipts, payments] = [calls.filter(isReceipt), calls.filter((call) => !isReceipt(call))];
  const batches = random.shuffle(inBatches(payments));
  // The first batch is stated twice, in facts of their own.
  await quality.state(callsObserved, ...batches, batches[0]!);
  await quality.state(receiptCallsObserved, ...inBatches(receipts));
  const standIn = { stationCode: STATIONS[0]!, brokerCode: PARTNER, creditors: [PARTNER] };
  await quality.state(standInEntered, { ...standIn, reason: '4 of 6 slots failed', at: toIso(START + HOUR), revision: 1 });
  await quality.state(standInLeft, { ...standIn, reason: '7 probes answered', at: toIso(START + 3 * HOUR), revision: 2 });
  await quality.state(standInEntered, { ...standIn, reason: 'an operator', at: toIso(NOW - HOUR), revision: 3 });
  await quality.settled();
  expect(await quality.job('SERVICE_LEVEL_OUTAGES')).toMatchObject({ state: 'SUCCEEDED' });
});
afterAll(() => quality?.[Symbol.asyncDispose]());

function maintenance(name: string, start: number, length: number) {
  const data = { station: STATIONS[0]!, start: toIso(start), end: toIso(start + length), standIn: true };
  return { kind: 'maintenance' as const, code: `${STATIONS[0]}/${name}`, data };
}

const isReceipt = ({ method }: ObservedCall): boolean => method === 'paSendRTV2';

function randomCall(): ObservedCall {
  const instant = START + random.integer(0, NOW - START - 1);
  const outcome = random.weighted([
    { item: 'OK' as const, weight: 85 },
    { item: 'KO' as const, weight: 8 },
    { item: random.pick(CALL_OUTCOMES), weight: 7 },
  ]);
  const base = {
    at: toIso(instant),
    durationMs: Math.min(50_000, 1 + random.logNormal(400, 1.2)),
    outcome,
    ...(outcome === 'KO' && { faultCode: random.pick(['PAA_SEMANTICA', 'PAA_PAGAMENTO_SCONOSCIUTO']) }),
    ...(random.next() < 0.02 && { probe: true }),
  };
  if (random.next() < 0.4) {
    const method = random.pick(['verifyPaymentNotice', 'activatePaymentNoticeV2', 'sendPaymentOutcomeV2']);
    return { ...base, direction: 'PSP_TO_NODE', method, psp: random.pick(PSPS), creditor: PARTNER };
  }
  const station = random.pick(STATIONS);
  const method = random.pick(['paVerifyPaymentNotice', 'paGetPaymentV2', 'paSendRTV2']);
  return {
    ...base,
    direction: 'NODE_TO_CREDITOR',
    method,
    psp: random.pick(PSPS),
    station,
    broker: station.slice(0, 11),
    creditor: station.slice(0, 11),
  };
}

const OUTAGE = NOW - 5 * HOUR;

/** A station of its own is silent for ten minutes, then answers a probe. */
function plantedOutage(): ObservedCall[] {
  const base = { direction: 'NODE_TO_CREDITOR' as const, method: 'paGetPaymentV2', station: 'SILENT_01', broker: 'SILENT' };
  const silent = Array.from({ length: 100 }, (_unused, index) => {
    return { ...base, at: toIso(OUTAGE + index * 6 * SECOND), durationMs: 7_000, outcome: 'TIMEOUT' as const };
  });
  return [
    ...silent,
    { ...base, at: toIso(OUTAGE + 10 * MINUTE), durationMs: 80, outcome: 'KO', faultCode: 'PAA_PAGAMENTO_SCONOSCIUTO', probe: true },
  ];
}

function inBatches(all: readonly ObservedCall[]): ObservedCalls[] {
  const batches: ObservedCalls[] = [];
  for (let from = 0; from < all.length; from += 500) {
    batches.push({ batch: random.uuid(), from: toIso(START), to: toIso(NOW), calls: all.slice(from, from + 500) });
  }
  return batches;
}

interface Figures {
  calls: string;
  faults: string;
  unanswered: string;
  inTime: string;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}
interface Level {
  figures: Figures;
  methods: { method: string; figures: Figures; inTimeTargetMet: boolean; faultCodes: { fault: string; calls: string }[] }[];
  availability: {
    outages: number;
    downSeconds: string;
    percentage: string;
    minutesObserved: string;
    minutesDown: string;
    percentageOfMinutes: string;
  };
}
const FIGURES = 'calls faults unanswered inTime p50Ms p95Ms p99Ms';
const LEVEL = `figures { ${FIGURES} } methods { method inTimeTargetMet figures { ${FIGURES} } faultCodes { fault calls } }
  availability { outages downSeconds percentage minutesObserved minutesDown percentageOfMinutes }`;

async function ask<Data>(source: string, principal: Principal = OPERATOR): Promise<Data> {
  const { data, errors } = await quality.run<{ found: Data }>(`{ found: ${source} }`, principal);
  if (!data || errors) throw new Error(JSON.stringify(errors));
  return data.found;
}
const levelOf = (kind: string, code: string, from: string, to: string, principal = OPERATOR): Promise<Level> =>
  ask(`serviceLevel(kind: ${kind}, code: "${code}", from: "${from}", to: "${to}") { ${LEVEL} }`, principal);

/** The calls that count for a subject on some days, found in another way. */
function naive(kind: string, code: string, from: string, to: string): ObservedCall[] {
  const instants = { from: startOfLocalDay(from), until: startOfLocalDay(to) + DAY };
  const inRange = ({ at: text }: ObservedCall) => at(text) >= instants.from && at(text) < instants.until;
  const counts = (call: ObservedCall) =>
    kind === 'PSP'
      ? call.direction === 'PSP_TO_NODE' && call.psp === code
      : call.direction === 'NODE_TO_CREDITOR' && (kind === 'STATION' ? call.station : call.creditor) === code;
  return calls.filter((call) => counts(call) && inRange(call));
}
const unanswered = ({ outcome }: ObservedCall): boolean => !['OK', 'KO'].includes(outcome);

function expectFigures(found: Figures, wanted: readonly ObservedCall[]): void {
  const durations = wanted.map(({ durationMs }) => durationMs).toSorted((left, right) => left - right);
  expect(found).toMatchObject({
    calls: String(wanted.length),
    faults: String(wanted.filter(({ outcome }) => outcome !== 'OK').length),
    unanswered: String(wanted.filter(unanswered).length),
    inTime: String(wanted.filter((call) => !unanswered(call) && call.durationMs <= 2_000).length),
  });
  for (const [share, value] of [
    [0.5, found.p50Ms],
    [0.95, found.p95Ms],
    [0.99, found.p99Ms],
  ] as const) {
    expect(Math.abs(value / durations[Math.ceil(durations.length * share) - 1]! - 1)).toBeLessThan(0.093);
  }
}

describe('service levels', () => {
  it.each([
    ['PSP', PSPS[0]!, '2026-03-30', '2026-04-02'],
    ['PSP', PSPS[1]!, '2026-03-01', '2026-04-30'],
    ['CREDITOR', PARTNER, '2026-03-30', '2026-03-31'],
    ['STATION', STATIONS[2]!, '2026-04-01', '2026-04-02'],
    ['STATION', STATIONS[0]!, '2026-03-31', '2026-05-02'],
  ])('of %s %s from %s to %s are those of a naive recomputation', async (kind, code, from, to) => {
    const level = await levelOf(kind, code, from, to);
    const all = naive(kind, code, from, to);
    const counted = all.filter(({ probe }) => !probe);
    expectFigures(level.figures, counted);
    const methods = [...new Set(counted.map(({ method }) => method))].toSorted();
    expect(level.methods.map(({ method }) => method)).toEqual(methods);
    for (const { method, figures, faultCodes } of level.methods) {
      const ofMethod = counted.filter((call) => call.method === method);
      expectFigures(figures, ofMethod);
      const faults = new Map<string, number>();
      for (const { outcome, faultCode = outcome } of ofMethod) {
        if (outcome !== 'OK') faults.set(faultCode, (faults.get(faultCode) ?? 0) + 1);
      }
      expect(Object.fromEntries(faultCodes.map(({ fault, calls: count }) => [fault, Number(count)]))).toEqual(Object.fromEntries(faults));
    }
    const minutes = new Map<number, boolean>();
    for (const call of all) {
      const minute = Math.floor(at(call.at) / MINUTE);
      minutes.set(minute, (minutes.get(minute) ?? false) || !unanswered(call));
    }
    expect(level.availability).toMatchObject({
      minutesObserved: String(minutes.size),
      minutesDown: String([...minutes.values()].filter((answered) => !answered).length),
    });
  });

  it.each(['MINUTE', 'HOUR', 'DAY', 'MONTH'])('are the same in spans of a %s', async (grain) => {
    const from = grain === 'MINUTE' ? startOfLocalDay('2026-04-02') : startOfLocalDay('2026-03-01');
    const until = { MINUTE: from + 6 * HOUR, HOUR: from + 32 * DAY, DAY: NOW, MONTH: NOW }[grain]!;
    const points = await ask<{ start: string; figures: Figures }[]>(
      `serviceLevelSeries(kind: PSP, code: "${PSPS[0]}", grain: ${grain}, from: "${toIso(from)}", to: "${toIso(until)}",
        method: "verifyPaymentNotice") { start figures { ${FIGURES} } }`,
    );
    // A series has the spans that begin in the interval: whole hours and days.
    const wanted = naive('PSP', PSPS[0]!, '2026-03-01', '2026-04-02').filter(
      (call) => call.method === 'verifyPaymentNotice' && !call.probe && at(call.at) >= from && at(call.at) < until,
    );
    expect(points.reduce((sum, { figures }) => sum + Number(figures.calls), 0)).toBe(wanted.length);
    expect(points.map(({ start }) => start)).toEqual(points.map(({ start }) => start).toSorted());
  });

  it('tell an outage from the first of five calls until the next that is answered', async () => {
    const { availability, figures } = await levelOf('STATION', 'SILENT_01', '2026-04-02', '2026-04-02');
    expect(figures).toMatchObject({ calls: '100', unanswered: '100' });
    // Ten minutes of twelve hours that have passed.
    expect(availability).toMatchObject({ outages: 1, downSeconds: '600', percentage: '98.61', minutesDown: '10', minutesObserved: '11' });
    expect(
      await ask(
        `serviceOutages(kind: STATION, code: "SILENT_01", from: "2026-04-02", to: "2026-04-02") { edges { node { from until calls } } }`,
      ),
    ).toEqual({ edges: [{ node: { from: toIso(OUTAGE), until: toIso(OUTAGE + 10 * MINUTE), calls: 100 } }] });
  });

  it('find an outage again when a call that was answered comes late', async () => {
    const answered: ObservedCall = {
      direction: 'NODE_TO_CREDITOR',
      method: 'paGetPaymentV2',
      station: 'SILENT_01',
      at: toIso(OUTAGE + 5 * MINUTE + SECOND),
      durationMs: 90,
      outcome: 'OK',
    };
    calls.push(answered);
    await quality.state(callsObserved, ...inBatches([answered]));
    await quality.settled();
    expect(await quality.job('SERVICE_LEVEL_OUTAGES')).toMatchObject({ processed: 1 });
    const { availability } = await levelOf('STATION', 'SILENT_01', '2026-04-02', '2026-04-02');
    // From the 306th second on five calls are lost again: five seconds were up.
    expect(availability).toMatchObject({ outages: 2, downSeconds: '595' });
  });

  it('are recomputed from the raw rows, and a difference is told', async () => {
    const COMPARED = 'day calls compared different differences { kind code method kept recomputed }';
    const day = '2026-03-31';
    const compare = () => ask<{ calls: string; compared: number }>(`recomputeServiceLevels(day: "${day}") { ${COMPARED} }`);
    const same = await compare();
    expect(same).toMatchObject({ different: 0, differences: [] });
    expect(same.calls).toBe(String(calls.filter((call) => toLocalDate(at(call.at)) === day).length));
    expect(same.compared).toBeGreaterThan(10);
    const [station, creditor] = ['STATION', 'CREDITOR'].map((kind) => ({ kind, code: kind === 'STATION' ? STATIONS[0] : PARTNER }));
    const where = (subject: { kind: string; code?: string | undefined }) =>
      `start = '${toIso(startOfLocalDay(day))}' and series in
        (select id from level_series where kind = '${subject.kind}' and code = '${subject.code}' and method = 'paGetPaymentV2')`;
    await quality.database.query(`update level_day set in_time = in_time - 1 where ${where(station!)}`);
    await quality.database.query(`delete from level_day where ${where(creditor!)}`);
    expect(await compare()).toMatchObject({ different: 2, differences: [{ kind: 'STATION' }, { kind: 'CREDITOR', kept: '0' }] });
    const source = `{ recomputeServiceLevels(day: "2026-02-01") { day } }`;
    expect((await quality.run(source, OPERATOR)).errors?.[0]?.message).toMatch(/too far back/);
  });

  it('lead to the calls themselves, page by page', async () => {
    const wanted = naive('STATION', STATIONS[1]!, '2026-04-01', '2026-04-01').filter(({ outcome }) => outcome !== 'OK');
    const found: { at: string; outcome: string }[] = [];
    for (let after: string | null = null; ; ) {
      const page: { edges: { node: { at: string; outcome: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } =
        await ask(
          `observedCalls(kind: STATION, code: "${STATIONS[1]}", from: "2026-04-01T00:00:00+02:00", to: "2026-04-02T00:00:00+02:00", faultsOnly: true,
          first: 17, after: ${JSON.stringify(after)}) { edges { node { at outcome } } pageInfo { hasNextPage endCursor } }`,
          caller('PARTNER', PARTNER),
        );
      found.push(...page.edges.map(({ node }) => node));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(found.length).toBeGreaterThan(17);
    expect(found.map(({ at: text }) => text)).toEqual(wanted.map(({ at: text }) => text).toSorted());
  });

  it('are exported as CSV', async () => {
    const csv = await ask<string>('serviceLevelsCsv(kind: STATION, month: "2026-03")');
    const lines = csv.trim().split('\n');
    expect(lines[0]).toMatch(/^kind,code,method,month,calls,faults/);
    expect(lines).toHaveLength(1 + STATIONS.length * 3);
    const wanted = naive('STATION', STATIONS[0]!, '2026-03-30', '2026-03-31').filter((each) => isReceipt(each) && !each.probe);
    expect(lines.find((line) => line.startsWith(`STATION,${STATIONS[0]},paSendRTV2,2026-03,`))).toContain(`2026-03,${wanted.length},`);
    const svg = await ask<string>(`serviceLevelPlot(kind: STATION, code: "${STATIONS[0]}", month: "2026-04")`, caller('PARTNER', PARTNER));
    expect(svg.match(/<rect /g)).toHaveLength(2);
  });
});

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
    const before = await levelOf('PSP', PSPS[0]!, '2026-03-30', '2026-04-02');
    await quality.clock.advance(20 * DAY);
    expect(await quality.job('SERVICE_LEVEL_RETENTION')).toMatchObject({ state: 'SUCCEEDED' });
    expect(await partitions()).toEqual(['observed_call_20260423']);
    const [rows] = await quality.database.query<{ batches: number }>('select count(*)::int as batches from observed_batch');
    expect(rows?.batches).toBe(0);
    expect((await levelOf('PSP', PSPS[0]!, '2026-03-30', '2026-04-02')).figures).toEqual(before.figures);
  });

  it('takes calls that come too late for their rows into the sums of days and months', async () => {
    const late: ObservedCall = { at: toIso(START), direction: 'PSP_TO_NODE', method: 'late', psp: PSPS[0]!, durationMs: 5, outcome: 'OK' };
    await quality.state(callsObserved, ...inBatches([late]));
    await quality.settled();
    const { methods } = await levelOf('PSP', PSPS[0]!, '2026-03-30', '2026-03-30');
    expect(methods.find(({ method }) => method === 'late')?.figures).toMatchObject({ calls: '1' });
    const [raw] = await quality.database.query<{ count: number }>('select count(*)::int as count from observed_call');
    expect(raw?.count).toBe(0);
  });
});
