import { passwordMatches } from '@nodo-aperto/kernel/directory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, CREDITOR, POPULATION, PSP, STATION } from './population.ts';
import { creditor, type Hosted, host, nodesOf, operator, type Page, partner, psp } from './support.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host({ allowPrivateEndpoints: false });
  await hosted.services.directoryFile.importDirectory(POPULATION, 'test');
});
afterAll(() => hosted?.hosting.stop());

const ANSWER = '{ change entry { kind code revision removed content station { code } psp { name } } }';
const registerStation = (input: object, revision?: number) =>
  hosted.execute(
    operator,
    `mutation ($input: StationInput!, $revision: Int) { registerStation(input: $input, revision: $revision) ${ANSWER} }`,
    { input, revision },
  );
const head = async (): Promise<bigint> => {
  await hosted.hosting.bus.settled(10_000);
  return hosted.services.stream.head();
};
const station = { code: 'new_01', broker: CREDITOR, endpoint: 'https://new.example.it/', password: 'pwdpwdpwd' };

describe('registering one object', () => {
  it('creates it, states it, and finds it so the second time', async () => {
    const before = await head();
    const first = await registerStation(station);
    expect(first.errors).toBeUndefined();
    expect(first.data?.registerStation).toEqual({
      change: 'CREATED',
      entry: {
        kind: 'STATION',
        code: 'new_01',
        revision: 1,
        removed: false,
        content:
          '{ code: "new_01", broker: "66666666666", enabled: true, primitiveVersion: 2, endpoint: "https://new.example.it/", standInFlag: false, paymentOptions: false }',
        station: { code: 'new_01' },
        psp: null,
      },
    });
    const second = await registerStation(station, 1);
    expect(second.data?.registerStation).toMatchObject({ change: 'UNCHANGED', entry: { revision: 1 } });
    expect((await head()) - before).toBe(1n);
  });

  it('replaces it, and keeps a password that is not given', async () => {
    const { data } = await registerStation({ ...station, password: undefined, primitiveVersion: 1 }, 1);
    expect(data?.registerStation).toMatchObject({ change: 'UPDATED', entry: { revision: 2 } });
    const [stored] = await hosted.services.queries.load('station', ['new_01']);
    expect(passwordMatches(stored!.object, 'pwdpwdpwd')).toBe(true);
    expect(stored?.object.primitiveVersion).toBe(1);
  });

  it.each([
    ['an older revision', 1, 'You have seen revision 1 of the station new_01, which is now at revision 2; read it again.'],
    [
      'no revision',
      undefined,
      'There is the station new_01 already, at revision 2, and you gave no revision; read it and give the revision you have seen.',
    ],
  ])('with %s is a conflict that names both', async (_what, revision, message) => {
    const { errors } = await registerStation({ ...station, enabled: false }, revision);
    expect(errors?.[0]).toMatchObject({ message, extensions: { code: 'CONFLICT' } });
  });

  it('of nothing with a revision is a conflict', async () => {
    const { errors } = await registerStation({ ...station, code: 'absent_01' }, 3);
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('You have seen revision 3'), extensions: { code: 'CONFLICT' } });
  });

  it('names every bad field at once, without the values', async () => {
    const { errors } = await registerStation({
      code: 'bad code',
      broker: 'x',
      endpoint: 'http://10.0.0.1/',
      password: 'secret',
      primitiveVersion: 7,
    });
    expect(errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      issues: [
        { path: 'input.code', message: 'is not valid', expected: expect.stringContaining('the code of a station') },
        { path: 'input.primitiveVersion', message: 'is not valid', expected: 'one of 1, 2' },
        { path: 'input.endpoint', message: 'is not valid', expected: expect.stringContaining('loopback, link-local or private') },
        { path: 'input.password', message: 'is not valid', expected: expect.stringContaining('8 to 15') },
      ],
    });
    expect(JSON.stringify(errors)).not.toMatch(/secret|10\.0\.0\.1/);
  });

  it('names references that lead nowhere, and a password that is missing', async () => {
    const unknown = await registerStation({ ...station, code: 'other_01', broker: 'nobody' });
    expect(unknown.errors?.[0]?.extensions.issues).toEqual([
      { path: 'input.broker', message: 'is not known', expected: 'the code of a broker of creditors that is registered' },
    ]);
    const naked = await registerStation({ ...station, code: 'other_01', password: null });
    expect(naked.errors?.[0]?.extensions.issues).toEqual([{ path: 'input.password', message: 'is missing', expected: 'a password' }]);
  });

  it('works for every kind', async () => {
    const mutation = `mutation {
      a: registerCreditorBroker(input: { code: "44444444444", name: "B" }) ${ANSWER}
      b: registerCreditorInstitution(input: { fiscalCode: "44444444444", name: "C", ibans: [{ iban: "IT60X0542811101000000123456", labels: ["ACA"] }], print: { cbill: "AAAAA" } }) ${ANSWER}
      c: registerRoute(input: { creditorInstitution: "44444444444", station: "${STATION}", auxDigit: 0, applicationCode: "01", aca: true }) ${ANSWER}
      d: registerPspBroker(input: { code: "44444444444", name: "B", extendedFaultBean: true }) ${ANSWER}
      e: registerPsp(input: { code: "44444444444", name: "P", fiscalCode: "44444444444" }) ${ANSWER}
      f: registerChannel(input: { code: "44444444444_01", broker: "44444444444", psps: ["44444444444"], password: "pwdpwdpwd", paymentModel: ATTIVATO_PRESSO_PSP }) ${ANSWER}
      g: registerApiKey(input: { key: "key-of-psp-4", party: "44444444444", products: [fdrpsp] }) ${ANSWER}
    }`;
    const answers = Object.values(await hosted.run(operator, mutation)) as { change: string; entry: { kind: string; content: string } }[];
    expect(answers.map(({ change, entry }) => [change, entry.kind])).toEqual([
      ['CREATED', 'CREDITOR_BROKER'],
      ['CREATED', 'CREDITOR_INSTITUTION'],
      ['CREATED', 'ROUTE'],
      ['CREATED', 'PSP_BROKER'],
      ['CREATED', 'PSP'],
      ['CREATED', 'CHANNEL'],
      ['CREATED', 'API_KEY'],
    ]);
    expect(JSON.stringify(answers)).not.toMatch(/pwdpwdpwd|key-of-psp-4/);
    const file = await hosted.services.directoryFile.exportDirectory();
    expect(await hosted.services.directoryFile.importDirectory(file, 'test')).toMatchObject({ created: 0, updated: 0, issues: [] });
  });
});

