import { DAY, toIso } from '@nodo-aperto/kernel/time';
import { createHttpService } from '@nodo-aperto/kernel/http';
import { apiKeyHash } from '@nodo-aperto/kernel/directory';
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { callsObserved, type ObservedCall, paymentActivated, paymentBooked, paymentFailed } from '@nodo-aperto/schema/events';
import { parse, subscribe } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, CREDITOR, OPERATOR, openQuality, OTHER_PSP, payment, PSP, psp, pspCaller, type Quality, report } from './support.ts';

const ALONE = '60000000003';
const PAID = at('2026-03-02T10:00:00+01:00');
const STATION = `${CREDITOR}_01`;

let quality: Quality;
beforeAll(async () => {
  quality = await openQuality('2026-03-11T12:00:00+01:00');
  await quality.know(psp(PSP, 'contract-1'), psp(OTHER_PSP, 'contract-1'), psp(ALONE));
  // Of the contract: 1 of 25 activations and 0 of 75 without an outcome, 1 % together. Alone: 1 of 25.
  const activations = (pspCode: string, count: number, without: number) =>
    Array.from({ length: count }, (_, index) => {
      const outcome = index < without ? {} : { outcome: 'KO' as const, outcomeAt: toIso(PAID), status: 'FAILED' as const };
      return payment(`${pspCode}-${index}`, { pspCode, ...outcome });
    });
  await quality.state(paymentFailed, ...activations(PSP, 25, 1), ...activations(OTHER_PSP, 75, 0), ...activations(ALONE, 25, 1));
  await quality.settled();
});
afterAll(() => quality?.[Symbol.asyncDispose]());

describe('PSPs of one contract', () => {
  it('are judged as one, whose outcome takes the place of theirs', async () => {
    await quality.job('KPI_MONTHLY');
    const query = (code: string) =>
      quality.run(
        `{ kpiResult(id: "DASPO:${code}:2026-03") { percentage outcome judgedOutcome group { contract pspCount sample faults percentage threshold outcome } } }`,
        pspCaller(code),
      );
    const group = { contract: 'contract-1', pspCount: 2, sample: 100, faults: 1, percentage: '1.00', threshold: '2.00', outcome: 'OK' };
    expect((await query(PSP)).data).toEqual({ kpiResult: { percentage: '4.00', outcome: 'KO', judgedOutcome: 'OK', group } });
    expect((await query(OTHER_PSP)).data).toEqual({ kpiResult: { percentage: '0.00', outcome: 'OK', judgedOutcome: 'OK', group } });
    expect((await query(ALONE)).data).toEqual({ kpiResult: { percentage: '4.00', outcome: 'KO', judgedOutcome: 'KO', group: null } });
    expect(
      (await quality.run(`{ kpiResult(id: "TPNP:${PSP}:2026-03") { judgedOutcome group { percentage outcome } } }`, OPERATOR)).data,
    ).toEqual({ kpiResult: { judgedOutcome: 'OK', group: { percentage: null, outcome: null } } });
  });

  it('change nothing when nothing has changed', async () => {
    expect(await quality.job('KPI_MONTHLY')).toMatchObject({ state: 'SUCCEEDED', processed: 0 });
  });
});

describe('calls of pspNotifyPayment', () => {
  const RECORD =
    'mutation ($calls: [NotifyCallInput!]!) { recordNotifyCalls(calls: $calls) { recorded known issues { index path expected } } }';
  const call = (paymentToken: string, durationMs: number, change = {}) => {
    return { pspCode: PSP, paymentToken, at: toIso(PAID - 10_000), durationMs, outcome: 'OK', ...change };
  };

  it('are recorded one by one, with what is wrong with the others', async () => {
    const calls = [
      call(`${PSP}-1`, 2_000),
      call(`${PSP}-2`, 2_500),
      call(`${PSP}-3`, 9_000, { outcome: 'KO' }),
      call('x', 1, { pspCode: 'nobody' }),
      call('', 1),
      call('x', 1, { at: toIso(quality.clock.now() + DAY) }),
      call('x', -1),
    ];
    const right = { recorded: 3, known: 0 };
    const { data } = await quality.run<{ recordNotifyCalls: { issues: { index: number; path: string }[] } }>(RECORD, OPERATOR, { calls });
    expect(data?.recordNotifyCalls).toMatchObject(right);
    expect(data?.recordNotifyCalls.issues.map(({ index, path }) => `${index} ${path}`)).toEqual([
      '3 pspCode',
      '4 paymentToken',
      '5 at',
      '6 durationMs',
    ]);
    expect((await quality.run(RECORD, OPERATOR, { calls: calls.slice(0, 3) })).data).toMatchObject({
      recordNotifyCalls: { recorded: 0, known: 3, issues: [] },
    });
    expect((await quality.run(RECORD, pspCaller(PSP), { calls })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await quality.run(RECORD, OPERATOR, { calls: [] })).errors?.[0]?.message).toContain('1 to 1000 calls');
  });

  it('make TPNP and TNSPO, in either reading', async () => {
    const values = async (profile: string) =>
      (
        await quality.run<{ kpiRunning: { kpi: string; sample: number; faults: number }[] }>(
          `{ kpiRunning(month: "2026-03", profile: ${profile}) { kpi sample faults } }`,
          pspCaller(PSP),
        )
      ).data?.kpiRunning.filter(({ kpi }) => kpi === 'TPNP' || kpi === 'TNSPO');
    expect(await values('DOCUMENTS')).toEqual([
      { kpi: 'TPNP', sample: 3, faults: 2 },
      { kpi: 'TNSPO', sample: 2, faults: 2 },
    ]);
    expect(await values('PIPELINE')).toEqual([
      { kpi: 'TPNP', sample: 3, faults: 1 },
      { kpi: 'TNSPO', sample: 2, faults: 2 },
    ]);
  });
});

