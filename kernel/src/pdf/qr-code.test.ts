import bwipjs from 'bwip-js';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isQuick, quickQrCode } from './qr-code.ts';
import type { Modules } from './modules.ts';

/** The modules that bwip-js makes of a text. */
function reference(text: string, version: number, mask: number): Modules {
  const options = { bcid: 'qrcode', text, eclevel: 'M', fixedeclevel: true, version: String(version), mask } as never;
  const [symbol] = bwipjs.raw(options) as unknown as [{ pixs: ArrayLike<number>; pixx: number }];
  return { size: symbol.pixx, cells: Uint8Array.from(symbol.pixs) };
}

const picture = ({ size, cells }: Modules): string =>
  Array.from({ length: size }, (_, row) =>
    Array.from(cells.subarray(row * size, (row + 1) * size), (cell) => (cell === 1 ? '#' : '.')).join(''),
  ).join('\n');

it.each([1, 2, 3, 4, 5, 6])('has the very modules that bwip-js draws, in version %i, with every pattern and length', (version) => {
  const longest = [14, 26, 42, 62, 84, 106][version - 1]!;
  for (let mask = 1; mask <= 8; mask += 1) {
    // Small letters and a bar: the library has no shorter encodation for them either.
    for (const length of [1, Math.floor(longest / 2), longest]) {
      const text = Array.from({ length }, (_, index) => 'pagopa|'[(index * 5 + mask) % 7]).join('');
      expect(picture(quickQrCode(text, version, mask))).toBe(picture(reference(text, version, mask)));
    }
  }
  expect(isQuick('a'.repeat(longest), version)).toBe(true);
  expect(isQuick('a'.repeat(longest + 1), version)).toBe(false);
});

it('has the very modules that bwip-js draws, for random texts', () => {
  const texts = fc.string({ unit: fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz|{}~_')), minLength: 1, maxLength: 62 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 8 }), (text, mask) => {
      expect(picture(quickQrCode(text, 4, mask))).toBe(picture(reference(text, 4, mask)));
    }),
    { numRuns: 30 },
  );
});

it('refuses what does not fit, and patterns that there are not', () => {
  expect(() => quickQrCode('a'.repeat(63), 4, 1)).toThrow('does not fit');
  expect(() => quickQrCode('a', 7, 1)).toThrow('does not fit');
  expect(() => quickQrCode('a', 4, 9)).toThrow('from 1 to 8');
});
