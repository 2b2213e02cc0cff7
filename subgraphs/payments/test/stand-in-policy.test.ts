import type { Station } from '@nodo-aperto/kernel/directory';
import { until } from '@nodo-aperto/kernel/testing';
import { HOUR, MINUTE, SECOND, toIso } from '@nodo-aperto/kernel/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activate, send, statesOf, verify } from './support/operations.ts';
import { CHANNEL, CREDITOR, OTHER_PSP, PLAIN_CHANNEL, PSP, STATION } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
const operator = caller('OPERATOR');
let subgraph: TestSubgraph;
beforeEach(async () => {
  subgraph = await startSubgraph();
});
afterEach(() => subgraph[Symbol.asyncDispose]());

async function configure(change: Partial<Station>): Promise<void> {
  const station = (await subgraph.services.directory.station(STATION)) as Station;
  await subgraph.put('station', STATION, { ...station, ...change });
}

async function loaded(change: Parameters<TestSubgraph['load']>[1] = {}): Promise<string> {
  const noticeNumber = subgraph.newNotice();
  await subgraph.load(noticeNumber, change);
  return noticeNumber;
}

async function request(count: number): Promise<(boolean | null)[]> {
  const flags: (boolean | null)[] = [];
  for (let index = 0; index < count; index += 1) flags.push((await verify(subgraph, psp, await loaded())).standin);
  return flags;
}

