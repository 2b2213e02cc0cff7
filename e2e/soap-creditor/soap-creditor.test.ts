/**
 * The platform's calls to real SOAP creditors of both primitive versions: every message sent to them, and every answer that is one, is valid by
 * paForNode.xsd where that is at hand; what is no answer is classified.
 */
import {
  activatePaymentNotice,
  activatePaymentNoticeV2,
  demandPaymentNotice,
  sendPaymentOutcomeV2,
  verifyPaymentNotice,
} from '@nodo-aperto/kernel/node-for-psp';
import { euroCents } from '@nodo-aperto/kernel/money';
import { until } from '@nodo-aperto/kernel/testing';
import type { CreditorSpecification, IssuedNotice, StationFault } from '@nodo-aperto/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLER, CREDITOR_1, CREDITOR_2, openSoapWorld, SERVICE, type SoapWorld } from '../support/soap-world.ts';

let world: SoapWorld;
beforeAll(async () => {
  world = await openSoapWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const qrCodeOf = ({ creditorFiscalCode: fiscalCode, noticeNumber }: IssuedNotice) => ({ fiscalCode, noticeNumber });
const DETAILS = {
  paymentMethod: 'bancomat' as const,
  fee: euroCents(150),
  payer: {
    uniqueIdentifier: { entityUniqueIdentifierType: 'F' as const, entityUniqueIdentifierValue: 'VRDLGI70A01H501C' },
    fullName: 'Luigi Verdi',
    country: 'IT',
    email: 'luigi@example.it',
  },
  applicationDate: '2026-12-01',
  transferDate: '2026-12-02',
};

/** What a creditor was asked, in order. */
const actionsOf = (since: number): string[] => world.creditorWire.exchanges.slice(since).map(({ action }) => action);
const content = (message: string, element: string): string | undefined => new RegExp(`<${element}>([^<]*)</${element}>`).exec(message)?.[1];

async function pay(notice: IssuedNotice, operation: typeof activatePaymentNotice | typeof activatePaymentNoticeV2): Promise<string> {
  const request = { ...CALLER, qrCode: qrCodeOf(notice), amount: notice.amount, dueDate: notice.dueDate, paymentNote: 'a note' };
  const { outcome, paymentToken = '', fault } = await world.call(operation as typeof activatePaymentNotice, request);
  expect({ outcome, fault }).toEqual({ outcome: 'OK' });
  const settled = await world.call(sendPaymentOutcomeV2, { ...CALLER, paymentTokens: [paymentToken], outcome: 'OK', details: DETAILS });
  expect(settled).toEqual({ outcome: 'OK' });
  return paymentToken;
}

describe.each<[string, CreditorSpecification, string[]]>([
  ['version 1', CREDITOR_1, ['paVerifyPaymentNotice', 'paGetPayment', 'paSendRT']],
  ['version 2', CREDITOR_2, ['paVerifyPaymentNotice', 'paGetPaymentV2', 'paSendRTV2']],
])('a creditor whose station speaks %s', (_version, creditor, actions) => {
  it.each([
    ['activatePaymentNotice', activatePaymentNotice],
    ['activatePaymentNoticeV2', activatePaymentNoticeV2],
  ] as const)('is asked with its own primitives, whatever the PSP calls: %s', async (_name, operation) => {
    const since = world.creditorWire.exchanges.length;
    const notice = world.issue(creditor);
    expect((await world.call(verifyPaymentNotice, { ...CALLER, qrCode: qrCodeOf(notice) })).outcome).toBe('OK');
    const paymentToken = await pay(notice, operation);
    await until(() => actionsOf(since).length === 3, { what: 'the receipt arrives', timeoutMs: 20_000 });
    expect(actionsOf(since)).toEqual(actions);
    for (const { request } of world.creditorWire.exchanges.slice(since)) {
      expect([content(request, 'idPA'), content(request, 'idBrokerPA'), content(request, 'idStation')]).toEqual([
        creditor.fiscalCode,
        creditor.brokerCode,
        creditor.stationCode,
      ]);
    }
    const [, getting] = world.creditorWire.exchanges.slice(since);
    expect(content(getting?.request ?? '', 'paymentNote')).toBe('a note');
    const received = world.fleet.receipts(creditor.stationCode).find(({ receipt }) => receipt.receiptId === paymentToken);
    expect(received?.receipt).toMatchObject({
      noticeNumber: notice.noticeNumber,
      outcome: 'OK',
      creditorReferenceId: notice.iuv,
      paymentAmount: notice.amount,
      idPSP: CALLER.idPSP,
      idChannel: CALLER.idChannel,
      fee: 150,
    });
  });

  it('refuses what it does not know, and is believed', async () => {
    const notice = world.issue(creditor);
    const qrCode = { ...qrCodeOf(notice), noticeNumber: '302999999999999921' };
    const { fault } = await world.call(verifyPaymentNotice, { ...CALLER, qrCode });
    expect(fault).toMatchObject({
      faultCode: 'PPT_ERRORE_EMESSO_DA_PAA',
      id: creditor.fiscalCode,
      originalFaultCode: 'PAA_PAGAMENTO_SCONOSCIUTO',
    });
  });

  it.each<[string, StationFault]>([
    ['PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE', { kind: 'reset' }],
    ['PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO', { kind: 'httpError', status: 503 }],
    ['PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', { kind: 'httpError', status: 500 }],
    ['PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', { kind: 'malformed', form: 'truncated' }],
    ['PPT_STAZIONE_INT_PA_TIMEOUT', { kind: 'timeout' }],
  ])('is %s when it fails so: %j', async (faultCode, fault) => {
    const notice = world.issue(creditor);
    await world.fleet.setFault(creditor.stationCode, fault);
    const answer = await world.call(verifyPaymentNotice, { ...CALLER, qrCode: qrCodeOf(notice) });
    await world.fleet.setFault(creditor.stationCode, undefined);
    expect(answer.fault?.faultCode).toBe(faultCode);
  });
});

it('a creditor is asked to make a notice with the service that the PSP means', async () => {
  const since = world.creditorWire.exchanges.length;
  const request = { ...CALLER, idSoggettoServizio: SERVICE, datiSpecificiServizio: 'PHRhcmdhLz4=' };
  expect((await world.call(demandPaymentNotice, request)).outcome).toBe('OK');
  expect(actionsOf(since)).toEqual(['paDemandPaymentNotice']);
  const message = world.creditorWire.exchanges[since]?.request ?? '';
  expect(['idServizio', 'idSoggettoServizio', 'datiSpecificiServizioRequest'].map((element) => content(message, element))).toEqual([
    '00005',
    SERVICE,
    'PHRhcmdhLz4=',
  ]);
});

it('a receipt of a payment in Stand-In says so, and reaches a creditor that never heard of the payment', async () => {
  const notice = world.issue(CREDITOR_2);
  await world.load(notice);
  await world.fleet.switchOff(CREDITOR_2.stationCode);
  const paymentToken = await pay(notice, activatePaymentNoticeV2);
  await world.fleet.switchOn(CREDITOR_2.stationCode);
  const receiptOf = () => world.fleet.receipts(CREDITOR_2.stationCode).find(({ receipt }) => receipt.receiptId === paymentToken);
  await until(
    async () => {
      await world.hosting.jobs.runNow('RECEIPT_DELIVERY', { deadlineMs: 20_000 });
      return receiptOf() !== undefined;
    },
    { what: 'the receipt arrives after the outage', timeoutMs: 30_000 },
  );
  expect(receiptOf()?.receipt).toMatchObject({ standIn: true, noticeNumber: notice.noticeNumber });
});

it('every message was valid by the official schema', ({ skip }) => {
  expect(world.creditorWire.complaints).toEqual([]);
  if (world.creditorWire.judged() === 0) skip('the official contracts are not on this machine');
  expect(world.creditorWire.judged()).toBeGreaterThan(30);
});
