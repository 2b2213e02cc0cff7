/** A page being drawn: the kernel's means, in millimetres. */
import {
  type Branch,
  COLOURS,
  decoration,
  fittedText,
  line,
  millimetres,
  panel,
  type PdfDocument,
  type TextStyle,
} from '@nodo-aperto/kernel/pdf';
import { PAGE, type Place, STRIP_HEIGHT } from './measures.ts';

const MILLIMETRES_PER_POINT = 25.4 / 72;

export type Text = Omit<TextStyle, 'size'> & { x: number; y: number; width: number; size?: number };

const SIZE = 9;
const LABEL_HEIGHT = 2.9;

/** Draws text as a leaf of the part. @returns the height that it took, in millimetres */
export function write(
  document: PdfDocument,
  parent: Branch,
  text: string,
  { x, y, width, size = SIZE, ...style }: Text,
  role: 'P' | 'H1' | 'H2' | 'H3' = 'P',
): number {
  if (text.trim() === '') return 0;
  let height = 0;
  const place = { x: millimetres(x), y: millimetres(y), width: millimetres(width) };
  parent.leaf(role, () => {
    height = fittedText(document, text, { ...place, size, ...style }).height;
  });
  return height * MILLIMETRES_PER_POINT;
}

/** A label in small letters and its value below, read as one. @returns the height that both took */
export function field(
  document: PdfDocument,
  parent: Branch,
  label: string,
  value: string,
  { x, y, width, size = SIZE, ...style }: Text,
): number {
  let height = LABEL_HEIGHT;
  const place = { x: millimetres(x), width: millimetres(width) };
  const draw = (): void => {
    fittedText(document, label, { ...place, y: millimetres(y), size: 6.5, colour: COLOURS.faint });
    const below = { ...place, y: millimetres(y + LABEL_HEIGHT) };
    const set = fittedText(document, value, { ...below, size, font: 'bold', smallest: 6.5, colour: COLOURS.black, ...style });
    height += set.height * MILLIMETRES_PER_POINT;
  };
  parent.leaf('P', draw);
  return height;
}

export function shade(document: PdfDocument, { x, y, width, height }: Place, colour: string = COLOURS.shade, radius = 0): void {
  const box = { x: millimetres(x), y: millimetres(y), width: millimetres(width), height: millimetres(height) };
  decoration(document, () => panel(document, box, colour, radius));
}

/** The line along which the page is cut. */
export function cutLine(document: PdfDocument, y: number): void {
  decoration(document, () =>
    line(document, [millimetres(PAGE.left), millimetres(y)], [millimetres(PAGE.right), millimetres(y)], { colour: COLOURS.faint, dash: 2 }),
  );
}

/** The strip on top of a block: what it is on the left, what it is for on the right. */
export function strip(document: PdfDocument, parent: Branch, place: Place, left: string, right: string): void {
  shade(document, { ...place, height: STRIP_HEIGHT }, COLOURS.text);
  const text = { y: place.y + 1, colour: COLOURS.white, size: 9 };
  write(document, parent, left, { ...text, x: place.x + 3, width: place.width / 2 - 6, font: 'bold' }, 'H3');
  const half = { x: place.x + place.width / 2, width: place.width / 2 - 3 };
  write(document, parent, right, { ...text, ...half, font: 'bold', align: 'right', smallest: 7 });
}
