/**
 * The KPIs of a month once more, straight from the facts: loops over lists, dates as texts, a written list of holidays. Slow, and sharing no
 * rule with the domain, so that both being wrong in the same way is unlikely.
 */
import { addDays, startOfLocalDay, toLocalDateTime, weekdayOf } from '@nodo-aperto/kernel/time';

export interface NaivePayment {
  token: string;
  psp: string;
  broker: string;
  activatedAt: number;
  expiresAt: number;
  cancelled: boolean;
  outcomeAt?: number;
  late: boolean;
  /** Only a booked payment has transfers that flows report. */
  booked: boolean;
  iuv: string;
  transfers: { id: number; creditor: string; amount: number }[];
}
export interface NaiveLine {
  iur: string;
  iuv: string;
  id: number;
  amount: number;
  payDay: string;
}
export interface NaiveFlow {
  psp: string;
  name: string;
  revision: number;
  creditor: string;
  publishedAt: number;
  lines: NaiveLine[];
}
export interface NaiveNotify {
  psp: string;
  token: string;
  at: number;
  durationMs: number;
  ok: boolean;
}
export interface Facts {
  payments: NaivePayment[];
  flows: NaiveFlow[];
  notifies: NaiveNotify[];
}
/** `[faults, sample]` */
export type Counts = Record<string, [number, number]>;

const HOLIDAYS_2026 = ['01-01', '01-06', '04-06', '04-25', '05-01', '06-02', '08-15', '10-04', '11-01', '12-08', '12-25', '12-26'];

function isClosed(day: string, pipeline: boolean): boolean {
  const list = [...HOLIDAYS_2026, ...(pipeline ? ['06-29', '04-03'] : [])];
  return weekdayOf(day) >= 6 || list.includes(day.slice(5));
}

function openDaysAfter(day: string, count: number, pipeline: boolean): string {
  let found = day;
  for (let seen = 0; seen < count; ) {
    found = addDays(found, 1);
    if (!isClosed(found, pipeline)) seen += 1;
  }
  return found;
}

const dayOf = (instant: number): string => toLocalDateTime(instant).slice(0, 10);
const endOf = (day: string): number => startOfLocalDay(addDays(day, 1));

function limits(paidAt: number, pipeline: boolean) {
  const wall = toLocalDateTime(paidAt);
  const [date, time] = [wall.slice(0, 10), wall.slice(11, 19)];
  if (pipeline) {
    const limit = openDaysAfter(time < '14:00:00' ? date : addDays(date, 1), 2, true);
    return { due: endOf(limit), closed: Number.POSITIVE_INFINITY };
  }
  let operative = time <= '13:00:00' ? date : addDays(date, 1);
  while (isClosed(operative, false)) operative = addDays(operative, 1);
  const [year = 0, month = 0] = date.split('-').map(Number);
  const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
  const evaluation = startOfLocalDay(`${next}-10`) + 6 * 3_600_000;
  return { due: endOf(openDaysAfter(operative, 2, false)), closed: Math.min(endOf(addDays(operative, 10)), evaluation) };
}

export function naiveKpis(facts: Facts, psp: string, month: string, pipeline: boolean, now: number): Counts {
  const payments = facts.payments.filter((payment) => payment.psp === psp);
  const opened = payments.filter((payment) => dayOf(payment.activatedAt).startsWith(month));
  const counts: Counts = {};
  counts.LSPO = [opened.filter((each) => each.outcomeAt !== undefined && (each.late || each.cancelled)).length, opened.length];
  counts.DASPO = [opened.filter((each) => each.outcomeAt === undefined && (each.cancelled || each.expiresAt <= now)).length, opened.length];

  const slow = (ms: number): boolean => (pipeline ? ms >= 3_000 : ms > 2_000);
  const notifies = facts.notifies.filter((each) => each.psp === psp && dayOf(each.at).startsWith(month));
  counts.TPNP = [notifies.filter((each) => slow(each.durationMs)).length, notifies.length];
  const gaps = notifies.flatMap((each) => {
    const outcomeAt = payments.find((payment) => payment.token === each.token)?.outcomeAt;
    return each.ok && outcomeAt !== undefined ? [outcomeAt - (each.at + each.durationMs)] : [];
  });
  counts.TNSPO = [gaps.filter(slow).length, gaps.length];

  const flows = facts.flows.filter((flow) => flow.psp === psp);
  const isLatest = (flow: NaiveFlow): boolean => !flows.some((other) => other.name === flow.name && other.revision > flow.revision);
  const booked = payments.filter((payment) => payment.booked && dayOf(payment.outcomeAt as number).startsWith(month));
  const keys = new Set(
    booked.flatMap((each) => each.transfers.map((transfer) => [each.broker, transfer.creditor, dayOf(each.outcomeAt as number)].join(' '))),
  );
  const wrong = { NRFDR: 0, LFDR: 0, WAFDR: 0, WPNFDR: 0 };
  for (const key of keys) {
    const [broker = '', creditor = '', day = ''] = key.split(' ');
    const faults = { NRFDR: false, LFDR: false };
    let [lines, amount, expectedLines, expectedAmount] = [0, 0, 0, 0];
    for (const payment of booked) {
      if (payment.broker !== broker || dayOf(payment.outcomeAt as number) !== day) continue;
      for (const transfer of payment.transfers.filter((each) => each.creditor === creditor)) {
        const { due, closed } = limits(payment.outcomeAt as number, pipeline);
        const about = flows
          .filter((flow) => flow.creditor === creditor)
          .flatMap((flow) =>
            flow.lines
              .filter((line) => line.iur === payment.token && line.iuv === payment.iuv && line.id === transfer.id)
              .map((line) => ({ flow, line })),
          );
        const right = about.filter(({ line }) => line.amount === transfer.amount);
        const valid = right.filter(({ flow }) => isLatest(flow)).map(({ flow }) => flow.publishedAt);
        const absent = valid.length === 0 ? due <= now : Math.max(...valid) >= closed;
        if (absent) faults.NRFDR = true;
        else if (valid.length > 0 && Math.min(...right.map(({ flow }) => flow.publishedAt)) >= due) faults.LFDR = true;
        const inForce = about.filter(({ flow }) => isLatest(flow));
        lines += inForce.length;
        amount += inForce.reduce((sum, { line }) => sum + line.amount, 0);
        if (inForce.length > 0 || due <= now) {
          expectedLines += 1;
          expectedAmount += transfer.amount;
        }
      }
    }
    const brokers = [...keys].filter((each) => each.endsWith(` ${creditor} ${day}`)).sort();
    if (brokers[0] === key) {
      for (const flow of flows.filter((each) => each.creditor === creditor && isLatest(each))) {
        for (const line of flow.lines.filter((each) => each.payDay === day)) {
          const known = payments.some(
            (payment) =>
              payment.booked &&
              payment.token === line.iur &&
              payment.iuv === line.iuv &&
              payment.transfers.some((each) => each.id === line.id && each.creditor === creditor),
          );
          if (known) continue;
          lines += 1;
          amount += line.amount;
        }
      }
    }
    if (faults.NRFDR) wrong.NRFDR += 1;
    if (faults.LFDR) wrong.LFDR += 1;
    if (lines > 0 && amount !== expectedAmount) wrong.WAFDR += 1;
    if (lines > 0 && lines !== expectedLines) wrong.WPNFDR += 1;
  }
  for (const [kpi, faults] of Object.entries(wrong)) counts[kpi] = [faults, keys.size];
  return counts;
}
