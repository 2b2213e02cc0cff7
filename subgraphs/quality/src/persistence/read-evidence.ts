/** Reads the evidence of a PSP day by day, so that a month never has to be in memory at once. */
import { fromDate } from '@nodo-aperto/kernel/time';
import type { ActivationEvidence } from '../domain/activation.ts';
import { buildUnits, type DatedTransfer, type StrayLines } from '../domain/build-units.ts';
import type { DayEvidence } from '../domain/evidence.ts';
import { daysOf, type Month } from '../domain/month.ts';
import type { NotifyEvidence } from '../domain/notify.ts';
import type { Queries } from './queries.ts';

/** The days of a PSP's month that have any evidence, in their order, from a day on. */
export async function daysWithEvidence(queries: Queries, pspCode: string, month: Month, from = ''): Promise<string[]> {
  const { first, last } = daysOf(month);
  const rows = await queries.query<{ day: string }>(
    `select day::text from (
        select distinct day from activation where psp_code = $1 and day between $2 and $3
        union select distinct payment_day from booked_transfer where psp_code = $1 and payment_day between $2 and $3
        union select distinct day from notify_call where psp_code = $1 and day between $2 and $3) as days order by day`,
    [pspCode, from > first ? from : first, last],
    { name: 'quality_days' },
  );
  return rows.map((row) => row.day);
}

export async function readDay(queries: Queries, pspCode: string, day: string): Promise<DayEvidence> {
  return {
    day,
    activations: await activationsOf(queries, pspCode, day),
    units: buildUnits(day, await transfersOf(queries, pspCode, day), await straysOf(queries, pspCode, day)),
    notifies: await notifiesOf(queries, pspCode, day),
  };
}

/** Only the reporting units of a day. */
export async function readUnits(queries: Queries, pspCode: string, day: string): Promise<DayEvidence> {
  const units = buildUnits(day, await transfersOf(queries, pspCode, day), await straysOf(queries, pspCode, day));
  return { day, activations: [], units, notifies: [] };
}

interface ActivationRow {
  payment_token: string;
  activated_at: Date;
  expires_at: Date;
  cancelled: boolean;
  outcome_received: boolean;
  late: boolean;
  answered_expired: boolean;
}

async function activationsOf(queries: Queries, pspCode: string, day: string): Promise<ActivationEvidence[]> {
  const rows = await queries.query<ActivationRow>(
    `select payment_token, activated_at, expires_at, cancelled, outcome_received, late, answered_expired from activation
      where psp_code = $1 and day = $2 order by payment_token`,
    [pspCode, day],
    { name: 'quality_activations' },
  );
  return rows.map((row) => ({
    paymentToken: row.payment_token,
    activatedAt: fromDate(row.activated_at),
    expiresAt: fromDate(row.expires_at),
    cancelled: row.cancelled,
    outcomeReceived: row.outcome_received,
    late: row.late,
    answeredExpired: row.answered_expired,
  }));
}

interface NotifyRow {
  payment_token: string;
  at: Date;
  duration_ms: number;
  outcome: 'OK' | 'KO';
  outcome_at: Date | null;
}

async function notifiesOf(queries: Queries, pspCode: string, day: string): Promise<NotifyEvidence[]> {
  const rows = await queries.query<NotifyRow>(
    `select notify.payment_token, notify.at, notify.duration_ms, notify.outcome, activation.outcome_at
      from notify_call notify left join activation on activation.payment_token = notify.payment_token and activation.psp_code = notify.psp_code
      where notify.psp_code = $1 and notify.day = $2 order by notify.payment_token, notify.at`,
    [pspCode, day],
    { name: 'quality_notifies' },
  );
  return rows.map((row) => ({
    paymentToken: row.payment_token,
    at: fromDate(row.at),
    durationMs: row.duration_ms,
    outcome: row.outcome,
    ...(row.outcome_at && { outcomeAt: fromDate(row.outcome_at) }),
  }));
}

/** A line counts when its flow is published; it is in force when no later revision of the flow is published. */
const IN_FORCE = `not exists (select 1 from published_flow later
  where later.psp_code = flow.psp_code and later.name = flow.name and later.revision > flow.revision)`;

interface TransferRow {
  payment_token: string;
  id_transfer: number;
  broker_code: string;
  creditor_fiscal_code: string;
  amount: number;
  paid_at: Date;
  first_reported_at: Date | null;
  reported_at: Date | null;
  lines: number;
  reported_amount: number;
}

async function transfersOf(queries: Queries, pspCode: string, day: string): Promise<DatedTransfer[]> {
  const rows = await queries.query<TransferRow>(
    `select transfer.payment_token, transfer.id_transfer, transfer.broker_code, transfer.creditor_fiscal_code, transfer.amount, transfer.paid_at,
        min(line.published_at) filter (where line.amount = transfer.amount) as first_reported_at,
        max(line.published_at) filter (where line.amount = transfer.amount and line.in_force) as reported_at,
        (count(line.amount) filter (where line.in_force))::int as lines,
        (coalesce(sum(line.amount) filter (where line.in_force), 0))::bigint as reported_amount
      from booked_transfer transfer
      left join lateral (
        select reported.amount, flow.published_at, ${IN_FORCE} as in_force
          from reported_line reported
          join published_flow flow on flow.psp_code = reported.psp_code and flow.name = reported.name and flow.revision = reported.revision
          where reported.iur = transfer.payment_token and reported.id_transfer = transfer.id_transfer and reported.iuv = transfer.iuv
            and reported.creditor_fiscal_code = transfer.creditor_fiscal_code and reported.psp_code = transfer.psp_code
      ) as line on true
      where transfer.psp_code = $1 and transfer.payment_day = $2
      group by transfer.payment_token, transfer.id_transfer
      order by transfer.payment_token, transfer.id_transfer`,
    [pspCode, day],
    { name: 'quality_transfers' },
  );
  return rows.map((row) => ({
    brokerCode: row.broker_code,
    creditorFiscalCode: row.creditor_fiscal_code,
    paymentToken: row.payment_token,
    idTransfer: row.id_transfer,
    amount: row.amount,
    paidAt: fromDate(row.paid_at),
    ...(row.first_reported_at && { firstReportedAt: fromDate(row.first_reported_at) }),
    ...(row.reported_at && { reportedAt: fromDate(row.reported_at) }),
    lines: row.lines,
    reportedAmount: row.reported_amount,
  }));
}

async function straysOf(queries: Queries, pspCode: string, day: string): Promise<StrayLines[]> {
  const rows = await queries.query<{ creditor_fiscal_code: string; lines: number; amount: number }>(
    `select line.creditor_fiscal_code, count(*)::int as lines, sum(line.amount)::bigint as amount
      from reported_line line join published_flow flow on flow.psp_code = line.psp_code and flow.name = line.name and flow.revision = line.revision
      where line.psp_code = $1 and line.pay_day = $2 and ${IN_FORCE}
        and not exists (select 1 from booked_transfer transfer where transfer.payment_token = line.iur and transfer.id_transfer = line.id_transfer
          and transfer.iuv = line.iuv and transfer.creditor_fiscal_code = line.creditor_fiscal_code and transfer.psp_code = line.psp_code)
      group by line.creditor_fiscal_code order by line.creditor_fiscal_code`,
    [pspCode, day],
    { name: 'quality_strays' },
  );
  return rows.map((row) => ({ creditorFiscalCode: row.creditor_fiscal_code, lines: row.lines, amount: row.amount }));
}
