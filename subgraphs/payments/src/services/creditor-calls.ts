/** The calls to creditors' stations: real SOAP, version 1 or 2 of the primitive as the station speaks it. Every call counts as evidence. */
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
import type { Counterpart } from './counterpart.ts';
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

type Dependencies = Pick<PaymentsDependencies, 'connector' | 'directory' | 'stations' | 'metrics' | 'random' | 'clock'>;

/** Asks the creditor what a notice holds; opens nothing. */
export async function askVerification(
  dependencies: Dependencies,
  counterpart: Counterpart,
  qrCode: QrCode,
): Promise<CreditorResult<VerifiedNotice>> {
  const answer = await call(dependencies, counterpart, paVerifyPaymentNotice, { ...addressOf(counterpart), qrCode });
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
      ? await call(dependencies, counterpart, paGetPayment, request)
      : await call(dependencies, counterpart, paGetPaymentV2, request);
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
export function addressOf({ creditor, broker, station }: Counterpart): { idPA: string; idBrokerPA: string; idStation: string } {
  return { idPA: creditor.fiscalCode, idBrokerPA: broker.code, idStation: station.code };
}

async function call<Request, Response extends { outcome: 'OK' | 'KO' }>(
  dependencies: Dependencies,
  { station }: Counterpart,
  operation: Operation<Request, Response>,
  request: Request,
): Promise<StationAnswer<Response> | { fault: Fault }> {
  const { stations, metrics } = dependencies;
  const { creditorTimeoutMs } = await dependencies.directory.settings();
  const answer = await callStation(dependencies, { endpoint: station.endpoint, deadlineMs: creditorTimeoutMs }, operation, request);
  if (answer.kind === 'ANSWER') {
    metrics.called(operation.name, answer.message.outcome, answer.elapsedMs);
    stations.record(station.code, undefined);
    return answer;
  }
  metrics.called(operation.name, answer.kind, answer.evidence.elapsedMs);
  const fault = faultOfFailure(answer);
  stations.record(station.code, isMonitoredFault(fault.code) ? fault.code : undefined);
  return { fault };
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
