/** The calls to creditors' stations: real SOAP, version 1 or 2 of the primitive as the station speaks it. Every call counts as evidence. */
import type { Station } from '@nodo-aperto/kernel/directory';
import { childTrace, currentTrace } from '@nodo-aperto/kernel/events';
import { type Fault, LimitError } from '@nodo-aperto/kernel/faults';
import type { EuroCents } from '@nodo-aperto/kernel/money';
import { paGetPayment, paGetPaymentV2, paVerifyPaymentNotice } from '@nodo-aperto/kernel/pa-for-node';
import type { CallFailure, Operation, StationAnswer, StationTarget } from '@nodo-aperto/kernel/soap';
import {
  type Beneficiary,
  beneficiariesOf,
  checkPaymentData,
  type PaymentData,
  refusalOf,
  verifiedOption,
} from '../domain/creditor-answer.ts';
import { faultOfFailure, isMonitoredFault } from '../domain/creditor-fault.ts';
import type { PaymentTerms } from '../domain/payment-terms.ts';
import type { QrCode } from '../domain/request-syntax.ts';
import type { CallEvidence } from './call-evidence.ts';
import type { Addressee, Counterpart } from './counterpart.ts';
import { termsOfData } from './creditor-terms.ts';
import type { PaymentsDependencies } from './dependencies.ts';

/** What a verification tells of a notice. */
export interface VerifiedNotice {
  readonly amount: EuroCents;
  readonly options: 'EQ' | 'LS' | 'GT' | 'ANY';
  readonly dueDate?: string;
  readonly paymentNote?: string;
  readonly paymentDescription?: string;
  readonly companyName: string;
  readonly officeName?: string;
}

export type CreditorResult<Value> = { readonly value: Value } | { readonly fault: Fault };

type Dependencies = Pick<PaymentsDependencies, 'connector' | 'directory' | 'stations' | 'metrics' | 'random' | 'clock' | 'evidence'>;

/** What every answer of a creditor begins with. */
interface CreditorOutcome {
  readonly outcome: 'OK' | 'KO';
  readonly fault?: { readonly faultCode: string } | undefined;
}

const LONGEST_FAULT_CODE = 64;

/** Asks the creditor what a notice holds; opens nothing. */
export async function askVerification(
  dependencies: Dependencies,
  counterpart: Counterpart,
  qrCode: QrCode,
): Promise<CreditorResult<VerifiedNotice>> {
  const answer = await callCreditor(dependencies, counterpart, paVerifyPaymentNotice, { ...addressOf(counterpart), qrCode });
  if ('fault' in answer) return answer;
  const { message } = answer;
  const refused = refusalOf(message, counterpart.creditor.fiscalCode);
  if (refused) return { fault: refused };
  const found = verifiedOption(message);
  if ('fault' in found) return found;
  const { amount, options, dueDate, detailDescription } = found.option;
  const paymentDescription = message.paymentDescription ?? detailDescription;
  return {
    value: {
      amount,
      options,
      ...(dueDate !== undefined && { dueDate }),
      ...(detailDescription !== undefined && { paymentNote: detailDescription }),
      ...(paymentDescription !== undefined && { paymentDescription }),
      companyName: message.companyName ?? counterpart.creditor.name,
      ...(message.officeName !== undefined && { officeName: message.officeName }),
    },
  };
}

export interface PaymentQuestion {
  readonly qrCode: QrCode;
  readonly amount: EuroCents;
  readonly dueDate?: string;
  readonly paymentNote?: string;
}

/** Asks the creditor for the terms of a payment that is being activated, and checks them. */
export async function askPayment(
  dependencies: Dependencies,
  counterpart: Counterpart,
  question: PaymentQuestion,
): Promise<CreditorResult<PaymentTerms>> {
  const request = { ...addressOf(counterpart), ...question };
  const answer =
    counterpart.station.primitiveVersion === 1
      ? await callCreditor(dependencies, counterpart, paGetPayment, request)
      : await callCreditor(dependencies, counterpart, paGetPaymentV2, request);
  if ('fault' in answer) return answer;
  const refused = refusalOf(answer.message, counterpart.creditor.fiscalCode);
  if (refused) return { fault: refused };
  const given: PaymentData | undefined = answer.message.data;
  const checked = checkPaymentData(given, given ? await findBeneficiaries(dependencies, given) : new Map());
  return 'fault' in checked ? checked : { value: termsOfData(checked.data, counterpart.creditor.name) };
}

