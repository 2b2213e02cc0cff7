import { type DebtPosition, instalmentsOf, type PaymentOption, type Placed } from './position.ts';

/**
 * Payments that another option's payment should have ruled out: notices of two options both had their outcomes before the platform knew
 * that they belong together (the creditor loaded the position later than that; of sessions that are still open then, payments ends the
 * later one). Both are facts, and the creditor owes the later one back. The option that was paid first is the one that was chosen.
 * Source: Domain facts, Payments §5.2 (one option rules out the others), §2.7 (a duplicate outcome is given back).
 *
 * @returns the paid notices of the other options, in the position's order
 */
export function conflictingPayments(position: Pick<DebtPosition, 'options'>): Placed[] {
  const paid = instalmentsOf(position).filter(({ instalment }) => instalment.payment);
  const firstOf = (option: PaymentOption): number => Math.min(...option.instalments.flatMap(({ payment }) => payment?.at ?? []));
  const [chosen] = [...new Set(paid.map(({ option }) => option))].sort((one, other) => firstOf(one) - firstOf(other));
  return paid.filter(({ option }) => option !== chosen);
}
