import type { Principal } from '@nodo-aperto/kernel/auth';
import { HOUR, MINUTE, toIso } from '@nodo-aperto/kernel/time';
import { callsObserved, type ObservedCall, paymentBooked, receiptCallsObserved, standInEntered } from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, OPERATOR, openQuality, payment, type Quality } from './support.ts';

const PARTNER = '77777777777';
const OTHER = '66666666666';
const STATION = `${PARTNER}_01`;
const MORNING = at('2026-03-10T10:00:00+01:00');
const caller = (tenant: string, role: Principal['role'] = 'PARTNER'): Principal => {
  return { subject: tenant, role, tenant, expiresAt: Number.MAX_SAFE_INTEGER };
};

let quality: Quality;
beforeAll(async () => {
  quality = await openQuality('2026-05-02T12:00:00+02:00');
  const station = (code: string, broker: string, paymentOptions: boolean) => ({
    kind: 'station' as const,
    code,
    data: {
      code,
      broker,
      enabled: true,
      primitiveVersion: 2 as const,
      endpoint: 'https://comune.example.it/pa',
      password: 'x'.repeat(20),
      standInFlag: false,
      paymentOptions,
    },
  });
  const broker = (code: string) => {
    return { kind: 'creditorBroker' as const, code, data: { code, name: 'Broker', enabled: true, extendedFaultBean: false } };
  };
  await quality.know(broker(PARTNER), broker(OTHER), station(STATION, PARTNER, true), station(`${PARTNER}_02`, PARTNER, false), {
    kind: 'maintenance',
    code: `${STATION}/m`,
    data: { station: STATION, start: toIso(MORNING), end: toIso(MORNING + HOUR), standIn: true },
  });
  await stateFacts();
  await quality.settled();
});
afterAll(() => quality?.[Symbol.asyncDispose]());

/** Ten calls in the maintenance, all timed out; ten in the afternoon, of which one. Two receipts, one not taken. One Stand-In, one payment. */
async function stateFacts(): Promise<void> {
  const call = (instant: number, change: Partial<ObservedCall> = {}): ObservedCall => ({
    at: toIso(instant),
    direction: 'NODE_TO_CREDITOR',
    method: 'paGetPaymentV2',
    station: STATION,
    broker: PARTNER,
    durationMs: 500,
    outcome: 'OK',
    ...change,
  });
  const timeout = { durationMs: 7_000, outcome: 'TIMEOUT' as const };
  const ten = Array.from({ length: 10 }, (_, index) => index);
  const batch = (calls: ObservedCall[]) => {
    return { batch: globalThis.crypto.randomUUID(), from: toIso(MORNING), to: toIso(MORNING + HOUR), calls };
  };
  await quality.state(
    callsObserved,
    batch([
      ...ten.map((index) => call(MORNING + index * MINUTE, timeout)),
      ...ten.map((index) => call(MORNING + 5 * HOUR + index * MINUTE, index === 0 ? timeout : {})),
      call(MORNING, { ...timeout, probe: true }),
    ]),
  );
  const receipt = { method: 'paSendRTV2' };
  await quality.state(
    receiptCallsObserved,
    batch([call(MORNING + 6 * HOUR, receipt), call(MORNING + 6 * HOUR, { ...receipt, outcome: 'KO', faultCode: 'PAA_SYSTEM_ERROR' })]),
  );
  await quality.state(standInEntered, {
    stationCode: STATION,
    brokerCode: PARTNER,
    creditors: [PARTNER],
    reason: 'timeouts',
    at: toIso(MORNING),
    revision: 1,
  });
  const booked = { outcome: 'OK' as const, outcomeAt: toIso(MORNING), status: 'PAID' as const, revision: 2 };
  await quality.state(paymentBooked, payment('booked', { ...booked, activatedAt: toIso(MORNING) }));
}

const FIELDS = `id state outcome manualOutcome qualified revision
  modules { module outcome manualOutcome evidenceUnchanged figures { period part whole share outcome } }`;
interface Found {
  id: string;
  state: string;
  outcome: string;
  qualified: boolean;
  revision: number;
  modules: {
    module: string;
    outcome: string;
    evidenceUnchanged: boolean | null;
    figures: { period: string; share: string; outcome: string }[];
  }[];
}

