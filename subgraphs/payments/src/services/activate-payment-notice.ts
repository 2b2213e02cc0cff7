/**
 * activatePaymentNotice, versions 1 and 2: opens a payment session and locks the notice. The notice is first claimed, then its creditor
 * is asked with no transaction open, then the session is opened if the claim still stands. Source: Domain facts, Payments §2.1–§2.7.
 */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Fault } from '@nodo-aperto/kernel/faults';
import { euroCents } from '@nodo-aperto/kernel/money';
import { asDate, deadlineSpan } from '@nodo-aperto/kernel/time';
import { type NoticeSnapshot, paymentActivated, type Transfer } from '@nodo-aperto/schema/events';
import type { ActivationPrimitive } from '../domain/activation-primitives.ts';
import { claimMs } from '../domain/activation-claim.ts';
import { versionTooOld } from '../domain/activation-version.ts';
import { pspUnknown } from '../domain/caller.ts';
import { activationKeyMs, isRemembered, REFUSED_ACTIVATION_MS } from '../domain/idempotency.ts';
import { activationInProgress, noticeGate } from '../domain/notice-gate.ts';
import { type PaymentTerms, termsOfNotice } from '../domain/payment-terms.ts';
import { tooManyRequests } from '../domain/request-limit.ts';
import { type ActivationFields, activationSyntax } from '../domain/request-syntax.ts';
import { standInFlag } from '../domain/stand-in-flag.ts';
import { expirationTimeAllowed, tokenLifetimeMs } from '../domain/token-lifetime.ts';
import { answerEntry, forgetEntry } from '../persistence/idempotency-queries.ts';
import { readNotice, releaseNotice } from '../persistence/notice-queries.ts';
import { type PaymentRecord, snapshotOf } from '../persistence/payment-record.ts';
import { type ClaimedOpening, openPayments } from '../persistence/opening-queries.ts';
import type { CallNotes } from './call-evidence.ts';
import { chooseOption } from './choose-option.ts';
import { type Caller, identifyCaller } from './caller.ts';
import { type Counterpart, findCounterpart } from './counterpart.ts';
import { askPayment } from './creditor-calls.ts';
import { type Answer, type PaymentsDependencies, type Refusal, refusal } from './dependencies.ts';
import type { ExposureGuard } from './guard-exposure.ts';
import { type KeyedRequest, keyedRequest, refuseKeyed, repeatedAnswer } from './keyed-request.ts';
import { observed } from './observe-answer.ts';
import { answerOf, type Answered, answerUncalled, isUncalledFor } from './stand-in-answer.ts';

const VERSIONS = { activatePaymentNotice: 1, activatePaymentNoticeV2: 2 } as const satisfies Record<ActivationPrimitive, 1 | 2>;

export interface ActivateRequest extends ActivationFields {
  /** How the payment will be made; version 2. */
  readonly paymentMethod?: string;
  /** Where it is made; version 2. */
  readonly touchPoint?: string;
}

export interface Activation {
  /** Euro cents, as the creditor or ACA says: it may differ from the amount of the request. */
  readonly totalAmount: number;
  readonly paymentDescription: string;
  readonly fiscalCodePA: string;
  readonly companyName: string;
  readonly officeName?: string;
  readonly paymentToken: string;
  readonly transferList: readonly Transfer[];
  readonly metadata?: readonly { key: string; value: string }[];
  readonly creditorReferenceId: string;
  /** Absent when the channel is not configured for it. */
  readonly standin?: boolean;
}

export async function activatePaymentNotice(
  dependencies: PaymentsDependencies,
  primitive: ActivationPrimitive,
  request: ActivateRequest,
): Promise<Answer<Activation>> {
  return observed<Activation>(dependencies, primitive, request, (notes) => checked(dependencies, primitive, request, notes));
}

/** An activation whose checks have passed, with all that it needs. */
interface Passed {
  readonly primitive: ActivationPrimitive;
  readonly request: ActivateRequest;
  readonly keyed: KeyedRequest;
  readonly caller: Caller;
  readonly counterpart: Counterpart;
  readonly tokenMs: number;
  readonly notes: CallNotes;
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
  return (await taken(dependencies, passed)) ?? (await claimed(dependencies, passed));
}

