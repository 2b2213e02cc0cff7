/** Items: what does not agree, kept from run to run. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate, type LocalDate } from '@nodo-aperto/kernel/time';
import type { Item, Owner, Reason } from '../../domain/reconciliation/items.ts';
import type { Scope } from './compared.ts';

/** OPEN: somebody has to act; RESOLVED: somebody said that it is dealt with; CLEARED: the last run of its day no longer found it. */
export const ITEM_STATES = ['OPEN', 'RESOLVED', 'CLEARED'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

export interface KeptItem extends Item {
  id: number;
  state: ItemState;
  firstRun: number;
  lastRun: number;
  /** Epoch milliseconds: by the first run that found it, by the last. */
  foundAt: number;
  seenAt: number;
  resolution?: string;
  resolvedBy?: string;
  resolvedAt?: number;
}

/** Keeps what a run found; an item that is known keeps its id and its resolution. Keys are all different. */
export async function keepItems(transaction: Transaction, runId: number, items: readonly Item[], now: number): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map((each) => ({
    key: each.key,
    reason: each.reason,
    owner: each.owner,
    day: each.day,
    psp_code: each.pspCode,
    creditor_fiscal_code: each.creditorFiscalCode,
    flow_name: each.flowName,
    flow_revision: each.flowRevision,
    line_index: each.lineIndex,
    iur: each.iur,
    id_transfer: each.idTransfer,
    iuv: each.iuv,
    credit_transfers: each.creditTransfers ?? [],
    expected_amount: each.expectedAmount,
    found_amount: each.foundAmount,
    expected: each.expected,
    found: each.found,
  }));
  const columns = `reason, owner, day, psp_code, creditor_fiscal_code, flow_name, flow_revision, line_index, iur, id_transfer, iuv,
    credit_transfers, expected_amount, found_amount, expected, found`;
  await transaction.query(
    `insert into reconciliation_item as kept (key, ${columns}, first_run, last_run, present, found_at, seen_at)
      select key, ${columns}, $2::bigint, $2::bigint, true, $3, $3 from jsonb_to_recordset($1::jsonb) as found_now (key text, reason text, owner text,
        day date, psp_code text, creditor_fiscal_code text, flow_name text, flow_revision bigint, line_index bigint, iur text, id_transfer smallint,
        iuv text, credit_transfers bigint[], expected_amount bigint, found_amount bigint, expected text, found text) order by key
      on conflict (key) do update set (${columns}, last_run, present, seen_at) = row (excluded.reason, excluded.owner, excluded.day,
        excluded.psp_code, excluded.creditor_fiscal_code, excluded.flow_name, excluded.flow_revision, excluded.line_index, excluded.iur,
        excluded.id_transfer, excluded.iuv, excluded.credit_transfers, excluded.expected_amount, excluded.found_amount, excluded.expected,
        excluded.found, excluded.last_run, true, excluded.seen_at)
      where kept.last_run <= excluded.last_run`,
    [JSON.stringify(rows), runId, asDate(now)],
  );
}

/** Clears the items of a day that a run did not find again. @returns how many */
export async function clearUnseen(transaction: Transaction, runId: number, day: LocalDate, scope: Scope): Promise<number> {
  const [row] = await transaction.query<{ count: number }>(
    `with cleared as (
      update reconciliation_item set present = false where day = $2 and present and last_run < $1
        and ($3::text is null or psp_code = $3) and ($4::text is null or creditor_fiscal_code = $4) returning id
    ) select count(*) as count from cleared`,
    [runId, day, scope.pspCode ?? null, scope.creditorFiscalCode ?? null],
  );
  return row?.count ?? 0;
}

/** What a list of items is narrowed to. */
export interface ItemFilter extends Scope {
  reason?: Reason;
  owner?: Owner;
  state?: ItemState;
  from?: LocalDate;
  to?: LocalDate;
}

