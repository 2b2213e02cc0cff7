import type { Principal } from '@nodo-aperto/kernel/auth';
import { DAY, HOUR, MINUTE, toIso } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDITOR, OTHER_CREDITOR, PARTNER, PARTNER_STATION, POPULATION, PSP, STATION } from './population.ts';
import { citizen, creditor, type Hosted, host, operator, type Page, partner, psp } from './support.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host();
  await hosted.services.directoryFile.importDirectory(POPULATION, 'test');
});
afterAll(() => hosted?.hosting.stop());

const codeOf = async (caller: Principal | undefined, source: string): Promise<unknown> =>
  (await hosted.execute(caller, source)).errors?.[0]?.extensions.code;

describe('settings', () => {
  const SETTINGS =
    '{ tokenDurationMs idempotencyKeyMinutes useIdempotency receiptRetryMax receiptRetryMinutes standInProfile perRequestFallback creditorTimeoutMs receiptTimeoutMs revision }';

  it('are there from the first start on, with the defaults', async () => {
    const fresh = await host();
    try {
      expect((await fresh.run(operator, `{ settings ${SETTINGS} }`)).settings).toEqual({
        tokenDurationMs: 1_800_000,
        idempotencyKeyMinutes: 30,
        useIdempotency: true,
        receiptRetryMax: 48,
        receiptRetryMinutes: 60,
        standInProfile: 'breaker',
        perRequestFallback: true,
        creditorTimeoutMs: 7_000,
        receiptTimeoutMs: 15_000,
        revision: 1,
      });
      const again = await host({ url: fresh.url });
      expect((await again.run<{ settings: { revision: number } }>(operator, '{ settings { revision } }')).settings.revision).toBe(1);
      await again.hosting.stop();
    } finally {
      await fresh.hosting.stop();
    }
  });

  it('change field by field', async () => {
    const { updateSettings } = await hosted.run(
      operator,
      `mutation { updateSettings(input: { standInProfile: pagopa, useIdempotency: false }) ${SETTINGS} }`,
    );
    expect(updateSettings).toMatchObject({ standInProfile: 'pagopa', useIdempotency: false, receiptRetryMax: 12, revision: 3 });
    expect(
      (
        await hosted.run<{ updateSettings: { revision: number } }>(
          operator,
          'mutation { updateSettings(input: { standInProfile: pagopa }) { revision } }',
        )
      ).updateSettings.revision,
    ).toBe(3);
  });

  it('are checked, each', async () => {
    const { errors } = await hosted.execute(
      operator,
      'mutation { updateSettings(input: { tokenDurationMs: 1800001, creditorTimeoutMs: 0 }) { revision } }',
    );
    expect(errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      issues: [
        { path: 'input.tokenDurationMs', message: 'is not valid', expected: 'a whole number from 1000 to 1800000' },
        { path: 'input.creditorTimeoutMs', message: 'is not valid', expected: 'a whole number from 100 to 60000' },
      ],
    });
  });

  it('may be guarded by the revision that was seen', async () => {
    const { errors } = await hosted.execute(
      operator,
      'mutation { updateSettings(input: { receiptRetryMax: 1 }, revision: 1) { revision } }',
    );
    expect(errors?.[0]).toMatchObject({
      message: 'You have seen revision 1 of the settings, which are now at revision 3; read them again.',
      extensions: { code: 'CONFLICT' },
    });
    expect(
      (
        await hosted.run<{ updateSettings: { revision: number } }>(
          operator,
          'mutation { updateSettings(input: { receiptRetryMax: 1 }, revision: 3) { revision } }',
        )
      ).updateSettings.revision,
    ).toBe(4);
  });

  it('are for operators', async () => {
    for (const caller of [creditor(CREDITOR), psp(PSP), partner(PARTNER), citizen('RSSMRA80A01H501U')]) {
      expect(await codeOf(caller, '{ settings { revision } }')).toBe('FORBIDDEN');
      expect(await codeOf(caller, 'mutation { updateSettings(input: {}) { revision } }')).toBe('FORBIDDEN');
    }
  });
});

