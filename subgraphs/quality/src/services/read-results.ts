/** Results and their evidence, as a caller may see them: a PSP its own, an operator all. */
import { ownsTenant, type Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import type { Clock } from '@nodo-aperto/kernel/time';
import { type EvidenceItem, evaluate, evidenceItems } from '../domain/evaluate.ts';
import { type FlowKey, monthsOfFlow, readEvidence } from '../persistence/evidence.ts';
import { KpiResultRow } from '../persistence/tables.ts';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

export interface ResultFilter {
  pspCode?: string | null;
  month?: string | null;
}

export class ResultReader {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
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
  async page(principal: Principal, filter: ResultFilter, first?: number | null, after?: string | null): Promise<Connection<KpiResultRow>> {
    const psp = principal.role === 'OPERATOR' ? filter.pspCode : principal.tenant;
    if (filter.pspCode && filter.pspCode !== psp) throw new ForbiddenError('A PSP sees its own results only.');
    const month = checkedMonth(filter.month);
    const size = pageSize(first);
    const place = readListCursor(after, 3);
    const rows = await this.#database.query<{ id: string; psp_code: string; month: string; kpi: string }>(
      `select id, psp_code, month, kpi from kpi_result
        where ($1::text is null or psp_code = $1) and ($2::text is null or month = $2)
          and ($3::text is null or month < $3 or (month = $3 and (psp_code, kpi) > ($4, $5)))
        order by month desc, psp_code, kpi limit $6`,
      [psp ?? null, month ?? null, ...(place ?? [null, null, null]), size + 1],
    );
    const found = new Map(
      (
        await this.byIds(
          rows.map((row) => row.id),
          principal,
        )
      ).map((row) => [row.id, row]),
    );
    return toConnection(rows, size, {
      cursor: (row) => listCursor(row.month, row.psp_code, row.kpi),
      node: (row) => found.get(row.id) as KpiResultRow,
    });
  }

  /** A PSP's results of a month, or of the latest month that has any. */
  async ofPsp(pspCode: string, principal: Principal | undefined, month?: string | null): Promise<KpiResultRow[]> {
    if (!ownsTenant(principal, pspCode)) return [];
    const wanted = checkedMonth(month);
    return this.#database.read(async (manager) => {
      const [latest] = wanted
        ? [{ month: wanted }]
        : await manager.find(KpiResultRow, { pspCode }, { orderBy: { month: 'desc' }, limit: 1 });
      return latest ? manager.find(KpiResultRow, { pspCode, month: latest.month }, { orderBy: { kpi: 'asc' } }) : [];
    });
  }

  /** The FdR results whose evidence a flow's lines are part of. */
  async ofFlow(flow: Omit<FlowKey, 'creditorFiscalCode'>, principal: Principal | undefined): Promise<KpiResultRow[]> {
    if (!ownsTenant(principal, flow.pspCode)) return [];
    const months = await monthsOfFlow(this.#database, flow);
    return this.#database.read((manager) =>
      manager.find(
        KpiResultRow,
        { pspCode: flow.pspCode, month: { $in: months }, kpi: { $in: ['NRFDR', 'LFDR'] } },
        { orderBy: { month: 'asc', kpi: 'asc' } },
      ),
    );
  }

  /** What a result counts, recomputed from the raw rows as they stand now. */
  async evidence(
    result: KpiResultRow,
    options: { first?: number | null; after?: string | null; faultsOnly: boolean },
  ): Promise<Connection<EvidenceItem>> {
    const size = pageSize(options.first);
    const [after] = readListCursor(options.after, 1) ?? [];
    const items = evidenceItems(result.kpi, await readEvidence(this.#database, result.pspCode, result.month), this.#clock.now());
    const following = items.filter((item) => (!options.faultsOnly || item.fault) && (after === undefined || item.subject > String(after)));
    return toConnection(following.slice(0, size + 1), size, { cursor: (item) => listCursor(item.subject), node: (item) => item });
  }

  /** The digest of the evidence as it stands now: another one than the result's tells that facts came later. */
  async currentDigest(result: KpiResultRow): Promise<string> {
    const evidence = await readEvidence(this.#database, result.pspCode, result.month);
    const current = evaluate(evidence, this.#clock.now()).find(({ kpi }) => kpi === result.kpi);
    return current?.evidenceDigest ?? '';
  }
}

function checkedMonth(month: string | null | undefined): string | undefined {
  if (month === null || month === undefined) return undefined;
  if (!MONTH.test(month)) throw InputError.at('month', 'is not a month', 'a month such as 2026-03');
  return month;
}
