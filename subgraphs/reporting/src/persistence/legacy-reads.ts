/** What the legacy primitives read of flows: last published revisions, whichever way they came. */
import type { Database } from '@nodo-aperto/kernel/database';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { EntityManager } from '@mikro-orm/postgresql';
import { FlowRow } from './tables.ts';

/** Names and dates of the flows that creditors received since an instant, the oldest first. */
export async function receivedSince(
  database: Pick<Database, 'query'>,
  filter: { creditorFiscalCodes: readonly string[]; pspCode: string | undefined; since: number },
  limit: number,
): Promise<{ name: string; flowDate: number }[]> {
  const rows = await database.query<{ name: string; flow_date: Date }>(
    `select name, flow_date from flow where creditor_fiscal_code = any($1) and latest and published_at >= $2
      and ($3::text is null or psp_code = $3) order by flow_date, name, psp_code limit $4`,
    [[...filter.creditorFiscalCodes], asDate(filter.since), filter.pspCode ?? null, limit],
  );
  return rows.map((row) => ({ name: row.name, flowDate: fromDate(row.flow_date) }));
}

/** The last published revision of a name that one of the creditors received. */
export function receivedFlow(
  manager: EntityManager,
  wanted: { name: string; creditorFiscalCodes: readonly string[]; pspCode: string | undefined },
): Promise<FlowRow | null> {
  const { name, creditorFiscalCodes, pspCode } = wanted;
  const where = { name, creditorFiscalCode: { $in: [...creditorFiscalCodes] }, latest: true, ...(pspCode !== undefined && { pspCode }) };
  return manager.findOne(FlowRow, where, { orderBy: { id: 'desc' } });
}
