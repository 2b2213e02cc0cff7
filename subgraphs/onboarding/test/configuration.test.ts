/** Stations, channels and routes as their owners configure them, reviewed by operators. */
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { parseEnvelope, buildEnvelope, xmlElement } from '@nodo-aperto/kernel/soap';
import { until } from '@nodo-aperto/kernel/testing';
import { HOUR, toIso } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, CREDITOR, OTHER_CREDITOR, PARTNER, PARTNER_STATION, POPULATION, PSP, STATION } from './population.ts';
import { codesOf, creditor, errorCode, type Hosted, host, nodesOf, operator, type Page, partner, psp } from './support.ts';

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host();
  await hosted.services.directoryFile.importDirectory(POPULATION, 'test');
});
afterAll(() => hosted?.hosting.stop());

interface Draft {
  code: string;
  state: string;
  revision: number;
  note: string | null;
  content: string;
  basedOn: number | null;
}
const DRAFT = '{ kind code broker state content basedOn note revision reviewedBy }';
const PROPOSE = `mutation ($input: StationProposalInput!, $code: String, $revision: Int, $institution: InstitutionInput) {
  proposeStation(input: $input, code: $code, revision: $revision, institution: $institution) ${DRAFT} }`;
const INPUT = { endpoint: 'https://nuova.example.it/pa', password: 'pwdpwdpwd' };

const propose = async (variables: object, caller = creditor(CREDITOR)): Promise<Draft> =>
  (await hosted.run<{ proposeStation: Draft }>(caller, PROPOSE, { input: INPUT, ...variables })).proposeStation;
const approve = (code: string, revision: number, kind = 'STATION') =>
  hosted.execute<{ approveConfiguration: Draft }>(
    operator,
    `mutation { approveConfiguration(kind: ${kind}, code: "${code}", revision: ${revision}) ${DRAFT} }`,
  );
const askChanges = (code: string, revision: number, note = 'Serve un certificato valido') =>
  hosted.execute<{ requestConfigurationChanges: Draft }>(
    operator,
    `mutation { requestConfigurationChanges(kind: STATION, code: "${code}", revision: ${revision}, note: "${note}") ${DRAFT} }`,
  );
const endpointOf = async (code: string) =>
  (
    await hosted.run<{ station: { revision: number; configuration: { endpoint: string; pendingUpdate: boolean } } | null }>(
      operator,
      `{ station(code: "${code}") { revision configuration { endpoint pendingUpdate } } }`,
    )
  ).station;

describe('a new station', () => {
  it('is proposed, sent back, corrected, approved, and then in force', async () => {
    const proposed = await propose({});
    expect(proposed).toMatchObject({ code: `${CREDITOR}_02`, state: 'TO_CHECK', revision: 1, basedOn: null });
    expect(proposed.content).not.toContain('pwdpwdpwd');
    expect(await endpointOf(proposed.code)).toBeNull();

    const back = await askChanges(proposed.code, 1);
    expect(back.data?.requestConfigurationChanges).toMatchObject({ state: 'TO_FIX', note: 'Serve un certificato valido', revision: 2 });
    expect(errorCode(await approve(proposed.code, 2))).toBe('CONFLICT');

    const corrected = await propose({ code: proposed.code, revision: 2, input: { endpoint: 'https://corretta.example.it/pa' } });
    expect(corrected).toMatchObject({ state: 'TO_CHECK', revision: 3, note: null });
    const { data } = await approve(proposed.code, 3);
    expect(data?.approveConfiguration).toMatchObject({ state: 'APPROVED', revision: 4, reviewedBy: operator.subject });
    expect(await endpointOf(proposed.code)).toEqual({
      revision: 1,
      configuration: { endpoint: 'https://corretta.example.it/pa', pendingUpdate: false },
    });
  });

  it('needs a password, and an endpoint of the right shape', async () => {
    const { errors } = await hosted.execute(creditor(CREDITOR), PROPOSE, { input: { endpoint: 'ftp://x', primitiveVersion: 3 } });
    expect(errors?.[0]?.extensions.issues).toMatchObject([{ path: 'input.primitiveVersion' }, { path: 'input.endpoint' }]);
    const none = await hosted.execute(creditor(CREDITOR), PROPOSE, { input: { endpoint: INPUT.endpoint } });
    expect(none.errors?.[0]?.extensions.issues).toMatchObject([{ path: 'input.password', message: 'is missing' }]);
  });

  it('is for who has stations: a direct creditor and a partner, for themselves', async () => {
    expect(errorCode(await hosted.execute(creditor(OTHER_CREDITOR), PROPOSE, { input: INPUT }))).toBe('FORBIDDEN');
    expect(errorCode(await hosted.execute(psp(PSP), PROPOSE, { input: INPUT }))).toBe('FORBIDDEN');
    const foreign = { input: INPUT, institution: { role: 'EC', code: CREDITOR } };
    expect(errorCode(await hosted.execute(partner(PARTNER), PROPOSE, foreign))).toBe('FORBIDDEN');
    expect(errorCode(await hosted.execute(partner(PARTNER), PROPOSE, { input: INPUT, code: STATION, revision: 1 }))).toBe('NOT_FOUND');
    expect(errorCode(await hosted.execute(operator, PROPOSE, { input: INPUT }))).toBe('BAD_USER_INPUT');
    expect((await propose({ institution: { role: 'PARTNER', code: PARTNER } }, operator)).code).toBe(`${PARTNER}_02`);
  });

  it('is noted in the audit of its owner', async () => {
    const { auditLog } = await hosted.run<{ auditLog: Page<{ action: string; objectCode: string }> }>(
      creditor(CREDITOR),
      '{ auditLog(filter: { objectKind: "STATION_DRAFT" }) { edges { node { action objectCode } } } }',
    );
    expect(
      nodesOf(auditLog)
        .filter(({ objectCode }) => objectCode === `${CREDITOR}_02`)
        .map(({ action }) => action),
    ).toEqual(['APPROVE', 'PROPOSE', 'ASK_CHANGES', 'PROPOSE']);
  });
});

