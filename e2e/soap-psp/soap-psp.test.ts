/** A PSP that pays by SOAP alone, at the official path: every message sent and received is valid by nodeForPsp.xsd where that is at hand. */
import { euroCents } from '@nodo-aperto/kernel/money';
import {
  activatePaymentNotice,
  activatePaymentNoticeV2,
  demandPaymentNotice,
  sendPaymentOutcome,
  sendPaymentOutcomeV2,
  verifyPaymentNotice,
} from '@nodo-aperto/kernel/node-for-psp';
import { buildEnvelope } from '@nodo-aperto/kernel/soap';
import { MINUTE } from '@nodo-aperto/kernel/time';
import type { IssuedNotice, StationFault } from '@nodo-aperto/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLER, CREDITOR_1, CREDITOR_2, openSoapWorld, OTHER_CALLER, SERVICE, type SoapWorld } from '../support/soap-world.ts';

let world: SoapWorld;
let keys = 0;
beforeAll(async () => {
  world = await openSoapWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const newKey = (): string => `${CALLER.idPSP}_${String((keys += 1)).padStart(10, '0')}`;
const qrCodeOf = ({ creditorFiscalCode: fiscalCode, noticeNumber }: IssuedNotice) => ({ fiscalCode, noticeNumber });
const DETAILS = {
  paymentMethod: 'cash' as const,
  paymentChannel: 'frontOffice' as const,
  fee: euroCents(150),
  payer: {
    uniqueIdentifier: { entityUniqueIdentifierType: 'F' as const, entityUniqueIdentifierValue: 'VRDLGI70A01H501C' },
    fullName: 'Luigi Verdi',
  },
  applicationDate: '2026-12-01',
  transferDate: '2026-12-02',
};
const activate = (notice: IssuedNotice, more: { expirationTime?: number } = {}) =>
  world.call(activatePaymentNoticeV2, { ...CALLER, qrCode: qrCodeOf(notice), amount: notice.amount, ...more });
const settle = (paymentToken: string | undefined, outcome: 'OK' | 'KO' = 'OK') =>
  world.call(sendPaymentOutcome, { ...CALLER, paymentToken: paymentToken ?? '', outcome, details: DETAILS });

describe('a payment by SOAP alone', () => {
  it.each([
    ['version 1 of its station', CREDITOR_1],
    ['version 2 of its station', CREDITOR_2],
  ])('verify, activate and outcome, version 1 of the primitives, %s', async (_name, creditor) => {
    const notice = world.issue(creditor);
    const qrCode = qrCodeOf(notice);
    expect(await world.call(verifyPaymentNotice, { ...CALLER, qrCode })).toMatchObject({
      outcome: 'OK',
      paymentList: [{ amount: notice.amount, options: 'EQ', dueDate: notice.dueDate }],
      paymentDescription: 'TARI 2026',
      fiscalCodePA: creditor.fiscalCode,
      companyName: creditor.name,
      standin: false,
    });
    const request = { ...CALLER, idempotencyKey: newKey(), qrCode, amount: notice.amount, dueDate: notice.dueDate, paymentNote: 'a note' };
    const activation = await world.call(activatePaymentNotice, { ...request, expirationTime: 600_000 });
    expect(activation).toMatchObject({
      outcome: 'OK',
      totalAmount: notice.amount,
      paymentToken: expect.stringMatching(/^[0-9a-f]{32}$/),
      transferList: [{ idTransfer: 1, transferAmount: notice.amount, fiscalCodePA: creditor.fiscalCode, IBAN: creditor.ibans[0] }],
      creditorReferenceId: notice.iuv,
      standin: false,
    });
    expect(await settle(activation.paymentToken)).toEqual({ outcome: 'OK' });
    await world.hosting.bus.settled(20_000);
    expect((await world.call(verifyPaymentNotice, { ...CALLER, qrCode })).fault?.faultCode).toBe('PPT_PAGAMENTO_DUPLICATO');
  });

  it('several notices of two creditors, activated with version 2, settled with one outcome', async () => {
    const notices = [world.issue(CREDITOR_1, 1_000), world.issue(CREDITOR_2, 2_000), world.issue(CREDITOR_2, 3_000)];
    const paymentTokens: string[] = [];
    for (const notice of notices) {
      const request = {
        ...CALLER,
        qrCode: qrCodeOf(notice),
        amount: notice.amount,
        paymentMethod: 'CP' as const,
        touchPoint: 'ATM' as const,
      };
      const activation = await world.call(activatePaymentNoticeV2, request);
      expect(activation).toMatchObject({ outcome: 'OK', transferList: [{ transferCategory: expect.any(String) }] });
      paymentTokens.push(activation.paymentToken ?? '');
    }
    const details = { ...DETAILS, primaryCiIncurredFee: euroCents(10), idBundle: 'bundle', idCiBundle: 'ci-bundle' };
    const request = { ...CALLER, idempotencyKey: newKey(), paymentTokens, outcome: 'OK' as const, details };
    expect(await world.call(sendPaymentOutcomeV2, request)).toEqual({ outcome: 'OK' });
    expect(await world.call(sendPaymentOutcomeV2, request)).toEqual({ outcome: 'OK' });
    for (const notice of notices) {
      expect((await world.call(verifyPaymentNotice, { ...CALLER, qrCode: qrCodeOf(notice) })).fault?.faultCode).toBe(
        'PPT_PAGAMENTO_DUPLICATO',
      );
    }
  });

  it('a notice made on request is paid like any other', async () => {
    const made = await world.call(demandPaymentNotice, { ...CALLER, idSoggettoServizio: SERVICE, datiSpecificiServizio: 'PHRhcmdhLz4=' });
    expect(made).toMatchObject({ outcome: 'OK', fiscalCodePA: CREDITOR_2.fiscalCode, paymentList: [{ options: 'EQ' }] });
    const { qrCode, paymentList } = made;
    if (!qrCode || !paymentList?.[0]) throw new Error('there is no notice');
    const activation = await world.call(activatePaymentNotice, { ...CALLER, qrCode, amount: paymentList[0].amount });
    expect(activation).toMatchObject({ outcome: 'OK', totalAmount: paymentList[0].amount });
    expect(await settle(activation.paymentToken)).toEqual({ outcome: 'OK' });
  });

  it('a repeat under the same key is answered the same to the byte, with one session', async () => {
    const notice = world.issue(CREDITOR_2);
    const request = { ...CALLER, idempotencyKey: newKey(), qrCode: qrCodeOf(notice), amount: notice.amount };
    const message = buildEnvelope(activatePaymentNoticeV2.request.write(request));
    const answers = await Promise.all([world.post(message), world.post(message)]);
    const [settled] = answers.filter(({ text }) => text.includes('<outcome>OK</outcome>'));
    expect(settled).toBeDefined();
    expect((await world.post(message)).text).toBe(settled?.text);
    const other = await world.call(activatePaymentNoticeV2, { ...request, amount: euroCents(1) });
    expect(other.fault?.faultCode).toBe('PPT_ERRORE_IDEMPOTENZA');
  });

  it('goes on in Stand-In while the creditor is away, when the notice is in ACA', async () => {
    const notice = world.issue(CREDITOR_2);
    await world.load(notice);
    await world.fleet.switchOff(CREDITOR_2.stationCode);
    try {
      expect(await world.call(verifyPaymentNotice, { ...CALLER, qrCode: qrCodeOf(notice) })).toMatchObject({
        outcome: 'OK',
        standin: true,
      });
      const activation = await activate(notice);
      expect(activation).toMatchObject({ outcome: 'OK', totalAmount: notice.amount, standin: true });
      expect(await settle(activation.paymentToken)).toEqual({ outcome: 'OK' });
    } finally {
      await world.fleet.switchOn(CREDITOR_2.stationCode);
    }
  });
});

describe('each family of faults', () => {
  const faultOf = async (answer: Promise<{ outcome: 'OK' | 'KO'; fault?: { faultCode: string } | undefined }>): Promise<string> => {
    const { outcome, fault } = await answer;
    return outcome === 'OK' ? 'OK' : (fault?.faultCode ?? '');
  };

  it('syntax', async () => {
    const message = buildEnvelope(verifyPaymentNotice.request.write({ ...CALLER, qrCode: qrCodeOf(world.issue(CREDITOR_2)) }));
    const { status, text } = await world.post(message.replace(CREDITOR_2.fiscalCode, 'seven'));
    expect({ status, text }).toEqual({ status: 200, text: expect.stringContaining('PPT_SINTASSI_EXTRAXSD') });
  });

  it('caller', async () => {
    const qrCode = qrCodeOf(world.issue(CREDITOR_2));
    const verify = (change: Partial<typeof CALLER>) => faultOf(world.call(verifyPaymentNotice, { ...CALLER, ...change, qrCode }));
    expect(await verify({ idPSP: 'nobody' })).toBe('PPT_PSP_SCONOSCIUTO');
    expect(await verify({ password: 'wrongwrong' })).toBe('PPT_AUTENTICAZIONE');
    expect(await verify({ idChannel: OTHER_CALLER.idChannel })).toBe('PPT_AUTORIZZAZIONE');
  });

  it('counterpart', async () => {
    const notice = world.issue(CREDITOR_2);
    const verify = (qrCode: { fiscalCode: string; noticeNumber: string }) =>
      faultOf(world.call(verifyPaymentNotice, { ...CALLER, qrCode }));
    expect(await verify({ ...qrCodeOf(notice), fiscalCode: '99999999999' })).toBe('PPT_DOMINIO_SCONOSCIUTO');
    expect(await verify({ ...qrCodeOf(notice), noticeNumber: '347000000000000177' })).toBe('PPT_STAZIONE_INT_PA_SCONOSCIUTA');
  });

  it('state of the notice and of the token', async () => {
    const notice = world.issue(CREDITOR_2);
    const { paymentToken } = await activate(notice, { expirationTime: 60_000 });
    expect(await faultOf(activate(notice))).toBe('PPT_PAGAMENTO_IN_CORSO');
    const foreign = { ...OTHER_CALLER, paymentToken: paymentToken ?? '', outcome: 'KO' as const };
    expect(await faultOf(world.call(sendPaymentOutcome, foreign))).toBe('PPT_TOKEN_SCONOSCIUTO');
    world.clock.advance(2 * MINUTE);
    await world.hosting.jobs.runNow('TOKEN_EXPIRY', { deadlineMs: 20_000 });
    expect(await faultOf(settle(paymentToken))).toBe('PPT_TOKEN_SCADUTO');
    expect(await faultOf(settle(paymentToken))).toBe('PPT_ESITO_GIA_ACQUISITO');
    expect(await faultOf(activate(notice))).toBe('PPT_PAGAMENTO_DUPLICATO');
  });

  it('creditor: its refusal, in its own words where the broker has the extended fault bean', async () => {
    const notice = world.issue(CREDITOR_2);
    world.fleet.changeNotice(CREDITOR_2.stationCode, notice.noticeNumber, { status: 'EXPIRED' });
    const qrCode = qrCodeOf(notice);
    const extended = await world.call(verifyPaymentNotice, { ...CALLER, qrCode });
    expect(extended.fault).toMatchObject({
      faultCode: 'PPT_ERRORE_EMESSO_DA_PAA',
      id: CREDITOR_2.fiscalCode,
      originalFaultCode: 'PAA_PAGAMENTO_SCADUTO',
      originalFaultString: expect.any(String),
    });
    const plain = await world.call(verifyPaymentNotice, { ...OTHER_CALLER, qrCode });
    expect(plain.fault).toMatchObject({ faultCode: 'PPT_ERRORE_EMESSO_DA_PAA', id: CREDITOR_2.fiscalCode });
    expect(plain.fault).not.toHaveProperty('originalFaultCode');
  });

  it.each<[string, StationFault]>([
    ['PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE', { kind: 'off' }],
    ['PPT_STAZIONE_INT_PA_TIMEOUT', { kind: 'timeout' }],
    ['PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO', { kind: 'httpError' }],
    ['PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', { kind: 'malformed', form: 'page' }],
  ])('station: %s, and nothing of it in ACA', async (faultCode, fault) => {
    const notice = world.issue(CREDITOR_1);
    await world.fleet.setFault(CREDITOR_1.stationCode, fault);
    expect(await faultOf(activate(notice))).toBe(faultCode);
    await world.fleet.setFault(CREDITOR_1.stationCode, undefined);
    expect(await faultOf(activate(notice))).toBe('OK');
  });

  it('what cannot be read is a SOAP Fault', async () => {
    const { status, text } = await world.post('<!DOCTYPE x><x/>');
    expect({ status, text }).toEqual({ status: 500, text: expect.stringContaining('<faultcode>soapenv:Client</faultcode>') });
  });
});

it('every message was valid by the official schema', ({ skip }) => {
  expect(world.pspWire.complaints).toEqual([]);
  if (world.pspWire.judged() === 0) skip('the official contracts are not on this machine');
  expect(world.pspWire.judged()).toBeGreaterThan(80);
});
