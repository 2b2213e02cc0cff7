/** QR codes of texts in bytes, correction M, up to 41 modules: the codes of notices and receipts. Source: ISO/IEC 18004. */
import { InvariantError } from '../faults/index.ts';
import type { Modules } from './modules.ts';
import { reedSolomon } from './reed-solomon.ts';

/** By version, from 1: codewords for data in each block, blocks, and codewords that correct each. */
const VERSIONS = [
  [16, 1, 10],
  [28, 1, 16],
  [44, 1, 26],
  [32, 2, 18],
  [43, 2, 24],
  [27, 4, 16],
] as const;

/** Bits that say how the text is encoded, and how long it is. */
const HEADER_BITS = 12;
const BYTE_MODE = 0b0100;
const PADDING = [0xec, 0x11] as const;

/** Whether {@link quickQrCode} can make the code. */
export function isQuick(text: string, version: number): boolean {
  const capacity = VERSIONS[version - 1];
  return capacity !== undefined && Buffer.byteLength(text) * 8 + HEADER_BITS <= capacity[0] * capacity[1] * 8;
}

/**
 * The modules of a code whose size and pattern are given. Ours and not a library's: one that looks for the shortest of all encodations took
 * a fifth of the time of a printed notice.
 * @param version 1 to 6
 * @param mask the pattern laid over the modules, 1 to 8
 * @throws InvariantError when the text does not fit
 */
export function quickQrCode(text: string, version: number, mask: number): Modules {
  if (!isQuick(text, version)) throw new InvariantError(`The text does not fit into a QR code of version ${version}.`);
  const { size, frame, places } = layoutOf(version);
  const modules = frame.slice();
  const isFlipped = PATTERNS[mask - 1];
  if (!isFlipped) throw new InvariantError(`A QR code has a pattern from 1 to 8, not ${mask}.`);
  const codewords = interleaved(dataCodewords(text, version), version);
  for (const [index, place] of places.entries()) {
    const bit = ((codewords[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
    modules[place] = isFlipped(Math.floor(place / size), place % size) ? bit ^ 1 : bit;
  }
  writeFormat(modules, size, mask - 1);
  return { size, cells: modules };
}

function dataCodewords(text: string, version: number): Uint8Array {
  const [data, blocks] = VERSIONS[version - 1] ?? [0, 0];
  const bytes = Buffer.from(text);
  const codewords = new Uint8Array(data * blocks);
  // Mode and length take a codeword and a half, so that each byte of the text lies across two; the last half is the end mark.
  codewords[0] = (BYTE_MODE << 4) | (bytes.length >> 4);
  for (let index = 0; index <= bytes.length; index += 1) {
    const before = index === 0 ? bytes.length : (bytes[index - 1] ?? 0);
    codewords[index + 1] = ((before & 15) << 4) | ((bytes[index] ?? 0) >> 4);
  }
  for (let index = bytes.length + 2, filler = 0; index < codewords.length; index += 1, filler ^= 1) codewords[index] = PADDING[filler] ?? 0;
  return codewords;
}

// The field's polynomial is x⁸+x⁴+x³+x²+1.
const correctionOf = reedSolomon(0x11d, 0);

/** One codeword of each block in turn: first those of the data, then those that correct. */
function interleaved(data: Uint8Array, version: number): Uint8Array {
  const [length, blocks, correction] = VERSIONS[version - 1] ?? [0, 0, 0];
  const all = new Uint8Array((length + correction) * blocks);
  for (let block = 0; block < blocks; block += 1) {
    const own = data.subarray(block * length, (block + 1) * length);
    for (const [place, codeword] of own.entries()) all[place * blocks + block] = codeword;
    for (const [place, codeword] of correctionOf(own, correction).entries()) all[(length + place) * blocks + block] = codeword;
  }
  return all;
}

type Pattern = (row: number, column: number) => boolean;
const PATTERNS: readonly Pattern[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_row, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

/** What all codes of a version have in common: the fixed modules, and where the others stand, in the order in which they are filled. */
interface Layout {
  readonly size: number;
  readonly frame: Uint8Array;
  readonly places: Uint16Array;
}

const layouts = new Map<number, Layout>();

function layoutOf(version: number): Layout {
  const known = layouts.get(version);
  if (known) return known;
  const size = 17 + 4 * version;
  const frame = new Uint8Array(size * size);
  const fixed = new Uint8Array(size * size);
  const put = (row: number, column: number, dark: boolean): void => {
    if (row < 0 || column < 0 || row >= size || column >= size) return;
    frame[row * size + column] = dark ? 1 : 0;
    fixed[row * size + column] = 1;
  };
  /** Nested squares around a centre, as far as the radius, dark where the distance is among the given. */
  const squares = (row: number, column: number, radius: number, dark: readonly number[]): void => {
    for (let down = -radius; down <= radius; down += 1)
      for (let right = -radius; right <= radius; right += 1)
        put(row + down, column + right, dark.includes(Math.max(Math.abs(down), Math.abs(right))));
  };
  for (let place = 0; place < size; place += 1) {
    put(6, place, place % 2 === 0);
    put(place, 6, place % 2 === 0);
  }
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const)
    squares(row, column, 4, [0, 1, 3]);
  if (version > 1) squares(size - 7, size - 7, 2, [0, 2]);
  for (let bit = 0; bit < 15; bit += 1) for (const [row, column] of formatPlaces(bit, size)) put(row, column, false);
  put(size - 8, 8, true);
  const layout = { size, frame, places: freePlaces(fixed, size) };
  layouts.set(version, layout);
  return layout;
}

/** From the right, two columns at a time, upwards and downwards in turn; the sixth column is not counted. */
function freePlaces(fixed: Uint8Array, size: number): Uint16Array {
  const places: number[] = [];
  let upwards = true;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2, upwards = !upwards)
    for (let step = 0; step < size; step += 1)
      for (const column of [right, right - 1]) {
        const place = (upwards ? size - 1 - step : step) * size + column;
        if (fixed[place] === 0) places.push(place);
      }
  return Uint16Array.from(places);
}

/** Where the bit of the format stands, twice; the lowest is 0. */
function formatPlaces(bit: number, size: number): readonly (readonly [row: number, column: number])[] {
  const around = bit < 6 ? [bit, 8] : bit < 8 ? [bit + 1, 8] : bit === 8 ? [8, 7] : [8, 14 - bit];
  const along = bit < 8 ? [8, size - 1 - bit] : [size - 15 + bit, 8];
  return [around, along] as [number, number][];
}

/** The correction (M is 00) and the pattern, with ten bits that correct them. */
function writeFormat(modules: Uint8Array, size: number, pattern: number): void {
  let remainder = pattern;
  for (let bit = 0; bit < 10; bit += 1) remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537);
  const format = ((pattern << 10) | remainder) ^ 0x5412;
  for (let bit = 0; bit < 15; bit += 1)
    for (const [row, column] of formatPlaces(bit, size)) modules[row * size + column] = (format >> bit) & 1;
}
