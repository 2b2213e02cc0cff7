/** The creditor fleet over real sockets: what a creditor that works answers. */
import { PROBE_NOTICE_NUMBER, hasValidCheckDigits } from '@nodo-aperto/kernel/identifiers';
import { paDemandPaymentNotice, paGetPayment, paGetPaymentV2, paVerifyPaymentNotice } from '@nodo-aperto/kernel/pa-for-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallRecord, Fleet, ReceivedReceipt } from '../src/creditors/index.ts';
import { type Node, addressOf, debtor, municipality, receiptOf, school, testFleet, testNode, wordFor } from './support/fleet.ts';

let fleet: Fleet;
let node: Node;
const station = municipality.stationCode;
const issue = (amount = 12_345) => fleet.issueNotice(station, { amount, description: 'Tassa rifiuti', debtor });
const target = (code = station) => ({ endpoint: fleet.endpointOf(code), deadlineMs: 5_000 });

beforeAll(async () => {
  fleet = await testFleet();
  node = testNode(fleet);
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await fleet.stop();
});

describe('verification', () => {
  it('tells the amount of an open notice', async () => {
    const notice = issue();
    expect(hasValidCheckDigits(notice.noticeNumber)).toBe(true);
    expect(notice.noticeNumber.slice(0, 3)).toBe('302');
    const answer = await node.verify(municipality, notice.noticeNumber);
    expect(answer).toMatchObject({
      kind: 'ANSWER',
      message: {
        outcome: 'OK',
        paymentList: [{ amount: 12_345, options: 'EQ', dueDate: notice.dueDate, allCCP: false }],
        paymentDescription: 'Tassa rifiuti',
        fiscalCodePA: '66666666666',
        companyName: 'Comune di Prova',
      },
    });
  });

  it('answers the probe as a station that works does', async () => {
    expect(wordFor(await node.verify(municipality, PROBE_NOTICE_NUMBER))).toBe('PAA_PAGAMENTO_SCONOSCIUTO');
  });

  it.each([
    ['PAID', 'PAA_PAGAMENTO_DUPLICATO'],
    ['CANCELLED', 'PAA_PAGAMENTO_ANNULLATO'],
    ['EXPIRED', 'PAA_PAGAMENTO_SCADUTO'],
  ] as const)('refuses a notice that is %s', async (status, code) => {
    const notice = issue();
    fleet.changeNotice(station, notice.noticeNumber, { status });
    const answer = await node.verify(municipality, notice.noticeNumber);
    expect(answer).toMatchObject({ message: { outcome: 'KO', fault: { faultCode: code, id: '66666666666' } } });
    expect(wordFor(await node.activate(municipality, notice.noticeNumber))).toBe(code);
  });

  it.each([
    ['idPA', 'PAA_ID_DOMINIO_ERRATO'],
    ['idBrokerPA', 'PAA_ID_INTERMEDIARIO_ERRATO'],
    ['idStation', 'PAA_STAZIONE_INT_ERRATA'],
  ])('refuses a request with another %s', async (field, code) => {
    const qrCode = { fiscalCode: municipality.fiscalCode, noticeNumber: issue().noticeNumber };
    const request = { ...addressOf(municipality), qrCode, [field]: '99999999999' };
    expect(wordFor(await node.connector.callOperation(target(), paVerifyPaymentNotice, request))).toBe(code);
  });

  it('refuses a notice of another creditor', async () => {
    const request = { ...addressOf(municipality), qrCode: { fiscalCode: school.fiscalCode, noticeNumber: issue().noticeNumber } };
    expect(wordFor(await node.connector.callOperation(target(), paVerifyPaymentNotice, request))).toBe('PAA_ID_DOMINIO_ERRATO');
  });
});

