/** What is read of runs, items and balances, as far as it concerns the caller: a PSP's own, a creditor's own, an operator's all. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { ForbiddenError, InputError, NotFoundError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { isLocalDate, type LocalDate } from '@nodo-aperto/kernel/time';
import { type BalanceCursor, type BalanceRow, listBalances } from '../../persistence/reconciliation/balances.ts';
import type { Scope } from '../../persistence/reconciliation/compared.ts';
import { findItem, type ItemFilter, type KeptItem, listItems, resolveItem } from '../../persistence/reconciliation/items.ts';
import { findRun, listRuns, type Run } from '../../persistence/reconciliation/runs.ts';
import type { Page } from '../read-flows.ts';
import type { Writing } from '../writing.ts';

const LONGEST_NOTE = 500;

/** The scope narrowed to what concerns the caller; undefined when nothing does. */
function scopeFor<Narrowed extends Scope>({ role, tenant }: Principal, scope: Narrowed): Narrowed | undefined {
  if (role === 'OPERATOR') return scope;
  if (tenant === undefined) return undefined;
  if (role === 'PSP') return (scope.pspCode ?? tenant) === tenant ? { ...scope, pspCode: tenant } : undefined;
  if (role === 'EC') return (scope.creditorFiscalCode ?? tenant) === tenant ? { ...scope, creditorFiscalCode: tenant } : undefined;
  return undefined;
}

/** The scope that the caller may act on. @throws ForbiddenError when it names another's */
export function ownScope<Narrowed extends Scope>(principal: Principal, scope: Narrowed): Narrowed {
  const own = scopeFor(principal, scope);
  if (!own) throw new ForbiddenError('The token may not act for that PSP or creditor.');
  return own;
}

/** A run that the caller asked for, or could have. */
export async function runFor(database: Database, principal: Principal, id: number): Promise<Run | null> {
  const run = await findRun(database, id);
  const own = run && scopeFor(principal, run);
  return own && own.pspCode === run.pspCode && own.creditorFiscalCode === run.creditorFiscalCode ? run : null;
}

/** Runs, newest first. */
export async function runsFor(database: Database, principal: Principal, { size, after }: Page): Promise<Connection<Run>> {
  const beforeId = beforeNumber(after);
  const wanted = scopeFor(principal, {});
  const rows = wanted ? await listRuns(database, wanted, { limit: size + 1, ...(beforeId !== undefined && { beforeId }) }) : [];
  return toConnection(rows, size, { cursor: ({ id }) => listCursor(id), node: (run) => run });
}

/** Items, newest first. */
export async function itemsFor(
  database: Database,
  principal: Principal,
  filter: ItemFilter,
  { size, after }: Page,
): Promise<Connection<KeptItem>> {
  const beforeId = beforeNumber(after);
  const wanted = scopeFor(principal, filter);
  const rows = wanted ? await listItems(database, wanted, { limit: size + 1, beforeId }) : [];
  return toConnection(rows, size, { cursor: ({ id }) => listCursor(id), node: (item) => item });
}

/** Balances, newest day first. */
export async function balancesFor(
  database: Database,
  principal: Principal,
  filter: Scope & { from?: LocalDate; to?: LocalDate },
  { size, after }: Page,
): Promise<Connection<BalanceRow>> {
  const cursor = afterBalance(after);
  const wanted = scopeFor(principal, filter);
  const rows = wanted ? await listBalances(database, wanted, { limit: size + 1, after: cursor }) : [];
  return toConnection(rows, size, {
    cursor: ({ day, pspCode, creditorFiscalCode }) => listCursor(day, pspCode, creditorFiscalCode),
    node: (balance) => balance,
  });
}

/**
 * Says that an item is dealt with, or takes it back (`note` null): for the party that it concerns, and operators. Runs keep it as it is.
 * @throws NotFoundError for an item that is none of the caller's, InputError for the note
 */
export async function resolveFor(
  { database, clock }: Writing,
  principal: Principal,
  { id, note }: { id: number; note: string | null },
): Promise<KeptItem> {
  const text = note?.trim();
  if (text !== undefined && (text === '' || text.length > LONGEST_NOTE))
    throw InputError.at('note', text === '' ? 'is empty' : `has ${text.length} characters`, `1 to ${LONGEST_NOTE} characters`);
  return database.transaction(async (transaction) => {
    const found = await findItem(transaction as Pick<Database, 'query'>, id);
    const { pspCode, creditorFiscalCode } = found ?? {};
    const own = found && scopeFor(principal, { pspCode, creditorFiscalCode });
    if (!found || !own || own.pspCode !== pspCode) throw new NotFoundError('There is no such item.');
    await resolveItem(transaction, id, text === undefined ? null : { note: text, by: principal.subject, at: clock.now() });
    const changed = await findItem(transaction as Pick<Database, 'query'>, id);
    return changed ?? found;
  });
}

const wrongCursor = (): InputError =>
  InputError.at('after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page');

function beforeNumber(after: string | null | undefined): number | undefined {
  const [value] = readListCursor(after, 1) ?? [];
  if (value !== undefined && !Number.isSafeInteger(value)) throw wrongCursor();
  return value as number | undefined;
}

function afterBalance(after: string | null | undefined): BalanceCursor | undefined {
  const values = readListCursor(after, 3);
  if (!values) return undefined;
  const [day, pspCode, creditorFiscalCode] = values;
  if (typeof day !== 'string' || !isLocalDate(day) || typeof pspCode !== 'string' || typeof creditorFiscalCode !== 'string')
    throw wrongCursor();
  return { day, pspCode, creditorFiscalCode };
}
