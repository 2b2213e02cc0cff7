/**
 * How much may be paid in Stand-In through one station: payments, their sum and the single amount, in any span of the length given. Beyond
 * a limit ACA answers no more, as if the notice were not there; the operator sees the true reason. Off unless configured.
 * Source: design, section 5.6.
 */
import type { ExposureLimits } from '@nodo-aperto/kernel/directory';
import { formatEuro } from '@nodo-aperto/kernel/money';
import type { EuroCents } from '@nodo-aperto/kernel/money';

/** The payments in Stand-In of a station in the span: open or booked, the failed and the cancelled do not count. */
export interface Exposure {
  readonly payments: number;
  /** Euro cents. */
  readonly totalAmount: number;
}

export const NO_EXPOSURE: Exposure = Object.freeze({ payments: 0, totalAmount: 0 });

/** @returns why one more payment of the amount is too much; undefined when it is not */
export function beyondExposure(limits: ExposureLimits, exposure: Exposure, amount: number): string | undefined {
  const { periodMinutes, payments, totalAmount, singleAmount } = limits;
  const span = `in ${periodMinutes} minutes`;
  if (singleAmount !== undefined && amount > singleAmount)
    return `A payment of ${euro(amount)} is above the limit of ${euro(singleAmount)} for one payment in Stand-In.`;
  if (payments !== undefined && exposure.payments >= payments)
    return `The station has ${exposure.payments} payments in Stand-In ${span}, and the limit is ${payments}.`;
  if (totalAmount !== undefined && exposure.totalAmount + amount > totalAmount)
    return `With ${euro(exposure.totalAmount)} paid in Stand-In ${span}, ${euro(amount)} more is above the limit of ${euro(totalAmount)}.`;
  return undefined;
}

function euro(cents: number): string {
  return `${formatEuro(cents as EuroCents)} euro`;
}
