/** Changes of creditors' accounts that wait for their day, and what became of them. */
import { fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { AccountChangeKind, AccountChangeState } from '../domain/accounts/account-change.ts';
import type { CreditorIban } from '../domain/objects/creditor-institution.ts';
import type { Queryable } from './user-store.ts';

/** A change of an account. Instants are epoch milliseconds, days local dates. */
export interface AccountChange {
  readonly id: string;
  readonly creditorInstitution: string;
  readonly iban: string;
  readonly kind: AccountChangeKind;
  readonly state: AccountChangeState;
  readonly effectiveOn: string;
  /** What is to be, of a new account. */
  readonly account?: CreditorIban;
  /** Why it failed. */
  readonly reason?: string;
  readonly requestedBy: string;
  readonly requestedAt: number;
  readonly changedAt: number;
  readonly revision: number;
}

interface Row {
  id: string;
  creditor_institution: string;
  iban: string;
  kind: AccountChangeKind;
  state: AccountChangeState;
  effective_on: string;
  account: CreditorIban | null;
  reason: string | null;
  requested_by: string;
  requested_at: Date;
  changed_at: Date;
  revision: number;
}

const CHANGE = `select id, creditor_institution, iban, kind, state, effective_on::text, account, reason, requested_by, requested_at, changed_at,
  revision from account_change`;

export async function findAccountChange(from: Queryable, id: string): Promise<AccountChange | undefined> {
  const [row] = await from.query<Row>(`${CHANGE} where id = $1::uuid`, [id]);
  return row && changeOf(row);
}

/** What waits for its day at a creditor. */
export async function pendingChanges(from: Queryable, creditor: string): Promise<AccountChange[]> {
  const rows = await from.query<Row>(`${CHANGE} where creditor_institution = $1 and state = 'PENDING' order by iban`, [creditor]);
  return rows.map(changeOf);
}

/** Changes of a creditor, in the order of their ids. */
export async function listAccountChanges(
  from: Queryable,
  creditor: string,
  { state, after, limit }: { state?: AccountChangeState | undefined; after?: string | undefined; limit: number },
): Promise<AccountChange[]> {
  const rows = await from.query<Row>(
    `${CHANGE} where creditor_institution = $1 and ($2::text is null or state = $2) and ($3::uuid is null or account_change.id > $3::uuid)
      order by account_change.id limit $4`,
    [creditor, state ?? null, after ?? null, limit],
  );
  return rows.map(changeOf);
}

/** Creditors with a change that is due, or with an account whose last day is past and which is not their only one. */
export async function creditorsWithDueChanges(from: Queryable, today: string, most: number): Promise<string[]> {
  const rows = await from.query<{ creditor: string }>(
    `select creditor_institution as creditor from account_change where state = 'PENDING' and effective_on <= $1::date
      union select ending.creditor_institution from creditor_iban as ending where ending.valid_until < $1::date and exists (
        select 1 from creditor_iban as other where other.creditor_institution = ending.creditor_institution and other.iban <> ending.iban)
      order by creditor limit $2`,
    [today, most],
  );
  return rows.map(({ creditor }) => creditor);
}

export async function saveAccountChange(to: Queryable, change: AccountChange): Promise<void> {
  await to.query(
    `insert into account_change (id, creditor_institution, iban, kind, state, effective_on, account, reason, requested_by, requested_at, changed_at, revision)
      values ($1::uuid, $2, $3, $4, $5, $6::date, $7::jsonb, $8, $9, $10::timestamptz, $11::timestamptz, $12)
      on conflict (id) do update set state = excluded.state, reason = excluded.reason, changed_at = excluded.changed_at, revision = excluded.revision`,
    [
      change.id,
      change.creditorInstitution,
      change.iban,
      change.kind,
      change.state,
      change.effectiveOn,
      change.account ? JSON.stringify(change.account) : null,
      change.reason ?? null,
      change.requestedBy,
      toIso(change.requestedAt),
      toIso(change.changedAt),
      change.revision,
    ],
  );
}

function changeOf(row: Row): AccountChange {
  return {
    id: row.id,
    creditorInstitution: row.creditor_institution,
    iban: row.iban,
    kind: row.kind,
    state: row.state,
    effectiveOn: row.effective_on,
    ...(row.account && { account: row.account }),
    ...(row.reason !== null && { reason: row.reason }),
    requestedBy: row.requested_by,
    requestedAt: fromDate(row.requested_at),
    changedAt: fromDate(row.changed_at),
    revision: row.revision,
  };
}
