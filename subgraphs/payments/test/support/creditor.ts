/** A creditor's station as a real SOAP server, that can be told to fail in every way. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EuroCents, euroCents } from '@nodo-aperto/kernel/money';
import {
  paDemandPaymentNotice,
  type PaDemandPaymentNoticeResponse,
  paGetPayment,
  type PaGetPaymentResponse,
  type PaGetPaymentV2Data,
  type PaGetPaymentV2Request,
  paGetPaymentV2,
  paVerifyPaymentNotice,
  type PaVerifyPaymentNoticeRequest,
} from '@nodo-aperto/kernel/pa-for-node';
import { handleSoap, soapOperation } from '@nodo-aperto/kernel/soap';
import { CREDITOR, IBAN } from './parties.ts';

/** How the station behaves. */
export type Behaviour =
  | 'ANSWERS'
  /** Business KO with the fault code set. */
  | 'REFUSES'
  /** Takes the connection and never answers. */
  | 'HANGS'
  | 'UNAVAILABLE'
  /** HTTP 500 without a message. */
  | 'BROKEN'
  /** XML that is no answer. */
  | 'MALFORMED'
  /** Cuts the connection. */
  | 'RESETS';

export interface Creditor extends AsyncDisposable {
  readonly endpoint: string;
  behaviour: Behaviour;
  faultCode: string;
  /** The fault code for the notice that nobody has. */
  probeFaultCode: string;
  /** Every request that arrived: operation and notice number. */
  readonly calls: { operation: string; noticeNumber: string }[];
  /** Changes the data of the next answers. */
  terms: (data: PaGetPaymentV2Data) => PaGetPaymentV2Data;
  /** Changes the answers to requests for a notice. */
  demanded: (answer: PaDemandPaymentNoticeResponse) => PaDemandPaymentNoticeResponse;
  /** Called before an activation is answered; what it returns is waited for. */
  onGetPayment: (noticeNumber: string) => Promise<void>;
  /** Stops listening: connections are refused until `open`. */
  close(): Promise<void>;
  open(): Promise<void>;
}

export const AMOUNT: EuroCents = euroCents(12_345);

export async function startCreditor(): Promise<Creditor> {
  let server: Server | undefined;
  let port = 0;
  const creditor: Creditor = {
    get endpoint() {
      return `http://127.0.0.1:${port}/pa-for-node`;
    },
    behaviour: 'ANSWERS',
    faultCode: 'PAA_PAGAMENTO_SCADUTO',
    probeFaultCode: 'PAA_PAGAMENTO_SCONOSCIUTO',
    calls: [],
    terms: (data) => data,
    demanded: (answer) => answer,
    onGetPayment: async () => undefined,
    async close() {
      const closing = server;
      server = undefined;
      closing?.closeAllConnections();
      await new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
    },
    async open() {
      if (server) return;
      const opening = createServer((request, response) => void answer(creditor, request, response));
      await new Promise<void>((resolve, reject) => {
        opening.once('error', reject);
        opening.listen(port, '127.0.0.1', resolve);
      });
      port = (opening.address() as AddressInfo).port;
      server = opening;
    },
    [Symbol.asyncDispose]: () => creditor.close(),
  };
  await creditor.open();
  return creditor;
}

async function answer(creditor: Creditor, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const operation = String(request.headers.soapaction).replaceAll('"', '');
  creditor.calls.push({ operation, noticeNumber: /<noticeNumber>(\d{18})</.exec(body.toString())?.[1] ?? '' });
  switch (creditor.behaviour) {
    case 'HANGS':
      return;
    case 'RESETS':
      request.socket.destroy();
      return;
    case 'UNAVAILABLE':
      response.writeHead(503).end();
      return;
    case 'BROKEN':
      response.writeHead(500).end('oops');
      return;
    case 'MALFORMED':
      response.writeHead(200, { 'content-type': 'text/xml' }).end('<html><body>under construction</body></html>');
      return;
    default: {
      const reply = await handleSoap({
        body,
        contentType: request.headers['content-type'],
        operations: operations(creditor),
        onUnexpected: (error) => {
          throw error;
        },
      });
      response.writeHead(reply.status, { 'content-type': reply.contentType }).end(reply.body);
    }
  }
}

