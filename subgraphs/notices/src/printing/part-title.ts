/** What the parts of a notice are called on it. */
import { printedDate } from '../domain/printing/due-date.ts';
import type { NoticeToPrint, PayablePart } from '../domain/printing/notice-to-print.ts';

const INFRACTION_PARTS = ['IMPORTO SCONTATO', 'IMPORTO RIDOTTO'];

/** E.g. "3ª RATA" or, of a fine, "IMPORTO RIDOTTO". */
export function partTitle(notice: Pick<NoticeToPrint, 'kind'>, index: number): string {
  return notice.kind === 'INFRACTION' ? (INFRACTION_PARTS[index] ?? '') : `${index + 1}ª RATA`;
}

/** "entro il 31/12/2026", or nothing: a single notice may have no due date. */
export function until({ dueDate }: PayablePart): string {
  return dueDate === undefined ? '' : `entro il ${printedDate(dueDate)}`;
}
