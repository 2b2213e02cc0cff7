import { apiKeyHash, mayActFor } from '@nodo-aperto/kernel/directory';
import { openDatabase } from '@nodo-aperto/kernel/database';
import { testDatabaseUrl, testLogger, until } from '@nodo-aperto/kernel/testing';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDITOR, OTHER_CREDITOR, PARTNER, POPULATION, PSP } from './population.ts';
import { creditor, errorCode, type Hosted, host, operator, type Page, nodesOf, partner, psp } from './support.ts';

const MARIO = 'RSSMRA80A01H501U';
const LUIGI = 'VRDLGU75C10F205J';
const GIULIA = 'BNCGLI85M41L219Z';
const PAOLA = 'NREPLA70T50G273M';
const person = (fiscalCode: string, principal: Principal): Principal => ({ ...principal, fiscalCode, subject: fiscalCode });
const manager = person(MARIO, creditor(CREDITOR));
const technician = person(LUIGI, creditor(CREDITOR));

interface User {
  id: string;
  state: string;
  revision: number;
  grants: { function: string; grantedBy: string }[];
}
const USER = '{ id state revision grants { function grantedBy } }';

let hosted: Hosted;
const appoint = (caller: Principal, input: Record<string, unknown>) =>
  hosted.execute<{ appointUser: User }>(caller, `mutation ($input: AppointUserInput!) { appointUser(input: $input) ${USER} }`, {
    input: { name: 'Nome', familyName: 'Cognome', email: 'a@example.it', ...input },
  });
const mayCall = async (caller: Principal, query: string) => errorCode(await hosted.execute(caller, query));
const permissions = async (caller: Principal, creditorCode?: string) =>
  (
    await hosted.run<{ myPermissions: { function: string; source: string; grantedBy: string }[] }>(
      caller,
      'query ($c: String) { myPermissions(creditor: $c) { function source grantedBy } }',
      { c: creditorCode },
    )
  ).myPermissions;

beforeAll(async () => {
  hosted = await host({ url: await testDatabaseUrl() });
  await hosted.services.directoryFile.importDirectory(POPULATION, 'test');
  await appoint(operator, { institution: { role: 'EC', code: CREDITOR }, fiscalCode: MARIO, role: 'MANAGER' });
});
afterAll(() => hosted?.hosting.stop());

