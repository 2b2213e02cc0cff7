/** Positions of the fuller model in bulk: each is created, updated, deleted or refused on its own, all in one transaction. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { LimitError } from '@nodo-aperto/kernel/faults';
import { checkCovered } from '../domain/covered-notices.ts';
import { checkUnused } from '../domain/check-unused.ts';
import { createPosition } from '../domain/create-position.ts';
import { deletePosition } from '../domain/delete-position.ts';
import { allowed, type Outcome, refused } from '../domain/outcome.ts';
import { type DebtPosition, instalmentsOf } from '../domain/position.ts';
import type { PositionDraft } from '../domain/position-draft.ts';
import { settle, type Settled, statedOnDeletion } from '../domain/settle.ts';
import { updatePosition } from '../domain/update-position.ts';
import { shareArrivals } from '../persistence/early-payments.ts';
import { NumberHistory, numberHistory } from '../persistence/number-history.ts';
import { lockPositions, type LookupKey, removePosition, retryingRaces } from '../persistence/position-store.ts';
import { draftWarnings, keysOfDraft, numbersOfDraft } from './create-debt-position.ts';
import { type Actor, creditorToWriteFor, type WritableCreditor } from './creditors.ts';
import { joined, KnownPositions } from './known-positions.ts';
import { keep, state, type WriteResult, type Writing } from './position-writes.ts';

/** The most items of one transaction. */
const MOST_DRAFTS = 1_000;

/** SAVE creates what is new and updates what exists. */
export type BulkItem =
  | { readonly action: 'CREATE' | 'UPDATE' | 'SAVE'; readonly draft: PositionDraft }
  | { readonly action: 'DELETE'; readonly iupd: string };

export interface LoadDraftsOptions {
  actor: Actor;
  creditorFiscalCode: string;
  /** Whether the positions are of the archive, or managed here; others are not seen. */
  aca: boolean;
  publish: boolean;
  /** Work in the same transaction, with the results. */
  alongside?(transaction: Transaction, results: readonly WriteResult[]): Promise<void>;
}

/**
 * Items are applied in their order, so that several of one position follow one another.
 * @returns one result per item, in their order
 * @throws LimitError with more than a thousand items
 */
export async function loadDebtPositions(
  writing: Writing,
  items: readonly BulkItem[],
  options: LoadDraftsOptions,
): Promise<readonly WriteResult[]> {
  if (items.length > MOST_DRAFTS) throw new LimitError(`A call loads at most ${MOST_DRAFTS} positions; this one has ${items.length}.`);
  const creditor = await creditorToWriteFor(writing.creditors, options.actor, options.creditorFiscalCode);
  return retryingRaces(writing.database, async (transaction) => {
    const results = creditor.ok ? await new Batch(writing, transaction, options, creditor.value).apply(items) : items.map(() => creditor);
    await options.alongside?.(transaction, results);
    return results;
  });
}

class Batch {
  readonly #writing: Writing;
  readonly #transaction: Transaction;
  readonly #options: LoadDraftsOptions;
  readonly #creditor: WritableCreditor;
  readonly #now: number;
  #known = new KnownPositions([]);
  #history = new NumberHistory([]);
  #steps: Settled[] = [];

  constructor(writing: Writing, transaction: Transaction, options: LoadDraftsOptions, creditor: WritableCreditor) {
    this.#writing = writing;
    this.#transaction = transaction;
    this.#options = options;
    this.#creditor = creditor;
    this.#now = writing.clock.now();
  }

