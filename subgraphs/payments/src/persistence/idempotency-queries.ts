/** What is remembered under idempotency keys. Every key belongs to one PSP and one primitive. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { NoticeKey } from './notice-queries.ts';

export interface EntryKey {
  readonly pspCode: string;
  readonly primitive: string;
  readonly key: string;
}

export interface Remembered {
  readonly requestHash: string;
  /** Null while the request is still being answered. */
  readonly response: object | null;
}

export interface Entry extends EntryKey {
  readonly requestHash: string;
  readonly notice?: NoticeKey | undefined;
  readonly response: object;
  readonly validTo: Date;
  readonly now: Date;
}

type Connection = Pick<Database | Transaction, 'query'>;

/** What is remembered under a key now. */
export async function readEntry(connection: Connection, { pspCode, primitive, key }: EntryKey, now: Date): Promise<Remembered | undefined> {
  const [row] = await connection.query<Remembered>(
    `select request_hash as "requestHash", response from idempotency_entry where psp_code = $1 and primitive = $2 and key = $3 and valid_to > $4`,
    [pspCode, primitive, key, now],
    { name: 'payments_read_entry' },
  );
  return row;
}

/** Remembers an answer under a key that is not in use. False when it is. */
export async function addEntry(connection: Connection, entry: Entry): Promise<boolean> {
  const rows = await connection.query(
    `insert into idempotency_entry as known
        (psp_code, primitive, key, request_hash, creditor_fiscal_code, notice_number, response, valid_to, created_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (psp_code, primitive, key) do update set request_hash = excluded.request_hash, claim_id = null, payment_token = null,
        creditor_fiscal_code = excluded.creditor_fiscal_code, notice_number = excluded.notice_number,
        response = excluded.response, valid_to = excluded.valid_to, created_at = excluded.created_at where known.valid_to <= $9
      returning 1`,
    [
      entry.pspCode,
      entry.primitive,
      entry.key,
      entry.requestHash,
      entry.notice?.creditorFiscalCode,
      entry.notice?.noticeNumber,
      JSON.stringify(entry.response),
      entry.validTo,
      entry.now,
    ],
    { name: 'payments_add_entry' },
  );
  return rows.length > 0;
}

/** Remembers the answer under a key that was entered with a claim. */
export async function answerEntry(database: Database, key: EntryKey, claimId: string, response: object, validTo: Date): Promise<void> {
  await database.query(
    `update idempotency_entry set response = $5, valid_to = $6 where psp_code = $1 and primitive = $2 and key = $3 and claim_id = $4`,
    [key.pspCode, key.primitive, key.key, claimId, JSON.stringify(response), validTo],
  );
}

/** Forgets a key that was entered with a claim: the request may be made again. */
export async function forgetEntry(database: Database, key: EntryKey, claimId: string): Promise<void> {
  await database.query(`delete from idempotency_entry where psp_code = $1 and primitive = $2 and key = $3 and claim_id = $4`, [
    key.pspCode,
    key.primitive,
    key.key,
    claimId,
  ]);
}

/** Takes a key for the rest of the transaction; somebody else who takes it waits. Undefined: taken; else what is remembered under it. */
export async function takeEntry(transaction: Transaction, entry: Omit<Entry, 'response'>): Promise<Remembered | undefined> {
  const rows = await transaction.query(
    `insert into idempotency_entry as known (psp_code, primitive, key, request_hash, valid_to, created_at) values ($1, $2, $3, $4, $5, $6)
      on conflict (psp_code, primitive, key) do update set request_hash = excluded.request_hash, claim_id = null, payment_token = null,
        creditor_fiscal_code = null, notice_number = null, response = null, valid_to = excluded.valid_to, created_at = excluded.created_at
        where known.valid_to <= $6
      returning 1`,
    [entry.pspCode, entry.primitive, entry.key, entry.requestHash, entry.validTo, entry.now],
    { name: 'payments_take_entry' },
  );
  return rows.length > 0 ? undefined : readEntry(transaction, entry, entry.now);
}

/** Remembers the answer under a key taken in this transaction. */
export async function settleEntry(
  transaction: Transaction,
  key: EntryKey,
  response: object,
  paymentToken: string | undefined,
): Promise<void> {
  await transaction.query(
    `update idempotency_entry as entry set response = $4, payment_token = $5,
        creditor_fiscal_code = payment.creditor_fiscal_code, notice_number = payment.notice_number
      from (select) as nothing left join payment on payment.payment_token = $5
      where entry.psp_code = $1 and entry.primitive = $2 and entry.key = $3`,
    [key.pspCode, key.primitive, key.key, JSON.stringify(response), paymentToken],
    { name: 'payments_settle_entry' },
  );
}

/** Forgets what activations of these tokens were answered: their outcome is known. */
export async function forgetActivations(
  transaction: Transaction,
  paymentTokens: readonly string[],
  primitives: readonly string[],
): Promise<void> {
  await transaction.query(
    `delete from idempotency_entry where payment_token = any($1) and primitive = any($2)`,
    [paymentTokens, primitives],
    { name: 'payments_forget_activations' },
  );
}

/** Removes a batch of entries whose time has passed; returns how many. */
export async function removeExpired(database: Database, now: Date, most: number): Promise<number> {
  const rows = await database.query(
    `delete from idempotency_entry where ctid in (select ctid from idempotency_entry where valid_to <= $1 order by valid_to limit $2) returning 1`,
    [now, most],
  );
  return rows.length;
}
