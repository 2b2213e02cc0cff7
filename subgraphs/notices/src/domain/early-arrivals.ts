/**
 * How long a payment waits for its notice, and a reported transfer for its payment and notice. Positions must be loaded when they arise, and come
 * late by hours or days; a creditor that moves to the platform loads the notices of a year. Most of what waits is for notices that nobody
 * ever loads, whose creditors answer for themselves. Source: Domain facts, Payments §4.2.
 */
import { DAY } from '@nodo-aperto/kernel/time';

const ARRIVAL_LIFE_MS = 366 * DAY;

/** The instant from which they wait; what is older may go. */
export function awaitedSince(now: number): number {
  return now - ARRIVAL_LIFE_MS;
}
