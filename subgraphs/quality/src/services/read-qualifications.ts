/** Qualifications as a caller may see them: a partner its own, an operator all. */
import { ownsTenant, type Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { ForbiddenError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import type { PartnerModule } from '../domain/partner/modules.ts';
import type { PartnerRecord } from '../domain/partner/shutdown.ts';
import {
  QualificationAuditRow,
  QualificationFigureRow,
  QualificationModuleRow,
  QualificationRow,
} from '../persistence/qualification-tables.ts';
import { partnerDigest, type PartnerDirectory, recordsOf, shutdownsOf } from './partner-evidence.ts';
import type { PageRequest } from './read-results.ts';
import { spanOfMonths } from './run-qualifications.ts';

export class QualificationReader {
  readonly #database: Database;
  readonly #directory: PartnerDirectory;

  constructor(database: Database, directory: PartnerDirectory) {
    this.#database = database;
    this.#directory = directory;
  }

  /** Null when there is none, or it belongs to somebody else. */
  async byId(id: string, principal: Principal | undefined): Promise<QualificationRow | null> {
    const row = await this.#database.read((manager) => manager.findOne(QualificationRow, id));
    return row && ownsTenant(principal, row.partnerCode) ? row : null;
  }

  /** By id. @throws ForbiddenError for another partner's, InputError for a malformed cursor or size */
  async page(principal: Principal, partnerCode: string | null, { first, after }: PageRequest): Promise<Connection<QualificationRow>> {
    const partner = principal.role === 'OPERATOR' ? partnerCode : principal.tenant;
    if (partnerCode !== null && partnerCode !== partner) throw new ForbiddenError('A partner sees its own qualifications only.');
    const size = pageSize(first);
    const [afterId = ''] = readListCursor(after, 1) ?? [];
    const rows = await this.#database.read((manager) =>
      manager.find(
        QualificationRow,
        { id: { $gt: String(afterId) }, ...(partner !== null && partner !== undefined && { partnerCode: partner }) },
        { orderBy: { id: 'asc' }, limit: size + 1 },
      ),
    );
    return toConnection(rows, size, { cursor: (row) => listCursor(row.id), node: (row) => row });
  }

  modules(id: string): Promise<QualificationModuleRow[]> {
    return this.#database.read((manager) => manager.find(QualificationModuleRow, { qualification: id }, { orderBy: { module: 'asc' } }));
  }

  /** Months in their order, then the whole period. */
  figures(id: string, module: PartnerModule): Promise<QualificationFigureRow[]> {
    return this.#database.read((manager) =>
      manager.find(QualificationFigureRow, { qualification: id, module }, { orderBy: { period: 'asc' } }),
    );
  }

  /** Newest first; at most two hundred. */
  audit(id: string): Promise<QualificationAuditRow[]> {
    return this.#database.read((manager) =>
      manager.find(QualificationAuditRow, { qualification: id }, { orderBy: { number: 'desc' }, limit: 200 }),
    );
  }

  /** What a module counts, as it stands now: in the order of time and subject. */
  async evidence(row: QualificationRow, module: PartnerModule, { first, after }: PageRequest): Promise<Connection<PartnerRecord>> {
    const size = pageSize(first);
    const [start = 0] = (readListCursor(after, 1) ?? []).map(Number);
    const records = await this.#records(row, module);
    const page = records.slice(start, start + size + 1).map((record, index) => ({ record, place: start + index + 1 }));
    return toConnection(page, size, { cursor: ({ place }) => listCursor(place), node: ({ record }) => record });
  }

  /** The digest of what a module counts, as it stands now. */
  async currentDigest(row: QualificationRow, module: PartnerModule): Promise<string> {
    const span = spanOfMonths(row.fromMonth, row.toMonth);
    const shutdowns = await shutdownsOf(this.#database, this.#directory, row.partnerCode, span);
    return partnerDigest(module, await this.#records(row, module), shutdowns);
  }

  #records(row: QualificationRow, module: PartnerModule): Promise<PartnerRecord[]> {
    return recordsOf(this.#database, this.#directory, row.partnerCode, module, spanOfMonths(row.fromMonth, row.toMonth));
  }
}
