import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../src/database/index.ts';
import {
  apiKeyHash,
  DEFAULT_SETTINGS,
  type Directory,
  DIRECTORY_ENTRY_CHANGED,
  type DirectoryChange,
  directoryChangeShape,
  directoryMigrations,
  directoryReplica,
  parentOf,
  routeCodeOf,
  SETTINGS_CODE,
} from '../src/directory/index.ts';
import { type Bus, defineEvent, eventsMigrations, postgresBus } from '../src/events/index.ts';
import { type TestDatabase, testDatabase, testLogger, until } from '../src/testing/index.ts';
import { adjustableClock, type AdjustableClock, HOUR, realClock, toIso } from '../src/time/index.ts';

// The published contract is in the schema workspace, which the kernel does not know.
const directoryEntryChanged = defineEvent({
  ...DIRECTORY_ENTRY_CHANGED,
  source: 'onboarding',
  schema: directoryChangeShape,
  entityKey: ({ kind, code }) => `${kind}:${code}`,
  revision: ({ revision }) => revision,
  audience: () => [],
  describes: 'An entry of the directory changed.',
});
const migrations = [...eventsMigrations, ...directoryMigrations];
const STATION = {
  code: '66666666666_01',
  broker: '66666666666',
  enabled: true,
  primitiveVersion: 2 as const,
  endpoint: 'http://127.0.0.1:8089/pa-for-node',
  password: 'pwdpwdpwd',
  standInFlag: true,
  paymentOptions: false,
};
const ROUTE = {
  creditorInstitution: '66666666666',
  station: '66666666666_01',
  auxDigit: 3,
  segregationCode: '02',
  broadcast: false,
  aca: true,
  standIn: true,
};

let onboarding: TestDatabase;
let payments: Database;
let clock: AdjustableClock;
let bus: Bus;
let directory: Directory;
const revisions = new Map<string, number>();

beforeAll(async () => {
  onboarding = await testDatabase({ schema: 'onboarding', migrations });
  payments = await openDatabase({
    url: onboarding.url,
    schema: 'payments',
    entities: [],
    migrations,
    log: testLogger(),
    clock: realClock(),
  });
});
afterAll(async () => {
  await payments.close();
  await onboarding.close();
});
beforeEach(() => {
  clock = adjustableClock();
  bus = postgresBus({ database: onboarding, clock, log: testLogger() });
  directory = directoryReplica({ database: payments, clock, log: testLogger() });
});
afterEach(async () => {
  await bus.stop();
  await directory[Symbol.asyncDispose]();
  await onboarding.query('truncate outbox, payments.consumer, payments.inbox, payments.directory_entry');
  await onboarding.query('update stream_head set position = 0');
  revisions.clear();
});

/** States a change as onboarding does. */
async function change<Kind extends DirectoryChange['kind']>(
  kind: Kind,
  code: string,
  data: Extract<DirectoryChange, { kind: Kind }>['data'],
  more: { validFrom?: number; deleted?: boolean; revision?: number } = {},
): Promise<void> {
  const revision = more.revision ?? (revisions.get(`${kind}:${code}`) ?? 0) + 1;
  revisions.set(`${kind}:${code}`, revision);
  const parent = parentOf(kind, data as never);
  const fact = {
    kind,
    code,
    parent,
    revision,
    deleted: more.deleted ?? false,
    validFrom: toIso(more.validFrom ?? clock.now()),
    data,
  } as DirectoryChange;
  await onboarding.transaction((tx) => bus.outbox(onboarding).append(tx, directoryEntryChanged, fact));
}

const arrived = async (): Promise<void> => {
  await bus.settled(5_000);
};

