/**
 * activatePaymentNotice, versions 1 and 2: opens a payment session and locks the notice. The notice is first claimed, then its creditor
 * is asked with no transaction open, then the session is opened if the claim still stands. Source: Domain facts, Payments §2.1–§2.7.
 */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Fault } from '@nodo-aperto/kernel/faults';
import { euroCents } from '@nodo-aperto/kernel/money';
import { asDate, deadlineSpan } from '@nodo-aperto/kernel/time';
import { type NoticeSnapshot, paymentActivated } from '@nodo-aperto/schema/events';
import type { ActivationPrimitive } from '../domain/activation-primitives.ts';
import { claimMs } from '../domain/activation-claim.ts';
import { versionTooOld } from '../domain/activation-version.ts';
import { pspUnknown } from '../domain/caller.ts';
import { activationKeyMs, isRemembered, REFUSED_ACTIVATION_MS } from '../domain/idempotency.ts';
import { activationInProgress, noticeGate } from '../domain/notice-gate.ts';
import { type PaymentTerms, termsOfNotice } from '../domain/payment-terms.ts';
import { tooManyRequests } from '../domain/request-limit.ts';
import { activationSyntax } from '../domain/request-syntax.ts';
import { expirationTimeAllowed, tokenLifetimeMs } from '../domain/token-lifetime.ts';
import { answerEntry, forgetEntry } from '../persistence/idempotency-queries.ts';
import { readNotice, releaseNotice } from '../persistence/notice-queries.ts';
import { snapshotOf } from '../persistence/payment-record.ts';
import { type ClaimedOpening, openPayments } from '../persistence/opening-queries.ts';
import type { CallNotes } from './call-evidence.ts';
import { chooseOption } from './choose-option.ts';
import { identifyCaller } from './caller.ts';
import { findCounterpart } from './counterpart.ts';
import { askPayment } from './creditor-calls.ts';
import { type Answer, type PaymentsDependencies, type Refusal, refusal } from './dependencies.ts';
import type { ExposureGuard } from './guard-exposure.ts';
import { type KeyedRequest, keyedRequest, refuseKeyed, repeatedAnswer } from './keyed-request.ts';
import { observed } from './observe-answer.ts';
import { activateUncalled } from './activate-uncalled.ts';
import { type ActivateRequest, type Activation, answerFor, newPayment, type Passed, VERSIONS } from './activation.ts';
import { answerOf, type Answered } from './stand-in-answer.ts';

export async function activatePaymentNotice(
  dependencies: PaymentsDependencies,
  primitive: ActivationPrimitive,
  request: ActivateRequest,
): Promise<Answer<Activation>> {
  return observed<Activation>(dependencies, primitive, request, (notes) => checked(dependencies, primitive, request, notes));
}

async function checked(
  dependencies: PaymentsDependencies,
  primitive: ActivationPrimitive,
  request: ActivateRequest,
  notes: CallNotes,
): Promise<Answer<Activation>> {
  const { directory, clock } = dependencies;
  const malformed = activationSyntax(request);
  if (malformed) return refusal(malformed);
  const psp = await directory.psp(request.idPSP);
  if (!psp) return refusal(pspUnknown(request.idPSP));
  const keyed = await keyedRequest(dependencies, primitive, request, REFUSED_ACTIVATION_MS);
  const repeated = await repeatedAnswer<Answer<Activation>>(dependencies, keyed);
  if (repeated) return repeated;
  const refuse = (fault: Fault) => refuseKeyed<Answer<Activation>>(dependencies, keyed, fault);
  const identified = await identifyCaller(directory, psp, request);
  if ('fault' in identified) return refuse(identified.fault);
  using admitted = dependencies.admission.admit(psp.code);
  if (!admitted) return refuse(tooManyRequests());
  const { tokenDurationMs } = await directory.settings();
  const tooLong = expirationTimeAllowed(request.expirationTime, tokenDurationMs);
  if (tooLong) return refuse(tooLong);
  const found = await findCounterpart(directory, request.qrCode, clock.now());
  if ('fault' in found) return refuse(found.fault);
  const tokenMs = tokenLifetimeMs(request.expirationTime, tokenDurationMs);
  const { caller } = identified;
  const { counterpart } = found;
  // Waited for here, so that the request counts until it is answered.
  const passed = { primitive, request, keyed, caller, counterpart, tokenMs, notes };
  return (await activateUncalled(dependencies, passed)) ?? (await claimed(dependencies, passed));
}