  async apply(items: readonly BulkItem[]): Promise<WriteResult[]> {
    const keys = items.flatMap((item) => this.#keysOf(item));
    await shareArrivals(this.#transaction, [this.#options.creditorFiscalCode]);
    this.#known = new KnownPositions(await lockPositions(this.#transaction, keys));
    this.#history = await numberHistory(this.#transaction, keys);
    const results: WriteResult[] = [];
    for (const item of items) results.push(item.action === 'DELETE' ? await this.#remove(item.iupd) : this.#save(item.action, item.draft));
    await this.#keep();
    return results;
  }

  #keysOf(item: BulkItem): LookupKey[] {
    const { creditorFiscalCode } = this.#options;
    if (item.action === 'DELETE') return [{ creditorFiscalCode, iupd: item.iupd }];
    return [{ creditorFiscalCode, iupd: item.draft.iupd }, ...keysOfDraft(creditorFiscalCode, item.draft)];
  }

  #save(action: 'CREATE' | 'UPDATE' | 'SAVE', draft: PositionDraft): WriteResult {
    const { creditorFiscalCode, aca, publish } = this.#options;
    const now = this.#now;
    const before = this.#known.byId({ creditorFiscalCode, iupd: draft.iupd });
    const place = this.#checkPlace(action, before);
    if (!place.ok) return place;
    const covered = checkCovered(this.#creditor.coverage, [...numbersOfDraft(draft), ...numbersOf(before)]);
    if (!covered.ok) return covered;
    const companyName = this.#creditor.name;
    const written = before
      ? updatePosition(before, draft, { now, companyName, publish })
      : createPosition(draft, { now, creditorFiscalCode, companyName, aca, publish });
    if (!written.ok) return written;
    const unused = checkUnused(draft, this.#known.taken(keysOfDraft(creditorFiscalCode, draft)));
    if (!unused.ok) return unused;
    const revisionOf = (number: string): number => this.#history.revisionOf(creditorFiscalCode, number);
    const settled = settle(before, this.#history.withPayments(written.value), { now, revisionOf });
    this.#known.put(settled.after, before);
    this.#steps.push(settled);
    return allowed({ action: before ? 'UPDATED' : 'CREATED', position: settled.after, warnings: draftWarnings(draft, this.#creditor) });
  }

  #checkPlace(action: 'CREATE' | 'UPDATE' | 'SAVE', before: DebtPosition | undefined): Outcome<undefined> {
    if (before && (action === 'CREATE' || before.aca !== this.#options.aca)) {
      const message = `belongs to a position of the creditor that is ${before.status}`;
      return refused('CONFLICT', { path: 'iupd', message, expected: 'an IUPD not used before' });
    }
    return before || action !== 'UPDATE' ? allowed(undefined) : unknown();
  }

  async #remove(iupd: string): Promise<WriteResult> {
    const { creditorFiscalCode, aca } = this.#options;
    const position = this.#known.byId({ creditorFiscalCode, iupd });
    if (!position || position.aca !== aca) return unknown();
    const covered = checkCovered(this.#creditor.coverage, numbersOf(position));
    if (!covered.ok) return covered;
    const deletable = deletePosition(position);
    if (!deletable.ok) return deletable;
    // What the batch has made of it so far has to be there before it goes.
    await this.#keep();
    const stated = statedOnDeletion(position, this.#now);
    await removePosition(this.#transaction, { creditorFiscalCode, iupd }, stated);
    await state(this.#transaction, this.#writing.outbox, stated);
    for (const notice of stated) this.#history.deleted(notice);
    this.#known.remove(position);
    return allowed({ action: 'DELETED', position, warnings: [] });
  }

  async #keep(): Promise<void> {
    const steps = joined(this.#steps);
    this.#steps = [];
    await keep(this.#transaction, this.#writing.outbox, steps);
    await this.#history.forgetPlaced(
      this.#transaction,
      steps.map(({ after }) => after),
    );
  }
}

function numbersOf(position: DebtPosition | undefined): string[] {
  return position ? instalmentsOf(position).map(({ instalment }) => instalment.noticeNumber) : [];
}

function unknown(): Outcome<never> {
  return refused('NOT_FOUND', { path: 'iupd', message: 'is of no position of the creditor', expected: 'the IUPD of a position' });
}
