import { until } from '@nodo-aperto/kernel/testing';
import { MINUTE, SECOND } from '@nodo-aperto/kernel/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activate, verify } from './support/operations.ts';
import { CREDITOR, OLD_STATION, OTHER_CREDITOR, PSP, STATION } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
const operator = caller('OPERATOR');
let subgraph: TestSubgraph;
beforeEach(async () => {
  subgraph = await startSubgraph();
});
afterEach(() => subgraph[Symbol.asyncDispose]());

interface StandIn {
  active: boolean;
  since: string | null;
  reason: string | null;
  decidedBy: string | null;
  profile: string;
  slots: { calls: number; faults: number; share: number; failed: boolean }[];
  exitCondition: string;
  lastFault: string | null;
  probes: { result: string; answer: string }[];
  history: { entered: boolean; decidedBy: string; reason: string }[];
}

async function standInOf(principal = operator, station = STATION): Promise<StandIn | null> {
  const { _entities } = await subgraph.query<{ _entities: { standIn: StandIn | null }[] }>(
    principal,
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Station { standIn { active since reason decidedBy profile exitCondition lastFault
      slots { from calls faults share failed } probes { at result answer elapsedMs } history { at entered decidedBy reason } } } } }`,
    { of: [{ __typename: 'Station', code: station }] },
  );
  return _entities[0]?.standIn ?? null;
}

/** So many requests for notices of ACA. */
async function request(count: number): Promise<(boolean | null)[]> {
  const flags: (boolean | null)[] = [];
  for (let index = 0; index < count; index += 1) {
    const noticeNumber = subgraph.newNotice();
    await subgraph.load(noticeNumber);
    flags.push((await verify(subgraph, psp, noticeNumber)).standin);
  }
  return flags;
}

async function opened(): Promise<void> {
  await until(() => subgraph.services.stations.standIn(STATION), { what: 'the station is in Stand-In' });
}

describe('station mode under profile breaker', () => {
  it('opens at five failed calls, calls the station no more, and closes after three good probes', async () => {
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    expect(await request(4)).toEqual([true, true, true, true]);
    expect((await standInOf())?.active).toBe(false);
    await request(1);
    await opened();

    const called = subgraph.creditor.calls.length;
    expect(await request(20)).toEqual(Array.from({ length: 20 }, () => true));
    const absent = await activate(subgraph, psp, subgraph.newNotice());
    expect(absent.fault?.code).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
    expect(subgraph.creditor.calls).toHaveLength(called);
    expect(await standInOf()).toMatchObject({
      active: true,
      decidedBy: 'POLICY',
      profile: 'breaker',
      reason: '5 of 5 calls (100 %) failed in the last 10 seconds',
      exitCondition: expect.stringContaining('3 probes in a row'),
      lastFault: 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO',
    });

    expect(await subgraph.job('STATION_PROBE')).toBe(1);
    subgraph.creditor.behaviour = 'ANSWERS';
    await subgraph.job('STATION_PROBE');
    await subgraph.job('STATION_PROBE');
    expect((await standInOf())?.active).toBe(true);
    await subgraph.job('STATION_PROBE');
    const after = await standInOf();
    expect(after).toMatchObject({ active: false, since: null, reason: null, decidedBy: null });
    expect(after?.probes.map(({ result, answer }) => [result, answer.slice(0, 25)])).toEqual([
      ['GOOD', 'PAA_PAGAMENTO_SCONOSCIUTO'],
      ['GOOD', 'PAA_PAGAMENTO_SCONOSCIUTO'],
      ['GOOD', 'PAA_PAGAMENTO_SCONOSCIUTO'],
      ['FAILED', 'SERVICE_NOT_ACTIVE: HTTP '],
    ]);
    expect(after?.history.map(({ entered, decidedBy }) => ({ entered, decidedBy }))).toEqual([
      { entered: false, decidedBy: 'POLICY' },
      { entered: true, decidedBy: 'POLICY' },
    ]);
    expect(await request(2)).toEqual([false, false]);
    // The failures from before its recovery do not put it in again at the first new one.
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(1);
    expect((await standInOf())?.active).toBe(false);
  });

  it('is not opened by one failure in ten, nor by KOs and wrong answers', async () => {
    for (let round = 0; round < 8; round += 1) {
      subgraph.creditor.behaviour = 'UNAVAILABLE';
      await request(1);
      subgraph.creditor.behaviour = 'ANSWERS';
      await request(9);
    }
    for (const behaviour of ['REFUSES', 'MALFORMED', 'BROKEN'] as const) {
      subgraph.creditor.behaviour = behaviour;
      await request(10);
    }
    await subgraph.job('STAND_IN_EVALUATION');
    expect(await standInOf()).toMatchObject({ active: false, history: [] });
  });

  it('counts a probe that any well-formed answer comes to', async () => {
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(5);
    await opened();
    subgraph.creditor.behaviour = 'ANSWERS';
    subgraph.creditor.probeFaultCode = 'PAA_ID_DOMINIO_ERRATO';
    for (let probe = 0; probe < 3; probe += 1) await subgraph.job('STATION_PROBE');
    const { active, probes } = (await standInOf()) as StandIn;
    expect({ active, answers: probes.map((probe) => probe.answer) }).toEqual({
      active: false,
      answers: Array.from({ length: 3 }, () => 'PAA_ID_DOMINIO_ERRATO'),
    });
  });

  it('keeps the stations of one creditor apart', async () => {
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(5);
    await opened();
    subgraph.creditor.behaviour = 'ANSWERS';
    expect((await verify(subgraph, psp, subgraph.newNotice('03'))).standin).toBe(false);
    expect((await standInOf(operator, OLD_STATION))?.active).toBe(false);
  });

  it('is stated to those whom it concerns, and to nobody else', async () => {
    const document =
      'query ($after: String) { stationEventLog(after: $after) { edges { node { name entered stationCode reason station { code } } } } }';
    const log = async (principal = operator) =>
      (await subgraph.query<{ stationEventLog: { edges: { node: { name: string } }[] } }>(principal, document)).stationEventLog.edges
        .map(({ node }) => node.name)
        // That it begins to fail is stated too, unless it enters at once.
        .filter((name) => name !== 'station.health-changed');
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(5);
    await opened();
    await subgraph.query(operator, 'mutation { leaveStandIn(station: "66666666666_01", reason: "mended") { code } }');
    await until(async () => (await log()).length === 2, { what: 'both events are published' });
    expect(await log()).toEqual(['station.stand-in-entered', 'station.stand-in-left']);
    for (const tenant of [CREDITOR, OTHER_CREDITOR]) expect(await log(caller('EC', tenant))).toHaveLength(2);
    expect(await log(caller('PARTNER', CREDITOR))).toHaveLength(2);
    expect(await log(caller('EC', '88888888888'))).toEqual([]);
  });
});

describe('Stand-In by hand', () => {
  const enter =
    'mutation ($station: String!, $reason: String!) { enterStandIn(station: $station, reason: $reason) { code standIn { active decidedBy reason } } }';
  const leave =
    'mutation ($station: String!, $reason: String!) { leaveStandIn(station: $station, reason: $reason) { code standIn { active } } }';
  const variables = { station: STATION, reason: 'works on the data centre' };
  const codeOf = async (principal: Parameters<TestSubgraph['execute']>[0], document: string, change = {}) =>
    (await subgraph.execute(principal, document, { ...variables, ...change })).errors?.[0]?.extensions.code;

  it('holds whatever the probes say, until a hand takes it back', async () => {
    const { enterStandIn } = await subgraph.query<{ enterStandIn: object }>(caller('PARTNER', CREDITOR), enter, variables);
    expect(enterStandIn).toEqual({ code: STATION, standIn: { active: true, decidedBy: 'HAND', reason: 'works on the data centre' } });
    expect(await request(1)).toEqual([true]);
    expect(subgraph.creditor.calls).toEqual([]);
    expect((await activate(subgraph, psp, subgraph.newNotice())).fault?.code).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
    for (let probe = 0; probe < 4; probe += 1) await subgraph.job('STATION_PROBE');
    await subgraph.job('STAND_IN_EVALUATION');
    expect(await standInOf()).toMatchObject({ active: true, exitCondition: expect.stringContaining('by hand') });
    expect(await codeOf(operator, enter)).toBe('CONFLICT');
    expect(await subgraph.query(operator, leave, variables)).toEqual({ leaveStandIn: { code: STATION, standIn: { active: false } } });
    expect(await codeOf(operator, leave)).toBe('CONFLICT');
    expect(await request(1)).toEqual([false]);
  });

  it('is for owners and operators', async () => {
    expect(await codeOf(psp, enter)).toBe('FORBIDDEN');
    expect(await codeOf(caller('EC', OTHER_CREDITOR), enter)).toBe('NOT_FOUND');
    expect(await codeOf(caller('PARTNER', '88888888888'), enter)).toBe('NOT_FOUND');
    expect(await codeOf(operator, enter, { station: 'nobody' })).toBe('NOT_FOUND');
    expect(await codeOf(operator, enter, { reason: ' ' })).toBe('BAD_USER_INPUT');
    expect(await codeOf(caller('EC', CREDITOR), enter)).toBeUndefined();
  });

  it('takes over what the policy decided', async () => {
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(5);
    await opened();
    await subgraph.query(operator, enter, variables);
    subgraph.creditor.behaviour = 'ANSWERS';
    for (let probe = 0; probe < 4; probe += 1) await subgraph.job('STATION_PROBE');
    expect(await standInOf()).toMatchObject({ active: true, decidedBy: 'HAND' });
  });

  it('is seen by who owns the station or is served by it', async () => {
    await subgraph.query(operator, enter, variables);
    for (const who of [operator, caller('EC', CREDITOR), caller('EC', OTHER_CREDITOR), caller('PARTNER', CREDITOR)])
      expect((await standInOf(who))?.active).toBe(true);
    for (const who of [psp, caller('EC', '88888888888'), caller('PARTNER', '88888888888'), caller('CITIZEN', 'RSSMRA80A01H501U')])
      expect(await standInOf(who)).toBeNull();
    const list = async (who = operator) => {
      const { standInStations } = await subgraph.query<{ standInStations: { edges: { node: { code: string } }[] } }>(
        who,
        '{ standInStations { edges { node { code } } } }',
      );
      return standInStations.edges.map(({ node }) => node.code);
    };
    expect(await list()).toEqual([STATION]);
    expect(await list(caller('EC', OTHER_CREDITOR))).toEqual([STATION]);
    expect(await list(caller('EC', '88888888888'))).toEqual([]);
  });
});

describe('station mode under profile pagopa', () => {
  // From the beginning of a slot on, so that none ends while its calls are counted.
  beforeEach(() => subgraph.clock.advance(5 * MINUTE - (subgraph.clock.now() % (5 * MINUTE))));

  /** Calls as they were counted in the first minute of a 5-minute slot so many slots ago. */
  const count = async (slotsAgo: number, calls: number, faults: number, station = STATION): Promise<void> => {
    const start = Math.floor(subgraph.clock.now() / (5 * MINUTE)) * 5 * MINUTE - slotsAgo * 5 * MINUTE;
    await subgraph.database.query(
      'insert into station_slot (width_ms, slot_start, station_code, calls, faults) values (60000, to_timestamp($1::float8 / 1000), $2, $3, $4)',
      [start, station, calls, faults],
    );
  };

  it('enters at four failed slots of six and leaves after an hour with seven good probes', async () => {
    await subgraph.settings({ standInProfile: 'pagopa' });
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    await request(6);
    for (const slotsAgo of [1, 2, 3]) await count(slotsAgo, 20, 11);
    await subgraph.job('STAND_IN_EVALUATION');
    expect((await standInOf())?.active).toBe(false);
    await count(4, 20, 11);
    await subgraph.job('STAND_IN_EVALUATION');
    const entered = (await standInOf()) as StandIn;
    expect(entered).toMatchObject({
      active: true,
      profile: 'pagopa',
      decidedBy: 'POLICY',
      reason: expect.stringMatching(/^4 of 6 slots of 5 minutes failed/),
    });
    expect(entered.slots.filter((slot) => slot.failed && slot.calls === 20 && slot.share === 100)).toHaveLength(4);

    subgraph.creditor.behaviour = 'ANSWERS';
    for (let probe = 0; probe < 11; probe += 1) {
      subgraph.clock.advance(5 * MINUTE);
      await subgraph.job('STATION_PROBE');
    }
    expect((await standInOf())?.active).toBe(true);
    subgraph.clock.advance(5 * MINUTE + SECOND);
    await subgraph.job('STAND_IN_EVALUATION');
    expect((await standInOf())?.active).toBe(false);
  });

  it('does not take another answer than the expected one for a good probe', async () => {
    await subgraph.settings({ standInProfile: 'pagopa' });
    for (const slotsAgo of [1, 2, 3, 4]) await count(slotsAgo, 20, 20);
    await subgraph.job('STAND_IN_EVALUATION');
    subgraph.creditor.probeFaultCode = 'PAA_ID_DOMINIO_ERRATO';
    for (let probe = 0; probe < 14; probe += 1) {
      subgraph.clock.advance(5 * MINUTE);
      await subgraph.job('STATION_PROBE');
    }
    expect((await standInOf())?.active).toBe(true);
  });

  it('leaves alone a station with too little of the traffic', async () => {
    await subgraph.settings({ standInProfile: 'pagopa' });
    for (const slotsAgo of [1, 2, 3, 4]) {
      await count(slotsAgo, 5, 5);
      await count(slotsAgo, 995, 0, OLD_STATION);
    }
    await subgraph.job('STAND_IN_EVALUATION');
    expect((await standInOf())?.active).toBe(false);
  });
});
