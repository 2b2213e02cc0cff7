/** The day until which something is to be paid, as callers write it. */
import { isLocalDate, type LocalDate, parseInstant, toLocalDate } from '@nodo-aperto/kernel/time';

const ITALIAN = /^(\d{2})\/(\d{2})\/(\d{4})$/;

/**
 * The contract leaves the form of due dates open: a day (YYYY-MM-DD), the way in which it is printed (DD/MM/YYYY) and an instant are read.
 * @returns undefined when it is none of them
 */
export function parseDueDate(text: string): LocalDate | undefined {
  const italian = ITALIAN.exec(text);
  const day = italian ? `${italian[3]}-${italian[2]}-${italian[1]}` : text;
  if (isLocalDate(day)) return day;
  const instant = italian || !text.includes('T') ? undefined : parseInstant(text);
  return instant === undefined ? undefined : toLocalDate(instant);
}

/** DD/MM/YYYY. Source: Domain facts, Reporting and receipts §4.3 (AVVISO.DATA). */
export function printedDate(day: string): string {
  const [year, month, date] = day.split('-');
  return `${date}/${month}/${year}`;
}
