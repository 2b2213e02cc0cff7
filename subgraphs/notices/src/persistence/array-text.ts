/** Arrays as PostgreSQL reads them. One array a column is read in a fraction of the time that a JSON object for every row takes. */

/** A value of a column as it is written: text, a number, a flag, or nothing. */
export type ColumnValue = unknown;

/** The text of a one-dimensional array whose elements are strings, numbers, booleans or null. */
export function arrayText(values: readonly ColumnValue[]): string {
  const text = JSON.stringify(values);
  // JSON and arrays quote alike, except for control characters, which only JSON names.
  if (!/\\[^"\\]/.test(text)) return `{${text.slice(1, -1)}}`;
  const elements = values.map((value) => (typeof value === 'string' ? `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"` : String(value)));
  return `{${elements.join(',')}}`;
}
