/** Drafts of stations, channels and brokers: what their owners propose, and how the review stands. */
import type { DirectoryData } from '@nodo-aperto/kernel/directory';
import { fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { DraftState } from '../domain/configuration/draft-state.ts';
import type { Queryable } from './user-store.ts';

const DRAFT_KINDS = ['station', 'channel', 'creditorBroker', 'pspBroker'] as const;
export type DraftKind = (typeof DRAFT_KINDS)[number];

/** A draft. Instants are epoch milliseconds. */
export interface StoredDraft<Kind extends DraftKind = DraftKind> {
  readonly kind: Kind;
  readonly code: string;
  /** Code of the broker that proposes it; of a draft of a broker its own. */
  readonly broker: string;
  readonly state: DraftState;
  /** What is to be. */
  readonly object: DirectoryData[Kind];
  /** Revision of the configuration in force that the proposal takes the place of; absent when there was none. */
  readonly basedOn?: number;
  /** What the reviewer asks for. */
  readonly note?: string;
  readonly proposedBy: string;
  readonly proposedAt: number;
  readonly reviewedBy?: string;
  readonly changedAt: number;
  readonly revision: number;
}

interface Row {
  kind: DraftKind;
  code: string;
  broker: string;
  state: DraftState;
  object: DirectoryData[DraftKind];
  based_on: number | null;
  note: string | null;
  proposed_by: string;
  proposed_at: Date;
  reviewed_by: string | null;
  changed_at: Date;
  revision: number;
}

export async function findDraft<Kind extends DraftKind>(from: Queryable, kind: Kind, code: string): Promise<StoredDraft<Kind> | undefined> {
  const [row] = await from.query<Row>('select * from configuration_draft where kind = $1 and code = $2', [kind, code]);
  return row && (draftOf(row) as StoredDraft<Kind>);
}

/** Drafts of a kind in the order of their codes; of one broker, in some states, when given. */
export async function listDrafts(
  from: Queryable,
  kind: DraftKind,
  options: { broker?: string | undefined; states?: readonly DraftState[] | undefined; after?: string | undefined; limit: number },
): Promise<StoredDraft[]> {
  const { broker = null, states = null, after = null, limit } = options;
  const rows = await from.query<Row>(
    `select * from configuration_draft where kind = $1 and ($2::text is null or broker = $2) and ($3::text[] is null or state = any($3::text[]))
      and ($4::text is null or code > $4) order by code limit $5`,
    [kind, broker, states && [...states], after, limit],
  );
  return rows.map(draftOf);
}

/** Which of the codes have a draft that is not approved. */
export async function codesUnderReview(from: Queryable, kind: DraftKind, codes: readonly string[]): Promise<string[]> {
  const rows = await from.query<{ code: string }>(
    `select code from configuration_draft where kind = $1 and code = any($2::text[]) and state <> 'APPROVED'`,
    [kind, codes],
  );
  return rows.map(({ code }) => code);
}

/** Every code that a station or channel of a broker has or ever had, drafts included. */
export async function takenCodes(from: Queryable, broker: string): Promise<string[]> {
  const rows = await from.query<{ code: string }>(
    `select code from object_revision where kind in ('station', 'channel') and starts_with(code, $1)
      union select code from configuration_draft where starts_with(code, $1)`,
    [`${broker}_`],
  );
  return rows.map(({ code }) => code);
}

export async function saveDraft(to: Queryable, draft: StoredDraft): Promise<void> {
  await to.query(
    `insert into configuration_draft (kind, code, broker, state, object, based_on, note, proposed_by, proposed_at, reviewed_by, changed_at, revision)
      values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9::timestamptz, $10, $11::timestamptz, $12)
      on conflict (kind, code) do update set state = excluded.state, object = excluded.object, based_on = excluded.based_on, note = excluded.note,
        proposed_by = excluded.proposed_by, proposed_at = excluded.proposed_at, reviewed_by = excluded.reviewed_by,
        changed_at = excluded.changed_at, revision = excluded.revision`,
    [
      draft.kind,
      draft.code,
      draft.broker,
      draft.state,
      JSON.stringify(draft.object),
      draft.basedOn ?? null,
      draft.note ?? null,
      draft.proposedBy,
      toIso(draft.proposedAt),
      draft.reviewedBy ?? null,
      toIso(draft.changedAt),
      draft.revision,
    ],
  );
}

function draftOf(row: Row): StoredDraft {
  return {
    kind: row.kind,
    code: row.code,
    broker: row.broker,
    state: row.state,
    object: row.object,
    ...(row.based_on !== null && { basedOn: row.based_on }),
    ...(row.note !== null && { note: row.note }),
    proposedBy: row.proposed_by,
    proposedAt: fromDate(row.proposed_at),
    ...(row.reviewed_by !== null && { reviewedBy: row.reviewed_by }),
    changedAt: fromDate(row.changed_at),
    revision: row.revision,
  };
}
