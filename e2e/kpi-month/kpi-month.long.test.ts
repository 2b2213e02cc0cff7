/**
 * A month on the whole platform: three PSPs, of which two are of one contract, with planted delays, absent and wrong flows, a late and a
 * missing outcome, and slow notifications from a payment page. Every result is what was planted, and a PSP sees its own only.
 */
import { until } from '@nodo-aperto/kernel/testing';
import { addDays, HOUR, localParts, MINUTE, parseInstant, startOfLocalDay, toIso, toLocalDate, weekdayOf } from '@nodo-aperto/kernel/time';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send } from '../support/graphql-client.ts';
import { runPlatform } from '../support/platform-process.ts';
import { type RunningPlatform, runShape } from '../support/shapes.ts';
import { type Activation, type Answer, CITIZEN, CREDITOR, openWorld, PSP, type World } from '../support/world.ts';

const [B, C] = ['60000000002', '60000000003'];
const PSPS = [PSP, B, C] as const;
const LONG_LIFE_MS = 3 * 366 * 24 * HOUR;

let platform: RunningPlatform;
let world: World;
let operator: string;
const tokens = new Map<string, string>();
let notices: Awaited<ReturnType<World['issue']>>[] = [];

beforeAll(async () => {
  platform = await runShape('one process', ['--test-clock']);
  world = await openWorld(platform);
  operator = await platform.token({ role: 'OPERATOR', lifetimeMs: LONG_LIFE_MS });
  for (const psp of PSPS) tokens.set(psp, await platform.token({ role: 'PSP', tenant: psp, lifetimeMs: LONG_LIFE_MS }));
  const parties = {
    pspBrokers: [B, C].map((code) => ({ code, name: `Banca ${code}` })),
    psps: [B, C].map((code) => ({ code, name: `Banca ${code}`, fiscalCode: code, contract: 'C-1' })),
    channels: [B, C].map((code) => ({ code: `${code}_01`, broker: code, psps: [code], password: 'pwdpwdpwd' })),
  };
  const imported = await ask<{ importDirectory: { issues: unknown[] } }>(
    platform.graphqlUrl,
    'mutation ($file: String!) { importDirectory(file: $file) { issues { path message } } }',
    { token: operator, variables: { file: stringify(parties) } },
  );
  expect(imported.importDirectory.issues).toEqual([]);
  notices = [];
  // All notices before the clock moves: the creditor's token does not live that long.
  for (let count = 0; count < 12; count += 1) notices.push(await world.issue(1_000 + count));
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await platform?.[Symbol.asyncDispose]();
});

const run = <Data>(query: string, token = operator, variables = {}) => ask<Data>(platform.graphqlUrl, query, { token, variables });

async function now(): Promise<number> {
  const { platform: state } = await run<{ platform: { now: string } }>('{ platform { now } }');
  return parseInstant(state.now)!;
}

async function moveTo(instant: number): Promise<void> {
  const minutes = Math.ceil((instant - (await now())) / MINUTE);
  await run('mutation ($minutes: Int!) { advanceClock(minutes: $minutes) }', operator, { minutes });
}

async function runJob(job: string): Promise<void> {
  const { runJob: done } = await run<{ runJob: { state: string; error: string | null } }>(
    `mutation { runJob(job: ${job}) { state error } }`,
  );
  expect(done).toEqual({ state: 'SUCCEEDED', error: null });
}

const ACTIVATE = `mutation ($input: ActivatePaymentNoticeV2Input!) {
  activatePaymentNoticeV2(input: $input) { outcome fault { code description originalFaultCode } paymentToken totalAmount standin }
}`;
const OUTCOME = `mutation ($input: SendPaymentOutcomeInput!) {
  sendPaymentOutcome(input: $input) { outcome fault { code description originalFaultCode } }
}`;

interface Session {
  psp: string;
  paymentToken: string;
  iuv: string;
  amount: number;
}

async function activate(psp: string): Promise<Session> {
  const notice = notices.pop()!;
  const qrCode = { fiscalCode: notice.creditorFiscalCode, noticeNumber: notice.noticeNumber };
  const input = { idChannel: `${psp}_01`, qrCode, amount: notice.amount };
  const paymentToken = await until(
    async () =>
      (await run<{ activatePaymentNoticeV2: Activation }>(ACTIVATE, tokens.get(psp), { input })).activatePaymentNoticeV2.paymentToken ??
      false,
    { what: `${psp} to be known to payments` },
  );
  return { psp, paymentToken, iuv: notice.iuv, amount: notice.amount };
}

