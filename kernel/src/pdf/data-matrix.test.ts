import bwipjs from 'bwip-js';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { dataCodewords } from './data-matrix-codewords.ts';
import { dataMatrixModules, type Modules } from './index.ts';

/** The modules that bwip-js makes of the codewords. */
function reference(codewords: readonly number[]): Modules {
  const text = codewords.map((codeword) => `^${String(codeword).padStart(3, '0')}`).join('');
  const options = { bcid: 'datamatrix', text, raw: true } as never;
  const [symbol] = bwipjs.raw(options) as unknown as [{ pixs: ArrayLike<number>; pixx: number }];
  return { size: symbol.pixx, cells: Uint8Array.from(symbol.pixs) };
}

const picture = ({ size, cells }: Modules): string =>
  Array.from({ length: size }, (_, row) =>
    Array.from(cells.subarray(row * size, (row + 1) * size), (cell) => (cell === 1 ? '#' : '.')).join(''),
  ).join('\n');

/** Reads codewords back, by the standard's tables written down another way than in the encoder. */
function decoded(codewords: readonly number[]): string {
  const symbols = '!"#$%&\'()*+,-./:;<=>?@[\\]^_';
  const basic = (letters: string): string => `    0123456789${letters}`;
  const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const tables = {
    230: { own: basic(upper), third: `\`${upper.toLowerCase()}{|}~\u007f` },
    239: { own: basic(upper.toLowerCase()), third: `\`${upper}{|}~\u007f` },
  };
  let text = '';
  for (let place = 0; place < codewords.length; place += 1) {
    const codeword = codewords[place]!;
    if (codeword !== 230 && codeword !== 239) {
      text += codeword >= 130 ? String(codeword - 130).padStart(2, '0') : String.fromCodePoint(codeword - 1);
      continue;
    }
    const { own, third } = tables[codeword];
    let shift: number | undefined;
    for (place += 1; codewords[place] !== 254; place += 2) {
      const pair = codewords[place]! * 256 + codewords[place + 1]! - 1;
      for (const value of [Math.floor(pair / 1_600), Math.floor(pair / 40) % 40, pair % 40]) {
        if (shift === undefined && value < 3) {
          shift = value;
          continue;
        }
        const table =
          shift === undefined
            ? own
            : [Array.from({ length: 32 }, (_, code) => String.fromCodePoint(code)).join(''), symbols, third][shift]!;
        text += table[value];
        shift = undefined;
      }
    }
  }
  return text;
}

const ascii = fc.string({ unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCodePoint(code)), minLength: 1, maxLength: 400 });
const pieces = fc.array(
  fc.oneof(fc.stringMatching(/^[0-9]{1,30}$/), fc.stringMatching(/^[A-Z ]{1,40}$/), fc.stringMatching(/^[a-z ,.]{1,40}$/)),
  {
    minLength: 1,
    maxLength: 12,
  },
);
const texts = fc.oneof(
  ascii,
  pieces.map((parts) => parts.join('')),
);

it('codewords say the text, whatever it is, and are never more than its characters', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const codewords = dataCodewords(text);
      expect(decoded(codewords)).toBe(text);
      expect(codewords.length).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 300 },
  );
});

it('changes the encodation where that is shorter: blanks and words take two thirds of a codeword, digits a half', () => {
  expect(dataCodewords('123456')).toEqual([142, 164, 186]);
  expect(dataCodewords('A')).toEqual([66]);
  expect(dataCodewords(' '.repeat(110)).length).toBeLessThanOrEqual(76);
  expect(dataCodewords('tassa sui rifiuti anno duemilaventisei').length).toBeLessThanOrEqual(28);
});

it('has the very modules that bwip-js draws of the same codewords, in every size of symbol', () => {
  const sizes = new Set<number>();
  for (let length = 1; length <= 1_300; length += length < 38 ? 1 : length < 210 ? 8 : 40) {
    // Characters that only plain ASCII has in one codeword, so that the length decides the size.
    const text = Array.from({ length }, (_, index) => (index % 2 === 0 ? '!' : '\u0001')).join('');
    const modules = dataMatrixModules(text);
    if (sizes.has(modules.size)) continue;
    sizes.add(modules.size);
    expect(picture(modules)).toBe(picture(reference(dataCodewords(text))));
  }
  expect(sizes.size).toBe(23);
});

it('has the very modules that bwip-js draws, for random postal slips', () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
  const words = (length: number) => fc.stringMatching(new RegExp(`^[ -~]{0,${length}}$`)).map((text) => text.padEnd(length));
  const slip = fc
    .tuple(digits(18), digits(12), digits(10), digits(11), words(16), words(40), words(110))
    .map(([code, account, amount, creditor, debtor, name, subject]) =>
      ['codfase=NBPA;', '18', code, '12', account, '10', amount, '3896', '1P1', creditor, debtor, name, subject, ' '.repeat(12), 'A'].join(
        '',
      ),
    );
  fc.assert(
    fc.property(slip, (text) => {
      expect(text).toHaveLength(256);
      expect(picture(dataMatrixModules(text))).toBe(picture(reference(dataCodewords(text))));
    }),
    { numRuns: 40 },
  );
});

it('refuses what is not ASCII and what no symbol holds', () => {
  expect(() => dataMatrixModules('perché')).toThrow('ASCII');
  expect(() => dataMatrixModules('!\u0001'.repeat(700))).toThrow('at most');
});
