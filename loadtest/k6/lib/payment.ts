/** One payment as a PSP makes it: verify, activate, outcome. */
import exec from 'k6/execution';
import { Counter, Rate } from 'k6/metrics';
import { fixture, type FixtureNotice, notices } from './fixture.ts';
import { call } from './graphql.ts';

/** Payments that were booked; tagged with `phase` where a run has phases. */
const completed = new Counter('payments_completed');
/** Whether a payment that was begun was booked. */
const succeeded = new Rate('payments_succeeded');
/** Answers KO, tagged with the operation and the fault code. */
const faults = new Counter('payment_faults');
/** Activations that were answered from ACA. */
const standIns = new Counter('stand_in_activations');

interface Answer {
  readonly outcome: 'OK' | 'KO';
  readonly fault: { readonly code: string; readonly originalFaultCode: string | null } | null;
}
interface Activation extends Answer {
  readonly paymentToken: string | null;
  readonly totalAmount: number | null;
  readonly standin: boolean | null;
}

const { psp, tokens } = fixture;
const channel = { idPSP: psp.code, idChannel: psp.channel };
const codeOf = (notice: FixtureNotice) => ({
  fiscalCode: fixture.creditors[notice.creditor]?.fiscalCode,
  noticeNumber: notice.noticeNumber,
});

/** The notice of this iteration: no other takes it. @throws Error when the run has used up what was prepared */
export function nextNotice(offset = 0): FixtureNotice {
  const notice = notices[offset + exec.scenario.iterationInTest];
  if (!notice) throw new Error('All prepared notices are used: prepare more, or run for a shorter time.');
  return notice;
}

function answered<Kind extends Answer>(operation: string, answer: Kind | undefined): Kind | undefined {
  if (answer?.outcome === 'OK') return answer;
  if (answer) faults.add(1, { operation, code: answer.fault?.originalFaultCode ?? answer.fault?.code ?? 'unknown' });
  return undefined;
}

/** Asks what is owed. */
export function verify(notice: FixtureNotice): boolean {
  const data = call<{ verifyPaymentNotice: Answer }>(
    'Verify',
    'verify-payment-notice',
    { input: { ...channel, qrCode: codeOf(notice) } },
    tokens.psp,
  );
  return answered('Verify', data?.verifyPaymentNotice) !== undefined;
}

/** Pays a notice to the end, and counts it. @param tags go on the counters */
export function pay(notice: FixtureNotice, tags: Record<string, string> = {}): boolean {
  const booked = verify(notice) && settle(notice, tags);
  succeeded.add(booked, tags);
  if (booked) completed.add(1, tags);
  return booked;
}

function settle(notice: FixtureNotice, tags: Record<string, string>): boolean {
  const activation = call<{ activatePaymentNoticeV2: Activation }>(
    'Activate',
    'activate-payment-notice-v2',
    { input: { ...channel, qrCode: codeOf(notice), amount: notice.amount } },
    tokens.psp,
  );
  const answer = answered('Activate', activation?.activatePaymentNoticeV2);
  if (!answer?.paymentToken) return false;
  if (answer.standin === true) standIns.add(1, tags);
  const outcome = call<{ sendPaymentOutcome: Answer }>(
    'Outcome',
    'send-payment-outcome',
    { input: { ...channel, paymentToken: answer.paymentToken, outcome: 'OK', details: details() } },
    tokens.psp,
  );
  return answered('Outcome', outcome?.sendPaymentOutcome) !== undefined;
}

function details() {
  return { paymentMethod: 'cash', fee: 100, applicationDate: fixture.day, transferDate: fixture.day };
}
