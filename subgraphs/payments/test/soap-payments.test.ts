/** What version 2 carries besides version 1, and notices made on request: over SOAP, and the same over the graph. */
import { euroCents } from '@nodo-aperto/kernel/money';
import {
  activatePaymentNotice,
  activatePaymentNoticeV2,
  demandPaymentNotice,
  sendPaymentOutcomeV2,
} from '@nodo-aperto/kernel/node-for-psp';
import type { PaGetPaymentV2Data } from '@nodo-aperto/kernel/pa-for-node';
import { SECOND } from '@nodo-aperto/kernel/time';
import type { PaymentSnapshot } from '@nodo-aperto/schema/events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, CREDITOR, PSP, SERVICE, STATION } from './support/parties.ts';
import { CALLER, type SoapPsp, startSoapPsp } from './support/soap-psp.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

let subgraph: TestSubgraph;
let psp: SoapPsp;
beforeAll(async () => {
  subgraph = await startSubgraph({ settings: { creditorTimeoutMs: 5 * SECOND } });
  psp = await startSoapPsp(subgraph);
  const known = await subgraph.services.directory.psp(PSP);
  if (known) await subgraph.put('psp', PSP, { ...known, vatNumber: '12345678903' });
});
afterAll(async () => {
  await psp[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
});
afterEach(() => {
  subgraph.creditor.behaviour = 'ANSWERS';
  subgraph.creditor.terms = (data) => data;
  subgraph.creditor.demanded = (answer) => answer;
});

const AMOUNT = euroCents(12_345);
const STAMP = { hashDocumento: 'wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=', tipoBollo: '01', provinciaResidenza: 'RM' } as const;
const ATTACHMENT = Buffer.from('<marcaDaBollo/>').toString('base64');
const DETAILS = {
  paymentMethod: 'creditCard' as const,
  paymentChannel: 'app' as const,
  fee: euroCents(150),
  primaryCiIncurredFee: euroCents(50),
  idBundle: 'bundle-1',
  idCiBundle: 'ci-bundle-1',
  payer: {
    uniqueIdentifier: { entityUniqueIdentifierType: 'F' as const, entityUniqueIdentifierValue: 'VRDLGI70A01H501C' },
    fullName: 'Luigi Verdi',
    streetName: 'Via Roma',
    civicNumber: '1',
    postalCode: '00100',
    city: 'Roma',
    stateProvinceRegion: 'RM',
    country: 'IT',
    email: 'luigi@example.it',
  },
  applicationDate: '2026-12-01',
  transferDate: '2026-12-02',
};

/** The creditor asks for a transfer of 16 euros in stamps beside its own. */
const withStamp = (data: PaGetPaymentV2Data): PaGetPaymentV2Data => {
  const [first] = data.transferList;
  if (!first) throw new Error('there is no transfer');
  const { IBAN: _iban, ...rest } = first;
  return {
    ...data,
    transferList: [
      { ...first, transferAmount: euroCents(AMOUNT - 1_600) },
      { ...rest, idTransfer: 2, transferAmount: euroCents(1_600), richiestaMarcaDaBollo: STAMP, metadata: [{ key: 'k', value: 'v' }] },
    ],
  };
};

const activated = (noticeNumber: string) =>
  psp.call(activatePaymentNoticeV2, {
    ...CALLER,
    qrCode: { fiscalCode: CREDITOR, noticeNumber },
    amount: AMOUNT,
    paymentNote: 'a note',
    paymentMethod: 'CP',
    touchPoint: 'PSP',
  });

async function bookedFact(paymentToken: string): Promise<PaymentSnapshot | undefined> {
  const [row] = await subgraph.database.query<{ data: PaymentSnapshot }>(
    `select data from outbox where name = 'payment.booked' and subject = $1`,
    [paymentToken],
  );
  return row?.data;
}

describe('a payment that buys a revenue stamp', () => {
  it('carries stamp, fees, bundles and addresses from the activation to the fact', async () => {
    subgraph.creditor.terms = withStamp;
    const answer = await activated(subgraph.newNotice());
    expect(answer).toMatchObject({
      outcome: 'OK',
      totalAmount: AMOUNT,
      metadata: [{ key: 'year', value: '2026' }],
      transferList: [
        { idTransfer: 1, companyName: 'Comune di Prova', IBAN: expect.any(String), transferCategory: '0101101IM' },
        { idTransfer: 2, transferAmount: 1_600, richiestaMarcaDaBollo: STAMP, metadata: [{ key: 'k', value: 'v' }] },
      ],
    });
    const paymentToken = answer.paymentToken ?? '';
    const marcheDaBollo = [{ paymentToken, idTransfer: 2, MBDAttachment: ATTACHMENT }];
    const details = { ...DETAILS, marcheDaBollo };
    expect(await psp.call(sendPaymentOutcomeV2, { ...CALLER, paymentTokens: [paymentToken], outcome: 'OK', details })).toEqual({
      outcome: 'OK',
    });
    expect(await bookedFact(paymentToken)).toMatchObject({
      pspVatNumber: '12345678903',
      fee: 150,
      primaryCreditorFee: 50,
      bundleId: 'bundle-1',
      creditorBundleId: 'ci-bundle-1',
      paymentMethod: 'creditCard',
      paymentNote: 'a note',
      touchPoint: 'PSP',
      payer: { type: 'F', fiscalCode: 'VRDLGI70A01H501C', streetName: 'Via Roma', country: 'IT', email: 'luigi@example.it' },
      transfers: [{ idTransfer: 1 }, { idTransfer: 2, stamp: { documentHash: STAMP.hashDocumento }, stampAttachment: ATTACHMENT }],
    });
    const { payment } = await subgraph.query<{ payment: object }>(
      caller('EC', CREDITOR),
      `query ($token: String!) { payment(paymentToken: $token) {
        fee primaryCreditorFee bundleId creditorBundleId transfers { idTransfer stampAttachment stamp { documentHash province } } } }`,
      { token: paymentToken },
    );
    expect(payment).toMatchObject({
      primaryCreditorFee: 50,
      bundleId: 'bundle-1',
      transfers: [{ stampAttachment: null }, { stampAttachment: ATTACHMENT }],
    });
  });

  it('is settled the same over the graph', async () => {
    subgraph.creditor.terms = withStamp;
    const { paymentToken = '' } = await activated(subgraph.newNotice());
    const { paymentChannel, payer: _payer, ...details } = DETAILS;
    const input = {
      idChannel: CHANNEL,
      paymentTokens: [paymentToken],
      outcome: 'OK',
      details: { ...details, paymentChannel, marcheDaBollo: [{ paymentToken, idTransfer: 2, MBDAttachment: ATTACHMENT }] },
    };
    const document =
      'mutation ($input: SendPaymentOutcomeV2Input!) { sendPaymentOutcomeV2(input: $input) { outcome fault { code description } } }';
    expect(await subgraph.query(caller('PSP', PSP), document, { input })).toEqual({ sendPaymentOutcomeV2: { outcome: 'OK', fault: null } });
    expect(await bookedFact(paymentToken)).toMatchObject({ bundleId: 'bundle-1', transfers: [{}, { stampAttachment: ATTACHMENT }] });
  });

  it('is not activated with version 1, and leaves no lock', async () => {
    subgraph.creditor.terms = withStamp;
    const noticeNumber = subgraph.newNotice();
    const answer = await psp.call(activatePaymentNotice, { ...CALLER, qrCode: { fiscalCode: CREDITOR, noticeNumber }, amount: AMOUNT });
    expect(answer).toMatchObject({ outcome: 'KO', fault: { faultCode: 'PPT_SEMANTICA', description: expect.stringContaining('V2') } });
    expect((await activated(noticeNumber)).outcome).toBe('OK');
  });

  it.each<[string, (token: string) => { paymentToken: string; idTransfer: number; MBDAttachment: string }[]]>([
    ['a stamp of another token', () => [{ paymentToken: 'f'.repeat(32), idTransfer: 2, MBDAttachment: ATTACHMENT }]],
    ['a stamp for a transfer to an IBAN', (paymentToken) => [{ paymentToken, idTransfer: 1, MBDAttachment: ATTACHMENT }]],
    ['a stamp twice', (paymentToken) => [1, 2].map(() => ({ paymentToken, idTransfer: 2, MBDAttachment: ATTACHMENT }))],
  ])('%s is PPT_SEMANTICA and settles nothing', async (_name, stamps) => {
    subgraph.creditor.terms = withStamp;
    const { paymentToken = '' } = await activated(subgraph.newNotice());
    const request = { ...CALLER, paymentTokens: [paymentToken], outcome: 'OK' as const };
    const refused = await psp.call(sendPaymentOutcomeV2, { ...request, details: { ...DETAILS, marcheDaBollo: stamps(paymentToken) } });
    expect(refused).toMatchObject({ outcome: 'KO', fault: { faultCode: 'PPT_SEMANTICA' } });
    expect(await bookedFact(paymentToken)).toBeUndefined();
    // The stamp itself may be missing: the money was taken.
    expect((await psp.call(sendPaymentOutcomeV2, { ...request, details: DETAILS })).outcome).toBe('OK');
  });
});

describe('a notice made on request', () => {
  const request = { ...CALLER, idSoggettoServizio: SERVICE, datiSpecificiServizio: 'YQ==' };

  it('is made by the creditor of the service, the same over SOAP and over the graph', async () => {
    const before = subgraph.creditor.calls.length;
    const answer = await psp.call(demandPaymentNotice, request);
    expect(answer).toEqual({
      outcome: 'OK',
      qrCode: { fiscalCode: CREDITOR, noticeNumber: '302000000000000177' },
      paymentList: [{ amount: AMOUNT, options: 'EQ', dueDate: '2026-12-31', paymentNote: SERVICE }],
      paymentDescription: 'Bollo auto',
      fiscalCodePA: CREDITOR,
      companyName: 'Comune di Prova',
    });
    const { demandPaymentNotice: overGraph } = await subgraph.query<{ demandPaymentNotice: object }>(
      caller('PSP', PSP),
      `mutation ($input: DemandPaymentNoticeInput!) { demandPaymentNotice(input: $input) { outcome fault { code }
        qrCode { fiscalCode noticeNumber } paymentList { amount options dueDate paymentNote } paymentDescription fiscalCodePA companyName officeName } }`,
      { input: { idChannel: CHANNEL, idSoggettoServizio: SERVICE, datiSpecificiServizio: 'YQ==' } },
    );
    expect(overGraph).toEqual({ ...answer, fault: null, officeName: null });
    expect(subgraph.creditor.calls.slice(before).map(({ operation }) => operation)).toEqual([
      'paDemandPaymentNotice',
      'paDemandPaymentNotice',
    ]);
  });

  it.each<[string, TestSubgraph['creditor']['demanded']]>([
    ['no notice', ({ qrCode: _qrCode, ...rest }) => rest],
    ['nothing to be paid', ({ paymentList: _paymentList, ...rest }) => rest],
    [
      'the notice of another creditor',
      (answer) => ({ ...answer, qrCode: { fiscalCode: '77777777777', noticeNumber: '302000000000000177' } }),
    ],
  ])('%s: PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', async (_name, demanded) => {
    subgraph.creditor.demanded = demanded;
    expect(await psp.call(demandPaymentNotice, request)).toMatchObject({
      outcome: 'KO',
      fault: { faultCode: 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE' },
    });
  });

  it('never counts for Stand-In, and is not asked for while the station is in it', async () => {
    subgraph.creditor.behaviour = 'UNAVAILABLE';
    for (let call = 0; call < 8; call += 1) expect((await psp.call(demandPaymentNotice, request)).outcome).toBe('KO');
    await subgraph.job('STAND_IN_EVALUATION');
    expect(subgraph.services.stations.standIn(STATION)).toBeUndefined();
    subgraph.creditor.behaviour = 'ANSWERS';
    const operator = caller('OPERATOR');
    await subgraph.query(operator, `mutation { enterStandIn(station: "${STATION}", reason: "test") { code } }`);
    const before = subgraph.creditor.calls.length;
    expect((await psp.call(demandPaymentNotice, request)).fault).toMatchObject({ faultCode: 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO' });
    expect(subgraph.creditor.calls).toHaveLength(before);
    await subgraph.query(operator, `mutation { leaveStandIn(station: "${STATION}", reason: "test") { code } }`);
    expect((await psp.call(demandPaymentNotice, request)).outcome).toBe('OK');
  });
});
