import { fromDecimal, isEuroCents, toDecimal } from '../money/index.ts';
import type { EuroCents } from '../money/index.ts';
import type { XmlType } from './message.ts';
import { simpleType } from './simple-types.ts';

/** An amount of money: `12.34` on the wire, 1234 euro cents here; at least so many cents, at most 999999999.99. */
export function amount(minimum: number): XmlType<EuroCents> {
  const within = (cents: EuroCents): boolean => isEuroCents(cents) && cents >= minimum;
  return simpleType<EuroCents>({
    expected: `an amount with a point and two decimals, from ${(minimum / 100).toFixed(2)} to 999999999.99`,
    collapses: true,
    read(value) {
      const parsed = fromDecimal(value);
      return parsed.ok && within(parsed.value) ? parsed.value : undefined;
    },
    write: (cents) => (within(cents) ? toDecimal(cents) : undefined),
  });
}
