/** One payment from the creditor's books to the outcome, through the platform's public graph. */
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { addDays, toLocalDate } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Fleet, IssuedNotice } from '../creditors/index.ts';
import {
  activatePaymentNotice,
  isPassing,
  PlatformRefusalError,
  PlatformUnreachableError,
  sendPaymentOutcome,
  verifyPaymentNotice,
} from '../platform-client/index.ts';
import type { Caller, OutcomeDetails, PlatformClient, PlatformFault, PspInput } from '../platform-client/index.ts';
import type { Ending, Step } from './counts.ts';
import { loadInAca } from './load-in-aca.ts';
import type { PlannedPayment } from './plan.ts';

export interface JourneyContext {
  readonly fleet: Fleet;
  readonly client: PlatformClient;
  readonly clock: Clock;
  /** Idempotency keys; never from a seed, since a platform remembers those of an earlier run. */
  readonly keys: RandomStream;
  readonly signal: AbortSignal;
}

/** The payment ends here, and why. */
class JourneyFailure extends Error {
  override readonly name = 'JourneyFailure';
  readonly ending: Ending;

  constructor(at: Step, code: string) {
    super(`${at}: ${code}`);
    this.ending = { kind: 'FAILED', at, code };
  }
}

const KEY_LENGTH = 10;
/** A PSP must send its outcome again when it does not get through: slot · (2^k − 1), at most five times (Domain facts, Payments §2.7). */
const OUTCOME_SENDS = 5;
const OUTCOME_SLOT_MS = 1_000;

/** Makes the payment. Gives how it ended; rejects with AbortedError when it was stopped, and with what is a fault of the simulator. */
export async function makePayment(context: JourneyContext, planned: PlannedPayment): Promise<Ending> {
  try {
    return await travel(context, planned);
  } catch (error) {
    if (error instanceof JourneyFailure) return error.ending;
    throw error;
  }
}

async function travel(context: JourneyContext, planned: PlannedPayment): Promise<Ending> {
  const { clock, signal } = context;
  const { pauses, habit } = planned;
  const notice = await load(context, planned);
  await clock.sleep(pauses.beforeVerify, signal);
  const amount = await verify(context, planned, notice);
  await clock.sleep(pauses.beforeActivate, signal);
  const { paymentToken, totalAmount, standIn } = await activate(context, planned, notice, amount);
  if (habit === 'ABANDONS') return { kind: 'ABANDONED', standIn };
  await clock.sleep(pauses.beforeOutcome, signal);
  await sendOutcome(context, planned, { paymentToken, totalAmount });
  return { kind: habit === 'PAYS' ? 'PAID' : 'DECLINED', standIn };
}

/** The creditor issues the notice and tells ACA at once, as it must (Domain facts, Payments §4.2). */
async function load(context: JourneyContext, { creditor, amount, description, debtor, category }: PlannedPayment): Promise<IssuedNotice> {
  const notice = context.fleet.issueNotice(creditor.stationCode, { amount, description, debtor, transfers: [{ amount, category }] });
  const refused = await call('LOAD', () => loadInAca(context.client, notice, context.signal));
  if (refused !== undefined) throw new JourneyFailure('LOAD', refused);
  return notice;
}

async function verify(context: JourneyContext, planned: PlannedPayment, notice: IssuedNotice): Promise<number> {
  const input = { ...pspInput(planned), qrCode: qrCodeOf(notice) };
  const { verifyPaymentNotice: result } = await call('VERIFY', () =>
    context.client.run(verifyPaymentNotice, { input }, pspCaller(planned), context.signal),
  );
  refuseKo('VERIFY', result);
  return result.paymentList?.[0]?.amount ?? notice.amount;
}

async function activate(
  context: JourneyContext,
  planned: PlannedPayment,
  notice: IssuedNotice,
  amount: number,
): Promise<{ paymentToken: string; totalAmount: number; standIn: boolean }> {
  const input = { ...pspInput(planned), qrCode: qrCodeOf(notice), idempotencyKey: newKey(context, planned), amount };
  const { activatePaymentNoticeV2: result } = await call('ACTIVATE', () =>
    context.client.run(activatePaymentNotice, { input }, pspCaller(planned), context.signal),
  );
  refuseKo('ACTIVATE', result);
  if (result.paymentToken === null) throw new JourneyFailure('ACTIVATE', 'NO_TOKEN');
  return { paymentToken: result.paymentToken, totalAmount: result.totalAmount ?? amount, standIn: result.standin === true };
}

async function sendOutcome(
  context: JourneyContext,
  planned: PlannedPayment,
  payment: { paymentToken: string; totalAmount: number },
): Promise<void> {
  const outcome = planned.habit === 'PAYS' ? ('OK' as const) : ('KO' as const);
  const input = {
    ...pspInput(planned),
    paymentTokens: [payment.paymentToken],
    idempotencyKey: newKey(context, planned),
    outcome,
    ...(outcome === 'OK' && { details: detailsOf(context, planned) }),
  };
  const send = () => context.client.run(sendPaymentOutcome, { input }, pspCaller(planned), context.signal);
  const { sendPaymentOutcomeV2: result } = await call('OUTCOME', () => sendAgain(context, send));
  refuseKo('OUTCOME', result);
}

async function sendAgain<Answer>({ clock, signal }: JourneyContext, send: () => Promise<Answer>): Promise<Answer> {
  for (let sends = 1; ; sends++) {
    try {
      return await send();
    } catch (error) {
      if (sends >= OUTCOME_SENDS || !isPassing(error)) throw error;
      await clock.sleep(OUTCOME_SLOT_MS * (2 ** sends - 1), signal);
    }
  }
}

/** Turns what the platform, or its absence, says into the end of the payment. */
async function call<Answer>(step: Step, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PlatformUnreachableError) throw new JourneyFailure(step, 'UNREACHABLE');
    if (error instanceof PlatformRefusalError) throw new JourneyFailure(step, error.code);
    throw error;
  }
}

function refuseKo(step: Step, { outcome, fault }: { outcome: 'OK' | 'KO'; fault: PlatformFault | null }): void {
  if (outcome === 'KO') throw new JourneyFailure(step, fault?.originalFaultCode ?? fault?.code ?? 'KO');
}

function pspCaller({ psp }: PlannedPayment): Caller {
  return { role: 'PSP', tenant: psp.code };
}

function pspInput({ psp }: PlannedPayment): PspInput {
  return { idPSP: psp.code, idBrokerPSP: psp.fiscalCode, idChannel: psp.channelCode };
}

function qrCodeOf({ creditorFiscalCode, noticeNumber }: IssuedNotice): { fiscalCode: string; noticeNumber: string } {
  return { fiscalCode: creditorFiscalCode, noticeNumber };
}

function newKey({ keys }: JourneyContext, { psp }: PlannedPayment): string {
  return `${psp.fiscalCode}_${keys.alphanumeric(KEY_LENGTH)}`;
}

function detailsOf({ clock }: JourneyContext, { psp, debtor }: PlannedPayment): OutcomeDetails {
  const today = toLocalDate(clock.now());
  return {
    paymentMethod: psp.paymentMethod,
    paymentChannel: psp.paymentChannel,
    fee: psp.fee,
    payer: {
      uniqueIdentifier: { entityUniqueIdentifierType: debtor.type, entityUniqueIdentifierValue: debtor.code },
      fullName: debtor.fullName,
    },
    applicationDate: today,
    transferDate: addDays(today, 1),
  };
}
