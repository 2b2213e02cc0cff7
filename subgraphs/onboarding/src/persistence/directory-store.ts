/**
 * The directory's tables. There is one writer at a time: what a change was checked against still holds when it is written. Every change
 * writes the object, its history, the fact and the audit in one transaction.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type Database, type Transaction, sqlStateOf } from '@nodo-aperto/kernel/database';
import { type DirectoryChange, type DirectoryData, type DirectoryKind, parentOf } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { UnavailableError } from '@nodo-aperto/kernel/faults';
import { type Clock, toIso } from '@nodo-aperto/kernel/time';
import { directoryEntryChanged } from '@nodo-aperto/schema/events';
import type { Change } from '../domain/directory-file/index.ts';
import { FILE_KINDS } from '../domain/kinds.ts';
import { type Actor, actorName, auditKind, type AuditNote, recordAudit } from './audit-log.ts';
import { deleteObject, loadObjects, saveObjects, type Stored } from './mappings.ts';

/** An object after a change of it. */
export interface Written extends Stored {
  readonly kind: DirectoryKind;
  readonly created: boolean;
}

/** What the one writer can do. */
export interface DirectoryWriter {
  readonly manager: EntityManager;
  /** The transaction's own connection. */
  readonly query: Transaction['query'];
  /** Platform time of the change, epoch milliseconds and ISO 8601. */
  readonly nowMs: number;
  readonly now: string;
  load<Kind extends DirectoryKind>(kind: Kind, codes: readonly string[]): Promise<Stored<Kind>[]>;
  /** Creates and updates objects. */
  save(changes: readonly Change[]): Promise<Written[]>;
  /** Removes an object that nothing refers to. */
  remove<Kind extends DirectoryKind>(kind: Kind, stored: Stored<Kind>): Promise<void>;
  /** Notes something else that is changed in this transaction. */
  audit(...notes: readonly AuditNote[]): Promise<void>;
}

export interface DirectoryStore {
  /**
   * Runs work that changes the directory, alone and in one transaction.
   * @param by who asks for it, kept in the history and in the audit
   * @throws UnavailableError when other changes take too long
   */
  write<T>(by: Actor, work: (writer: DirectoryWriter) => Promise<T>): Promise<T>;
}

const LOCK = `select pg_advisory_xact_lock(hashtextextended('onboarding directory', 0))`;
const LOCK_DEADLINE_MS = 12_000;
/** Facts of one statement of the outbox. */
const BATCH = 2_000;

export function directoryStore({ database, outbox, clock }: { database: Database; outbox: Outbox; clock: Clock }): DirectoryStore {
  return {
    write: (by, work) =>
      database.transaction(async (transaction) => {
        await takeTurn(transaction);
        return work(writerOf(transaction, outbox, { by, nowMs: clock.now() }));
      }),
  };
}

async function takeTurn(transaction: Transaction): Promise<void> {
  try {
    await transaction.query(`set local lock_timeout = ${LOCK_DEADLINE_MS}`);
    await transaction.query(LOCK);
  } catch (error) {
    if (sqlStateOf(error) !== '55P03') throw error;
    throw new UnavailableError('Another change of the directory takes very long; try again later.');
  }
}

interface Circumstances {
  readonly by: Actor;
  readonly nowMs: number;
}

function writerOf(transaction: Transaction, outbox: Outbox, circumstances: Circumstances): DirectoryWriter {
  const { nowMs } = circumstances;
  const now = toIso(nowMs);
  return {
    manager: transaction.manager,
    query: (sql, parameters, options) => transaction.query(sql, parameters, options),
    audit: (...notes) => recordAudit(transaction, circumstances.by, nowMs, notes),
    nowMs,
    now,
    load: (kind, codes) => loadObjects(transaction.manager, kind, codes),
    async save(changes) {
      const written = await record(transaction, changes, circumstances);
      for (const kind of FILE_KINDS) {
        await saveObjects(
          transaction.manager,
          kind,
          written.filter((each) => each.kind === kind),
        );
      }
      await state(transaction, outbox, written, { now, deleted: false, circumstances });
      return written;
    },
    async remove(kind, stored) {
      const { code, object } = stored;
      const written = await record(transaction, [{ kind, code, object, created: false }], circumstances, true);
      await deleteObject(transaction.manager, kind, code);
      await state(transaction, outbox, written, { now, deleted: true, circumstances });
    },
  };
}

interface RevisionRow {
  kind: DirectoryKind;
  code: string;
  revision: number;
}

/** Ends the present revision of each object and begins the next. An object that was removed and comes back goes on counting. */
async function record(
  transaction: Transaction,
  changes: readonly Change[],
  { by, nowMs }: Circumstances,
  removed = false,
): Promise<Written[]> {
  if (changes.length === 0) return [];
  const rows = changes.map(({ kind, code, object }) => ({ kind, code, object }));
  const at = toIso(nowMs);
  await transaction.query(
    `update object_revision as present set valid_to = $2::timestamptz
      from jsonb_to_recordset($1::jsonb) as change (kind text, code text)
      where present.kind = change.kind and present.code = change.code and present.valid_to is null`,
    [JSON.stringify(rows.map(({ kind, code }) => ({ kind, code }))), at],
  );
  // What was removed holds from then on for no time at all: its last row only tells that and when.
  const revisions = await transaction.query<RevisionRow>(
    `insert into object_revision (kind, code, revision, valid_from, valid_to, removed, object, changed_by)
      select change.kind, change.code,
        coalesce((select max(old.revision) from object_revision as old where old.kind = change.kind and old.code = change.code), 0) + 1,
        $2::timestamptz, case when $3::boolean then $2::timestamptz end, $3::boolean, change.object, $4
      from jsonb_to_recordset($1::jsonb) as change (kind text, code text, object jsonb)
      returning kind, code, revision`,
    [JSON.stringify(rows), at, removed, actorName(by)],
  );
  const found = new Map(revisions.map((row) => [`${row.kind}/${row.code}`, row.revision]));
  return changes.map((change) => ({ ...change, revision: found.get(`${change.kind}/${change.code}`) ?? 1 }));
}

/** States the fact of each change, and notes it in the audit. */
async function state(
  transaction: Transaction,
  outbox: Outbox,
  written: readonly Written[],
  { now, deleted, circumstances }: { now: string; deleted: boolean; circumstances: Circumstances },
): Promise<void> {
  const facts = written.map(({ kind, code, object, revision }) => {
    const parent = parentOf(kind, object as DirectoryData[typeof kind]);
    return { kind, code, ...(parent !== undefined && { parent }), revision, deleted, validFrom: now, data: object } as DirectoryChange;
  });
  for (let from = 0; from < facts.length; from += BATCH) {
    await outbox.appendMany(transaction, directoryEntryChanged, facts.slice(from, from + BATCH));
  }
  const notes = facts.map((fact, index) => noteOf(fact, deleted ? 'REMOVED' : written[index]?.created ? 'CREATED' : 'UPDATED'));
  await recordAudit(transaction, circumstances.by, circumstances.nowMs, notes);
}

/** A key is named by the beginning of its digest: enough to find it again, too little to look one up. */
function noteOf(fact: DirectoryChange, action: string): AuditNote {
  const { kind, code, revision } = fact;
  return {
    action,
    objectKind: auditKind(kind),
    objectCode: kind === 'apiKey' ? code.slice(0, 12) : code,
    audience: directoryEntryChanged.audience(fact),
    detail: { revision },
  };
}
