/** Titillium Web, the typeface of Italy's public services, in the weights that documents use. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pdfkit } from './libraries.ts';

const FILES = {
  light: '300Light/TitilliumWeb_300Light.ttf',
  regular: '400Regular/TitilliumWeb_400Regular.ttf',
  italic: '400Regular_Italic/TitilliumWeb_400Regular_Italic.ttf',
  semibold: '600SemiBold/TitilliumWeb_600SemiBold.ttf',
  bold: '700Bold/TitilliumWeb_700Bold.ttf',
  black: '900Black/TitilliumWeb_900Black.ttf',
} as const;

/** The weights, by the names under which a document knows them. */
export type FontName = keyof typeof FILES;
export const FONT_NAMES = Object.keys(FILES) as readonly FontName[];

/** A parsed font. Reading one takes longer than setting a page in it, so all documents of a thread share them. */
export interface ParsedFont {
  readonly unitsPerEm: number;
  hasGlyphForCodePoint(codePoint: number): boolean;
  layout(text: string, features?: unknown): Run;
}

/** Glyphs of a word and where they stand. The caller changes the positions, and nothing else. */
interface Run {
  readonly glyphs: readonly unknown[];
  readonly positions: readonly object[];
  readonly advanceWidth: number;
}

/** Most words kept of a font, and the longest of them: labels come back on every page, names seldom. */
const MOST_WORDS = 4_000;
const LONGEST_WORD = 24;

const parsed = new Map<FontName, ParsedFont>();
const require = createRequire(import.meta.url);

/** @returns what pdfkit takes as the source of a font, parsed the first time that it is asked for */
export function parsedFont(name: FontName): ParsedFont {
  const known = parsed.get(name);
  if (known) return known;
  const bytes = readFileSync(require.resolve(`@expo-google-fonts/titillium-web/${FILES[name]}`));
  // A document parses what it is given as bytes, and takes a parsed font as it is: the first one parses for all that follow.
  const scratch = new (pdfkit())({ autoFirstPage: false, font: '' });
  scratch.font(bytes as never);
  const font = remembering((scratch as unknown as { _font: { font: ParsedFont } })._font.font);
  parsed.set(name, font);
  return font;
}

/** The font, with the words that it has set once kept for all documents: setting them is half of the work of a page. */
function remembering(font: ParsedFont): ParsedFont {
  const words = new Map<string, Run>();
  const layout = (text: string, features?: unknown): Run => {
    if (features !== undefined || text.length > LONGEST_WORD) return font.layout(text, features);
    let run = words.get(text);
    if (!run) {
      const { glyphs, positions, advanceWidth } = font.layout(text);
      run = { glyphs, positions, advanceWidth };
      if (words.size >= MOST_WORDS) words.clear();
      words.set(text, run);
    }
    return { ...run, positions: run.positions.map((position) => ({ ...position })) };
  };
  return Object.assign(Object.create(font) as ParsedFont, { layout });
}
