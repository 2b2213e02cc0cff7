import { Fault } from '@nodo-aperto/kernel/faults';
import { MAXIMUM_EURO_CENTS, toDecimal, euroCents } from '@nodo-aperto/kernel/money';
import type { FlowTotals } from './flow.ts';

/** What lines add up to. Amounts are whole cents, so the sum is exact. */
export function totalsOf(lines: readonly { amount: number }[]): FlowTotals {
  return { payments: lines.length, amount: lines.reduce((sum, line) => sum + line.amount, 0) };
}

/**
 * The totals of a flow after lines were added. They are kept up to date with every change, so that publishing does not count again.
 * @throws Fault FDR_4002 when they pass the largest amount: no declared total could agree
 */
export function withAdded(totals: FlowTotals, added: FlowTotals): FlowTotals {
  const amount = totals.amount + added.amount;
  if (amount > MAXIMUM_EURO_CENTS) {
    throw new Fault('FDR_4002', {
      description: `The payments would add up to more than ${toDecimal(euroCents(MAXIMUM_EURO_CENTS))} euros.`,
    });
  }
  return { payments: totals.payments + added.payments, amount };
}

/** The totals of a flow after some of its lines were removed. */
export function withRemoved(totals: FlowTotals, removed: FlowTotals): FlowTotals {
  return { payments: totals.payments - removed.payments, amount: totals.amount - removed.amount };
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
