/** Writes what payments tell: activations, their outcomes, the transfers that flows will have to report. In any order and however often. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate, toLocalDate } from '@nodo-aperto/kernel/time';
import type { PaymentSnapshot } from '@nodo-aperto/schema/events';
import { monthOf } from '../domain/month.ts';
import type { TouchedMonth } from './evidence-months.ts';
import { instantOf } from './instant.ts';

/** What a payment's events say of its activation. */
export interface ActivationFact {
  readonly payment: PaymentSnapshot;
  readonly cancelled: boolean;
}

interface ActivationRow {
  payment_token: string;
  psp_code: string;
  month: string;
  day: string;
  activated_at: Date;
  expires_at: Date;
  cancelled: boolean;
  outcome_received: boolean;
  late: boolean;
  outcome_at: Date | null;
}

const NOTE_ACTIVATIONS = `insert into activation as known
    (payment_token, psp_code, month, day, activated_at, expires_at, cancelled, outcome_received, late, outcome_at)
  select payment_token, psp_code, month, day, activated_at, expires_at, cancelled, outcome_received, late, outcome_at
    from jsonb_to_recordset($1::jsonb) as given (payment_token text, psp_code text, month text, day date, activated_at timestamptz,
      expires_at timestamptz, cancelled boolean, outcome_received boolean, late boolean, outcome_at timestamptz)
  on conflict (payment_token) do update set cancelled = known.cancelled or excluded.cancelled,
    outcome_received = known.outcome_received or excluded.outcome_received, late = known.late or excluded.late,
    outcome_at = coalesce(known.outcome_at, excluded.outcome_at)
  where (excluded.cancelled and not known.cancelled) or (excluded.outcome_received and not known.outcome_received)
    or (excluded.late and not known.late) or (excluded.outcome_at is not null and known.outcome_at is null)
  returning psp_code, month`;

/** What payments' events add to their activations. Flags are only ever set, so that the order of the events does not matter. */
export async function noteActivations(transaction: Transaction, facts: readonly ActivationFact[]): Promise<TouchedMonth[]> {
  // One statement may not touch a row twice: what several facts say of one payment is put together first.
  const rows = new Map<string, ActivationRow>();
  for (const fact of facts) {
    const row = activationRow(fact);
    const known = rows.get(row.payment_token);
    if (!known) {
      rows.set(row.payment_token, row);
      continue;
    }
    known.cancelled ||= row.cancelled;
    known.outcome_received ||= row.outcome_received;
    known.late ||= row.late;
    known.outcome_at ??= row.outcome_at;
  }
  if (rows.size === 0) return [];
  const changed = await transaction.query<{ psp_code: string; month: string }>(NOTE_ACTIVATIONS, [JSON.stringify([...rows.values()])], {
    name: 'quality_note_activations',
  });
  return changed.map((row) => ({ pspCode: row.psp_code, month: row.month }));
}

function activationRow({ payment, cancelled }: ActivationFact): ActivationRow {
  const activatedAt = instantOf(payment.activatedAt);
  return {
    payment_token: payment.paymentToken,
    psp_code: payment.pspCode,
    month: monthOf(activatedAt),
    day: toLocalDate(activatedAt),
    activated_at: asDate(activatedAt),
    expires_at: asDate(instantOf(payment.expiresAt)),
    cancelled,
    outcome_received: payment.outcome !== undefined,
    late: payment.late,
    outcome_at: payment.outcomeAt === undefined ? null : asDate(instantOf(payment.outcomeAt)),
  };
}

/** The transfers of booked payments, which flows will have to report. */
export async function noteBookedTransfers(transaction: Transaction, payments: readonly PaymentSnapshot[]): Promise<TouchedMonth[]> {
  if (payments.length === 0) return [];
  const made = await transaction.query<{ psp_code: string; month: string }>(
    `insert into booked_transfer select * from jsonb_populate_recordset(null::booked_transfer, $1::jsonb) on conflict do nothing
      returning psp_code, month`,
    [JSON.stringify(payments.flatMap(transferRows))],
    { name: 'quality_note_transfers' },
  );
  return made.map((row) => ({ pspCode: row.psp_code, month: row.month }));
}

function transferRows(payment: PaymentSnapshot): object[] {
  const paidAt = instantOf(payment.outcomeAt ?? payment.activatedAt);
  return payment.transfers.map((transfer) => ({
    payment_token: payment.paymentToken,
    id_transfer: transfer.idTransfer,
    psp_code: payment.pspCode,
    broker_code: payment.pspBrokerCode,
    creditor_fiscal_code: transfer.creditorFiscalCode,
    iuv: payment.iuv,
    amount: transfer.amount,
    paid_at: asDate(paidAt),
    payment_day: toLocalDate(paidAt),
    month: monthOf(paidAt),
  }));
}

/** How an outcome was answered, as the call itself showed: also where nothing was booked and no fact of the payment tells of it. */
export interface OutcomeAnswer {
  /** Who called: it counts for a payment of the same PSP only. */
  pspCode: string;
  paymentToken: string;
  expired: boolean;
  /** Epoch milliseconds. */
  at: number;
}

export async function noteOutcomeAnswers(transaction: Transaction, answers: readonly OutcomeAnswer[]): Promise<TouchedMonth[]> {
  const rows = answers.map((answer) => ({
    psp_code: answer.pspCode,
    payment_token: answer.paymentToken,
    expired: answer.expired,
    at: asDate(answer.at),
  }));
  const changed = await transaction.query<{ psp_code: string; month: string }>(
    `update activation set outcome_received = true, answered_expired = activation.answered_expired or answer.expired,
        outcome_at = coalesce(activation.outcome_at, answer.at)
      from (select psp_code, payment_token, bool_or(expired) as expired, min(at) as at
        from jsonb_to_recordset($1::jsonb) as given (psp_code text, payment_token text, expired boolean, at timestamptz)
          group by psp_code, payment_token) as answer
      where activation.payment_token = answer.payment_token and activation.psp_code = answer.psp_code
        and (not activation.outcome_received or activation.outcome_at is null or (answer.expired and not activation.answered_expired))
      returning activation.psp_code, activation.month`,
    [JSON.stringify(rows)],
    { name: 'quality_note_answers' },
  );
  return changed.map((row) => ({ pspCode: row.psp_code, month: row.month }));
}
