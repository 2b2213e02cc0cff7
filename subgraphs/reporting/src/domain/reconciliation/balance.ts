import type { FlowTotals } from '../flow.ts';
import type { Position } from './position.ts';

/** What was booked, reported, missing and unknown of a creditor, a PSP and an operative day: numbers of transfers, and euro cents. */
export interface Balance {
  booked: FlowTotals;
  reported: FlowTotals;
  missing: FlowTotals;
  unknown: FlowTotals;
}

const nothing = (): FlowTotals => ({ payments: 0, amount: 0 });
export const emptyBalance = (): Balance => ({ booked: nothing(), reported: nothing(), missing: nothing(), unknown: nothing() });

/**
 * Adds a position, so that booked = reported + missing − unknown holds, in number and in cents. The first line of a booked transfer stands for
 * it: what it has too little is missing, what it has too much unknown. Every other line, and every line of a transfer that was not booked, is
 * reported and unknown. Source: the issue's own rule; the parts are defined here.
 */
export function addPosition(balance: Balance, { booked, lines }: Pick<Position, 'booked' | 'lines'>): void {
  const first = booked && lines[0];
  if (booked) {
    add(balance.booked, 1, booked.amount);
    const short = booked.amount - (first?.amount ?? 0);
    add(balance.missing, first ? 0 : 1, Math.max(0, short));
    add(balance.unknown, 0, Math.max(0, -short));
  }
  if (first) add(balance.reported, 1, first.amount);
  for (const line of first ? lines.slice(1) : lines) {
    add(balance.reported, 1, line.amount);
    add(balance.unknown, 1, line.amount);
  }
}

function add(totals: FlowTotals, payments: number, amount: number): void {
  totals.payments += payments;
  totals.amount += amount;
}