describe('enabling, disabling and removing', () => {
  const setEnabled = (kind: string, code: string, enabled: boolean, revision: number) =>
    hosted.execute<{ setDirectoryEntryEnabled: { change: string; entry: { revision: number } } }>(
      operator,
      `mutation { setDirectoryEntryEnabled(kind: ${kind}, code: "${code}", enabled: ${enabled}, revision: ${revision}) { change entry { revision psp { enabled } } } }`,
    );
  const remove = (kind: string, code: string, revision: number) =>
    hosted.execute<{ removeDirectoryEntry: { change: string } }>(
      operator,
      `mutation { removeDirectoryEntry(kind: ${kind}, code: "${code}", revision: ${revision}) { change entry { revision removed creditorInstitution { fiscalCode } } } }`,
    );

  it('switches an object off and on', async () => {
    expect((await setEnabled('PSP', PSP, false, 1)).data?.setDirectoryEntryEnabled).toEqual({
      change: 'UPDATED',
      entry: { revision: 2, psp: { enabled: false } },
    });
    expect((await setEnabled('PSP', PSP, false, 2)).data?.setDirectoryEntryEnabled.change).toBe('UNCHANGED');
    expect((await setEnabled('PSP', PSP, true, 1)).errors?.[0]?.extensions.code).toBe('CONFLICT');
    expect((await setEnabled('PSP', 'nobody', true, 1)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await setEnabled('PSP', PSP, true, 2)).data?.setDirectoryEntryEnabled.entry.revision).toBe(3);
  });

  it('removes a route, which goes on counting when it comes back', async () => {
    const code = `${CREDITOR}/3-02`;
    expect((await remove('ROUTE', code, 7)).errors?.[0]?.message).toBe(
      `You have seen revision 7 of the route ${code}, which is now at revision 1; read it again.`,
    );
    expect((await remove('ROUTE', code, 1)).data?.removeDirectoryEntry).toEqual({
      change: 'REMOVED',
      entry: { revision: 2, removed: true, creditorInstitution: { fiscalCode: CREDITOR } },
    });
    expect((await remove('ROUTE', code, 2)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    await hosted.hosting.bus.settled(10_000);
    const { directoryEventLog } = await hosted.run<{ directoryEventLog: Page<{ entry: object }> }>(
      operator,
      `{ directoryEventLog(kind: ROUTE, code: "${code}") { edges { node { entry { revision removed } } } } }`,
    );
    expect(nodesOf(directoryEventLog).map(({ entry }) => entry)).toEqual([
      { revision: 1, removed: false },
      { revision: 2, removed: true },
    ]);
    const back = await hosted.run(
      operator,
      `mutation { registerRoute(input: { creditorInstitution: "${CREDITOR}", station: "${STATION}", auxDigit: 3, segregationCode: "02" }) { change entry { revision } } }`,
    );
    expect(back.registerRoute).toEqual({ change: 'CREATED', entry: { revision: 3 } });
  });

  it('keeps the history of an object, with who changed it', async () => {
    const { directoryHistory } = await hosted.run<{ directoryHistory: Page<{ validFrom: string }> }>(
      operator,
      `{ directoryHistory(kind: ROUTE, code: "${CREDITOR}/3-02", first: 2) { edges { cursor node { validFrom validTo changedBy entry { revision removed content } } } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(directoryHistory.pageInfo.hasNextPage).toBe(true);
    const [present, removed] = nodesOf(directoryHistory);
    expect(present).toMatchObject({ validTo: null, changedBy: 'test OPERATOR', entry: { revision: 3, removed: false } });
    expect(removed).toMatchObject({ validTo: removed?.validFrom, entry: { revision: 2, removed: true } });
    const rest = await hosted.run(
      operator,
      `{ directoryHistory(kind: ROUTE, code: "${CREDITOR}/3-02", after: "${directoryHistory.pageInfo.endCursor}") { edges { node { changedBy validTo entry { revision } } } pageInfo { hasNextPage } } }`,
    );
    expect(rest.directoryHistory).toEqual({
      edges: [{ node: { changedBy: 'test', validTo: removed?.validFrom, entry: { revision: 1 } } }],
      pageInfo: { hasNextPage: false },
    });
  });

  it('removes an API key', async () => {
    const { apiKeys } = await hosted.run<{ apiKeys: Page<{ code: string }> }>(
      operator,
      `{ apiKeys(party: "${CREDITOR}") { edges { node { code party products revision } } } }`,
    );
    const [node] = nodesOf(apiKeys);
    expect(node).toMatchObject({ party: CREDITOR, products: ['aca', 'gpd'], revision: 1 });
    expect((await remove('API_KEY', node?.code ?? '', 1)).data?.removeDirectoryEntry.change).toBe('REMOVED');
    expect(await hosted.run(operator, `{ apiKeys(party: "${CREDITOR}") { edges { node { code } } } }`)).toEqual({ apiKeys: { edges: [] } });
  });

  it('is for operators', async () => {
    for (const caller of [creditor(CREDITOR), psp(PSP), partner(CREDITOR), undefined]) {
      for (const mutation of [
        `mutation { setDirectoryEntryEnabled(kind: CHANNEL, code: "${CHANNEL}", enabled: false, revision: 1) { change } }`,
        `mutation { removeDirectoryEntry(kind: ROUTE, code: "x", revision: 1) { change } }`,
        `mutation { registerPsp(input: { code: "x", name: "x", fiscalCode: "x" }) { change } }`,
        '{ apiKeys { edges { node { code } } } }',
      ]) {
        expect((await hosted.execute(caller, mutation)).errors?.[0]?.extensions.code).toBe(caller ? 'FORBIDDEN' : 'UNAUTHENTICATED');
      }
    }
  });
});
