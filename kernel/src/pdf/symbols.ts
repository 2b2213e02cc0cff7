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
  const path = outlineOf(modules)
    .map((points) => `${points.map(([column, row], index) => `${column} ${row} ${index === 0 ? 'm' : 'l'}`).join(' ')} h`)
    .join('\n');
  document.save().fillColor('#000000');
  document.addContent(`${number(scale)} 0 0 ${number(scale)} ${number(x)} ${number(y)} cm\n${path}\nf*`);
  document.restore();
}

type Point = readonly [column: number, row: number];

/**
 * The borders between dark and light as closed lines, corners only. Filled by the even-odd rule they are the dark modules, without the seams that
 * viewers show between single squares.
 */
export function outlineOf({ size, dark }: Modules): Point[][] {
  const stride = size + 1;
  const at = (row: number, column: number) => row * stride + column;
  // Each edge runs with the dark module on its right: from each corner, where it leads.
  const next = new Map<number, number[]>();
  const edge = (from: number, to: number) => next.set(from, [...(next.get(from) ?? []), to]);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (!dark(row, column)) continue;
      if (!dark(row - 1, column)) edge(at(row, column), at(row, column + 1));
      if (!dark(row, column + 1)) edge(at(row, column + 1), at(row + 1, column + 1));
      if (!dark(row + 1, column)) edge(at(row + 1, column + 1), at(row + 1, column));
      if (!dark(row, column - 1)) edge(at(row + 1, column), at(row, column));
    }
  }
  const outlines: Point[][] = [];
  for (const [start, targets] of next) {
    while (targets.length > 0) outlines.push(walk(next, start, stride));
  }
  return outlines;
}

/** Follows the edges from a corner until they come back to it, using them up. */
function walk(next: Map<number, number[]>, start: number, stride: number): Point[] {
  const corners: Point[] = [];
  let from = start;
  let before = 0;
  do {
    const to = next.get(from)?.pop();
    if (to === undefined) throw new InvariantError('The border of a code is not closed.');
    // Only turns are corners.
    if (to - from !== before) corners.push([from % stride, Math.floor(from / stride)]);
    before = to - from;
    from = to;
  } while (from !== start);
  return corners;
}