async function mutate(field: string, principal = OPERATOR, variables: Record<string, unknown> = {}): Promise<Found> {
  const declared = variables.input === undefined ? '' : '($input: QualificationInput!)';
  const answer = await quality.run<{ done: Found }>(`mutation ${declared} { done: ${field} { ${FIELDS} } }`, principal, variables);
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data.done;
}
const input = (modules: object[], change = {}) => {
  return { input: { partnerCode: PARTNER, title: 'Primo trimestre', fromMonth: '2026-03', toMonth: '2026-04', modules, ...change } };
};

describe('a qualification', () => {
  const MODULES = [
    { module: 'A_1', configuration: { eligibilityThreshold: 9, tolerance: 1, excludePlannedShutdown: true } },
    { module: 'B_1', configuration: { institutionCount: 1, transactionCount: 1 } },
    { module: 'B_2', configuration: { tolerance: 49, excludePlannedShutdown: true } },
    { module: 'B_3' },
    { module: 'B_6', configuration: { tolerance: 50 } },
    { module: 'B_7' },
    { module: 'B_8' },
    { module: 'B_9', configuration: { tolerance: 40 } },
  ];
  let id: string;

  it('is drafted, planned and executed when its period is over', async () => {
    const draft = await mutate('createQualification(input: $input)', OPERATOR, input(MODULES));
    expect(draft).toMatchObject({ state: 'BOZZA', outcome: 'STANDBY', qualified: false, revision: 1 });
    id = draft.id;
    const edited = await mutate(`editQualification(id: "${id}", revision: 1, input: $input)`, OPERATOR, input(MODULES, { title: 'T' }));
    expect(edited).toMatchObject({ state: 'BOZZA', revision: 2 });
    await expect(mutate(`editQualification(id: "${id}", revision: 1, input: $input)`, OPERATOR, input(MODULES))).rejects.toThrow(
      /revision 2/,
    );
    expect(await mutate(`planQualification(id: "${id}")`)).toMatchObject({ state: 'PIANIFICATA' });
    const future = await mutate('createQualification(input: $input)', OPERATOR, input([{ module: 'B_3' }], { toMonth: '2026-05' }));
    await mutate(`planQualification(id: "${future.id}")`);
    expect(await quality.job('PARTNER_QUALIFICATION')).toMatchObject({ state: 'SUCCEEDED', processed: 1 });
  });

  it('has the figures of each module by month and in total', async () => {
    const { data } = await quality.run<{ qualification: Found }>(`{ qualification(id: "${id}") { ${FIELDS} } }`, caller(PARTNER));
    expect(data?.qualification).toMatchObject({ state: 'ESEGUITA', outcome: 'STANDBY', qualified: false });
    const modules = new Map(data!.qualification.modules.map((each) => [each.module, each]));
    expect(Object.fromEntries([...modules].map(([code, { outcome }]) => [code, outcome]))).toEqual({
      A_1: 'OK',
      B_1: 'OK',
      B_2: 'OK',
      B_3: 'KO',
      B_6: 'OK',
      B_7: 'STANDBY',
      B_8: 'OK',
      B_9: 'KO',
    });
    // The calls of the maintenance are left out: one of ten, and two receipts, timed out.
    expect(modules.get('A_1')?.figures).toEqual([
      { period: '2026-03', part: '1', whole: '12', share: '8.33333', outcome: 'OK' },
      { period: '2026-04', part: '0', whole: '0', share: null, outcome: 'OK' },
      { period: 'TOTALE', part: '1', whole: '12', share: '8.33333', outcome: 'OK' },
    ]);
    expect(modules.get('B_6')?.figures).toEqual([{ period: 'TOTALE', part: '1', whole: '2', share: '50.00000', outcome: 'OK' }]);
    expect(modules.get('B_9')?.figures.at(-1)).toMatchObject({ period: 'TOTALE', share: '50.00000', outcome: 'KO' });
    expect([...modules.values()].every(({ evidenceUnchanged }) => evidenceUnchanged)).toBe(true);
  });

  it('can be decided by a person, with a reason that is kept', async () => {
    await expect(mutate(`overrideQualification(id: "${id}", module: B_7, outcome: OK, reason: " ")`)).rejects.toThrow(
      /a reason of 3 to 500/,
    );
    await expect(mutate(`overrideQualification(id: "${id}", module: C_1, outcome: OK, reason: "seen")`)).rejects.toThrow(/not switched on/);
    expect(await mutate(`overrideQualification(id: "${id}", module: B_7, outcome: OK, reason: "seen on site")`)).toMatchObject({
      outcome: 'KO',
    });
    await mutate(`overrideQualification(id: "${id}", module: B_3, outcome: OK, reason: "our own network")`);
    expect(await mutate(`overrideQualification(id: "${id}", module: B_9, outcome: OK, reason: "one of two")`)).toMatchObject({
      outcome: 'OK',
      qualified: true,
    });
    expect(await mutate(`overrideQualification(id: "${id}", outcome: KO, reason: "contract ended")`)).toMatchObject({ outcome: 'KO' });
    expect(await mutate(`overrideQualification(id: "${id}", outcome: null, reason: "it was renewed")`)).toMatchObject({ outcome: 'OK' });
    const { data } = await quality.run<{ qualification: { audit: { action: string; module: string | null; detail: string | null }[] } }>(
      `{ qualification(id: "${id}") { audit { actor action module detail } } }`,
      caller(PARTNER),
    );
    expect(data?.qualification.audit.map(({ action }) => action)).toEqual([
      ...Array.from({ length: 5 }, () => 'OVERRIDE'),
      'FINISH',
      'RUN',
      'PLAN',
      'EDIT',
      'CREATE',
    ]);
    expect(data?.qualification.audit[1]).toEqual({ actor: 'o', action: 'OVERRIDE', module: null, detail: 'KO: contract ended' });
  });

  it('goes into the archive and back, and cannot be edited or deleted any more', async () => {
    await expect(mutate(`deleteQualification(id: "${id}")`)).rejects.toThrow(/possible in BOZZA, PIANIFICATA/);
    expect(await mutate(`archiveQualification(id: "${id}")`)).toMatchObject({ state: 'ARCHIVIATA' });
    await expect(mutate(`overrideQualification(id: "${id}", outcome: KO, reason: "late")`)).rejects.toThrow(/ARCHIVIATA/);
    expect(await mutate(`restoreQualification(id: "${id}")`)).toMatchObject({ state: 'ESEGUITA' });
    const other = await mutate('createQualification(input: $input)', OPERATOR, input([{ module: 'B_3' }]));
    expect(await mutate(`deleteQualification(id: "${other.id}")`)).toMatchObject({ state: 'CANCELLATA' });
  });

  it('is seen by its partner only', async () => {
    const query = `{ qualification(id: "${id}") { id } qualifications { edges { node { id partnerCode } } } }`;
    expect((await quality.run(query, caller(OTHER))).data).toEqual({ qualification: null, qualifications: { edges: [] } });
    const { data } = await quality.run<{ qualifications: { edges: unknown[] } }>(query, caller(PARTNER, 'EC'));
    expect(data?.qualifications.edges).toHaveLength(3);
    const foreign = await quality.run(`{ qualifications(partnerCode: "${PARTNER}") { edges { cursor } } }`, caller(OTHER));
    expect(foreign.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const plan = await quality.run(`mutation { planQualification(id: "${id}") { id } }`, caller(PARTNER));
    expect(plan.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('leads to what a module counts, and says when that has changed', async () => {
    const query = `{ qualification(id: "${id}") { modules { module evidenceUnchanged evidence(first: 1) { edges { cursor node { subject part whole } } } } } }`;
    const read = async () =>
      (
        await quality.run<{
          qualification: { modules: { module: string; evidenceUnchanged: boolean; evidence: { edges: { node: object }[] } }[] };
        }>(query, caller(PARTNER))
      ).data!.qualification.modules.find(({ module }) => module === 'B_3');
    expect(await read()).toMatchObject({
      evidenceUnchanged: true,
      evidence: { edges: [{ node: { subject: STATION, part: '1', whole: '1' } }] },
    });
    await quality.state(standInEntered, {
      stationCode: STATION,
      brokerCode: PARTNER,
      creditors: [],
      reason: 'again',
      at: toIso(MORNING + HOUR),
      revision: 2,
    });
    await quality.settled();
    expect(await read()).toMatchObject({ evidenceUnchanged: false });
  });

  it.each([
    [{ partnerCode: 'nobody' }, 'the code of a broker of creditors'],
    [{ title: ' ' }, '1 to 200 characters'],
    [{ fromMonth: '2026-3' }, 'a month such as 2026-03'],
    [{ toMonth: '2027-03' }, 'a month from 2026-03 to 2027-02'],
    [{ modules: [] }, 'at least one module'],
    [{ modules: [{ module: 'B_3' }, { module: 'B_3' }] }, 'each once'],
    [{ modules: [{ module: 'B_3', configuration: { tolerance: 101 } }] }, 'a number from 0 to 100'],
  ])('says what is wrong with %j', async (change, expected) => {
    await expect(mutate('createQualification(input: $input)', OPERATOR, input([{ module: 'B_3' }], change))).rejects.toThrow(expected);
  });
});

describe('figures from elsewhere', () => {
  const RECORD =
    'mutation ($figures: [PartnerFigureInput!]!) { recordPartnerFigures(figures: $figures) { recorded issues { index path } } }';
  const figure = (part: number, whole: number, change = {}) => {
    return { partnerCode: PARTNER, module: 'B_8', from: toIso(MORNING), until: toIso(MORNING + HOUR), part, whole, ...change };
  };
  const record = async (...figures: object[]) => (await quality.run(RECORD, OPERATOR, { figures })).data;

  it('are recorded one by one, replace those before, and decide', async () => {
    expect(await record(figure(900, 1_000))).toEqual({ recordPartnerFigures: { recorded: 1, issues: [] } });
    expect(
      await record(
        figure(61, 1_000),
        figure(1, 1),
        figure(1, 1, { partnerCode: 'nobody', subject: 'a' }),
        figure(1, 1, { module: 'A_1' }),
        figure(1, 1, { module: 'B_7' }),
        figure(1, 1, { until: toIso(MORNING) }),
        figure(1, 1, { subject: 'b', until: toIso(quality.clock.now() + HOUR), from: toIso(quality.clock.now()) }),
        figure(-1, 1, { subject: 'c' }),
        figure(1, 1, { subject: 'x'.repeat(36) }),
      ),
    ).toEqual({
      recordPartnerFigures: {
        recorded: 1,
        issues: ['subject', 'partnerCode', 'module', 'module', 'until', 'until', 'part', 'subject'].map((path, index) => {
          return { index: index + 1, path };
        }),
      },
    });
    const { id } = await mutate('createQualification(input: $input)', OPERATOR, input([{ module: 'B_8' }]));
    await mutate(`planQualification(id: "${id}")`);
    await quality.job('PARTNER_QUALIFICATION');
    const { data } = await quality.run<{ qualification: Found }>(`{ qualification(id: "${id}") { ${FIELDS} } }`, OPERATOR);
    expect(data?.qualification).toMatchObject({ outcome: 'KO', modules: [{ figures: [{ share: '6.10000' }, {}, { share: '6.10000' }] }] });
    expect((await quality.run(RECORD, OPERATOR, { figures: [] })).errors?.[0]?.message).toContain('1 to 1000 figures');
  });

  it('stops that were not planned are left out where that is configured', async () => {
    const stop = (reason: string, until: number, station = STATION) =>
      quality.run(
        `mutation { recordStationShutdown(station: "${station}", from: "${toIso(MORNING + 5 * HOUR)}", until: "${toIso(until)}", reason: "${reason}") }`,
        OPERATOR,
      );
    expect((await stop('', MORNING + 6 * HOUR)).errors?.[0]?.message).toContain('a reason of 3 to 500');
    expect((await stop('power', MORNING)).errors?.[0]?.message).toContain('an instant after from');
    expect((await stop('power', MORNING + 6 * HOUR, 'nothing')).errors?.[0]?.message).toContain('the code of a station');
    expect((await stop('power', MORNING + 6 * HOUR)).data).toEqual({ recordStationShutdown: true });
    const configuration = { excludePlannedShutdown: true, excludeUnplannedShutdown: true };
    const { id } = await mutate('createQualification(input: $input)', OPERATOR, input([{ module: 'A_1', configuration }]));
    await mutate(`planQualification(id: "${id}")`);
    await quality.job('PARTNER_QUALIFICATION');
    const { data } = await quality.run<{ qualification: Found }>(`{ qualification(id: "${id}") { ${FIELDS} } }`, OPERATOR);
    // Only the two receipts are left.
    expect(data?.qualification.modules[0]?.figures.at(-1)).toMatchObject({ part: '0', whole: '2', outcome: 'OK' });
  });
});

it('modules are described', async () => {
  const { data } = await quality.run<{ partnerModules: object[] }>(
    '{ partnerModules { module title counts fromPlatform manual defaults { tolerance evaluationType } } }',
    caller(PARTNER),
  );
  expect(data?.partnerModules).toHaveLength(13);
  expect(data?.partnerModules[5]).toEqual({
    module: 'B_4',
    title: 'Integration with ACA',
    counts: 'paCreatePosition calls, of all positions loaded',
    fromPlatform: false,
    manual: false,
    defaults: { tolerance: 1, evaluationType: 'TOTALE' },
  });
});
