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
  return { size, cells: Uint8Array.from(pixs) };
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
  document.save().fillColor('#000000');
  // In units of modules, so that every coordinate is a small whole number.
  document.addContent(`${number(scale)} 0 0 ${number(scale)} ${number(x)} ${number(y)} cm`);
  document.addContent(barsOf(modules) as never);
  document.addContent('f');
  document.restore();
}

/** The longest bar: three numbers of up to three digits, and what stands between and behind them. */
const LONGEST_BAR = 17;
const BAR_END = Buffer.from('1 re\n');

/**
 * The dark modules as bars, one for each row of them, in operators of one path: filled at once, they show no seams, and they take half as many
 * bytes as their outlines. Thousands of codes are drawn a second: the bytes are written as they are.
 */
export function barsOf({ size, cells }: Modules): Uint8Array {
  // In a row at most every other module begins a bar.
  const bytes = new Uint8Array(Math.ceil(size / 2) * size * LONGEST_BAR);
  let end = 0;
  const put = (value: number): void => {
    if (value >= 100) bytes[end++] = 48 + Math.floor(value / 100);
    if (value >= 10) bytes[end++] = 48 + (Math.floor(value / 10) % 10);
    bytes[end++] = 48 + (value % 10);
    bytes[end++] = 32;
  };
  for (let row = 0; row < size; row += 1) {
    const left = row * size;
    for (let column = 0; column < size; column += 1) {
      if (cells[left + column] === 0) continue;
      const from = column;
      while (column < size && cells[left + column] === 1) column += 1;
      put(from);
      put(row);
      put(column - from);
      bytes.set(BAR_END, end);
      end += BAR_END.length;
    }
  }
  return bytes.subarray(0, end);
}
