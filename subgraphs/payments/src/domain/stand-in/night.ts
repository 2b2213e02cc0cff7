/**
 * Night is from 22:00 to 06:00 in Rome; both instants exactly still count as day. Source: Domain facts, Payments §3.2.
 */
import { localParts } from '@nodo-aperto/kernel/time';

export function isNight(now: number): boolean {
  const { hour, minute, second, millisecond } = localParts(now);
  if (hour < 6) return true;
  const intoTheHour = minute + second + millisecond > 0;
  return hour > 22 || (hour === 22 && intoTheHour);
}
