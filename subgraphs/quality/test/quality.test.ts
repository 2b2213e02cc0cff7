import { until } from '@nodo-aperto/kernel/testing';
import { toIso } from '@nodo-aperto/kernel/time';
import { paymentActivated, paymentBooked, paymentCancelled, paymentFailed } from '@nodo-aperto/schema/events';
import { parse, subscribe } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, OPERATOR, openQuality, OTHER_PSP, payment, PSP, psp, pspCaller, type Quality, report } from './support.ts';

const PAID = at('2026-03-02T10:00:00+01:00');
const FLOW = `2026-03-02${PSP}-1`;

interface Results {
  kpiResults: {
    edges: {
      cursor: string;
      node: { id: string; sample: number; faults: number; percentage: string; outcome: string; provisional: boolean; revision: number };
    }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}
const RESULTS =
  '{ kpiResults(first: 50, month: "2026-03") { edges { node { id sample faults percentage outcome provisional revision } } } }';

let quality: Quality;
beforeAll(async () => {
  quality = await openQuality('2026-03-11T12:00:00+01:00');
});
afterAll(() => quality?.[Symbol.asyncDispose]());

describe('KPIs of a month', () => {
  beforeAll(async () => {
    await quality.know(psp(PSP), psp(OTHER_PSP), psp('AGID_01'));
    // Four activations: one in time, one late and booked, one cancelled, one late KO. The booked ones owe a line in a flow each.
    const ok = { outcome: 'OK' as const, outcomeAt: toIso(PAID), status: 'PAID' as const };
    const cancelled = { status: 'CANCELLED' as const, revision: 2 };
    const tokens = ['token-a', 'token-b', 'token-c', 'token-d'];
    await quality.state(paymentActivated, ...tokens.map((token) => payment(token)), payment('token-x', { pspCode: OTHER_PSP }));
    await quality.state(paymentBooked, payment('token-a', { ...ok, revision: 2 }));
    await quality.state(paymentCancelled, ...tokens.slice(1).map((token) => payment(token, cancelled)));
    await quality.state(paymentBooked, payment('token-b', { ...ok, late: true, revision: 3 }));
    await quality.state(
      paymentFailed,
      payment('token-d', { outcome: 'KO', outcomeAt: toIso(PAID + 2_000_000), status: 'FAILED', revision: 3 }),
    );
    await report(quality, { name: FLOW, publishedAt: '2026-03-05T09:00:00+01:00' }, [{ iur: 'token-a' }]);
    await quality.settled();
  });

  it('evaluates a PSP without evidence as well, and months that are not due as provisional when asked', async () => {
    // Two PSPs, two months, eight KPIs, two readings.
    expect(await quality.job('KPI_MONTHLY')).toMatchObject({ state: 'SUCCEEDED', processed: 64 });
    const { data } = await quality.run<Results>(RESULTS, pspCaller(PSP));
    const found = Object.fromEntries(data!.kpiResults.edges.map(({ node }) => [node.id.split(':')[0], node]));
    // Of four activations, b and d were late, c never got an outcome. Of one reporting unit, token-b is in no flow; token-a was reported too late.
    expect(found.LSPO).toMatchObject({ sample: 4, faults: 2, percentage: '50.00', outcome: 'KO', provisional: true, revision: 1 });
    expect(found.DASPO).toMatchObject({ sample: 4, faults: 1, percentage: '25.00', outcome: 'KO' });
    expect(found.NRFDR).toMatchObject({ sample: 1, faults: 1, percentage: '100.00', outcome: 'KO' });
    expect(found.LFDR).toMatchObject({ sample: 1, faults: 1, percentage: '100.00' });
    expect(found.WPNFDR).toMatchObject({ sample: 1, faults: 1 });
    expect(found.TPNP).toMatchObject({ sample: 0, faults: 0, percentage: '0.00', outcome: 'OK' });
    expect(Object.keys(found)).toHaveLength(8);
  });

  it('changes nothing when run again on the same evidence', async () => {
    expect(await quality.job('KPI_MONTHLY')).toMatchObject({ state: 'SUCCEEDED', processed: 0 });
  });

  it('shows a PSP its own results only, and an operator all', async () => {
    const { data } = await quality.run<Results>(RESULTS, pspCaller(OTHER_PSP));
    expect(data?.kpiResults.edges.map(({ node }) => node.id.includes(OTHER_PSP))).toEqual(Array.from({ length: 8 }, () => true));
    expect((await quality.run<Results>(RESULTS, OPERATOR)).data?.kpiResults.edges).toHaveLength(16);
    const id = `LSPO:${PSP}:2026-03`;
    expect((await quality.run(`{ kpiResult(id: "${id}") { id } }`, pspCaller(OTHER_PSP))).data).toEqual({ kpiResult: null });
    const foreign = [
      `kpiResults(pspCode: "${PSP}") { edges { cursor } }`,
      `kpiRunning(pspCode: "${PSP}") { kpi }`,
      `kpiDailySeries(pspCode: "${PSP}", kpi: LFDR, from: "2026-03-01", to: "2026-03-31") { day }`,
      `kpiResultsCsv(pspCode: "${PSP}", month: "2026-03")`,
      `recomputeKpis(pspCode: "${PSP}", month: "2026-03") { same }`,
    ];
    for (const field of foreign)
      expect((await quality.run(`{ ${field} }`, pspCaller(OTHER_PSP))).errors?.[0]?.extensions.code, field).toBe('FORBIDDEN');
    expect((await quality.run(RESULTS)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const ec = { subject: 'e', role: 'EC' as const, tenant: PSP, expiresAt: Number.MAX_SAFE_INTEGER };
    expect((await quality.run(RESULTS, ec)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it.each([
    ['kpiResults(month: "2026-13") { edges { cursor } }', 'a month such as 2026-03'],
    ['kpiRunning { kpi }', 'the code of a PSP'],
    [`kpiDailySeries(pspCode: "${PSP}", kpi: LFDR, from: "2026-01-01", to: "2026-12-31") { day }`, 'a day up to 91 days after from'],
    ['kpiResultsCsv(month: "march")', 'a month such as 2026-03'],
    ['kpiResults(after: "x") { edges { cursor } }', 'cursor'],
  ])('says what is wrong with %s', async (field, expected) => {
    const [error] = (await quality.run(`{ ${field} }`, OPERATOR)).errors ?? [];
    expect(error?.extensions.code).toBe('BAD_USER_INPUT');
    expect(error?.message).toContain(expected);
  });

  it('reads on from a cursor without loss or repeat', async () => {
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data }: { data?: Results | null } = await quality.run<Results>(
        `{ kpiResults(first: 7, after: ${JSON.stringify(after)}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
        OPERATOR,
      );
      seen.push(...data!.kpiResults.edges.map(({ node }) => node.id));
      if (!data!.kpiResults.pageInfo.hasNextPage) break;
      after = data!.kpiResults.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(32);
    expect(seen).toHaveLength(32);
  });

  it('drills down to what it counted, page by page, and says when facts came later', async () => {
    const query = `{ kpiResult(id: "LSPO:${PSP}:2026-03") { evidenceUnchanged evidence(faultsOnly: true) { edges { node { subject fault payment { paymentToken } } } } } }`;
    const item = (paymentToken: string) => ({ node: { subject: paymentToken, fault: true, payment: { paymentToken } } });
    expect((await quality.run(query, pspCaller(PSP))).data).toEqual({
      kpiResult: { evidenceUnchanged: true, evidence: { edges: [item('token-b'), item('token-d')] } },
    });
    const page = (after: string) =>
      quality.run<{ kpiResult: { evidence: { edges: { cursor: string; node: { subject: string } }[] } } }>(
        `{ kpiResult(id: "LSPO:${PSP}:2026-03") { evidence(first: 2${after}) { edges { cursor node { subject } } } } }`,
        OPERATOR,
      );
    const first = (await page('')).data!.kpiResult.evidence.edges;
    const second = (await page(`, after: "${first[1]!.cursor}"`)).data!.kpiResult.evidence.edges;
    expect([...first, ...second].map(({ node }) => node.subject)).toEqual(['token-a', 'token-b', 'token-c', 'token-d']);
    await quality.state(paymentActivated, payment('token-e'));
    await quality.settled();
    expect(
      (await quality.run<{ kpiResult: { evidenceUnchanged: boolean } }>(query, pspCaller(PSP))).data?.kpiResult.evidenceUnchanged,
    ).toBe(false);
  });

  it('drills down from a flow KPI to the payments of the unit and the flows about them', async () => {
    const query = `{ kpiResult(id: "NRFDR:${PSP}:2026-03") { evidence { edges { node {
      subject fault creditor { fiscalCode }
      transfers { edges { node { payment { paymentToken } amount lateFrom lines { inForce amount flow { name revision psp { code } } } } } }
      unmatchedLines { iur }
    } } } } }`;
    const line = { inForce: true, amount: 1000, flow: { name: FLOW, revision: 1, psp: { code: PSP } } };
    const transfer = (paymentToken: string, lines: object[]) => {
      return { node: { payment: { paymentToken }, amount: 1000, lateFrom: '2026-03-04T23:00:00.000Z', lines } };
    };
    expect((await quality.run(query, pspCaller(PSP))).data).toEqual({
      kpiResult: {
        evidence: {
          edges: [
            {
              node: {
                subject: `${PSP}/77777777777/2026-03-02`,
                fault: true,
                creditor: { fiscalCode: '77777777777' },
                transfers: { edges: [transfer('token-a', [line]), transfer('token-b', [])] },
                unmatchedLines: [],
              },
            },
          ],
        },
      },
    });
  });

  it('is joined to PSPs and flows of the graph', async () => {
    const flow = `{ __typename: "ReportingFlow", psp: { __typename: "Psp", code: "${PSP}" }, name: "${FLOW}", revision: 1 }`;
    const query = `{ _entities(representations: [${flow}, { __typename: "Psp", code: "${PSP}" }]) { ... on ReportingFlow { kpiResults { id } } ... on Psp { kpiResults(month: "2026-03") { id } } } }`;
    const { data } = await quality.run<{ _entities: { kpiResults: { id: string }[] | null }[] }>(query, pspCaller(PSP));
    expect(data?._entities[0]?.kpiResults?.map(({ id }) => id)).toEqual(
      ['LFDR', 'NRFDR', 'WAFDR', 'WPNFDR'].map((kpi) => `${kpi}:${PSP}:2026-03`),
    );
    expect(data?._entities[1]?.kpiResults).toHaveLength(8);
    const foreign = await quality.run<{ _entities: { kpiResults: unknown }[] }>(query, pspCaller(OTHER_PSP));
    expect(foreign.data?._entities.map((each) => each.kpiResults)).toEqual([null, null]);
  });

  it('tells what the month comes to, what is left, and each day', async () => {
    const running = `{ kpiRunning(month: "2026-03") { kpi sample faults percentage threshold faultsLeft goodNeeded level } }`;
    const { data } = await quality.run<{ kpiRunning: { kpi: string }[] }>(running, pspCaller(PSP));
    expect(data?.kpiRunning.find(({ kpi }) => kpi === 'LSPO')).toEqual({
      kpi: 'LSPO',
      sample: 5,
      faults: 2,
      percentage: '40.00',
      threshold: '2.00',
      faultsLeft: -2,
      goodNeeded: 95,
      level: 'EXCEEDED',
    });
    const series = `{ kpiDailySeries(kpi: LFDR, from: "2026-03-01", to: "2026-03-31") { day sample faults lateAgain percentage settled } }`;
    expect((await quality.run(series, pspCaller(PSP))).data).toEqual({
      kpiDailySeries: [{ day: '2026-03-02', sample: 1, faults: 1, lateAgain: 0, percentage: '100.00', settled: false }],
    });
  });

  it('exports a month as CSV', async () => {
    const { data } = await quality.run<{ kpiResultsCsv: string }>('{ kpiResultsCsv(month: "2026-03") }', pspCaller(PSP));
    const lines = data!.kpiResultsCsv.trim().split('\n');
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatch(/^kpi_id,kpi_threshold,start,end,psp_id,PERC_KPI,kpi_outcome,total_kpi_sample,total_kpi_fault,/);
    expect(lines).toContainEqual(
      expect.stringMatching(new RegExp(`^NRFDR,1.00,2026-03-01,2026-03-31,${PSP},100.00,KO,1,1,KO,,DOCUMENTS,true,`)),
    );
  });
});

describe('a month that is judged', () => {
  const QUERY = `{ kpiResult(id: "DASPO:${PSP}:2026-03") { provisional sample faults revision evidenceUnchanged monthState { state reopenings reason } history { revision faults provisional } } }`;
  const read = async () => (await quality.run<{ kpiResult: Record<string, unknown> }>(QUERY, OPERATOR)).data?.kpiResult;

  it('is final on the 10th of the next month', async () => {
    quality.clock.set(at('2026-04-10T06:00:00+02:00'));
    await quality.job('KPI_MONTHLY');
    expect(await read()).toEqual({
      provisional: false,
      sample: 5,
      faults: 2,
      revision: 2,
      evidenceUnchanged: true,
      monthState: { state: 'FINAL', reopenings: 0, reason: null },
      history: [{ revision: 1, faults: 1, provisional: true }],
    });
  });

  it('is opened again by a late fact, which everybody concerned can see, and computed anew with its history kept', async () => {
    await quality.state(paymentActivated, payment('token-a'));
    await quality.settled();
    expect(await read()).toMatchObject({ monthState: { state: 'FINAL' } });
    await quality.state(paymentBooked, payment('token-e', { outcome: 'OK', outcomeAt: toIso(PAID), status: 'PAID', revision: 2 }));
    await quality.settled();
    expect(await read()).toMatchObject({
      sample: 5,
      faults: 2,
      evidenceUnchanged: false,
      monthState: { state: 'REOPENED', reopenings: 1, reason: 'a fact of a payment' },
    });
    const log = '{ kpiEventLog(first: 100) { edges { node { name reason month psp { code } result { id } } } } }';
    const events = async (caller: string) =>
      (await quality.run<{ kpiEventLog: { edges: { node: { name: string } }[] } }>(log, pspCaller(caller)))
        .data!.kpiEventLog.edges.map(({ node }) => node)
        .filter(({ name }) => name === 'kpi.month-reopened');
    await until(async () => (await events(PSP)).length > 0, { what: 'the event to be published' });
    expect(await events(PSP)).toEqual([
      { name: 'kpi.month-reopened', reason: 'a fact of a payment', month: '2026-03', psp: { code: PSP }, result: null },
    ]);
    expect(await events(OTHER_PSP)).toEqual([]);
    await quality.job('KPI_MONTHLY');
    expect(await read()).toMatchObject({
      sample: 5,
      faults: 1,
      revision: 3,
      evidenceUnchanged: true,
      monthState: { state: 'FINAL', reopenings: 1 },
      history: [{ revision: 2, faults: 2 }, { revision: 1 }],
    });
  });

  it('is opened again by a flow that comes late, for the PSP of the flow only', async () => {
    await report(quality, { name: `2026-03-02${PSP}-2`, publishedAt: '2026-04-11T09:00:00+02:00' }, [{ iur: 'token-b' }]);
    await quality.settled();
    expect(await read()).toMatchObject({ monthState: { state: 'REOPENED', reopenings: 2, reason: 'a reporting flow or its lines' } });
    const other = `{ kpiResult(id: "DASPO:${OTHER_PSP}:2026-03") { monthState { state } } }`;
    expect((await quality.run(other, OPERATOR)).data).toEqual({ kpiResult: { monthState: { state: 'FINAL' } } });
    await quality.job('KPI_MONTHLY');
    expect(await read()).toMatchObject({ monthState: { state: 'FINAL' } });
  });

  it('can be recomputed from the raw rows, and a row that was tampered with shows', async () => {
    const query = `{ recomputeKpis(pspCode: "${PSP}", month: "2026-03") { same kept { id } } }`;
    const different = async () =>
      (await quality.run<{ recomputeKpis: { same: boolean; kept: { id: string } }[] }>(query, OPERATOR)).data!.recomputeKpis;
    expect(await different()).toHaveLength(16);
    expect((await different()).every(({ same }) => same)).toBe(true);
    await quality.database.query("update activation set expires_at = expires_at + interval '1 second' where payment_token = 'token-a'");
    expect((await different()).filter(({ same }) => !same).map(({ kept }) => kept.id)).toEqual([
      `DASPO:${PSP}:2026-03`,
      `DASPO:${PSP}:2026-03:PIPELINE`,
      `LSPO:${PSP}:2026-03`,
      `LSPO:${PSP}:2026-03:PIPELINE`,
    ]);
  });

  it('tells of results in a log and a subscription with the same cursors, to each its own', async () => {
    const query = '{ kpiEventLog(first: 100) { edges { cursor node { cursor psp { code } } } } }';
    const { data } = await quality.run<{ kpiEventLog: { edges: { cursor: string; node: { psp: { code: string } } }[] } }>(
      query,
      pspCaller(PSP),
    );
    const log = data!.kpiEventLog.edges;
    expect(log.length).toBeGreaterThanOrEqual(16);
    expect(log.every(({ node }) => node.psp.code === PSP)).toBe(true);
    const [subgraph] = quality.hosting.subgraphs;
    const document = parse(`subscription { kpiEvents(after: "${log[1]!.cursor}") { cursor } }`);
    const contextValue = subgraph!.context(pspCaller(PSP), { id: 'request' });
    const events = await subscribe({ schema: subgraph!.schema, document, contextValue });
    if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
    for (const expected of log.slice(2, 12)) expect((await events.next()).value?.data).toEqual({ kpiEvents: { cursor: expected.cursor } });
    await events.return(undefined);
  });
});
