/**
 * The state of an ACA position at an instant: a VALID position whose due date is past is EXPIRED when it switches to expired, although
 * nobody has swept it yet. Source: Domain facts, Payments §4.4 ("on read, and by cron").
 */
import type { NoticeSnapshot, PositionStatus } from '@nodo-aperto/schema/events';
import { parseInstant } from '@nodo-aperto/kernel/time';

/** @param now epoch milliseconds */
export function positionStatusAt(
  notice: Pick<NoticeSnapshot, 'status' | 'switchToExpired' | 'expirationDate'>,
  now: number,
): PositionStatus {
  const expiresAt = parseInstant(notice.expirationDate);
  const expired = notice.status === 'VALID' && notice.switchToExpired && expiresAt !== undefined && expiresAt < now;
  return expired ? 'EXPIRED' : notice.status;
}