async function standInOf<Shape>(selection: string, principal = operator): Promise<Shape> {
  const { _entities } = await subgraph.query<{ _entities: { standIn: Shape }[] }>(
    principal,
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Station { standIn { ${selection} } } } }`,
    { of: [{ __typename: 'Station', code: STATION }] },
  );
  return _entities[0]?.standIn as Shape;
}

async function refusals(): Promise<{ guard: string; reason: string; told: string; primitive: string }[]> {
  const { standInRefusals } = await subgraph.query<{
    standInRefusals: { edges: { node: { guard: string; reason: string; told: string; primitive: string } }[] };
  }>(operator, '{ standInRefusals { edges { node { guard reason told primitive } } } }');
  return standInRefusals.edges.map(({ node }) => node);
}

const opened = (): Promise<unknown> => until(() => subgraph.services.stations.standIn(STATION), { what: 'the station is in Stand-In' });

describe('the figures of the policy', () => {
  it('are settings: a station opens and closes by them', async () => {
    await subgraph.settings({ standInBreaker: { faults: 2, goodProbes: 1 } });
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(2);
    await opened();
    expect(await standInOf('entryCondition exitCondition judgement health')).toEqual({
      entryCondition: expect.stringContaining('2 calls or more'),
      exitCondition: '1 probes in a row that the station answers, one every 10 seconds',
      judgement: '0 of 1 probes in a row were answered',
      health: 'STAND_IN',
    });
    subgraph.creditor.behaviour = 'ANSWERS';
    await subgraph.job('STATION_PROBE');
    expect(await standInOf('active health')).toEqual({ active: false, health: 'ANSWERING' });
  });

  it('of pagopa may have slots of any length', async () => {
    await subgraph.settings({ standInProfile: 'pagopa', standInPagopa: { slotMinutes: 1, slots: 2 } });
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    // From the beginning of a minute on, so that no three requests fall into two of them.
    const nextMinute = (): void => subgraph.clock.advance(MINUTE - (subgraph.clock.now() % MINUTE));
    nextMinute();
    for (let minute = 0; minute < 2; minute += 1) {
      await request(3);
      nextMinute();
    }
    await subgraph.job('STAND_IN_EVALUATION');
    expect(await standInOf('active reason slots { calls faults failed }')).toMatchObject({
      active: true,
      // The share is that of the hour: 10 % at night.
      reason: expect.stringMatching(/^2 of 2 slots of 1 minutes failed, 2 with more than (5|10) % of the traffic$/),
      slots: [
        { calls: 3, faults: 3, failed: true },
        { calls: 3, faults: 3, failed: true },
      ],
    });
  });

  it('may be otherwise for one station', async () => {
    await configure({ standInPolicy: { profile: 'pagopa', perRequestFallback: false } });
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    expect(await request(6)).toEqual(Array.from({ length: 6 }, () => null));
    await subgraph.job('STAND_IN_EVALUATION');
    expect(await standInOf('active profile perRequestFallback forced')).toEqual({
      active: false,
      profile: 'pagopa',
      perRequestFallback: false,
      forced: null,
    });
  });
});

describe('a station that its configuration keeps', () => {
  it('in is never called', async () => {
    await configure({ standInPolicy: { forced: 'IN' } });
    expect(await request(2)).toEqual([true, true]);
    expect(subgraph.creditor.calls).toEqual([]);
    expect(await standInOf('active decidedBy reason exitCondition')).toEqual({
      active: true,
      decidedBy: 'CONFIGURATION',
      reason: expect.stringContaining('configuration'),
      exitCondition: expect.stringContaining('forced is IN'),
    });
  });

  it('out is always called, and left by the policy when it was in', async () => {
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(5);
    await opened();
    await configure({ standInPolicy: { forced: 'OUT', perRequestFallback: false } });
    const before = subgraph.creditor.calls.length;
    expect(await request(1)).toEqual([null]);
    expect(subgraph.creditor.calls.length).toBe(before + 1);
    await subgraph.job('STAND_IN_EVALUATION');
    expect(await standInOf('active periods { leftBecause }')).toEqual({
      active: false,
      periods: [{ leftBecause: 'its configuration keeps it out of Stand-In' }],
    });
    const enter = `mutation { enterStandIn(station: "${STATION}", reason: "x") { code } }`;
    expect((await subgraph.execute(operator, enter)).errors?.[0]?.extensions.code).toBe('CONFLICT');
  });
});

describe('the story of a station', () => {
  it('has its periods with reasons and figures, and what was paid in them', async () => {
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(5);
    await opened();
    const token = (await activate(subgraph, psp, await loaded())).paymentToken ?? '';
    await send(subgraph, psp, (await activate(subgraph, psp, await loaded())).paymentToken ?? '', 'KO');
    await subgraph.query(operator, `mutation { enterStandIn(station: "${STATION}", reason: "known outage") { code } }`);
    await subgraph.query(operator, `mutation { leaveStandIn(station: "${STATION}", reason: "mended") { code } }`);
    const { periods, history } = await standInOf<{ periods: object[]; history: { reason: string }[] }>(
      'periods { enteredAt enteredBy enteredBecause profile slots { calls faults faultPercentage failed } leftAt leftBy leftBecause payments totalAmount } history { reason }',
    );
    expect(periods).toEqual([
      {
        enteredAt: expect.any(String),
        enteredBy: 'POLICY',
        enteredBecause: '5 of 5 calls (100 %) failed in the last 10 seconds',
        profile: 'breaker',
        slots: expect.arrayContaining([expect.objectContaining({ faultPercentage: 100, failed: true })]),
        leftAt: expect.any(String),
        leftBy: 'HAND',
        leftBecause: 'mended',
        payments: 1,
        totalAmount: 10_000,
      },
    ]);
    expect(history.map(({ reason }) => reason)).toEqual(['mended', 'known outage', '5 of 5 calls (100 %) failed in the last 10 seconds']);
    expect((await statesOf(subgraph, psp, token)).payment).toBe('PAYING');
  });

  it('tells early that calls fail, and when they are answered again', async () => {
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(3);
    await until(async () => (await standInOf<{ health: string }>('health')).health === 'FAILING', { what: 'the station is failing' });
    subgraph.creditor.behaviour = 'ANSWERS';
    subgraph.clock.advance(30 * SECOND);
    await subgraph.job('STAND_IN_EVALUATION');
    expect(await standInOf('health active')).toEqual({ health: 'ANSWERING', active: false });
    const document = `{ stationEventLog(stationCode: "${STATION}") { edges { node { name health entered reason } } } }`;
    await subgraph.bus.settled(10_000);
    const { stationEventLog } = await subgraph.query<{ stationEventLog: { edges: { node: object }[] } }>(caller('EC', CREDITOR), document);
    expect(stationEventLog.edges.map(({ node }) => node)).toEqual([
      { name: 'station.health-changed', health: 'FAILING', entered: null, reason: expect.stringMatching(/calls \(100 %\) failed/) },
      { name: 'station.health-changed', health: 'ANSWERING', entered: null, reason: '0 of 0 calls (0 %) failed in the last 10 seconds' },
    ]);
  });

  it('announces its maintenances', async () => {
    const now = subgraph.clock.now();
    const put = (start: number, end: number, standIn: boolean): Promise<void> => {
      const data = { station: STATION, start: toIso(start), end: toIso(end), standIn };
      return subgraph.put('maintenance', `${STATION}/${data.start}`, data);
    };
    await put(now + 80 * HOUR, now + 82 * HOUR, true);
    await put(now + 73 * HOUR, now + 74 * HOUR, false);
    await put(now - 2 * HOUR, now - HOUR, true);
    expect(await standInOf('active announced { start standIn }')).toEqual({
      active: false,
      announced: [
        { start: toIso(now + 73 * HOUR), standIn: false },
        { start: toIso(now + 80 * HOUR), standIn: true },
      ],
    });
    subgraph.clock.advance(81 * HOUR);
    expect(await standInOf('active decidedBy since')).toEqual({ active: true, decidedBy: 'MAINTENANCE', since: toIso(now + 80 * HOUR) });
  });
});

describe('limits of exposure', () => {
  it('bound payments in Stand-In, and operators see the true reason', async () => {
    await configure({ standInPolicy: { forced: 'IN', exposureLimits: { periodMinutes: 60, payments: 2, singleAmount: 50_000 } } });
    const large = await loaded({ amount: 50_001 });
    expect((await verify(subgraph, psp, large)).fault?.code).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
    const tokens: string[] = [];
    for (let index = 0; index < 2; index += 1) tokens.push((await activate(subgraph, psp, await loaded())).paymentToken ?? '');
    const third = await loaded();
    for (const answer of [await verify(subgraph, psp, third), await activate(subgraph, psp, third)])
      expect(answer.fault?.code).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
    expect(await standInOf('exposure { periodMinutes payments totalAmount mostPayments mostTotalAmount mostSingleAmount }')).toEqual({
      exposure: { periodMinutes: 60, payments: 2, totalAmount: 20_000, mostPayments: 2, mostTotalAmount: null, mostSingleAmount: 50_000 },
    });
    expect((await refusals()).map(({ guard, primitive, reason }) => [guard, primitive, reason.slice(0, 43)])).toEqual([
      ['EXPOSURE_LIMIT', 'activatePaymentNoticeV2', 'The station has 2 payments in Stand-In in 6'],
      ['EXPOSURE_LIMIT', 'verifyPaymentNotice', 'The station has 2 payments in Stand-In in 6'],
      ['EXPOSURE_LIMIT', 'verifyPaymentNotice', 'A payment of 500,01 euro is above the limit'],
    ]);
    // What failed makes room again, and so does time.
    await send(subgraph, psp, tokens[0] ?? '', 'KO');
    expect((await activate(subgraph, psp, third)).outcome).toBe('OK');
    subgraph.clock.advance(HOUR + SECOND);
    expect((await activate(subgraph, psp, await loaded())).outcome).toBe('OK');
  });

  it('hold when many activate at once', async () => {
    await subgraph.settings({ exposureLimits: { periodMinutes: 60, totalAmount: 35_000 } });
    await configure({ standInPolicy: { forced: 'IN' } });
    const notices = await Promise.all(Array.from({ length: 12 }, () => loaded()));
    const answers = await Promise.all(notices.map((notice) => activate(subgraph, psp, notice)));
    expect(answers.filter(({ outcome }) => outcome === 'OK')).toHaveLength(3);
    const claims = await subgraph.database.query('select from notice where claim_id is not null');
    expect(claims).toEqual([]);
  });
});

describe('an asynchronous station', () => {
  beforeEach(() => configure({ asynchronous: true, standInPolicy: { forced: 'IN' } }));

  it('is answered for from the loaded position, without a call and without Stand-In', async () => {
    const noticeNumber = await loaded({ aca: false, payStandIn: false });
    expect(await verify(subgraph, psp, noticeNumber)).toMatchObject({ outcome: 'OK', standin: false, paymentList: [{ amount: 10_000 }] });
    const activated = await activate(subgraph, psp, noticeNumber);
    expect(activated).toMatchObject({ outcome: 'OK', standin: false, totalAmount: 10_000, payment: { standIn: false } });
    expect((await send(subgraph, psp, activated.paymentToken ?? '')).outcome).toBe('OK');
    expect(subgraph.creditor.calls).toEqual([]);
    expect(await standInOf('active asynchronous entryCondition')).toEqual({
      active: false,
      asynchronous: true,
      entryCondition: 'It is never in Stand-In.',
    });
  });

  it('refuses as its creditor would', async () => {
    for (const [notice, code] of [
      [subgraph.newNotice(), 'PAA_PAGAMENTO_SCONOSCIUTO'],
      [await loaded({ aca: false, status: 'INVALID' }), 'PAA_PAGAMENTO_ANNULLATO'],
    ] as const)
      for (const answer of [await verify(subgraph, psp, notice), await activate(subgraph, psp, notice)])
        expect(answer).toMatchObject({ outcome: 'KO', fault: { code: 'PPT_ERRORE_EMESSO_DA_PAA', id: CREDITOR, originalFaultCode: code } });
    expect(await refusals()).toEqual([]);
  });
});

describe('the flag', () => {
  it('is explained to who uses the channel', async () => {
    const ask = async (who: typeof psp, channel: string) =>
      (
        await subgraph.query<{ standInVisibility: { shown: boolean; reason: string } | null }>(
          who,
          'query ($channel: String!) { standInVisibility(channelCode: $channel) { shown reason } }',
          { channel },
        )
      ).standInVisibility;
    expect(await ask(psp, CHANNEL)).toMatchObject({ shown: true });
    expect(await ask(psp, PLAIN_CHANNEL)).toEqual({ shown: false, reason: expect.stringContaining('not configured for the flag') });
    expect(await ask(operator, PLAIN_CHANNEL)).toMatchObject({ shown: false });
    expect(await ask(caller('PARTNER', PSP), CHANNEL)).toMatchObject({ shown: true });
    expect(await ask(caller('PSP', OTHER_PSP), CHANNEL)).toBeNull();
    expect(await ask(psp, 'nobody')).toBeNull();
  });
});

describe('the evidence of calls', () => {
  it('tells every call once, in batches, to operators only', async () => {
    const notice = await loaded();
    await verify(subgraph, psp, notice);
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    const { paymentToken } = await activate(subgraph, psp, notice);
    await send(subgraph, psp, paymentToken ?? '', 'KO');
    await activate(subgraph, psp, notice, { expirationTime: 1_800_001 });
    await request(4);
    await opened();
    await subgraph.job('STATION_PROBE');
    const calls = async (): Promise<Record<string, unknown>[]> => {
      const rows = await subgraph.database.query<{ data: { calls: Record<string, unknown>[] }; audience: string[] }>(
        `select data, audience from outbox where name = 'calls.observed' order by sequence`,
      );
      expect(rows.every(({ audience }) => audience.length === 0)).toBe(true);
      return rows.flatMap(({ data }) => data.calls);
    };
    await until(async () => (await calls()).some((call) => call.probe === true), { what: 'the evidence is stated' });
    const all = await calls();
    const shown = all.map(({ method, outcome, faultCode, standIn, probe }) => ({ method, outcome, faultCode, standIn, probe }));
    const call = (method: string, outcome: string, rest: object = {}) => ({ method, outcome, ...rest });
    expect(shown.slice(0, 6)).toEqual([
      call('paVerifyPaymentNotice', 'OK'),
      call('verifyPaymentNotice', 'OK'),
      call('paGetPaymentV2', 'SERVICE_NOT_ACTIVE'),
      call('activatePaymentNoticeV2', 'OK', { standIn: true }),
      call('sendPaymentOutcome', 'OK'),
      call('activatePaymentNoticeV2', 'KO', { faultCode: 'PPT_SINTASSI_EXTRAXSD' }),
    ]);
    expect(shown.at(-1)).toEqual(call('paVerifyPaymentNotice', 'SERVICE_NOT_ACTIVE', { probe: true }));
    expect(all[0]).toMatchObject({ direction: 'NODE_TO_CREDITOR', broker: CREDITOR, creditor: CREDITOR, station: STATION });
    expect(all[1]).toMatchObject({ direction: 'PSP_TO_NODE', psp: PSP, channel: CHANNEL, creditor: CREDITOR, station: STATION });
    for (const { durationMs } of all) expect(durationMs).toBeGreaterThanOrEqual(0);
  });
});
