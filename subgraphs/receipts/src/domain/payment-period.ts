/**
 * Periods in which payments are looked for: calendar years and spans of days, both in Italy, the last day included.
 * Source: Receipts §3.3 (filters of the citizen's list); design, section 4 (dates).
 */
import { InputError } from '@nodo-aperto/kernel/faults';
import { addDays, isLocalDate, startOfLocalDay } from '@nodo-aperto/kernel/time';

/** Instants: from the first, up to and without the second. */
export interface Period {
  readonly from?: number;
  readonly until?: number;
}

const FIRST_YEAR = 2000;
const LAST_YEAR = 9998;

/** @throws InputError for what is no year */
export function periodOfYear(year: number): Required<Period> {
  if (!Number.isInteger(year) || year < FIRST_YEAR || year > LAST_YEAR) {
    throw InputError.at('year', `${year} is no year of payments`, `a whole number from ${FIRST_YEAR} to ${LAST_YEAR}`);
  }
  return { from: startOfLocalDay(`${year}-01-01`), until: startOfLocalDay(`${year + 1}-01-01`) };
}

/**
 * @param from the first day, YYYY-MM-DD
 * @param to the last day
 * @throws InputError for what is no day, and when the last day is before the first
 */
export function periodOfDays(from: string | null | undefined, to: string | null | undefined): Period {
  for (const [path, day] of Object.entries({ from, to })) {
    if (day && !isLocalDate(day)) throw InputError.at(path, `${day.slice(0, 40)} is no day`, 'a day, written YYYY-MM-DD');
  }
  if (from && to && to < from) throw InputError.at('to', `${to} is before ${from}`, 'the first day or a later one');
  return { ...(from && { from: startOfLocalDay(from) }), ...(to && { until: startOfLocalDay(addDays(to, 1)) }) };
}
