/**
 * Who gets the receipt of a payment: the creditor of the notice at the station that the payment went through, and every other creditor
 * that has a part in the payment, at each of its broadcast stations. A creditor without one gets nothing pushed; it can fetch the receipt.
 * Source: Domain facts, Payments §2.1 (4) and §3.9.
 */

/** One creditor at one station. */
export interface Recipient {
  readonly creditorFiscalCode: string;
  readonly stationCode: string;
}

/** What matters of a route here. */
export interface ReceiptRoute {
  readonly creditorInstitution: string;
  readonly station: string;
  readonly broadcast: boolean;
}

/** What matters of a payment here. */
export interface SharedPayment {
  readonly creditorFiscalCode: string;
  readonly stationCode: string;
  readonly transfers: readonly { readonly creditorFiscalCode: string }[];
}

/** The most recipients of one receipt: the limit of the event that tells of them. */
export const MOST_RECIPIENTS = 50;

/** The other creditors that have a part in a payment, in the order of its transfers. */
export function beneficiariesOf({ creditorFiscalCode, transfers }: SharedPayment): string[] {
  return [...new Set(transfers.map((transfer) => transfer.creditorFiscalCode))].filter((each) => each !== creditorFiscalCode);
}

/**
 * The recipients, the creditor of the notice first.
 * @param routes those of the other creditors that held when the payment was made
 */
export function recipientsOf(payment: SharedPayment, routes: readonly ReceiptRoute[]): Recipient[] {
  const { creditorFiscalCode, stationCode } = payment;
  const broadcast = beneficiariesOf(payment).flatMap((beneficiary) => broadcastStations(beneficiary, routes));
  return [{ creditorFiscalCode, stationCode }, ...broadcast].slice(0, MOST_RECIPIENTS);
}

function broadcastStations(creditorFiscalCode: string, routes: readonly ReceiptRoute[]): Recipient[] {
  const own = routes.filter((route) => route.creditorInstitution === creditorFiscalCode && route.broadcast);
  return [...new Set(own.map((route) => route.station))].toSorted().map((stationCode) => ({ creditorFiscalCode, stationCode }));
}
