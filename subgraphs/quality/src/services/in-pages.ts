/** Goes through a list of any length page by page. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Month } from '../domain/month.ts';
import { isJudged } from '../domain/thresholds.ts';
import { pspsOfMonth } from '../persistence/evidence-months.ts';

/** @param read the page of `size` items that follow one, or the first page */
export async function* inPages<Item>(size: number, read: (after: Item | undefined) => Promise<Item[]>): AsyncGenerator<Item, void> {
  for (let after: Item | undefined; ; ) {
    const items = await read(after);
    yield* items;
    if (items.length < size) return;
    after = items.at(-1);
  }
}

const PSPS_AT_A_TIME = 100;

/** The PSPs that a month is known of and that are judged, by code. */
export async function* judgedPsps(database: Database, month: Month): AsyncGenerator<string, void> {
  const psps = inPages<string>(PSPS_AT_A_TIME, (after) => pspsOfMonth(database, month, after ?? '', PSPS_AT_A_TIME));
  for await (const pspCode of psps) if (isJudged(pspCode)) yield pspCode;
}
