import { HOUR, MINUTE } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { overlap, windowIssues } from './maintenance-window.ts';

const now = Date.parse('2027-01-01T12:07:00Z');
const early = Date.parse('2027-01-04T12:15:00Z');

describe('maintenance windows of parties', () => {
  it('are announced 72 hours ahead, from quarter hour to quarter hour', () => {
    expect(windowIssues({ start: early, end: early + 15 * MINUTE }, { now, operator: false })).toEqual([]);
    expect(windowIssues({ start: now + 72 * HOUR, end: early + HOUR }, { now, operator: false })).toEqual([
      { field: 'start', expected: 'an instant on a quarter hour (00, 15, 30 or 45 minutes, no seconds)' },
    ]);
    expect(windowIssues({ start: early, end: early + 20 * MINUTE }, { now, operator: false })).toEqual([
      { field: 'end', expected: 'an instant on a quarter hour (00, 15, 30 or 45 minutes, no seconds)' },
    ]);
  });

  it('are refused a minute too late', () => {
    const start = Date.parse('2027-01-04T12:00:00Z');
    expect(windowIssues({ start, end: start + HOUR }, { now, operator: false })).toEqual([
      { field: 'start', expected: 'an instant at least 72 hours ahead (2027-01-04T12:07:00.000Z or later)' },
    ]);
  });

  it.each([true, false])('start before they end (operator: %s)', (operator) => {
    expect(windowIssues({ start: early, end: early }, { now, operator })).toEqual([
      { field: 'end', expected: 'an instant after the start' },
    ]);
  });
});

describe('maintenance windows of operators', () => {
  it('may have begun, at any minute', () => {
    expect(windowIssues({ start: now - MINUTE, end: now + 1 }, { now, operator: true })).toEqual([]);
  });

  it('have not ended', () => {
    expect(windowIssues({ start: now - HOUR, end: now }, { now, operator: true })).toEqual([
      { field: 'end', expected: 'an instant in the future' },
    ]);
  });
});

describe('overlap', () => {
  it.each([
    [{ start: 0, end: 10 }, { start: 9, end: 20 }, true],
    [{ start: 0, end: 10 }, { start: 10, end: 20 }, false],
    [{ start: 10, end: 20 }, { start: 0, end: 10 }, false],
    [{ start: 0, end: 30 }, { start: 10, end: 20 }, true],
  ])('%j and %j: %s', (one, other, expected) => {
    expect(overlap(one, other)).toBe(expected);
  });
});