/**
 * The short way of most activations while a creditor is down: nobody is called, so nothing has to be claimed meanwhile, and the session opens
 * with the statement that takes the notice. Not with a key, whose entry must never show an answer before the notice is held; nor with limits
 * of exposure, nor for one of several options: those need the claim.
 * @returns undefined when the request is to go the long way; nothing was written then
 */
async function taken(dependencies: PaymentsDependencies, passed: Passed): Promise<Answer<Activation> | undefined> {
  const { clock, hotPath, outbox } = dependencies;
  const { request, primitive, caller, counterpart, keyed, notes } = passed;
  if (keyed.entry || !(await isUncalledFor(dependencies, counterpart))) return undefined;
  const { qrCode } = request;
  const { state, inAca } = await hotPath.readStanding({
    creditorFiscalCode: qrCode.fiscalCode,
    noticeNumber: qrCode.noticeNumber,
    now: clock.date(),
  });
  if (!inAca || inAca.option || state?.claimed || noticeGate(state?.status ?? undefined)) return undefined;
  const question = { primitive, pspCode: caller.psp.code, qrCode, counterpart, notes, inAca };
  const answered = await answerUncalled(dependencies, question, termsOfNotice);
  if (!answered) return undefined; // The station left Stand-In in this moment.
  const fault = 'fault' in answered ? answered.fault : versionTooOld(VERSIONS[primitive], answered.value.transfers);
  if (!('value' in answered) || fault) return refusal(fault ?? activationInProgress());
  const payment = newPayment(dependencies, passed, answered.value, answered.standIn);
  const fact = outbox.encode([{ contract: paymentActivated, data: snapshotOf(payment) }]);
  if (!(await hotPath.take({ payment, now: payment.activatedAt, fact }))) return undefined; // Somebody was faster: the long way says what is so.
  outbox.published();
  return answerFor(passed, answered.value, payment.paymentToken, answered.standIn);
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
    const fault = 'fault' in answered ? answered.fault : versionTooOld(VERSIONS[primitive], answered.value.transfers);
    if ('value' in answered && !fault) return await opened(dependencies, passed, claimId, answered);
    await releaseNotice(database, notice, claimId);
    return await refuseClaimed(dependencies, keyed, claimId, fault ?? activationInProgress());
  } catch (error) {
    await giveUp(dependencies, passed, claimId);
    throw error;
  }
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

function newPayment({ clock, random }: PaymentsDependencies, passed: Passed, terms: PaymentTerms, standIn: boolean): PaymentRecord {
  const { request, caller, counterpart, tokenMs } = passed;
  const { psp, broker, channel } = caller;
  const { creditor, station } = counterpart;
  return {
    paymentToken: random.hex(32),
    creditorFiscalCode: creditor.fiscalCode,
    noticeNumber: request.qrCode.noticeNumber,
    ...terms,
    transfers: [...terms.transfers],
    metadata: terms.metadata && [...terms.metadata],
    creditors: [...new Set([creditor.fiscalCode, ...terms.transfers.map((transfer) => transfer.creditorFiscalCode)])],
    pspCode: psp.code,
    pspName: psp.name,
    pspFiscalCode: psp.fiscalCode,
    pspVatNumber: psp.vatNumber,
    pspBrokerCode: broker.code,
    channelCode: channel.code,
    creditorBrokerCode: counterpart.broker.code,
    stationCode: station.code,
    standIn,
    status: 'PAYING',
    activatedAt: clock.date(),
    expiresAt: asDate(clock.now() + tokenMs),
    activationPaymentMethod: request.paymentMethod,
    touchPoint: request.touchPoint,
    paymentNote: request.paymentNote,
    late: false,
    revision: 1,
  };
}

function answerFor(
  { caller, counterpart }: Passed,
  terms: PaymentTerms,
  paymentToken: string,
  standIn: boolean,
): Answer<Activation> & { outcome: 'OK' } {
  const standin = standInFlag(caller.channel, standIn);
  return {
    outcome: 'OK',
    totalAmount: terms.amount,
    paymentDescription: terms.description,
    fiscalCodePA: counterpart.creditor.fiscalCode,
    companyName: terms.creditorName,
    ...(terms.officeName !== undefined && { officeName: terms.officeName }),
    paymentToken,
    transferList: terms.transfers,
    ...(terms.metadata && { metadata: terms.metadata }),
    creditorReferenceId: terms.iuv,
    ...(standin !== undefined && { standin }),
  };
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