describe('drift', () => {
  const LOG =
    '{ driftEventLog(first: 100) { edges { cursor node { previousLevel drift { kind code indicator level percentage faultsLeft } } } } }';
  interface Log {
    driftEventLog: { edges: { cursor: string; node: { drift: { code: string; indicator: string; level: string; percentage: string } } }[] };
  }
  const calls = (count: number, durationMs: number): ObservedCall[] =>
    Array.from({ length: count }, () => ({
      at: toIso(quality.clock.now()),
      direction: 'NODE_TO_CREDITOR',
      method: 'paGetPaymentV2',
      station: STATION,
      broker: CREDITOR,
      durationMs,
      outcome: 'OK',
    }));
  const observe = async (...all: ObservedCall[]) => {
    const now = toIso(quality.clock.now());
    await quality.state(callsObserved, { batch: globalThis.crypto.randomUUID(), from: now, to: now, calls: all });
    await quality.settled();
  };
  const told = async (principal = OPERATOR) =>
    (await quality.run<Log>(LOG, principal)).data!.driftEventLog.edges.map(({ node: { drift } }) => {
      return `${drift.code} ${drift.indicator} ${drift.level} ${drift.percentage}`;
    });

  it('warns once when a PSP exceeds a threshold, in the log and on the subscription, to each its own', async () => {
    await quality.job('KPI_DRIFT');
    await quality.job('KPI_DRIFT');
    await quality.settled();
    expect(await told(pspCaller(ALONE))).toEqual([`${ALONE} DASPO EXCEEDED 4.00`]);
    expect(await told(pspCaller(PSP))).toEqual([
      `${PSP} TPNP EXCEEDED 66.67`,
      `${PSP} TNSPO EXCEEDED 100.00`,
      `${PSP} DASPO EXCEEDED 4.00`,
    ]);
    expect(await told(pspCaller(OTHER_PSP))).toEqual([]);
  });

  it('warns of a station with enough calls whose answers are slow, its broker and its own creditor', async () => {
    await observe(...calls(49, 100), ...calls(1, 7_000));
    await quality.job('KPI_DRIFT');
    const broker = { subject: 'b', role: 'PARTNER' as const, tenant: CREDITOR, expiresAt: Number.MAX_SAFE_INTEGER };
    expect(await told(broker)).toEqual([]);
    const [subgraph] = quality.hosting.subgraphs;
    const contextValue = subgraph!.context(broker, { id: 'request' });
    const document = parse(`subscription { driftEvents(code: "${STATION}") { previousLevel drift { level sample faults } } }`);
    const events = await subscribe({ schema: subgraph!.schema, document, contextValue });
    if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
    await observe(...calls(48, 100), ...calls(2, 2_001));
    await quality.job('KPI_DRIFT');
    expect((await events.next()).value?.data).toEqual({
      driftEvents: { previousLevel: 'WITHIN', drift: { level: 'EXCEEDED', sample: 100, faults: 3 } },
    });
    for (let batch = 0; batch < 3; batch += 1) await observe(...calls(200, 10));
    await quality.job('KPI_DRIFT');
    expect((await events.next()).value?.data).toEqual({
      driftEvents: { previousLevel: 'EXCEEDED', drift: { level: 'WITHIN', sample: 700, faults: 3 } },
    });
    await events.return(undefined);
    expect(await told({ ...broker, role: 'EC' })).toHaveLength(2);
  });

  it('counts an outcome that only its call tells of', async () => {
    await quality.state(paymentActivated, payment('silent', { pspCode: ALONE }));
    const answered: ObservedCall = {
      at: toIso(quality.clock.now()),
      direction: 'PSP_TO_NODE',
      method: 'sendPaymentOutcomeV2',
      psp: ALONE,
      paymentToken: 'silent',
      durationMs: 5,
      outcome: 'KO',
      faultCode: 'PPT_TOKEN_SCADUTO_KO',
    };
    // Neither another PSP nor a refused call can close it.
    await observe({ ...answered, psp: PSP }, { ...answered, faultCode: 'PPT_AUTENTICAZIONE' });
    const missing = (
      await quality.run<{ kpiRunning: object[] }>(`{ kpiRunning(pspCode: "${ALONE}", month: "2026-03") { kpi faults } }`, OPERATOR)
    ).data?.kpiRunning;
    expect(missing).toContainEqual({ kpi: 'DASPO', faults: 2 });
    await observe(answered);
    const running = `{ kpiRunning(pspCode: "${ALONE}", month: "2026-03") { kpi sample faults } }`;
    const { data } = await quality.run<{ kpiRunning: object[] }>(running, OPERATOR);
    expect(data?.kpiRunning).toContainEqual({ kpi: 'LSPO', sample: 26, faults: 1 });
    expect(data?.kpiRunning).toContainEqual({ kpi: 'DASPO', sample: 26, faults: 1 });
  });
});