async function sendOutcome({ psp, paymentToken }: Session): Promise<Answer> {
  const day = toLocalDate(await now());
  const details = {
    paymentMethod: 'cash',
    fee: 100,
    payer: { uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: CITIZEN }, fullName: 'Mario Rossi' },
    applicationDate: day,
    transferDate: day,
  };
  const input = { idChannel: `${psp}_01`, paymentToken, outcome: 'OK', details };
  return (await run<{ sendPaymentOutcome: Answer }>(OUTCOME, tokens.get(psp), { input })).sendPaymentOutcome;
}

async function pay(psp: string): Promise<Session> {
  const session = await activate(psp);
  expect(await sendOutcome(session)).toMatchObject({ outcome: 'OK' });
  return session;
}

/**
 * A payment page reports a notification to the PSP, answered so long after it was sent. It was answered `outcomeAfterMs` before the outcome of
 * the payment arrived, or was sent a minute ago when none has.
 */
async function notified(
  { psp, paymentToken }: Session,
  { durationMs, outcome = 'OK', outcomeAfterMs = 1_000 }: { durationMs: number; outcome?: 'OK' | 'KO'; outcomeAfterMs?: number },
): Promise<void> {
  const found = await run<{ payment: { outcomeAt: string | null } }>(
    'query ($token: String!) { payment(paymentToken: $token) { outcomeAt } }',
    operator,
    { token: paymentToken },
  );
  const { outcomeAt } = found.payment;
  const at = outcomeAt === null ? (await now()) - MINUTE : parseInstant(outcomeAt)! - outcomeAfterMs - durationMs;
  const calls = [{ pspCode: psp, paymentToken, at: toIso(at), durationMs, outcome }];
  const { recordNotifyCalls } = await run<{ recordNotifyCalls: object }>(
    'mutation ($calls: [NotifyCallInput!]!) { recordNotifyCalls(calls: $calls) { recorded issues { path message } } }',
    operator,
    { calls },
  );
  expect(recordNotifyCalls).toEqual({ recorded: 1, issues: [] });
}

interface Line {
  iur: string;
  iuv: string;
  amount: number;
}
const lineOf = ({ paymentToken, iuv, amount }: Session): Line => ({ iur: paymentToken, iuv, amount });

/** The PSP publishes a flow that says so of payments of a day. */
async function report(psp: string, day: string, ...lines: Line[]): Promise<void> {
  const name = `${day}${psp}-1`;
  const [flowDate, payDate] = [toIso(await now()), toIso(startOfLocalDay(day) + 10 * HOUR)];
  const input = {
    name,
    flowDate,
    creditorFiscalCode: CREDITOR.fiscalCode,
    brokerCode: psp,
    channelCode: `${psp}_01`,
    regulation: `TRN-${day}`,
    regulationDate: addDays(day, 1),
    totalPayments: lines.length,
    totalAmount: lines.reduce((sum, { amount }) => sum + amount, 0),
  };
  const payments = lines.map((line, index) => ({ ...line, index: index + 1, idTransfer: 1, outcome: 'EXECUTED', payDate }));
  const fault = 'outcome fault { code description }';
  const steps: [string, object][] = [
    [`mutation ($input: CreateFlowInput!) { done: createFlow(input: $input) { ${fault} } }`, { input }],
    [
      `mutation ($name: String!, $payments: [FlowPaymentInput!]!) { done: addFlowPayments(name: $name, payments: $payments) { ${fault} } }`,
      { name, payments },
    ],
    [`mutation ($name: String!) { done: publishFlow(name: $name) { ${fault} } }`, { name }],
  ];
  for (const [query, variables] of steps) {
    expect((await run<{ done: Answer }>(query, tokens.get(psp), variables)).done).toMatchObject({ outcome: 'OK' });
  }
}

/** The first Monday of the next March that lies ahead: neither holidays nor changes of the clocks are near. */
function firstMonday(from: number): string {
  const { year } = localParts(from);
  for (let day = `${year + 1}-03-01`; ; day = addDays(day, 1)) if (weekdayOf(day) === 1) return day;
}

interface Result {
  id: string;
  sample: number;
  faults: number;
  percentage: string;
  outcome: string;
  judgedOutcome: string;
  provisional: boolean;
}

