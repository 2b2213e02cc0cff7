/** The matrix as a table: what was broken, and what came of it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { realClock, toIso } from '@nodo-aperto/kernel/time';

export interface Row {
  readonly fault: string;
  readonly where: string;
  /** From the fault (or from its end, for what lasts) to the next payment that was accepted; undefined when the fault was not tried. */
  readonly recoveryMs?: number;
  readonly accepted?: number;
  readonly lost?: number;
  readonly bookedTwice?: number;
  readonly note?: string;
}

/** The scripts that run the whole matrix: the one that users call, and the one behind it. */
const COMMANDS: ReadonlySet<string | undefined> = new Set(['test:crash', 'test:crashes']);
const root = fileURLToPath(new URL('../../', import.meta.url));

export function tableOf(rows: readonly Row[]): string {
  const cell = (value: number | undefined, unit = ''): string => (value === undefined ? '–' : `${value}${unit}`);
  return [
    '| What breaks | Where | Next payment accepted after | Accepted so far | Lost | Booked twice | Left over |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(({ fault, where, recoveryMs, accepted, lost, bookedTwice, note }) => {
      const seconds = recoveryMs === undefined ? '–' : `${(recoveryMs / 1000).toFixed(1)} s`;
      return `| ${fault} | ${where} | ${seconds} | ${cell(accepted)} | ${cell(lost)} | ${cell(bookedTwice)} | ${note ?? 'nothing'} |`;
    }),
  ].join('\n');
}

/**
 * Keeps the rows of one part of the matrix and writes the page of all parts: into `reports/`, and into `docs/` when it is `npm run test:crash`
 * that runs.
 */
export function writeTable(part: string, rows: readonly Row[]): void {
  const folder = `${root}reports/crash-matrix`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${part}.json`, JSON.stringify(rows));
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Row[]);
  const text = `# Crash matrix

Made by \`npm run test:crash\` on ${toIso(realClock().now()).slice(0, 10)}; do not edit. Four PSPs pay without a pause while the platform is killed or cut off, and
afterwards the outcomes whose answer never came are asked for anew, as PSPs do. *Lost* counts payments whose outcome was answered OK and
that are not booked; *booked twice* counts notices with two booked payments; *left over* is what had not come to its end within 90 seconds:
facts not published, consumers behind, jobs held by a process that is gone or failed for good, receipts that the creditor does not have. A
kill is \`kill -9\` of the whole process, at the very statement ([how](../e2e/crash-matrix/failpoint.ts)); its time includes the new start
of the process. Times are of a machine of ${availableParallelism()} cores, shared with whatever else ran.

${tableOf(all)}
`;
  writeFileSync(`${root}reports/crash-matrix.md`, text);
  if (COMMANDS.has(process.env['npm_lifecycle_event'])) writeFileSync(`${root}docs/crash-matrix.md`, text);
}