/** How often a claim is tried when the notice becomes free in the very moment in which it was found taken. */
const CLAIM_TRIES = 3;

async function claimed(dependencies: PaymentsDependencies, passed: Passed): Promise<Answer<Activation>> {
  const { database, clock, random, directory, hotPath } = dependencies;
  const { keyed, request } = passed;
  const notice = { creditorFiscalCode: request.qrCode.fiscalCode, noticeNumber: request.qrCode.noticeNumber };
  const { creditorTimeoutMs } = await directory.settings();
  for (let attempt = 1; ; attempt += 1) {
    const claimId = random.uuid();
    const until = asDate(clock.now() + deadlineSpan(clock, claimMs(creditorTimeoutMs)));
    const result = await hotPath.claim({
      ...notice,
      claimId,
      now: clock.date(),
      until,
      ...(keyed.entry && { entry: keyed.entry }),
    });
    if (result.kind === 'CLAIMED') return asked(dependencies, passed, claimId, result.inAca);
    if (result.kind === 'KEY_KNOWN') {
      const repeated = await repeatedAnswer<Answer<Activation>>(dependencies, keyed);
      if (repeated || attempt === CLAIM_TRIES) return repeated ?? refusal(activationInProgress());
      continue;
    }
    const state = await readNotice(database, notice, clock.date());
    const fault =
      noticeGate(state?.status ?? undefined) ?? (state?.claimed || attempt === CLAIM_TRIES ? activationInProgress() : undefined);
    if (fault) return refuseClaimed(dependencies, keyed, claimId, fault);
    // Free again by now: give up the key as well, and try once more.
    if (keyed.entry) await forgetEntry(database, keyed.entry, claimId);
  }
}

/** Asks the creditor, or ACA in its place. Whatever happens here, the claim does not stay. */
async function asked(
  dependencies: PaymentsDependencies,
  passed: Passed,
  claimId: string,
  inAca: NoticeSnapshot | undefined,
): Promise<Answer<Activation>> {
  const { database } = dependencies;
  const { request, primitive, caller, counterpart, keyed, notes } = passed;
  const notice = { creditorFiscalCode: request.qrCode.fiscalCode, noticeNumber: request.qrCode.noticeNumber };
  try {
    const ruledOut = inAca?.option && (await chooseOption(dependencies, notice, claimId));
    if (ruledOut) {
      await releaseNotice(database, notice, claimId);
      return await refuseClaimed(dependencies, keyed, claimId, ruledOut);
    }
    const { qrCode, amount, dueDate, paymentNote } = request;
    const answered = await answerOf(
      dependencies,
      { primitive, pspCode: caller.psp.code, qrCode, counterpart, notes, inAca },
      () => askPayment(dependencies, counterpart, { qrCode, amount: euroCents(amount), dueDate, paymentNote }),
      termsOfNotice,
    );
    const fault =
      'fault' in answered
        ? answered.fault
        : (versionTooOld(VERSIONS[primitive], answered.value.transfers) ??
          (inAca ? undefined : await ruledOutSince(dependencies, notice, claimId)));
    if ('value' in answered && !fault) return await opened(dependencies, passed, claimId, answered);
    await releaseNotice(database, notice, claimId);
    return await refuseClaimed(dependencies, keyed, claimId, fault ?? activationInProgress());
  } catch (error) {
    await giveUp(dependencies, passed, claimId);
    throw error;
  }
}

