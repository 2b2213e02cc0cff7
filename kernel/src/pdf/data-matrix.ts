/** Data Matrix symbols, ECC 200: from data codewords to modules. Source: ISO/IEC 16022. */
import { InvariantError } from '../faults/index.ts';
import { dataCodewords } from './data-matrix-codewords.ts';
import { mappingOf } from './data-matrix-placement.ts';
import type { Modules } from './modules.ts';
import { reedSolomon } from './reed-solomon.ts';

interface SymbolSize {
  /** Modules of a side. */
  readonly size: number;
  /** Regions along a side, each with a border of its own. */
  readonly regions: number;
  readonly data: number;
  readonly correction: number;
  /** Blocks that the codewords are dealt to, each with its own correction. */
  readonly blocks: number;
}

const SIZES: readonly SymbolSize[] = (
  [
    [10, 1, 3, 5, 1],
    [12, 1, 5, 7, 1],
    [14, 1, 8, 10, 1],
    [16, 1, 12, 12, 1],
    [18, 1, 18, 14, 1],
    [20, 1, 22, 18, 1],
    [22, 1, 30, 20, 1],
    [24, 1, 36, 24, 1],
    [26, 1, 44, 28, 1],
    [32, 2, 62, 36, 1],
    [36, 2, 86, 42, 1],
    [40, 2, 114, 48, 1],
    [44, 2, 144, 56, 1],
    [48, 2, 174, 68, 1],
    [52, 2, 204, 84, 2],
    [64, 4, 280, 112, 2],
    [72, 4, 368, 144, 4],
    [80, 4, 456, 192, 4],
    [88, 4, 576, 224, 4],
    [96, 4, 696, 272, 4],
    [104, 4, 816, 336, 6],
    [120, 6, 1050, 408, 6],
    [132, 6, 1304, 496, 8],
  ] as const
).map(([size, regions, data, correction, blocks]) => ({ size, regions, data, correction, blocks }));

const PAD = 129;

/**
 * The modules of the smallest square symbol that holds the text. Ours and not a library's: one that looks for the encodation step by step
 * takes ten times as long, which was most of the time of a printed postal slip.
 * @param text ASCII
 * @throws InvariantError when the text is not ASCII or does not fit
 */
export function dataMatrixModules(text: string): Modules {
  const codewords = dataCodewords(text);
  const symbol = SIZES.find(({ data }) => data >= codewords.length);
  if (!symbol) throw new InvariantError(`A Data Matrix holds at most ${SIZES.at(-1)?.data} codewords; the text takes ${codewords.length}.`);
  return modulesOf(symbol, corrected(padded(codewords, symbol.data), symbol));
}

/** What is left of the symbol is filled; all but the first filler are scattered by their place. */
function padded(codewords: readonly number[], length: number): number[] {
  const filled = [...codewords];
  if (filled.length < length) filled.push(PAD);
  while (filled.length < length) {
    const scattered = PAD + ((149 * (filled.length + 1)) % 253) + 1;
    filled.push(scattered > 254 ? scattered - 254 : scattered);
  }
  return filled;
}

// The field's polynomial is x⁸+x⁵+x³+x²+1.
const correctionOf = reedSolomon(0x12d, 1);

/** The codewords with those that correct them behind them; blocks are dealt in turn. */
function corrected(data: readonly number[], { correction, blocks }: SymbolSize): Uint8Array {
  const all = new Uint8Array(data.length + correction);
  all.set(data);
  for (let block = 0; block < blocks; block += 1) {
    const own = data.filter((_codeword, place) => place % blocks === block);
    for (const [place, codeword] of correctionOf(own, correction / blocks).entries()) all[data.length + place * blocks + block] = codeword;
  }
  return all;
}

/** Every region has a solid border on its left and below, and one of every other module above and on its right. */
function modulesOf({ size, regions }: SymbolSize, codewords: Uint8Array): Modules {
  const side = size / regions;
  const mapping = mappingOf(size - 2 * regions);
  const modules = new Uint8Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const [inRow, inColumn] = [row % side, column % side];
      let dark: boolean;
      if (inColumn === 0 || inRow === side - 1) dark = true;
      else if (inRow === 0) dark = inColumn % 2 === 0;
      else if (inColumn === side - 1) dark = inRow % 2 === 1;
      else {
        const [mappedRow, mappedColumn] = [row - 2 * Math.floor(row / side) - 1, column - 2 * Math.floor(column / side) - 1];
        const bit = mapping[mappedRow * (size - 2 * regions) + mappedColumn] ?? 0;
        dark = bit < 0 ? bit === -1 : ((codewords[bit >> 3] ?? 0) & (128 >> (bit & 7))) !== 0;
      }
      modules[row * size + column] = dark ? 1 : 0;
    }
  }
  return { size, cells: modules };
}
