/** Text that stays in its place: wrapped, set smaller, at last cut. */
import type { PdfDocument } from './document.ts';
import { type FontName, parsedFont } from './fonts.ts';
import { COLOURS } from './layout.ts';
import { chooseFont, drawLine, lengthOf } from './set-text.ts';

export interface TextStyle {
  font?: FontName;
  /** Points. */
  size: number;
  colour?: string;
  align?: 'left' | 'right' | 'center';
  /** Most lines; 1 when absent. */
  lines?: number;
  /** The smallest size to which text is brought that does not fit; its own when absent. */
  smallest?: number;
  /** Points from one line to the next for each point of size; 1.2 when absent. */
  leading?: number;
  /** Points added between characters. */
  spacing?: number;
}

export interface FittedText {
  size: number;
  lines: readonly string[];
  /** Points from the top of the first line to the bottom of the last. */
  height: number;
  /** Whether something was left out. */
  cut: boolean;
}

const STEP = 0.5;
const LEADING = 1.2;
/** The base line below the top of a line, for each point of size: capitals and accents of Titillium Web stay inside. */
const BASELINE = 0.93;
const ELLIPSIS = '…';
const UNKNOWN = '?';

/**
 * The text as the font can show it: a character that it does not have becomes the letter under its accent, or a question mark. Control
 * characters become spaces.
 */
export function printable(text: string, font: FontName = 'regular'): string {
  // Most texts are of these characters, which every weight has.
  if (/^[!-~àèéìòù]+(?: [!-~àèéìòù]+)*$/.test(text)) return text;
  const source = parsedFont(font);
  const known = (codePoint: number): boolean => source.hasGlyphForCodePoint(codePoint);
  const clean = text.normalize('NFC').replaceAll(/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu, ' ');
  let shown = '';
  for (const character of clean) {
    if (known(character.codePointAt(0) ?? 0)) shown += character;
    else if (/^\p{M}|\p{Cf}$/u.test(character)) continue;
    else shown += plainLetters(character, known) || UNKNOWN;
  }
  return shown;
}

function plainLetters(character: string, known: (codePoint: number) => boolean): string {
  return Array.from(character.normalize('NFKD'))
    .filter((part) => !/\p{M}/u.test(part) && known(part.codePointAt(0) ?? 0))
    .join('');
}

/** Finds the size and the lines with which the text fits the width, and leaves the font and size of the document so. */
export function fitText(document: PdfDocument, text: string, width: number, style: TextStyle): FittedText {
  const { font = 'regular', size: largest, lines: most = 1, smallest = largest, leading = LEADING, spacing = 0 } = style;
  const shown = printable(text, font).trim();
  chooseFont(document, font);
  for (let size = largest; ; size = Math.max(size - STEP, smallest)) {
    document.fontSize(size);
    const measure = { font, size, width, spacing };
    const lines = wrapped(shown, measure);
    if (lines.length <= most) return { size, lines, height: lines.length * size * leading, cut: false };
    if (size > smallest) continue;
    const kept = [...lines.slice(0, most - 1), shortened(lines.slice(most - 1).join(' '), measure)];
    return { size, lines: kept, height: kept.length * size * leading, cut: true };
  }
}

/**
 * Draws the text with the top of its first line at y. Draw it as a leaf.
 * @returns how it was set
 */
export function fittedText(
  document: PdfDocument,
  text: string,
  { x, y, width, ...style }: TextStyle & { x: number; y: number; width: number },
): FittedText {
  const fitted = fitText(document, text, width, style);
  const { font = 'regular', leading = LEADING, align = 'left', spacing = 0, colour = COLOURS.text } = style;
  const { size } = fitted;
  document.fillColor(colour);
  for (const [index, each] of fitted.lines.entries()) {
    const free = align === 'left' ? 0 : width - widthOf(each, { font, size, spacing });
    const left = x + (align === 'center' ? free / 2 : free);
    const baseline = y + size * (index * leading + BASELINE + (leading - LEADING) / 2);
    if (spacing === 0) drawLine(document, font, each, { x: left, y: baseline, size });
    else document.text(each, left, baseline, { lineBreak: false, baseline: 'alphabetic', characterSpacing: spacing });
  }
  return fitted;
}

function widthOf(text: string, { font, size, spacing }: Omit<Measure, 'width'>): number {
  return lengthOf(font, text, size) + spacing * Math.max(text.length - 1, 0);
}

interface Measure {
  font: FontName;
  size: number;
  width: number;
  spacing: number;
}

/** Lines of whole words; a word wider than a line is broken. */
function wrapped(text: string, measure: Measure): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (widthOf(longer, measure) <= measure.width) {
      current = longer;
      continue;
    }
    if (current !== '') lines.push(current);
    current = word;
    while (widthOf(current, measure) > measure.width) {
      const head = longestHead(current, measure);
      lines.push(head);
      current = current.slice(head.length);
    }
  }
  if (current !== '') lines.push(current);
  return lines;
}

/** At least one character of the text, as many as fit. */
function longestHead(text: string, measure: Measure): string {
  const characters = Array.from(text);
  let [least, most] = [1, characters.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (widthOf(characters.slice(0, middle).join(''), measure) <= measure.width) least = middle;
    else most = middle - 1;
  }
  return characters.slice(0, least).join('');
}

function shortened(text: string, measure: Measure): string {
  const room = measure.width - widthOf(ELLIPSIS, measure) - measure.spacing;
  return longestHead(text, { ...measure, width: room }).trimEnd() + ELLIPSIS;
}
