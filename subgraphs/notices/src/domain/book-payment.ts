import { type DebtPosition, type NoticePayment, type Placed, withInstalment } from './position.ts';

/**
 * A booked payment is a fact: it settles its notice whatever the notice's state, INVALID and EXPIRED included, since the session may
 * have been open when the creditor invalidated it. The first payment stays; a later one of the same notice changes nothing, except
 * that the platform's own record replaces a creditor's mark "paid elsewhere".
 * Source: Domain facts, Payments §2.7, §4.4; design section 6 (an update during an open session does not change that session).
 */
export function bookPayment(position: DebtPosition, { instalment }: Placed, payment: NoticePayment & { token: string }): DebtPosition {
  if (instalment.payment?.token !== undefined) return position;
  return withInstalment(position, { ...instalment, payment });
}
