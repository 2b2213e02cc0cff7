/**
 * Lines of text on the page, and how long they are. The same labels stand on every notice, in the same few letters: widths, encoded lines
 * and the embedded font itself are made once and used by all documents of a thread. pdfkit would make them anew for each, which was half of
 * the work of a page.
 */
import { deflateSync } from 'node:zlib';
import type { PdfDocument } from './document.ts';
import { type FontName, type ParsedFont, parsedFont } from './fonts.ts';

/** In every embedded font, in this order, so that they have the same numbers in all documents. */
const COMMON = Array.from({ length: 95 }, (_, index) => String.fromCodePoint(32 + index)).join('') + 'àèéìòùÀÈÉÌÒÙ’“”–…€ª°·';

/** What is used of a font embedded in a document of pdfkit, which has no types for it. */
interface EmbeddedFont {
  readonly id: string;
  document: PdfDocument;
  readonly subset: Subset;
  readonly widths: number[];
  readonly unicode: (readonly number[])[];
  readonly scale: number;
  ref(): unknown;
  encode(text: string): [codes: string[], positions: readonly Position[]];
  embed(): void;
}
interface Subset {
  readonly glyphs: readonly number[];
  includeGlyph(id: number): number;
  encode(): Uint8Array;
}
type Position = Readonly<Record<'xAdvance' | 'advanceWidth' | 'xOffset' | 'yOffset', number>>;
interface Glyph {
  readonly id: number;
  readonly advanceWidth: number;
  readonly codePoints: readonly number[];
}
interface Drawing {
  readonly _font: EmbeddedFont;
  readonly page: { readonly fonts: Record<string, unknown> };
}

/** What all documents have in common of a font. */
interface Common {
  readonly glyphs: readonly Glyph[];
  /** Advances of words, in thousandths of the size. */
  readonly advances: Map<string, number>;
  /** Lines of common glyphs, as the page has them. */
  readonly lines: Map<string, string>;
  /** Numbers of glyphs below this are those of the common ones, in all documents. */
  count: number;
  /** The font with the common glyphs and no others, compressed. */
  file?: Uint8Array;
}

const MOST_KEPT = 4_000;
const LONGEST_KEPT = 200;
const commons = new Map<FontName, Common>();
const prepared = new WeakSet<EmbeddedFont>();

function commonOf(name: FontName): Common {
  const known = commons.get(name);
  if (known) return known;
  const font = parsedFont(name);
  // One by one: together some letters would become one glyph.
  const glyphs = Array.from(COMMON).flatMap((character) => font.layout(character).glyphs as Glyph[]);
  const common: Common = { glyphs, advances: new Map(), lines: new Map(), count: 0 };
  commons.set(name, common);
  return common;
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  if (key.length > LONGEST_KEPT) return value;
  if (map.size >= MOST_KEPT) map.clear();
  map.set(key, value);
  return value;
}

/** Makes it the document's font, with the common glyphs in it. */
export function chooseFont(document: PdfDocument, name: FontName): void {
  document.font(name);
  const font = (document as unknown as Drawing)._font;
  if (prepared.has(font)) return;
  prepared.add(font);
  const common = commonOf(name);
  for (const glyph of common.glyphs) {
    const code = font.subset.includeGlyph(glyph.id);
    font.widths[code] = glyph.advanceWidth * font.scale;
    font.unicode[code] = glyph.codePoints;
  }
  embedOnce(font, common);
}

/** A document that has used no other glyph embeds the same file as all others. */
function embedOnce(font: EmbeddedFont, common: Common): void {
  const { subset } = font;
  const count = subset.glyphs.length;
  common.count = count;
  const encode = subset.encode.bind(subset);
  subset.encode = () => {
    if (subset.glyphs.length > count) return deflateSync(encode());
    common.file ??= deflateSync(encode());
    return common.file;
  };
  const embed = font.embed.bind(font);
  font.embed = () => {
    const { document } = font;
    let isFile = true;
    // The first object that it makes is the file, which is compressed already.
    const ref = (data?: object): unknown => {
      const made = document.ref((isFile ? { Filter: 'FlateDecode' } : data) as never);
      isFile = false;
      return made;
    };
    font.document = Object.create(document, { ref: { value: ref } }) as PdfDocument;
    embed();
    font.document = document;
  };
}

/** How long a text is, in points: words with the space behind them stand alone, as they do when they are drawn. */
export function lengthOf(name: FontName, text: string, size: number): number {
  const { advances } = commonOf(name);
  let advance = 0;
  for (let from = 0; from < text.length; ) {
    const space = text.indexOf(' ', from);
    const end = space < 0 ? text.length : space + 1;
    const word = text.slice(from, end);
    advance += advances.get(word) ?? keep(advances, word, advanceOf(parsedFont(name), word));
    from = end;
  }
  return (advance * size) / 1_000;
}

function advanceOf(font: ParsedFont, word: string): number {
  return (font.layout(word).advanceWidth * 1_000) / font.unitsPerEm;
}

const number = (value: number): number => Math.round(value * 1_000) / 1_000;

/** Draws a line in the document's font, chosen with {@link chooseFont}, its base line at y. */
export function drawLine(
  document: PdfDocument,
  name: FontName,
  text: string,
  { x, y, size }: { x: number; y: number; size: number },
): void {
  if (text === '') return;
  const { _font: font, page } = document as unknown as Drawing;
  const { lines, count } = commonOf(name);
  let shown = lines.get(text);
  if (shown === undefined) {
    const [codes, positions] = font.encode(text);
    // Glyphs that are moved, as accents that stand alone are, are left to the library.
    if (positions.some(({ xOffset, yOffset }) => xOffset !== 0 || yOffset !== 0)) {
      document.fontSize(size).text(text, x, y, { lineBreak: false, baseline: 'alphabetic' });
      return;
    }
    shown = shownText(codes, positions);
    if (codes.every((code) => Number.parseInt(code, 16) < count)) keep(lines, text, shown);
  }
  page.fonts[font.id] ??= font.ref();
  // The page is upside down to the library, text is not.
  document.addContent(`BT /${font.id} ${number(size)} Tf 1 0 0 -1 ${number(x)} ${number(y)} Tm ${shown} ET`);
}

/** Glyphs with what they are moved towards one another (kerning), as the operator that shows them. */
function shownText(codes: readonly string[], positions: readonly Position[]): string {
  let shown = '[<';
  for (const [index, code] of codes.entries()) {
    shown += code;
    const { xAdvance = 0, advanceWidth = 0 } = positions[index] ?? {};
    if (xAdvance !== advanceWidth) shown += `> ${number(advanceWidth - xAdvance)} <`;
  }
  return `${shown}>] TJ`;
}
