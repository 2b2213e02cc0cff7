/** Files over HTTP: contracts of requests, and whole exports. */
import type { AddressInfo } from 'node:net';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { UnauthenticatedError } from '@nodo-aperto/kernel/faults';
import { createHttpService, type HttpService } from '@nodo-aperto/kernel/http';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDITOR, OTHER_CREDITOR, PARTNER, POPULATION } from './population.ts';
import { citizen, creditor, type Hosted, host, operator, partner, psp } from './support.ts';

const [ROSSI, VERDI] = ['RSSMRA80A01H501U', 'VRDLGU75C10F205J'];
const MORE = 1_205;
const CALLERS: Readonly<Record<string, Principal>> = {
  operator,
  rossi: citizen(ROSSI),
  verdi: citizen(VERDI),
  creditor: creditor(CREDITOR),
  partner: partner(PARTNER),
  psp: psp('60000000001'),
};

let hosted: Hosted;
let http: HttpService;
let base: string;
let contract: string;
beforeAll(async () => {
  const verify = async (token: string): Promise<Principal> => {
    const caller = CALLERS[token];
    if (!caller) throw new UnauthenticatedError('The access token is not valid.');
    return caller;
  };
  hosted = await host({ verify });
  await hosted.services.directoryFile.importDirectory(POPULATION, 'test');
  const names = Array.from({ length: MORE }, (_, index) => String(10_000_000_000 + index));
  await hosted.services.directoryFile.importDirectory(
    JSON.stringify({ creditorInstitutions: names.map((fiscalCode) => ({ fiscalCode, name: `=Comune ${fiscalCode}, "nuovo"` })) }),
    'test',
  );
  http = createHttpService({ log: testLogger(), random: seededStreams('edges').stream('http') });
  for (const edge of hosted.hosting.subgraphs[0]!.edges) await edge.register(http.app);
  await http.listen({ host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${(http.app.server.address() as AddressInfo).port}/back-office/v1`;
  const { id } = await hosted.services.onboarding.request(CALLERS['rossi']!, {
    institution: {
      type: 'PA',
      origin: 'IPA',
      originId: 'c_p001',
      fiscalCode: '80000000010',
      name: 'Comune di Prova',
      digitalAddress: 'protocollo@pec.comuneprova.example.it',
      address: 'Piazza del Municipio 1',
      direct: true,
      aggregator: false,
    },
    users: [{ role: 'MANAGER', fiscalCode: ROSSI, name: 'Mario', familyName: 'Rossi', email: 'm@example.it' }],
  });
  contract = `requests/${id}`;
});
afterAll(async () => {
  await http?.close();
  await hosted?.hosting.stop();
});

const ask = (
  path: string,
  token?: string,
  init: { method?: string; body?: NonNullable<RequestInit['body']>; headers?: Record<string, string> } = {},
) =>
  fetch(`${base}/${path}`, {
    ...init,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...init.headers },
    signal: AbortSignal.timeout(30_000),
  });

describe('contracts', () => {
  it('are downloaded by those whom the request names', async () => {
    const response = await ask(`${contract}/contract`, 'rossi');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="accordo-80000000010.pdf"');
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    for (const [token, status] of [
      [undefined, 401],
      ['nobody', 401],
      ['verdi', 404],
      ['creditor', 404],
    ] as const)
      expect((await ask(`${contract}/contract`, token)).status).toBe(status);
    expect((await ask(`${contract}/signed-contract`, 'rossi')).status).toBe(404);
  });

  it('are refused with what is wrong: no file, an empty form, a file that is not signed, one too large', async () => {
    const put = (body: NonNullable<RequestInit['body']>, type?: string, token = 'rossi') =>
      ask(`${contract}/signed-contract`, token, { method: 'PUT', body, ...(type !== undefined && { headers: { 'content-type': type } }) });
    const unsigned = await put(Buffer.from('%PDF-1.7'), 'application/pkcs7-mime');
    expect(unsigned.status).toBe(422);
    expect(await unsigned.json()).toMatchObject({ title: 'Contract refused', detail: expect.stringContaining('002-1000') });
    const form = new FormData();
    form.set('contract', new Blob(['%PDF-1.7']), 'contract.p7m');
    expect((await put(form)).status).toBe(422);
    const other = new FormData();
    other.set('file', new Blob(['x']));
    expect((await put(other)).status).toBe(400);
    expect((await put('{}', 'application/json')).status).toBe(400);
    expect((await put(Buffer.alloc(2 * 1_024 * 1_024 + 1), 'application/pkcs7-mime')).status).toBe(400);
    expect((await put(Buffer.from('x'), 'application/pkcs7-mime', 'verdi')).status).toBe(404);
    expect((await put(Buffer.from('x'), 'application/pkcs7-mime', 'creditor')).status).toBe(403);
  });
});

describe('exports', () => {
  it('are whole, however long, as CSV and as JSON', async () => {
    const csv = await ask('exports/creditor-institutions?format=csv', 'operator');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const lines = (await csv.text()).trimEnd().split('\r\n');
    expect(lines[0]).toBe('fiscalCode,name,enabled,stations,cbill,revision');
    const json = (await (await ask('exports/creditor-institutions?format=json', 'operator')).json()) as { fiscalCode: string }[];
    expect(lines.length).toBe(json.length + 1);
    expect(json.length).toBeGreaterThan(MORE);
    expect(new Set(json.map(({ fiscalCode }) => fiscalCode)).size).toBe(json.length);
    // A name is no formula to who opens it.
    expect(lines[1]).toContain(`"'=Comune 10000000000, ""nuovo"""`);
  });

  it('are of what is the caller’s, and of others where the caller may act for them', async () => {
    const stations = async (token: string, query = '') => (await ask(`exports/stations?format=json${query}`, token)).json();
    expect(await stations('partner')).toMatchObject([{ broker: PARTNER }]);
    expect(await stations('operator', `&role=PARTNER&code=${PARTNER}`)).toEqual(await stations('partner'));
    expect(await stations('creditor', `&role=EC&code=99999999990`)).toMatchObject({ status: 403 });
    expect((await ask('exports/stations', 'psp')).status).toBe(403);
    expect((await ask('exports/stations')).status).toBe(401);
  });

  it('leave out what a creditor withholds from its partner', async () => {
    const creditors = async (): Promise<unknown[]> =>
      (await (await ask('exports/creditor-institutions?format=json', 'partner')).json()) as unknown[];
    const configured = async (): Promise<unknown> =>
      hosted.run(partner(PARTNER), `{ creditorInstitution(fiscalCode: "${OTHER_CREDITOR}") { configuration { __typename } } }`);
    expect([(await creditors()).length, await configured()]).toEqual([
      1,
      { creditorInstitution: { configuration: { __typename: 'CreditorConfiguration' } } },
    ]);
    const delegate = { creditor: OTHER_CREDITOR, partner: PARTNER, functions: ['STATIONS'] as const };
    const { revision } = await hosted.services.delegations.delegate(operator, delegate);
    expect(await creditors()).toEqual([]);
    await hosted.services.delegations.revoke(operator, { ...delegate, revision });
    expect([await creditors(), await configured()]).toEqual([[], { creditorInstitution: { configuration: null } }]);
  });

  it('are refused with what was expected', async () => {
    for (const [path, status, text] of [
      ['exports/nothing', 404, 'creditor-institutions'],
      ['exports/ibans?format=xml', 400, 'csv or json'],
      ['exports/ibans?role=EC', 400, 'code'],
      ['exports/ibans?code=1', 400, 'role'],
    ] as const) {
      const response = await ask(path, 'operator');
      expect(response.status).toBe(status);
      expect(JSON.stringify(await response.json())).toContain(text);
    }
  });
});
