/**
 * Rules of planned maintenance windows of stations: parties announce them 72 hours ahead, from quarter hour to quarter hour; operators may
 * enter one for an outage at hand. A window starts before it ends and has not ended yet; windows of one station do not overlap.
 * Source: domain facts, Onboarding section 5.6.
 */
import { HOUR, MINUTE, toIso } from '@nodo-aperto/kernel/time';

/** How long before its start a party announces a window. */
const NOTICE_PERIOD_MS = 72 * HOUR;
export const QUARTER_HOUR_MS = 15 * MINUTE;

/** Instants in epoch milliseconds; the end is not part of the window. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

export interface WindowIssue {
  readonly field: 'start' | 'end';
  readonly expected: string;
}

/** What is wrong with a window that a caller asks for. */
export function windowIssues(window: Window, options: { now: number; operator: boolean }): WindowIssue[] {
  const issues: WindowIssue[] = [];
  if (window.start >= window.end) issues.push({ field: 'end', expected: 'an instant after the start' });
  if (options.operator) {
    if (window.end <= options.now) issues.push({ field: 'end', expected: 'an instant in the future' });
    return issues;
  }
  const earliest = options.now + NOTICE_PERIOD_MS;
  if (window.start < earliest)
    issues.push({ field: 'start', expected: `an instant at least 72 hours ahead (${toIso(earliest)} or later)` });
  for (const field of ['start', 'end'] as const) {
    if (window[field] % QUARTER_HOUR_MS !== 0)
      issues.push({ field, expected: 'an instant on a quarter hour (00, 15, 30 or 45 minutes, no seconds)' });
  }
  return issues;
}

/** Whether two windows of one station have time in common. */
export function overlap(one: Window, other: Window): boolean {
  return one.start < other.end && other.start < one.end;
}
