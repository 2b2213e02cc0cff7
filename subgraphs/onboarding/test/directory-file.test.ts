import { directoryMigrations, directoryReplica } from '@nodo-aperto/kernel/directory';
import { eventsMigrations } from '@nodo-aperto/kernel/events';
import { openDatabase } from '@nodo-aperto/kernel/database';
import { testLogger, until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, CREDITOR, OBJECTS, OTHER_CREDITOR, POPULATION, STATION } from './population.ts';
import { type Hosted, host, operator } from './support.ts';

const IMPORT =
  'mutation ($file: String!) { importDirectory(file: $file) { created updated unchanged issueCount issues { kind line path message found expected } } }';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host();
});
afterAll(() => hosted?.hosting.stop());

const ascending = (one: number, other: number): number => one - other;

interface Answer {
  created: number;
  updated: number;
  unchanged: number;
  issueCount: number;
  issues: object[];
}
const load = async (file: string, to = hosted): Promise<Answer> =>
  (await to.run<{ importDirectory: Answer }>(operator, IMPORT, { file })).importDirectory;
const events = async (to = hosted): Promise<{ subject: string; revision: number }[]> => {
  await to.hosting.bus.settled(10_000);
  const page = await to.services.stream.read({ after: 0n, first: 1_000 });
  return page.events.map(({ subject, revision }) => ({ subject, revision }));
};
const rows = (): Promise<string> => hosted.services.directoryFile.exportDirectory();

