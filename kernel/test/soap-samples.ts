/** One full and one bare message of every operation of the two contracts, as values. */
import { euroCents } from '@nodo-aperto/kernel/money';
import * as node from '@nodo-aperto/kernel/node-for-psp';
import * as creditor from '@nodo-aperto/kernel/pa-for-node';
import type { Message, Operation } from '@nodo-aperto/kernel/soap';

/** A message of a contract with values that it must be able to carry. */
export interface Sample {
  readonly schema: string;
  readonly message: Message<unknown>;
  readonly values: readonly unknown[];
}

const paForNode = 'wsdl/xsd/paForNode.xsd';
const nodeForPsp = 'wsdl/xsd/nodeForPsp.xsd';

function samples<Request, Response>(
  schema: string,
  operation: Operation<Request, Response>,
  requests: readonly Request[],
  responses: readonly Response[],
): readonly Sample[] {
  return [
    { schema, message: operation.request as Message<unknown>, values: requests },
    { schema, message: operation.response as Message<unknown>, values: responses },
  ];
}

const cents = euroCents;
const address = { idPA: '77777777777', idBrokerPA: '88888888888', idStation: '88888888888_01' };
const caller = { idPSP: '60000000001', idBrokerPSP: '60000000001', idChannel: '60000000001_01', password: 'pwdpwdpwd' };
const qrCode = { fiscalCode: '77777777777', noticeNumber: '347123456789012389' };
const creditorReferenceId = '47123456789012389';
const fault = { faultCode: 'PAA_PAGAMENTO_SCONOSCIUTO', faultString: 'non trovato', id: '77777777777' };
const fullFault = {
  ...fault,
  description: 'a & <b>',
  serial: -1,
  originalFaultCode: 'X',
  originalFaultString: 'y',
  originalDescription: 'z',
};
const ko = { outcome: 'KO', fault } as const;
const answers = [{ outcome: 'OK' }, ko, { outcome: 'KO', fault: fullFault }] as const;
const metadata = Array.from({ length: 15 }, (_, index) => ({ key: `chiave ${index}`, value: 'à\u{1F600}'.repeat(35) }));
const bareSubject = {
  uniqueIdentifier: { entityUniqueIdentifierType: 'G', entityUniqueIdentifierValue: '12' },
  fullName: 'ANONIMO',
} as const;
const subject = {
  uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: 'RSSMRA80A01H501U' },
  fullName: "Mario D'Rossi & figli <snc>",
  streetName: 'Via Nazionale',
  civicNumber: '12/B',
  postalCode: '00184',
  city: 'Roma',
  stateProvinceRegion: 'RM',
  country: 'IT',
  email: 'm.rossi+avvisi@posta.example.it',
} as const;
const stampRequest = { hashDocumento: 'aGVsbG8gd29ybGQhIQ==', tipoBollo: '01', provinciaResidenza: 'RM' } as const;
const destination = { IBAN: 'IT60X0542811101000000123456' };

const transfer = {
  idTransfer: 1,
  transferAmount: cents(12_345),
  fiscalCodePA: '77777777777',
  ...destination,
  remittanceInformation: '/RFB/47123456789012389/123.45',
  transferCategory: '9/0101108TS/',
};
const fullTransfer = { ...transfer, metadata };
const fiveTransfers = [1, 2, 3, 4, 5].map((idTransfer) => ({ ...fullTransfer, idTransfer }));
const { IBAN: _iban, ...withoutIban } = transfer;
const payment = {
  creditorReferenceId,
  paymentAmount: cents(12_345),
  dueDate: '2026-12-31',
  description: 'Tassa sui rifiuti 2026',
  companyName: 'Comune di Prova',
  debtor: bareSubject,
};
const fullPayment = {
  ...payment,
  retentionDate: Date.UTC(2026, 11, 31, 22, 59, 59, 999),
  lastPayment: true,
  officeName: 'Tributi',
  debtor: subject,
  metadata,
};

