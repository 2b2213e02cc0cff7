/**
 * Where a creditor fetches a receipt, whatever became of its delivery: the official interface of receipts.
 * Source: Receipts §3.2; Domain facts, Payments §3.9 (after exhaustion the creditor pulls).
 */

export const RECEIPTS_INTERFACE = '/bizevents/service/v1';

export function fetchPath(creditorFiscalCode: string, receipt: { readonly receiptId: string; readonly iuv: string }): string {
  const segment = encodeURIComponent;
  return `${RECEIPTS_INTERFACE}/organizations/${creditorFiscalCode}/receipts/${segment(receipt.receiptId)}/paymentoptions/${segment(receipt.iuv)}`;
}
