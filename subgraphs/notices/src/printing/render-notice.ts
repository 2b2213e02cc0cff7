/** Draws a notice: one document, from data that passed every check. */
import { openPdf, pdfBytes, structure } from '@nodo-aperto/kernel/pdf';
import type { NoticeToPrint } from '../domain/printing/notice-to-print.ts';
import { partPages } from '../domain/printing/part-pages.ts';
import { drawHowMuch, drawWhere } from './draw-amounts.ts';
import { drawBlock } from './draw-block.ts';
import { drawHeader, drawParties } from './draw-parties.ts';
import { firstPage, partBlocks, wholeBlock } from './measures.ts';
import { partTitle } from './part-title.ts';

export interface RenderOptions {
  /** Epoch milliseconds, from the clock. */
  createdAt: number;
  /** A picture that `logoIssue` has nothing against. */
  logo?: Uint8Array | undefined;
}

/**
 * The modules stand in the order of the official layout: header, parties, how much and where, the whole amount, then the parts, two or three
 * to a page. Source: Domain facts, Reporting and receipts §4.3.
 * @returns a PDF/A-2a file
 */
export async function renderNotice(notice: NoticeToPrint, { createdAt, logo }: RenderOptions): Promise<Uint8Array> {
  const { postal, whole, parts } = notice;
  const document = openPdf({ title: `Avviso di pagamento: ${notice.subject}`, subject: notice.creditor.name, createdAt });
  const root = structure(document);
  const places = firstPage(whole !== undefined, postal);
  drawHeader(document, root, notice, logo, true);
  drawParties(document, root, notice, places.parties);
  drawHowMuch(document, root, notice, places.howMuch);
  drawWhere(document, root, notice, places.where);
  if (whole) drawBlock(document, root, { notice, part: whole, title: 'RATA UNICA' }, wholeBlock(postal));
  let drawn = 0;
  for (const count of parts.length > 0 ? partPages(parts.length) : []) {
    document.addPage();
    drawHeader(document, root, notice, logo, false);
    for (const [index, place] of partBlocks(count, postal).entries()) {
      const part = parts[drawn + index];
      if (part) drawBlock(document, root, { notice, part, title: partTitle(notice, drawn + index) }, place);
    }
    drawn += count;
  }
  return pdfBytes(document);
}
