/** Reads what is under way now, as far as the caller may see it. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import { expectedMs, PASSING_STATUSES, type PassingStatus, STUCK_BECAUSE } from '../domain/stuck-payment.ts';
import { readSessionTotals, readStuck, type SessionTotal, type StuckRow } from '../persistence/in-flight-queries.ts';
import type { PaymentsDependencies } from './dependencies.ts';
import type { Page } from './read-payments.ts';

type Dependencies = Pick<PaymentsDependencies, 'database' | 'clock' | 'directory'>;

export interface InFlightFilter {
  readonly stationCode?: string | undefined;
  readonly pspCode?: string | undefined;
}

/** Open sessions by station and PSP, in this order. */
export async function sessionTotals(
  { database, clock }: Dependencies,
  principal: Principal,
  { stationCode, pspCode }: InFlightFilter,
  page: Page,
): Promise<Connection<SessionTotal>> {
  const size = pageSize(page.first);
  const given = readListCursor(page.after, 2);
  const after = given && ([String(given[0]), String(given[1])] as const);
  const rows = await readSessionTotals(database, principal, { now: clock.date(), stationCode, pspCode, after, limit: size + 1 });
  return toConnection(rows, size, { cursor: (row) => listCursor(row.stationCode, row.pspCode), node: (row) => row });
}

/** A payment that is longer in its state than it should be. Instants are epoch milliseconds. */
export interface StuckPayment {
  readonly paymentToken: string;
  readonly status: PassingStatus;
  readonly since: number;
  /** When it should have gone on at the latest. */
  readonly expectedBy: number;
  readonly probably: string;
}

/** The longest stuck first. */
export async function stuckPayments(
  { database, clock, directory }: Dependencies,
  principal: Principal,
  { stationCode }: InFlightFilter,
  page: Page,
): Promise<Connection<StuckPayment>> {
  const size = pageSize(page.first);
  const given = readListCursor(page.after, 2);
  const after = given && ([asDate(Number(given[0])), String(given[1])] as const);
  const expected = expectedMs(await directory.settings());
  const now = clock.now();
  const before = Object.fromEntries(PASSING_STATUSES.map((status) => [status, asDate(now - expected[status])])) as Record<
    PassingStatus,
    Date
  >;
  const rows = await readStuck(database, principal, { before, stationCode, after, limit: size + 1 });
  const shown = ({ paymentToken, status, since }: StuckRow): StuckPayment => ({
    paymentToken,
    status,
    since: fromDate(since),
    expectedBy: fromDate(since) + expected[status],
    probably: STUCK_BECAUSE[status],
  });
  return toConnection(rows, size, { cursor: (row) => listCursor(fromDate(row.since), row.paymentToken), node: shown });
}
