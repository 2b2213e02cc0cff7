/** What a run showed, for people: k6's figures by operation, and which threshold held. */
import { readFile } from 'node:fs/promises';

interface Metric {
  readonly type: string;
  readonly contains: string;
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}
export interface Summary {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly state: { readonly testRunDurationMs: number };
}

/** @returns undefined when k6 ended before it wrote one */
export async function readSummary(file: string): Promise<Summary | undefined> {
  return readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Summary,
    () => undefined,
  );
}

/** How often a counter was raised in all. */
export function countOf(summary: Summary, metric: string): number {
  return summary.metrics[metric]?.values['count'] ?? 0;
}

/** Lines of the report. */
export function lines(summary: Summary): string[] {
  const shown = Object.entries(summary.metrics).filter(([name]) => isShown(name));
  return [
    ...shown.filter(([, { type }]) => type === 'trend').map(([name, metric]) => trendLine(name, metric)),
    ...shown.filter(([, { type }]) => type !== 'trend').map(([name, metric]) => plainLine(name, metric)),
    '',
    ...Object.entries(summary.metrics).flatMap(([name, { thresholds = {} }]) =>
      Object.entries(thresholds).map(([condition, { ok }]) => `  ${ok ? 'holds ' : 'BROKEN'}  ${name}: ${condition}`),
    ),
  ];
}

const PREFIXES = ['payments_', 'stand_in_', 'payment_faults', 'graphql_errors', 'positions_', 'sockets_', 'events_heard', 'event_delay'];
function isShown(name: string): boolean {
  const timed = /^(http_req_duration|http_reqs)(\{.*name:.*\})?$/.test(name);
  return timed || name === 'dropped_iterations' || PREFIXES.some((prefix) => name.startsWith(prefix));
}

function trendLine(name: string, { values }: Metric): string {
  const figures = (['med', 'p(95)', 'p(99)', 'max'] as const).map((key) => `${key} ${(values[key] ?? 0).toFixed(1).padStart(7)}`);
  return `  ${name.padEnd(58)} ${figures.join('  ')} ms`;
}

function plainLine(name: string, { values }: Metric): string {
  const figures = Object.entries(values).map(([key, value]) => `${key} ${Number.isInteger(value) ? value : value.toFixed(2)}`);
  return `  ${name.padEnd(58)} ${figures.join('  ')}`;
}
