import { HOUR, MINUTE } from '@nodo-aperto/kernel/time';
import type { RecipientStatus } from '@nodo-aperto/schema/events';
import { array, assert, boolean, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterFailure, type AttemptCounts, nextAttempt } from './attempts.ts';
import { mayBeBroughtForward, MOST_EARLY_ATTEMPTS } from './bring-forward.ts';
import { failureOf, sentenceOf } from './delivery-failure.ts';
import { judgeAnswer } from './recipient-answer.ts';
import { assertTransition, isComplete, statusOnSending } from './recipient-status.ts';
import { redeliveryBudget, REDELIVERY_LIMIT } from './redelivery-budget.ts';
import { failuresTaken, MOST_FAILURES_IN_A_ROW } from './station-patience.ts';
import { reasonOf, WAITING_FOR, waitingFor } from './waiting-for.ts';

const SETTINGS = { receiptRetryMinutes: 60, receiptRetryMax: 48 };

describe('when a receipt is sent again', () => {
  it('is one interval after an attempt that failed', () => {
    expect(nextAttempt(SETTINGS, 5)).toBe(5 + HOUR);
    expect(afterFailure({ counted: 0, early: 0 }, false, SETTINGS, 0)).toEqual({ counted: 1, early: 0, nextAttemptAt: HOUR });
  });

  it('ends after the first attempt and 48 retries', () => {
    let counts: AttemptCounts = { counted: 0, early: 0 };
    let attempts = 0;
    for (let next: number | undefined = 0; next !== undefined; attempts += 1) {
      const after = afterFailure(counts, false, SETTINGS, 0);
      counts = after;
      next = after.nextAttemptAt;
    }
    expect(attempts).toBe(49);
  });

  it('is never with no retry at all', () => {
    expect(afterFailure({ counted: 0, early: 0 }, false, { ...SETTINGS, receiptRetryMax: 0 }, 0).nextAttemptAt).toBeUndefined();
  });

  it('does not end sooner because attempts were brought forward', () => {
    assert(
      property(array(boolean(), { maxLength: 200 }), (broughtForward) => {
        let counts: AttemptCounts = { counted: 0, early: 0 };
        let regular = 0;
        for (const early of broughtForward) {
          const after = afterFailure(counts, early, SETTINGS, 0);
          counts = after;
          regular += early ? 0 : 1;
          expect(after.nextAttemptAt === undefined).toBe(regular > 48);
        }
      }),
    );
  });
});

describe('bringing forward', () => {
  it('is for receipts that were never tried or met a station that was down, three times between regular attempts', () => {
    expect(mayBeBroughtForward({ early: 0, lastStationDown: undefined })).toBe(true);
    expect(mayBeBroughtForward({ early: 0, lastStationDown: true })).toBe(true);
    expect(mayBeBroughtForward({ early: 0, lastStationDown: false })).toBe(false);
    expect(mayBeBroughtForward({ early: MOST_EARLY_ATTEMPTS, lastStationDown: true })).toBe(false);
    const after = afterFailure({ counted: 1, early: 2 }, true, SETTINGS, 0);
    expect(mayBeBroughtForward({ early: after.early, lastStationDown: true })).toBe(false);
    expect(afterFailure(after, false, SETTINGS, 0).early).toBe(0);
  });

  it('gives a station some failures, one in Stand-In a single one', () => {
    expect(failuresTaken({ standIn: false })).toBe(MOST_FAILURES_IN_A_ROW);
    expect(failuresTaken({ standIn: true })).toBe(1);
  });
});

describe('what an answer means', () => {
  const fault = { faultCode: 'PAA_SEMANTICA', faultString: 'no', description: 'amount' };
  it.each([
    [{ outcome: 'OK' as const }, { delivered: true, duplicate: false }],
    [
      { outcome: 'KO' as const, fault: { ...fault, faultCode: 'PAA_RECEIPT_DUPLICATA' } },
      { delivered: true, duplicate: true },
    ],
    [
      { outcome: 'KO' as const, fault },
      { delivered: false, failure: { code: 'PAA_SEMANTICA', detail: 'amount', stationDown: false } },
    ],
    [
      { outcome: 'KO' as const, fault: { faultCode: 'PAA_X', faultString: 'no' } },
      { delivered: false, failure: { code: 'PAA_X', detail: 'no', stationDown: false } },
    ],
    [{ outcome: 'KO' as const }, { delivered: false, failure: { code: 'KO', detail: expect.any(String) as string, stationDown: false } }],
  ])('%j', (answer, meaning) => {
    expect(judgeAnswer(answer)).toEqual(meaning);
  });

  it('is kept short, whatever a creditor writes', () => {
    const failure = failureOf('C'.repeat(100), 'd'.repeat(1_000), true);
    expect(failure).toEqual({ code: 'C'.repeat(60), detail: 'd'.repeat(300), stationDown: true });
    expect(sentenceOf({ code: 'A', detail: 'b' })).toBe('A: b');
  });
});

