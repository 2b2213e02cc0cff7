/**
 * sendPaymentOutcome, versions 1 (one token) and 2 (one to five): what became of a payment. The key, the decision, the rows and the
 * stated facts are one transaction under the lock of the notices. Source: Domain facts, Payments §2.2, §2.4, §2.7.
 */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type Fault, InvariantError } from '@nodo-aperto/kernel/faults';
import { asDate, fromDate, toIso } from '@nodo-aperto/kernel/time';
import {
  type NoticePaymentStatus,
  paymentBooked,
  paymentFailed,
  type PaymentSnapshot,
  type Subject,
  type Transfer,
} from '@nodo-aperto/schema/events';
import { pspUnknown } from '../domain/caller.ts';
import { type BoughtStamp, type OutcomeDetailsFields, stampsContradict } from '../domain/outcome-details.ts';
import { tooManyRequests } from '../domain/request-limit.ts';
import { OUTCOME_MS } from '../domain/idempotency.ts';
import { assertNoticeTransition, noticeGone } from '../domain/notice-status.ts';
import { type BatchItem, decideOutcomeBatch } from '../domain/outcome-batch.ts';
import type { Outcome, OutcomeDecision } from '../domain/outcome-decision.ts';
import { assertPaymentTransition } from '../domain/payment-status.ts';
import { type OutcomeFields, outcomeSyntax } from '../domain/request-syntax.ts';
import { forgetActivations, settleEntry, takeEntry } from '../persistence/idempotency-queries.ts';
import { lockNoticesOf, type NoticeKey } from '../persistence/notice-queries.ts';
import { type PaymentRecord, snapshotOf } from '../persistence/payment-record.ts';
import { movePayment, paymentsBeside } from '../persistence/payment-queries.ts';
import { ACTIVATION_PRIMITIVES } from './activate-payment-notice.ts';
import { identifyCaller } from './caller.ts';
import { rivalsOfLate } from './choose-option.ts';
import { type Answer, type PaymentsDependencies, refusal } from './dependencies.ts';
import { answerOfEntry, type KeyedRequest, keyedRequest, refuseKeyed, repeatedAnswer } from './keyed-request.ts';
import { observed } from './observe-answer.ts';

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
  return await database.transaction((transaction) => settled(dependencies, transaction, keyed, request));
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
    if (payment && decision.effect !== 'NONE') await apply(dependencies, transaction, payment, { decision, request, cart });
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
  { decision, request, cart }: { decision: OutcomeDecision; request: OutcomeRequest; cart: PaymentSnapshot['cart'] },
): Promise<void> {
  const { effect, late } = decision;
  const now = clock.date();
  const { details } = request;
  const stamps = details?.marcheDaBollo?.filter(({ paymentToken }) => paymentToken === before.paymentToken) ?? [];
  const payment: PaymentRecord = {
    ...before,
    transfers: stamps.length === 0 ? before.transfers : before.transfers.map((transfer) => stamped(transfer, stamps)),
    status: effect === 'BOOK' ? 'PAID' : 'FAILED',
    outcome: request.outcome,
    outcomeAt: now,
    late,
    paymentMethod: details?.paymentMethod,
    paymentChannel: details?.paymentChannel,
    fee: details?.fee,
    primaryCreditorFee: details?.primaryCiIncurredFee,
    bundleId: details?.idBundle,
    creditorBundleId: details?.idCiBundle,
    payer: details?.payer,
    applicationDate: details?.applicationDate,
    transferDate: details?.transferDate,
    revision: before.revision + 1,
  };
  assertPaymentTransition(before.status, payment.status);
  const contract = effect === 'BOOK' ? paymentBooked : paymentFailed;
  const fact = outbox.encode([{ contract, data: { ...snapshotOf(payment), ...(effect === 'BOOK' && cart && { cart }) } }]);
  const moved = await movePayment(transaction, {
    payment,
    noticeStatus: noticeStatusAfter(before, decision),
    now,
    fact,
    stamped: stamps.length > 0,
  });
  if (!moved) throw new InvariantError('a payment changed while its notice was locked');
  transaction.afterCommit(() => outbox.published());
}

function stamped(transfer: Transfer, stamps: readonly BoughtStamp[]): Transfer {
  const bought = stamps.find(({ idTransfer }) => idTransfer === transfer.idTransfer);
  return bought ? { ...transfer, stampAttachment: bought.MBDAttachment } : transfer;
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
