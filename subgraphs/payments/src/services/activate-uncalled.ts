/** The activation of a notice whose station is not called: it is in Stand-In, or leaves its positions to the platform. */
import { paymentActivated } from '@nodo-aperto/schema/events';
import { versionTooOld } from '../domain/activation-version.ts';
import { activationInProgress, noticeGate } from '../domain/notice-gate.ts';
import { termsOfNotice } from '../domain/payment-terms.ts';
import { snapshotOf } from '../persistence/payment-record.ts';
import { type Activation, answerFor, newPayment, type Passed, VERSIONS } from './activation.ts';
import { type Answer, type PaymentsDependencies, refusal } from './dependencies.ts';
import { answerUncalled, isUncalledFor } from './stand-in-answer.ts';

/**
 * The short way of most activations while a creditor is down: nobody is called, so nothing has to be claimed meanwhile, and the session opens
 * with the statement that takes the notice. Not with a key, whose entry must never show an answer before the notice is held; nor with limits
 * of exposure, nor for one of several options: those need the claim.
 * @returns undefined when the request is to go the long way; nothing was written then
 */
export async function activateUncalled(dependencies: PaymentsDependencies, passed: Passed): Promise<Answer<Activation> | undefined> {
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
