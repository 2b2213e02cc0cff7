/** What somebody owes, and who may ask for it. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { PullConsent } from '../domain/pull-consent.ts';
import type { PositionKey } from './position-store.ts';

/** Where a list begins: after the position with these values. */
export interface PullCursor {
  /** Epoch milliseconds of its loading. */
  at: number;
  creditorFiscalCode: string;
  iupd: string;
}

export interface PullQuery {
  debtorFiscalCode: string;
  /** Epoch milliseconds. */
  now: number;
  /** Only positions with something due then or later. */
  dueFrom?: number;
  creditorFiscalCode?: string;
  after?: PullCursor;
  limit: number;
  offset?: number;
}

export type PullKey = PositionKey & PullCursor;

// Begins at the debtor's open notices (an index of their own). The conditions on time are those of the domain's `noticeStatusAt`.
const OWED = `select distinct position.creditor_fiscal_code as "creditorFiscalCode", position.iupd, position.created_at
  from notice join debt_position as position
    on position.creditor_fiscal_code = notice.creditor_fiscal_code and position.iupd = notice.iupd
  where notice.debtor_fiscal_code = $1 and notice.status in ('VALID', 'PUBLISHED') and position.pull
    and (notice.expires_at is null or notice.expires_at >= $2)
    and (position.status in ('VALID', 'PARTIALLY_PAID') or (position.status = 'PUBLISHED' and position.valid_from <= $2))
    and ($3::timestamptz is null or notice.due_date >= $3) and ($4::text is null or notice.creditor_fiscal_code = $4)
    and ($5::timestamptz is null or (position.created_at, position.creditor_fiscal_code, position.iupd) > ($5, $6, $7))
  order by position.created_at, position.creditor_fiscal_code, position.iupd limit $8 offset $9`;

/** The positions that the debtor finds, oldest first. */
export async function owedPositions(database: Pick<Database, 'query'>, query: PullQuery): Promise<PullKey[]> {
  const { after, dueFrom } = query;
  const rows = await database.query<PositionKey & { created_at: Date }>(OWED, [
    query.debtorFiscalCode,
    toIso(query.now),
    dueFrom === undefined ? null : toIso(dueFrom),
    query.creditorFiscalCode ?? null,
    after ? toIso(after.at) : null,
    after?.creditorFiscalCode ?? null,
    after?.iupd ?? null,
    query.limit,
    query.offset ?? 0,
  ]);
  return rows.map(({ creditorFiscalCode, iupd, created_at }) => ({ creditorFiscalCode, iupd, at: fromDate(created_at) }));
}

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
const CONSENT = `select debtor_fiscal_code as "debtorFiscalCode", psp_code as "pspCode", recorded_by as "recordedBy", reference,
  ${ms('given_at')} as "givenAt", ${ms('expires_at')} as "expiresAt", ${ms('revoked_at')} as "revokedAt" from pull_consent`;

type ConsentRow = { [Field in keyof PullConsent]: PullConsent[Field] | null };

function consentOf(row: ConsentRow): PullConsent {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as PullConsent;
}

export async function readConsent(
  database: Pick<Database, 'query'> | Transaction,
  debtorFiscalCode: string,
  pspCode: string,
): Promise<PullConsent | undefined> {
  const [row] = await database.query<ConsentRow>(`${CONSENT} where debtor_fiscal_code = $1 and psp_code = $2`, [debtorFiscalCode, pspCode]);
  return row && consentOf(row);
}

/** The consents that a citizen has ever given, by PSP: one per PSP. */
export async function listConsents(
  database: Pick<Database, 'query'>,
  { debtorFiscalCode, after, limit }: { debtorFiscalCode: string; after?: string; limit: number },
): Promise<PullConsent[]> {
  const rows = await database.query<ConsentRow>(
    `${CONSENT} where debtor_fiscal_code = $1 and ($2::text is null or psp_code > $2) order by psp_code limit $3`,
    [debtorFiscalCode, after ?? null, limit],
  );
  return rows.map(consentOf);
}

/** Keeps a consent as it is now, and who changed it. */
export async function saveConsent(
  transaction: Transaction,
  consent: PullConsent,
  change: { at: number; by: PullConsent['recordedBy'] },
): Promise<void> {
  const { debtorFiscalCode, pspCode, recordedBy, reference = null, givenAt, expiresAt, revokedAt } = consent;
  await transaction.query(
    `insert into pull_consent (debtor_fiscal_code, psp_code, recorded_by, reference, given_at, expires_at, revoked_at)
      values ($1, $2, $3, $4, $5, $6, $7) on conflict (debtor_fiscal_code, psp_code) do update set recorded_by = excluded.recorded_by,
        reference = excluded.reference, given_at = excluded.given_at, expires_at = excluded.expires_at, revoked_at = excluded.revoked_at`,
    [debtorFiscalCode, pspCode, recordedBy, reference, toIso(givenAt), toIso(expiresAt), revokedAt === undefined ? null : toIso(revokedAt)],
  );
  await transaction.query(
    'insert into pull_consent_change (debtor_fiscal_code, psp_code, given, recorded_by, reference, at) values ($1, $2, $3, $4, $5, $6)',
    [debtorFiscalCode, pspCode, revokedAt === undefined, change.by, reference, toIso(change.at)],
  );
}
