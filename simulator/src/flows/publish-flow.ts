/** A PSP publishes a reporting flow over the REST primitives: create, add, publish (Domain facts, Reporting §1.1). */
import { Pool } from 'undici';
import { addWorkingDays } from '@nodo-aperto/kernel/calendar';
import { toIso, withDeadline } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import { demoApiKey } from '../population/index.ts';
import type { PopulationCreditor, PopulationPsp } from '../population/index.ts';
import type { FlowContent, FlowPayment } from './closed-payments.ts';

export interface FlowSender {
  readonly psp: PopulationPsp;
  readonly creditor: Pick<PopulationCreditor, 'fiscalCode' | 'name'>;
  /** Where the platform is, `http://127.0.0.1:4000` for instance. */
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Platform time, epoch milliseconds. */
  readonly now: number;
  /** What tells this flow from others of the same day: 1 to 15 letters and digits. */
  readonly suffix: string;
}

/** What came of it: the name that it was given, and OK, the code of the refusal, or UNREACHABLE. */
export interface PublishedFlow {
  readonly flowName: string;
  readonly answer: string;
}

/** Payments of one call. */
const MOST_ADDED = 1_000;
const DEADLINE_MS = 30_000;
const LARGEST_ANSWER = 1024 * 1024;

/** Publishes everything in one flow; what the platform refuses stays a draft there. */
export async function publishFlow(sender: FlowSender, content: FlowContent): Promise<PublishedFlow> {
  const { psp, baseUrl, clock, suffix } = sender;
  const flowName = `${content.operativeDay}${psp.code}-${suffix}`;
  const pool = new Pool(new URL(baseUrl).origin, { connections: 1, maxResponseSize: LARGEST_ANSWER });
  const path = `/fdr-psp/service/v1/psps/${psp.code}/fdrs/${flowName}`;
  const call = async (method: 'POST' | 'PUT', rest: string, message?: object): Promise<string> => {
    const answered = await withDeadline(clock, DEADLINE_MS, 'the answer to a reporting flow', async (signal) => {
      const { statusCode, body } = await pool.request({
        method,
        path: `${path}${rest}`,
        headers: { 'content-type': 'application/json', 'ocp-apim-subscription-key': demoApiKey(psp.code) },
        ...(message && { body: JSON.stringify(message) }),
        signal,
      });
      return { statusCode, text: await body.text() };
    });
    return answered.statusCode < 300 ? 'OK' : codeOf(answered.text, answered.statusCode);
  };
  try {
    let answer = await call('POST', '', headOf(sender, content, flowName));
    for (let from = 0; answer === 'OK' && from < content.payments.length; from += MOST_ADDED) {
      const payments = content.payments.slice(from, from + MOST_ADDED).map((payment, index) => lineOf(payment, from + index + 1));
      answer = await call('PUT', '/payments/add', { payments });
    }
    return { flowName, answer: answer === 'OK' ? await call('POST', '/publish') : answer };
  } catch {
    return { flowName, answer: 'UNREACHABLE' };
  } finally {
    await pool.destroy();
  }
}

function headOf({ psp, creditor, now, suffix }: FlowSender, { operativeDay, payments }: FlowContent, fdr: string): object {
  return {
    fdr,
    fdrDate: toIso(now),
    sender: {
      type: 'LEGAL_PERSON',
      id: psp.fiscalCode,
      pspId: psp.code,
      pspName: psp.name,
      pspBrokerId: psp.fiscalCode,
      channelId: psp.channelCode,
    },
    receiver: { id: creditor.fiscalCode, organizationId: creditor.fiscalCode, organizationName: creditor.name },
    regulation: `TRN${suffix}`,
    // The money is credited on the working day after (Domain facts, Reporting §1.7).
    regulationDate: addWorkingDays(operativeDay, 1),
    totPayments: payments.length,
    sumPayments: euros(payments.reduce((sum, { amount }) => sum + amount, 0)),
  };
}

function lineOf({ paymentToken, iuv, amount, standIn, late, paidAt }: FlowPayment, index: number): object {
  return { index, iuv, iur: paymentToken, idTransfer: 1, pay: euros(amount), payStatus: statusOf(standIn, late), payDate: toIso(paidAt) };
}

/** Stand-In and lateness have codes of their own (Domain facts, Reporting §1.2). */
function statusOf(standIn: boolean, late: boolean): string {
  if (standIn) return late ? 'STAND_IN_NO_RPT' : 'STAND_IN';
  return late ? 'NO_RPT' : 'EXECUTED';
}

/** Cents as the number of the contract; JSON writes it with two decimals at most. */
function euros(cents: number): number {
  return Number((cents / 100).toFixed(2));
}

function codeOf(text: string, status: number): string {
  try {
    const { appErrorCode } = JSON.parse(text) as { appErrorCode?: unknown };
    if (typeof appErrorCode === 'string') return appErrorCode.slice(0, 20);
  } catch {
    // Not the contract's error: its status has to do.
  }
  return `HTTP_${status}`;
}
