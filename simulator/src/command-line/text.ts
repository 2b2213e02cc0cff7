/** How answers are written for people. */
import { parseInstant, toLocalDateTime } from '@nodo-aperto/kernel/time';

/** Columns as wide as their widest cell, two blanks apart. */
export function asTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The time of day of an ISO instant in Italy, `14:05:09`. */
export function timeOf(iso: string): string {
  const instant = parseInstant(iso);
  return instant === undefined ? iso : toLocalDateTime(instant).slice(11);
}
