import { Fault } from '@nodo-aperto/kernel/faults';
import { MAXIMUM_EURO_CENTS, toDecimal, euroCents } from '@nodo-aperto/kernel/money';
import type { FlowTotals } from './flow.ts';

/** What lines add up to. Amounts are whole cents, so the sum is exact. */
export function totalsOf(lines: readonly { amount: number }[]): FlowTotals {
  return { payments: lines.length, amount: lines.reduce((sum, line) => sum + line.amount, 0) };
}

/** What removing lines changes totals by. They are kept up to date with every change, so that publishing does not count again. */
export function negated({ payments, amount }: FlowTotals): FlowTotals {
  return { payments: -payments, amount: -amount };
}

/** The refusal of lines that would make a flow's sum larger than an amount can be: no declared total could agree. */
export function sumTooLarge(): Fault {
  return new Fault('FDR_4002', {
    description: `The payments would add up to more than ${toDecimal(euroCents(MAXIMUM_EURO_CENTS))} euros.`,
  });
}

/**
 * A flow is published only when the totals that its PSP declared are those of its lines, to the cent. The number is looked at first.
 * Source: Domain facts, Reporting §1.4 and §1.5.
 * @throws Fault FDR_4001 for the number, FDR_4002 for the amount
 */
export function checkTotals(declared: FlowTotals, computed: FlowTotals): void {
  if (declared.payments !== computed.payments) {
    throw new Fault('FDR_4001', { description: `${declared.payments} payments were declared, the flow has ${computed.payments}.` });
  }
  if (declared.amount !== computed.amount) {
    const [was, is] = [declared.amount, computed.amount].map((cents) => toDecimal(euroCents(cents)));
    throw new Fault('FDR_4002', { description: `${was} euros were declared, the payments of the flow add up to ${is}.` });
  }
}
