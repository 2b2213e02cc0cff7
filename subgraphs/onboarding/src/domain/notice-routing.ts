/**
 * Rule: the aux digit (first digit of a notice number) decides which code routes it to a station of its creditor. Aux digit 0 is followed by
 * an application code, aux digit 3 by a segregation code, both of two digits; 1 and 2 by none, so such a creditor has a single station.
 * A creditor has one route for each aux digit and code. Source: domain facts, Payments section 1.2.
 */
import type { Path, Report } from './finding.ts';

/** The aux digits that notices have. */
export const AUX_DIGITS = [0, 1, 2, 3] as const;

export interface NoticeRouting {
  readonly auxDigit: number;
  /** Digits 2 and 3 of notices with aux digit 0. */
  readonly applicationCode?: string | undefined;
  /** Digits 2 and 3 of notices with aux digit 3. */
  readonly segregationCode?: string | undefined;
}

const CODE_OF_AUX: Readonly<Record<number, 'applicationCode' | 'segregationCode'>> = { 0: 'applicationCode', 3: 'segregationCode' };

/** Reports a code that is missing for the aux digit, and one that does not belong to it. */
export function checkRouting(routing: NoticeRouting, path: Path, report: Report): void {
  const wanted = CODE_OF_AUX[routing.auxDigit];
  for (const field of ['applicationCode', 'segregationCode'] as const) {
    const value = routing[field];
    if (field === wanted && value === undefined) {
      report({
        kind: 'MISSING',
        path: [...path, field],
        found: 'nothing',
        expected: `two digits, because the aux digit is ${routing.auxDigit}`,
      });
    }
    if (field !== wanted && value !== undefined) {
      const expected =
        wanted === undefined ? `no code with aux digit ${routing.auxDigit}` : `${wanted} instead, with aux digit ${routing.auxDigit}`;
      report({ kind: 'NOT_ALLOWED', path: [...path, field], found: JSON.stringify(value), expected });
    }
  }
}