describe('the page and the file', () => {
  const http = createHttpService({ log: testLogger(), random: cryptographicStream() });
  const PAGE = `/quality/kpi/v1/psps/${PSP}`;
  const get = (url: string, key?: string) =>
    http.app.inject({ url, ...(key && { headers: { 'ocp-apim-subscription-key': key } }) }).then(({ statusCode, body, headers }) => {
      return { statusCode, body, headers };
    });

  beforeAll(async () => {
    const keyOf = (key: string, party: string, products: string[]) => {
      return { kind: 'apiKey' as const, code: apiKeyHash(key), data: { hash: apiKeyHash(key), party, products } };
    };
    await quality.know(
      keyOf('key-of-the-psp', PSP, ['qifdrkpiservice']),
      keyOf('key-of-another', OTHER_PSP, ['qifdrkpiservice']),
      keyOf('key-of-the-broker', '60000000009', ['qifdrkpiservice']),
      keyOf('key-for-flows', PSP, ['fdrpsp']),
      {
        kind: 'channel',
        code: '60000000009_01',
        data: {
          code: '60000000009_01',
          broker: '60000000009',
          psps: [PSP],
          password: 'x'.repeat(20),
          enabled: true,
          paymentModel: 'ATTIVATO_PRESSO_PSP',
          standInFlag: false,
        },
      },
    );
    await quality.state(paymentBooked, payment('booked', { outcome: 'OK', outcomeAt: toIso(PAID), status: 'PAID', revision: 2 }));
    await report(quality, { name: `2026-03-02${PSP}-1`, publishedAt: '2026-03-03T09:00:00+01:00' }, [{ iur: 'booked', amount: 999 }]);
    await quality.settled();
    for (const edge of quality.hosting.subgraphs[0]!.edges) await edge.register(http.app);
  });
  afterAll(() => http.close());

  it('show the PSP its own values, also to a broker of it; nothing to others', async () => {
    expect((await get(PAGE)).statusCode).toBe(401);
    expect((await get(PAGE, 'unknown')).statusCode).toBe(401);
    expect((await get(PAGE, 'key-of-another')).statusCode).toBe(403);
    expect((await get(PAGE, 'key-for-flows')).statusCode).toBe(403);
    expect((await get(PAGE, 'key-of-the-broker')).statusCode).toBe(200);
    const page = await get(`${PAGE}?month=2026-03`, 'key-of-the-psp');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).toContain('<svg');
    expect(page.body).toContain('2026-03-02: 1 of 1, 100.00 %');
    expect(page.body).not.toMatch(/src=|href=|url\(|@import/);
  });

  it('says what is wrong with a request', async () => {
    const wrong = await get(`${PAGE}?month=2026-3`, 'key-of-the-psp');
    expect(wrong.statusCode).toBe(400);
    expect(wrong.body).toContain('a month such as 2026-03');
    expect((await get(`${PAGE}?profile=x`, 'key-of-the-psp')).body).toContain('one of DOCUMENTS, PIPELINE');
  });

  it('export the month', async () => {
    const file = await get(`${PAGE}/results.csv?month=2026-03&profile=PIPELINE`, 'key-of-the-psp');
    expect(file.headers['content-type']).toContain('text/csv');
    expect(file.headers['content-disposition']).toContain(`kpi-${PSP}-2026-03.csv`);
    expect(file.body.split('\n').filter((line) => line.includes(`,${PSP},`))).toHaveLength(8);
  });
});
