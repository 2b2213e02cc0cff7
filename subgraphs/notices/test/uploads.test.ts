/** Files of positions in zip archives, loaded in the background. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { until } from '@nodo-aperto/kernel/testing';
import { DAY, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import {
  asBroker,
  asCreditor,
  asOperator,
  asOtherBroker,
  asOtherCreditor,
  BROKER,
  CREDITOR,
  DEBTOR_CODE,
  IBAN,
  iuvOf,
  type TestPlatform,
} from './platform.ts';
import { populated } from './populated.ts';

let platform: TestPlatform;
populated((started) => {
  platform = started;
});

const BASE = `/upload/aca/debt-positions-service/v2/brokers/${BROKER}/organizations/${CREDITOR}/debtpositions`;
type Body = Record<string, unknown>;

async function zip(...files: string[]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [index, text] of files.entries()) archive.addBuffer(Buffer.from(text), `file-${index}.json`);
  archive.end();
  const parts: Buffer[] = [];
  for await (const part of archive.outputStream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function call(
  method: string,
  path: string,
  options: { key?: string; headers?: Record<string, string>; body?: FormData | string } = {},
) {
  const { key = 'key-broker', headers = {}, body } = options;
  const response = await fetch(platform.base + path, {
    method,
    headers: { 'Ocp-Apim-Subscription-Key': key, ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Body };
}

async function send(method: string, file: Buffer, key?: string) {
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(file)]), 'positions.zip');
  return call(method, `${BASE}/file`, { body, ...(key !== undefined && { key }) });
}

/** Sends a file and waits for its report. */
async function load(
  method: string,
  document: object,
): Promise<Body & { responses: { statusCode: number; statusMessage: string; requestIDs: string[] }[] }> {
  const accepted = await send(method, await zip(JSON.stringify(document)));
  expect(accepted.status).toBe(202);
  const location = accepted.headers.get('location') ?? '';
  let report: Body = {};
  await until(
    async () => {
      const answer = await call('GET', location.replace(/status$/, 'report'));
      expect([200, 425]).toContain(answer.status);
      report = answer.body;
      return answer.status === 200;
    },
    { what: 'the report of a file', timeoutMs: 30_000 },
  );
  expect(await call('GET', location)).toMatchObject({
    status: 200,
    body: { uploadID: report['uploadID'], processedItem: report['submittedItem'] },
  });
  return report as never;
}

const position = (iupd: string, number: number, overrides: Body = {}) => ({
  iupd,
  type: 'F',
  fiscalCode: DEBTOR_CODE,
  fullName: 'Mario Rossi',
  companyName: 'Comune di Prova',
  switchToExpired: false,
  paymentOption: [
    {
      iuv: iuvOf(number),
      amount: 5_000,
      description: 'Mensa',
      isPartialPayment: false,
      dueDate: toIso(platform.clock.now() + 30 * DAY),
      transfer: [{ idTransfer: '1', amount: 5_000, remittanceInformation: 'Mensa', category: '9/0101108TS/', iban: IBAN }],
    },
  ],
  ...overrides,
});