/** A notice that ACA did not have at the claim may have come while its creditor was asked, and with it that it is one option of several. */
async function ruledOutSince(
  dependencies: PaymentsDependencies,
  notice: { creditorFiscalCode: string; noticeNumber: string },
  claimId: string,
): Promise<Fault | undefined> {
  const { inAca } = await dependencies.hotPath.readStanding({ ...notice, now: dependencies.clock.date() });
  return inAca?.option && (await chooseOption(dependencies, notice, claimId));
}

async function opened(
  dependencies: PaymentsDependencies,
  passed: Passed,
  claimId: string,
  { value: terms, standIn, exposure }: Exclude<Answered<PaymentTerms>, { fault: Fault }>,
): Promise<Answer<Activation>> {
  const { database, clock, directory, outbox, hotPath } = dependencies;
  const { keyed, tokenMs } = passed;
  const { idempotencyKeyMinutes } = await directory.settings();
  const payment = newPayment(dependencies, passed, terms, standIn);
  const answer = answerFor(passed, terms, payment.paymentToken, standIn);
  const validTo = asDate(clock.now() + activationKeyMs(idempotencyKeyMinutes, tokenMs));
  const opening = {
    claimId,
    payment,
    now: payment.activatedAt,
    fact: outbox.encode([{ contract: paymentActivated, data: snapshotOf(payment) }]),
    ...(keyed.entry && { entry: { ...keyed.entry, response: answer, validTo } }),
  };
  const result = exposure ? await openWithin(database, exposure, opening) : await hotPath.open(opening);
  if (result === true) {
    outbox.published();
    return answer;
  }
  if (typeof result === 'string') {
    const { fault } = exposure ? await exposure.refuse(result) : { fault: activationInProgress() };
    await releaseNotice(database, payment, claimId);
    return refuseClaimed(dependencies, keyed, claimId, fault);
  }
  // The claim ran out, or a late outcome was booked meanwhile: whoever was faster has the notice.
  const state = await readNotice(database, payment, clock.date());
  await releaseNotice(database, payment, claimId);
  return refuseClaimed(dependencies, keyed, claimId, noticeGate(state?.status ?? undefined) ?? activationInProgress());
}

/** Opens a session in Stand-In within the limits of exposure. A text says why it is beyond them; false: the claim was lost. */
function openWithin(database: Database, exposure: ExposureGuard, opening: ClaimedOpening): Promise<boolean | string> {
  return database.transaction(async (transaction) => {
    const beyond = await exposure.checkAlone(transaction);
    if (beyond !== undefined) return beyond;
    const [held] = await openPayments(transaction, [opening]);
    return held === true;
  });
}

/** Refuses a request whose key was entered with the claim: remembered, or forgotten so that it can be made again. */
async function refuseClaimed(
  { database, clock }: PaymentsDependencies,
  { entry, refusedMs }: KeyedRequest,
  claimId: string,
  fault: Fault,
): Promise<Refusal> {
  const answer = refusal(fault);
  if (!entry) return answer;
  if (isRemembered(fault.code)) await answerEntry(database, entry, claimId, answer, asDate(clock.now() + refusedMs));
  else await forgetEntry(database, entry, claimId);
  return answer;
}

/** After a failure of ours: what can be given back is; what cannot runs out by itself. */
async function giveUp({ database, log }: PaymentsDependencies, { request, keyed }: Passed, claimId: string): Promise<void> {
  const { fiscalCode: creditorFiscalCode, noticeNumber } = request.qrCode;
  try {
    await releaseNotice(database, { creditorFiscalCode, noticeNumber }, claimId);
    if (keyed.entry) await forgetEntry(database, keyed.entry, claimId);
  } catch (error) {
    log.warn({ err: error }, 'a claim could not be given back; it ends at its time');
  }
}
