/**
 * Gathers the transfers of a day into reporting units. A line that matches no payment says only its creditor and its day: it is counted in the
 * first unit of both, by broker; where the PSP has no unit of that creditor and day there is no sample that it could be a fault of.
 * Source: domain facts, Reporting section 2.1 (FdR unit).
 */
import type { ReportingUnit, TransferEvidence } from './reporting-unit.ts';

export interface DatedTransfer extends TransferEvidence {
  brokerCode: string;
  creditorFiscalCode: string;
}

export interface StrayLines {
  creditorFiscalCode: string;
  lines: number;
  amount: number;
}

/** @returns units by broker and creditor */
export function buildUnits(paymentDay: string, transfers: readonly DatedTransfer[], strays: readonly StrayLines[]): ReportingUnit[] {
  const units = new Map<string, ReportingUnit & { transfers: TransferEvidence[] }>();
  for (const { brokerCode, creditorFiscalCode, ...transfer } of transfers) {
    const key = `${brokerCode}/${creditorFiscalCode}`;
    const unit = units.get(key) ?? { brokerCode, creditorFiscalCode, paymentDay, transfers: [], strayLines: 0, strayAmount: 0 };
    unit.transfers.push(transfer);
    units.set(key, unit);
  }
  const ordered = [...units.keys()].sort().map((key) => units.get(key) as ReportingUnit);
  for (const stray of strays) {
    const unit = ordered.find(({ creditorFiscalCode }) => creditorFiscalCode === stray.creditorFiscalCode);
    if (!unit) continue;
    unit.strayLines += stray.lines;
    unit.strayAmount += stray.amount;
  }
  return ordered;
}
