/** Which flows and lines are read, in which order. Who may see them is decided above (services/visibility.ts). */
import type { EntityManager, FilterQuery } from '@mikro-orm/postgresql';
import { FlowLineRow, FlowRow } from './tables.ts';

/** Identifies one revision of a flow. */
export interface FlowKey {
  pspCode: string;
  name: string;
  revision: number;
}

/** What a list of flows is narrowed to. */
export interface FlowFilter {
  pspCode?: string;
  creditorFiscalCode?: string;
  /** True: published ones only; false: drafts only. */
  published?: boolean;
  /** Whether published revisions that a later one replaced are listed as well. */
  replaced: boolean;
}

/** Flows, newest first. */
export function listFlows(manager: EntityManager, filter: FlowFilter, page: { limit: number; beforeId?: number }): Promise<FlowRow[]> {
  const { pspCode, creditorFiscalCode, published, replaced } = filter;
  const conditions: FilterQuery<FlowRow>[] = [];
  if (pspCode !== undefined) conditions.push({ pspCode });
  if (creditorFiscalCode !== undefined) conditions.push({ creditorFiscalCode });
  if (published === true) conditions.push({ status: 'PUBLISHED' });
  if (published === false) conditions.push({ status: { $ne: 'PUBLISHED' } });
  if (!replaced) conditions.push({ $or: [{ latest: true }, { status: { $ne: 'PUBLISHED' } }] });
  if (page.beforeId !== undefined) conditions.push({ id: { $lt: page.beforeId } });
  return manager.find(FlowRow, { $and: conditions }, { orderBy: { id: 'desc' }, limit: page.limit });
}

export function flowsByKey(manager: EntityManager, keys: readonly FlowKey[]): Promise<FlowRow[]> {
  return manager.find(FlowRow, { $or: keys.map(({ pspCode, name, revision }) => ({ pspCode, name, revision })) });
}

/** The newest revision of a name, or its last published one. */
export function newestRevision(
  manager: EntityManager,
  { pspCode, name }: Omit<FlowKey, 'revision'>,
  options: { published: boolean },
): Promise<FlowRow | null> {
  const where: FilterQuery<FlowRow> = { pspCode, name, ...(options.published && { status: 'PUBLISHED' as const }) };
  return manager.findOne(FlowRow, where, { orderBy: { revision: 'desc' } });
}

/** Lines of last published revisions that report the payments, with their flows, oldest flow first. */
export function linesOfPayments(manager: EntityManager, iurs: readonly string[], limit: number): Promise<FlowLineRow[]> {
  return manager.find(
    FlowLineRow,
    { iur: { $in: [...iurs] }, flow: { latest: true } },
    { populate: ['flow'], orderBy: [{ iur: 'asc' }, { flow: { id: 'asc' } }, { lineIndex: 'asc' }], limit },
  );
}
