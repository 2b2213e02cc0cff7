/**
 * A platform in this process with its wire primitives on a port, two creditors of the simulator's fleet (primitive versions 1 and 2) as real
 * SOAP servers behind a tap, and PSPs that speak SOAP only. Everything is set up through the directory file, as an operator would.
 */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { createHttpService } from '@nodo-aperto/kernel/http';
import { cryptographicStream, seededStreams } from '@nodo-aperto/kernel/random';
import { buildEnvelope, type Operation, parseEnvelope } from '@nodo-aperto/kernel/soap';
import { type Hosting, hostSubgraphs } from '@nodo-aperto/kernel/subgraph';
import { testDatabaseUrl, testLogger } from '@nodo-aperto/kernel/testing';
import { type AdjustableClock, adjustableClock } from '@nodo-aperto/kernel/time';
import { notices } from '@nodo-aperto/notices';
import { onboarding } from '@nodo-aperto/onboarding';
import { payments } from '@nodo-aperto/payments';
import { quality } from '@nodo-aperto/quality';
import { receipts } from '@nodo-aperto/receipts';
import { reporting } from '@nodo-aperto/reporting';
import { type CreditorSpecification, type Fleet, type IssuedNotice, startFleet } from '@nodo-aperto/simulator';
import { graphql } from 'graphql';
import { stringify } from 'yaml';
import { tap, type WireRecord, wireRecord } from './wire.ts';

const NODE_FOR_PSP = '/nodo/node-for-psp/v1';
const SETTLED_MS = 20_000;
const PSP = '60000000001';
const PASSWORD = 'pwdpwdpwd';
/** A caller whose broker is told what creditors say of their refusals, and one whose broker is not. */
export const CALLER = { idPSP: PSP, idBrokerPSP: PSP, idChannel: `${PSP}_01`, password: PASSWORD };
export const OTHER_CALLER = { idPSP: '60000000002', idBrokerPSP: '60000000002', idChannel: '60000000002_01', password: PASSWORD };
/** The service for which the second creditor makes notices on request. */
export const SERVICE = '00012';

const creditor = (fiscalCode: string, primitiveVersion: 1 | 2, iban: string): CreditorSpecification => ({
  fiscalCode,
  name: `Comune di Prova ${primitiveVersion}`,
  brokerCode: fiscalCode,
  stationCode: `${fiscalCode}_01`,
  primitiveVersion,
  segregationCode: '02',
  ibans: [iban],
});
export const CREDITOR_1 = creditor('66666666666', 1, 'IT30N0103076271000001823603');
export const CREDITOR_2 = creditor('77777777777', 2, 'IT60X0542811101000000123456');

export interface SoapWorld extends AsyncDisposable {
  readonly url: string;
  readonly fleet: Fleet;
  readonly clock: AdjustableClock;
  readonly hosting: Hosting;
  /** Messages between PSPs and the node, and between the node and creditors. */
  readonly pspWire: WireRecord;
  readonly creditorWire: WireRecord;
  /** A message of a PSP, and its answer. */
  call<Request, Response>(operation: Operation<Request, Response>, request: Request): Promise<Response>;
  post(body: string, headers?: Record<string, string>): Promise<{ status: number; text: string }>;
  issue(of: CreditorSpecification, amount?: number): IssuedNotice;
  /** Loads a notice in ACA through the creditors' REST primitive, and waits until payments has it. */
  load(notice: IssuedNotice): Promise<void>;
}