describe('files of positions', () => {
  it('create, update and delete, each item on its own, with a report', async () => {
    const many = Array.from({ length: 450 }, (_, index) => position(`M${index}`, index));
    many[7] = position('M7', 7, { fullName: undefined });
    many[9] = position('M9', 8);
    const created = await load('POST', { paymentPositions: many });
    expect(created).toMatchObject({ submittedItem: 450, processedItem: 450, startTime: expect.any(String), endTime: expect.any(String) });
    expect(created.responses.map(({ statusCode, requestIDs }) => [statusCode, requestIDs.length])).toEqual([
      [201, 448],
      [400, 1],
      [409, 1],
    ]);
    expect(created.responses[1]).toMatchObject({ requestIDs: ['M7'], statusMessage: expect.stringContaining('fullName') });
    expect(created.responses[2]).toMatchObject({ requestIDs: ['M9'], statusMessage: expect.stringContaining('paymentOption[0].nav') });
    expect(await platform.services.reads.position({ creditorFiscalCode: CREDITOR, iupd: 'M449' })).toMatchObject({
      status: 'VALID',
      aca: true,
    });
    const updated = await load('PUT', { paymentPositions: [position('M1', 1, { fullName: 'Anna Verdi' }), position('none', 900)] });
    expect(updated.responses.map(({ statusCode, requestIDs }) => [statusCode, requestIDs])).toEqual([
      [200, ['M1']],
      [404, ['none']],
    ]);
    const deleted = await load('DELETE', { paymentPositionIUPDs: ['M2', 'none', 7] });
    expect(deleted.responses.map(({ statusCode, requestIDs }) => [statusCode, requestIDs])).toEqual([
      [200, ['M2']],
      [404, ['none']],
      [400, ['item 3']],
    ]);
    expect(await platform.services.reads.position({ creditorFiscalCode: CREDITOR, iupd: 'M2' })).toBeUndefined();
  });

  it('are listed by day and page', async () => {
    const listed = await call('GET', `${BASE}/files`);
    expect(listed.body['fileIds']).toHaveLength(3);
    expect(listed.headers.get('x-continuation-token')).toBeNull();
    expect(await call('GET', `${BASE}/files?from=2020-01-01&to=2020-01-07`)).toMatchObject({ status: 200, body: { fileIds: [] } });
    for (const query of ['?from=2020-01-01&to=2020-01-08', '?size=99', '?from=x'])
      expect((await call('GET', `${BASE}/files${query}`)).status).toBe(400);
    expect((await call('GET', `${BASE}/files`, { headers: { 'x-continuation-token': 'x' } })).status).toBe(400);
  });

  it('that cannot be read are refused at once, and others’ are not found', async () => {
    const sound = await zip(JSON.stringify({ paymentPositions: [position('X', 950)] }));
    const bad = [
      Buffer.from('x'),
      await zip('{}', '{}'),
      await zip('[]'),
      await zip('{"paymentPositions":[{'),
      await zip('{"paymentPositions":[]}'),
    ];
    for (const file of bad) {
      const answer = await send('POST', file);
      expect(answer).toMatchObject({ status: 400, body: { status: 400, issues: [{ path: 'file' }] } });
    }
    expect((await send('DELETE', sound)).status).toBe(400);
    expect((await call('POST', `${BASE}/file`, { body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(400);
    expect((await send('POST', sound, 'key-other')).status).toBe(403);
    expect((await send('POST', sound, 'nobody')).status).toBe(401);
    const [id] = (await call('GET', `${BASE}/files`)).body['fileIds'] as string[];
    expect((await call('GET', `${BASE}/file/${id}/status`)).status).toBe(200);
    expect((await call('GET', `${BASE.replace(BROKER, CREDITOR)}/file/${id}/status`, { key: 'key-creditor' })).status).toBe(404);
    expect((await call('GET', `${BASE}/file/none/report`)).status).toBe(404);
  });

  it('are seen in the graph: how far they are, and what became of each item', async () => {
    const [bad, good] = [position('G1', 970, { fullName: undefined }), position('G2', 971)];
    const { uploadID } = await load('POST', { paymentPositions: [bad, good, position('G3', 972)] });
    const FILE = `id creditorFiscalCode brokerCode action aca state submitted processed refused finishedAt
      results(first: 2) { edges { node { id accepted status message } } pageInfo { hasNextPage endCursor } }`;
    interface File {
      results: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    }
    const BY_ID = `query ($id: ID!) { positionUpload(id: $id) { ${FILE} } }`;
    const { data, errors } = await platform.ask<{ positionUpload: File }>(asBroker, BY_ID, { id: uploadID });
    expect(errors).toEqual([]);
    expect(data?.positionUpload).toMatchObject({
      id: uploadID,
      creditorFiscalCode: CREDITOR,
      brokerCode: BROKER,
      action: 'CREATE',
      aca: true,
      state: 'COMPLETED',
      submitted: 3,
      processed: 3,
      refused: 1,
      results: {
        edges: [
          { node: { id: 'G1', accepted: false, status: 400, message: expect.stringContaining('fullName') } },
          { node: { id: 'G2', accepted: true, status: 201 } },
        ],
        pageInfo: { hasNextPage: true },
      },
    });
    const RESULTS = `query ($id: ID!, $after: String, $refused: Boolean) {
      positionUpload(id: $id) { results(after: $after, refused: $refused) { edges { node { id } } } } }`;
    const idsOf = async (variables: Record<string, unknown>) =>
      (
        await platform.ask<{ positionUpload: File }>(asBroker, RESULTS, { id: uploadID, ...variables })
      ).data?.positionUpload.results.edges.map(({ node }) => node.id);
    expect(await idsOf({ after: data!.positionUpload.results.pageInfo.endCursor })).toEqual(['G3']);
    expect(await idsOf({ refused: true })).toEqual(['G1']);
    expect(await idsOf({ refused: false })).toEqual(['G2', 'G3']);
    expect((await platform.ask(asBroker, RESULTS, { id: uploadID, after: 'x' })).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);

    const LIST = `query ($first: Int, $after: String, $aca: Boolean) {
      positionUploads(creditorFiscalCode: "${CREDITOR}", first: $first, after: $after, aca: $aca) {
        edges { node { id } } pageInfo { hasNextPage endCursor } } }`;
    interface List {
      positionUploads: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    }
    const list = async (caller: Principal, variables = {}) => (await platform.ask<List>(caller, LIST, variables)).data!.positionUploads;
    const all = await list(asCreditor);
    expect(all.edges[0]?.node.id).toBe(uploadID);
    const first = await list(asBroker, { first: 1 });
    expect(first).toMatchObject({ edges: [{ node: { id: uploadID } }], pageInfo: { hasNextPage: true } });
    expect((await list(asBroker, { after: first.pageInfo.endCursor })).edges).toEqual(all.edges.slice(1));
    expect((await list(asOperator, { aca: false })).edges).toEqual([]);
    expect((await list(asOtherCreditor)).edges).toEqual([]);
    for (const stranger of [asOtherCreditor, asOtherBroker])
      expect((await platform.ask(stranger, BY_ID, { id: uploadID })).data).toEqual({ positionUpload: null });
    expect((await platform.ask(asCreditor, BY_ID, { id: 'none' })).data).toEqual({ positionUpload: null });
  });
});
