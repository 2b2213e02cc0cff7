/**
 * Idempotency over SOAP, row by row of Domain facts, Payments §2.4, as far as `idempotency.test.ts` has not shown it on the same use cases:
 * what counts as the same request on the wire, what a row holds, and what an outcome does to it.
 */
import { euroCents } from '@nodo-aperto/kernel/money';
import {
  activatePaymentNotice,
  activatePaymentNoticeV2,
  sendPaymentOutcome,
  sendPaymentOutcomeV2,
  verifyPaymentNotice,
} from '@nodo-aperto/kernel/node-for-psp';
import { DAY, fromDate, MINUTE } from '@nodo-aperto/kernel/time';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MOST_REQUESTS_OF_PSP } from '../src/domain/request-limit.ts';
import { CREDITOR, PSP } from './support/parties.ts';
import { CALLER, type SoapPsp, startSoapPsp } from './support/soap-psp.ts';
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts';

let subgraph: TestSubgraph;
let psp: SoapPsp;
let keys = 0;
beforeAll(async () => {
  subgraph = await startSubgraph({ settings: { idempotencyKeyMinutes: 10 } });
  psp = await startSoapPsp(subgraph);
});
afterAll(async () => {
  await psp[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
});
afterEach(() => {
  subgraph.creditor.behaviour = 'ANSWERS';
});

const AMOUNT = euroCents(12_345);
const newKey = (): string => `${PSP}_${String((keys += 1)).padStart(10, 'k')}`;
const qrCodeOf = (noticeNumber: string) => ({ fiscalCode: CREDITOR, noticeNumber });

interface Row {
  primitive: string;
  creditor: string | null;
  notice: string | null;
  token: string | null;
  outcome: string | null;
  minutes: number;
}

async function rowsOf(key: string): Promise<Row[]> {
  const rows = await subgraph.database.query<Omit<Row, 'minutes'> & { validTo: Date; createdAt: Date }>(
    `select primitive, creditor_fiscal_code as creditor, notice_number as notice, payment_token as token, response ->> 'outcome' as outcome,
      valid_to as "validTo", created_at as "createdAt" from idempotency_entry where key = $1 order by primitive`,
    [key],
  );
  return rows.map(({ validTo, createdAt, ...row }) => ({
    ...row,
    minutes: Math.round((fromDate(validTo) - fromDate(createdAt)) / MINUTE),
  }));
}

const envelope = (body: string): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:n="http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd"><s:Body>${body}</s:Body></s:Envelope>`;
const callerXml = Object.entries(CALLER)
  .map(([name, value]) => `<${name}>${value}</${name}>`)
  .join('');

it('the same request, written otherwise, is the same request: the answer is the same to the byte', async () => {
  const key = newKey();
  const fields = (amount: string, gap = ''): string =>
    `${callerXml}${gap}<idempotencyKey>${key}</idempotencyKey>${gap}<qrCode>${gap}<fiscalCode>${CREDITOR}</fiscalCode><noticeNumber>${noticeNumber}</noticeNumber></qrCode>${gap}<amount>${amount}</amount>`;
  const noticeNumber = subgraph.newNotice();
  const calls = subgraph.creditor.calls.length;
  const first = await psp.post(envelope(`<n:activatePaymentNoticeReq>${fields('123.45')}</n:activatePaymentNoticeReq>`));
  expect(first.text).toContain('<outcome>OK</outcome>');
  const again = await psp.post(
    envelope(
      `<x:activatePaymentNoticeReq xmlns:x="http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd">${fields('00123.45', '\n  <!-- c -->')}</x:activatePaymentNoticeReq>`,
    ),
  );
  expect(again.text).toBe(first.text);
  expect(subgraph.creditor.calls).toHaveLength(calls + 1);
});

describe('a row', () => {
  it.each([
    ['activatePaymentNotice', activatePaymentNotice],
    ['activatePaymentNoticeV2', activatePaymentNoticeV2],
  ] as const)('of %s holds PSP, primitive, notice, token and answer; the outcome of its token removes it', async (primitive, operation) => {
    for (const outcome of ['OK', 'KO'] as const) {
      const idempotencyKey = newKey();
      const noticeNumber = subgraph.newNotice();
      const { paymentToken = '' } = await psp.call(operation as typeof activatePaymentNotice, {
        ...CALLER,
        idempotencyKey,
        qrCode: qrCodeOf(noticeNumber),
        amount: AMOUNT,
      });
      expect(await rowsOf(idempotencyKey)).toEqual([
        { primitive, creditor: CREDITOR, notice: noticeNumber, token: paymentToken, outcome: 'OK', minutes: 10 },
      ]);
      await psp.call(sendPaymentOutcome, { ...CALLER, paymentToken, outcome });
      expect(await rowsOf(idempotencyKey)).toEqual([]);
    }
  });

  it('of an outcome lives two days, for each version, and a repeat is answered from it', async () => {
    for (const version of [1, 2]) {
      const noticeNumber = subgraph.newNotice();
      const { paymentToken = '' } = await psp.call(activatePaymentNotice, { ...CALLER, qrCode: qrCodeOf(noticeNumber), amount: AMOUNT });
      const idempotencyKey = newKey();
      const send = (outcome: 'OK' | 'KO') =>
        version === 1
          ? psp.call(sendPaymentOutcome, { ...CALLER, idempotencyKey, paymentToken, outcome })
          : psp.call(sendPaymentOutcomeV2, { ...CALLER, idempotencyKey, paymentTokens: [paymentToken], outcome });
      expect(await send('KO')).toEqual({ outcome: 'OK' });
      expect(await send('KO')).toEqual({ outcome: 'OK' });
      expect((await send('OK')).fault?.faultCode).toBe('PPT_ERRORE_IDEMPOTENZA');
      const primitive = version === 1 ? 'sendPaymentOutcome' : 'sendPaymentOutcomeV2';
      expect(await rowsOf(idempotencyKey)).toEqual([
        { primitive, creditor: CREDITOR, notice: noticeNumber, token: paymentToken, outcome: 'OK', minutes: (2 * DAY) / MINUTE },
      ]);
      const history = await subgraph.database.query('select from payment_status_change where payment_token = $1', [paymentToken]);
      expect(history).toHaveLength(2);
    }
  });

  it('of a late outcome is kept like any other', async () => {
    const request = { ...CALLER, qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT, expirationTime: 60_000 };
    const { paymentToken = '' } = await psp.call(activatePaymentNotice, request);
    subgraph.clock.advance(2 * MINUTE);
    await subgraph.job('TOKEN_EXPIRY');
    const late = { ...CALLER, idempotencyKey: newKey(), paymentToken, outcome: 'OK' as const };
    const first = await psp.call(sendPaymentOutcome, late);
    expect(first.fault?.faultCode).toBe('PPT_TOKEN_SCADUTO');
    expect(await psp.call(sendPaymentOutcome, late)).toEqual(first);
  });
});

it('another key on the same notice finds the session open, before and after its time, until the job has run', async () => {
  const request = { ...CALLER, qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT, expirationTime: 60_000 };
  const idempotencyKey = newKey();
  const ask = async (key: string): Promise<string> =>
    (await psp.call(activatePaymentNotice, { ...request, idempotencyKey: key })).fault?.faultCode ?? 'OK';
  expect(await ask(idempotencyKey)).toBe('OK');
  expect(await ask(newKey())).toBe('PPT_PAGAMENTO_IN_CORSO');
  subgraph.clock.advance(2 * MINUTE);
  // The first key has ended with its token; it is a new request now.
  expect(await ask(idempotencyKey)).toBe('PPT_PAGAMENTO_IN_CORSO');
  expect(await ask(newKey())).toBe('PPT_PAGAMENTO_IN_CORSO');
  await subgraph.job('TOKEN_EXPIRY');
  expect(await ask(newKey())).toBe('OK');
});

it('what the creditor said is kept whole, and told as the broker is configured at the time', async () => {
  subgraph.creditor.behaviour = 'REFUSES';
  const request = { ...CALLER, idempotencyKey: newKey(), qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT };
  const first = await psp.call(activatePaymentNotice, request);
  expect(first.fault?.originalFaultCode).toBe('PAA_PAGAMENTO_SCADUTO');
  const broker = await subgraph.services.directory.pspBroker(PSP);
  if (!broker) throw new Error('there is no broker');
  await subgraph.put('pspBroker', PSP, { ...broker, extendedFaultBean: false });
  const plain = await psp.call(activatePaymentNotice, request);
  expect(plain.fault).toMatchObject({ faultCode: 'PPT_ERRORE_EMESSO_DA_PAA' });
  expect(plain.fault?.originalFaultCode).toBeUndefined();
  await subgraph.put('pspBroker', PSP, broker);
  expect(await psp.call(activatePaymentNotice, request)).toEqual(first);
});

it('a refusal that says nothing about the request is not kept: too many at once, a failure of ours', async () => {
  const request = { ...CALLER, idempotencyKey: newKey(), qrCode: qrCodeOf(subgraph.newNotice()), amount: AMOUNT };
  const held = Array.from({ length: MOST_REQUESTS_OF_PSP }, () => subgraph.services.admission.admit(PSP));
  expect((await psp.call(activatePaymentNotice, request)).fault?.faultCode).toBe('PPT_SUPERAMENTOSOGLIA');
  for (const each of held) each?.[Symbol.dispose]();
  const { connector } = subgraph.services;
  const services = subgraph.services as { connector: typeof connector };
  services.connector = { ...connector, callOperation: () => Promise.reject(new Error('a bug')) };
  expect((await psp.call(activatePaymentNotice, request)).fault?.faultCode).toBe('PPT_SYSTEM_ERROR');
  services.connector = connector;
  expect(await rowsOf(request.idempotencyKey)).toEqual([]);
  // Nor has the notice stayed claimed.
  expect((await psp.call(activatePaymentNotice, request)).outcome).toBe('OK');
});

it('a verification has no key, and none is kept', async () => {
  await psp.call(verifyPaymentNotice, { ...CALLER, qrCode: qrCodeOf(subgraph.newNotice()) });
  const rows = await subgraph.database.query(`select from idempotency_entry where primitive = 'verifyPaymentNotice'`);
  expect(rows).toHaveLength(0);
});
