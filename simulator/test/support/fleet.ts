/** A fleet and the node's own connector towards it. */
import { paGetPaymentV2, paSendRT, paSendRTV2, paVerifyPaymentNotice } from '@nodo-aperto/kernel/pa-for-node';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { type CallFailure, type StationConnector, stationConnector } from '@nodo-aperto/kernel/soap';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { type Clock, realClock } from '@nodo-aperto/kernel/time';
import { type CreditorSpecification, type Fleet, type IssuedNotice, startFleet } from '../../src/creditors/index.ts';

export const municipality: CreditorSpecification = {
  fiscalCode: '66666666666',
  name: 'Comune di Prova',
  brokerCode: '66666666666',
  stationCode: '66666666666_01',
  primitiveVersion: 2,
  segregationCode: '02',
  ibans: ['IT60X0542811101000000123456'],
};
export const school: CreditorSpecification = {
  ...municipality,
  fiscalCode: '55555555555',
  name: 'Istituto Prova',
  brokerCode: '77777777777',
  stationCode: '77777777777_03',
  primitiveVersion: 1,
};

export const debtor = { type: 'F', code: 'RSSMRA80A01H501U', fullName: 'Mario Rossi' } as const;

export async function testFleet(
  options: { clock?: Clock; seed?: number; creditors?: readonly CreditorSpecification[] } = {},
): Promise<Fleet> {
  const { clock = realClock(), seed = 7, creditors = [municipality, school] } = options;
  return startFleet({ creditors, clock, random: seededStreams(seed), log: testLogger() });
}

/** Calls a station as the node does. */
export interface Node extends AsyncDisposable {
  readonly connector: StationConnector;
  verify(creditor: CreditorSpecification, noticeNumber: string, deadlineMs?: number): ReturnType<typeof verifyCall>;
  activate(creditor: CreditorSpecification, noticeNumber: string): ReturnType<typeof activateCall>;
  sendReceipt(creditor: CreditorSpecification, notice: IssuedNotice, token: string, more?: object): ReturnType<typeof receiptCall>;
}

export function testNode(fleet: Fleet): Node {
  const connector = stationConnector({ clock: realClock(), allowPrivateEndpoints: true });
  const target = ({ stationCode }: CreditorSpecification, deadlineMs = 5_000) => ({ endpoint: fleet.endpointOf(stationCode), deadlineMs });
  return {
    connector,
    verify: (creditor, noticeNumber, deadlineMs) => verifyCall(connector, target(creditor, deadlineMs), creditor, noticeNumber),
    activate: (creditor, noticeNumber) => activateCall(connector, target(creditor), creditor, noticeNumber),
    sendReceipt: (creditor, notice, token, more) => receiptCall(connector, target(creditor), creditor, notice, token, more),
    [Symbol.asyncDispose]: () => connector[Symbol.asyncDispose](),
  };
}

type Target = Parameters<StationConnector['callOperation']>[0];

export function addressOf({ fiscalCode, brokerCode, stationCode }: CreditorSpecification) {
  return { idPA: fiscalCode, idBrokerPA: brokerCode, idStation: stationCode };
}

function verifyCall(connector: StationConnector, target: Target, creditor: CreditorSpecification, noticeNumber: string) {
  return connector.callOperation(target, paVerifyPaymentNotice, {
    ...addressOf(creditor),
    qrCode: { fiscalCode: creditor.fiscalCode, noticeNumber },
  });
}

function activateCall(connector: StationConnector, target: Target, creditor: CreditorSpecification, noticeNumber: string) {
  return connector.callOperation(target, paGetPaymentV2, {
    ...addressOf(creditor),
    qrCode: { fiscalCode: creditor.fiscalCode, noticeNumber },
  });
}

export function receiptOf(notice: IssuedNotice, token: string) {
  return {
    receiptId: token,
    noticeNumber: notice.noticeNumber,
    fiscalCode: notice.creditorFiscalCode,
    outcome: 'OK' as const,
    creditorReferenceId: notice.iuv,
    paymentAmount: notice.amount,
    description: notice.description,
    companyName: notice.creditorName,
    debtor: {
      uniqueIdentifier: { entityUniqueIdentifierType: notice.debtor.type, entityUniqueIdentifierValue: notice.debtor.code },
      fullName: notice.debtor.fullName,
    },
    transferList: notice.transfers.map((transfer, index) => ({
      idTransfer: index + 1,
      transferAmount: transfer.amount,
      fiscalCodePA: transfer.fiscalCode,
      IBAN: transfer.iban,
      remittanceInformation: transfer.remittanceInformation,
      transferCategory: transfer.category,
    })),
    idPSP: 'PSP1',
    PSPCompanyName: 'Banca di Prova',
    idChannel: '60000000001_01',
    channelDescription: 'app',
    standIn: true,
  };
}

function receiptCall(
  connector: StationConnector,
  target: Target,
  creditor: CreditorSpecification,
  notice: IssuedNotice,
  token: string,
  more: object = {},
) {
  const request = { ...addressOf(creditor), receipt: { ...receiptOf(notice, token), ...more } };
  return creditor.primitiveVersion === 1
    ? connector.callOperation(target, paSendRT, request)
    : connector.callOperation(target, paSendRTV2, request);
}

/** What a call came to, in one word: OK, the code of a KO, or the kind of failure. */
export function wordFor(
  answer: CallFailure | { kind: 'ANSWER'; message: { outcome: string; fault?: { faultCode: string } | undefined } },
): string {
  if (answer.kind !== 'ANSWER') return answer.kind;
  return answer.message.fault?.faultCode ?? answer.message.outcome;
}
