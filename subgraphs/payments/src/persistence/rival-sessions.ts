/** Positions with open sessions of one option while another is paid, or being paid. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { HeldNotice } from '../domain/rival-sessions.ts';
import type { NoticeKey } from './notice-queries.ts';

const RIVALS = `join aca_notice as other on other.creditor_fiscal_code = own.creditor_fiscal_code and other.data ? 'option'
    and other.data ->> 'positionId' = own.data ->> 'positionId' and other.data #> '{option,number}' <> own.data #> '{option,number}'
  join notice as held on held.creditor_fiscal_code = other.creditor_fiscal_code and held.notice_number = other.notice_number
    and held.status in ('PAYING', 'PAID', 'NOTIFIED')`;

const FOUND = `select distinct on (own.creditor_fiscal_code, own.data ->> 'positionId') own.creditor_fiscal_code as "creditorFiscalCode",
  own.notice_number as "noticeNumber"`;

/** Of the given positions; a notice of each that has such sessions. */
export async function findRivalsOf(
  transaction: Transaction,
  positions: readonly { creditorFiscalCode: string; positionId: string }[],
): Promise<NoticeKey[]> {
  return transaction.query<NoticeKey>(
    `${FOUND} from (select distinct * from unnest($1::text[], $2::text[]) as position (creditor, id)) as position
      join aca_notice as own on own.creditor_fiscal_code = position.creditor and own.data ? 'option' and own.data ->> 'positionId' = position.id
      join notice as open on open.creditor_fiscal_code = own.creditor_fiscal_code and open.notice_number = own.notice_number and open.status = 'PAYING'
      ${RIVALS}`,
    [positions.map((each) => each.creditorFiscalCode), positions.map((each) => each.positionId)],
    { name: 'payments_rival_sessions_of' },
  );
}

/** Of all positions, a notice of each that has such sessions, at most so many. */
export async function findRivals(database: Database, most: number): Promise<NoticeKey[]> {
  return database.query<NoticeKey>(
    `${FOUND} from payment join aca_notice as own on own.creditor_fiscal_code = payment.creditor_fiscal_code
        and own.notice_number = payment.notice_number and own.data ? 'option'
      ${RIVALS}
      where payment.status = 'PAYING' limit $1`,
    [most],
    { name: 'payments_rival_sessions' },
  );
}

/** Locks the notices of the position of a notice that are paid or being paid. Hold its lock of options before. */
export async function lockHeld(transaction: Transaction, key: NoticeKey): Promise<HeldNotice[]> {
  return transaction.query<HeldNotice>(
    `select (other.data #>> '{option,number}')::integer as option, held.status, held.payment_token as "paymentToken",
        payment.activated_at as "activatedAt"
      from aca_notice as own
      join aca_notice as other on other.creditor_fiscal_code = own.creditor_fiscal_code and other.data ? 'option'
        and other.data ->> 'positionId' = own.data ->> 'positionId'
      join notice as held on held.creditor_fiscal_code = other.creditor_fiscal_code and held.notice_number = other.notice_number
        and held.status in ('PAYING', 'PAID', 'NOTIFIED')
      join payment on payment.payment_token = held.payment_token
      where own.creditor_fiscal_code = $1 and own.notice_number = $2 and own.data ? 'option'
      order by held.notice_number for update of held`,
    [key.creditorFiscalCode, key.noticeNumber],
  );
}