describe('an edit of a station in force', () => {
  it('is reviewed while the old one works on, and replaces only what its owner had seen', async () => {
    const live = await endpointOf(STATION);
    const edit = await propose({
      code: STATION,
      revision: live?.revision,
      input: { endpoint: 'https://edit.example.it/pa', standInFlag: true },
    });
    expect(edit).toMatchObject({ state: 'TO_CHECK_UPDATE', basedOn: live?.revision });
    expect(await endpointOf(STATION)).toEqual({
      revision: live?.revision,
      configuration: { endpoint: 'https://comune.example.it/pa', pendingUpdate: true },
    });
    // An operator changes the station meanwhile: the edit was made on something else.
    await hosted.run(
      operator,
      `mutation { setDirectoryEntryEnabled(kind: STATION, code: "${STATION}", enabled: false, revision: 1) { change } }`,
    );
    const { errors } = await approve(STATION, edit.revision);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      versions: { seen: { revision: 1 }, current: { revision: 2, content: expect.stringContaining('enabled: false') } },
    });
    const sent = await askChanges(STATION, edit.revision);
    expect(sent.data?.requestConfigurationChanges.state).toBe('TO_FIX_UPDATE');
    const again = await propose({ code: STATION, revision: edit.revision + 1, input: { endpoint: 'https://edit.example.it/pa' } });
    expect(again).toMatchObject({ state: 'TO_CHECK_UPDATE', basedOn: 2 });
    expect((await approve(STATION, again.revision)).errors).toBeUndefined();
    expect((await endpointOf(STATION))?.configuration).toEqual({ endpoint: 'https://edit.example.it/pa', pendingUpdate: false });
  });

  it('of what somebody else edited meanwhile is a conflict with both versions', async () => {
    const { revision } = (await endpointOf(STATION)) ?? { revision: 0 };
    const first = await propose({ code: STATION, revision });
    const late = await hosted.execute(creditor(CREDITOR), PROPOSE, { input: INPUT, code: STATION, revision: first.revision - 1 });
    expect(late.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      versions: {
        seen: { revision: first.revision - 1 },
        current: { revision: first.revision, content: expect.stringContaining('nuova') },
      },
    });
    expect(errorCode(await hosted.execute(creditor(CREDITOR), PROPOSE, { input: INPUT, code: STATION }))).toBe('CONFLICT');
    for (const answer of [await approve(STATION, 1), await askChanges(STATION, 1)]) expect(errorCode(answer)).toBe('CONFLICT');
  });
});

