/**
 * Sessions of several options of one position, opened before it was known that they belong together: the option that was paid stays, or else
 * the one that was activated first, with all sessions of its own plan. The others end as if their tokens had expired: an outcome of theirs
 * is a duplicate as long as the option that stays is paid or being paid. Source: Domain facts, Payments §2.7, §5.2.
 */
import type { NoticePaymentStatus } from '@nodo-aperto/schema/events';

/** A notice of a position that is paid, or being paid. */
export interface HeldNotice {
  readonly option: number;
  readonly status: Exclude<NoticePaymentStatus, 'INSERTED'>;
  readonly paymentToken: string;
  readonly activatedAt: Date;
}

/** @returns the tokens of the sessions that end */
export function sessionsRuledOut(held: readonly HeldNotice[]): string[] {
  const booked = held.filter(({ status }) => status !== 'PAYING');
  const [first] = (booked.length > 0 ? booked : held).toSorted(
    (left, right) => left.activatedAt.getTime() - right.activatedAt.getTime() || (left.paymentToken < right.paymentToken ? -1 : 1),
  );
  return held.filter(({ status, option }) => status === 'PAYING' && option !== first?.option).map(({ paymentToken }) => paymentToken);
}
