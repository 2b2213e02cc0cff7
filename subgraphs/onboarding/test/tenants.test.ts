import type { Principal } from '@nodo-aperto/kernel/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, CREDITOR, OTHER_CREDITOR, OTHER_PSP, PARTNER, PARTNER_STATION, POPULATION, PSP, STATION } from './population.ts';
import { citizen, codesOf, creditor, type Hosted, host, operator, type Page, partner, psp } from './support.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host();
  await hosted.services.directoryFile.importDirectory(POPULATION, 'test');
  await hosted.hosting.bus.settled(10_000);
});
afterAll(() => hosted?.hosting.stop());

const stranger = creditor('99999999999');
const person = citizen('RSSMRA80A01H501U');

describe('what everybody sees who has authenticated', () => {
  it.each([operator, creditor(CREDITOR), psp(PSP), partner(PARTNER), person, stranger])('names and codes: $role', async (caller) => {
    const data = await hosted.run(
      caller,
      `{
        creditorInstitution(fiscalCode: "${CREDITOR}") { fiscalCode name enabled revision }
        psp(code: "${PSP}") { code name fiscalCode enabled channels { edges { node { code } } } }
        broker(code: "${PARTNER}") { code name creditorSide { enabled revision } pspSide { enabled } stations { edges { node { code } } } channels { edges { node { code } } } }
        station(code: "${STATION}") { code enabled broker { name } }
        channel(code: "${CHANNEL}") { code enabled broker { name } psps { name } }
      }`,
    );
    expect(data).toEqual({
      creditorInstitution: { fiscalCode: CREDITOR, name: 'Comune di Prova', enabled: true, revision: 1 },
      psp: {
        code: PSP,
        name: 'Banca di Prova',
        fiscalCode: '60000000001',
        enabled: true,
        channels: { edges: [{ node: { code: CHANNEL } }] },
      },
      broker: {
        code: PARTNER,
        name: 'Partner Tecnologico',
        creditorSide: { enabled: true, revision: 1 },
        pspSide: null,
        stations: { edges: [{ node: { code: PARTNER_STATION } }] },
        channels: { edges: [] },
      },
      station: { code: STATION, enabled: true, broker: { name: 'Comune di Prova' } },
      channel: {
        code: CHANNEL,
        enabled: true,
        broker: { name: 'Banca di Prova' },
        psps: [{ name: 'Banca di Prova' }, { name: 'Banca di Sotto' }],
      },
    });
  });

  it('nothing without a caller, neither by query nor by reference', async () => {
    for (const query of ['psps', 'stations', 'brokers', 'channels', 'creditorInstitutions']) {
      expect((await hosted.execute(undefined, `{ ${query} { edges { cursor } } }`)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
    const { data } = await hosted.execute(
      undefined,
      `{ _entities(representations: [{ __typename: "Psp", code: "${PSP}" }]) { ... on Psp { name } } }`,
    );
    expect(data).toEqual({ _entities: [null] });
  });
});

describe('what owners see', () => {
  const visible = async (caller: Principal): Promise<string[]> => {
    const data = await hosted.run<Record<string, { configuration: object | null }>>(
      caller,
      `{
        creditor: creditorInstitution(fiscalCode: "${CREDITOR}") { configuration { ibans { iban } print { cbill } routes { edges { node { code aca standIn station { code } } } } } }
        otherCreditor: creditorInstitution(fiscalCode: "${OTHER_CREDITOR}") { configuration { ibans { iban } } }
        station(code: "${STATION}") { configuration { endpoint routes { edges { node { code } } } maintenances { edges { node { start station { code } } } } } }
        partnerStation: station(code: "${PARTNER_STATION}") { configuration { endpoint primitiveVersion } }
        channel(code: "${CHANNEL}") { configuration { paymentModel standInFlag } }
      }`,
    );
    return Object.keys(data).filter((key) => data[key]?.configuration !== null);
  };

  it.each([
    [operator, ['creditor', 'otherCreditor', 'station', 'partnerStation', 'channel']],
    [creditor(CREDITOR), ['creditor', 'station']],
    [creditor(OTHER_CREDITOR), ['otherCreditor', 'partnerStation']],
    [partner(PARTNER), ['otherCreditor', 'partnerStation']],
    [partner(CREDITOR), ['creditor', 'station']],
    [psp(PSP), ['channel']],
    [psp(OTHER_PSP), ['channel']],
    [partner(PSP), ['channel']],
    [psp(CREDITOR), []],
    [stranger, []],
    [person, []],
  ])('$role $tenant: %j', async (caller, expected) => {
    expect(await visible(caller)).toEqual(expected);
  });

  it('a broker what it is configured for', async () => {
    const query = `{ broker(code: "${PARTNER}") { creditorSide { extendedFaultBean } } }`;
    expect(await hosted.run(partner(PARTNER), query)).toEqual({ broker: { creditorSide: { extendedFaultBean: true } } });
    expect(await hosted.run(stranger, query)).toEqual({ broker: { creditorSide: { extendedFaultBean: null } } });
  });

  it('a creditor among many only its own routes to a station', async () => {
    await hosted.services.objects.register(
      'route',
      { creditorInstitution: CREDITOR, station: PARTNER_STATION, auxDigit: 3, segregationCode: '09' },
      { by: 'test' },
    );
    const query = `{ station(code: "${PARTNER_STATION}") { configuration { routes { edges { node { code } } } } } }`;
    const routes = async (caller: Principal): Promise<string[]> =>
      codesOf(
        (await hosted.run<{ station: { configuration: { routes: Page<{ code: string }> } } }>(caller, query)).station.configuration.routes,
      );
    expect(await routes(creditor(CREDITOR))).toEqual([`${CREDITOR}/3-09`]);
    expect(await routes(creditor(OTHER_CREDITOR))).toEqual([`${OTHER_CREDITOR}/3-02`]);
    expect(await routes(partner(PARTNER))).toEqual([`${CREDITOR}/3-09`, `${OTHER_CREDITOR}/3-02`]);
  });
});

describe('secrets', () => {
  it('are in no field of the schema, and in no event', async () => {
    const types = await hosted.run<{ __schema: { types: { kind: string; name: string; fields: { name: string }[] }[] } }>(
      operator,
      '{ __schema { types { kind name fields { name } } } }',
    );
    const outputs = types.__schema.types.filter(({ kind }) => kind === 'OBJECT');
    const secrets = outputs.flatMap(({ name: type, fields }) =>
      fields.filter(({ name }) => /password|secret$|hash|digest|^key$/i.test(name)).map(({ name }) => `${type}.${name}`),
    );
    // A key and a secret are shown once, in the answer to the mutation that makes them. The key of a failed task is no secret, the digest of a
    // contract is printed on it.
    expect(secrets.toSorted()).toEqual([
      'FailedTask.key',
      'IssuedApiKey.key',
      'IssuedSystemClient.secret',
      'Mutation.regenerateSystemClientSecret',
      'OnboardingContract.digest',
    ]);
    const { directoryEventLog } = await hosted.run(operator, '{ directoryEventLog(first: 100) { edges { node { entry { content } } } } }');
    expect(JSON.stringify(directoryEventLog)).not.toMatch(/password|[0-9a-f]{64}/);
  });
});

describe('lists', () => {
  it('are pages in a stable order', async () => {
    const read = async (after: string | null) =>
      (
        await hosted.run<{ psps: Page<{ code: string }> }>(
          person,
          'query ($after: String) { psps(first: 1, after: $after) { edges { cursor node { code } } pageInfo { hasNextPage endCursor } } }',
          { after },
        )
      ).psps;
    const first = await read(null);
    expect(first).toMatchObject({ edges: [{ node: { code: PSP } }], pageInfo: { hasNextPage: true } });
    const second = await read(first.pageInfo.endCursor);
    expect(second).toMatchObject({ edges: [{ node: { code: OTHER_PSP } }], pageInfo: { hasNextPage: false } });
    const { brokers } = await hosted.run<{ brokers: Page<{ code: string }> }>(person, '{ brokers { edges { node { code } } } }');
    expect(codesOf(brokers)).toEqual([PARTNER, PSP, CREDITOR]);
    expect(await hosted.run(person, '{ brokers(first: 1) { pageInfo { hasNextPage } } }')).toEqual({
      brokers: { pageInfo: { hasNextPage: true } },
    });
  });

  it.each([
    ['creditorInstitutions(search: "sotto")', [OTHER_CREDITOR]],
    ['creditorInstitutions(search: "666")', [CREDITOR]],
    ['creditorInstitutions(search: "%")', []],
    ['creditorInstitutions(search: "_______")', []],
    ['creditorInstitutions(search: "  ")', [CREDITOR, OTHER_CREDITOR]],
    ['psps(search: "PROVA")', [PSP]],
    ['brokers(search: "Comune")', [CREDITOR]],
    ['stations(broker: "55555555555")', [PARTNER_STATION]],
    ['channels(broker: "60000000001")', [CHANNEL]],
    ['channels(psp: "60000000002")', [CHANNEL]],
    ['channels(psp: "60000000002", broker: "x")', []],
  ])('%s finds %j', async (field, expected) => {
    const key = field.startsWith('creditor') ? 'fiscalCode' : 'code';
    const data = await hosted.run<{ list: Page<{ code: string }> }>(person, `{ list: ${field} { edges { node { code: ${key} } } } }`);
    expect(codesOf(data.list)).toEqual(expected);
  });

  it.each(['psps(first: 0)', 'psps(first: 101)', 'psps(after: "x")', `psps(search: "${'x'.repeat(101)}")`])(
    '%s is bad input',
    async (field) => {
      expect((await hosted.execute(person, `{ ${field} { edges { cursor } } }`)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    },
  );
});

describe('references from other subgraphs', () => {
  it('are resolved in one look-up for each type, unknown ones as null', async () => {
    const representations = [
      { __typename: 'CreditorInstitution', fiscalCode: CREDITOR },
      { __typename: 'Psp', code: PSP },
      { __typename: 'Broker', code: PARTNER },
      { __typename: 'Station', code: STATION },
      { __typename: 'Channel', code: CHANNEL },
      { __typename: 'Psp', code: 'nobody' },
      { __typename: 'Station', code: 12 },
    ];
    const data = await hosted.run(
      operator,
      `query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on CreditorInstitution { name } ... on Psp { name } ... on Broker { name } ... on Station { enabled configuration { endpoint } } ... on Channel { enabled } } }`,
      { representations },
    );
    expect(data._entities).toEqual([
      { name: 'Comune di Prova' },
      { name: 'Banca di Prova' },
      { name: 'Partner Tecnologico' },
      { enabled: true, configuration: { endpoint: 'https://comune.example.it/pa' } },
      { enabled: true },
      null,
      null,
    ]);
  });
});
