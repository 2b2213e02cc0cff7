/**
 * Rule: stations and channels of a broker share one numbering, `<broker>_<nn>`, and a new one gets the first number that none of them has or
 * ever had, whatever how many there are; after 99 the numbers have three digits, then four. A creditor's routes are told apart by two digits,
 * of which a new route gets the first that are free. Source: domain facts, Onboarding section 5.6 (codes; the limit of 100 there is not copied).
 */

const MOST_NUMBERS = 9_999;
const MOST_DIGITS = 100;

/**
 * The code of a new station or channel; undefined when all numbers are taken.
 * @param taken codes of stations and channels of the broker, drafts and former ones included
 */
export function firstFreeCode(broker: string, taken: Iterable<string>): string | undefined {
  const used = new Set([...taken].map((code) => (code.startsWith(`${broker}_`) ? numberOf(code.slice(broker.length + 1)) : undefined)));
  for (let number = 1; number <= MOST_NUMBERS; number += 1) {
    if (!used.has(number)) return `${broker}_${String(number).padStart(2, '0')}`;
  }
  return undefined;
}

/** `01` and `1` are one number: nobody tells such codes apart. */
function numberOf(suffix: string): number | undefined {
  return /^\d{1,4}$/.test(suffix) ? Number(suffix) : undefined;
}

/** The first two digits that are not taken, from 00 on; undefined when all are. */
export function firstFreeDigits(taken: Iterable<string>): string | undefined {
  const used = new Set(taken);
  return Array.from({ length: MOST_DIGITS }, (_, number) => String(number).padStart(2, '0')).find((digits) => !used.has(digits));
}
