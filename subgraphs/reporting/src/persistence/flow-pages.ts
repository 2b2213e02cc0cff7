/** Pages by number, as the official REST interface has them. */
import type { EntityManager, FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { asDate } from '@nodo-aperto/kernel/time';
import type { FlowKey } from './flow-reads.ts';
import { FlowRow } from './tables.ts';

export interface NumberedPage {
  /** From 1. */
  page: number;
  size: number;
}

/** The rows of a page and how many there are in all. */
export interface Numbered<Row> {
  rows: Row[];
  total: number;
}

async function find<Row extends object>(found: Promise<[Row[], number]>): Promise<Numbered<Row>> {
  const [rows, total] = await found;
  return { rows, total };
}

function flows(
  manager: EntityManager,
  where: FilterQuery<FlowRow>,
  orderBy: QueryOrderMap<FlowRow>[],
  { page, size }: NumberedPage,
): Promise<Numbered<FlowRow>> {
  return find(manager.findAndCount(FlowRow, where, { orderBy, limit: size, offset: (page - 1) * size }));
}

/** A PSP's drafts created after an instant, by name. */
export function draftsOf(
  manager: EntityManager,
  filter: { pspCode: string; createdAfter?: number },
  page: NumberedPage,
): Promise<Numbered<FlowRow>> {
  const { pspCode, createdAfter } = filter;
  const where: FilterQuery<FlowRow> = {
    pspCode,
    status: { $ne: 'PUBLISHED' },
    ...(createdAfter !== undefined && { createdAt: { $gt: asDate(createdAfter) } }),
  };
  return flows(manager, where, [{ name: 'asc' }], page);
}

/** A PSP's published flows, all revisions, by name and revision. */
export function publishedBy(
  manager: EntityManager,
  filter: { pspCode: string; creditorFiscalCode?: string; publishedAfter?: number },
  page: NumberedPage,
): Promise<Numbered<FlowRow>> {
  const { pspCode, creditorFiscalCode, publishedAfter } = filter;
  const where: FilterQuery<FlowRow> = {
    pspCode,
    status: 'PUBLISHED',
    ...(creditorFiscalCode !== undefined && { creditorFiscalCode }),
    ...(publishedAfter !== undefined && { publishedAt: { $gt: asDate(publishedAfter) } }),
  };
  return flows(manager, where, [{ name: 'asc' }, { revision: 'asc' }], page);
}

/** The final revisions that a creditor receives, by date and name. */
export function publishedFor(
  manager: EntityManager,
  filter: { creditorFiscalCode: string; pspCode?: string; publishedAfter: number; flowDateAfter?: number },
  page: NumberedPage,
): Promise<Numbered<FlowRow>> {
  const { creditorFiscalCode, pspCode, publishedAfter, flowDateAfter } = filter;
  const where: FilterQuery<FlowRow> = {
    creditorFiscalCode,
    latest: true,
    publishedAt: { $gt: asDate(publishedAfter) },
    ...(pspCode !== undefined && { pspCode }),
    ...(flowDateAfter !== undefined && { flowDate: { $gt: asDate(flowDateAfter) } }),
  };
  return flows(manager, where, [{ flowDate: 'asc' }, { name: 'asc' }, { pspCode: 'asc' }], page);
}

/** A flow by its PSP, name and creditor: the draft, or the published revision of the number. */
export function findFlow(
  manager: EntityManager,
  { pspCode, name, creditorFiscalCode, revision }: Omit<FlowKey, 'revision'> & { creditorFiscalCode: string; revision: number | 'DRAFT' },
): Promise<FlowRow | null> {
  const which: FilterQuery<FlowRow> = revision === 'DRAFT' ? { status: { $ne: 'PUBLISHED' } } : { status: 'PUBLISHED', revision };
  return manager.findOne(FlowRow, { $and: [{ pspCode, name, creditorFiscalCode }, which] });
}