describe('the import of a directory file', () => {
  it('with one bad line changes nothing, and names the line', async () => {
    const before = [await rows(), await events()];
    const file = POPULATION.replace('name: Banca di Sotto', 'nome: Banca di Sotto');
    const line = file.split('\n').findIndex((each) => each.includes('nome: Banca')) + 1;
    expect(await load(file)).toEqual({
      created: 0,
      updated: 0,
      unchanged: 0,
      issueCount: 2,
      issues: [
        {
          kind: 'UNKNOWN_KEY',
          line,
          path: 'psps[1].nome',
          message: 'is not a key that belongs here',
          found: '"nome"',
          expected: 'the key name, which is the nearest',
        },
        {
          kind: 'MISSING',
          line,
          path: 'psps[1].name',
          message: 'is missing',
          found: 'nothing',
          expected: 'a text of 1 to 70 characters on one line',
        },
      ],
    });
    expect([await rows(), await events()]).toEqual(before);
  });

  it('creates everything in one transaction, and states every change', async () => {
    const before = (await events()).length;
    // The settings are there from the first start on.
    expect(await load(POPULATION)).toEqual({ created: OBJECTS - 1, updated: 1, unchanged: 0, issueCount: 0, issues: [] });
    const stated = (await events()).slice(before);
    expect(stated).toHaveLength(OBJECTS);
    expect(stated).toContainEqual({ subject: `station:${STATION}`, revision: 1 });
    expect(stated).toContainEqual({ subject: 'settings:platform', revision: 2 });
  });

  it('of the same file changes nothing', async () => {
    const before = [await rows(), await events()];
    expect(await load(POPULATION)).toEqual({ created: 0, updated: 0, unchanged: OBJECTS, issueCount: 0, issues: [] });
    expect([await rows(), await events()]).toEqual(before);
  });

  it('of a changed file states the changes only, with the next revision', async () => {
    const before = (await events()).length;
    const file = POPULATION.replace('aca: true, standIn: true', 'aca: true, standIn: false').replace(
      'name: Comune di Sotto',
      'name: Comune di Sopra',
    );
    expect(await load(file)).toMatchObject({ created: 0, updated: 2, unchanged: OBJECTS - 2 });
    expect((await events()).slice(before)).toEqual([
      { subject: `creditorInstitution:${OTHER_CREDITOR}`, revision: 2 },
      { subject: `route:${CREDITOR}/3-02`, revision: 2 },
    ]);
    await load(POPULATION);
  });

  it('moves a route to another station', async () => {
    const file = `routes: [{ creditorInstitution: "${CREDITOR}", station: "55555555555_01", auxDigit: 3, segregationCode: "02", aca: true, standIn: true }]`;
    expect(await load(file)).toMatchObject({ created: 0, updated: 1 });
    expect(await load(POPULATION)).toMatchObject({ created: 0, updated: 1 });
  });

  it('refuses what contradicts what is registered', async () => {
    const file = [
      `stations: [{ code: new_01, broker: "${STATION}", endpoint: "https://a.it/", password: pwdpwdpwd }]`,
      `maintenances: [{ station: "${STATION}", start: "2030-01-10T02:00:00+01:00", end: "2030-01-10T04:00:00+01:00" }]`,
    ].join('\n');
    expect((await load(file)).issues).toEqual([
      expect.objectContaining({
        line: 1,
        kind: 'UNKNOWN_REFERENCE',
        path: 'stations[0].broker',
        message: `is "${STATION}", which is not known`,
      }),
      expect.objectContaining({
        line: 2,
        kind: 'NOT_ALLOWED',
        path: 'maintenances[0].start',
        message: expect.stringContaining('overlaps the one registered before'),
      }),
    ]);
  });

  it('refuses endpoints of private networks outside development', async () => {
    const strict = await host({ url: hosted.url, allowPrivateEndpoints: false });
    try {
      const file = `stations: [{ code: "${STATION}", broker: "${CREDITOR}", endpoint: "http://127.0.0.1:8089/" }]`;
      expect((await load(file, strict)).issues).toEqual([
        expect.objectContaining({
          path: 'stations[0].endpoint',
          expected: 'a URL that does not lead to a loopback, link-local or private address',
        }),
      ]);
    } finally {
      await strict.hosting.stop();
    }
  });

  it('is for operators', async () => {
    for (const role of ['EC', 'PSP', 'PARTNER', 'CITIZEN'] as const) {
      const { errors } = await hosted.execute({ subject: 's', role, tenant: CREDITOR, expiresAt: 1 }, IMPORT, { file: '{}' });
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    expect((await hosted.execute(undefined, '{ exportDirectory }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('imports at the same time', () => {
  it('of the same file: one creates, the other finds everything so already', async () => {
    const other = await host();
    try {
      const results = await Promise.all([load(POPULATION, other), load(POPULATION, other)]);
      expect(results.map(({ created, updated, unchanged }) => created + updated + unchanged)).toEqual([OBJECTS, OBJECTS]);
      expect(results.map(({ unchanged }) => unchanged).toSorted(ascending)).toEqual([0, OBJECTS]);
      const stated = await events(other);
      expect(stated).toHaveLength(OBJECTS + 1);
      expect(stated.filter(({ subject }) => subject === `station:${STATION}`)).toEqual([{ subject: `station:${STATION}`, revision: 1 }]);
    } finally {
      await other.hosting.stop();
    }
  });

  it('of files that change one object: both are carried out, one after the other', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `Banca ${index}`);
    const before = (await events()).length;
    const results = await Promise.all(names.map((name) => load(`pspBrokers: [{ code: "60000000001", name: ${name} }]`)));
    expect(results.every(({ updated }) => updated === 1)).toBe(true);
    expect((await events()).slice(before).map(({ revision }) => revision)).toEqual([2, 3, 4, 5, 6, 7]);
    const history = await hosted.services.queries.history('pspBroker', '60000000001', { limit: 10 });
    expect(history).toHaveLength(7);
    // The versions follow one another without gap or overlap, and one holds now.
    for (const [index, version] of history.entries()) expect(version.validTo).toBe(history[index - 1]?.validFrom);
    await load(POPULATION);
  });

  it('of contradicting windows: one is refused', async () => {
    const file = (start: number): string =>
      `maintenances: [{ station: "${STATION}", start: "2031-01-10T0${start}:00:00Z", end: "2031-01-10T0${start + 2}:00:00Z" }]`;
    const results = await Promise.all([load(file(1)), load(file(2))]);
    expect(results.map(({ created }) => created).toSorted(ascending)).toEqual([0, 1]);
    expect(results.map(({ issueCount }) => issueCount).toSorted(ascending)).toEqual([0, 1]);
  });
});

describe('the export of the directory', () => {
  it('changes nothing when imported again, and makes the same directory on another platform', async () => {
    const text = (await hosted.run(operator, '{ exportDirectory }')).exportDirectory as string;
    expect(await load(text)).toMatchObject({ created: 0, updated: 0, issueCount: 0 });
    const elsewhere = await host();
    try {
      expect(await load(text, elsewhere)).toMatchObject({ updated: 1, issueCount: 0 });
      expect((await elsewhere.run(operator, '{ exportDirectory }')).exportDirectory).toBe(text);
    } finally {
      await elsewhere.hosting.stop();
    }
    expect(text).not.toMatch(/pwdpwdpwd|demo-key-ec/);
  });
});

describe('the other services', () => {
  it('follow the directory, and its history', async () => {
    const subscriber = await openDatabase({
      url: hosted.url,
      schema: 'notices',
      entities: [],
      migrations: [...eventsMigrations, ...directoryMigrations],
      log: testLogger(),
      clock: hosted.clock,
      poolSize: 3,
    });
    const replica = directoryReplica({ database: subscriber, clock: hosted.clock, log: testLogger() });
    hosted.hosting.bus.consume(subscriber, replica.consumer);
    try {
      await until(async () => (await replica.settings()).receiptRetryMax === 12, { what: 'settings to arrive' });
      await hosted.hosting.bus.settled(10_000);
      expect(await replica.station(STATION)).toMatchObject({ broker: CREDITOR, endpoint: 'https://comune.example.it/pa' });
      expect(await replica.channel(CHANNEL)).toMatchObject({ psps: ['60000000001', '60000000002'] });
      expect(await replica.apiKey('demo-key-ec')).toMatchObject({ party: CREDITOR, products: ['aca', 'gpd'] });
      expect(await replica.routes(CREDITOR)).toEqual([expect.objectContaining({ station: STATION, segregationCode: '02', aca: true })]);
      const at = hosted.clock.now();
      hosted.clock.advance(1_000);
      const [route] = await hosted.services.queries.routes({ creditorInstitution: CREDITOR, limit: 1 });
      await hosted.services.objects.remove('route', `${CREDITOR}/3-02`, { revision: route?.revision, by: 'test' });
      await hosted.hosting.bus.settled(10_000);
      await until(async () => (await replica.routes(CREDITOR)).length === 0, { what: 'the route to go' });
      expect(await replica.routesAt(CREDITOR, at)).toHaveLength(1);
      const revision = await hosted.services.objects.register(
        'route',
        { creditorInstitution: CREDITOR, station: STATION, auxDigit: 3, segregationCode: '02' },
        { by: 'test' },
      );
      expect(revision).toMatchObject({ change: 'CREATED', revision: (route?.revision ?? 0) + 2 });
      await until(async () => (await replica.routes(CREDITOR)).length === 1, { what: 'the route to come back' });
    } finally {
      await hosted.hosting.bus.stop();
      await replica[Symbol.asyncDispose]();
      await subscriber.close();
    }
  });
});
