/** Two tenants at once, a token that ends, and personal data on its way to everything that is kept: logs, metrics, what the project ships. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { ask, send, websocket } from '../support/graphql-client.ts';
import { CITIZEN, CREDITOR, openWorld, PSP, type World } from '../support/world.ts';
import { type GuardedPlatform, openGuardedPlatform } from './guarded-platform.ts';
import { FICTIONAL, personalDataIn, textFilesUnder } from './personal-data.ts';

const OTHER = '66666666666';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = '{ notices(first: 20) { edges { node { creditorFiscalCode noticeNumber amount } } } }';

let platform: GuardedPlatform;
let world: World;
let otherToken: string;

/** A second creditor with a position of its own. */
async function secondCreditor(): Promise<void> {
  const file = stringify({
    creditorBrokers: [{ code: OTHER, name: 'Altro Comune', enabled: true, extendedFaultBean: false }],
    creditorInstitutions: [
      { fiscalCode: OTHER, name: 'Altro Comune', enabled: true, ibans: [{ iban: 'IT30N0103076271000001823603', postal: false }] },
    ],
    stations: [
      {
        code: `${OTHER}_01`,
        broker: OTHER,
        enabled: true,
        primitiveVersion: 2,
        endpoint: world.fleet.endpointOf(CREDITOR.stationCode),
        password: 'pwdpwdpwd',
        standInFlag: true,
      },
    ],
    routes: [
      {
        creditorInstitution: OTHER,
        station: `${OTHER}_01`,
        auxDigit: 3,
        segregationCode: '05',
        broadcast: false,
        aca: true,
        standIn: true,
      },
    ],
  });
  const { importDirectory } = await ask<{ importDirectory: { issues: unknown[] } }>(
    platform.graphqlUrl,
    'mutation ($file: String!) { importDirectory(file: $file) { issues { line path message } } }',
    { token: world.tokens.operator, variables: { file } },
  );
  expect(importDirectory.issues).toEqual([]);
  await until(
    async () => {
      const made = await send<{ generateNoticeNumber: { noticeNumber: string; iuv: string } }>(
        platform.graphqlUrl,
        'mutation { generateNoticeNumber { noticeNumber iuv } }',
        { token: otherToken },
      );
      const number = made.data?.generateNoticeNumber;
      if (!number?.noticeNumber) throw new Error(JSON.stringify(made));
      const input = {
        creditorFiscalCode: OTHER,
        iuv: number.iuv,
        noticeNumber: number.noticeNumber,
        amount: 66_600,
        description: 'TARI 2026',
        debtorType: 'F',
        debtorFiscalCode: CITIZEN,
        debtorFullName: 'Mario Rossi',
        expirationDate: '2099-12-31T23:59:59+01:00',
      };
      const answer = await send<{ createPosition: { outcome: string } }>(
        platform.graphqlUrl,
        'mutation ($input: CreatePositionInput!) { createPosition(input: $input) { outcome errors { message } } }',
        { token: otherToken, variables: { input } },
      );
      if (answer.data?.createPosition?.outcome === 'REJECTED' || !answer.data) throw new Error(JSON.stringify(answer));
      return true;
    },
    { what: 'the second creditor has a position', timeoutMs: 30_000 },
  );
}

beforeAll(async () => {
  platform = await openGuardedPlatform();
  world = await openWorld(platform);
  otherToken = await platform.token({ role: 'EC', tenant: OTHER });
  await world.issue();
  await secondCreditor();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await platform?.[Symbol.asyncDispose]();
});

describe('two tenants with the same document at the same time', () => {
  it('share no byte of an answer', async () => {
    const tenants = [
      { tenant: CREDITOR.fiscalCode, token: world.tokens.creditor },
      { tenant: OTHER, token: otherToken },
    ];
    const asked = await Promise.all(
      Array.from({ length: 100 }, async (_each, index) => {
        const { tenant, token } = tenants[index % 2]!;
        const answer = await ask<{ notices: { edges: { node: { creditorFiscalCode: string } }[] } }>(platform.graphqlUrl, PAGE, { token });
        return { tenant, seen: answer.notices.edges.map(({ node }) => node.creditorFiscalCode) };
      }),
    );
    for (const { tenant, seen } of asked) {
      expect(seen.length).toBeGreaterThan(0);
      expect(new Set(seen)).toEqual(new Set([tenant]));
    }
  });

  it('share no event of a stream, though the text and the variables are the same', async () => {
    const seen = new Map<string, string[]>();
    const clients = [
      [CREDITOR.fiscalCode, websocket(platform.graphqlUrl, world.tokens.creditor)],
      [OTHER, websocket(platform.graphqlUrl, otherToken)],
    ] as const;
    const errors: unknown[] = [];
    for (const [tenant, client] of clients) {
      seen.set(tenant, []);
      client.subscribe<{ noticeEvents: { creditorFiscalCode: string } }>(
        { query: 'subscription { noticeEvents { creditorFiscalCode } }' },
        {
          next: ({ data }) => void (data && seen.get(tenant)?.push(data.noticeEvents.creditorFiscalCode)),
          error: (error) => void errors.push(error),
          complete: () => {},
        },
      );
    }
    await until(() => platform.gateway.activity().subscribers === 2, { what: 'both listen', timeoutMs: 20_000 });
    expect(platform.gateway.activity().streams).toBe(2);
    // Whose event comes is the first creditor's; the second has had time to get it when the first has.
    for (let count = 0; count < 3; count += 1) await world.issue();
    await until(() => (seen.get(CREDITOR.fiscalCode)?.length ?? 0) >= 3, { what: 'the owner sees its events', timeoutMs: 20_000 });
    expect(seen.get(OTHER)).toEqual([]);
    expect(errors).toEqual([]);
    for (const [, client] of clients) await client.dispose();
  });
});