describe('drafts', () => {
  it('are reviewed by operators only, and named rightly', async () => {
    const review = `mutation { approveConfiguration(kind: STATION, code: "${STATION}", revision: 1) { code } }`;
    expect(errorCode(await hosted.execute(creditor(CREDITOR), review))).toBe('FORBIDDEN');
    expect(errorCode(await approve('nothing_01', 1))).toBe('NOT_FOUND');
    expect(errorCode(await askChanges(STATION, 1, ' '))).toBe('BAD_USER_INPUT');
  });

  it('are listed for their owner, and for operators', async () => {
    const list = async (caller: Parameters<Hosted['run']>[0], rest = '') =>
      (await hosted.run<{ stationDrafts: Page<Draft> }>(caller, `{ stationDrafts${rest} { edges { node { code state } } } }`))
        .stationDrafts;
    expect(codesOf(await list(creditor(CREDITOR)))).toEqual([STATION, `${CREDITOR}_02`]);
    expect(codesOf(await list(partner(PARTNER)))).toEqual([`${PARTNER}_02`]);
    expect(codesOf(await list(operator, '(states: [APPROVED])'))).toEqual([`${CREDITOR}_02`]);
    expect(codesOf(await list(operator, '(first: 1)'))).toEqual([`${PARTNER}_02`]);
  });

  it('of channels go the same way', async () => {
    const propose = `mutation { proposeChannel(input: { psps: ["${PSP}"], password: "pwdpwdpwd", standInFlag: true }) ${DRAFT} }`;
    const { proposeChannel } = await hosted.run<{ proposeChannel: Draft }>(psp(PSP), propose);
    expect(proposeChannel).toMatchObject({ code: `${PSP}_02`, state: 'TO_CHECK' });
    expect((await approve(`${PSP}_02`, 1, 'CHANNEL')).errors).toBeUndefined();
    const { channel } = await hosted.run(
      psp(PSP),
      `{ channel(code: "${PSP}_02") { enabled configuration { standInFlag pendingUpdate } } }`,
    );
    expect(channel).toEqual({ enabled: true, configuration: { standInFlag: true, pendingUpdate: false } });
    const unknown = `mutation { proposeChannel(input: { psps: ["nobody"] }, code: "${CHANNEL}", revision: 1) { code } }`;
    expect((await hosted.execute(psp(PSP), unknown)).errors?.[0]?.extensions.issues).toMatchObject([{ path: 'input.psps[0]' }]);
    const { channelDrafts } = await hosted.run<{ channelDrafts: Page<Draft> }>(psp(PSP), '{ channelDrafts { edges { node { code } } } }');
    expect(codesOf(channelDrafts)).toEqual([`${PSP}_02`]);
  });
});

describe('codes', () => {
  it('of many stations proposed at once are all different, and go on past a hundred', async () => {
    const broker = '88888888888';
    const stations = Array.from({ length: 96 }, (_, index) => {
      const code = `${broker}_${String(index + 1).padStart(2, '0')}`;
      return `{ code: "${code}", broker: "${broker}", endpoint: "https://b.example.it/", password: pwdpwdpwd }`;
    });
    const file = `creditorBrokers: [{ code: "${broker}", name: B }]\nstations: [${stations.join(', ')}]`;
    expect((await hosted.services.directoryFile.importDirectory(file, 'test')).issues).toEqual([]);
    const drafts = await Promise.all(Array.from({ length: 12 }, () => propose({}, partner(broker))));
    expect(drafts.map(({ code }) => code).toSorted((one, other) => one.length - other.length || (one < other ? -1 : 1))).toEqual([
      ...['97', '98', '99'].map((number) => `${broker}_${number}`),
      ...Array.from({ length: 9 }, (_, index) => `${broker}_${100 + index}`),
    ]);
    expect((await approve(`${broker}_100`, 1)).errors).toBeUndefined();
    const at = Math.ceil((hosted.clock.now() + 80 * HOUR) / HOUR) * HOUR;
    const window = `mutation { scheduleMaintenance(input: { station: "${broker}_100", start: "${toIso(at)}", end: "${toIso(at + HOUR)}" }) { code } }`;
    expect((await hosted.execute(partner(broker), window)).errors).toBeUndefined();
  });
});

