import { accepted, refused } from '../faults/index.ts';
import type { Parsed } from '../faults/index.ts';
import type { EuroCents } from './euro-cents.ts';
import { isEuroCents } from './euro-cents.ts';

const EXPECTED = 'an amount with a point and two decimals, such as 12.34, up to 999999999.99';

/** Reads the amounts of the XML messages, `\d+\.\d{2}` up to 999999999.99 (Domain facts, Payments §1.4). Never through floating point. */
export function fromDecimal(text: unknown): Parsed<EuroCents> {
  const match = typeof text === 'string' ? /^0*(\d{1,9})\.(\d{2})$/.exec(text) : null;
  if (match === null) return refused(EXPECTED);
  const cents = Number(`${match[1]}${match[2]}`);
  return isEuroCents(cents) ? accepted(cents) : refused(EXPECTED);
}

/** The amount as the XML messages carry it: `12.34`. */
export function toDecimal(cents: EuroCents): string {
  const text = String(cents).padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** The amount as Italians write it: `1.234,56`, without the euro sign. */
export function formatEuro(cents: EuroCents): string {
  const [euros = '0', decimals = '00'] = toDecimal(cents).split('.');
  return `${euros.replaceAll(/\B(?=(\d{3})+$)/g, '.')},${decimals}`;
}