const receipt = {
  receiptId: '0123456789abcdef0123456789abcdef',
  noticeNumber: qrCode.noticeNumber,
  fiscalCode: '77777777777',
  outcome: 'OK',
  creditorReferenceId,
  paymentAmount: cents(12_345),
  description: 'Tassa sui rifiuti 2026',
  companyName: 'Comune di Prova',
  debtor: bareSubject,
  transferList: [transfer],
  idPSP: '60000000001',
  PSPCompanyName: 'Banca di Prova',
  idChannel: '60000000001_01',
  channelDescription: 'app',
} as const;
const fullReceipt = {
  ...receipt,
  officeName: 'Tributi',
  debtor: subject,
  pspFiscalCode: '60000000001',
  pspPartitaIVA: '60000000001',
  payer: subject,
  paymentMethod: 'creditCard',
  fee: cents(150),
  paymentDateTime: Date.UTC(2026, 5, 1, 10, 30),
  applicationDate: '2026-06-01',
  transferDate: '2026-06-02',
  metadata,
  standIn: true,
} as const;

const paymentOption = { amount: cents(12_345), options: 'EQ' } as const;
const said = {
  paymentDescription: 'Tassa sui rifiuti',
  fiscalCodePA: '77777777777',
  companyName: 'Comune di Prova',
  officeName: 'Tributi',
};
const creditorOption = { ...paymentOption, dueDate: '2026-12-31', detailDescription: 'rata unica', allCCP: false };
const nodeOption = { ...paymentOption, dueDate: '2026-12-31', paymentNote: 'rata unica' };

const activation = { ...caller, qrCode, amount: cents(12_345) };
const fullActivation = {
  ...activation,
  idempotencyKey: '60000000001_aBcDeF0123',
  expirationTime: 1_800_000,
  dueDate: '2026-12-31',
  paymentNote: 'n'.repeat(210),
};
const activated = {
  outcome: 'OK',
  totalAmount: cents(12_345),
  paymentDescription: 'Tassa',
  fiscalCodePA: '77777777777',
  companyName: 'Comune',
} as const;
const token = '0123456789abcdef0123456789abcdef';
const details = { paymentMethod: 'cash', fee: cents(0), applicationDate: '2026-06-01', transferDate: '2026-06-02' } as const;
const fullDetails = { ...details, paymentMethod: 'creditCard', paymentChannel: 'onLine', payer: subject } as const;
const stamp = { paymentToken: token, idTransfer: 2, MBDAttachment: 'PG1hcmNhLz4=' };

