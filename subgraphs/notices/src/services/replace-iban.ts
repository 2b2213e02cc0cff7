/** Replaces an IBAN in the open positions of a creditor. */
import { isCovered } from '../domain/covered-notices.ts';
import { allowed, type Outcome } from '../domain/outcome.ts';
import { instalmentsOf } from '../domain/position.ts';
import { replaceIban } from '../domain/replace-iban.ts';
import { settle, type Settled } from '../domain/settle.ts';
import { lockPositions, positionsWithIban } from '../persistence/position-store.ts';
import { type Actor, creditorToWriteFor } from './creditors.ts';
import { keep, type Writing } from './position-writes.ts';

/** The most transfers that one call changes. */
export const MOST_REPLACED = 1_000;

export interface ReplaceIbanOptions {
  actor: Actor;
  creditorFiscalCode: string;
  aca: boolean;
  from: string;
  to: string;
  /** Up to MOST_REPLACED transfers. */
  most: number;
}

/** @returns how many transfers were changed; when it is the limit there may be more */
export async function replaceCreditorIban(writing: Writing, options: ReplaceIbanOptions): Promise<Outcome<number>> {
  const { creditorFiscalCode, from, to, most, aca } = options;
  const creditor = await creditorToWriteFor(writing.creditors, options.actor, creditorFiscalCode);
  if (!creditor.ok) return creditor;
  const { coverage } = creditor.value;
  const { database, outbox, clock } = writing;
  const replaced = await database.transaction(async (transaction) => {
    const keys = await positionsWithIban(transaction, { creditorFiscalCode, iban: from, aca, limit: most });
    const now = clock.now();
    const steps: Settled[] = [];
    let count = 0;
    for (const position of await lockPositions(transaction, keys)) {
      if (!instalmentsOf(position).every(({ instalment }) => isCovered(coverage, instalment.noticeNumber))) continue;
      const changed = replaceIban(position, { from, to, most: most - count, now });
      count += changed.replaced;
      steps.push(settle(position, changed.position, { now }));
    }
    await keep(transaction, outbox, steps);
    return count;
  });
  return allowed(replaced);
}