describe('activation', () => {
  it('gives the payment with its transfers, and leaves the notice payable', async () => {
    const notice = fleet.issueNotice(station, {
      amount: 500,
      description: 'Mensa',
      debtor,
      transfers: [{ amount: 300 }, { amount: 200, fiscalCode: school.fiscalCode, companyName: school.name, category: '0201102IM/' }],
    });
    for (const _again of [1, 2]) {
      expect(await node.activate(municipality, notice.noticeNumber)).toMatchObject({
        message: {
          outcome: 'OK',
          data: {
            creditorReferenceId: notice.iuv,
            paymentAmount: 500,
            companyName: 'Comune di Prova',
            debtor: { uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: debtor.code } },
            transferList: [
              { idTransfer: 1, transferAmount: 300, fiscalCodePA: '66666666666', IBAN: municipality.ibans[0] },
              { idTransfer: 2, transferAmount: 200, fiscalCodePA: '55555555555', transferCategory: '0201102IM/' },
            ],
          },
        },
      });
    }
    expect(fleet.notice(station, notice.noticeNumber)?.status).toBe('OPEN');
  });

  it('tells the amount of now, not the one asked with', async () => {
    const notice = issue(1_000);
    fleet.changeNotice(station, notice.noticeNumber, { amount: 1_100 });
    const qrCode = { fiscalCode: municipality.fiscalCode, noticeNumber: notice.noticeNumber };
    const answer = await node.connector.callOperation(target(), paGetPaymentV2, {
      ...addressOf(municipality),
      qrCode,
      amount: 1_000 as never,
    });
    expect(answer).toMatchObject({ message: { data: { paymentAmount: 1_100, transferList: [{ transferAmount: 1_100 }] } } });
  });

  it('is of version 1 only at a station of version 1', async () => {
    const notice = fleet.issueNotice(school.stationCode, { amount: 700, description: 'Gita', debtor });
    const request = { ...addressOf(school), qrCode: { fiscalCode: school.fiscalCode, noticeNumber: notice.noticeNumber } };
    const to = target(school.stationCode);
    expect(await node.connector.callOperation(to, paGetPayment, request)).toMatchObject({ message: { data: { paymentAmount: 700 } } });
    expect((await node.connector.callOperation(to, paGetPaymentV2, request)).kind).toBe('SERVICE_NOT_ACTIVE');
  });
});

describe('receipts', () => {
  it('close the notice, are told to listeners, and are refused when they come again', async () => {
    const notice = issue();
    const heard: ReceivedReceipt[] = [];
    using _listener = fleet.onReceipt((received) => heard.push(received));
    expect(wordFor(await node.sendReceipt(municipality, notice, 'a'.repeat(32)))).toBe('OK');
    expect(wordFor(await node.sendReceipt(municipality, notice, 'a'.repeat(32)))).toBe('PAA_RECEIPT_DUPLICATA');
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      version: 2,
      ownNotice: true,
      receipt: { receiptId: 'a'.repeat(32), standIn: true, paymentAmount: 12_345 },
    });
    expect(fleet.receipts(station).at(-1)).toBe(heard[0]);
    expect(fleet.notice(station, notice.noticeNumber)).toMatchObject({ status: 'PAID', paymentToken: 'a'.repeat(32) });
    expect(wordFor(await node.verify(municipality, notice.noticeNumber))).toBe('PAA_PAGAMENTO_DUPLICATO');
  });

  it('of another creditor’s notice are taken without closing anything', async () => {
    const notice = issue();
    expect(wordFor(await node.sendReceipt(school, notice, 'b'.repeat(32)))).toBe('OK');
    expect(fleet.receipts(school.stationCode).at(-1)).toMatchObject({ version: 1, ownNotice: false });
    expect(fleet.notice(station, notice.noticeNumber)?.status).toBe('OPEN');
  });

  it('for another station are refused', async () => {
    const { paSendRTV2 } = await import('@nodo-aperto/kernel/pa-for-node');
    const request = { ...addressOf(municipality), idStation: '66666666666_02', receipt: receiptOf(issue(), 'c'.repeat(32)) };
    expect(wordFor(await node.connector.callOperation(target(), paSendRTV2, request))).toBe('PAA_STAZIONE_INT_ERRATA');
  });
});

describe('a notice on request', () => {
  it('is made, and can be paid', async () => {
    const answer = await node.connector.callOperation(target(), paDemandPaymentNotice, {
      ...addressOf(municipality),
      idServizio: '00005',
      idSoggettoServizio: '00042',
      datiSpecificiServizioRequest: Buffer.from('<targa>AB123CD</targa>').toString('base64'),
    });
    expect(answer).toMatchObject({ message: { outcome: 'OK', qrCode: { fiscalCode: '66666666666' } } });
    const number = answer.kind === 'ANSWER' ? (answer.message.qrCode?.noticeNumber ?? '') : '';
    expect(wordFor(await node.verify(municipality, number))).toBe('OK');
  });
});