export const allSamples: readonly Sample[] = [
  ...samples(
    paForNode,
    creditor.paVerifyPaymentNotice,
    [{ ...address, qrCode }],
    [...answers, { outcome: 'OK', paymentList: [creditorOption], ...said }],
  ),
  ...samples(
    paForNode,
    creditor.paGetPayment,
    [
      { ...address, qrCode },
      { ...address, qrCode, amount: cents(0), paymentNote: 'nota', transferType: 'POSTAL', dueDate: '2026-12-31' },
    ],
    [
      ...answers,
      { outcome: 'OK', data: { ...payment, transferList: [transfer] } },
      { outcome: 'OK', data: { ...fullPayment, transferList: fiveTransfers } },
    ],
  ),
  ...samples(
    paForNode,
    creditor.paGetPaymentV2,
    [
      { ...address, qrCode },
      { ...address, qrCode, amount: cents(1), paymentNote: 'nota', transferType: 'PAGOPA', dueDate: '2026-12-31' },
    ],
    [
      ...answers,
      { outcome: 'OK', data: { ...payment, transferList: [{ ...withoutIban, richiestaMarcaDaBollo: stampRequest }] } },
      { outcome: 'OK', data: { ...fullPayment, transferList: fiveTransfers.map((one) => ({ ...one, companyName: 'Comune' })) } },
    ],
  ),
  ...samples(
    paForNode,
    creditor.paSendRT,
    [
      { ...address, receipt },
      { ...address, receipt: { ...fullReceipt, transferList: fiveTransfers } },
    ],
    [...answers],
  ),
  ...samples(
    paForNode,
    creditor.paSendRTV2,
    [
      { ...address, receipt },
      {
        ...address,
        receipt: {
          ...fullReceipt,
          transferList: [{ ...withoutIban, companyName: 'Comune', MBDAttachment: 'PG1hcmNhLz4=' }, ...fiveTransfers.slice(1)],
          paymentNote: 'nota',
          primaryCiIncurredFee: cents(100),
          idBundle: 'b',
          idCiBundle: 'c',
        },
      },
    ],
    [...answers],
  ),
  ...samples(
    paForNode,
    creditor.paDemandPaymentNotice,
    [{ ...address, idServizio: '00001', idSoggettoServizio: 'ABCDE', datiSpecificiServizioRequest: 'PHRhcmdhPkFCPC90YXJnYT4=' }],
    [...answers, { outcome: 'OK', qrCode, paymentList: [creditorOption], ...said }],
  ),
  ...samples(
    nodeForPsp,
    node.verifyPaymentNotice,
    [{ ...caller, qrCode }],
    [...answers, { outcome: 'OK', paymentList: Array.from({ length: 5 }, () => nodeOption), ...said, standin: true }],
  ),
  ...samples(
    nodeForPsp,
    node.activatePaymentNotice,
    [activation, fullActivation],
    [
      ...answers,
      {
        ...activated,
        officeName: 'Tributi',
        paymentToken: token,
        transferList: fiveTransfers.map(({ transferCategory: _category, ...one }) => one),
        creditorReferenceId,
        standin: false,
      },
    ],
  ),
  ...samples(
    nodeForPsp,
    node.activatePaymentNoticeV2,
    [activation, { ...fullActivation, paymentMethod: 'PPAL', touchPoint: 'CHECKOUT' }],
    [
      ...answers,
      {
        ...activated,
        officeName: 'Tributi',
        paymentToken: token,
        transferList: [{ ...withoutIban, companyName: 'Comune', richiestaMarcaDaBollo: stampRequest }, withoutIban, fullTransfer],
        metadata,
        creditorReferenceId,
        suggestedUserFee: cents(100),
        suggestedPaFee: cents(50),
        suggestedIdBundle: 'b',
        suggestedIdCiBundle: 'c',
        allCCP: true,
        standin: true,
      },
    ],
  ),
  ...samples(
    nodeForPsp,
    node.sendPaymentOutcome,
    [
      { ...caller, paymentToken: token, outcome: 'KO' },
      { ...caller, idempotencyKey: '60000000001_aBcDeF0123', paymentToken: token, outcome: 'OK', details },
      { ...caller, paymentToken: token, outcome: 'OK', details: fullDetails },
    ],
    [...answers],
  ),
  ...samples(
    nodeForPsp,
    node.sendPaymentOutcomeV2,
    [
      { ...caller, paymentTokens: [token], outcome: 'KO' },
      {
        ...caller,
        idempotencyKey: '60000000001_aBcDeF0123',
        paymentTokens: Array(5).fill(token),
        outcome: 'OK',
        details: {
          ...fullDetails,
          primaryCiIncurredFee: cents(10),
          idBundle: 'b',
          idCiBundle: 'c',
          marcheDaBollo: Array.from({ length: 25 }, () => stamp),
        },
      },
    ],
    [...answers],
  ),
  ...samples(
    nodeForPsp,
    node.demandPaymentNotice,
    [{ ...caller, idSoggettoServizio: 'ABCDE', datiSpecificiServizio: 'PHRhcmdhPkFCPC90YXJnYT4=' }],
    [...answers, { outcome: 'OK', qrCode, paymentList: [nodeOption], ...said }],
  ),
];
