/** A creditor fetches a receipt over REST: as often as its key may, and what could not be delivered is known to have arrived that way. */
import type { Database } from '@nodo-aperto/kernel/database';
import { LimitError, NotFoundError } from '@nodo-aperto/kernel/faults';
import type { Clock } from '@nodo-aperto/kernel/time';
import { MOST_SAVED, spendCall } from '../domain/fetch-budget.ts';
import type { ReceiptContent } from '../domain/receipt.ts';
import { creditorsOf } from '../domain/receipt-parties.ts';
import { lockBudget, noteFetched, saveBudget } from '../persistence/fetch-budgets.ts';
import type { ReceiptReads } from './read-receipts.ts';

export interface Fetching {
  readonly database: Database;
  readonly clock: Clock;
  readonly reads: ReceiptReads;
}

export interface CallsLeft {
  readonly limit: number;
  readonly remaining: number;
}

/**
 * Takes one of a key's calls.
 * @param caller digest of the key
 * @throws LimitError when it has none
 */
export function spendFetch({ database, clock }: Pick<Fetching, 'database' | 'clock'>, caller: string): Promise<CallsLeft> {
  return database.transaction(async (transaction) => {
    const spending = spendCall(await lockBudget(transaction, caller), clock.now());
    if (!spending.allowed) {
      const { retryAfterSeconds } = spending;
      throw new LimitError(`The key has used up its calls; the next one is possible in ${retryAfterSeconds} seconds.`, retryAfterSeconds);
    }
    await saveBudget(transaction, caller, spending.budget);
    return { limit: MOST_SAVED, remaining: spending.remaining };
  });
}

/**
 * The receipt of a payment that pays the creditor.
 * @throws NotFoundError when there is none, or it is of another reference
 */
export async function fetchReceipt(
  { database, clock, reads }: Fetching,
  wanted: { readonly creditorFiscalCode: string; readonly receiptId: string; readonly iuv?: string },
): Promise<ReceiptContent> {
  const [found] = await reads.receipts([wanted.receiptId]);
  const content = found?.row.content;
  const { creditorFiscalCode, iuv } = wanted;
  if (!content || !creditorsOf(content).includes(creditorFiscalCode) || (iuv !== undefined && iuv !== content.iuv)) {
    throw new NotFoundError(`No receipt of the organization has this IUR${iuv === undefined ? '' : ' and IUV'}.`);
  }
  const missing = found.recipients.some((each) => each.creditorFiscalCode === creditorFiscalCode && !each.deliveredAt && !each.fetchedAt);
  if (missing) await noteFetched(database, content.receiptId, creditorFiscalCode, clock.now());
  return content;
}