describe('routes', () => {
  const associate = (caller: Parameters<Hosted['run']>[0], input: object, revision: number | null = null) =>
    hosted.execute<{ associateStation: { change: string; entry: { code: string; revision: number } } }>(
      caller,
      'mutation ($input: RouteInput!, $revision: Int) { associateStation(input: $input, revision: $revision) { change entry { code revision } } }',
      { input, revision },
    );

  it('are made by a creditor for itself, with the first free code', async () => {
    const own = { creditorInstitution: CREDITOR, station: STATION };
    const { data } = await associate(creditor(CREDITOR), { ...own, auxDigit: 3, aca: true });
    expect(data?.associateStation).toEqual({ change: 'CREATED', entry: { code: `${CREDITOR}/3-00`, revision: 1 } });
    expect((await associate(creditor(CREDITOR), { ...own, auxDigit: 0 })).data?.associateStation.entry.code).toBe(`${CREDITOR}/0-00`);
    expect((await associate(creditor(CREDITOR), { ...own, auxDigit: 1 })).data?.associateStation.entry.code).toBe(`${CREDITOR}/1`);
    expect(errorCode(await associate(creditor(CREDITOR), { ...own, auxDigit: 4 }))).toBe('BAD_USER_INPUT');
    expect(errorCode(await associate(creditor(CREDITOR), { ...own, station: PARTNER_STATION, auxDigit: 3 }))).toBe('NOT_FOUND');
  });

  it('are made by a partner for creditors that delegated it, and no others', async () => {
    const input = { creditorInstitution: OTHER_CREDITOR, station: PARTNER_STATION, auxDigit: 3 };
    expect(errorCode(await associate(partner(PARTNER), input))).toBe('FORBIDDEN');
    const delegate = `mutation { delegateToPartner(partner: "${PARTNER}", functions: [STATIONS], creditor: "${OTHER_CREDITOR}") { revision } }`;
    await hosted.run(operator, delegate);
    expect((await associate(partner(PARTNER), input)).data?.associateStation.entry.code).toBe(`${OTHER_CREDITOR}/3-00`);
    expect(errorCode(await associate(partner(PARTNER), { ...input, creditorInstitution: CREDITOR }))).toBe('FORBIDDEN');
    expect(errorCode(await associate(partner(PARTNER), { ...input, station: STATION }))).toBe('NOT_FOUND');
  });

  it('change with the version that was seen, end, and are known as they were', async () => {
    const input = { creditorInstitution: CREDITOR, station: STATION, auxDigit: 3, segregationCode: '47' };
    await associate(creditor(CREDITOR), input);
    const made = hosted.clock.now();
    hosted.clock.advance(HOUR);
    const changed = await associate(creditor(CREDITOR), { ...input, standIn: true, station: `${CREDITOR}_02` }, 1);
    expect(changed.data?.associateStation).toMatchObject({ change: 'UPDATED', entry: { revision: 2 } });
    const late = await associate(creditor(CREDITOR), { ...input, aca: true }, 1);
    expect(late.errors?.[0]?.extensions.versions).toMatchObject({
      seen: { revision: 1, content: expect.stringContaining(STATION) },
      current: { revision: 2, content: expect.stringContaining(`${CREDITOR}_02`) },
    });
    hosted.clock.advance(HOUR);
    const end = (caller: Parameters<Hosted['run']>[0], revision: number) =>
      hosted.execute(caller, `mutation { dissociateStation(code: "${CREDITOR}/3-47", revision: ${revision}) { change } }`);
    expect(errorCode(await end(creditor(CREDITOR), 1))).toBe('CONFLICT');
    expect(errorCode(await end(partner(PARTNER), 2))).toBe('FORBIDDEN');
    expect((await end(creditor(CREDITOR), 2)).data).toEqual({ dissociateStation: { change: 'REMOVED' } });
    const at = async (instant: number) => {
      const { routesAt } = await hosted.run<{ routesAt: Page<{ code: string; station: { code: string } }> }>(
        creditor(CREDITOR),
        `{ routesAt(creditorInstitution: "${CREDITOR}", at: "${toIso(instant)}") { edges { node { code station { code } } } } }`,
      );
      return nodesOf(routesAt).find(({ code }) => code === `${CREDITOR}/3-47`)?.station.code;
    };
    expect([await at(made - 2 * HOUR), await at(made), await at(made + 1.5 * HOUR), await at(hosted.clock.now())]).toEqual([
      undefined,
      STATION,
      `${CREDITOR}_02`,
      undefined,
    ]);
    const foreign = `{ routesAt(creditorInstitution: "${OTHER_CREDITOR}", at: "${toIso(made)}") { edges { cursor } } }`;
    expect(errorCode(await hosted.execute(creditor(CREDITOR), foreign))).toBe('NOT_FOUND');
  });

  it('have one code in the whole platform', async () => {
    const { directoryEventLog } = await hosted.run<{ directoryEventLog: Page<{ entry: { code: string } }> }>(
      operator,
      `{ directoryEventLog(kind: ROUTE, code: "${CREDITOR}/3-47") { edges { node { entry { code revision removed } } } } }`,
    );
    expect(nodesOf(directoryEventLog)).toHaveLength(3);
  });
});