describe('maintenance', () => {
  const quarter = (): number => Math.ceil((hosted.clock.now() + 73 * HOUR) / (15 * MINUTE)) * 15 * MINUTE;
  const schedule = (caller: Principal, station: string, start: number, end: number) =>
    hosted.execute<{ scheduleMaintenance: { code: string } }>(
      caller,
      'mutation ($input: MaintenanceInput!) { scheduleMaintenance(input: $input) { code start end standIn revision station { code } } }',
      {
        input: { station, start: toIso(start), end: toIso(end), standIn: false },
      },
    );

  it('is announced by who owns the station', async () => {
    const start = quarter();
    for (const [caller, station, at] of [
      [creditor(CREDITOR), STATION, start],
      [partner(PARTNER), PARTNER_STATION, start],
      [creditor(OTHER_CREDITOR), PARTNER_STATION, start + HOUR],
    ] as const) {
      const { data, errors } = await schedule(caller, station, at, at + HOUR);
      expect(errors).toBeUndefined();
      expect(data?.scheduleMaintenance).toEqual({
        code: `${station}/${toIso(at)}`,
        start: toIso(at),
        end: toIso(at + HOUR),
        standIn: false,
        revision: 1,
        station: { code: station },
      });
    }
  });

  it('of another’s station, or of none, is not found', async () => {
    for (const [caller, station] of [
      [creditor('99999999999'), STATION],
      [creditor(CREDITOR), PARTNER_STATION],
      [partner(PARTNER), STATION],
      [operator, 'nothing_01'],
    ] as const) {
      const { errors } = await schedule(caller, station, quarter() + DAY, quarter() + 2 * DAY);
      expect(errors?.[0]).toMatchObject({ message: 'There is no such station of yours.', extensions: { code: 'NOT_FOUND' } });
    }
    expect((await schedule(psp(PSP), STATION, 0, 1)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('keeps the notice period and quarter hours, except for operators', async () => {
    const now = hosted.clock.now();
    const { errors } = await schedule(creditor(CREDITOR), STATION, now + 61_000, now + 3_601_000);
    expect(errors?.[0]?.extensions.issues).toEqual([
      { path: 'input.start', message: 'is not possible', expected: expect.stringContaining('at least 72 hours ahead') },
      { path: 'input.start', message: 'is not possible', expected: expect.stringContaining('quarter hour') },
      { path: 'input.end', message: 'is not possible', expected: expect.stringContaining('quarter hour') },
    ]);
    expect((await schedule(operator, STATION, now - 1_000, now + HOUR)).errors).toBeUndefined();
    expect((await schedule(operator, STATION, now + 5, now + 5)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('does not overlap', async () => {
    const start = quarter() + 5 * DAY;
    const both = await Promise.all([
      schedule(creditor(CREDITOR), STATION, start, start + 2 * HOUR),
      schedule(partner(CREDITOR), STATION, start + HOUR, start + 3 * HOUR),
    ]);
    expect(both.map(({ errors }) => errors?.[0]?.extensions.code ?? 'none').filter((code) => code === 'CONFLICT')).toHaveLength(1);
    expect(both.filter(({ errors }) => errors === undefined)).toHaveLength(1);
  });

  it('is listed in the order of time, page by page, without what has ended', async () => {
    const read = async (after: string | null) =>
      (
        await hosted.run<{ maintenances: Page<{ start: string }> }>(
          creditor(CREDITOR),
          `query ($after: String) { maintenances(station: "${STATION}", first: 2, after: $after) { edges { node { start end } } pageInfo { hasNextPage endCursor } } }`,
          { after },
        )
      ).maintenances;
    const first = await read(null);
    const second = await read(first.pageInfo.endCursor);
    const starts = [...first.edges, ...second.edges].map(({ node }) => node.start);
    expect(starts).toHaveLength(4);
    expect(starts).toEqual(starts.toSorted());
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    hosted.clock.advance(2 * HOUR);
    expect((await read(null)).edges[0]?.node.start).toBe(starts[1]);
    expect(await codeOf(creditor('99999999999'), `{ maintenances(station: "${STATION}") { edges { cursor } } }`)).toBe('NOT_FOUND');
  });

  it('is taken back before it begins', async () => {
    const start = quarter() + 9 * DAY;
    const { data } = await schedule(creditor(CREDITOR), STATION, start, start + HOUR);
    const cancel = `mutation { cancelMaintenance(code: "${data?.scheduleMaintenance.code}") { code } }`;
    expect(await codeOf(partner(PARTNER), cancel)).toBe('NOT_FOUND');
    hosted.clock.advance(start + MINUTE - hosted.clock.now());
    expect(await codeOf(creditor(CREDITOR), cancel)).toBe('CONFLICT');
    expect((await hosted.run<{ cancelMaintenance: { code: string } }>(operator, cancel)).cancelMaintenance.code).toBe(
      data?.scheduleMaintenance.code,
    );
    expect(await codeOf(operator, cancel)).toBe('NOT_FOUND');
    const later = quarter();
    const next = await schedule(creditor(CREDITOR), STATION, later, later + HOUR);
    expect(
      await codeOf(creditor(CREDITOR), `mutation { cancelMaintenance(code: "${next.data?.scheduleMaintenance.code}") { code } }`),
    ).toBeUndefined();
  });
});

describe('the platform', () => {
  it('tells its time and version', async () => {
    const { platform } = await hosted.run<{ platform: { now: string } }>(
      citizen('RSSMRA80A01H501U'),
      '{ platform { now testClock clockSpeed version } }',
    );
    expect(platform).toEqual({
      now: expect.stringMatching(/^20\d\d-.*Z$/),
      testClock: true,
      clockSpeed: 1,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(Math.abs(Date.parse(platform.now) - hosted.clock.now())).toBeLessThan(5_000);
  });

  it('has its clock moved by operators', async () => {
    const before = hosted.clock.now();
    const { advanceClock } = await hosted.run<{ advanceClock: string }>(operator, 'mutation { advanceClock(minutes: 31) }');
    expect(Date.parse(advanceClock) - before).toBeGreaterThanOrEqual(31 * MINUTE);
    expect(await codeOf(creditor(CREDITOR), 'mutation { advanceClock(minutes: 1) }')).toBe('FORBIDDEN');
    for (const minutes of [0, -5, 366 * 24 * 60 + 1])
      expect(await codeOf(operator, `mutation { advanceClock(minutes: ${minutes}) }`)).toBe('BAD_USER_INPUT');
  });

  it('does not have it moved for ever', async () => {
    const fresh = await host();
    try {
      for (let year = 0; year < 10; year += 1) await fresh.run(operator, `mutation { advanceClock(minutes: ${366 * 24 * 60}) }`);
      const { errors } = await fresh.execute(operator, 'mutation { advanceClock(minutes: 1440) }');
      expect(errors?.[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
    } finally {
      await fresh.hosting.stop();
    }
  });

  it('lets it run faster, for every wait of the platform, and at its own pace again', async () => {
    const speed = (factor: number) =>
      hosted.execute(operator, 'mutation ($speed: Float!) { setClockSpeed(speed: $speed) }', { speed: factor });
    expect((await speed(0.5)).errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect((await speed(600)).errors).toBeUndefined();
    const [began, real] = [hosted.clock.now(), hosted.clock.monotonic()];
    // Waits by time: how long it takes is what is tested.
    await hosted.clock.sleep(60_000);
    expect(hosted.clock.now() - began).toBeGreaterThanOrEqual(60_000);
    expect(hosted.clock.monotonic() - real).toBeLessThan(30_000);
    expect(await hosted.run(operator, '{ platform { clockSpeed } }')).toEqual({ platform: { clockSpeed: 600 } });
    await speed(1);
    expect(await hosted.run(operator, '{ platform { clockSpeed } }')).toEqual({ platform: { clockSpeed: 1 } });
  });

  it('does not have it moved without the test clock', async () => {
    const real = await host({ testClock: false });
    try {
      const { errors } = await real.execute(operator, 'mutation { advanceClock(minutes: 1) }');
      expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('--test-clock'), extensions: { code: 'CONFLICT' } });
      expect((await real.run<{ platform: { testClock: boolean } }>(operator, '{ platform { testClock } }')).platform.testClock).toBe(false);
    } finally {
      await real.hosting.stop();
    }
  });
});

describe('the roadmap', () => {
  it('is open to all who have authenticated', async () => {
    const { initiatives } = await hosted.run(
      creditor(CREDITOR),
      '{ initiatives(subject: PSP) { id type subjects objective obligationQuarter source confidence note } }',
    );
    expect(initiatives).toContainEqual({
      id: 'STAND_IN',
      type: 'MANDATORY',
      subjects: ['PSP', 'EC'],
      objective: 'QUALITY',
      obligationQuarter: '2024-Q1',
      source: 'circolare, table 2 of 8',
      confidence: 'HIGH',
      note: null,
    });
    expect((await hosted.run(psp(PSP), '{ initiatives { id } }')).initiatives).toHaveLength(9);
  });
});
