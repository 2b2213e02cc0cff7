export { euroCents, isEuroCents, MAXIMUM_EURO_CENTS, parseEuroCents, sumCents } from './euro-cents.ts';
export type { EuroCents } from './euro-cents.ts';
export { formatEuro, fromDecimal, toDecimal } from './decimal.ts';
