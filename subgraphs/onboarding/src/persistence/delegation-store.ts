/** What creditors delegated to partners: entries of the directory, with who gave them. One that was revoked names no function. */
import type { PlatformFunction } from '@nodo-aperto/kernel/auth';
import { fromDate } from '@nodo-aperto/kernel/time';
import type { PartnerDelegation } from '../domain/permissions/partner-delegation.ts';
import type { Queryable } from './user-store.ts';

/** A delegation, with what names it. */
export interface StoredDelegation extends PartnerDelegation {
  readonly id: string;
  readonly partner: string;
  readonly revokedAt?: number;
  readonly revision: number;
}

interface Row {
  code: string;
  creditor_institution: string;
  partner: string;
  functions: PlatformFunction[];
  granted_by: string;
  changed_at: Date;
  revision: number;
}

// Of one that came with a directory file, whoever loaded the file gave it.
const SELECT = `select delegation.*, coalesce(delegation.granted_by, version.changed_by) as granted_by, version.valid_from as changed_at
  from delegation join object_revision as version on version.kind = 'delegation' and version.code = delegation.code and version.valid_to is null`;

/** What a creditor last said of a partner, also when it was revoked. */
export async function findDelegation(from: Queryable, creditor: string, partner: string): Promise<StoredDelegation | undefined> {
  const [row] = await from.query<Row>(`${SELECT} where creditor_institution = $1 and partner = $2`, [creditor, partner]);
  return row && delegationOf(row);
}

/** Delegations that hold, of a creditor or to a partner, in the order of the creditors and partners. */
export async function delegations(
  from: Queryable,
  of: { creditor?: string; partner?: string },
  page: { after?: { creditor: string; partner: string }; limit: number },
): Promise<StoredDelegation[]> {
  const rows = await from.query<Row>(
    `${SELECT} where functions <> '{}' and ($1::text is null or creditor_institution = $1) and ($2::text is null or partner = $2)
      and ($3::text is null or (creditor_institution, partner) > ($3, $4)) order by creditor_institution, partner limit $5`,
    [of.creditor ?? null, of.partner ?? null, page.after?.creditor ?? null, page.after?.partner ?? null, page.limit],
  );
  return rows.map(delegationOf);
}

export async function saveGrantor(to: Queryable, code: string, grantedBy: string): Promise<void> {
  await to.query('update delegation set granted_by = $2 where code = $1', [code, grantedBy]);
}

function delegationOf(row: Row): StoredDelegation {
  const changedAt = fromDate(row.changed_at);
  return {
    id: row.code,
    creditor: row.creditor_institution,
    partner: row.partner,
    functions: row.functions,
    grantedBy: row.granted_by,
    grantedAt: changedAt,
    ...(row.functions.length === 0 && { revokedAt: changedAt }),
    revision: row.revision,
  };
}
