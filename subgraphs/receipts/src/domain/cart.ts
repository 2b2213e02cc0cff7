/**
 * Payments that were booked with one outcome (a cart), as citizens see them: who paid knows that they belong together, and what they cost
 * together; who owes one of them sees only that one. In the citizens' interface the payer's cart is called `<cart>_CART_`, a debtor's part of
 * it `<cart>_CART_<receipt>`, and a payment of its own by its receipt. Source: Receipts §3.3 (id grammar) and §3.4 (carts).
 */
import type { ReceiptContent } from './receipt.ts';

const MARK = '_CART_';

export type CitizenView = 'PAYER' | 'DEBTOR';

/** The id under which a citizen sees a receipt. */
export function citizenIdOf({ receiptId, cart }: Pick<ReceiptContent, 'receiptId' | 'cart'>, view: CitizenView): string {
  if (!cart) return receiptId;
  return view === 'PAYER' ? `${cart.id}${MARK}` : `${cart.id}${MARK}${receiptId}`;
}

/** The receipt that an id of citizens leads to: of a payer's cart the first, which names it. */
export function receiptIdOf(citizenId: string): string {
  const at = citizenId.indexOf(MARK);
  if (at < 0) return citizenId;
  return citizenId.slice(at + MARK.length) || citizenId.slice(0, at);
}

/** Whether the view has what was paid together. */
export function showsCart(view: string): boolean {
  return view === 'PAYER';
}