export async function openSoapWorld(): Promise<SoapWorld> {
  await using stack = new AsyncDisposableStack();
  const clock = adjustableClock();
  const log = testLogger();
  const pspWire = stack.use(wireRecord('wsdl/xsd/nodeForPsp.xsd'));
  const creditorWire = stack.use(wireRecord('wsdl/xsd/paForNode.xsd'));
  const fleet = stack.use(await startFleet({ creditors: [CREDITOR_1, CREDITOR_2], clock, random: seededStreams('e2e'), log }));
  const taps = new Map<string, string>();
  for (const { stationCode } of [CREDITOR_1, CREDITOR_2])
    taps.set(stationCode, stack.use(await tap(() => fleet.endpointOf(stationCode), creditorWire)).url);
  const hosting = await hostSubgraphs([onboarding, notices, payments, receipts, reporting, quality], {
    databaseUrl: await testDatabaseUrl(),
    clock,
    testClock: clock,
    log,
    random: () => cryptographicStream(),
    options: { allowPrivateEndpoints: true },
  });
  stack.defer(() => hosting.stop());
  const http = createHttpService({ log, random: cryptographicStream() });
  for (const { edges } of hosting.subgraphs) for (const edge of edges) await edge.register(http.app);
  const base = `http://127.0.0.1:${await http.listen({ host: '127.0.0.1', port: 0 })}`;
  stack.defer(() => http.close());
  await loadDirectory(hosting, directoryFile(taps));

  const post: SoapWorld['post'] = async (body, headers = {}) => {
    const reply = await fetch(`${base}${NODE_FOR_PSP}`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
      body,
    });
    return { status: reply.status, text: await reply.text() };
  };
  const call: SoapWorld['call'] = async (operation, request) => {
    const envelope = buildEnvelope(operation.request.write(request));
    const { status, text } = await post(envelope, { soapaction: `"${operation.name}"` });
    pspWire.add({ action: operation.name, request: envelope, status, answer: text });
    if (status !== 200) throw new Error(`${operation.name} was answered with HTTP ${status}: ${text}`);
    const reading = operation.response.read(parseEnvelope(text).element);
    if (!reading.ok) throw new Error(`the answer to ${operation.name} cannot be read: ${text}`);
    return reading.value;
  };
  await hosting.bus.settled(SETTLED_MS);
  const closing = stack.move();
  return {
    url: `${base}${NODE_FOR_PSP}`,
    fleet,
    clock,
    hosting,
    pspWire,
    creditorWire,
    call,
    post,
    issue: ({ stationCode }, amount = 12_345) =>
      fleet.issueNotice(stationCode, {
        amount,
        description: 'TARI 2026',
        debtor: { type: 'F', code: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' },
      }),
    load: (notice) => loadInAca(base, hosting, notice),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

const operator: Principal = { subject: 'operator', role: 'OPERATOR', expiresAt: Number.MAX_SAFE_INTEGER };

async function loadDirectory(hosting: Hosting, file: string): Promise<void> {
  const hosted = hosting.subgraphs.find(({ name }) => name === 'onboarding');
  if (!hosted) throw new Error('there is no onboarding');
  const result = await graphql({
    schema: hosted.schema,
    source: 'mutation ($file: String!) { importDirectory(file: $file) { issues { line path message expected } } }',
    variableValues: { file },
    contextValue: hosted.context(operator, { id: 'e2e' }),
  });
  const { data, errors } = JSON.parse(JSON.stringify(result)) as { data?: { importDirectory: { issues: unknown[] } }; errors?: unknown[] };
  if (errors || !data || data.importDirectory.issues.length > 0) throw new Error(`the directory was not loaded: ${JSON.stringify(result)}`);
}

async function loadInAca(base: string, hosting: Hosting, notice: IssuedNotice): Promise<void> {
  const reply = await fetch(`${base}/aca/v1/paCreatePosition`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'ocp-apim-subscription-key': `key-${notice.creditorFiscalCode}` },
    body: JSON.stringify({
      paFiscalCode: notice.creditorFiscalCode,
      entityType: 'F',
      entityFiscalCode: notice.debtor.code,
      entityFullName: notice.debtor.fullName,
      iuv: notice.iuv,
      nav: notice.noticeNumber,
      amount: notice.amount,
      description: notice.description,
      expirationDate: '2099-12-31T23:59:59',
    }),
  });
  if (!reply.ok) throw new Error(`the notice was not loaded: ${await reply.text()}`);
  await hosting.bus.settled(SETTLED_MS);
}

function directoryFile(endpoints: ReadonlyMap<string, string>): string {
  const creditors = [CREDITOR_1, CREDITOR_2];
  const callers = [CALLER, OTHER_CALLER];
  return stringify({
    creditorBrokers: creditors.map(({ brokerCode: code, name }) => ({ code, name, enabled: true, extendedFaultBean: false })),
    creditorInstitutions: creditors.map(({ fiscalCode, name, ibans }) => ({
      fiscalCode,
      name,
      enabled: true,
      ibans: ibans.map((iban) => ({ iban, postal: false })),
    })),
    stations: creditors.map(({ stationCode: code, brokerCode: broker, primitiveVersion }) => ({
      code,
      broker,
      enabled: true,
      primitiveVersion,
      endpoint: endpoints.get(code),
      password: PASSWORD,
      standInFlag: true,
    })),
    routes: creditors.map(({ fiscalCode, stationCode, segregationCode }) => ({
      creditorInstitution: fiscalCode,
      station: stationCode,
      auxDigit: 3,
      segregationCode,
      broadcast: false,
      aca: true,
      standIn: true,
    })),
    pspBrokers: callers.map(({ idBrokerPSP: code }) => ({ code, name: `Banca ${code}`, enabled: true, extendedFaultBean: code === PSP })),
    psps: callers.map(({ idPSP: code }) => ({ code, name: `Banca ${code}`, fiscalCode: code, enabled: true, vatNumber: '12345678903' })),
    channels: callers.map(({ idChannel: code, idBrokerPSP: broker, idPSP }) => ({
      code,
      broker,
      psps: [idPSP],
      password: PASSWORD,
      enabled: true,
      paymentModel: 'ATTIVATO_PRESSO_PSP',
      standInFlag: true,
    })),
    apiKeys: creditors.map(({ fiscalCode: party }) => ({ key: `key-${party}`, party, products: ['aca'] })),
    services: [
      {
        code: SERVICE,
        service: '00005',
        name: 'Tassa automobilistica',
        creditorInstitution: CREDITOR_2.fiscalCode,
        station: CREDITOR_2.stationCode,
        enabled: true,
      },
    ],
    settings: { creditorTimeoutMs: 1_000, receiptTimeoutMs: 5_000 },
  });
}