describe('the replica', () => {
  it('answers what onboarding stated, in every kind', async () => {
    bus.consume(payments, directory.consumer);
    const broker = { code: '66666666666', name: 'Comune di Prova', enabled: true, extendedFaultBean: false };
    const creditor = {
      fiscalCode: '66666666666',
      name: 'Comune di Prova',
      enabled: true,
      ibans: [{ iban: 'IT60X0542811101000000123456', postal: false }],
    };
    const psp = { code: '60000000001', name: 'Banca di Prova', fiscalCode: '60000000001', enabled: true };
    const channel = {
      code: '60000000001_01',
      broker: '60000000001',
      psps: ['60000000001'],
      password: 'pwdpwdpwd',
      enabled: true,
      paymentModel: 'ATTIVATO_PRESSO_PSP',
      standInFlag: true,
    };
    const maintenance = { station: STATION.code, start: '2027-01-10T01:00:00+01:00', end: '2027-01-10T03:00:00+01:00', standIn: true };
    const key = { hash: apiKeyHash('demo-key-ec'), party: '66666666666', products: ['aca', 'gpd'] };
    await change('creditorBroker', broker.code, broker);
    await change('creditorInstitution', creditor.fiscalCode, creditor);
    await change('station', STATION.code, STATION);
    await change('route', routeCodeOf(ROUTE), ROUTE);
    await change('pspBroker', '60000000001', { ...broker, code: '60000000001' });
    await change('psp', psp.code, psp);
    await change('channel', channel.code, channel);
    await change('maintenance', 'm1', maintenance);
    await change('apiKey', key.hash, key);
    await arrived();
    expect(await directory.creditorBroker('66666666666')).toEqual(broker);
    expect(await directory.creditorInstitution('66666666666')).toEqual(creditor);
    expect(await directory.station(STATION.code)).toEqual(STATION);
    expect(await directory.routes('66666666666')).toEqual([ROUTE]);
    expect(await directory.pspBroker('60000000001')).toMatchObject({ code: '60000000001' });
    expect(await directory.psp('60000000001')).toEqual(psp);
    expect(await directory.channel(channel.code)).toEqual(channel);
    expect(await directory.maintenances(STATION.code)).toEqual([{ ...maintenance, code: 'm1' }]);
    expect(await directory.apiKey('demo-key-ec')).toEqual(key);
    expect(await directory.apiKey('another-key')).toBeUndefined();
    expect(await directory.station('unknown')).toBeUndefined();
    expect((await directory.children('station', '66666666666')).map((entry) => entry.code)).toEqual([STATION.code]);
    expect((await directory.list('channel', { first: 10 })).map((entry) => entry.code)).toEqual([channel.code]);
    expect(await directory.list('channel', { first: 10, after: channel.code })).toEqual([]);
  });

  it('has the default settings until they are changed', async () => {
    bus.consume(payments, directory.consumer);
    expect(await directory.settings()).toEqual(DEFAULT_SETTINGS);
    await change('settings', SETTINGS_CODE, { ...DEFAULT_SETTINGS, tokenDurationMs: 60_000 });
    await arrived();
    expect(await directory.settings()).toEqual({ ...DEFAULT_SETTINGS, tokenDurationMs: 60_000 });
  });

  it('forgets exactly what changed, here and in other processes', async () => {
    bus.consume(payments, directory.consumer);
    let queries = 0;
    const counting = new Proxy(payments, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (property === 'query') queries += 1;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const other = directoryReplica({ database: counting, clock, log: testLogger() });
    await change('station', 'a_01', { ...STATION, code: 'a_01' });
    await change('station', 'b_01', { ...STATION, code: 'b_01' });
    await arrived();
    const names = async () => [await other.station('a_01'), await other.station('b_01')].map((station) => station?.password);
    await names();
    queries = 0;
    expect(await names()).toEqual(['pwdpwdpwd', 'pwdpwdpwd']);
    expect(queries).toBe(0);
    await change('station', 'a_01', { ...STATION, code: 'a_01', password: 'changed' });
    await until(async () => (await other.station('a_01'))?.password === 'changed', { what: 'the other process knows' });
    queries = 0;
    expect(await names()).toEqual(['changed', 'pwdpwdpwd']);
    expect(queries).toBe(0);
    await other[Symbol.asyncDispose]();
  });

  it('moves an entry from one list to another when it changes hands, and drops it when it is deleted', async () => {
    bus.consume(payments, directory.consumer);
    await change('station', 'a_01', { ...STATION, code: 'a_01', broker: 'old' });
    await arrived();
    const codes = async (broker: string) => (await directory.children('station', broker)).map((entry) => entry.code);
    expect([await codes('old'), await codes('new')]).toEqual([['a_01'], []]);
    await change('station', 'a_01', { ...STATION, code: 'a_01', broker: 'new' });
    await arrived();
    expect([await codes('old'), await codes('new')]).toEqual([[], ['a_01']]);
    await change('station', 'a_01', { ...STATION, code: 'a_01', broker: 'new' }, { deleted: true });
    await arrived();
    expect([await codes('new'), await directory.station('a_01')]).toEqual([[], undefined]);
    expect(await directory.list('station', { first: 10 })).toEqual([]);
  });

  it('applies a planned change at its time, not before, and tells what was valid when', async () => {
    bus.consume(payments, directory.consumer);
    const began = clock.now();
    const second = { ...ROUTE, station: '66666666666_02', segregationCode: '03' };
    await change('route', routeCodeOf(ROUTE), ROUTE);
    await change('route', routeCodeOf(ROUTE), ROUTE, { validFrom: began + 2 * HOUR, deleted: true });
    await change('route', routeCodeOf(second), second, { validFrom: began + HOUR });
    await arrived();
    const stations = async () => (await directory.routes('66666666666')).map((route) => route.station);
    expect(await stations()).toEqual(['66666666666_01']);
    expect(await stations()).toEqual(['66666666666_01']);
    clock.advance(HOUR);
    expect(await stations()).toEqual(['66666666666_01', '66666666666_02']);
    clock.advance(HOUR);
    expect(await stations()).toEqual(['66666666666_02']);
    const at = async (instant: number) => (await directory.routesAt('66666666666', instant)).map((route) => route.station);
    expect(await at(began - HOUR)).toEqual([]);
    expect(await at(began + 1_000)).toEqual(['66666666666_01']);
    expect(await at(began + HOUR)).toEqual(['66666666666_01', '66666666666_02']);
  });

  it('ends with the newest revision, in whatever order and however often they come', async () => {
    bus.consume(payments, directory.consumer);
    for (const revision of [3, 1, 2, 3, 1]) await change('station', STATION.code, { ...STATION, password: `of ${revision}` }, { revision });
    await arrived();
    expect(await directory.entry('station', STATION.code)).toMatchObject({ revision: 3, data: { password: 'of 3' } });
    expect(await directory.consumer.name).toBe('payments.directory');
  });

  it('learns a large directory in bulk', async () => {
    const stations = Array.from({ length: 600 }, (_, index) => {
      const code = `broker_${String(index).padStart(4, '0')}`;
      return {
        kind: 'station' as const,
        code,
        parent: 'b',
        revision: 1,
        deleted: false,
        validFrom: toIso(clock.now()),
        data: { ...STATION, code, broker: 'b' },
      };
    });
    expect(await directory.children('station', 'b')).toEqual([]);
    bus.consume(payments, directory.consumer);
    await onboarding.transaction((tx) => bus.outbox(onboarding).appendMany(tx, directoryEntryChanged, stations));
    await arrived();
    await until(async () => (await directory.children('station', 'b')).length === 600, { what: 'all have arrived' });
    expect(await directory.list('station', { first: 1_000 })).toHaveLength(600);
  });
});