describe('the states of a recipient', () => {
  it('go forward only', () => {
    const allowed: [RecipientStatus, RecipientStatus][] = [
      ['NOTICE_GENERATED', 'NOTICE_SENT'],
      ['NOTICE_SENT', 'NOTIFIED'],
      ['NOTICE_SENT', 'NOTICE_PENDING'],
      ['NOTICE_PENDING', 'NOTIFIED'],
      ['NOTICE_PENDING', 'NOTICE_PENDING'],
    ];
    const all = ['NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED', 'NOTICE_PENDING'] as const;
    for (const from of all) {
      for (const to of all) {
        if (allowed.some(([one, other]) => one === from && other === to)) assertTransition(from, to);
        else expect(() => assertTransition(from, to)).toThrow(`from ${from} to ${to}`);
      }
    }
  });

  it('show the first sending, and complete the receipt at the last delivery', () => {
    expect(statusOnSending('NOTICE_GENERATED')).toBe('NOTICE_SENT');
    expect(statusOnSending('NOTICE_PENDING')).toBe('NOTICE_PENDING');
    expect(isComplete([{ status: 'NOTIFIED' }, { status: 'NOTIFIED' }])).toBe(true);
    expect(isComplete([{ status: 'NOTIFIED' }, { status: 'NOTICE_PENDING' }])).toBe(false);
  });
});

describe('what a queued receipt waits for', () => {
  const queued = { status: 'NOTICE_PENDING' as const, attempts: 1, exhausted: false, underWay: false };
  it.each([
    [{ ...queued, status: 'NOTIFIED' as const }, false, undefined],
    [{ ...queued, underWay: true }, true, 'ANSWER'],
    [{ ...queued, exhausted: true }, true, 'CREDITOR'],
    [queued, true, 'STAND_IN_END'],
    [queued, false, 'RETRY'],
    [{ ...queued, status: 'NOTICE_GENERATED' as const, attempts: 0 }, false, 'FIRST_ATTEMPT'],
  ])('%j, Stand-In %j: %s', (delivery, standIn, expected) => {
    expect(waitingFor(delivery, standIn)).toBe(expected);
  });

  it('can be said in a sentence', () => {
    const known = { lastError: 'X: y', standInReason: '5 faults' };
    expect(WAITING_FOR.map((waiting) => reasonOf(waiting, known))).toEqual([
      'It has not been tried yet.',
      'An attempt is under way.',
      'It waits for its next attempt. The last attempt: X: y.',
      'The station is in Stand-In (5 faults); it goes as soon as the station leaves. The last attempt: X: y.',
      'The attempts are used up: the creditor can fetch the receipt, or ask for another delivery. The last attempt: X: y.',
    ]);
    expect(reasonOf('RETRY', {})).toBe('It waits for its next attempt.');
    expect(reasonOf('STAND_IN_END', {})).toContain('no reason given');
  });
});

describe('the budget of redeliveries', () => {
  it('is ten in sixty minutes', () => {
    expect(redeliveryBudget([], 0)).toEqual({ limit: REDELIVERY_LIMIT, remaining: 10, nextAt: undefined });
    const uses = Array.from({ length: 10 }, (_unused, index) => index * MINUTE).toReversed();
    expect(redeliveryBudget(uses, 9 * MINUTE)).toEqual({ limit: 10, remaining: 0, nextAt: HOUR });
    expect(redeliveryBudget(uses, HOUR).remaining).toBe(1);
    expect(redeliveryBudget([...uses, 10 * MINUTE], 10 * MINUTE)).toEqual({ limit: 10, remaining: 0, nextAt: HOUR + MINUTE });
  });
});
