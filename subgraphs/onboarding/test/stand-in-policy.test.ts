import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDITOR, POPULATION, STATION } from './population.ts';
import { errorCode, type Hosted, host, operator } from './support.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host();
  await load(POPULATION);
});
afterAll(() => hosted?.hosting.stop());

async function load(file: string): Promise<{ updated: number; unchanged: number; issues: { path: string; expected: string }[] }> {
  const source = 'mutation ($file: String!) { importDirectory(file: $file) { created updated unchanged issues { path expected } } }';
  const { importDirectory } = await hosted.run<{
    importDirectory: { updated: number; unchanged: number; issues: { path: string; expected: string }[] };
  }>(operator, source, { file });
  return importDirectory;
}

const POLICY = { profile: 'pagopa', perRequestFallback: false, forced: 'OUT', exposureLimits: { periodMinutes: 60, payments: 10 } };

describe('the Stand-In policy', () => {
  it('of the settings is changed figure by figure, and shown as it is in force', async () => {
    const fields =
      'standInBreaker { faults faultPercentage windowSeconds } standInPagopa { slots slotMinutes } exposureLimits { periodMinutes payments totalAmount }';
    const update = async (input: object) =>
      (
        await hosted.run<{ updateSettings: object }>(
          operator,
          `mutation ($input: SettingsInput!) { updateSettings(input: $input) { ${fields} } }`,
          {
            input,
          },
        )
      ).updateSettings;
    await update({ standInBreaker: { faults: 9 } });
    const limits = { periodMinutes: 60, payments: 100 };
    expect(await update({ standInBreaker: { windowSeconds: 30 }, standInPagopa: { slots: 3 }, exposureLimits: limits })).toEqual({
      standInBreaker: { faults: 9, faultPercentage: 50, windowSeconds: 30 },
      standInPagopa: { slots: 3, slotMinutes: 5 },
      exposureLimits: { ...limits, totalAmount: null },
    });
    const bad = await hosted.execute(operator, 'mutation { updateSettings(input: { standInBreaker: { faults: 0 } }) { revision } }');
    expect(errorCode(bad)).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(bad.errors?.[0]?.extensions)).toContain('standInBreaker.faults');
  });

  it('of a station is registered with it, and read back', async () => {
    const { station } = await hosted.run<{ station: { revision: number } }>(operator, `{ station(code: "${STATION}") { revision } }`);
    const input = { code: STATION, broker: CREDITOR, endpoint: 'http://127.0.0.1:9/', asynchronous: true, standInPolicy: POLICY };
    await hosted.run(
      operator,
      'mutation ($input: StationInput!, $revision: Int) { registerStation(input: $input, revision: $revision) { change } }',
      { input, revision: station.revision },
    );
    const shown = await hosted.run<{ station: { configuration: object } }>(
      operator,
      `{ station(code: "${STATION}") { configuration { asynchronous standInPolicy { profile perRequestFallback forced exposureLimits { periodMinutes payments } } } } }`,
    );
    expect(shown.station.configuration).toEqual({ asynchronous: true, standInPolicy: POLICY });
  });

  it('is in the directory file: what is exported changes nothing when it is imported again', async () => {
    const file = await hosted.services.directoryFile.exportDirectory();
    expect(file).toContain('standInPolicy');
    expect(file).toContain('standInBreaker');
    expect(await load(file)).toMatchObject({ updated: 0, issues: [] });
  });

  it('is refused where it is wrong, by its place', async () => {
    const { issues } = await load('settings: { exposureLimits: { payments: 3 } }\n');
    expect(issues).toEqual([{ path: 'settings.exposureLimits.periodMinutes', expected: 'a whole number from 1 to 10080' }]);
  });
});