it('a token that ends closes its socket', async () => {
  const token = await platform.token({ role: 'EC', tenant: CREDITOR.fiscalCode, lifetimeMs: 3_000 });
  const socket = new WebSocket(platform.graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws');
  let closed: { code: number; reason: string } | undefined;
  socket.on('error', () => {});
  socket.on('close', (code, reason) => (closed = { code, reason: String(reason) }));
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
  await until(() => closed, { what: 'the socket is closed', timeoutMs: 30_000 });
  expect(closed?.code).toBe(4403);
  expect(closed?.reason).toContain('expired');
});

describe('personal data', () => {
  it('are found by the scanner where they are, and nowhere else', () => {
    expect(personalDataIn(`ok\ntax ${CITIZEN} iban IT60X0542811101000000123456`).map(({ line, kind }) => [line, kind])).toEqual([
      [2, 'tax code'],
      [2, 'IBAN'],
    ]);
    expect(personalDataIn(world.tokens.psp).map(({ kind }) => kind)).toEqual(['access token']);
    expect(personalDataIn('77777777777 302000000000009966 NoticeStampInput XRSSMRA80A01H501UX')).toEqual([]);
  });

  it('reach neither logs nor metrics, whatever is done with them and however it fails', async () => {
    await world.pay();
    const soap = (body: string) =>
      fetch(`${platform.baseUrl}/nodo/node-for-psp/v1`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml' },
        body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`,
      });
    await soap(`<x>${CITIZEN} IT60X0542811101000000123456`);
    await soap(
      `<n:activatePaymentNoticeReq xmlns:n="http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd"><idPSP>${CITIZEN}</idPSP></n:activatePaymentNoticeReq>`,
    );
    for (const path of [
      `/nowhere/${CITIZEN}`,
      `/bizevents/service/v1/organizations/${CITIZEN}/receipts/x`,
      `/gpd/debt-positions-service/v1/organizations/${CITIZEN}/debtpositions?iban=IT60X0542811101000000123456`,
    ])
      await fetch(`${platform.baseUrl}${path}`, {
        headers: { 'ocp-apim-subscription-key': 'test-key-creditor', 'x-fiscal-code': CITIZEN },
      });
    for (const [query, variables] of [
      ['query ($n: Int) { payments(first: $n) { edges { cursor } } }', { n: CITIZEN }],
      [`{ payment(paymentToken: "${CITIZEN}") { amount } }`, undefined],
      [`{ notice(creditorFiscalCode: "${CITIZEN}", noticeNumber: "IT60X0542811101000000123456") { amount } }`, undefined],
      [`{ ${CITIZEN} }`, undefined],
    ] as const)
      await send(platform.graphqlUrl, query, { token: world.tokens.citizen, ...(variables && { variables }) });
    await send(platform.graphqlUrl, '{ __typename }', { token: `${world.tokens.psp}x` });
    // All of it was logged, at the lowest level there is.
    expect(platform.logged.length).toBeGreaterThan(10);
    const logged = platform.logged.join('');
    expect(logged).toContain('"level":"debug"');
    const metrics = await (await fetch(`${platform.baseUrl}/metrics`)).text();
    expect(metrics).toContain('gateway_');
    for (const [where, text] of [
      ['the log', logged],
      ['the metrics', metrics],
    ] as const) {
      expect(personalDataIn(text), where).toEqual([]);
      expect(text, where).not.toMatch(/Mario Rossi|pwdpwdpwd|test-key-creditor/);
    }
    expect(logged).not.toContain(PSP.repeat(2));
  });

  it('of real persons are in nothing that the project ships', async () => {
    const files = ['docs', 'schema', 'simulator/scenarios', 'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((path) =>
      textFilesUnder(join(ROOT, path)),
    );
    expect(files.length).toBeGreaterThan(20);
    const unknown: string[] = [];
    for (const file of files)
      for (const { value, line } of personalDataIn(await readFile(file, 'utf8')))
        if (!FICTIONAL.has(value)) unknown.push(`${file}:${line}`);
    expect(unknown).toEqual([]);
  });

  it('fail the command that CI runs, which does not repeat them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nodo-scan-'));
    try {
      const scan = (name: string) =>
        promisify(execFile)(process.execPath, [join(ROOT, 'e2e/security/personal-data.ts'), join(folder, name)]);
      await writeFile(join(folder, 'clean.log'), '{"level":"info","msg":"paid"}\n');
      await writeFile(join(folder, 'leaking.log'), `{"level":"info","msg":"paid by ${CITIZEN}"}\n`);
      expect((await scan('clean.log')).stdout).toContain('1 files looked through, 0 findings.');
      const failed = await scan('leaking.log').catch((error: { code: number; stdout: string }) => error);
      expect(failed).toMatchObject({ code: 1, stdout: expect.stringMatching(/leaking\.log:1: tax code/) });
      expect(failed.stdout).not.toContain(CITIZEN);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
