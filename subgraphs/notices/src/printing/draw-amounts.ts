/** How much is to be paid, until when, and where. */
import { type Branch, COLOURS, drawTable, millimetres, type PdfDocument } from '@nodo-aperto/kernel/pdf';
import { formatEuro } from '@nodo-aperto/kernel/money';
import type { EuroCents } from '@nodo-aperto/kernel/money';
import { printedDate } from '../domain/printing/due-date.ts';
import type { NoticeToPrint, PayablePart } from '../domain/printing/notice-to-print.ts';
import type { Place } from './measures.ts';
import { partTitle, until } from './part-title.ts';
import { shade, write } from './sheet.ts';

const AMOUNT_MAY_CHANGE =
  'La cifra è quella dovuta al momento della stampa. Sgravi, interessi, sanzioni o altre variazioni possono cambiarla: al pagamento ti sarà chiesto l’importo aggiornato.';

export function euro(amount: number): string {
  return formatEuro(amount as EuroCents);
}

/** The whole amount, or the amounts of a fine, and of a plan its instalments. */
export function drawHowMuch(document: PdfDocument, parent: Branch, notice: NoticeToPrint, place: Place): void {
  const section = parent.branch('Sect', { title: 'Quanto e quando pagare' });
  const { x, width } = place;
  let y = place.y;
  y += write(document, section, 'QUANTO E QUANDO PAGARE', { x, y, width, size: 11, font: 'bold', colour: COLOURS.accent }, 'H2') + 2;
  const bigs = notice.kind === 'INFRACTION' ? notice.parts : notice.whole ? [notice.whole] : [];
  for (const [index, part] of bigs.entries()) y = drawBig(document, section, notice, part, { index, x, y, width });
  if (notice.kind === 'INSTALMENTS') y = drawPlan(document, section, notice, { x, y, width });
  write(document, section, AMOUNT_MAY_CHANGE, { x, y, width, size: 9, lines: 6, leading: 1.3 });
}

function drawBig(
  document: PdfDocument,
  section: Branch,
  notice: NoticeToPrint,
  part: PayablePart,
  { index, x, y, width }: { index: number; x: number; y: number; width: number },
): number {
  const label = notice.kind === 'INFRACTION' ? partTitle(notice, index) : 'PUOI PAGARE IN UN’UNICA RATA';
  let at = y + write(document, section, label, { x, y, width, size: 8, font: 'bold' });
  const half = width * 0.52;
  write(document, section, `${euro(part.amount)} €`, {
    x,
    y: at,
    width: half,
    size: 20,
    smallest: 11,
    font: 'bold',
    colour: COLOURS.black,
  });
  write(document, section, until(part), {
    x: x + half,
    y: at + 3,
    width: width - half,
    size: 11,
    smallest: 8,
    align: 'right',
    font: 'bold',
  });
  at += 10.5;
  return at;
}

function drawPlan(
  document: PdfDocument,
  section: Branch,
  notice: NoticeToPrint,
  { x, y, width }: { x: number; y: number; width: number },
): number {
  const title = notice.whole ? `OPPURE IN ${notice.parts.length} RATE` : `PUOI PAGARE IN ${notice.parts.length} RATE`;
  const top = y + write(document, section, title, { x, y, width, size: 8, font: 'bold' }) + 0.5;
  // Beside the block of the whole amount the plan stands in two columns.
  const columns = notice.whole && notice.parts.length > 4 ? 2 : 1;
  const perColumn = Math.ceil(notice.parts.length / columns);
  let bottom = top;
  for (let column = 0; column < columns; column += 1) {
    const columnWidth = width / columns - (columns === 2 ? 1.5 : 0);
    const rows = notice.parts.slice(column * perColumn, (column + 1) * perColumn).map((part, index) => {
      const { dueDate } = part;
      return [`${column * perColumn + index + 1}ª`, dueDate ? printedDate(dueDate) : '', `${euro(part.amount)} €`];
    });
    const share = (part: number) => millimetres(columnWidth * part);
    const { y: end } = drawTable(document, section, {
      x: millimetres(x + column * (columnWidth + 3)),
      y: millimetres(top),
      columns: [
        { title: 'Rata', width: share(0.2) },
        { title: 'Entro il', width: share(0.37) },
        { title: 'Importo', width: share(0.43), align: 'right', font: 'bold' },
      ],
      rows,
      size: columns === 2 ? 7.5 : 9,
      bottom: millimetres(290),
    });
    bottom = Math.max(bottom, (end * 25.4) / 72);
  }
  return bottom + 2;
}

/** Where one can pay. */
export function drawWhere(document: PdfDocument, parent: Branch, notice: NoticeToPrint, place: Place): void {
  const section = parent.branch('Sect', { title: 'Dove pagare' });
  const { x, width } = place;
  let y = place.y;
  y += write(document, section, 'DOVE PAGARE', { x, y, width, size: 11, font: 'bold', colour: COLOURS.accent }, 'H2') + 2;
  const offices = notice.postal ? 'In posta, in banca' : 'In banca';
  const ways: readonly (readonly [string, string])[] = [
    [
      'SUL SITO O CON LE APP',
      'Del tuo ente creditore, della tua banca o degli altri canali aderenti a pagoPA: con carta, conto corrente o CBILL. Inquadra il codice QR o scrivi il codice avviso.',
    ],
    [
      'SUL TERRITORIO',
      `${offices}, agli sportelli automatici, in ricevitoria, dal tabaccaio e al supermercato: in contanti, con carta o sul conto. Porta con te questo avviso.`,
    ],
  ];
  for (const [title, text] of ways) {
    const height = 22;
    shade(document, { x, y, width, height }, COLOURS.shade, 4);
    const inner = { x: x + 4, width: width - 8 };
    const title2 = write(document, section, title, { ...inner, y: y + 2.5, size: 9, font: 'bold' }, 'H3');
    write(document, section, text, { ...inner, y: y + 3 + title2, size: 9, smallest: 8, lines: 4, leading: 1.25 });
    y += height + 2.5;
  }
  const hint = notice.postal
    ? 'Usa la parte dell’avviso del canale che preferisci: il codice QR per banche e altri canali, il bollettino per gli uffici postali.'
    : 'Per pagare usa il codice QR o il codice avviso che trovi in questo avviso.';
  write(document, section, hint, { x, y, width, size: 9, lines: 3, leading: 1.3 });
}
