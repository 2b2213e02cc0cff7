/** The block by which a part of the notice is paid: a half for banks and other channels, a half for the post office. */
import { groupedNoticeNumber, type NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { type Branch, COLOURS, drawDataMatrix, drawQrCode, millimetres, type PdfDocument } from '@nodo-aperto/kernel/pdf';
import { dataMatrixText } from '../domain/printing/data-matrix-text.ts';
import type { NoticeToPrint, PayablePart } from '../domain/printing/notice-to-print.ts';
import type { PostalAccount } from '../domain/printing/print-item.ts';
import { QR_CORRECTION, QR_MASK, QR_VERSION, qrText } from '../domain/printing/qr-text.ts';
import { euro } from './draw-amounts.ts';
import { type BlockPlace, CODE_SIZE, type Place, QUIET_ZONE, STRIP_HEIGHT } from './measures.ts';
import { until } from './part-title.ts';
import { cutLine, field, strip, write } from './sheet.ts';

export interface Block {
  notice: NoticeToPrint;
  part: PayablePart;
  /** E.g. "RATA UNICA". */
  title: string;
}

export function drawBlock(document: PdfDocument, parent: Branch, block: Block, { bank, postal }: BlockPlace): void {
  const section = parent.branch('Sect', { title: block.title });
  cutLine(document, bank.y - 1.5);
  drawBank(document, section, block, bank);
  if (postal && block.notice.creditor.postal) drawPostal(document, section, block, postal, block.notice.creditor.postal);
}

const grouped = (code: string): string => groupedNoticeNumber(code as NoticeNumber);
const titled = ({ title, part }: Block): string => [title, until(part)].filter(Boolean).join(' ');

function drawBank(document: PdfDocument, section: Branch, block: Block, place: Place): void {
  const { notice, part } = block;
  const { creditor } = notice;
  strip(document, section, place, 'BANCHE E ALTRI CANALI', titled(block));
  const top = place.y + STRIP_HEIGHT + QUIET_ZONE;
  const code = { x: millimetres(place.x + QUIET_ZONE), y: millimetres(top), size: millimetres(CODE_SIZE) };
  const text = qrText({ code: part.code, creditorFiscalCode: creditor.fiscalCode, amount: part.amount });
  section.leaf('Figure', () => drawQrCode(document, text, { ...code, version: QR_VERSION, correction: QR_CORRECTION, mask: QR_MASK }), {
    alt: `Codice QR per pagare ${euro(part.amount)} euro, codice avviso ${grouped(part.code)}`,
  });
  const left = { x: place.x + CODE_SIZE + 2 * QUIET_ZONE + 3, width: 82 };
  const right = { x: left.x + left.width + 5, width: place.x + place.width - left.x - left.width - 7 };
  field(document, section, 'Destinatario', notice.debtor.fullName, { ...left, y: top - 0.5 });
  field(document, section, 'Ente creditore', creditor.name, { ...left, y: top + 8.5 });
  field(document, section, 'Oggetto del pagamento', notice.subject, { ...left, y: top + 17.5, lines: 2, leading: 1.1 });
  drawAmount(document, section, part, { ...right, y: top - 1 });
  field(document, section, 'Codice avviso', grouped(part.code), { ...right, y: top + 8.5, size: 11 });
  const third = right.width * 0.4;
  if (creditor.cbill)
    field(document, section, 'Codice CBILL', creditor.cbill.toUpperCase(), { ...right, width: third, y: top + 17.5, size: 10 });
  const offset = creditor.cbill ? third + 2 : 0;
  const rest = { x: right.x + offset, width: right.width - offset };
  field(document, section, 'Cod. Fiscale Ente Creditore', creditor.fiscalCode, { ...rest, y: top + 17.5, size: 10 });
}

function drawPostal(document: PdfDocument, section: Branch, block: Block, place: Place, account: PostalAccount): void {
  const { notice, part } = block;
  const { creditor, debtor } = notice;
  strip(document, section, place, 'BOLLETTINO POSTALE PA', titled(block));
  const top = place.y + STRIP_HEIGHT + 2.5;
  const matrix = { x: place.x + place.width - CODE_SIZE - 4, y: top + 1.5 };
  const text = dataMatrixText({
    code: part.code,
    account: account.account,
    amount: part.amount,
    creditorFiscalCode: creditor.fiscalCode,
    debtorTaxCode: debtor.taxCode,
    debtorName: debtor.fullName,
    subject: notice.subject,
  });
  const code = { x: millimetres(matrix.x), y: millimetres(matrix.y), size: millimetres(CODE_SIZE) };
  section.leaf('Figure', () => drawDataMatrix(document, text, code), {
    alt: `Data Matrix del bollettino, codice avviso ${grouped(part.code)}`,
  });
  const left = { x: place.x + 3, width: 84 };
  const right = { x: left.x + left.width + 4, width: matrix.x - left.x - left.width - 8 };
  field(document, section, 'sul C/C n.', account.account, { ...left, y: top, width: 30, size: 10 });
  field(document, section, 'Intestato a', account.holder, { ...left, y: top, x: left.x + 32, width: left.width - 32 });
  field(document, section, 'Destinatario', debtor.fullName, { ...left, y: top + 8.8 });
  field(document, section, 'Oggetto del pagamento', notice.subject, { ...left, y: top + 17.6, lines: 2, leading: 1.1 });
  drawAmount(document, section, part, { ...right, y: top - 0.5 });
  field(document, section, 'Codice avviso', grouped(part.code), { ...right, y: top + 8.8, size: 10 });
  field(document, section, 'Tipo', 'P1', { ...right, y: top + 17.6, width: 10, size: 10 });
  field(document, section, 'Cod. Fiscale Ente Creditore', creditor.fiscalCode, {
    x: right.x + 12,
    width: right.width - 12,
    y: top + 17.6,
    size: 10,
  });
  const authorization = { x: left.x, y: place.y + place.height - 4.5, width: matrix.x - left.x - 4 };
  write(document, section, account.authorization, { ...authorization, size: 6.5, smallest: 5.5, colour: COLOURS.faint });
}

function drawAmount(
  document: PdfDocument,
  section: Branch,
  part: PayablePart,
  { x, y, width }: { x: number; y: number; width: number },
): void {
  write(document, section, 'Euro', { x, y: y + 2.5, width: 10, size: 8, colour: COLOURS.faint });
  write(document, section, euro(part.amount), {
    x: x + 10,
    y,
    width: width - 10,
    size: 16,
    smallest: 9,
    font: 'bold',
    colour: COLOURS.black,
  });
}