async function resultsOf(psp: string, month: string): Promise<Map<string, Result>> {
  const query = `{ kpiResults(month: "${month}", first: 50) { edges { node { id sample faults percentage outcome judgedOutcome provisional } } } }`;
  const { kpiResults } = await run<{ kpiResults: { edges: { node: Result }[] } }>(query, tokens.get(psp));
  expect(kpiResults.edges.every(({ node }) => node.id.includes(psp))).toBe(true);
  return new Map(kpiResults.edges.map(({ node }) => [node.id.split(':')[0] ?? '', node]));
}

describe('a month with planted faults', () => {
  let monday: string;
  let month: string;

  it('goes by', { timeout: 300_000 }, async () => {
    monday = firstMonday(await now());
    month = monday.slice(0, 7);
    const at = (days: number, hour: number): number => startOfLocalDay(addDays(monday, days)) + hour * HOUR;

    await moveTo(at(0, 10));
    const a = [await pay(PSP), await pay(PSP)];
    const b = [await pay(B), await pay(B)];
    const c = [await pay(C)];
    // One that never gets an outcome, and one whose outcome comes after its token has expired.
    const without = await activate(PSP);
    const late = await activate(PSP);
    await moveTo(at(0, 11));
    await runJob('TOKEN_EXPIRY');
    expect(await sendOutcome(late)).toMatchObject({ outcome: 'KO', fault: { code: 'PPT_TOKEN_SCADUTO' } });
    // Answered in time and paid at once; answered too late; accepted, and no outcome followed; refused; just in time, both the answer and the outcome.
    await notified(a[0]!, { durationMs: 500 });
    await notified(a[1]!, { durationMs: 2_001 });
    await notified(without, { durationMs: 700 });
    await notified(b[0]!, { durationMs: 100, outcome: 'KO' });
    await notified(c[0]!, { durationMs: 2_000, outcomeAfterMs: 2_000 });

    await moveTo(at(1, 10));
    await report(PSP, monday, ...a.map(lineOf), lineOf(late));
    const [wrong, right] = b.map(lineOf) as [Line, Line];
    await report(B, monday, { ...wrong, amount: wrong.amount + 1 }, right);
    await report(C, monday, ...c.map(lineOf));
    const tuesday = { a: await pay(PSP), b: await pay(B), c: await pay(C) };
    // Answered in time, but the outcome took too long.
    await notified(tuesday.a, { durationMs: 800, outcomeAfterMs: 2_001 });
    await notified(tuesday.b, { durationMs: 800 });

    await moveTo(at(2, 10));
    await report(B, addDays(monday, 1), lineOf(tuesday.b), { iur: 'nobody-paid-this', iuv: '02000000000009999', amount: 7 });
    await report(C, addDays(monday, 1), lineOf(tuesday.c));
    await pay(PSP);

    await moveTo(at(7, 10));
    await report(PSP, addDays(monday, 1), lineOf(tuesday.a));
    const { year } = localParts(at(0, 10));
    await moveTo(startOfLocalDay(`${year}-04-10`) + 6 * HOUR + MINUTE);
    await runJob('KPI_MONTHLY');
    expect((await resultsOf(PSP, month)).size).toBe(8);
  });

  const planted: Record<string, Record<string, [number, number, string]>> = {
    [PSP]: {
      NRFDR: [1, 3, '33.33'],
      LFDR: [1, 3, '33.33'],
      WAFDR: [0, 3, '0.00'],
      WPNFDR: [0, 3, '0.00'],
      LSPO: [1, 6, '16.67'],
      DASPO: [1, 6, '16.67'],
      TPNP: [1, 4, '25.00'],
      TNSPO: [1, 3, '33.33'],
    },
    // A line of another amount is no report of its payment; a line of nobody's payment makes amount and number wrong.
    [B]: {
      NRFDR: [1, 2, '50.00'],
      LFDR: [0, 2, '0.00'],
      WAFDR: [2, 2, '100.00'],
      WPNFDR: [1, 2, '50.00'],
      LSPO: [0, 3, '0.00'],
      DASPO: [0, 3, '0.00'],
      TPNP: [0, 2, '0.00'],
      TNSPO: [0, 1, '0.00'],
    },
    [C]: {
      NRFDR: [0, 2, '0.00'],
      LFDR: [0, 2, '0.00'],
      WAFDR: [0, 2, '0.00'],
      WPNFDR: [0, 2, '0.00'],
      LSPO: [0, 2, '0.00'],
      DASPO: [0, 2, '0.00'],
      TPNP: [0, 1, '0.00'],
      TNSPO: [0, 1, '0.00'],
    },
  };

  it.each(PSPS)('gives %s exactly what was planted', async (psp) => {
    const results = await resultsOf(psp, month);
    const found = Object.fromEntries([...results].map(([kpi, { faults, sample, percentage }]) => [kpi, [faults, sample, percentage]]));
    expect(found).toEqual(planted[psp]);
    for (const [kpi, [faults]] of Object.entries(planted[psp]!)) {
      expect([kpi, results.get(kpi)]).toMatchObject([kpi, { outcome: faults === 0 ? 'OK' : 'KO', provisional: false }]);
    }
  });

  it('judges the PSPs of one contract as one', async () => {
    const results = await resultsOf(C, month);
    expect(results.get('NRFDR')).toMatchObject({ outcome: 'OK', judgedOutcome: 'KO' });
    expect(results.get('LFDR')).toMatchObject({ outcome: 'OK', judgedOutcome: 'OK' });
  });

  it('shows no PSP the values of another', async () => {
    const foreign = `{ kpiResult(id: "LSPO:${PSP}:${month}") { id } psp(code: "${PSP}") { kpiResults(month: "${month}") { id } } }`;
    expect(await run(foreign, tokens.get(B))).toEqual({ kpiResult: null, psp: { kpiResults: null } });
    const refused = await send(platform.graphqlUrl, `{ kpiRunning(pspCode: "${PSP}") { kpi } }`, { token: tokens.get(B)! });
    expect(refused.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('leads from a value to the payments and the flows behind it, across the graph', async () => {
    const query = `{ kpiResult(id: "LFDR:${PSP}:${month}") { evidence(faultsOnly: true) { edges { node {
      transfers { edges { node { payment { paymentToken status } lines { flow { name status } } } } } } } } } }`;
    const { kpiResult } = await run<{ kpiResult: { evidence: { edges: { node: unknown }[] } } }>(query, tokens.get(PSP));
    expect(kpiResult.evidence.edges).toHaveLength(1);
    expect(kpiResult.evidence.edges[0]?.node).toMatchObject({
      transfers: { edges: [{ node: { lines: [{ flow: { name: `${addDays(monday, 1)}${PSP}-1`, status: 'PUBLISHED' } }] } }] },
    });
    expect(JSON.stringify(kpiResult)).toMatch(/"status":"(PAID|NOTIFIED|NOTICE_[A-Z]+)"/);
  });

  it('is opened again by a flow that comes late', async () => {
    const state = async () => {
      const query = `{ kpiResult(id: "NRFDR:${PSP}:${month}") { revision faults monthState { state reopenings } evidenceUnchanged } }`;
      return (await run<{ kpiResult: { monthState: { state: string } } }>(query)).kpiResult;
    };
    expect(await state()).toMatchObject({ faults: 1, monthState: { state: 'FINAL', reopenings: 0 }, evidenceUnchanged: true });
    const wednesday = addDays(monday, 2);
    const evidence = `{ kpiResult(id: "NRFDR:${PSP}:${month}") { evidence(faultsOnly: true) { edges { node { transfers { edges { node { amount payment { paymentToken iuv } } } } } } } } }`;
    const found = JSON.stringify(await run(evidence, tokens.get(PSP)));
    const [, amount = '', iur = '', iuv = ''] = /"amount":(\d+),"payment":\{"paymentToken":"([^"]+)","iuv":"([^"]+)"/.exec(found) ?? [];
    await report(PSP, wednesday, { iur, iuv, amount: Number(amount) });
    await until(async () => (await state()).monthState.state === 'REOPENED', { what: 'the month to be opened again' });
    await runJob('KPI_MONTHLY');
    // What is reported after its day was closed counts as absent; the digest tells that the evidence is another.
    expect(await state()).toMatchObject({ faults: 1, revision: 2, monthState: { state: 'FINAL', reopenings: 1 }, evidenceUnchanged: true });
  });
});

describe('the command recompute-kpi', () => {
  it('finds the results of the month in the raw rows', async () => {
    const { year } = localParts(await now());
    const words = ['recompute-kpi', '--data', platform.folder, '--month', `${year}-03`];
    const environment = { DATABASE_URL: platform.databaseUrl };
    const answer = await runPlatform(words, environment);
    expect(answer).toMatchObject({ code: 0, stdout: `All 48 results of ${year}-03 are those of the rows.\n` });
    const none = await runPlatform([...words, '--psp', 'nobody'], environment);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining(`There are no results of ${year}-03 of PSP nobody.`) });
  });

  it('says what was expected', async () => {
    const answer = await runPlatform(['recompute-kpi', '--month', 'March']);
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining('"March" is not a month; expected one such as 2026-03') });
  });
});
