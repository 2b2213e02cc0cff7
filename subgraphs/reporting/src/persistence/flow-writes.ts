/**
 * The statements that change flows. Whoever adds or removes lines shares the flow's row (FOR KEY SHARE), so that calls on one flow run side by
 * side and only move its totals one after the other; whoever publishes or deletes it locks the row, and so waits for them and they for it.
 */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { invariant } from '@nodo-aperto/kernel/faults';
import { MAXIMUM_EURO_CENTS } from '@nodo-aperto/kernel/money';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { FlowLine, FlowRequest, FlowStatus, FlowTotals } from '../domain/flow.ts';
import type { LastRevision } from '../domain/next-revision.ts';

/** What a change of a flow needs to know of it. */
export interface LockedFlow {
  id: number;
  revision: number;
  creditorFiscalCode: string;
  status: FlowStatus;
  declared: FlowTotals;
  computed: FlowTotals;
  flowDate: number;
  regulation: string;
  regulationDate: string;
  /** Parts of its lines that have been stated, and the index of the last line in them. */
  statedParts: number;
  statedIndex: number;
}

interface FlowColumns {
  id: number;
  revision: number;
  creditor_fiscal_code: string;
  status: FlowStatus;
  declared_payments: number;
  declared_amount: number;
  computed_payments: number;
  computed_amount: number;
  flow_date: Date;
  regulation: string;
  regulation_date: string;
  stated_parts: number;
  stated_index: number;
}

const COLUMNS = `id, revision, creditor_fiscal_code, status, declared_payments, declared_amount, computed_payments, computed_amount,
  flow_date, regulation, regulation_date, stated_parts, stated_index`;

function lockedFlow(row: FlowColumns | undefined): LockedFlow | undefined {
  return (
    row && {
      id: row.id,
      revision: row.revision,
      creditorFiscalCode: row.creditor_fiscal_code,
      status: row.status,
      declared: { payments: row.declared_payments, amount: row.declared_amount },
      computed: { payments: row.computed_payments, amount: row.computed_amount },
      flowDate: fromDate(row.flow_date),
      regulation: row.regulation,
      regulationDate: row.regulation_date,
      statedParts: row.stated_parts,
      statedIndex: row.stated_index,
    }
  );
}

/** The unpublished flow of the name, shared with others that change its lines; nobody publishes or deletes it meanwhile. */
export async function shareDraft(transaction: Transaction, pspCode: string, name: string): Promise<LockedFlow | undefined> {
  const [row] = await transaction.query<FlowColumns>(
    `select ${COLUMNS} from flow where psp_code = $1 and name = $2 and status <> 'PUBLISHED' for key share`,
    [pspCode, name],
    { name: 'flow_share_draft' },
  );
  return lockedFlow(row);
}

/** The unpublished flow of the name, locked. */
export async function lockDraft(transaction: Transaction, pspCode: string, name: string): Promise<LockedFlow | undefined> {
  const [row] = await transaction.query<FlowColumns>(
    `select ${COLUMNS} from flow where psp_code = $1 and name = $2 and status <> 'PUBLISHED' for update`,
    [pspCode, name],
    { name: 'flow_lock_draft' },
  );
  return lockedFlow(row);
}

/** The revision of the name, locked. */
export async function lockRevision(
  transaction: Transaction,
  { pspCode, name, revision }: { pspCode: string; name: string; revision: number },
): Promise<LockedFlow | undefined> {
  const [row] = await transaction.query<FlowColumns>(
    `select ${COLUMNS} from flow where psp_code = $1 and name = $2 and revision = $3 for update`,
    [pspCode, name, revision],
  );
  return lockedFlow(row);
}

/** The newest revision of the name. Until the transaction ends nobody else creates one of the same name. */
export async function lockName(transaction: Transaction, pspCode: string, name: string): Promise<LastRevision | undefined> {
  await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`reporting flow ${pspCode}/${name}`]);
  return lastRevision(transaction, pspCode, name);
}

/** The newest revision of the name as it is now. */
export async function lastRevision(database: Pick<Transaction, 'query'>, pspCode: string, name: string): Promise<LastRevision | undefined> {
  const [row] = await database.query<FlowColumns>(
    `select ${COLUMNS} from flow where psp_code = $1 and name = $2 order by revision desc limit 1`,
    [pspCode, name],
  );
  return lockedFlow(row);
}

/** @returns its id */
export async function insertFlow(transaction: Transaction, request: FlowRequest, revision: number, now: number): Promise<number> {
  const { sender, receiver, declared } = request;
  const row = {
    psp_code: sender.pspCode,
    name: request.name,
    revision,
    creditor_fiscal_code: receiver.creditorFiscalCode,
    status: 'CREATED',
    flow_date: asDate(request.flowDate),
    sender_type: sender.type,
    sender_id: sender.id,
    psp_name: sender.pspName,
    broker_code: sender.brokerCode,
    channel_code: sender.channelCode,
    receiver_id: receiver.id,
    organization_name: receiver.organizationName,
    regulation: request.regulation,
    regulation_date: request.regulationDate,
    bic_code_pouring_bank: request.bicCodePouringBank ?? null,
    declared_payments: declared.payments,
    declared_amount: declared.amount,
    created_at: asDate(now),
    updated_at: asDate(now),
  };
  const places = Object.keys(row).map((_column, place) => `$${place + 1}`);
  const [made] = await transaction.query<{ id: number }>(
    `insert into flow (${Object.keys(row).join(', ')}) values (${places.join(', ')}) returning id`,
    Object.values(row),
  );
  invariant(made !== undefined, 'a row that was inserted is returned');
  return made.id;
}

