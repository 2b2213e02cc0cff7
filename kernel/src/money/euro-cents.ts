import { accepted, invariant, refused } from '../faults/index.ts';
import type { Parsed } from '../faults/index.ts';

declare const brand: unique symbol;

/** An amount of money: whole euro cents from 0 to {@link MAXIMUM_EURO_CENTS}. The only form of money inside the platform. */
export type EuroCents = number & { readonly [brand]: 'EuroCents' };

/** 999,999,999.99 €, the field's largest amount (Domain facts, Payments §1.4). */
export const MAXIMUM_EURO_CENTS = 99_999_999_999;

const EXPECTED = `a whole number of euro cents from 0 to ${MAXIMUM_EURO_CENTS}`;

export function isEuroCents(value: unknown): value is EuroCents {
  // -0 would be written "-0" by some serializers.
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0 && value <= MAXIMUM_EURO_CENTS && !Object.is(value, -0);
}

/** Reads a number of euro cents from the outside. Texts are not amounts of cents: for "12.34" see `fromDecimal`. */
export function parseEuroCents(value: unknown): Parsed<EuroCents> {
  return isEuroCents(value) ? accepted(value) : refused(EXPECTED);
}

/** A number the platform computed itself, as an amount. Throws InvariantError when it is none. */
export function euroCents(value: number): EuroCents {
  invariant(isEuroCents(value), `${value} is not ${EXPECTED}`);
  return value;
}

/** The sum of amounts; of none it is 0. Throws InvariantError past the largest amount. */
export function sumCents(amounts: Iterable<EuroCents>): EuroCents {
  let sum = 0;
  for (const amount of amounts) {
    sum += amount;
    invariant(sum <= MAXIMUM_EURO_CENTS, `the sum is above ${MAXIMUM_EURO_CENTS} euro cents`);
  }
  return euroCents(sum);
}
