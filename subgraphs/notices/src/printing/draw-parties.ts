/** The header of every page, and who sends the notice to whom. */
import { type Branch, COLOURS, decoration, millimetres, type PdfDocument } from '@nodo-aperto/kernel/pdf';
import type { NoticeToPrint } from '../domain/printing/notice-to-print.ts';
import { HEADER, PAGE, type Place } from './measures.ts';
import { shade, write } from './sheet.ts';

const TITLE_LEFT = 44;

/** The mark of the circuit, what the notice is about, the creditor's logo. Read once: on later pages it is decoration. */
export function drawHeader(
  document: PdfDocument,
  parent: Branch,
  notice: NoticeToPrint,
  logo: Uint8Array | undefined,
  first: boolean,
): void {
  const { top, logo: logoBox } = HEADER;
  const width = PAGE.right - logoBox.width - 4 - TITLE_LEFT;
  const target = first ? parent.branch('Sect', { title: 'Intestazione' }) : silent(document);
  write(document, target, 'pagoPA', { x: PAGE.left, y: top + 1, width: 30, size: 22, font: 'bold', colour: COLOURS.accent });
  write(document, target, 'AVVISO DI PAGAMENTO', { x: TITLE_LEFT, y: top, width, size: 10, font: 'bold', colour: COLOURS.accent }, 'H1');
  write(
    document,
    target,
    notice.subject,
    { x: TITLE_LEFT, y: top + 4.6, width, size: 15, smallest: 9, lines: 2, leading: 1.1, font: 'bold' },
    'H2',
  );
  if (logo) {
    const box = { x: PAGE.right - logoBox.width, y: top };
    const fit: [number, number] = [millimetres(logoBox.width), millimetres(logoBox.height)];
    const draw = () =>
      void document.image(Buffer.from(logo), millimetres(box.x), millimetres(box.y), { fit, align: 'right', valign: 'center' });
    target.leaf('Figure', draw, { alt: `Logo: ${notice.creditor.name}` });
  }
}

/** A part of the tree that is not there: what is drawn in it is decoration. */
function silent(document: PdfDocument): Branch {
  return { branch: () => silent(document), leaf: (_role, draw) => decoration(document, draw) };
}

/** Creditor and debtor, side by side. */
export function drawParties(document: PdfDocument, parent: Branch, notice: NoticeToPrint, place: Place): void {
  const { creditor, debtor } = notice;
  const width = (place.width - 4) / 2;
  const channels = [creditor.info, creditor.website, creditor.app].filter((text) => text !== undefined && text !== '').join(' · ');
  drawParty(document, parent, { ...place, width }, { title: 'ENTE CREDITORE', ...creditor, lines: [creditor.office ?? '', channels] });
  const street = [debtor.address, debtor.buildingNumber].filter(Boolean).join(', ');
  const city = [debtor.postalCode, debtor.city, debtor.province && `(${debtor.province})`].filter(Boolean).join(' ');
  const to = { title: 'DESTINATARIO AVVISO', name: debtor.fullName, fiscalCode: debtor.taxCode, lines: [street, city] };
  drawParty(document, parent, { ...place, x: place.x + width + 4, width }, to);
}

interface Party {
  title: string;
  name: string;
  fiscalCode?: string | undefined;
  lines: readonly string[];
}

function drawParty(document: PdfDocument, parent: Branch, place: Place, { title, name, fiscalCode, lines }: Party): void {
  shade(document, place, COLOURS.shade, 4);
  const section = parent.branch('Sect', { title });
  const inner = { x: place.x + 4, width: place.width - 8 };
  write(
    document,
    section,
    title,
    { ...inner, y: place.y + 3, width: inner.width / 2, size: 8, font: 'bold', colour: COLOURS.accent },
    'H2',
  );
  const code = fiscalCode ? `Cod. Fiscale ${fiscalCode.toUpperCase()}` : '';
  write(document, section, code, { x: inner.x + inner.width * 0.42, width: inner.width * 0.58, y: place.y + 3, size: 8, align: 'right' });
  let y = place.y + 8.5;
  y += write(document, section, name, { ...inner, y, size: 12, smallest: 8, lines: 2, font: 'bold', colour: COLOURS.black }) + 0.8;
  for (const text of lines) y += write(document, section, text, { ...inner, y, size: 9, smallest: 7, lines: 2 });
}