describe('users', () => {
  let luigi: User;

  it('are appointed by a manager, with functions that are effective at once and taken away at once', async () => {
    const { data, errors } = await appoint(manager, { fiscalCode: LUIGI, role: 'OPERATOR', functions: ['AUDIT'] });
    expect(errors).toBeUndefined();
    luigi = data!.appointUser;
    expect(luigi).toMatchObject({ state: 'ACTIVE', revision: 1, grants: [{ function: 'AUDIT', grantedBy: MARIO }] });
    expect(await mayCall(technician, '{ auditLog { edges { cursor } } }')).toBeUndefined();
    const set =
      'mutation ($id: ID!, $f: [PlatformFunction!]!, $r: Int!) { setUserFunctions(id: $id, functions: $f, revision: $r) { revision } }';
    await hosted.run(manager, set, { id: luigi.id, f: ['IBANS'], r: 1 });
    expect(await mayCall(technician, '{ auditLog { edges { cursor } } }')).toBe('FORBIDDEN');
    expect(await permissions(technician)).toContainEqual({ function: 'IBANS', source: 'GRANT', grantedBy: MARIO });
    const late = await hosted.execute(manager, set, { id: luigi.id, f: [], r: 1 });
    expect([errorCode(late), late.errors?.[0]?.message]).toEqual([
      'CONFLICT',
      'You have seen revision 1 of the user, which is now at revision 2; read it again.',
    ]);
  });

  it.each([
    ['a person twice', manager, { fiscalCode: LUIGI, role: 'DELEGATE' }, 'CONFLICT'],
    ['themselves', manager, { fiscalCode: MARIO, role: 'OPERATOR' }, 'FORBIDDEN'],
    ['without the function', technician, { fiscalCode: GIULIA, role: 'OPERATOR' }, 'FORBIDDEN'],
    ['as software', creditor(CREDITOR), { fiscalCode: GIULIA, role: 'OPERATOR' }, 'FORBIDDEN'],
    [
      'at another institution',
      manager,
      { fiscalCode: GIULIA, role: 'OPERATOR', institution: { role: 'EC', code: OTHER_CREDITOR } },
      'FORBIDDEN',
    ],
    ['as nobody of it', person(GIULIA, creditor(CREDITOR)), { fiscalCode: PAOLA, role: 'OPERATOR' }, 'FORBIDDEN'],
    ['nowhere', operator, { fiscalCode: GIULIA, role: 'MANAGER' }, 'BAD_USER_INPUT'],
    ['with a bad address', manager, { fiscalCode: GIULIA, role: 'OPERATOR', email: 'x' }, 'BAD_USER_INPUT'],
    ['a company', manager, { fiscalCode: CREDITOR, role: 'OPERATOR' }, 'BAD_USER_INPUT'],
    ['with what the role has', manager, { fiscalCode: GIULIA, role: 'OPERATOR', functions: ['STATIONS'] }, 'BAD_USER_INPUT'],
  ])('are not appointed: %s', async (_name, caller, input, code) => {
    expect(errorCode(await appoint(caller, input))).toBe(code);
  });

  it('are suspended, come back and are removed; the last manager stays', async () => {
    const state = 'mutation ($id: ID!, $s: UserState!, $r: Int!) { setUserState(id: $id, state: $s, revision: $r) { state revision } }';
    await hosted.run(manager, state, { id: luigi.id, s: 'SUSPENDED', r: 2 });
    expect(await mayCall(technician, '{ stations { edges { cursor } } }')).toBe('FORBIDDEN');
    expect((await hosted.services.identity.memberships(LUIGI)).length).toBe(0);
    await hosted.run(manager, state, { id: luigi.id, s: 'ACTIVE', r: 3 });
    expect(await mayCall(technician, '{ stations { edges { cursor } } }')).toBeUndefined();
    expect((await hosted.services.identity.memberships(LUIGI)).map((each) => each.functions)).toEqual([
      ['OVERVIEW', 'STATIONS', 'IBANS', 'MAINTENANCE', 'ROADMAP'],
    ]);
    await hosted.run(manager, state, { id: luigi.id, s: 'REMOVED', r: 4 });
    expect(errorCode(await hosted.execute(manager, state, { id: luigi.id, s: 'ACTIVE', r: 5 }))).toBe('CONFLICT');
    const { institutionUsers } = await hosted.run<{ institutionUsers: Page<User & { fiscalCode: string }> }>(
      manager,
      '{ institutionUsers(state: ACTIVE) { edges { node { id fiscalCode revision } } } }',
    );
    expect(nodesOf(institutionUsers).map((each) => each.fiscalCode)).toEqual([MARIO]);
    await appoint(manager, { fiscalCode: PAOLA, role: 'MANAGER' });
    const [mario] = nodesOf(institutionUsers);
    const other = person(PAOLA, creditor(CREDITOR));
    await hosted.run(other, state, { id: mario!.id, s: 'SUSPENDED', r: mario!.revision });
    expect(await mayCall(manager, '{ institutionUsers { edges { cursor } } }')).toBe('FORBIDDEN');
    await hosted.run(operator, state, { id: mario!.id, s: 'ACTIVE', r: mario!.revision + 1 });
    const paola = nodesOf(
      (await hosted.run<{ institutionUsers: Page<User> }>(manager, `{ institutionUsers { edges { node ${USER} } } }`)).institutionUsers,
    ).find((each) => each.state === 'ACTIVE' && each.id !== mario!.id);
    await hosted.run(manager, state, { id: paola!.id, s: 'REMOVED', r: paola!.revision });
  });

  it('of other institutions are not found', async () => {
    await appoint(operator, { institution: { role: 'EC', code: OTHER_CREDITOR }, fiscalCode: GIULIA, role: 'MANAGER' });
    const stranger = person(GIULIA, creditor(OTHER_CREDITOR));
    const state = 'mutation ($id: ID!) { setUserState(id: $id, state: REMOVED, revision: 1) { state } }';
    for (const id of [luigi.id, 'nothing']) expect(errorCode(await hosted.execute(stranger, state, { id }))).toBe('NOT_FOUND');
  });

  it('act in one role: the same code as a partner is another institution', async () => {
    expect(await mayCall(person(MARIO, partner(CREDITOR)), '{ stations { edges { cursor } } }')).toBe('FORBIDDEN');
  });
});

