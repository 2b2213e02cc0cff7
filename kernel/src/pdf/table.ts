/** Tables with a header, tagged as such. Pages are the caller's: it asks where the table ended. */
import type { PdfDocument } from './document.ts';
import { COLOURS, line } from './layout.ts';
import { type Branch, decoration } from './structure.ts';
import { fitText, fittedText, type TextStyle } from './text.ts';

export interface Column {
  title: string;
  /** Points. */
  width: number;
  align?: TextStyle['align'];
  /** Most lines of a cell; 1 when absent. */
  lines?: number;
  font?: TextStyle['font'];
}

export interface TableOptions {
  x: number;
  y: number;
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
  /** Points; 9 when absent. */
  size?: number;
  /** Where the page ends: no row is drawn that would go below. */
  bottom: number;
}

const PADDING = 3;

/**
 * Draws as many rows as fit.
 * @returns where the table ends, and how many rows were drawn: go on with the others on the next page
 */
export function drawTable(document: PdfDocument, parent: Branch, options: TableOptions): { y: number; drawn: number } {
  const { x, columns, rows, size = 9, bottom } = options;
  const table = parent.branch('Table');
  let { y } = options;
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const drawRow = (cells: readonly string[], header: boolean): boolean => {
    const styles = columns.map(
      (column): TextStyle => ({
        size,
        smallest: size - 2,
        lines: header ? 2 : (column.lines ?? 1),
        font: header ? 'semibold' : (column.font ?? 'regular'),
        colour: header ? COLOURS.faint : COLOURS.text,
        ...(column.align && { align: column.align }),
      }),
    );
    const heights = columns.map(
      (column, index) => fitText(document, cells[index] ?? '', column.width - 2 * PADDING, styles[index]!).height,
    );
    const height = Math.max(...heights, size) + 2 * PADDING;
    if (y + height > bottom) return false;
    const row = table.branch('TR');
    let left = x;
    for (const [index, column] of columns.entries()) {
      const place = { x: left + PADDING, y: y + PADDING, width: column.width - 2 * PADDING };
      row.leaf(header ? 'TH' : 'TD', () => fittedText(document, cells[index] ?? '', { ...place, ...styles[index]! }));
      left += column.width;
    }
    y += height;
    decoration(document, () => line(document, [x, y], [x + width, y]));
    return true;
  };
  let drawn = 0;
  if (
    drawRow(
      columns.map(({ title }) => title),
      true,
    )
  )
    while (drawn < rows.length && drawRow(rows[drawn] ?? [], false)) drawn += 1;
  return { y, drawn };
}
