/** Counts and notes an answer to a PSP, whichever surface the request came by. */
import { type CallOutcome, type ObservedCall } from '@nodo-aperto/schema/events';
import type { CallNotes } from './call-evidence.ts';
import type { Answer, PaymentsDependencies } from './dependencies.ts';

/** What a request says of who calls and for whom. It has not been checked yet: only well-formed parts are noted. */
export interface ObservedRequest {
  readonly idPSP: string;
  readonly idBrokerPSP?: string | undefined;
  readonly idChannel?: string | undefined;
  readonly qrCode?: { readonly fiscalCode: string } | undefined;
  readonly paymentTokens?: readonly string[] | undefined;
}

const CODE = /^[\x21-\x7e]{1,35}$/;
const FISCAL_CODE = /^\d{11}$/;

/** Answers a request; what becomes of it is counted and noted, failures of ours included. */
export async function observed<Data extends object>(
  dependencies: Pick<PaymentsDependencies, 'clock' | 'metrics' | 'evidence' | 'log'>,
  primitive: string,
  request: ObservedRequest,
  answer: (notes: CallNotes) => Promise<Answer<Data>>,
): Promise<Answer<Data>> {
  const { clock, metrics, evidence, log } = dependencies;
  const [at, began] = [clock.now(), clock.monotonic()];
  const notes: CallNotes = {};
  const note = (outcome: CallOutcome, faultCode?: string): void => {
    const durationMs = Math.max(0, Math.round((clock.monotonic() - began) * 1_000) / 1_000);
    const result = { durationMs, outcome, ...(faultCode !== undefined && { faultCode }) };
    log.info({ primitive, psp: request.idPSP, ...result }, 'a request of a PSP was answered');
    evidence.note({ at, direction: 'PSP_TO_NODE', method: primitive, ...partiesOf(request), ...notes, ...result });
  };
  try {
    const answered = await answer(notes);
    const fault = answered.outcome === 'KO' ? answered.fault.code : undefined;
    metrics.answered(primitive, fault ?? 'OK');
    note(answered.outcome, fault);
    return answered;
  } catch (error) {
    metrics.answered(primitive, 'INTERNAL');
    note('INTERNAL');
    throw error;
  }
}

function partiesOf({
  idPSP,
  idBrokerPSP,
  idChannel,
  qrCode,
  paymentTokens = [],
}: ObservedRequest): Pick<ObservedCall, 'psp' | 'broker' | 'channel' | 'creditor' | 'paymentToken'> {
  // An outcome of several payments at once is answered once for all: what became of each is told by its own facts.
  const [paymentToken, ...more] = paymentTokens;
  return {
    ...(CODE.test(idPSP) && { psp: idPSP }),
    ...(idBrokerPSP !== undefined && CODE.test(idBrokerPSP) && { broker: idBrokerPSP }),
    ...(idChannel !== undefined && CODE.test(idChannel) && { channel: idChannel }),
    ...(qrCode && FISCAL_CODE.test(qrCode.fiscalCode) && { creditor: qrCode.fiscalCode }),
    ...(paymentToken !== undefined && more.length === 0 && CODE.test(paymentToken) && { paymentToken }),
  };
}