describe('permissions', () => {
  it('are told to each kind of caller, with where they come from', async () => {
    expect((await permissions(operator)).every(({ source }) => source === 'PLATFORM')).toBe(true);
    expect((await permissions(psp(PSP))).map((each) => each.function)).toContain('CHANNELS');
    expect((await permissions(creditor(OTHER_CREDITOR))).map((each) => each.function)).not.toContain('STATIONS');
    expect(await permissions({ ...manager, functions: ['AUDIT', 'OVERVIEW'] })).toEqual([
      { function: 'OVERVIEW', source: 'ROLE', grantedBy: 'MANAGER' },
      { function: 'AUDIT', source: 'ROLE', grantedBy: 'MANAGER' },
    ]);
    const { myInstitutions } = await hosted.run(manager, '{ myInstitutions { institution { role code } role } }');
    expect(myInstitutions).toEqual([{ institution: { role: 'EC', code: CREDITOR }, role: 'MANAGER' }]);
    const { permissionMatrix } = await hosted.run<{ permissionMatrix: unknown[] }>(
      psp(PSP),
      '{ permissionMatrix { product function role allowance kinds } }',
    );
    expect(permissionMatrix).toContainEqual({
      product: 'BACK_OFFICE',
      function: 'CHANNELS',
      role: 'SYSTEM',
      allowance: 'ALWAYS',
      kinds: ['PSP_DIRECT', 'PT_PSP'],
    });
  });
});

describe('delegations to partners', () => {
  const delegate = `mutation ($f: [PlatformFunction!]!, $p: String!, $c: String) { delegateToPartner(partner: $p, functions: $f, creditor: $c) { revision functions } }`;

  it('are given by the creditor, counted by the partner, and revoked', async () => {
    expect(await permissions(partner(PARTNER), CREDITOR)).toEqual([]);
    await hosted.run(manager, delegate, { p: PARTNER, f: ['STATIONS', 'IBANS'] });
    expect(await permissions(partner(PARTNER), CREDITOR)).toEqual([
      { function: 'STATIONS', source: 'DELEGATION', grantedBy: MARIO },
      { function: 'IBANS', source: 'DELEGATION', grantedBy: MARIO },
    ]);
    const acting = hosted.services.permissions.actingFor(partner(PARTNER), 'IBANS', { role: 'EC', code: CREDITOR });
    expect((await acting).permission.source).toBe('DELEGATION');
    await expect(hosted.services.permissions.actingFor(partner(PARTNER), 'STATIONS', { role: 'EC', code: OTHER_CREDITOR })).rejects.toThrow(
      'You do not act for EC 77777777777 in the function STATIONS.',
    );
    const { partnerDelegations } = await hosted.run<{ partnerDelegations: Page<{ creditor: string; revision: number }> }>(
      partner(PARTNER),
      '{ partnerDelegations { edges { node { creditor partner functions revision } } } }',
    );
    expect(nodesOf(partnerDelegations)).toEqual([{ creditor: CREDITOR, partner: PARTNER, functions: ['STATIONS', 'IBANS'], revision: 1 }]);
    const revoke = 'mutation ($r: Int!) { revokePartnerDelegation(partner: "55555555555", revision: $r) { revokedAt } }';
    const late = await hosted.execute(manager, revoke, { r: 7 });
    expect(late.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      versions: { seen: { revision: 7 }, current: { revision: 1, content: expect.stringContaining('STATIONS') } },
    });
    expect(errorCode(await hosted.execute(manager, delegate, { p: PARTNER, f: ['IBANS'] }))).toBe('CONFLICT');
    await using directory = hosted.replica();
    await until(async () => (await directory.entry('delegation', `${CREDITOR}/${PARTNER}`)) !== undefined, {
      what: 'the delegation is known elsewhere',
      timeoutMs: 20_000,
    });
    expect([
      await mayActFor(directory, PARTNER, CREDITOR, 'STATIONS'),
      await mayActFor(directory, PARTNER, CREDITOR, 'POSITIONS_WRITE'),
    ]).toEqual([true, false]);
    await hosted.run(manager, revoke, { r: 1 });
    // Every service hears of it, as it hears of whatever the directory says.
    await until(async () => !(await mayActFor(directory, PARTNER, CREDITOR, 'STATIONS')), {
      what: 'it is revoked elsewhere',
      timeoutMs: 20_000,
    });
    expect(await permissions(partner(PARTNER), CREDITOR)).toEqual([]);
    expect(errorCode(await hosted.execute(manager, revoke, { r: 2 }))).toBe('NOT_FOUND');
  });

  it.each([
    ['what cannot be delegated', manager, { p: PARTNER, f: ['USERS'] }, 'BAD_USER_INPUT'],
    ['nothing', manager, { p: PARTNER, f: [] }, 'BAD_USER_INPUT'],
    ['to nobody', manager, { p: 'nobody', f: ['STATIONS'] }, 'BAD_USER_INPUT'],
    ['by software', creditor(CREDITOR), { p: PARTNER, f: ['STATIONS'] }, 'FORBIDDEN'],
    ['for another', manager, { p: PARTNER, f: ['STATIONS'], c: OTHER_CREDITOR }, 'FORBIDDEN'],
  ])('are refused: %s', async (_name, caller, variables, code) => {
    expect(errorCode(await hosted.execute(caller, delegate, variables))).toBe(code);
  });
});

