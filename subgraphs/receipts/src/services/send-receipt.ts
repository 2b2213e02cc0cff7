/** The call: paSendRT or paSendRTV2 to the station of a recipient. Whatever happens is a result, never an exception. */
import type { Directory, Station } from '@nodo-aperto/kernel/directory';
import { childTrace } from '@nodo-aperto/kernel/events';
import { InvariantError, LimitError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { paSendRT, paSendRTV2 } from '@nodo-aperto/kernel/pa-for-node';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import {
  type CallFailure,
  creditorFaultOf,
  type EmptyResponse,
  isMonitoredFailure,
  type StationAnswer,
  type StationConnector,
  type StationTarget,
} from '@nodo-aperto/kernel/soap';
import type { Clock } from '@nodo-aperto/kernel/time';
import { failureOf } from '../domain/delivery-failure.ts';
import { isKeptForFetching } from '../domain/kept-for-fetching.ts';
import { type ReceiptMessage, receiptMessage } from '../domain/receipt-message.ts';
import { judgeAnswer } from '../domain/recipient-answer.ts';
import type { Claim, SendingResult } from './delivery-attempt.ts';

export interface ReceiptSending {
  readonly directory: Directory;
  readonly connector: StationConnector;
  readonly random: RandomStream;
  readonly clock: Clock;
  readonly log: Logger;
}

export async function sendReceipt(sending: ReceiptSending, { recipient, receipt, settings }: Claim): Promise<SendingResult> {
  const station = await sending.directory.station(recipient.stationCode);
  if (!station) return notSent('PPT_STAZIONE_INT_PA_SCONOSCIUTA', 'the station is not in the directory');
  if (isKeptForFetching(station)) return { delivered: true, duplicate: false, kept: true };
  if (!station.enabled) return notSent('PPT_STAZIONE_INT_PA_DISABILITATA', 'the station is disabled');
  const target: StationTarget = {
    endpoint: station.endpoint,
    deadlineMs: settings.receiptTimeoutMs,
    headers: { traceparent: childTrace(receipt.traceparent, sending.random) },
  };
  try {
    const message = receiptMessage(receipt.content, recipient.creditorFiscalCode, station);
    if (message.version === 'NONE') return notSent('PPT_SEMANTICA', message.reason);
    const startedAt = sending.clock.now();
    return judge(await call(sending.connector, target, message), message.version === 1 ? paSendRT.name : paSendRTV2.name, startedAt);
  } catch (error) {
    return refusedByOurselves(error, sending.log, station);
  }
}

function call(
  connector: StationConnector,
  target: StationTarget,
  message: Exclude<ReceiptMessage, { version: 'NONE' }>,
): Promise<StationAnswer<EmptyResponse> | CallFailure> {
  if (message.version === 1) return connector.callOperation(target, paSendRT, message.request);
  return connector.callOperation(target, paSendRTV2, message.request);
}

function judge(result: StationAnswer<EmptyResponse> | CallFailure, method: string, startedAt: number): SendingResult {
  if (result.kind === 'ANSWER') {
    const { outcome, fault } = result.message;
    const { elapsedMs } = result;
    const call = { method, outcome, ...(fault && { faultCode: fault.faultCode }), startedAt, elapsedMs };
    return { ...judgeAnswer(result.message), call };
  }
  const { kind, evidence } = result;
  const code = creditorFaultOf[kind];
  return {
    delivered: false,
    failure: failureOf(code, evidence.detail, isMonitoredFailure(kind)),
    call: { method, outcome: kind, faultCode: code, startedAt, elapsedMs: evidence.elapsedMs },
  };
}

/** What the connector throws is our own: a message that breaks the schema, an endpoint that is no address, too many calls at once. */
function refusedByOurselves(error: unknown, log: Logger, { code: stationCode }: Station): SendingResult {
  if (error instanceof LimitError) return notSent('PPT_SUPERAMENTOSOGLIA', 'too many calls towards the station are under way');
  if (error instanceof TypeError) return notSent('PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE', 'the endpoint of the station is no address');
  log.error({ err: error, stationCode }, 'a receipt could not be sent for a reason of ours');
  const detail = error instanceof InvariantError ? error.message : 'internal error';
  return notSent('PPT_SYSTEM_ERROR', detail);
}

function notSent(code: string, detail: string): SendingResult {
  return { delivered: false, failure: failureOf(code, detail, false) };
}