async function findBeneficiaries({ directory }: Dependencies, data: PaymentData): Promise<Map<string, Beneficiary>> {
  const known = new Map<string, Beneficiary>();
  for (const fiscalCode of beneficiariesOf(data)) {
    const creditor = await directory.creditorInstitution(fiscalCode);
    if (creditor)
      known.set(fiscalCode, { enabled: creditor.enabled, ibans: new Set(creditor.ibans.map(({ iban }) => iban.toUpperCase())) });
  }
  return known;
}

/** How every request to a station is addressed. */
export function addressOf({ creditor, broker, station }: Addressee): { idPA: string; idBrokerPA: string; idStation: string } {
  return { idPA: creditor.fiscalCode, idBrokerPA: broker.code, idStation: station.code };
}

/**
 * One call of a primitive, for a request of a PSP.
 * @param options.counts whether Stand-In counts it: only verifications and payments do (Domain facts, Payments §3.2)
 */
export async function callCreditor<Request, Response extends CreditorOutcome>(
  dependencies: Dependencies,
  addressee: Addressee,
  operation: Operation<Request, Response>,
  request: Request,
  options: { readonly counts: boolean } = { counts: true },
): Promise<StationAnswer<Response> | { fault: Fault }> {
  const { stations, metrics, evidence, clock } = dependencies;
  const { station, creditor } = addressee;
  const at = clock.now();
  const { creditorTimeoutMs } = await dependencies.directory.settings();
  const answer = await callStation(dependencies, { endpoint: station.endpoint, deadlineMs: creditorTimeoutMs }, operation, request);
  noteCall(evidence, answer, { at, method: operation.name, station, creditor: creditor.fiscalCode });
  if (answer.kind === 'ANSWER') {
    metrics.called(operation.name, answer.message.outcome, answer.elapsedMs);
    if (options.counts) stations.record(station.code, undefined);
    return answer;
  }
  metrics.called(operation.name, answer.kind, answer.evidence.elapsedMs);
  const fault = faultOfFailure(answer);
  if (options.counts) stations.record(station.code, isMonitoredFault(fault.code) ? fault.code : undefined);
  return { fault };
}

/** What is called, for the evidence. */
interface CalledStation {
  /** Epoch milliseconds of platform time. */
  readonly at: number;
  readonly method: string;
  readonly station: Pick<Station, 'code' | 'broker'>;
  readonly creditor: string;
  readonly probe?: boolean;
}

/** Notes a call to a station as evidence. One that was never made, because too many wait for the station, is none. */
export function noteCall(
  evidence: CallEvidence,
  answer: StationAnswer<CreditorOutcome> | CallFailure,
  { at, method, station, creditor, probe }: CalledStation,
): void {
  if (answer.kind !== 'ANSWER' && answer.evidence.attempts === 0 && answer.evidence.elapsedMs === 0) return;
  const faultCode = answer.kind === 'ANSWER' ? answer.message.fault?.faultCode.slice(0, LONGEST_FAULT_CODE) : undefined;
  evidence.note({
    at,
    direction: 'NODE_TO_CREDITOR',
    method,
    broker: station.broker,
    creditor,
    station: station.code,
    durationMs: Math.max(0, answer.kind === 'ANSWER' ? answer.elapsedMs : answer.evidence.elapsedMs),
    outcome: answer.kind === 'ANSWER' ? answer.message.outcome : answer.kind,
    ...(faultCode && { faultCode }),
    ...(probe && { probe }),
  });
}

/** One call to a station, whatever it is for. */
export async function callStation<Request, Response>(
  { connector, random }: Pick<PaymentsDependencies, 'connector' | 'random'>,
  target: StationTarget,
  operation: Operation<Request, Response>,
  request: Request,
): Promise<StationAnswer<Response> | CallFailure> {
  try {
    return await connector.callOperation({ ...target, headers: { traceparent: childTrace(currentTrace(), random) } }, operation, request);
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    // So many calls wait for this station that one more would only wait with them: it does not answer in time.
    return {
      kind: 'TIMEOUT',
      evidence: { phase: 'CONNECT', detail: 'too many calls to the station are waiting', elapsedMs: 0, attempts: 0 },
    };
  }
}
