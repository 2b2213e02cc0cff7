/** verifyPaymentNotice: what a notice holds now. Optional, read-only, opens nothing. Source: Domain facts, Payments §2.1, §2.2. */
import { euroCents } from '@nodo-aperto/kernel/money';
import { pspUnknown } from '../domain/caller.ts';
import { noticeGate } from '../domain/notice-gate.ts';
import { tooManyRequests } from '../domain/request-limit.ts';
import { type CallerFields, type QrCode, verificationSyntax } from '../domain/request-syntax.ts';
import { standInFlag } from '../domain/stand-in-flag.ts';
import { shortened } from '../domain/text.ts';
import type { CallNotes } from './call-evidence.ts';
import { identifyCaller } from './caller.ts';
import { verifyOption } from './choose-option.ts';
import { findCounterpart } from './counterpart.ts';
import { askVerification, type VerifiedNotice } from './creditor-calls.ts';
import { type Answer, type PaymentsDependencies, refusal } from './dependencies.ts';
import { observed } from './observe-answer.ts';
import { answerOf } from './stand-in-answer.ts';
import { stateAmount } from './state-amount.ts';

export interface VerifyRequest extends CallerFields {
  readonly qrCode: QrCode;
}

export interface Verification {
  readonly paymentList: readonly Pick<VerifiedNotice, 'amount' | 'options' | 'dueDate' | 'paymentNote'>[];
  readonly paymentDescription?: string;
  readonly fiscalCodePA: string;
  readonly companyName: string;
  readonly officeName?: string;
  /** Absent when the channel is not configured for it. */
  readonly standin?: boolean;
}

const PRIMITIVE = 'verifyPaymentNotice';
/** The answer has room for so many characters, ACA for more. */
const LONGEST_DESCRIPTION = 210;

export async function verifyPaymentNotice(dependencies: PaymentsDependencies, request: VerifyRequest): Promise<Answer<Verification>> {
  return observed<Verification>(dependencies, PRIMITIVE, request, (notes) => verify(dependencies, request, notes));
}

async function verify(dependencies: PaymentsDependencies, request: VerifyRequest, notes: CallNotes): Promise<Answer<Verification>> {
  const { directory, hotPath, clock } = dependencies;
  const { qrCode } = request;
  const malformed = verificationSyntax(request);
  if (malformed) return refusal(malformed);
  const psp = await directory.psp(request.idPSP);
  if (!psp) return refusal(pspUnknown(request.idPSP));
  const identified = await identifyCaller(directory, psp, request);
  if ('fault' in identified) return refusal(identified.fault);
  using admitted = dependencies.admission.admit(psp.code);
  if (!admitted) return refusal(tooManyRequests());
  const found = await findCounterpart(directory, qrCode, clock.now());
  if ('fault' in found) return refusal(found.fault);
  const { counterpart } = found;
  const key = { creditorFiscalCode: qrCode.fiscalCode, noticeNumber: qrCode.noticeNumber };
  const { state, inAca } = await hotPath.readStanding({ ...key, now: clock.date() });
  const closed = noticeGate(state?.status ?? undefined);
  if (closed) return refusal(closed);
  const ruledOut = inAca?.option && (await verifyOption(dependencies, key));
  if (ruledOut) return refusal(ruledOut);
  const answered = await answerOf(
    dependencies,
    { primitive: PRIMITIVE, pspCode: psp.code, qrCode, counterpart, notes, inAca },
    () => askVerification(dependencies, counterpart, qrCode),
    (notice): VerifiedNotice => ({
      amount: euroCents(notice.amount),
      options: 'EQ',
      dueDate: notice.dueDate,
      paymentDescription: notice.description,
      companyName: notice.creditorName,
      ...(notice.officeName !== undefined && { officeName: notice.officeName }),
    }),
  );
  if ('fault' in answered) return refusal(answered.fault);
  if (!answered.standIn) await stateAmount(dependencies, key, state, answered.value.amount);
  const { amount, options, dueDate, paymentNote, paymentDescription, ...rest } = answered.value;
  const standin = standInFlag(identified.caller.channel, answered.standIn);
  return {
    outcome: 'OK',
    paymentList: [{ amount, options, ...(dueDate !== undefined && { dueDate }), ...(paymentNote !== undefined && { paymentNote }) }],
    fiscalCodePA: qrCode.fiscalCode,
    ...rest,
    ...(paymentDescription !== undefined && { paymentDescription: shortened(paymentDescription, LONGEST_DESCRIPTION) }),
    ...(standin !== undefined && { standin }),
  };
}
