/**
 * What a station's answer to a receipt means: OK is delivered, and so is a KO with PAA_RECEIPT_DUPLICATA, since the creditor has the receipt
 * already; every other KO is not. Source: Domain facts, Payments §2.3 and §3.9.
 */
import { type DeliveryFailure, failureOf } from './delivery-failure.ts';

export interface RecipientAnswer {
  readonly outcome: 'OK' | 'KO';
  readonly fault?: { readonly faultCode: string; readonly faultString: string; readonly description?: string };
}

export type Delivery =
  /** `duplicate`: the creditor had it from an earlier attempt whose end we did not see. */
  { readonly delivered: true; readonly duplicate: boolean } | { readonly delivered: false; readonly failure: DeliveryFailure };

export function judgeAnswer({ outcome, fault }: RecipientAnswer): Delivery {
  if (outcome === 'OK') return { delivered: true, duplicate: false };
  if (fault === undefined) return notDelivered('KO', 'the station answered KO without a fault');
  if (fault.faultCode === 'PAA_RECEIPT_DUPLICATA') return { delivered: true, duplicate: true };
  return notDelivered(fault.faultCode, fault.description ?? fault.faultString);
}

function notDelivered(code: string, detail: string): Delivery {
  return { delivered: false, failure: failureOf(code, detail, false) };
}
