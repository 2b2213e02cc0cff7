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
import { loadDebt } from './load-debt.ts';
import { loadInAca } from './load-in-aca.ts';
import type { Instalment, PlannedPayment } from './plan.ts';

/** One call of a journey, and what came back. */
export interface Witnessed {
  readonly step: Step;
  readonly notice: IssuedNotice;
  /** Epoch milliseconds at which it was sent. */
  readonly at: number;
  readonly key?: string;
  readonly paymentToken?: string;
  /** Outcome that was sent. */
  readonly sent?: 'OK' | 'KO';
  /** OK, the code of a KO or refusal, or UNREACHABLE. */
  readonly answer: string;
  /** Euro cents. */
  readonly amount?: number;
  readonly standIn?: boolean;
  /** Real milliseconds. */
  readonly elapsedMs: number;
}

export interface JourneyContext {
  readonly fleet: Fleet;
  readonly client: PlatformClient;
  readonly clock: Clock;
  /** Idempotency keys; never from a seed, since a platform remembers those of an earlier run. */
  readonly keys: RandomStream;
  readonly signal: AbortSignal;
  /** Platform milliseconds after which a late PSP sends its outcome. Default: one minute. */
  readonly lateAfterMs?: number;
  /** Notices of the debts in instalments, by debt: needed where there are any. */
  readonly debts?: Map<number, readonly IssuedNotice[]>;
  /** Told of the notice as soon as it is issued, and of every call. */
  readonly onNotice?: (notice: IssuedNotice, planned: PlannedPayment) => void;
  readonly witness?: (witnessed: Witnessed, planned: PlannedPayment) => void;
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
const LATE_AFTER_MS = 60_000;
/** How much more than what ACA was told the creditor asks for of a stale notice: a tenth, for interest or a fine. */
const STALE_PART = 10;
/** Days from one instalment's due date to the next. */
const INSTALMENT_DAYS = 30;

/** Makes the payment. Gives how it ended; rejects with AbortedError when it was stopped, and with what is a fault of the simulator. */
export async function makePayment(context: JourneyContext, planned: PlannedPayment): Promise<Ending> {
  try {
    return await travel(context, planned);
  } catch (error) {
    if (error instanceof JourneyFailure) return error.ending;
    throw error;
  }
}

/** One payment under way. */
interface Journey {
  readonly context: JourneyContext;
  readonly planned: PlannedPayment;
  readonly notice: IssuedNotice;
}

async function travel(context: JourneyContext, planned: PlannedPayment): Promise<Ending> {
  const { clock, signal, lateAfterMs = LATE_AFTER_MS } = context;
  const { pauses, habit } = planned;
  const journey = { context, planned, notice: await load(context, planned) };
  await clock.sleep(pauses.beforeVerify, signal);
  const amount = await verify(journey);
  await clock.sleep(pauses.beforeActivate, signal);
  const { paymentToken, standIn } = await activate(journey, amount);
  if (habit === 'ABANDONS') return { kind: 'ABANDONED', standIn };
  await clock.sleep(habit === 'IS_LATE' ? lateAfterMs : pauses.beforeOutcome, signal);
  await settle(journey, paymentToken);
  return { kind: habit === 'DECLINES' ? 'DECLINED' : 'PAID', standIn };
}

/** The creditor issues the notice and tells ACA at once, as it must (Domain facts, Payments §4.2); some do not, and some change it afterwards. */
async function load(context: JourneyContext, planned: PlannedPayment): Promise<IssuedNotice> {
  const { creditor, amount, aca, instalment } = planned;
  const notices = instalment === undefined ? [issue(context, planned, amount)] : issueInstalments(context, planned, instalment);
  const notice = notices[(instalment?.number ?? 1) - 1];
  if (notice === undefined) throw new JourneyFailure('LOAD', 'NO_NOTICE');
  context.onNotice?.(notice, planned);
  if (aca === 'ABSENT') return notice;
  if (instalment === undefined || instalment.number === 1)
    await call(
      { context, planned, notice },
      { step: 'LOAD' },
      () =>
        instalment === undefined ? loadInAca(context.client, notice, context.signal) : loadDebt(context.client, notices, context.signal),
      (refused) => ({ answer: refused ?? 'OK' }),
    );
  if (aca === 'LOADED') return notice;
  return context.fleet.changeNotice(creditor.stationCode, notice.noticeNumber, { amount: amount + Math.ceil(amount / STALE_PART) });
}

/** @param inDays when it is due; the creditor's usual time when absent */
function issue({ fleet, clock }: JourneyContext, planned: PlannedPayment, amount: number, inDays?: number): IssuedNotice {
  const { creditor, description, debtor, category } = planned;
  const dueDate = inDays === undefined ? {} : { dueDate: addDays(toLocalDate(clock.now()), inDays) };
  return fleet.issueNotice(creditor.stationCode, { amount, description, debtor, transfers: [{ amount, category }], ...dueDate });
}

/** All notices of a debt are issued together; its later payments find theirs there. */
function issueInstalments(
  context: JourneyContext,
  planned: PlannedPayment,
  { debt, number, amounts }: Instalment,
): readonly IssuedNotice[] {
  const issued =
    number === 1
      ? amounts.map((amount, index) => issue(context, planned, amount, (index + 1) * INSTALMENT_DAYS))
      : context.debts?.get(debt);
  if (issued !== undefined) context.debts?.set(debt, issued);
  return issued ?? [];
}

async function verify(journey: Journey): Promise<number> {
  const { context, planned, notice } = journey;
  const input = { ...pspInput(planned), qrCode: qrCodeOf(notice) };
  const { verifyPaymentNotice: result } = await call(
    journey,
    { step: 'VERIFY' },
    () => context.client.run(verifyPaymentNotice, { input }, pspCaller(planned), context.signal),
    (data) => ({ answer: codeOf(data.verifyPaymentNotice), ...amountOf(data.verifyPaymentNotice.paymentList?.[0]?.amount) }),
  );
  return result.paymentList?.[0]?.amount ?? notice.amount;
}

async function activate(journey: Journey, amount: number): Promise<{ paymentToken: string; standIn: boolean }> {
  const { context, planned, notice } = journey;
  const key = newKey(context, planned);
  const input = { ...pspInput(planned), qrCode: qrCodeOf(notice), idempotencyKey: key, amount };
  const once = async () => {
    const { activatePaymentNoticeV2: result } = await call(
      journey,
      { step: 'ACTIVATE', key },
      () => context.client.run(activatePaymentNotice, { input }, pspCaller(planned), context.signal),
      ({ activatePaymentNoticeV2: answered }) => ({
        answer: codeOf(answered),
        ...(answered.paymentToken !== null && { paymentToken: answered.paymentToken }),
        ...amountOf(answered.totalAmount),
        standIn: answered.standin === true,
      }),
    );
    if (result.paymentToken === null) throw new JourneyFailure('ACTIVATE', 'NO_TOKEN');
    return { paymentToken: result.paymentToken, standIn: result.standin === true };
  };
  const activated = await once();
  return planned.habit === 'RETRIES' ? once() : activated;
}

/** Sends the outcome in the way of the PSP's habit. A second outcome is the PSP's mistake: what is answered to it does not matter to the payer. */
async function settle(journey: Journey, paymentToken: string): Promise<void> {
  const { context, planned } = journey;
  const key = newKey(context, planned);
  await sendOutcome(journey, paymentToken, key);
  if (planned.habit === 'LOSES_ANSWER') await sendOutcome(journey, paymentToken, key);
  if (planned.habit !== 'SENDS_TWICE') return;
  try {
    await sendOutcome(journey, paymentToken, newKey(context, planned));
  } catch (error) {
    if (!(error instanceof JourneyFailure)) throw error;
  }
}

async function sendOutcome(journey: Journey, paymentToken: string, key: string): Promise<void> {
  const { context, planned } = journey;
  const outcome = planned.habit === 'DECLINES' ? ('KO' as const) : ('OK' as const);
  const input = {
    ...pspInput(planned),
    paymentTokens: [paymentToken],
    idempotencyKey: key,
    outcome,
    ...(outcome === 'OK' && { details: detailsOf(context, planned) }),
  };
  await call(
    journey,
    { step: 'OUTCOME', key, paymentToken, sent: outcome },
    () => sendAgain(context, () => context.client.run(sendPaymentOutcome, { input }, pspCaller(planned), context.signal)),
    ({ sendPaymentOutcomeV2: answered }) => ({ answer: codeOf(answered) }),
  );
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

type Sent = Pick<Witnessed, 'step' | 'key' | 'paymentToken' | 'sent'>;
type Read = Pick<Witnessed, 'answer' | 'amount' | 'standIn' | 'paymentToken'>;

/** Makes a call, tells the witness of it, and turns a KO, or the platform's absence, into the end of the payment. */
async function call<Answer>(journey: Journey, sent: Sent, work: () => Promise<Answer>, read: (answer: Answer) => Read): Promise<Answer> {
  const { context, planned, notice } = journey;
  const [at, began] = [context.clock.now(), context.clock.monotonic()];
  const told = (answered: Read): void =>
    context.witness?.({ ...sent, ...answered, notice, at, elapsedMs: context.clock.monotonic() - began }, planned);
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    const code = codeOfError(error);
    if (code === undefined) throw error;
    told({ answer: code });
    throw new JourneyFailure(sent.step, code);
  }
  const answered = read(answer);
  told(answered);
  if (answered.answer !== 'OK') throw new JourneyFailure(sent.step, answered.answer);
  return answer;
}

function codeOfError(error: unknown): string | undefined {
  if (error instanceof PlatformUnreachableError) return 'UNREACHABLE';
  return error instanceof PlatformRefusalError ? error.code : undefined;
}

function codeOf({ outcome, fault }: { outcome: 'OK' | 'KO'; fault: PlatformFault | null }): string {
  return outcome === 'OK' ? 'OK' : (fault?.originalFaultCode ?? fault?.code ?? 'KO');
}

function amountOf(amount: number | null | undefined): { amount: number } | object {
  return amount == null ? {} : { amount };
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