describe('what is not of the contract', () => {
  const post = (body: string, path = '', headers: Record<string, string> = { 'content-type': 'text/xml' }) =>
    fetch(`${fleet.endpointOf(station)}${path}`, { method: 'POST', headers, body, signal: AbortSignal.timeout(5_000) });

  it('is answered with a SOAP fault, a status, or KO', async () => {
    const garbage = await post('this is not xml');
    expect([garbage.status, await garbage.text()]).toEqual([500, expect.stringContaining('Client')]);
    expect((await post('', '/elsewhere')).status).toBe(404);
    expect((await fetch(fleet.endpointOf(station))).status).toBe(404);
    const large = await post('x'.repeat(1024 * 1024 + 1)).catch((error: Error) => error);
    expect('status' in large ? large.status : 'broken').toEqual(expect.toSatisfy((what) => what === 413 || what === 'broken'));
  });

  it('that can be read but breaks the schema is answered KO', async () => {
    const body =
      '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><p:paVerifyPaymentNoticeReq xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><idPA>66666666666</idPA></p:paVerifyPaymentNoticeReq></e:Body></e:Envelope>';
    const response = await post(body);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('PAA_SINTASSI_EXTRAXSD');
    expect(fleet.calls(station).at(-1)).toMatchObject({
      primitive: 'paVerifyPaymentNotice',
      outcome: 'KO',
      faultCode: 'PAA_SINTASSI_EXTRAXSD',
    });
  });
});

describe('the log of calls', () => {
  it('has every call with its outcome, and a listener that fails harms nobody', async () => {
    const notice = issue();
    const heard: CallRecord[] = [];
    using _bad = fleet.onCall(() => {
      throw new Error('a listener that fails');
    });
    using _listener = fleet.onCall((call) => heard.push(call));
    const before = fleet.station(station).calls;
    await node.verify(municipality, notice.noticeNumber);
    await node.verify(municipality, PROBE_NOTICE_NUMBER);
    expect(heard).toMatchObject([
      { stationCode: station, primitive: 'paVerifyPaymentNotice', noticeNumber: notice.noticeNumber, outcome: 'OK' },
      { primitive: 'paVerifyPaymentNotice', noticeNumber: PROBE_NOTICE_NUMBER, outcome: 'KO', faultCode: 'PAA_PAGAMENTO_SCONOSCIUTO' },
    ]);
    expect(fleet.calls(station).slice(-2)).toEqual(heard);
    expect(fleet.station(station).calls).toBe(before + 2);
  });
});

describe('a fleet', () => {
  it('makes the same notices from the same seed', async () => {
    const first = await testFleet({ seed: 11 });
    const second = await testFleet({ seed: 11 });
    const numbers = [first, second].map((each) => each.issueNotice(station, { amount: 1, description: 'x', debtor }).noticeNumber);
    await Promise.all([first.stop(), second.stop()]);
    expect(numbers[0]).toBe(numbers[1]);
  });

  it('names what is wrong with its creditors, notices and station codes', async () => {
    await expect(testFleet({ creditors: [municipality, { ...municipality, fiscalCode: '1', segregationCode: 'x' }] })).rejects.toThrow(
      /creditors\[1\]\.fiscalCode.*creditors\[1\]\.segregationCode.*creditors\[1\]\.stationCode: is that of another/,
    );
    expect(() => fleet.issueNotice(station, { amount: 100, description: '', debtor, transfers: [{ amount: 99 }] })).toThrow(
      /description.*transfers: is not valid \(expected transfers that add up/,
    );
    expect(() => fleet.endpointOf('66666666666_O1')).toThrow('did you mean "66666666666_01"?');
    expect(() => fleet.changeNotice(station, PROBE_NOTICE_NUMBER, { status: 'PAID' })).toThrow('has no notice');
  });

  it('that cannot open a port opens none', async () => {
    const port = Number(new URL(fleet.endpointOf(station)).port);
    await expect(testFleet({ creditors: [school, { ...municipality, port }] })).rejects.toThrow(`cannot use port ${port}`);
  });
});
