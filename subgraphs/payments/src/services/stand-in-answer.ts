/** Who answers for a notice: its creditor, ACA in its place when the station is not called or cannot answer, or the platform's own archive. */
import type { Fault } from '@nodo-aperto/kernel/faults';
import type { NoticeSnapshot } from '@nodo-aperto/schema/events';
import { askAca } from '../domain/aca-guard.ts';
import { isMonitoredFault } from '../domain/creditor-fault.ts';
import { managedPosition } from '../domain/managed-position.ts';
import type { QrCode } from '../domain/request-syntax.ts';
import { type RequestPolicy, requestPolicy } from '../domain/stand-in/policy.ts';
import { faultOfMiss } from '../domain/stand-in-miss.ts';
import { stationMode } from '../domain/station-mode.ts';
import { addRefusal } from '../persistence/station-queries.ts';
import type { CallNotes } from './call-evidence.ts';
import type { Counterpart } from './counterpart.ts';
import type { CreditorResult } from './creditor-calls.ts';
import type { PaymentsDependencies } from './dependencies.ts';
import { findInAca } from './find-in-aca.ts';
import { type ExposureGuard, exposureGuard } from './guard-exposure.ts';

export type Answered<Value> =
  | {
      readonly value: Value;
      readonly standIn: boolean;
      /** What the opening of a session in Stand-In must ask again; absent when there is no limit. */
      readonly exposure?: ExposureGuard;
    }
  | { readonly fault: Fault };

export interface NoticeQuestion {
  readonly primitive: string;
  readonly pspCode: string;
  readonly qrCode: QrCode;
  readonly counterpart: Counterpart;
  /** What is learnt here of the call that is being answered. */
  readonly notes: CallNotes;
  /** What ACA had of the notice a moment ago; absent when it had nothing. It serves where nobody was waited for since. */
  readonly inAca: NoticeSnapshot | undefined;
}

type AnswerDependencies = Pick<PaymentsDependencies, 'stations' | 'directory'>;

async function modeOf({ stations, directory }: AnswerDependencies, { station, maintenance }: Counterpart) {
  const policy = requestPolicy(await directory.settings(), station);
  return { policy, mode: stationMode({ forced: policy.forced, entry: stations.standIn(station.code), maintenance }) };
}

/** Whether the platform answers for the station now without calling it, and nothing limits what it may answer. */
export async function isUncalledFor(dependencies: AnswerDependencies, counterpart: Counterpart): Promise<boolean> {
  const { policy, mode } = await modeOf(dependencies, counterpart);
  return policy.asynchronous || (!mode.called && policy.exposureLimits === undefined);
}

/** Answers without a call where the station is not called: it is in Stand-In, or leaves its positions to the platform. Undefined where it is. */
export async function answerUncalled<Value>(
  dependencies: PaymentsDependencies,
  question: NoticeQuestion,
  fromAca: (notice: NoticeSnapshot) => Value,
): Promise<Answered<Value> | undefined> {
  question.notes.station = question.counterpart.station.code;
  const { policy, mode } = await modeOf(dependencies, question.counterpart);
  if (policy.asynchronous) return askManaged(dependencies, question, fromAca);
  if (mode.called) return undefined;
  const answer = await askArchive(dependencies, { question, policy, stationFault: mode.fault, inAca: question.inAca }, fromAca);
  if ('value' in answer) dependencies.metrics.stoodIn(question.primitive, 'STATION');
  return answer;
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
  const uncalled = await answerUncalled(dependencies, question, fromAca);
  if (uncalled) return uncalled;
  const result = await ask();
  if ('value' in result) return { ...result, standIn: false };
  const policy = requestPolicy(await dependencies.directory.settings(), question.counterpart.station);
  if (!policy.perRequestFallback || !isMonitoredFault(result.fault.code)) return result;
  const answer = await askArchive(dependencies, { question, policy, stationFault: result.fault, inAca: undefined }, fromAca);
  if ('value' in answer) dependencies.metrics.stoodIn(question.primitive, 'REQUEST');
  return answer;
}

/** The creditor leaves its positions to the platform: nobody is called. */
async function askManaged<Value>(
  dependencies: PaymentsDependencies,
  { qrCode, inAca }: NoticeQuestion,
  fromAca: (notice: NoticeSnapshot) => Value,
): Promise<Answered<Value>> {
  const key = { creditorFiscalCode: qrCode.fiscalCode, noticeNumber: qrCode.noticeNumber };
  const notice = inAca ?? (await findInAca(dependencies, key));
  const answer = managedPosition(notice, qrCode.fiscalCode, dependencies.clock.now());
  return 'fault' in answer ? answer : { value: fromAca(answer.notice), standIn: false };
}

interface ArchiveQuestion {
  readonly question: NoticeQuestion;
  readonly policy: RequestPolicy;
  readonly stationFault: Fault;
  /** What ACA has; looked up when absent. */
  readonly inAca: NoticeSnapshot | undefined;
}

async function askArchive<Value>(
  dependencies: PaymentsDependencies,
  { question, policy, stationFault, inAca }: ArchiveQuestion,
  fromAca: (notice: NoticeSnapshot) => Value,
): Promise<Answered<Value>> {
  const { database, clock, log } = dependencies;
  const { primitive, pspCode, qrCode, counterpart, notes } = question;
  const { route, maintenance, station } = counterpart;
  const key = { creditorFiscalCode: qrCode.fiscalCode, noticeNumber: qrCode.noticeNumber };
  const notice = inAca ?? (await findInAca(dependencies, key));
  const answer = askAca({ configured: true, maintenance, route, notice, now: clock.now() });
  const refuse = async (why: { guard: string; code: string; reason: string }, fault: Fault): Promise<{ fault: Fault }> => {
    const { guard, code, reason } = why;
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
  };
  if (answer.kind === 'REFUSED') return refuse(answer, faultOfMiss(answer, qrCode.fiscalCode, stationFault));
  const exposure = exposureGuard(dependencies, {
    station: station.code,
    limits: policy.exposureLimits,
    amount: answer.notice.amount,
    refuse,
    stationFault,
  });
  const beyond = await exposure?.check(database);
  if (beyond) return exposure?.refuse(beyond) ?? { fault: stationFault };
  notes.standIn = true;
  return { value: fromAca(answer.notice), standIn: true, ...(exposure && { exposure }) };
}
