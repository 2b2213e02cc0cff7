/** verifyPaymentNotice: what a notice holds now. Optional, read-only, opens nothing. Source: Domain facts, Payments §2.1, §2.2. */
import { euroCents } from '@nodo-aperto/kernel/money';
import { pspUnknown } from '../domain/caller.ts';
import { noticeGate } from '../domain/notice-gate.ts';
import { type CallerFields, type QrCode, verificationSyntax } from '../domain/request-syntax.ts';
import { standInFlag } from '../domain/stand-in-flag.ts';
import { readNotice } from '../persistence/notice-queries.ts';
import { identifyCaller } from './caller.ts';
import { findCounterpart } from './counterpart.ts';
import { askVerification, type VerifiedNotice } from './creditor-calls.ts';
import { type Answer, type PaymentsDependencies, refusal } from './dependencies.ts';
import { answerOf } from './stand-in-answer.ts';

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
  const answer = await verify(dependencies, request);
  dependencies.metrics.answered(PRIMITIVE, answer.outcome === 'OK' ? 'OK' : answer.fault.code);
  return answer;
}

async function verify(dependencies: PaymentsDependencies, request: VerifyRequest): Promise<Answer<Verification>> {
  const { directory, database, clock } = dependencies;
  const { qrCode } = request;
  const malformed = verificationSyntax(request);
  if (malformed) return refusal(malformed);
  const psp = await directory.psp(request.idPSP);
  if (!psp) return refusal(pspUnknown(request.idPSP));
  const identified = await identifyCaller(directory, psp, request);
  if ('fault' in identified) return refusal(identified.fault);
  const found = await findCounterpart(directory, qrCode, clock.now());
  if ('fault' in found) return refusal(found.fault);
  const { counterpart } = found;
  const state = await readNotice(database, { creditorFiscalCode: qrCode.fiscalCode, noticeNumber: qrCode.noticeNumber }, clock.date());
  const closed = noticeGate(state?.status ?? undefined);
  if (closed) return refusal(closed);
  const answered = await answerOf(
    dependencies,
    { primitive: PRIMITIVE, pspCode: psp.code, qrCode, counterpart },
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
  const { amount, options, dueDate, paymentNote, paymentDescription, ...rest } = answered.value;
  const standin = standInFlag(identified.caller.channel, answered.standIn);
  return {
    outcome: 'OK',
    paymentList: [{ amount, options, ...(dueDate !== undefined && { dueDate }), ...(paymentNote !== undefined && { paymentNote }) }],
    fiscalCodePA: qrCode.fiscalCode,
    ...rest,
    ...(paymentDescription !== undefined && { paymentDescription: paymentDescription.slice(0, LONGEST_DESCRIPTION) }),
    ...(standin !== undefined && { standin }),
  };
}