describe('API keys', () => {
  const regenerate =
    'mutation ($p: ApiProduct!, $s: ApiKeySlot!, $i: InstitutionInput) { regenerateApiKey(product: $p, slot: $s, institution: $i) { key hint } }';
  const issue = async (slot: string) =>
    (await hosted.run<{ regenerateApiKey: { key: string; hint: string } }>(manager, regenerate, { p: 'aca', s: slot })).regenerateApiKey;
  const known = async (key: string) => (await hosted.services.queries.load('apiKey', [apiKeyHash(key)]))[0]?.object;

  it('are two for each product, renewed one at a time, shown once, kept as digests where the edges look', async () => {
    const [primary, secondary] = [await issue('PRIMARY'), await issue('SECONDARY')];
    expect(await known(primary.key)).toEqual({ hash: apiKeyHash(primary.key), party: CREDITOR, products: ['aca'] });
    const renewed = await issue('PRIMARY');
    expect(await known(primary.key)).toBeUndefined();
    expect(await known(secondary.key)).toBeDefined();
    expect(await known(renewed.key)).toBeDefined();
    const { institutionApiKeys } = await hosted.run(manager, '{ institutionApiKeys { product slot hint changedBy } }');
    expect(institutionApiKeys).toEqual([
      { product: 'aca', slot: 'PRIMARY', hint: renewed.key.slice(-4), changedBy: MARIO },
      { product: 'aca', slot: 'SECONDARY', hint: secondary.key.slice(-4), changedBy: MARIO },
    ]);
    await hosted.run(manager, 'mutation { removeApiKey(product: aca, slot: SECONDARY) { slot } }');
    expect(await known(secondary.key)).toBeUndefined();
  });

  it.each([
    ['of another side', manager, { p: 'fdrpsp', s: 'PRIMARY' }, 'BAD_USER_INPUT'],
    ['by software', creditor(CREDITOR), { p: 'aca', s: 'PRIMARY' }, 'FORBIDDEN'],
    ['of a creditor that is connected by a partner', person(GIULIA, creditor(OTHER_CREDITOR)), { p: 'aca', s: 'PRIMARY' }, 'FORBIDDEN'],
    ['for nobody', operator, { p: 'aca', s: 'PRIMARY' }, 'BAD_USER_INPUT'],
  ])('are refused: %s', async (_name, caller, variables, code) => {
    expect(errorCode(await hosted.execute(caller, regenerate, variables))).toBe(code);
  });
});

describe('clients of systems', () => {
  it('have a secret that is shown once and can be replaced, until they are revoked', async () => {
    const create =
      'mutation ($f: [PlatformFunction!]) { createSystemClient(name: "Gestionale", functions: $f) { client { id revision } secret } }';
    expect(errorCode(await hosted.execute(manager, create, { f: ['USERS'] }))).toBe('BAD_USER_INPUT');
    const { createSystemClient: made } = await hosted.run<{ createSystemClient: { client: { id: string }; secret: string } }>(
      manager,
      create,
    );
    const { id } = made.client;
    const identity = hosted.services.identity;
    expect((await identity.client(id))?.hasSecret(made.secret)).toBe(true);
    expect((await identity.client(id))?.hasSecret('wrong')).toBe(false);
    const renew = 'mutation ($id: ID!) { regenerateSystemClientSecret(id: $id, revision: 1) { secret } }';
    const { regenerateSystemClientSecret: renewed } = await hosted.run<{ regenerateSystemClientSecret: { secret: string } }>(
      manager,
      renew,
      { id },
    );
    expect((await identity.client(id))?.hasSecret(made.secret)).toBe(false);
    expect((await identity.client(id))?.hasSecret(renewed.secret)).toBe(true);
    const revoke = 'mutation ($id: ID!, $r: Int!) { revokeSystemClient(id: $id, revision: $r) { revision } }';
    expect(errorCode(await hosted.execute(manager, revoke, { id, r: 1 }))).toBe('CONFLICT');
    expect(errorCode(await hosted.execute(person(GIULIA, creditor(OTHER_CREDITOR)), revoke, { id, r: 2 }))).toMatch(/NOT_FOUND|FORBIDDEN/);
    await hosted.run(manager, revoke, { id, r: 2 });
    expect(await identity.client(id)).toBeUndefined();
    const { systemClients } = await hosted.run<{ systemClients: Page<unknown> }>(manager, '{ systemClients { edges { node { id } } } }');
    expect(systemClients.edges).toEqual([]);
  });
});