interface ItemColumns {
  id: number;
  key: string;
  reason: Reason;
  owner: Owner;
  day: string;
  psp_code: string | null;
  creditor_fiscal_code: string;
  flow_name: string | null;
  flow_revision: number | null;
  line_index: number | null;
  iur: string | null;
  id_transfer: number | null;
  iuv: string | null;
  credit_transfers: number[];
  expected_amount: number | null;
  found_amount: number | null;
  expected: string | null;
  found: string | null;
  first_run: number;
  last_run: number;
  present: boolean;
  found_at: Date;
  seen_at: Date;
  resolved_by: string | null;
  resolved_at: Date | null;
  resolution: string | null;
}

/** The value under its name, unless there is none. */
const some = <Name extends string, Value>(name: Name, value: Value | null): { [Key in Name]?: Value } =>
  (value === null ? {} : { [name]: value }) as { [Key in Name]?: Value };

function itemOf(row: ItemColumns): KeptItem {
  return {
    id: row.id,
    key: row.key,
    reason: row.reason,
    owner: row.owner,
    day: row.day,
    creditorFiscalCode: row.creditor_fiscal_code,
    ...some('pspCode', row.psp_code),
    ...some('flowName', row.flow_name),
    ...some('flowRevision', row.flow_revision),
    ...some('lineIndex', row.line_index),
    ...some('iur', row.iur),
    ...some('idTransfer', row.id_transfer),
    ...some('iuv', row.iuv),
    creditTransfers: row.credit_transfers,
    ...some('expectedAmount', row.expected_amount),
    ...some('foundAmount', row.found_amount),
    ...some('expected', row.expected),
    ...some('found', row.found),
    state: row.present ? (row.resolved_at ? 'RESOLVED' : 'OPEN') : 'CLEARED',
    firstRun: row.first_run,
    lastRun: row.last_run,
    foundAt: fromDate(row.found_at),
    seenAt: fromDate(row.seen_at),
    ...some('resolution', row.resolution),
    ...some('resolvedBy', row.resolved_by),
    ...some('resolvedAt', row.resolved_at && fromDate(row.resolved_at)),
  };
}

/** Items, newest first. */
export async function listItems(
  database: Database,
  filter: ItemFilter,
  page: { limit: number; beforeId?: number | undefined },
): Promise<KeptItem[]> {
  const rows = await database.query<ItemColumns>(
    `select * from reconciliation_item where ($1::text is null or psp_code = $1) and ($2::text is null or creditor_fiscal_code = $2)
        and ($3::text is null or reason = $3) and ($4::text is null or owner = $4)
        and ($5::text is null or $5 = case when not present then 'CLEARED' when resolved_at is null then 'OPEN' else 'RESOLVED' end)
        and ($6::date is null or day >= $6) and ($7::date is null or day <= $7) and ($8::bigint is null or id < $8)
      order by id desc limit $9`,
    [
      filter.pspCode ?? null,
      filter.creditorFiscalCode ?? null,
      filter.reason ?? null,
      filter.owner ?? null,
      filter.state ?? null,
      filter.from ?? null,
      filter.to ?? null,
      page.beforeId ?? null,
      page.limit,
    ],
  );
  return rows.map(itemOf);
}

export async function findItem(database: Pick<Database, 'query'>, id: number): Promise<KeptItem | undefined> {
  const [row] = await database.query<ItemColumns>('select * from reconciliation_item where id = $1', [id]);
  return row && itemOf(row);
}

/** Says what became of an item; null takes it back. */
export async function resolveItem(
  transaction: Transaction,
  id: number,
  said: { note: string; by: string; at: number } | null,
): Promise<void> {
  await transaction.query('update reconciliation_item set resolution = $2, resolved_by = $3, resolved_at = $4 where id = $1', [
    id,
    said?.note ?? null,
    said?.by ?? null,
    said ? asDate(said.at) : null,
  ]);
}