/** The text of a PostgreSQL array of whole numbers. */
const numbers = (values: readonly number[]): string => `{${values.join(',')}}`;

/**
 * Adds lines, in order of index so that two calls which meet do not wait for each other.
 * @returns the indexes that were free
 */
export async function insertLines(transaction: Transaction, flowId: number, lines: readonly FlowLine[]): Promise<number[]> {
  const sorted = lines.toSorted((left, right) => left.index - right.index);
  const indexes = sorted.map((line) => line.index);
  const [counted] = await transaction.query<{ inserted: number }>(
    `with added as (
      insert into flow_line (flow_id, line_index, iuv, iur, id_transfer, amount, outcome, pay_date)
      select $1::bigint, line.line_index, line.iuv, line.iur, line.id_transfer, line.amount, line.outcome,
          to_timestamp(line.paid / 1000.0::float8)
        from unnest($2::bigint[], $3::text[], $4::text[], $5::smallint[], $6::bigint[], $7::text[], $8::bigint[])
          as line (line_index, iuv, iur, id_transfer, amount, outcome, paid)
      on conflict (flow_id, line_index) do nothing returning 1)
    select count(*) as inserted from added`,
    [
      flowId,
      numbers(indexes),
      sorted.map((line) => line.iuv),
      sorted.map((line) => line.iur),
      numbers(sorted.map((line) => line.idTransfer)),
      numbers(sorted.map((line) => line.amount)),
      `{${sorted.map((line) => line.outcome).join(',')}}`,
      numbers(sorted.map((line) => line.payDate)),
    ],
    { name: 'flow_insert_lines' },
  );
  if (counted?.inserted === lines.length) return indexes;
  // The rows of this very transaction: the others were there before.
  const own = await transaction.query<{ line_index: number }>(
    'select line_index from flow_line where flow_id = $1 and line_index = any($2::bigint[]) and xmin = pg_current_xact_id()::xid',
    [flowId, numbers(indexes)],
  );
  return own.map((row) => row.line_index);
}

/** Removes lines. @returns those that there were */
export async function removeLines(
  transaction: Transaction,
  flowId: number,
  indexes: readonly number[],
): Promise<{ index: number; amount: number }[]> {
  const removed = await transaction.query<{ line_index: number; amount: number }>(
    `with wanted as (select line_index from flow_line where flow_id = $1 and line_index = any($2::bigint[]) order by line_index for update)
      delete from flow_line as line using wanted where line.flow_id = $1 and line.line_index = wanted.line_index
      returning line.line_index, line.amount`,
    [flowId, numbers(indexes)],
    { name: 'flow_remove_lines' },
  );
  return removed.map(({ line_index: index, amount }) => ({ index, amount }));
}

/** A draft after a change of its lines. */
export interface MovedDraft {
  before: FlowTotals;
  after: FlowTotals;
  /** How many times its lines have changed: grows by one with every change. */
  changes: number;
}

/**
 * Moves the running totals of a draft by what was added (or, negative, removed); its status follows: INSERTED while it has lines.
 * @returns undefined, and nothing is changed, when the amount would pass the largest one
 */
export async function moveTotals(
  transaction: Transaction,
  flowId: number,
  change: FlowTotals,
  now: number,
): Promise<MovedDraft | undefined> {
  const [row] = await transaction.query<{ payments: number; amount: number; changes: number }>(
    `update flow set computed_payments = computed_payments + $2, computed_amount = computed_amount + $3, updated_at = $4,
        changes = changes + 1, status = case when computed_payments + $2 = 0 then 'CREATED' else 'INSERTED' end
      where id = $1 and computed_amount + $3 <= $5
      returning computed_payments as payments, computed_amount as amount, changes`,
    [flowId, change.payments, change.amount, asDate(now), MAXIMUM_EURO_CENTS],
    { name: 'flow_move_totals' },
  );
  if (!row) return undefined;
  const { payments, amount, changes } = row;
  return { before: { payments: payments - change.payments, amount: amount - change.amount }, after: { payments, amount }, changes };
}

/** Makes the draft the last published revision of its name. */
export async function publish(transaction: Transaction, flowId: number, now: number): Promise<void> {
  await transaction.query(
    `update flow as before set latest = false from flow as after
      where after.id = $1 and before.psp_code = after.psp_code and before.name = after.name and before.latest`,
    [flowId],
  );
  await transaction.query(`update flow set status = 'PUBLISHED', latest = true, published_at = $2, updated_at = $2 where id = $1`, [
    flowId,
    asDate(now),
  ]);
}

/** Deletes the flow. Its lines belong to nothing from then on: see `removeOrphans`. */
export async function deleteFlow(transaction: Transaction, flowId: number): Promise<void> {
  await transaction.query('delete from flow where id = $1', [flowId]);
}

/** Removes lines of a flow that was deleted. @returns how many: fewer than the limit when there are no more */
export async function removeOrphans(transaction: Transaction, flowId: number, limit: number): Promise<number> {
  const [row] = await transaction.query<{ removed: number }>(
    `with gone as (delete from flow_line where flow_id = $1 and not exists (select from flow where id = $1) and line_index in
        (select line_index from flow_line where flow_id = $1 order by line_index limit $2) returning 1)
      select count(*) as removed from gone`,
    [flowId, limit],
  );
  return row?.removed ?? 0;
}

export async function moveStated(transaction: Transaction, flowId: number, parts: number, index: number): Promise<void> {
  await transaction.query('update flow set stated_parts = $2, stated_index = $3 where id = $1', [flowId, parts, index]);
}
