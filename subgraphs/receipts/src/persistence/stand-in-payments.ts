/** Payments made in Stand-In, and what their creditors said later that they were worth. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { AmountOccasion } from '@nodo-aperto/schema/events';
import type { AmountWord } from '../domain/amount-drift.ts';

export interface NoticeKey {
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
}

/** Instants are epoch milliseconds, amounts euro cents. */
export interface StandInPayment extends NoticeKey {
  readonly paymentToken: string;
  readonly iuv: string;
  readonly brokerCode: string;
  readonly stationCode: string;
  readonly paid: number;
  readonly activatedAt: number;
  /** Undefined while it is not booked. */
  readonly paidAt?: number | undefined;
}

/**
 * Until the end of the transaction nobody else writes down payments or words: of two who meet, each would miss what the other has not
 * committed yet, and the payment would stay without its word.
 */
export async function lockAmounts(transaction: Transaction): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock(hashtextextended('receipts/amounts', 0))`, [], { name: 'receipts_lock_amounts' });
}

/** Keeps that notices were activated in Stand-In, or booked: whichever comes first. Each payment once. */
export async function saveStandInPayments(transaction: Transaction, payments: readonly StandInPayment[]): Promise<void> {
  await transaction.query(
    `insert into stand_in_payment as known (payment_token, creditor_fiscal_code, notice_number, iuv, broker_code, station_code, paid,
        activated_at, paid_at)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[],
        $9::timestamptz[])
      on conflict (payment_token) do update set paid_at = coalesce(known.paid_at, excluded.paid_at)`,
    [
      payments.map((payment) => payment.paymentToken),
      payments.map((payment) => payment.creditorFiscalCode),
      payments.map((payment) => payment.noticeNumber),
      payments.map((payment) => payment.iuv),
      payments.map((payment) => payment.brokerCode),
      payments.map((payment) => payment.stationCode),
      payments.map((payment) => payment.paid),
      payments.map((payment) => toIso(payment.activatedAt)),
      payments.map((payment) => (payment.paidAt === undefined ? null : toIso(payment.paidAt))),
    ],
    { name: 'receipts_save_stand_in_payments' },
  );
}

/** Forgets payments that did not happen. */
export async function deleteUnbooked(transaction: Transaction, paymentTokens: readonly string[]): Promise<void> {
  await transaction.query('delete from stand_in_payment where payment_token = any($1::text[]) and paid_at is null', [[...paymentTokens]], {
    name: 'receipts_delete_unbooked',
  });
}

/** Those of the notices that were activated in Stand-In, as `creditor/number`. */
export async function noticesInStandIn(transaction: Transaction, notices: readonly NoticeKey[]): Promise<Set<string>> {
  const rows = await transaction.query<{ creditor_fiscal_code: string; notice_number: string }>(
    `select creditor_fiscal_code, notice_number from stand_in_payment where (creditor_fiscal_code, notice_number) in
      (select * from unnest($1::text[], $2::text[]))`,
    [notices.map((notice) => notice.creditorFiscalCode), notices.map((notice) => notice.noticeNumber)],
    { name: 'receipts_notices_in_stand_in' },
  );
  return new Set(rows.map((row) => `${row.creditor_fiscal_code}/${row.notice_number}`));
}

/** Keeps what creditors said; what is known already is not repeated. */
export async function saveWords(transaction: Transaction, words: readonly (NoticeKey & AmountWord)[]): Promise<void> {
  await transaction.query(
    `insert into amount_word (creditor_fiscal_code, notice_number, at, occasion, amount)
      select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[]) on conflict do nothing`,
    [
      words.map((word) => word.creditorFiscalCode),
      words.map((word) => word.noticeNumber),
      words.map((word) => toIso(word.at)),
      words.map((word) => word.occasion),
      words.map((word) => word.amount),
    ],
    { name: 'receipts_save_words' },
  );
}

/** A booked payment and all that its creditor said of its notice. */
export interface PaymentAndWords {
  readonly paymentToken: string;
  readonly activatedAt: number;
  readonly paidAt: number;
  readonly words: readonly AmountWord[];
}

/** The booked payments of the notices, locked, with the words about each. */
export async function bookedWithWords(transaction: Transaction, notices: readonly NoticeKey[]): Promise<PaymentAndWords[]> {
  const rows = await transaction.query<{
    payment_token: string;
    activated_at: Date;
    paid_at: Date;
    words: { at: string; amount: number; occasion: AmountOccasion }[] | null;
  }>(
    `select payment_token, activated_at, paid_at, (
        select json_agg(json_build_object('at', extract(epoch from word.at) * 1000, 'amount', word.amount, 'occasion', word.occasion))
        from amount_word as word where word.creditor_fiscal_code = payment.creditor_fiscal_code
          and word.notice_number = payment.notice_number and word.at > payment.activated_at) as words
      from stand_in_payment as payment where paid_at is not null
        and (creditor_fiscal_code, notice_number) in (select * from unnest($1::text[], $2::text[])) order by payment_token for update`,
    [notices.map((notice) => notice.creditorFiscalCode), notices.map((notice) => notice.noticeNumber)],
    { name: 'receipts_booked_with_words' },
  );
  return rows.map((row) => ({
    paymentToken: row.payment_token,
    activatedAt: fromDate(row.activated_at),
    paidAt: fromDate(row.paid_at),
    words: (row.words ?? []).map(({ at, amount, occasion }) => ({ at: Number(at), amount, occasion })),
  }));
}

export async function saveActual(transaction: Transaction, paymentToken: string, { amount, at, occasion }: AmountWord): Promise<void> {
  await transaction.query(
    'update stand_in_payment set actual = $2, learnt_at = $3, occasion = $4 where payment_token = $1',
    [paymentToken, amount, asDate(at), occasion],
    { name: 'receipts_save_actual' },
  );
}

/** A line of the report. */
export interface DriftLine extends Omit<StandInPayment, 'paidAt' | 'activatedAt'> {
  readonly paidAt: number;
  readonly actual: number | undefined;
  readonly learntAt: number | undefined;
  readonly occasion: AmountOccasion | undefined;
}

/** What narrows the report; all that is given must hold. Instants are epoch milliseconds. */
export interface DriftFilter {
  readonly creditorFiscalCode?: string;
  readonly brokerCode?: string;
  /** Creditors that do not let the caller see what is theirs. */
  readonly withheld?: readonly string[];
  readonly from?: number;
  readonly until?: number;
  /** Only payments whose amount was not the actual one. */
  readonly differing?: boolean;
}

interface LineRow {
  payment_token: string;
  creditor_fiscal_code: string;
  notice_number: string;
  iuv: string;
  broker_code: string;
  station_code: string;
  paid: number;
  paid_at: Date;
  actual: number | null;
  learnt_at: Date | null;
  occasion: AmountOccasion | null;
}

const FILTERED = `paid_at is not null and ($1::text is null or creditor_fiscal_code = $1) and ($2::text is null or broker_code = $2)
  and ($3::timestamptz is null or paid_at >= $3) and ($4::timestamptz is null or paid_at < $4) and (not $5::boolean or actual <> paid)
  and creditor_fiscal_code <> all ($6::text[])`;

function filterValues({ creditorFiscalCode, brokerCode, withheld, from, until, differing }: DriftFilter): unknown[] {
  const instant = (at: number | undefined) => (at === undefined ? null : asDate(at));
  return [creditorFiscalCode ?? null, brokerCode ?? null, instant(from), instant(until), differing ?? false, withheld ?? []];
}

/** Lines in the order of payments, after a place. */
export async function driftLines(
  database: Database,
  filter: DriftFilter,
  page: { readonly after: { readonly paidAt: number; readonly paymentToken: string } | undefined; readonly limit: number },
): Promise<DriftLine[]> {
  const rows = await database.query<LineRow>(
    `select payment_token, creditor_fiscal_code, notice_number, iuv, broker_code, station_code, paid, paid_at, actual, learnt_at, occasion
      from stand_in_payment where ${FILTERED} and ($7::timestamptz is null or (paid_at, payment_token) > ($7, $8))
      order by paid_at, payment_token limit $9`,
    [...filterValues(filter), page.after ? asDate(page.after.paidAt) : null, page.after?.paymentToken ?? null, page.limit],
  );
  return rows.map((row) => ({
    paymentToken: row.payment_token,
    creditorFiscalCode: row.creditor_fiscal_code,
    noticeNumber: row.notice_number,
    iuv: row.iuv,
    brokerCode: row.broker_code,
    stationCode: row.station_code,
    paid: row.paid,
    paidAt: fromDate(row.paid_at),
    actual: row.actual ?? undefined,
    learntAt: row.learnt_at ? fromDate(row.learnt_at) : undefined,
    occasion: row.occasion ?? undefined,
  }));
}

/** Sums over all that the filter lets through. Amounts are euro cents. */
export interface DriftTotals {
  readonly payments: number;
  readonly paid: number;
  /** Payments whose actual amount is known, what they paid and what they were worth. */
  readonly known: number;
  readonly knownPaid: number;
  readonly actual: number;
  /** What creditors got less than they were due, and what they got more; both positive. */
  readonly short: number;
  readonly over: number;
}

export async function driftTotals(database: Database, filter: DriftFilter): Promise<DriftTotals> {
  const [row] = await database.query<Record<keyof DriftTotals | 'known_paid', number>>(
    `select count(*)::bigint as payments, coalesce(sum(paid), 0)::bigint as paid, count(actual)::bigint as known,
        coalesce(sum(paid) filter (where actual is not null), 0)::bigint as known_paid, coalesce(sum(actual), 0)::bigint as actual,
        coalesce(sum(actual - paid) filter (where actual > paid), 0)::bigint as short,
        coalesce(sum(paid - actual) filter (where actual < paid), 0)::bigint as over
      from stand_in_payment where ${FILTERED}`,
    filterValues(filter),
  );
  const { payments = 0, paid = 0, known = 0, known_paid: knownPaid = 0, actual = 0, short = 0, over = 0 } = row ?? {};
  return { payments, paid, known, knownPaid, actual, short, over };
}
