/** Draws a printed receipt: one A4 page, a second one only for what does not fit. */
import {
  A4,
  type Branch,
  COLOURS,
  decoration,
  drawTable,
  fitText,
  fittedText,
  line,
  openPdf,
  panel,
  pdfBytes,
  type PdfDocument,
  structure,
} from '@nodo-aperto/kernel/pdf';
import type { PrintedField, PrintedReceipt, PrintedSection } from '../domain/printed-receipt.ts';

const MARGIN = 48;
const WIDTH = A4.width - 2 * MARGIN;
const BOTTOM = A4.height - 110;
const LABEL_WIDTH = 190;
const VALUE = { size: 10, smallest: 8, lines: 3, font: 'semibold' } as const;
const LABEL = { size: 9.5, colour: COLOURS.faint } as const;

/**
 * @param options.printedAt epoch milliseconds
 * @returns the PDF
 */
export async function drawReceipt(receipt: PrintedReceipt, options: { readonly printedAt: number }): Promise<Uint8Array> {
  const document = openPdf({ title: receipt.title, subject: receipt.subtitle, createdAt: options.printedAt });
  const root = structure(document);
  let y = drawHead(document, root, receipt);
  for (const section of receipt.sections) y = drawSection(document, root, section, y);
  if (receipt.items.length > 1) y = drawItems(document, root, receipt, y);
  drawDisclaimer(document, root, receipt.disclaimer);
  return pdfBytes(document);
}

function drawHead(document: PdfDocument, root: Branch, { title, subtitle, amount }: PrintedReceipt): number {
  const head = root.branch('Sect');
  decoration(document, () => {
    panel(document, { x: 0, y: 0, width: A4.width, height: 8 }, COLOURS.accent);
    panel(document, { x: MARGIN, y: 128, width: WIDTH, height: 46 }, COLOURS.shade, 6);
  });
  head.leaf('P', () => fittedText(document, 'pagoPA', { x: MARGIN, y: 34, width: WIDTH, size: 22, font: 'black', colour: COLOURS.accent }));
  head.leaf('H1', () => fittedText(document, title, { x: MARGIN, y: 68, width: WIDTH, size: 22, font: 'bold' }));
  head.leaf('P', () =>
    fittedText(document, subtitle, { x: MARGIN, y: 98, width: WIDTH, size: 11, smallest: 8, font: 'regular', colour: COLOURS.faint }),
  );
  head.leaf('P', () => fittedText(document, 'Importo', { x: MARGIN + 16, y: 142, width: 140, size: 12, colour: COLOURS.faint }));
  head.leaf('P', () =>
    fittedText(document, amount, { x: MARGIN + 160, y: 135, width: WIDTH - 176, size: 24, smallest: 14, font: 'bold', align: 'right' }),
  );
  return 192;
}

function drawSection(document: PdfDocument, root: Branch, section: PrintedSection, top: number): number {
  const heights = section.fields.map((field) => heightOf(document, field));
  const height = 30 + heights.reduce((sum, each) => sum + each, 0);
  let y = top;
  if (y + height > BOTTOM) {
    document.addPage();
    y = MARGIN;
  }
  const part = root.branch('Sect', { title: section.title });
  part.leaf('H2', () =>
    fittedText(document, section.title, { x: MARGIN, y, width: WIDTH, size: 12.5, font: 'bold', colour: COLOURS.accent }),
  );
  y += 20;
  for (const [index, field] of section.fields.entries()) {
    const rowTop = y;
    const row = part.branch('P');
    decoration(document, () => line(document, [MARGIN, rowTop], [MARGIN + WIDTH, rowTop]));
    row.leaf('P', () => fittedText(document, field.label, { x: MARGIN, y: rowTop + 3.75, width: LABEL_WIDTH, lines: 2, ...LABEL }));
    row.leaf('P', () =>
      fittedText(document, field.value, { x: MARGIN + LABEL_WIDTH + 12, y: rowTop + 3.25, width: WIDTH - LABEL_WIDTH - 12, ...VALUE }),
    );
    y += heights[index] ?? 0;
  }
  return y + 10;
}

function heightOf(document: PdfDocument, { label, value }: PrintedField): number {
  const left = fitText(document, label, LABEL_WIDTH, { ...LABEL, lines: 2 }).height;
  const right = fitText(document, value, WIDTH - LABEL_WIDTH - 12, VALUE).height;
  return Math.max(left, right) + 7.5;
}

function drawItems(document: PdfDocument, root: Branch, receipt: PrintedReceipt, top: number): number {
  let y = top;
  if (y + 40 + receipt.items.length * 40 > BOTTOM) {
    document.addPage();
    y = MARGIN;
  }
  const part = root.branch('Sect', { title: 'Pagamenti' });
  part.leaf('H2', () =>
    fittedText(document, 'Pagamenti', { x: MARGIN, y, width: WIDTH, size: 12.5, font: 'bold', colour: COLOURS.accent }),
  );
  const table = drawTable(document, part, {
    x: MARGIN,
    y: y + 20,
    columns: [
      { title: 'Codice avviso', width: 112 },
      { title: 'Ente creditore', width: 110, lines: 2 },
      { title: 'Debitore', width: 90, lines: 2 },
      { title: 'Oggetto', width: WIDTH - 112 - 110 - 90 - 76, lines: 2 },
      { title: 'Importo', width: 76, align: 'right', font: 'semibold' },
    ],
    rows: receipt.items.map((item) => [item.notice, item.payee, item.debtor, item.subject, item.amount]),
    bottom: BOTTOM,
  });
  return table.y + 10;
}

function drawDisclaimer(document: PdfDocument, root: Branch, text: string): void {
  const y = A4.height - 96;
  decoration(document, () => panel(document, { x: MARGIN, y, width: WIDTH, height: 52 }, COLOURS.shade, 6));
  root.leaf('Note', () =>
    fittedText(document, text, { x: MARGIN + 14, y: y + 10, width: WIDTH - 28, size: 9, smallest: 7, lines: 3, font: 'regular' }),
  );
}
