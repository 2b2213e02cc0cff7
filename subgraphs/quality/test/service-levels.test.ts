/** Service levels beside a naive recomputation: figures, series, outages, the calls behind them, CSV and plot. */
import { DAY, HOUR, MINUTE, SECOND, startOfLocalDay, toIso } from '@nodo-aperto/kernel/time';
import type { ObservedCall } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, isReceipt, NOW, type ObservedWorld, openObservedWorld, OUTAGE, PARTNER, PSPS, STATIONS } from './observed-world.ts';
import { at, OPERATOR, type Quality } from './support.ts';

let world: ObservedWorld;
let quality: Quality;
let calls: readonly ObservedCall[];
let ask: ObservedWorld['ask'];

beforeAll(async () => {
  world = await openObservedWorld();
  ({ quality, calls, ask } = world);
});
afterAll(() => world?.[Symbol.asyncDispose]());

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
    await world.observe(answered);
    expect(await quality.job('SERVICE_LEVEL_OUTAGES')).toMatchObject({ processed: 1 });
    const { availability } = await levelOf('STATION', 'SILENT_01', '2026-04-02', '2026-04-02');
    // From the 306th second on five calls are lost again: five seconds were up.
    expect(availability).toMatchObject({ outages: 2, downSeconds: '595' });
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
