import { type Database, openDatabase } from '@nodo-aperto/kernel/database';
import { eventsMigrations, type EventContract } from '@nodo-aperto/kernel/events';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { type Hosting, hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { testDatabaseUrl, testLogger } from '@nodo-aperto/kernel/testing';
import { manualClock, parseInstant, toIso } from '@nodo-aperto/kernel/time';
import {
  flowPaymentsReported,
  flowPublished,
  paymentActivated,
  paymentBooked,
  paymentCancelled,
  paymentFailed,
  type PaymentSnapshot,
} from '@nodo-aperto/schema/events';
import { graphql, subscribe, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quality } from '../src/index.ts';

const at = (text: string): number => parseInstant(text)!;
const PAID = at('2026-03-02T10:00:00+01:00');
const PSP = '60000000001';
const OTHER_PSP = '60000000002';
const CREDITOR = '77777777777';
const clock = manualClock(at('2026-03-11T12:00:00+01:00'));
const log = testLogger();
const OPERATOR: Principal = { subject: 'o', role: 'OPERATOR', expiresAt: Number.MAX_SAFE_INTEGER };
const pspCaller = (tenant: string): Principal => ({ subject: tenant, role: 'PSP', tenant, expiresAt: Number.MAX_SAFE_INTEGER });

let hosting: Hosting;
const sources = new Map<string, Database>();

beforeAll(async () => {
  const databaseUrl = await testDatabaseUrl();
  hosting = await hostSubgraphs([quality], {
    databaseUrl,
    clock,
    log,
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
  });
  for (const schema of ['payments', 'reporting'])
    sources.set(
      schema,
      await openDatabase({ url: databaseUrl, schema, entities: [], migrations: eventsMigrations, log, clock, poolSize: 2 }),
    );
});

afterAll(async () => {
  await hosting.stop();
  for (const database of sources.values()) await database.close();
});

async function state<Data>(contract: EventContract<string, Data>, ...facts: Data[]): Promise<void> {
  const database = sources.get(contract.source)!;
  await database.transaction((transaction) => hosting.bus.outbox(database).appendMany(transaction, contract, facts));
}

function payment(token: string, change: Partial<PaymentSnapshot> = {}): PaymentSnapshot {
  return {
    paymentToken: token,
    creditorFiscalCode: CREDITOR,
    creditorName: 'Comune di Prova',
    noticeNumber: '302000000000001000',
    iuv: '02000000000001000',
    amount: 1000,
    description: 'TARI',
    debtor: { type: 'F', fiscalCode: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
    transfers: [
      {
        idTransfer: 1,
        amount: 1000,
        creditorFiscalCode: CREDITOR,
        iban: 'IT60X0542811101000000123456',
        remittanceInformation: 'TARI',
        transferCategory: '9/0301105TS/',
      },
    ],
    pspCode: PSP,
    pspName: 'Banca di Prova',
    pspBrokerCode: PSP,
    channelCode: `${PSP}_01`,
    creditorBrokerCode: CREDITOR,
    stationCode: `${CREDITOR}_01`,
    standIn: false,
    status: 'PAYING',
    activatedAt: toIso(PAID),
    expiresAt: toIso(PAID + 1_800_000),
    late: false,
    revision: 1,
    ...change,
  };
}

async function run<Data>(
  source: string,
  principal?: Principal,
): Promise<{ data?: Data | null; errors?: readonly { message: string; extensions: { code?: unknown } }[] }> {
  const [subgraph] = hosting.subgraphs;
  const { schema } = subgraph!;
  return graphql({ schema, source, contextValue: subgraph!.context(principal, { id: 'request' }) }) as never;
}

interface Results {
  kpiResults: {
    edges: {
      cursor: string;
      node: { id: string; sample: number; faults: number; percentage: string; outcome: string; provisional: boolean; revision: number };
    }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}
const RESULTS = '{ kpiResults(first: 50) { edges { node { id sample faults percentage outcome provisional revision } } } }';

describe('KPIs of a month', () => {
  beforeAll(async () => {
    // Four activations: one in time, one late and booked, one cancelled, one late KO. The booked ones owe a line in a flow each.
    const ok = { outcome: 'OK' as const, outcomeAt: toIso(PAID), status: 'PAID' as const };
    await state(
      paymentActivated,
      payment('token-a'),
      payment('token-b'),
      payment('token-c'),
      payment('token-d'),
      payment('token-x', { pspCode: OTHER_PSP }),
    );
    await state(paymentBooked, payment('token-a', { ...ok, revision: 2 }));
    await state(
      paymentCancelled,
      payment('token-b', { status: 'CANCELLED', revision: 2 }),
      payment('token-c', { status: 'CANCELLED', revision: 2 }),
      payment('token-d', { status: 'CANCELLED', revision: 2 }),
    );
    await state(paymentBooked, payment('token-b', { ...ok, late: true, revision: 3 }));
    await state(paymentFailed, payment('token-d', { outcome: 'KO', outcomeAt: toIso(PAID + 2_000_000), status: 'FAILED', revision: 3 }));
    const flow = { pspCode: PSP, name: `2026-03-02${PSP}-1`, revision: 1, creditorFiscalCode: CREDITOR };
    await state(flowPaymentsReported, {
      ...flow,
      part: 1,
      lines: [
        { index: 1, iuv: '02000000000001000', iur: 'token-a', idTransfer: 1, amount: 1000, outcome: 'EXECUTED', payDate: toIso(PAID) },
      ],
    });
    await state(flowPublished, {
      ...flow,
      flowDate: toIso(PAID),
      regulation: 'TRN-1',
      regulationDate: '2026-03-03',
      totalPayments: 1,
      totalAmount: 1000,
      publishedAt: toIso(at('2026-03-05T09:00:00+01:00')),
    });
    await hosting.bus.settled(20_000);
  });

  it('evaluates nothing on its own before the 10th of the next month, and both months as provisional when asked', async () => {
    const job = await hosting.jobs.runNow('KPI_MONTHLY', { deadlineMs: 20_000 });
    expect(job).toMatchObject({ state: 'SUCCEEDED', processed: 8 });
    const { data } = await run<Results>(RESULTS, pspCaller(PSP));
    const found = Object.fromEntries(data!.kpiResults.edges.map(({ node }) => [node.id, node]));
    // Of four activations, b and d were late, c never got an outcome. Of one reporting unit, token-b is in no flow; token-a was reported too late.
    expect(found[`LSPO:${PSP}:2026-03`]).toMatchObject({
      sample: 4,
      faults: 2,
      percentage: '50.00',
      outcome: 'KO',
      provisional: true,
      revision: 1,
    });
    expect(found[`DASPO:${PSP}:2026-03`]).toMatchObject({ sample: 4, faults: 1, percentage: '25.00', outcome: 'KO' });
    expect(found[`NRFDR:${PSP}:2026-03`]).toMatchObject({ sample: 1, faults: 1, percentage: '100.00', outcome: 'KO' });
    expect(found[`LFDR:${PSP}:2026-03`]).toMatchObject({ sample: 1, faults: 1, percentage: '100.00' });
    expect(Object.keys(found)).toHaveLength(4);
  });

  it('changes nothing when run again on the same evidence', async () => {
    expect(await hosting.jobs.runNow('KPI_MONTHLY', { deadlineMs: 20_000 })).toMatchObject({ state: 'SUCCEEDED', processed: 0 });
  });

  it('shows a PSP its own results only, and an operator all', async () => {
    expect(
      (await run<Results>(RESULTS, pspCaller(OTHER_PSP))).data?.kpiResults.edges.every(({ node }) => node.id.includes(OTHER_PSP)),
    ).toBe(true);
    expect((await run<Results>(RESULTS, OPERATOR)).data?.kpiResults.edges).toHaveLength(8);
    expect((await run(`{ kpiResult(id: "LSPO:${PSP}:2026-03") { id } }`, pspCaller(OTHER_PSP))).data).toEqual({ kpiResult: null });
    expect((await run(`{ kpiResults(pspCode: "${PSP}") { edges { cursor } } }`, pspCaller(OTHER_PSP))).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    expect((await run(RESULTS)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await run('{ kpiResults(month: "2026-13") { edges { cursor } } }', OPERATOR)).errors?.[0]?.message).toContain(
      'a month such as 2026-03',
    );
  });

  it('reads on from a cursor without loss or repeat', async () => {
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data }: { data?: Results | null } = await run<Results>(
        `{ kpiResults(first: 3, after: ${JSON.stringify(after)}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
        OPERATOR,
      );
      seen.push(...data!.kpiResults.edges.map(({ node }) => node.id));
      if (!data!.kpiResults.pageInfo.hasNextPage) break;
      after = data!.kpiResults.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(8);
    expect(seen).toHaveLength(8);
  });

  it('drills down to what it counted, and says when facts came later', async () => {
    const query = `{ kpiResult(id: "LSPO:${PSP}:2026-03") { evidenceUnchanged evidence(faultsOnly: true) { edges { node { subject fault } } } } }`;
    expect((await run(query, pspCaller(PSP))).data).toEqual({
      kpiResult: {
        evidenceUnchanged: true,
        evidence: { edges: [{ node: { subject: 'token-b', fault: true } }, { node: { subject: 'token-d', fault: true } }] },
      },
    });
    await state(paymentActivated, payment('token-e'));
    await hosting.bus.settled(20_000);
    expect((await run<{ kpiResult: { evidenceUnchanged: boolean } }>(query, pspCaller(PSP))).data?.kpiResult.evidenceUnchanged).toBe(false);
  });

  it('is joined to PSPs and flows of the graph', async () => {
    const flow = `{ __typename: "ReportingFlow", psp: { __typename: "Psp", code: "${PSP}" }, name: "2026-03-02${PSP}-1", revision: 1 }`;
    const query = `{ _entities(representations: [${flow}, { __typename: "Psp", code: "${PSP}" }]) { ... on ReportingFlow { kpiResults { id } } ... on Psp { kpiResults(month: "2026-03") { id } } } }`;
    const { data } = await run<{ _entities: { kpiResults: { id: string }[] | null }[] }>(query, pspCaller(PSP));
    expect(data?._entities[0]?.kpiResults?.map(({ id }) => id)).toEqual([`LFDR:${PSP}:2026-03`, `NRFDR:${PSP}:2026-03`]);
    expect(data?._entities[1]?.kpiResults).toHaveLength(4);
    expect(
      (await run<{ _entities: { kpiResults: unknown }[] }>(query, pspCaller(OTHER_PSP))).data?._entities.map((each) => each.kpiResults),
    ).toEqual([null, null]);
  });

  it('is final after the 10th of the next month: later facts do not rewrite it', async () => {
    clock.set(at('2026-04-10T06:00:00+02:00'));
    await hosting.jobs.runNow('KPI_MONTHLY', { deadlineMs: 20_000 });
    const query = `{ kpiResult(id: "DASPO:${PSP}:2026-03") { provisional sample faults revision evidenceUnchanged } }`;
    expect((await run(query, OPERATOR)).data).toEqual({
      kpiResult: { provisional: false, sample: 5, faults: 2, revision: 2, evidenceUnchanged: true },
    });
    await state(paymentBooked, payment('token-e', { outcome: 'OK', outcomeAt: toIso(PAID), status: 'PAID', revision: 2 }));
    await hosting.bus.settled(20_000);
    await hosting.jobs.runNow('KPI_MONTHLY', { deadlineMs: 20_000 });
    expect((await run(query, OPERATOR)).data).toEqual({
      kpiResult: { provisional: false, sample: 5, faults: 2, revision: 2, evidenceUnchanged: false },
    });
  });

  it('tells of results in a log and a subscription with the same cursors, to each its own', async () => {
    const query = '{ kpiEventLog(first: 100) { edges { cursor node { cursor name result { id } } } } }';
    const { data } = await run<{ kpiEventLog: { edges: { cursor: string; node: { result: { id: string } } }[] } }>(query, pspCaller(PSP));
    const log = data!.kpiEventLog.edges;
    expect(log.length).toBeGreaterThanOrEqual(8);
    expect(log.every(({ node }) => node.result.id.includes(PSP))).toBe(true);
    const [subgraph] = hosting.subgraphs;
    const document = parse(`subscription { kpiEvents(after: "${log[1]!.cursor}") { cursor } }`);
    const events = await subscribe({
      schema: subgraph!.schema,
      document,
      contextValue: subgraph!.context(pspCaller(PSP), { id: 'request' }),
    });
    if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
    for (const expected of log.slice(2)) expect((await events.next()).value?.data).toEqual({ kpiEvents: { cursor: expected.cursor } });
    await events.return(undefined);
  });
});
