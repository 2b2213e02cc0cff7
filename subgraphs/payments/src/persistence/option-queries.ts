/**
 * The payment options of a position, of which only one can be paid. Whoever chooses an option holds the position's lock while it looks at
 * the others and notes its claim, so that of two options that are tried in parallel one finds the other.
 */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { RivalState } from '../domain/option-choice.ts';
import type { NoticeKey } from './notice-queries.ts';

// A claim counts once its option was chosen under it: of two claims that are both only tried, the first with the lock goes on.
const RIVALS = `select distinct case when held.status in ('PAYING', 'PAID', 'NOTIFIED') then held.status else 'CLAIMED' end as state
  from aca_notice as own
  join aca_notice as other on other.creditor_fiscal_code = own.creditor_fiscal_code and other.data ? 'option'
    and other.data ->> 'positionId' = own.data ->> 'positionId' and other.data #> '{option,number}' <> own.data #> '{option,number}'
  join notice as held on held.creditor_fiscal_code = other.creditor_fiscal_code and held.notice_number = other.notice_number
  where own.creditor_fiscal_code = $1 and own.notice_number = $2 and own.data ? 'option'
    and (held.status in ('PAYING', 'PAID', 'NOTIFIED')
      or (held.claim_id is not null and held.option_claim = held.claim_id
        -- A little longer than the claim itself: a session that is opened in its last moment may not be visible yet.
        and held.claimed_until > $3::timestamptz - interval '5 seconds'))`;

/** How the notices of the position's other options stand, as far as they are in the way of this one; empty for a position of one option. */
export async function readRivals(database: Pick<Database, 'query'> | Transaction, key: NoticeKey, now: Date): Promise<RivalState[]> {
  const rows = await database.query<{ state: RivalState }>(RIVALS, [key.creditorFiscalCode, key.noticeNumber, now], {
    name: 'payments_option_rivals',
  });
  return rows.map(({ state }) => state);
}

/** Nobody else chooses an option of the notice's position until the transaction ends. */
export async function lockOptions(transaction: Transaction, key: NoticeKey): Promise<void> {
  await transaction.query(
    `select pg_advisory_xact_lock(hashtextextended('nodo-aperto.option.' || creditor_fiscal_code || '/' || (data ->> 'positionId'), 0))
      from aca_notice where creditor_fiscal_code = $1 and notice_number = $2 and data ? 'option'`,
    [key.creditorFiscalCode, key.noticeNumber],
    { name: 'payments_option_lock' },
  );
}

/** Notes that the option of a claimed notice is the one that is paid, as long as the claim stands. */
export async function noteChoice(transaction: Transaction, key: NoticeKey, claimId: string): Promise<void> {
  await transaction.query(
    'update notice set option_claim = claim_id where creditor_fiscal_code = $1 and notice_number = $2 and claim_id = $3',
    [key.creditorFiscalCode, key.noticeNumber, claimId],
    { name: 'payments_option_choice' },
  );
}

/** Whether two notices are of one position, in different options. */
export async function areRivals(transaction: Transaction, left: NoticeKey, right: NoticeKey): Promise<boolean> {
  const rows = await transaction.query(
    `select from aca_notice as one join aca_notice as other on other.creditor_fiscal_code = one.creditor_fiscal_code
        and other.data ->> 'positionId' = one.data ->> 'positionId' and other.data #> '{option,number}' <> one.data #> '{option,number}'
      where one.creditor_fiscal_code = $1 and one.notice_number = $2 and other.creditor_fiscal_code = $3 and other.notice_number = $4`,
    [left.creditorFiscalCode, left.noticeNumber, right.creditorFiscalCode, right.noticeNumber],
  );
  return rows.length > 0;
}
