/** paCreatePosition, for one position or a thousand: each item is created, updated, invalidated or refused on its own. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type InputIssue, invariant, LimitError } from '@nodo-aperto/kernel/faults';
import { parseNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { type AmountLearnt, positionAmountLearnt } from '@nodo-aperto/schema/events';
import { accountWarnings } from '../domain/account-warnings.ts';
import { checkCovered } from '../domain/covered-notices.ts';
import { defaultCreditorIban } from '../domain/creditor-iban.ts';
import { debtorCodeWarnings } from '../domain/debtor-code-warnings.ts';
import { noticeNumberWarnings } from '../domain/notice-number-warnings.ts';
import { allowed, type Outcome, refused } from '../domain/outcome.ts';
import { settle, type Settled } from '../domain/settle.ts';
import { type ThinPosition, thinPositionId } from '../domain/thin-position.ts';
import { unroutedNoticeWarnings } from '../domain/unrouted-notice-warnings.ts';
import { upsertPosition } from '../domain/upsert-position.ts';
import { shareArrivals } from '../persistence/early-payments.ts';
import { numberHistory } from '../persistence/number-history.ts';
import { lockPositions, type LookupKey, retryingRaces } from '../persistence/position-store.ts';
import { type Actor, creditorToWriteFor, type Creditors, type WritableCreditor } from './creditors.ts';
import { joined, KnownPositions } from './known-positions.ts';
import { keep, type WriteResult, type Writing } from './position-writes.ts';
import { type FieldNames, type RawFields, readThinPosition } from './read-thin-position.ts';
import { refusedAmount } from './refused-amounts.ts';

/** The most items of one call. */
export const MOST_ITEMS = 1_000;

export interface LoadOptions {
  actor: Actor;
  names: FieldNames;
  /** The creditor of items that name none. */
  creditorFiscalCode?: string;
  /** The only creditor that items may name; any that the actor may write for when absent. */
  only?: string;
}

interface Item {
  index: number;
  request: ThinPosition;
  creditor: WritableCreditor;
}

/**
 * Loads positions in one transaction. Items are applied in their order, so that two of one key are a creation and its update.
 * @returns one result per item, in their order
 * @throws LimitError with more than a thousand items
 */
export async function loadPositions(writing: Writing, raw: readonly RawFields[], options: LoadOptions): Promise<WriteResult[]> {
  if (raw.length > MOST_ITEMS) throw new LimitError(`A call loads at most ${MOST_ITEMS} positions; this one has ${raw.length}.`);
  const results: WriteResult[] = [];
  const items: Item[] = [];
  const parties = creditorLookup(writing.creditors, options.actor);
  const partyOf = async ({ creditorFiscalCode }: ThinPosition): Promise<Outcome<WritableCreditor>> => {
    if (options.only === undefined || options.only === creditorFiscalCode) return parties(creditorFiscalCode);
    return refused('FORBIDDEN', { path: 'creditorFiscalCode', message: 'is not that of this load', expected: options.only });
  };
  for (const [index, fields] of raw.entries()) {
    const read = readThinPosition(fields, options.names, options.creditorFiscalCode);
    if (!read.ok) {
      results[index] = { ok: false, refusal: { kind: 'INVALID', issues: read.issues } };
      continue;
    }
    const party = await partyOf(read.value);
    const covered = party.ok ? checkCovered(party.value.coverage, [read.value.noticeNumber]) : party;
    if (party.ok && covered.ok) items.push({ index, request: read.value, creditor: party.value });
    else if (!covered.ok) results[index] = named(covered, options.names);
  }
  if (items.length > 0) {
    const applied = await retryingRaces(writing.database, (transaction) => apply(writing, transaction, items));
    for (const [place, { index }] of items.entries()) {
      const result = applied[place];
      invariant(result !== undefined, 'every item has a result');
      results[index] = named(result, options.names);
    }
  }
  return results;
}

/** Each creditor is asked about once. */
function creditorLookup(creditors: Creditors, actor: Actor): (fiscalCode: string) => Promise<Outcome<WritableCreditor>> {
  const known = new Map<string, Promise<Outcome<WritableCreditor>>>();
  return (fiscalCode) => {
    const found = known.get(fiscalCode) ?? creditorToWriteFor(creditors, actor, fiscalCode);
    known.set(fiscalCode, found);
    return found;
  };
}

const keysOf = ({ request: { creditorFiscalCode, noticeNumber, iuv } }: Item): LookupKey => ({
  creditorFiscalCode,
  noticeNumber,
  iuv,
  iupd: thinPositionId(creditorFiscalCode, iuv),
});

async function apply({ clock, outbox }: Writing, transaction: Transaction, items: readonly Item[]): Promise<WriteResult[]> {
  const keys = items.map(keysOf);
  // One behind the other on the same connection, without a wait between them.
  const [, locked, history] = await Promise.all([
    shareArrivals(
      transaction,
      items.map(({ request }) => request.creditorFiscalCode),
    ),
    lockPositions(transaction, keys),
    numberHistory(transaction, keys),
  ]);
  const known = new KnownPositions(locked);
  const now = clock.now();
  const steps: Settled[] = [];
  const amounts: AmountLearnt[] = [];
  const results = items.map(({ request, creditor }): WriteResult => {
    const upserted = upsertPosition(known.matching(request), request, {
      now,
      companyName: creditor.name,
      defaultIban: defaultCreditorIban(creditor.accounts),
    });
    if (!upserted.ok) {
      const learnt = refusedAmount(request, known.matching(request).byNoticeNumber, { now, several: items.length > 1 });
      if (learnt) amounts.push(learnt);
      return upserted;
    }
    const { action, position } = upserted.value;
    const before = known.byId(position);
    const revisionOf = (number: string): number => history.revisionOf(position.creditorFiscalCode, number);
    const settled = settle(before, history.withPayments(position), { now, revisionOf });
    known.put(settled.after, before);
    steps.push(settled);
    return allowed({ action, position: settled.after, noticeNumber: request.noticeNumber, warnings: warningsOf(request, creditor) });
  });
  await keep(transaction, outbox, joined(steps));
  await history.forgetPlaced(
    transaction,
    steps.map(({ after }) => after),
  );
  if (amounts.length > 0) await outbox.appendMany(transaction, positionAmountLearnt, amounts);
  return results;
}

function warningsOf(request: ThinPosition, { routes }: WritableCreditor): InputIssue[] {
  const number = parseNoticeNumber(request.noticeNumber);
  invariant(number.ok, 'a request that was read has a notice number');
  return [
    ...noticeNumberWarnings(number.value, request.iuv),
    ...unroutedNoticeWarnings(number.value, routes, 'noticeNumber'),
    ...debtorCodeWarnings(request.debtorFiscalCode, 'debtorFiscalCode'),
    ...accountWarnings(request.iban, 'iban'),
    ...accountWarnings(request.postalIban, 'postalIban'),
  ];
}

/** The result with fields called as the caller calls them. */
function named(result: WriteResult, names: Readonly<Record<string, string>>): WriteResult {
  const rename = (issue: InputIssue): InputIssue => ({ ...issue, path: names[issue.path] ?? issue.path });
  if (result.ok) return allowed({ ...result.value, warnings: result.value.warnings.map(rename) });
  return { ok: false, refusal: { ...result.refusal, issues: result.refusal.issues.map(rename) } };
}
