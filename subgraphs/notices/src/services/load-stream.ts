/** Loads positions from a stream of any length: batch after batch, in the order sent, with a result for every item. */
import { DatabaseUnavailableError } from '@nodo-aperto/kernel/database';
import { type InputIssue, invariant } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { PositionDraft } from '../domain/position-draft.ts';
import type { Actor } from './creditors.ts';
import { loadDebtPositions } from './load-debt-positions.ts';
import { loadPositions } from './load-positions.ts';
import type { WriteResult, Writing } from './position-writes.ts';
import type { FieldNames, RawFields } from './read-thin-position.ts';

/** Items of one transaction: large enough that its cost is shared, small enough that others wait little for it. */
export const BATCH_SIZE = 500;

/** What stands in one place of the stream. */
export type StreamedItem = { readonly line: number } & (
  | { readonly kind: 'THIN'; readonly fields: RawFields }
  | { readonly kind: 'FULL'; readonly draft: PositionDraft; named(result: WriteResult): WriteResult }
  /** Not even readable as an item. */
  | { readonly kind: 'UNREADABLE'; readonly issues: readonly InputIssue[] }
);

/** What became of one item. FAILED is our own fault: the item can be sent again. */
export type StreamedResult = { readonly line: number } & (
  | { readonly result: WriteResult }
  | { readonly unreadable: readonly InputIssue[] }
  | { readonly failed: true }
);

export interface LoadStreamOptions {
  actor: Actor;
  creditorFiscalCode: string;
  aca: boolean;
  /** Whether positions of the fuller model are published at once. */
  publish: boolean;
  /** How fields of the thin model are called. */
  names: FieldNames;
  log: Logger;
  /** Takes the results of a batch, in the order of its items. */
  report(results: readonly StreamedResult[]): Promise<void>;
}

/** Batches that are being loaded at the same time: while the database writes one, the next is checked. */
const AT_ONCE = 3;

/** A batch on its way: its keys, and when its results are in the report. */
interface Flight {
  readonly keys: ReadonlySet<string> | undefined;
  readonly done: Promise<void>;
}

/**
 * Three batches are loaded while a fourth is read: memory holds four, whatever the length. What has a key in common is loaded one after the
 * other, as it was sent, and the report keeps that order in any case. A batch that fails for a reason of ours is tried again item by item,
 * so that one item never costs the others.
 * @returns false when the database went away: what was reported is loaded, the rest was not read or may not have been kept
 */
export async function loadStream(
  writing: Writing,
  items: AsyncIterable<readonly StreamedItem[]>,
  options: LoadStreamOptions,
): Promise<boolean> {
  const flights: Flight[] = [];
  let reported: Promise<void> = Promise.resolve();
  try {
    for await (const batch of items) {
      const keys = keysOf(batch, options.names);
      while (flights.length === AT_ONCE || flights.some((flight) => meet(flight.keys, keys))) {
        await flights[0]?.done;
        flights.shift();
      }
      reported = reportedAfter(reported, loadBatch(writing, batch, options), options);
      // Awaited in a later turn: until then its failure is not an unhandled one.
      reported.catch(() => {});
      flights.push({ keys, done: reported });
    }
    for (const { done } of flights) await done;
    return true;
  } catch (error) {
    await Promise.allSettled(flights.map(({ done }) => done));
    if (!(error instanceof DatabaseUnavailableError)) throw error;
    options.log.error({ err: error }, 'a bulk load stopped: the database cannot be reached');
    return false;
  }
}

async function reportedAfter(
  earlier: Promise<void>,
  loading: Promise<readonly StreamedResult[]>,
  { report }: LoadStreamOptions,
): Promise<void> {
  const [, loaded] = await Promise.allSettled([earlier, loading]);
  if (loaded.status === 'rejected') throw loaded.reason;
  // Also when the one before it failed: this one is loaded.
  await report(loaded.value);
}

/**
 * What the items may touch; undefined when only the database can tell. An item of the thin model has one notice number and one IUV, which
 * are never given to another; a position of the fuller model may give numbers up.
 */
function keysOf(batch: readonly StreamedItem[], names: FieldNames): ReadonlySet<string> | undefined {
  const keys = new Set<string>();
  for (const item of batch) {
    if (item.kind === 'FULL') return undefined;
    if (item.kind === 'UNREADABLE') continue;
    const iuv = String(item.fields[names.iuv]);
    keys.add(`iuv/${iuv}`).add(`number/${String(item.fields[names.noticeNumber] ?? `3${iuv}`)}`);
  }
  return keys;
}

function meet(one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): boolean {
  return one === undefined || other === undefined || [...other].some((key) => one.has(key));
}

async function loadBatch(writing: Writing, batch: readonly StreamedItem[], options: LoadStreamOptions): Promise<StreamedResult[]> {
  const results: StreamedResult[] = [];
  // Runs of one kind, so that the order sent is the order applied.
  for (let from = 0; from < batch.length; ) {
    let to = from + 1;
    while (to < batch.length && batch[to]?.kind === batch[from]?.kind) to += 1;
    results.push(...(await loadRun(writing, batch.slice(from, to), options)));
    from = to;
  }
  return results;
}

async function loadRun(writing: Writing, run: readonly StreamedItem[], options: LoadStreamOptions): Promise<StreamedResult[]> {
  try {
    return await loadTogether(writing, run, options);
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) throw error;
    options.log.warn({ err: error, items: run.length }, 'a batch of a bulk load failed; trying its items one by one');
  }
  const results: StreamedResult[] = [];
  for (const item of run) {
    try {
      results.push(...(await loadTogether(writing, [item], options)));
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) throw error;
      options.log.error({ err: error, line: item.line }, 'an item of a bulk load failed');
      results.push({ line: item.line, failed: true });
    }
  }
  return results;
}

async function loadTogether(writing: Writing, run: readonly StreamedItem[], options: LoadStreamOptions): Promise<StreamedResult[]> {
  const { actor, creditorFiscalCode, aca, publish, names } = options;
  const thin = run.flatMap((item) => (item.kind === 'THIN' ? [item.fields] : []));
  const full = run.flatMap((item) => (item.kind === 'FULL' ? { action: 'SAVE' as const, draft: item.draft } : []));
  const written = [
    ...(thin.length > 0 ? await loadPositions(writing, thin, { actor, names, creditorFiscalCode, only: creditorFiscalCode }) : []),
    ...(full.length > 0 ? await loadDebtPositions(writing, full, { actor, creditorFiscalCode, aca, publish }) : []),
  ];
  return run.map((item, index): StreamedResult => {
    if (item.kind === 'UNREADABLE') return { line: item.line, unreadable: item.issues };
    const result = written[index];
    invariant(result !== undefined, 'every item of a run has a result');
    return { line: item.line, result: item.kind === 'FULL' ? item.named(result) : result };
  });
}
