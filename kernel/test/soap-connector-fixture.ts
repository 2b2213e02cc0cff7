/** One operation to call with, the answer to it, and connectors and servers that end with their test. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { paVerifyPaymentNotice } from '@nodo-aperto/kernel/pa-for-node';
import type { PaVerifyPaymentNoticeResponse } from '@nodo-aperto/kernel/pa-for-node';
import { buildEnvelope, stationConnector } from '@nodo-aperto/kernel/soap';
import type { CallFailure, ExchangeOptions, StationAnswer, StationConnector } from '@nodo-aperto/kernel/soap';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterEach } from 'vitest';
import type { TestServer } from './soap-servers.ts';

export const request = {
  idPA: '77777777777',
  idBrokerPA: '77777777777',
  idStation: '77777777777_01',
  qrCode: { fiscalCode: '77777777777', noticeNumber: '347123456789012389' },
};
export const good: PaVerifyPaymentNoticeResponse = {
  outcome: 'OK',
  companyName: 'Comune di Prova',
  paymentDescription: 'Mario Rossi RSSMRA80A01H501U',
};
export const goodEnvelope = buildEnvelope(paVerifyPaymentNotice.response.write(good));
export const xml = { 'content-type': 'text/xml; charset=utf-8' };
export const clock = realClock();

let open = new AsyncDisposableStack();
afterEach(async () => {
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});

/** A connector that lives as long as the test. */
export function connector(options: Partial<ExchangeOptions> = {}): StationConnector {
  return open.use(stationConnector({ clock, allowPrivateEndpoints: true, ...options }));
}

/** A server that lives as long as the test. */
export async function server(made: Promise<TestServer>): Promise<TestServer> {
  return open.use(await made);
}

/** One verification on a connector of its own. */
export function verify(
  endpoint: string,
  options: Partial<ExchangeOptions> = {},
  deadlineMs = 5000,
): Promise<StationAnswer<PaVerifyPaymentNoticeResponse> | CallFailure> {
  return connector(options).callOperation({ endpoint, deadlineMs }, paVerifyPaymentNotice, request);
}

/** A server's answer, always the same. */
export function reply(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer) {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };
}

/** The failure that a call must have ended with. */
export function failed(result: StationAnswer<unknown> | CallFailure): CallFailure {
  if (result.kind === 'ANSWER') throw new Error('a failure was expected, an answer came');
  return result;
}
