/** QR codes and Data Matrices as outlines: sharp at every size, and one path each. */
import { InvariantError } from '../faults/index.ts';
import { dataMatrixModules } from './data-matrix.ts';
import type { PdfDocument } from './document.ts';
import { bwip } from './libraries.ts';
import type { Modules } from './modules.ts';
import { isQuick, quickQrCode } from './qr-code.ts';

/** Where a symbol is drawn: its upper left corner and the length of its side in points. The quiet zone around it is the caller's. */
export interface SymbolPlace {
  x: number;
  y: number;
  size: number;
}

export interface QrCodeOptions {
  /** Part of the symbol that may be unreadable: L 7 %, M 15 %, Q 25 %, H 30 %; M when absent. */
  correction?: 'L' | 'M' | 'Q' | 'H';
  /** Size of the symbol, 1 to 40; the smallest that holds the text when absent. */
  version?: number;
  /**
   * The pattern laid over the modules, 1 to 8; the best of all when absent. Finding it takes most of the time that a code takes: who makes
   * thousands of them names one. Every reader reads each.
   */
  mask?: number;
}

/** The modules of a QR code. Source: ISO/IEC 18004. @throws InvariantError when the text does not fit */
export function qrCodeModules(text: string, { correction = 'M', version, mask }: QrCodeOptions = {}): Modules {
  if (correction === 'M' && version !== undefined && mask !== undefined && isQuick(text, version)) return quickQrCode(text, version, mask);
  const chosen = { ...(version !== undefined && { version: String(version) }), ...(mask !== undefined && { mask }) };
  return encoded({ bcid: 'qrcode', text, eclevel: correction, ...chosen });
}

function encoded(options: Record<string, string | number>): Modules {
  const [symbol] = bwip().raw(options as never) as { pixs: ArrayLike<number>; pixx: number; pixy: number }[];
  if (!symbol || symbol.pixx !== symbol.pixy) throw new InvariantError('A code could not be made of the text.');
  const { pixs, pixx: size } = symbol;
  return { size, dark: (row, column) => row >= 0 && column >= 0 && row < size && column < size && pixs[row * size + column] === 1 };
}

/** Draws a QR code in black. Draw it as a Figure with a text in its place. */
export function drawQrCode(document: PdfDocument, text: string, { x, y, size, ...options }: SymbolPlace & QrCodeOptions): void {
  drawModules(document, qrCodeModules(text, options), { x, y, size });
}

/** Draws a Data Matrix in black. Draw it as a Figure with a text in its place. */
export function drawDataMatrix(document: PdfDocument, text: string, place: SymbolPlace): void {
  drawModules(document, dataMatrixModules(text), place);
}

function drawModules(document: PdfDocument, modules: Modules, { x, y, size }: SymbolPlace): void {
  const scale = size / modules.size;
  const number = (value: number) => Number(value.toFixed(4));
  // In units of modules, so that every coordinate is a small whole number.
  const path = outlineOf(modules).map(lineOf).join('\n');
  document.save().fillColor('#000000');
  document.addContent(`${number(scale)} 0 0 ${number(scale)} ${number(x)} ${number(y)} cm\n${path}\nf*`);
  document.restore();
}

function lineOf(points: readonly Point[]): string {
  let line = '';
  for (const [column, row] of points) line += `${column} ${row} ${line === '' ? 'm' : 'l'} `;
  return `${line}h`;
}

type Point = readonly [column: number, row: number];

/**
 * The borders between dark and light as closed lines, corners only. Filled by the even-odd rule they are the dark modules, without the seams that
 * viewers show between single squares. Thousands are drawn a second: corners are numbers in flat arrays.
 */
export function outlineOf({ size, dark }: Modules): Point[][] {
  const stride = size + 1;
  const { first, second } = edgesOf(size, dark);
  const outlines: Point[][] = [];
  for (let start = 0; start < stride * stride; start += 1) {
    while (first[start] !== NOWHERE) outlines.push(walk(first, second, start, stride));
  }
  return outlines;
}

const NOWHERE = -1;

/** Where the edges lead that leave each corner: at most two, and the first is there whenever the second is. Dark is on their right. */
function edgesOf(size: number, dark: Modules['dark']): { first: Int32Array; second: Int32Array } {
  const stride = size + 1;
  const wide = size + 2;
  // With a light border all around, so that every module has its four neighbours.
  const cells = new Uint8Array(wide * wide);
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) if (dark(row, column)) cells[(row + 1) * wide + column + 1] = 1;
  const first = new Int32Array(stride * stride).fill(NOWHERE);
  const second = new Int32Array(stride * stride).fill(NOWHERE);
  const edge = (from: number, to: number): void => {
    if (first[from] === NOWHERE) first[from] = to;
    else second[from] = to;
  };
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const cell = (row + 1) * wide + column + 1;
      if (cells[cell] === 0) continue;
      const corner = row * stride + column;
      const below = corner + stride;
      if (cells[cell - wide] === 0) edge(corner, corner + 1);
      if (cells[cell + 1] === 0) edge(corner + 1, below + 1);
      if (cells[cell + wide] === 0) edge(below + 1, below);
      if (cells[cell - 1] === 0) edge(below, corner);
    }
  }
  return { first, second };
}

/** Follows the edges from a corner until they come back to it, using them up. */
function walk(first: Int32Array, second: Int32Array, start: number, stride: number): Point[] {
  const corners: Point[] = [];
  let from = start;
  let before = 0;
  do {
    const to = first[from] ?? NOWHERE;
    if (to === NOWHERE) throw new InvariantError('The border of a code is not closed.');
    first[from] = second[from] ?? NOWHERE;
    second[from] = NOWHERE;
    // Only turns are corners.
    if (to - from !== before) corners.push([from % stride, Math.floor(from / stride)]);
    before = to - from;
    from = to;
  } while (from !== start);
  return corners;
}
