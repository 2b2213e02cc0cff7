/** The audit as it is read, and notes of what operators do that changes no row of this subgraph. */
import { audienceOf, type Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Clock, fromDate, toIso } from '@nodo-aperto/kernel/time';
import { type AuditNote, recordAudit } from '../persistence/audit-log.ts';

/** What is asked for; absent filters let everything through. Instants are epoch milliseconds. */
export interface AuditFilter {
  readonly actor?: string | null;
  readonly action?: string | null;
  readonly objectKind?: string | null;
  readonly objectCode?: string | null;
  readonly from?: number | null;
  readonly until?: number | null;
  /** Operators only: what an institution may see, e.g. `EC:77777777777`. */
  readonly audience?: string | null;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: number;
  /** Who did it: the caller's subject, or a part of the platform. */
  readonly actor: string;
  readonly actorRole?: string;
  /** The person, when one did it. */
  readonly actorFiscalCode?: string;
  readonly onBehalfOf?: string;
  readonly action: string;
  readonly objectKind: string;
  readonly objectCode: string;
  /** JSON. */
  readonly detail: string;
}

export interface AuditService {
  /** Entries that the caller may see, newest first. @throws InputError for a filter that is too long */
  list(principal: Principal, filter: AuditFilter, page: { before?: string; limit: number }): Promise<AuditEntry[]>;
  /** Notes something by itself: for what is done outside this subgraph's database. */
  note(principal: Principal, note: AuditNote): Promise<void>;
}

interface Row {
  id: string;
  at: Date;
  actor: string;
  actor_role: string | null;
  actor_fiscal_code: string | null;
  on_behalf_of: string | null;
  action: string;
  object_kind: string;
  object_code: string;
  detail: unknown;
}

const LONGEST_FILTER = 256;
const LIST = `select id::text, at, actor, actor_role, actor_fiscal_code, on_behalf_of, action, object_kind, object_code, detail from audit_entry
  where ($1::bigint is null or id < $1::bigint) and ($2::text[] is null or audience && $2::text[])
    and ($3::text is null or actor = $3 or actor_fiscal_code = $3) and ($4::text is null or action = $4) and ($5::text is null or object_kind = $5)
    and ($6::text is null or object_code = $6) and ($7::timestamptz is null or at >= $7) and ($8::timestamptz is null or at < $8)
  order by audit_entry.id desc limit $9`;

export function auditService({ database, clock }: { database: Database; clock: Clock }): AuditService {
  return {
    async list(principal, filter, { before, limit }) {
      assertShort(filter);
      const own = audienceOf(principal);
      const audience = own ?? (filter.audience ? [filter.audience] : null);
      const rows = await database.query<Row>(LIST, [
        before ?? null,
        audience && [...audience],
        filter.actor ?? null,
        filter.action ?? null,
        filter.objectKind ?? null,
        filter.objectCode ?? null,
        instant(filter.from),
        instant(filter.until),
        limit,
      ]);
      return rows.map(entryOf);
    },
    note: (principal, note) => database.transaction((tx) => recordAudit(tx, principal, clock.now(), [note])),
  };
}

function instant(value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : toIso(value);
}

function assertShort(filter: AuditFilter): void {
  const texts = Object.entries(filter).filter(([, value]) => typeof value === 'string' && value.length > LONGEST_FILTER);
  if (texts.length > 0)
    throw new InputError(texts.map(([path]) => ({ path, message: 'is too long', expected: `at most ${LONGEST_FILTER} characters` })));
}

function entryOf(row: Row): AuditEntry {
  return {
    id: row.id,
    at: fromDate(row.at),
    actor: row.actor,
    ...(row.actor_role !== null && { actorRole: row.actor_role }),
    ...(row.actor_fiscal_code !== null && { actorFiscalCode: row.actor_fiscal_code }),
    ...(row.on_behalf_of !== null && { onBehalfOf: row.on_behalf_of }),
    action: row.action,
    objectKind: row.object_kind,
    objectCode: row.object_code,
    detail: JSON.stringify(row.detail),
  };
}
