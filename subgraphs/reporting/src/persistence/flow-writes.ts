/** The statements that change flows. Whoever changes a flow locks its row first, so that changes of one flow come one after the other. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate, toIso } from '@nodo-aperto/kernel/time';
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
  const [row] = await transaction.query<FlowColumns>(
    `select ${COLUMNS} from flow where psp_code = $1 and name = $2 order by revision desc limit 1`,
    [pspCode, name],
  );
  return lockedFlow(row);
}

export async function insertFlow(transaction: Transaction, request: FlowRequest, revision: number, now: number): Promise<void> {
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
  await transaction.query(`insert into flow (${Object.keys(row).join(', ')}) values (${places.join(', ')})`, Object.values(row));
}

/** Adds lines. @returns the indexes that were free */
export async function insertLines(transaction: Transaction, flowId: number, lines: readonly FlowLine[]): Promise<number[]> {
  const rows = lines.map(({ index, idTransfer, payDate, ...line }) => ({
    ...line,
    line_index: index,
    id_transfer: idTransfer,
    pay_date: toIso(payDate),
  }));
  const inserted = await transaction.query<{ line_index: number }>(
    `insert into flow_line (flow_id, line_index, iuv, iur, id_transfer, amount, outcome, pay_date)
      select $1::bigint, line.* from jsonb_to_recordset($2::jsonb)
        as line (line_index bigint, iuv text, iur text, id_transfer smallint, amount bigint, outcome text, pay_date timestamptz)
      on conflict (flow_id, line_index) do nothing returning line_index`,
    [flowId, JSON.stringify(rows)],
    { name: 'flow_insert_lines' },
  );
  return inserted.map((row) => row.line_index);
}

/** Removes lines. @returns those that there were */
export async function removeLines(
  transaction: Transaction,
  flowId: number,
  indexes: readonly number[],
): Promise<{ index: number; amount: number }[]> {
  const removed = await transaction.query<{ line_index: number; amount: number }>(
    'delete from flow_line where flow_id = $1 and line_index = any($2::bigint[]) returning line_index, amount',
    [flowId, [...indexes]],
    { name: 'flow_remove_lines' },
  );
  return removed.map(({ line_index: index, amount }) => ({ index, amount }));
}

export async function updateDraft(
  transaction: Transaction,
  flowId: number,
  status: FlowStatus,
  computed: FlowTotals,
  now: number,
): Promise<void> {
  await transaction.query('update flow set status = $2, computed_payments = $3, computed_amount = $4, updated_at = $5 where id = $1', [
    flowId,
    status,
    computed.payments,
    computed.amount,
    asDate(now),
  ]);
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

/** Deletes the flow with its lines. */
export async function deleteFlow(transaction: Transaction, flowId: number): Promise<void> {
  await transaction.query('delete from flow where id = $1', [flowId]);
}

/** The lines past an index, in order of index. */
export async function linesAfter(transaction: Transaction, flowId: number, index: number, limit: number): Promise<FlowLine[]> {
  const rows = await transaction.query<
    Omit<FlowLine, 'index' | 'idTransfer' | 'payDate'> & { line_index: number; id_transfer: number; pay_date: Date }
  >(
    `select line_index, iuv, iur, id_transfer, amount, outcome, pay_date from flow_line
      where flow_id = $1 and line_index > $2 order by line_index limit $3`,
    [flowId, index, limit],
  );
  return rows.map(({ line_index, iuv, iur, id_transfer, amount, outcome, pay_date }) => ({
    index: line_index,
    iuv,
    iur,
    idTransfer: id_transfer,
    amount,
    outcome,
    payDate: fromDate(pay_date),
  }));
}

export async function moveStated(transaction: Transaction, flowId: number, parts: number, index: number): Promise<void> {
  await transaction.query('update flow set stated_parts = $2, stated_index = $3 where id = $1', [flowId, parts, index]);
}
