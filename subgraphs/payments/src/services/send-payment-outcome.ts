/**
 * sendPaymentOutcome, versions 1 (one token) and 2 (one to five): what became of a payment. The key, the decision, the rows and the
 * stated facts are one transaction under the lock of the notices; the usual outcome, of one open session, is one statement
 * (settle-open-payment.ts). Source: Domain facts, Payments §2.2, §2.4, §2.7.
 */
import { isRetryable, type Transaction } from '@nodo-aperto/kernel/database';
import { type Fault, InvariantError } from '@nodo-aperto/kernel/faults';
import { asDate, fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { PaymentSnapshot, Subject } from '@nodo-aperto/schema/events';
import { ACTIVATION_PRIMITIVES } from '../domain/activation-primitives.ts';
import { pspUnknown } from '../domain/caller.ts';
import { type OutcomeDetailsFields, stampsContradict } from '../domain/outcome-details.ts';
import { tooManyRequests } from '../domain/request-limit.ts';
import { OUTCOME_MS } from '../domain/idempotency.ts';
import { noticeGone } from '../domain/notice-status.ts';
import { type BatchItem, decideOutcomeBatch } from '../domain/outcome-batch.ts';
import type { Outcome, OutcomeDecision } from '../domain/outcome-decision.ts';
import { type OutcomeFields, outcomeSyntax } from '../domain/request-syntax.ts';
import { forgetActivations, settleEntry, takeEntry } from '../persistence/idempotency-queries.ts';
import { lockNoticesOf, type NoticeKey } from '../persistence/notice-queries.ts';
import type { PaymentRecord } from '../persistence/payment-record.ts';
import { movePayment, paymentsBeside } from '../persistence/payment-queries.ts';
import { identifyCaller } from './caller.ts';
import { rivalsOfLate } from './choose-option.ts';
import { type Answer, type PaymentsDependencies, refusal } from './dependencies.ts';
import { answerOfEntry, type KeyedRequest, keyedRequest, refuseKeyed, repeatedAnswer } from './keyed-request.ts';
import { observed } from './observe-answer.ts';
import { settleOpen } from './settle-open-payment.ts';
import { settledPayment, type Settling } from './settled-payment.ts';

export type OutcomePrimitive = 'sendPaymentOutcome' | 'sendPaymentOutcomeV2';

export interface OutcomeRequest extends OutcomeFields {
  readonly outcome: Outcome;
  readonly details?: OutcomeDetailsFields & {
    readonly paymentMethod: string;
    readonly paymentChannel?: string;
    readonly payer?: Subject;
  };
}

export async function sendPaymentOutcome(
  dependencies: PaymentsDependencies,
  primitive: OutcomePrimitive,
  request: OutcomeRequest,
): Promise<Answer> {
  return observed(dependencies, primitive, request, () => checked(dependencies, primitive, request));
}

async function checked(dependencies: PaymentsDependencies, primitive: OutcomePrimitive, request: OutcomeRequest): Promise<Answer> {
  const { directory, database } = dependencies;
  const malformed = outcomeSyntax(request);
  if (malformed) return refusal(malformed);
  const psp = await directory.psp(request.idPSP);
  if (!psp) return refusal(pspUnknown(request.idPSP));
  const keyed = await keyedRequest(dependencies, primitive, request, OUTCOME_MS);
  const repeated = await repeatedAnswer<Answer>(dependencies, keyed);
  if (repeated) return repeated;
  const identified = await identifyCaller(directory, psp, request);
  if ('fault' in identified) return refuseKeyed<Answer>(dependencies, keyed, identified.fault);
  using admitted = dependencies.admission.admit(psp.code);
  if (!admitted) return refusal(tooManyRequests());
  if (!keyed.entry) {
    // One that ran into another's locks goes the way that is tried again.
    const answer = await settleOpen(dependencies, keyed, request).catch(unlessRetryable);
    if (answer) return answer;
  }
  return await database.transaction((transaction) => settled(dependencies, transaction, keyed, request));
}

function unlessRetryable(error: unknown): undefined {
  if (!isRetryable(error)) throw error;
}

async function settled(
  dependencies: PaymentsDependencies,
  transaction: Transaction,
  keyed: KeyedRequest,
  request: OutcomeRequest,
): Promise<Answer> {
  const { clock } = dependencies;
  if (keyed.entry) {
    // Whoever sends the same at the same time waits here until this transaction has its answer.
    const known = await takeEntry(transaction, { ...keyed.entry, validTo: asDate(clock.now() + keyed.refusedMs), now: clock.date() });
    if (known) return answerOfEntry<Answer>(known, keyed.entry.requestHash);
    const answer = await settleOpen(dependencies, keyed, request, transaction);
    if (answer) return answer;
  }
  return settledUnderLock(dependencies, transaction, keyed, request);
}

/** Whatever the tokens and their notices are like: nobody changes them until this is through. */
async function settledUnderLock(
  dependencies: PaymentsDependencies,
  transaction: Transaction,
  keyed: KeyedRequest,
  request: OutcomeRequest,
): Promise<Answer> {
  const { paymentTokens } = request;
  const locked = await lockNoticesOf(transaction, paymentTokens);
  const payments = await paymentsBeside(transaction, paymentTokens);
  const rivals = await rivalsOfLate(
    dependencies,
    transaction,
    payments.filter((each) => paymentTokens.includes(each.paymentToken)),
  );
  const items = paymentTokens.map((paymentToken) => {
    const { token, others } = itemOf(paymentToken, payments, request.idPSP);
    return { token, others: [...others, ...(rivals.get(paymentToken) ?? [])] };
  });
  const { decisions, fault } = decided(request, items, payments, locked);
  const cart = cartOf(paymentTokens, payments, decisions);
  for (const [index, decision] of decisions.entries()) {
    const payment = payments.find((each) => each.paymentToken === paymentTokens[index]);
    if (payment && decision.effect !== 'NONE') await apply(dependencies, transaction, payment, { ...request, decision, cart });
  }
  const answer = answerWith(fault);
  const own = paymentTokens.filter((_token, index) => items[index]?.token !== undefined);
  if (keyed.entry) await settleEntry(transaction, keyed.entry, answer, own[0]);
  if (own.length > 0) await forgetActivations(transaction, own, ACTIVATION_PRIMITIVES);
  return answer;
}

/** The decision about the tokens, unless their notices are gone or the stamps contradict the payments: then nothing changes. */
function decided(request: OutcomeRequest, items: readonly BatchItem[], payments: readonly PaymentRecord[], locked: readonly NoticeKey[]) {
  const decision = decideOutcomeBatch(items, request.outcome);
  if (!decision.decisions.some(({ effect }) => effect !== 'NONE')) return decision;
  const own = payments.filter(({ paymentToken }) => request.paymentTokens.includes(paymentToken));
  const fault =
    noticeGone(own.every((payment) => locked.some((notice) => isSameNotice(notice, payment)))) ??
    stampsContradict(request.details?.marcheDaBollo ?? [], own);
  return fault ? { decisions: [], fault } : decision;
}

/** Several payments booked by one outcome were paid together; the receipts say so to who paid. */
function cartOf(
  paymentTokens: readonly string[],
  payments: readonly PaymentRecord[],
  decisions: readonly OutcomeDecision[],
): PaymentSnapshot['cart'] {
  const booked = paymentTokens.filter((_token, index) => decisions[index]?.effect === 'BOOK');
  const [id] = booked;
  if (id === undefined || booked.length < 2) return undefined;
  const amount = payments.filter((each) => booked.includes(each.paymentToken)).reduce((sum, each) => sum + each.amount, 0);
  return { id, payments: booked.length, amount };
}

/** A token of another PSP is none of the caller's, and so unknown. */
function itemOf(paymentToken: string, payments: readonly PaymentRecord[], pspCode: string): BatchItem {
  const payment = payments.find((each) => each.paymentToken === paymentToken && each.pspCode === pspCode);
  if (!payment) return { token: undefined, others: [] };
  const { status, outcome, outcomeAt, amount } = payment;
  return {
    token: { paymentToken, status, ...(outcome && outcomeAt && { received: { outcome, at: toIso(fromDate(outcomeAt)), amount } }) },
    others: payments.filter((each) => each !== payment && isSameNotice(each, payment)).map((each) => each.status),
  };
}

function isSameNotice(left: NoticeKey, right: NoticeKey): boolean {
  return left.creditorFiscalCode === right.creditorFiscalCode && left.noticeNumber === right.noticeNumber;
}

async function apply(
  { outbox, clock }: PaymentsDependencies,
  transaction: Transaction,
  before: PaymentRecord,
  settling: Settling,
): Promise<void> {
  const settled = settledPayment(outbox, before, settling, clock.date());
  if (!(await movePayment(transaction, settled))) throw new InvariantError('a payment changed while its notice was locked');
  transaction.afterCommit(() => outbox.published());
}

function answerWith(fault: Fault | undefined): Answer {
  return fault ? refusal(fault) : { outcome: 'OK' };
}
