/** What has been paid in Stand-In through a station: measured from the payments themselves, so that it can never drift from them. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { Exposure } from '../domain/stand-in/exposure.ts';
import { BOOKED_STATUSES } from '../domain/payment-status.ts';

const COUNTED = ['PAYING', ...BOOKED_STATUSES];

/** The payments in Stand-In of a station that were activated after an instant: open or booked. */
export async function readExposure(
  connection: Pick<Database | Transaction, 'query'>,
  stationCode: string,
  after: Date,
  until?: Date,
): Promise<Exposure> {
  const [row] = await connection.query<{ payments: number; amount: number }>(
    `select count(*)::integer as payments, coalesce(sum(amount), 0)::float8 as amount from payment
      where station_code = $1 and stand_in and activated_at > $2 and ($4::timestamptz is null or activated_at <= $4) and status = any($3)`,
    [stationCode, after, COUNTED, until],
  );
  return { payments: row?.payments ?? 0, totalAmount: row?.amount ?? 0 };
}

/** Activations in Stand-In through one station wait for one another until the transaction ends: each sees what the others opened. */
export async function lockExposure(transaction: Transaction, stationCode: string): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock(hashtextextended('payments/exposure/' || $1, 0))`, [stationCode]);
}
