/** Results, what they were before, and their evidence, as a caller may see them: a PSP its own, an operator all. */
import { ownsTenant, type Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { fromDate } from '@nodo-aperto/kernel/time';
import { type EvidenceItem, evidenceItems } from '../domain/evidence.ts';
import { isMonth } from '../domain/month.ts';
import { DEFAULT_PROFILE, type KpiProfile } from '../domain/profile.ts';
import { FLOW_KPIS } from '../domain/thresholds.ts';
import { type EvidenceMonth, monthStates } from '../persistence/evidence-months.ts';
import { type FlowKey, monthsOfFlow } from '../persistence/note-flows.ts';
import { daysWithEvidence, readDay } from '../persistence/read-evidence.ts';
import { groupId, KpiGroupResultRow, KpiResultRevisionRow, KpiResultRow } from '../persistence/tables.ts';
import { computeMonth } from './compute-month.ts';

export interface ResultFilter {
  pspCode?: string | null;
  month?: string | null;
  profile?: KpiProfile | null;
}

export interface PageRequest {
  first?: number | null;
  after?: string | null;
}

export class ResultReader {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Results by id; those of other tenants are left out. */
  async byIds(ids: readonly string[], principal: Principal | undefined): Promise<KpiResultRow[]> {
    const rows = await this.#database.read((manager) => manager.find(KpiResultRow, { id: { $in: [...ids] } }));
    return rows.filter((row) => ownsTenant(principal, row.pspCode));
  }

  /**
   * A page of results, newest month first, then by PSP and KPI.
   * @throws ForbiddenError for another PSP's results, InputError for a malformed month, cursor or size
   */
  async page(principal: Principal, filter: ResultFilter, { first, after }: PageRequest): Promise<Connection<KpiResultRow>> {
    const psp = pspFor(principal, filter.pspCode);
    const month = checkedMonth(filter.month);
    const size = pageSize(first);
    const place = readListCursor(after, 3);
    const rows = await this.#database.query<{ id: string; psp_code: string; month: string; kpi: string }>(
      `select id, psp_code, month, kpi from kpi_result
        where profile = $7 and ($1::text is null or psp_code = $1) and ($2::text is null or month = $2)
          and ($3::text is null or month < $3 or (month = $3 and (psp_code, kpi) > ($4, $5)))
        order by month desc, psp_code, kpi limit $6`,
      [psp ?? null, month ?? null, ...(place ?? [null, null, null]), size + 1, filter.profile ?? DEFAULT_PROFILE],
    );
    const ids = rows.map((row) => row.id);
    const found = new Map((await this.byIds(ids, principal)).map((row) => [row.id, row]));
    return toConnection(rows, size, {
      cursor: (row) => listCursor(row.month, row.psp_code, row.kpi),
      node: (row) => found.get(row.id) as KpiResultRow,
    });
  }

  /** A PSP's results of a month, or of the latest month that has any. */
  async ofPsp(pspCode: string, principal: Principal | undefined, filter: Omit<ResultFilter, 'pspCode'>): Promise<KpiResultRow[]> {
    if (!ownsTenant(principal, pspCode)) return [];
    const wanted = checkedMonth(filter.month);
    const profile = filter.profile ?? DEFAULT_PROFILE;
    return this.#database.read(async (manager) => {
      const [latest] = wanted
        ? [{ month: wanted }]
        : await manager.find(KpiResultRow, { pspCode, profile }, { orderBy: { month: 'desc' }, limit: 1 });
      return latest ? manager.find(KpiResultRow, { pspCode, profile, month: latest.month }, { orderBy: { kpi: 'asc' } }) : [];
    });
  }

  /** The results of the FdR KPIs whose evidence a flow is part of. */
  async ofFlow(flow: Pick<FlowKey, 'pspCode' | 'name'>, principal: Principal | undefined): Promise<KpiResultRow[]> {
    if (!ownsTenant(principal, flow.pspCode)) return [];
    const months = (await monthsOfFlow(this.#database, flow)).map(({ month }) => month);
    return this.#database.read((manager) =>
      manager.find(
        KpiResultRow,
        { pspCode: flow.pspCode, profile: DEFAULT_PROFILE, month: { $in: months }, kpi: { $in: [...FLOW_KPIS] } },
        { orderBy: { month: 'asc', kpi: 'asc' } },
      ),
    );
  }

  /** What a result was before, newest first; at most a hundred. */
  async history(result: KpiResultRow): Promise<KpiResultRevisionRow[]> {
    return this.#database.read((manager) =>
      manager.find(KpiResultRevisionRow, { id: result.id }, { orderBy: { revision: 'desc' }, limit: 100 }),
    );
  }

  /** What the PSPs of the result's contract come to together; null when it is judged alone. */
  async group({ kpi, contract, month, profile }: KpiResultRow): Promise<KpiGroupResultRow | null> {
    if (!contract) return null;
    return this.#database.read((manager) => manager.findOne(KpiGroupResultRow, groupId(kpi, contract, month, profile)));
  }

  /** Whether months are final, by PSP and month. */
  async months(wanted: readonly { pspCode: string; month: string }[]): Promise<EvidenceMonth[]> {
    return monthStates(this.#database, wanted);
  }

  /** What a result counts, from the raw rows as they stand now, as of the instant of the result. By day and subject. */
  async evidence(result: KpiResultRow, options: PageRequest & { faultsOnly: boolean }): Promise<Connection<EvidenceItem>> {
    const size = pageSize(options.first);
    const [afterDay = '', afterSubject = ''] = (readListCursor(options.after, 2) ?? []).map(String);
    const reading = { profile: result.profile, now: fromDate(result.evaluatedAt) };
    const found: EvidenceItem[] = [];
    for (const day of await daysWithEvidence(this.#database, result.pspCode, result.month, afterDay)) {
      const items = evidenceItems(result.kpi, await readDay(this.#database, result.pspCode, day), reading);
      found.push(...items.filter((item) => (item.fault || !options.faultsOnly) && (day > afterDay || item.subject > afterSubject)));
      if (found.length > size) break;
    }
    return toConnection(found.slice(0, size + 1), size, { cursor: (item) => listCursor(item.day, item.subject), node: (item) => item });
  }

  /** The digest of the evidence as it stands now: another one than the result's tells that facts came later. */
  async currentDigest(result: KpiResultRow): Promise<string> {
    const reading = { profile: result.profile, now: fromDate(result.evaluatedAt) };
    const [evaluations = []] = await computeMonth(this.#database, result, [reading]);
    return evaluations.find(({ kpi }) => kpi === result.kpi)?.evidenceDigest ?? '';
  }
}

/**
 * The PSP that a caller asks for: a PSP its own in any case, an operator any.
 * @throws ForbiddenError when a PSP asks for another
 */
export function pspFor(principal: Principal, asked: string | null | undefined): string | undefined {
  if (principal.role === 'OPERATOR') return asked ?? undefined;
  if (asked && asked !== principal.tenant) throw new ForbiddenError('A PSP sees its own results only.');
  return principal.tenant;
}

/** @throws InputError for a text that is no month */
export function checkedMonth(month: string | null | undefined): string | undefined {
  if (month === null || month === undefined) return undefined;
  if (!isMonth(month)) throw InputError.at('month', 'is not a month', 'a month such as 2026-03');
  return month;
}