describe('other subgraphs', () => {
  // How soon is measured by the bench `follow`.
  it('follow a change', async () => {
    const replica = hosted.replica();
    await until(async () => (await replica.station(STATION)) !== undefined, {
      what: 'the replica to know the directory',
      timeoutMs: 20_000,
    });
    const { code, revision } = await propose({ input: { ...INPUT, endpoint: 'https://seguita.example.it/pa' } });
    expect((await approve(code, revision)).errors).toBeUndefined();
    await until(async () => (await replica.station(code))?.endpoint === 'https://seguita.example.it/pa', {
      what: 'the replica to follow',
      timeoutMs: 20_000,
    });
    await replica[Symbol.asyncDispose]();
  });
});

describe('a test of a connection', () => {
  const test = async (endpoint: string, on = hosted) => {
    const input = { endpoint };
    const source = 'mutation ($input: ConnectionTestInput!) { testStationConnection(input: $input) { outcome failure detail httpStatus } }';
    return on.execute<{ testStationConnection: { outcome: string; failure: string | null; httpStatus: number | null } }>(
      creditor(CREDITOR),
      source,
      { input },
    );
  };
  const listening = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  it('finds a station that answers, and tells what answers otherwise', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url !== '/pa') return response.writeHead(404).end();
        asked.push(parseEnvelope(Buffer.concat(chunks), { maxBytes: 10_000 }).element.name);
        const namespace = 'http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd';
        const fault = [
          ['faultCode', 'PAA_PAGAMENTO_SCONOSCIUTO'],
          ['faultString', 'x'],
          ['id', CREDITOR],
        ].map(([name = '', text = '']) => xmlElement(name, text));
        const answer = xmlElement('paVerifyPaymentNoticeRes', [xmlElement('outcome', 'KO'), xmlElement('fault', fault)], {
          namespace,
          prefix: 'p',
        });
        return response.writeHead(200, { 'content-type': 'text/xml' }).end(buildEnvelope(answer));
      });
    });
    const port = await listening(server);
    try {
      expect((await test(`http://127.0.0.1:${port}/pa`)).data?.testStationConnection).toMatchObject({ outcome: 'SUCCESS', failure: null });
      expect(asked).toEqual([expect.stringContaining('paVerifyPaymentNotice')]);
      expect((await test(`http://127.0.0.1:${port}/other`)).data?.testStationConnection).toMatchObject({
        outcome: 'ERROR',
        failure: 'HTTP_ERROR',
        httpStatus: 404,
      });
    } finally {
      server.close();
    }
    expect((await test(`http://127.0.0.1:${port}/pa`)).data?.testStationConnection).toMatchObject({ outcome: 'ERROR', failure: 'REFUSED' });
  });

  it('tells a connection on which TLS is not agreed', async () => {
    const server = createTlsServer({}, () => undefined);
    const port = await listening(server);
    try {
      expect((await test(`https://127.0.0.1:${port}/`)).data?.testStationConnection).toMatchObject({ outcome: 'CERTIFICATE_ERROR' });
    } finally {
      server.close();
    }
  });

  it('calls nothing inside the own network outside development, whatever the name', async () => {
    const strict = await host({ allowPrivateEndpoints: false });
    try {
      await strict.services.directoryFile.importDirectory(POPULATION, 'test');
      for (const endpoint of [
        'http://127.0.0.1/',
        'http://169.254.169.254/',
        'http://10.0.0.1/',
        'http://[::1]/',
        'http://localhost/',
        'http://2130706433/',
      ])
        expect(errorCode(await test(endpoint, strict)), endpoint).toBe('BAD_USER_INPUT');
      const draft = await strict.execute(creditor(CREDITOR), PROPOSE, { input: { ...INPUT, endpoint: 'http://192.168.1.1/' } });
      expect(draft.errors?.[0]?.extensions.issues).toMatchObject([
        { path: 'input.endpoint', expected: expect.stringContaining('loopback') },
      ]);
    } finally {
      await strict.hosting.stop();
    }
  });

  it('is for who has stations', async () => {
    const source = 'mutation { testStationConnection(input: { endpoint: "https://x.example.it/" }) { outcome } }';
    for (const caller of [psp(PSP), creditor(OTHER_CREDITOR)]) expect(errorCode(await hosted.execute(caller, source))).toBe('FORBIDDEN');
  });
});