function operations(creditor: Creditor) {
  const refusal = (faultCode: string) => ({
    outcome: 'KO' as const,
    fault: { faultCode, faultString: `creditor says ${faultCode}`, id: CREDITOR, description: 'as told' },
  });
  const refuse = () => refusal('PAA_SEMANTICA');
  const verify = async ({ qrCode }: PaVerifyPaymentNoticeRequest) => {
    if (/^0{18}$/.test(qrCode.noticeNumber)) return refusal(creditor.probeFaultCode);
    if (creditor.behaviour === 'REFUSES') return refusal(creditor.faultCode);
    return {
      outcome: 'OK' as const,
      paymentList: [{ amount: AMOUNT, options: 'EQ' as const, dueDate: '2026-12-31', detailDescription: 'TARI 2026', allCCP: false }],
      paymentDescription: 'TARI 2026',
      fiscalCodePA: CREDITOR,
      companyName: 'Comune di Prova',
      officeName: 'Ufficio Tributi',
    };
  };
  const get = async ({ qrCode }: PaGetPaymentV2Request) => {
    await creditor.onGetPayment(qrCode.noticeNumber);
    if (creditor.behaviour === 'REFUSES') return refusal(creditor.faultCode);
    return { outcome: 'OK' as const, data: creditor.terms(dataOf(qrCode.noticeNumber)) };
  };
  return {
    paVerifyPaymentNotice: soapOperation({ operation: paVerifyPaymentNotice, handle: verify, refuse }),
    paGetPayment: soapOperation({
      operation: paGetPayment,
      async handle(request): Promise<PaGetPaymentResponse> {
        const reply = await get(request);
        if (reply.outcome === 'KO') return reply;
        // Version 1 knows neither stamps nor names of beneficiaries.
        const transferList = reply.data.transferList.map(({ companyName: _name, richiestaMarcaDaBollo: _stamp, IBAN: iban, ...rest }) => ({
          ...rest,
          IBAN: iban ?? IBAN,
        }));
        return { outcome: 'OK', data: { ...reply.data, companyName: undefined, transferList } };
      },
      refuse,
    }),
    paGetPaymentV2: soapOperation({ operation: paGetPaymentV2, handle: get, refuse }),
    paDemandPaymentNotice: soapOperation({
      operation: paDemandPaymentNotice,
      async handle({ idSoggettoServizio }): Promise<PaDemandPaymentNoticeResponse> {
        if (creditor.behaviour === 'REFUSES') return refusal(creditor.faultCode);
        return creditor.demanded({
          outcome: 'OK',
          qrCode: { fiscalCode: CREDITOR, noticeNumber: '302000000000000177' },
          paymentList: [{ amount: AMOUNT, options: 'EQ', dueDate: '2026-12-31', detailDescription: idSoggettoServizio, allCCP: false }],
          paymentDescription: 'Bollo auto',
          fiscalCodePA: CREDITOR,
          companyName: 'Comune di Prova',
        });
      },
      refuse,
    }),
  };
}

function dataOf(noticeNumber: string): PaGetPaymentV2Data {
  return {
    creditorReferenceId: noticeNumber.slice(1),
    paymentAmount: AMOUNT,
    dueDate: '2026-12-31',
    description: 'TARI 2026',
    companyName: 'Comune di Prova',
    officeName: 'Ufficio Tributi',
    debtor: {
      uniqueIdentifier: { entityUniqueIdentifierType: 'F', entityUniqueIdentifierValue: 'RSSMRA80A01H501U' },
      fullName: 'Mario Rossi',
    },
    transferList: [
      {
        idTransfer: 1,
        transferAmount: AMOUNT,
        fiscalCodePA: CREDITOR,
        companyName: 'Comune di Prova',
        IBAN,
        remittanceInformation: 'TARI 2026',
        transferCategory: '0101101IM',
      },
    ],
    metadata: [{ key: 'year', value: '2026' }],
  };
}
