import type { PaymentSnapshot, ReportedOutcome } from '@nodo-aperto/schema/events';
import { reportedOutcomeOf } from './reported-outcome.ts';

/** A transfer of a booked payment that its PSP owes a line of a flow. */
export interface ReportableTransfer {
  iur: string;
  idTransfer: number;
  pspCode: string;
  /** Who the transfer pays, which need not be the notice's creditor. */
  creditorFiscalCode: string;
  iuv: string;
  /** Euro cents. */
  amount: number;
  outcome: ReportedOutcome;
}

/**
 * What a booked payment owes: one line for each transfer, to the creditor that the transfer pays. Stamps (marche da bollo) are not reported,
 * and a transfer of nothing cannot be. Source: Domain facts, Reporting §1.2 and §9.
 */
export function reportableTransfers(payment: PaymentSnapshot): ReportableTransfer[] {
  const outcome = reportedOutcomeOf(payment);
  return payment.transfers
    .filter((transfer) => transfer.stamp === undefined && transfer.amount > 0)
    .map(({ idTransfer, creditorFiscalCode, amount }) => ({
      iur: payment.paymentToken,
      idTransfer,
      pspCode: payment.pspCode,
      creditorFiscalCode,
      iuv: payment.iuv,
      amount,
      outcome,
    }));
}
