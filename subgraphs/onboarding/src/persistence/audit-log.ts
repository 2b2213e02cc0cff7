/**
 * The audit: who changed what, when, on whose behalf. Written in the transaction of the change; the database refuses to change or delete what
 * is in it. Source: domain facts, Onboarding section 5.4; design section 4.
 */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Transaction } from '@nodo-aperto/kernel/database';
import { toIso } from '@nodo-aperto/kernel/time';
import { addressOf, isInstitutionRole } from '../domain/permissions/institution.ts';

/** Who makes a change: a caller, or a part of the platform by its name. */
export type Actor = Principal | string;

/** How an actor is named in histories. */
export function actorName(actor: Actor): string {
  return typeof actor === 'string' ? actor : actor.subject;
}

/** One change, as it is noted. */
export interface AuditNote {
  /** What was done, e.g. CREATED, UPDATED, REMOVED, SUSPENDED. */
  readonly action: string;
  /** What it was done to, e.g. STATION. */
  readonly objectKind: string;
  readonly objectCode: string;
  /** The institutions that may read it, e.g. `EC:77777777777`; the actor's own is added. */
  readonly audience: readonly string[];
  /** For whom it was done, when not for the actor's own institution. */
  readonly onBehalfOf?: string;
  /** What is worth knowing of the change. Never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

const BATCH = 2_000;
const INSERT = `insert into audit_entry (at, actor, actor_role, actor_fiscal_code, on_behalf_of, action, object_kind, object_code, audience, detail)
  select $2::timestamptz, $3, $4, $5, note.on_behalf_of, note.action, note.object_kind, note.object_code,
    array(select jsonb_array_elements_text(note.audience)), note.detail
  from jsonb_to_recordset($1::jsonb) as note (on_behalf_of text, action text, object_kind text, object_code text, audience jsonb, detail jsonb)`;

/** @param at epoch milliseconds */
export async function recordAudit(
  transaction: Pick<Transaction, 'query'>,
  actor: Actor,
  at: number,
  notes: readonly AuditNote[],
): Promise<void> {
  const { role, tenant, fiscalCode } = typeof actor === 'string' ? {} : actor;
  const own = role !== undefined && isInstitutionRole(role) && tenant !== undefined ? addressOf({ role, code: tenant }) : undefined;
  const rows = notes.map((note) => ({
    on_behalf_of: note.onBehalfOf ?? own ?? null,
    action: note.action,
    object_kind: note.objectKind,
    object_code: note.objectCode,
    audience: [...new Set([...note.audience, ...(own === undefined ? [] : [own])])],
    detail: note.detail ?? {},
  }));
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = JSON.stringify(rows.slice(from, from + BATCH));
    await transaction.query(INSERT, [batch, toIso(at), actorName(actor), role ?? null, fiscalCode ?? null]);
  }
}

/** Names a kind of directory object as the graph does: `creditorInstitution` is CREDITOR_INSTITUTION. */
export function auditKind(kind: string): string {
  return kind.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
