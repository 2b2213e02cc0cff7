/** paCreatePosition, for one position or a thousand: each item is created, updated, invalidated or refused on its own. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type InputIssue, invariant, LimitError } from '@nodo-aperto/kernel/faults';
import { parseNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { defaultCreditorIban } from '../domain/creditor-iban.ts';
import { noticeNumberWarnings } from '../domain/notice-number-warnings.ts';
import { allowed, type Outcome } from '../domain/outcome.ts';
import { type DebtPosition, instalmentsOf } from '../domain/position.ts';
import { settle, type Settled } from '../domain/settle.ts';
import { type ThinPosition, thinPositionId } from '../domain/thin-position.ts';
import { upsertPosition } from '../domain/upsert-position.ts';
import { deletedRevisions, lockPositions, type LookupKey, retryingRaces } from '../persistence/position-store.ts';
import { type Actor, type Creditor, creditorToWriteFor, type Creditors } from './creditors.ts';
import { keep, type WriteResult, type Writing } from './position-writes.ts';
import { type FieldNames, type RawFields, readThinPosition } from './read-thin-position.ts';

/** The most items of one call. */
export const MOST_ITEMS = 1_000;

export interface LoadOptions {
  actor: Actor;
  names: FieldNames;
  /** The creditor of items that name none. */
  creditorFiscalCode?: string;
}

interface Item {
  index: number;
  request: ThinPosition;
  creditor: Creditor;
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
  for (const [index, fields] of raw.entries()) {
    const read = readThinPosition(fields, options.names, options.creditorFiscalCode);
    if (!read.ok) {
      results[index] = { ok: false, refusal: { kind: 'INVALID', issues: read.issues } };
      continue;
    }
    const party = await parties(read.value.creditorFiscalCode);
    if (party.ok) items.push({ index, request: read.value, creditor: party.value });
    else results[index] = named(party, options.names);
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
function creditorLookup(creditors: Creditors, actor: Actor): (fiscalCode: string) => Promise<Outcome<Creditor>> {
  const known = new Map<string, Promise<Outcome<Creditor>>>();
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
  const known = new KnownPositions(await lockPositions(transaction, keys));
  const deleted = await deletedRevisions(transaction, keys);
  const now = clock.now();
  const steps: Settled[] = [];
  const results = items.map(({ request, creditor }): WriteResult => {
    const upserted = upsertPosition(known.matching(request), request, {
      now,
      companyName: creditor.name,
      defaultIban: defaultCreditorIban(creditor.accounts),
    });
    if (!upserted.ok) return upserted;
    const { action, position } = upserted.value;
    const before = known.byId(position);
    const settled = settle(before, position, { now, revisionOf: (number) => deleted.get(`${position.creditorFiscalCode}/${number}`) ?? 0 });
    known.put(settled.after, before);
    steps.push(settled);
    return allowed({ action, position: settled.after, noticeNumber: request.noticeNumber, warnings: warningsOf(request) });
  });
  await keep(transaction, outbox, joined(steps));
  return results;
}

/** Several steps of one position are one write, but each states its facts. */
function joined(steps: readonly Settled[]): Settled[] {
  const whole = new Map<string, Settled>();
  for (const step of steps) {
    const key = `${step.after.creditorFiscalCode}/${step.after.iupd}`;
    const earlier = whole.get(key);
    whole.set(key, earlier ? { before: earlier.before, after: step.after, stated: [...earlier.stated, ...step.stated] } : step);
  }
  return [...whole.values()];
}

function warningsOf(request: ThinPosition): InputIssue[] {
  const number = parseNoticeNumber(request.noticeNumber);
  invariant(number.ok, 'a request that was read has a notice number');
  return noticeNumberWarnings(number.value, request.iuv);
}

/** The positions that the items may touch, by all their keys, as they are after the items so far. */
class KnownPositions {
  readonly #byKey = new Map<string, DebtPosition>();

  constructor(positions: readonly DebtPosition[]) {
    for (const position of positions) this.put(position);
  }

  matching({ creditorFiscalCode, noticeNumber, iuv }: ThinPosition) {
    return {
      byNoticeNumber: this.#byKey.get(`${creditorFiscalCode}/number/${noticeNumber}`),
      byIuv: this.#byKey.get(`${creditorFiscalCode}/iuv/${iuv}`),
      byPositionId: this.#byKey.get(`${creditorFiscalCode}/id/${thinPositionId(creditorFiscalCode, iuv)}`),
    };
  }

  byId({ creditorFiscalCode, iupd }: DebtPosition): DebtPosition | undefined {
    return this.#byKey.get(`${creditorFiscalCode}/id/${iupd}`);
  }

  put(position: DebtPosition, before?: DebtPosition): void {
    if (before) for (const key of this.#keysOf(before)) this.#byKey.delete(key);
    for (const key of this.#keysOf(position)) this.#byKey.set(key, position);
  }

  #keysOf(position: DebtPosition): string[] {
    const { creditorFiscalCode, iupd } = position;
    const keys = [`${creditorFiscalCode}/id/${iupd}`];
    for (const { instalment } of instalmentsOf(position)) {
      keys.push(`${creditorFiscalCode}/number/${instalment.noticeNumber}`, `${creditorFiscalCode}/iuv/${instalment.iuv}`);
    }
    return keys;
  }
}

/** The result with fields called as the caller calls them. */
function named(result: WriteResult, names: Readonly<Record<string, string>>): WriteResult {
  const rename = (issue: InputIssue): InputIssue => ({ ...issue, path: names[issue.path] ?? issue.path });
  if (result.ok) return allowed({ ...result.value, warnings: result.value.warnings.map(rename) });
  return { ok: false, refusal: { ...result.refusal, issues: result.refusal.issues.map(rename) } };
}
