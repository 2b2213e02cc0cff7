/**
 * sendPaymentOutcome, versions 1 (one token) and 2 (one to five): what became of a payment. The key, the decision, the rows and the
 * stated facts are one transaction under the lock of the notices. Source: Domain facts, Payments §2.2, §2.4, §2.7.
 */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type Fault, InvariantError } from '@nodo-aperto/kernel/faults';
import { asDate, fromDate, toIso } from '@nodo-aperto/kernel/time';
import { type NoticePaymentStatus, paymentBooked, paymentFailed, type Subject } from '@nodo-aperto/schema/events';
import { pspUnknown } from '../domain/caller.ts';
import { OUTCOME_MS } from '../domain/idempotency.ts';
import { assertNoticeTransition } from '../domain/notice-status.ts';
import { type BatchItem, decideOutcomeBatch } from '../domain/outcome-batch.ts';
import type { Outcome, OutcomeDecision } from '../domain/outcome-decision.ts';
import { assertPaymentTransition } from '../domain/payment-status.ts';
import { type OutcomeFields, outcomeSyntax } from '../domain/request-syntax.ts';
import { forgetActivations, settleEntry, takeEntry } from '../persistence/idempotency-queries.ts';
import { lockNoticesOf } from '../persistence/notice-queries.ts';
import { type PaymentRecord, snapshotOf } from '../persistence/payment-record.ts';
import { movePayment, paymentsBeside } from '../persistence/payment-queries.ts';
import { ACTIVATION_PRIMITIVES } from './activate-payment-notice.ts';
import { identifyCaller } from './caller.ts';
import { type Answer, type PaymentsDependencies, refusal } from './dependencies.ts';
import { answerOfEntry, type KeyedRequest, keyedRequest, refuseKeyed, repeatedAnswer } from './keyed-request.ts';

export type OutcomePrimitive = 'sendPaymentOutcome' | 'sendPaymentOutcomeV2';

export interface OutcomeRequest extends OutcomeFields {
  readonly outcome: Outcome;
  readonly details?: {
    readonly paymentMethod: string;
    readonly paymentChannel?: string;
    /** Euro cents. */
    readonly fee: number;
    readonly payer?: Subject;
    /** YYYY-MM-DD */
    readonly applicationDate: string;
    readonly transferDate: string;
  };
}

export async function sendPaymentOutcome(
  dependencies: PaymentsDependencies,
  primitive: OutcomePrimitive,
  request: OutcomeRequest,
): Promise<Answer> {
  const answer = await checked(dependencies, primitive, request);
  dependencies.metrics.answered(primitive, answer.outcome === 'OK' ? 'OK' : answer.fault.code);
  return answer;
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
  return database.transaction((transaction) => settled(dependencies, transaction, keyed, request));
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
  }
  const { paymentTokens } = request;
  await lockNoticesOf(transaction, paymentTokens);
  const payments = await paymentsBeside(transaction, paymentTokens);
  const items = paymentTokens.map((paymentToken) => itemOf(paymentToken, payments, request.idPSP));
  const { decisions, fault } = decideOutcomeBatch(items, request.outcome);
  for (const [index, decision] of decisions.entries()) {
    const payment = payments.find((each) => each.paymentToken === paymentTokens[index]);
    if (payment && decision.effect !== 'NONE') await apply(dependencies, transaction, payment, decision, request);
  }
  const answer = answerWith(fault);
  const own = paymentTokens.filter((_token, index) => items[index]?.token !== undefined);
  if (keyed.entry) await settleEntry(transaction, keyed.entry, answer, own[0]);
  if (own.length > 0) await forgetActivations(transaction, own, ACTIVATION_PRIMITIVES);
  return answer;
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

function isSameNotice(left: PaymentRecord, right: PaymentRecord): boolean {
  return left.creditorFiscalCode === right.creditorFiscalCode && left.noticeNumber === right.noticeNumber;
}

async function apply(
  { outbox, clock }: PaymentsDependencies,
  transaction: Transaction,
  before: PaymentRecord,
  decision: OutcomeDecision,
  request: OutcomeRequest,
): Promise<void> {
  const { effect, late } = decision;
  const now = clock.date();
  const { details } = request;
  const payment: PaymentRecord = {
    ...before,
    status: effect === 'BOOK' ? 'PAID' : 'FAILED',
    outcome: request.outcome,
    outcomeAt: now,
    late,
    paymentMethod: details?.paymentMethod,
    paymentChannel: details?.paymentChannel,
    fee: details?.fee,
    payer: details?.payer,
    applicationDate: details?.applicationDate,
    transferDate: details?.transferDate,
    revision: before.revision + 1,
  };
  assertPaymentTransition(before.status, payment.status);
  const contract = effect === 'BOOK' ? paymentBooked : paymentFailed;
  const fact = outbox.encode([{ contract, data: snapshotOf(payment) }]);
  const moved = await movePayment(transaction, { payment, noticeStatus: noticeStatusAfter(before, decision), now, fact });
  if (!moved) throw new InvariantError('a payment changed while its notice was locked');
  transaction.afterCommit(() => outbox.published());
}

/** The notice follows its token; one whose token had expired is free already, and a late KO leaves it so. */
function noticeStatusAfter(before: PaymentRecord, { effect }: OutcomeDecision): NoticePaymentStatus | undefined {
  const from = before.status === 'PAYING' ? 'PAYING' : 'INSERTED';
  const to = effect === 'BOOK' ? 'PAID' : 'INSERTED';
  if (from === to) return undefined;
  assertNoticeTransition(from, to);
  return to;
}

function answerWith(fault: Fault | undefined): Answer {
  return fault ? refusal(fault) : { outcome: 'OK' };
}