describe('the audit', () => {
  const list = (caller: Principal, filter: object) =>
    hosted.run<{ auditLog: Page<Record<string, string>> }>(
      caller,
      `query ($f: AuditFilterInput) { auditLog(filter: $f, first: 100) { edges { node { at actor actorRole actorFiscalCode onBehalfOf action objectKind objectCode detail } } } }`,
      { f: filter },
    );

  it('tells who changed what, when, on whose behalf, to those whom it concerns', async () => {
    const { auditLog } = await list(manager, { objectKind: 'API_KEY_SLOT', action: 'REGENERATED' });
    expect(nodesOf(auditLog)).toEqual([
      expect.objectContaining({
        actor: MARIO,
        actorRole: 'EC',
        actorFiscalCode: MARIO,
        onBehalfOf: `EC:${CREDITOR}`,
        objectCode: `${CREDITOR}/aca/PRIMARY`,
      }),
    ]);
    const stranger = person(GIULIA, creditor(OTHER_CREDITOR));
    expect(nodesOf((await list(stranger, { objectKind: 'API_KEY_SLOT' })).auditLog)).toEqual([]);
    expect(nodesOf((await list(partner(PARTNER), { objectKind: 'PARTNER_DELEGATION' })).auditLog).map(({ action }) => action)).toEqual([
      'REVOKED',
      'DELEGATED',
    ]);
    const stations = nodesOf((await list(operator, { objectKind: 'STATION' })).auditLog);
    expect(stations.map(({ actor, action }) => `${actor} ${action}`)).toEqual(['test CREATED', 'test CREATED']);
    const seen = nodesOf((await list(operator, { institution: { role: 'EC', code: OTHER_CREDITOR }, objectKind: 'USER' })).auditLog);
    expect(seen.map(({ action }) => action)).toEqual(['APPOINTED']);
  });

  it('is read page by page and between instants', async () => {
    const page = async (after: string | null) =>
      (
        await hosted.run<{ auditLog: Page<{ id: string }> }>(
          operator,
          'query ($a: String) { auditLog(first: 5, after: $a) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }',
          { a: after },
        )
      ).auditLog;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    const ids = [...nodesOf(first), ...nodesOf(second)].map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((one, other) => other - one));
    expect(new Set(ids).size).toBe(10);
    expect((await list(operator, { until: '2020-01-01T00:00:00Z' })).auditLog.edges).toEqual([]);
    const bad = await hosted.execute(operator, '{ auditLog(after: "bm9wZQ") { edges { cursor } } }');
    expect(errorCode(bad)).toBe('BAD_USER_INPUT');
  });

  it('holds no secret, and what operators do to the platform itself', async () => {
    await hosted.run(operator, 'mutation { advanceClock(minutes: 1) }');
    const all = nodesOf((await list(operator, {})).auditLog);
    expect(all[0]).toMatchObject({ action: 'CLOCK_ADVANCED', objectKind: 'PLATFORM', detail: '{"minutes": 1}'.replaceAll(' ', '') });
    expect(JSON.stringify(all)).not.toMatch(/[0-9a-f]{64}|pwdpwdpwd|demo-key/);
  });

  it('cannot be changed, emptied or deleted from, not even by the service itself', async () => {
    const database = await openDatabase({
      url: hosted.url,
      schema: 'onboarding',
      entities: [],
      migrations: [],
      log: testLogger(),
      clock: hosted.clock,
    });
    for (const statement of [`update audit_entry set actor = 'x'`, 'delete from audit_entry', 'truncate audit_entry'])
      await expect(database.query(statement)).rejects.toThrow('the audit is append-only');
    await database.close();
  });
});
