/** Makes drafts of what PSPs still have to report. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { MAXIMUM_EURO_CENTS } from '@nodo-aperto/kernel/money';
import { asDate } from '@nodo-aperto/kernel/time';
import type { FlowTotals } from '../domain/flow.ts';
import { type BookedBetween, between, UNREPORTED } from './booked-transfers.ts';

/** Until the transaction ends nobody else proposes what the PSP owes the creditor. */
export async function lockProposals(transaction: Transaction, pspCode: string, creditorFiscalCode: string): Promise<void> {
  await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`reporting proposal ${pspCode}/${creditorFiscalCode}`]);
}

/**
 * Fills a draft with the transfers that no flow reports yet, oldest first: as many as a draft of this kind and an amount can hold; and declares
 * them as its totals.
 * @returns what it has now
 */
export async function fillFromBooked(
  transaction: Transaction,
  flowId: number,
  wanted: BookedBetween,
  { mostLines, now }: { mostLines: number; now: number },
): Promise<FlowTotals> {
  const [row] = await transaction.query<{ payments: number; amount: number }>(
    `with owed as (
      select booked.*, row_number() over place as place, sum(booked.amount) over place as running ${UNREPORTED}
        window place as (order by booked.booked_at, booked.iur, booked.id_transfer rows unbounded preceding)
        order by booked.booked_at, booked.iur, booked.id_transfer limit $6
    ), added as (
      insert into flow_line (flow_id, line_index, iuv, iur, id_transfer, amount, outcome, pay_date)
      select $5::bigint, place, iuv, iur, id_transfer, amount, outcome, booked_at from owed where running <= $7
      returning amount
    )
    select count(*) as payments, coalesce(sum(amount), 0)::bigint as amount from added`,
    [...between(wanted), flowId, mostLines, MAXIMUM_EURO_CENTS],
  );
  const totals = row ?? { payments: 0, amount: 0 };
  if (totals.payments > 0) {
    await transaction.query(
      `update flow set declared_payments = $2, declared_amount = $3, computed_payments = $2, computed_amount = $3, status = 'INSERTED',
          changes = changes + 1, updated_at = $4 where id = $1`,
      [flowId, totals.payments, totals.amount, asDate(now)],
    );
  }
  return totals;
}
