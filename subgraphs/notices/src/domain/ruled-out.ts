import type { DebtPosition, PaymentOption } from './position.ts';

/**
 * Whether an option can no longer be chosen: something of another option is paid, and nothing of this one.
 * Source: Domain facts, Payments §5.2 ("paying one option rules out the others").
 */
export function isRuledOut(position: DebtPosition, option: PaymentOption): boolean {
  const touched = (each: PaymentOption): boolean => each.instalments.some((instalment) => instalment.payment);
  return !touched(option) && position.options.some(touched);
}
