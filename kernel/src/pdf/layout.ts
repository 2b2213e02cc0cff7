/** The page and what is drawn on it besides text. */
import type { PdfDocument } from './document.ts';

const POINTS_PER_MILLIMETRE = 72 / 25.4;

/** Points of a length in millimetres. */
export function millimetres(length: number): number {
  return length * POINTS_PER_MILLIMETRE;
}

/** Width and height of a page, in points. */
export const A4 = { width: 595.28, height: 841.89 } as const;

/** The colours of printed documents; all readable in black and white. */
export const COLOURS = {
  text: '#17324d',
  black: '#000000',
  faint: '#5a6772',
  rule: '#b5bcc4',
  shade: '#edf1f5',
  accent: '#0050b3',
  white: '#ffffff',
} as const;

/** A place on the page in points, from its upper left corner. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Fills a rectangle, with rounded corners when a radius is given. Draw it inside `decoration`. */
export function panel(document: PdfDocument, { x, y, width, height }: Rectangle, colour: string, radius = 0): void {
  if (radius > 0) document.roundedRect(x, y, width, height, radius);
  else document.rect(x, y, width, height);
  document.fill(colour);
}

export interface LineOptions {
  colour?: string;
  /** Points; half a point when absent. */
  width?: number;
  /** Points drawn and left out, in turn. */
  dash?: number;
}

/** Draws a straight line. Draw it inside `decoration`. */
export function line(
  document: PdfDocument,
  from: readonly [number, number],
  to: readonly [number, number],
  options: LineOptions = {},
): void {
  const { colour = COLOURS.rule, width = 0.5, dash } = options;
  document.save().lineWidth(width);
  if (dash !== undefined) document.dash(dash, { space: dash });
  document
    .moveTo(...from)
    .lineTo(...to)
    .stroke(colour)
    .restore();
}
