import type { NoticeRoute } from './generate-notice-number.ts';
import { allowed, type Outcome, refused } from './outcome.ts';

/** The beginnings of the notice numbers that a party may write and read; ALL for the creditor itself and for operators. */
export type Coverage = 'ALL' | readonly string[];

/**
 * How the numbers of a route's notices begin: aux digit 3 with the segregation code, 0 with the application code, the aux digit alone
 * otherwise. Source: Domain facts, Payments §1.2.
 */
export function noticePrefixOf({ auxDigit, segregationCode = '', applicationCode = '' }: NoticeRoute): string {
  return `${auxDigit}${auxDigit === 3 ? segregationCode : ''}${auxDigit === 0 ? applicationCode : ''}`;
}

/** Whether a notice is the party's. */
export function isCovered(coverage: Coverage, noticeNumber: string): boolean {
  return coverage === 'ALL' || coverage.some((prefix) => noticeNumber.startsWith(prefix));
}

/**
 * A broker writes and reads only the notices whose segregation code (or application code) is one of its own stations' at the creditor:
 * one creditor may have several brokers, each with its own archive. Source: Domain facts, Payments §1.2 (403), §4.4.
 */
export function checkCovered(coverage: Coverage, noticeNumbers: readonly string[]): Outcome<undefined> {
  const other = noticeNumbers.find((noticeNumber) => !isCovered(coverage, noticeNumber));
  if (other === undefined) return allowed(undefined);
  return refused('FORBIDDEN', {
    path: 'noticeNumber',
    message: 'has a segregation code that is not yours to act for',
    expected: 'a notice number of one of your stations',
  });
}
