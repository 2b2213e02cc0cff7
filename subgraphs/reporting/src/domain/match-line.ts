import type { FlowLine } from './flow.ts';
import type { ReportableTransfer } from './reportable-transfers.ts';

/** How a line differs from the booked payment that it reports. */
export const MISMATCHES = ['UNKNOWN_PAYMENT', 'IUV_DIFFERS', 'AMOUNT_DIFFERS', 'OUTCOME_DIFFERS'] as const;
export type Mismatch = (typeof MISMATCHES)[number];

type Compared = 'iuv' | 'amount' | 'outcome';

/**
 * What is wrong with a line, compared with the booked transfer of the same payment, transfer number, PSP and creditor; empty when they agree.
 * A transfer of others is as unknown as none, so that a flow tells nothing about them.
 */
export function mismatchesOf(line: Pick<FlowLine, Compared>, booked: Pick<ReportableTransfer, Compared> | undefined): Mismatch[] {
  if (!booked) return ['UNKNOWN_PAYMENT'];
  return [
    ...(line.iuv === booked.iuv ? [] : ['IUV_DIFFERS' as const]),
    ...(line.amount === booked.amount ? [] : ['AMOUNT_DIFFERS' as const]),
    ...(line.outcome === booked.outcome ? [] : ['OUTCOME_DIFFERS' as const]),
  ];
}
