/** Who answers for a notice: its creditor, or ACA in its place when the station is not called or cannot answer. */
import type { Fault } from '@nodo-aperto/kernel/faults';
import type { NoticeSnapshot } from '@nodo-aperto/schema/events';
import { askAca } from '../domain/aca-guard.ts';
import { isMonitoredFault } from '../domain/creditor-fault.ts';
import type { QrCode } from '../domain/request-syntax.ts';
import { faultOfMiss } from '../domain/stand-in-miss.ts';
import { stationMode } from '../domain/station-mode.ts';
import { findInAca } from './find-in-aca.ts';
import { addRefusal } from '../persistence/station-queries.ts';
import type { Counterpart } from './counterpart.ts';
import type { CreditorResult } from './creditor-calls.ts';
import type { PaymentsDependencies } from './dependencies.ts';

export type Answered<Value> = { readonly value: Value; readonly standIn: boolean } | { readonly fault: Fault };

export interface NoticeQuestion {
  readonly primitive: string;
  readonly pspCode: string;
  readonly qrCode: QrCode;
  readonly counterpart: Counterpart;
}

/**
 * Asks the creditor unless its station is in Stand-In; what the creditor cannot answer, ACA may.
 * @param ask calls the creditor
 * @param fromAca makes the same of what ACA has
 */
export async function answerOf<Value>(
  dependencies: PaymentsDependencies,
  question: NoticeQuestion,
  ask: () => Promise<CreditorResult<Value>>,
  fromAca: (notice: NoticeSnapshot) => Value,
): Promise<Answered<Value>> {
  const { stations, directory, metrics } = dependencies;
  const { station, maintenance } = question.counterpart;
  const mode = stationMode(stations.standIn(station.code), maintenance);
  if (!mode.called) {
    const answer = await askArchive(dependencies, question, mode.fault, fromAca);
    if ('value' in answer) metrics.stoodIn(question.primitive, 'STATION');
    return answer;
  }
  const result = await ask();
  if ('value' in result) return { ...result, standIn: false };
  const { perRequestFallback } = await directory.settings();
  if (!perRequestFallback || !isMonitoredFault(result.fault.code)) return result;
  const answer = await askArchive(dependencies, question, result.fault, fromAca);
  if ('value' in answer) metrics.stoodIn(question.primitive, 'REQUEST');
  return answer;
}

async function askArchive<Value>(
  { database, clock, log }: PaymentsDependencies,
  { primitive, pspCode, qrCode, counterpart }: NoticeQuestion,
  stationFault: Fault,
  fromAca: (notice: NoticeSnapshot) => Value,
): Promise<Answered<Value>> {
  const { route, maintenance, station } = counterpart;
  const key = { creditorFiscalCode: qrCode.fiscalCode, noticeNumber: qrCode.noticeNumber };
  const answer = askAca({ configured: true, maintenance, route, notice: await findInAca(database, key), now: clock.now() });
  if (answer.kind === 'OFFERED') return { value: fromAca(answer.notice), standIn: true };
  const fault = faultOfMiss(answer, qrCode.fiscalCode, stationFault);
  const { guard, code, reason } = answer;
  await addRefusal(database, {
    at: clock.date(),
    ...key,
    stationCode: station.code,
    pspCode,
    primitive,
    guard,
    code,
    reason,
    told: fault.code,
  });
  log.info({ guard, station: station.code, told: fault.code }, 'ACA could not answer for the creditor');
  return { fault };
}
