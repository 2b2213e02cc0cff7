import { invariant } from '../faults/index.ts';
import type { RandomStream } from './stream.ts';

const DIGITS = '0123456789';
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789abcdef';
const LONGEST_TEXT = 65_536;

/** The streams' common part: everything is drawn from `word`, a source of uniform unsigned 32-bit numbers. */
export function buildStream(word: () => number, fork: (name: string) => RandomStream): RandomStream {
  const next = (): number => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;

  const integer = (minimum: number, maximum: number): number => {
    invariant(
      Number.isSafeInteger(minimum) && Number.isSafeInteger(maximum) && minimum <= maximum,
      `no whole number from ${minimum} to ${maximum}`,
    );
    const span = maximum - minimum + 1;
    invariant(Number.isSafeInteger(span), `the range from ${minimum} to ${maximum} is too wide`);
    return minimum + Math.floor(next() * span);
  };

  const pick = <T>(items: readonly T[]): T => {
    invariant(items.length > 0, 'nothing to pick from');
    return items[integer(0, items.length - 1)]!;
  };

  const text = (alphabet: string, length: number): string => {
    invariant(Number.isInteger(length) && length >= 0 && length <= LONGEST_TEXT, `no random text has the length ${length}`);
    let result = '';
    for (let count = 0; count < length; count++) result += alphabet.charAt(Math.floor(next() * alphabet.length));
    return result;
  };

  return {
    next,
    integer,
    pick,
    weighted: (items) => weightedPick(items, next()),
    exponential(mean) {
      invariant(Number.isFinite(mean) && mean >= 0, `${mean} is no mean`);
      return -mean * Math.log(1 - next());
    },
    logNormal(median, sigma) {
      invariant(Number.isFinite(median) && median >= 0 && Number.isFinite(sigma) && sigma >= 0, `no log-normal of ${median} and ${sigma}`);
      // Box–Muller; the second normal number it gives is not kept, so that each draw takes the same amount of chance.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(sigma * normal);
    },
    digits: (length) => text(DIGITS, length),
    alphanumeric: (length) => text(ALPHANUMERIC, length),
    hex: (length) => text(HEX, length),
    uuid() {
      const random = text(HEX, 30);
      const variant = HEX.charAt(8 + Math.floor(next() * 4));
      return `${random.slice(0, 8)}-${random.slice(8, 12)}-4${random.slice(12, 15)}-${variant}${random.slice(15, 18)}-${random.slice(18)}`;
    },
    shuffle(items) {
      const result = [...items];
      for (let end = result.length - 1; end > 0; end--) {
        const at = integer(0, end);
        [result[at], result[end]] = [result[end]!, result[at]!];
      }
      return result;
    },
    fork,
  };
}

function weightedPick<T>(items: readonly { readonly item: T; readonly weight: number }[], chance: number): T {
  let total = 0;
  for (const { weight } of items) {
    invariant(Number.isFinite(weight) && weight >= 0, `${weight} is no weight`);
    total += weight;
  }
  invariant(total > 0, 'weights need one above 0');
  let left = chance * total;
  let chosen: { readonly item: T } | undefined;
  for (const entry of items) {
    if (entry.weight === 0) continue;
    // Kept for the last one: rounding may leave a sliver after it.
    chosen = entry;
    left -= entry.weight;
    if (left < 0) break;
  }
  invariant(chosen !== undefined, 'a weight above 0 was counted');
  return chosen.item;
}
