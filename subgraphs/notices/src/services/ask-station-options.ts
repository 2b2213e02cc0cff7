/** Asks a creditor's station for payment options. Contract: openapi/orgs_payment_options.json; errors: Domain facts, Payments §5.3. */
import { Fault, type FaultCode, faultCodeEntry, isFaultCode } from '@nodo-aperto/kernel/faults';
import type { HttpAnswer } from '@nodo-aperto/kernel/soap';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { z } from 'zod';
import { INSTALMENT_STATUSES, OPTION_STATUSES } from '../domain/payment-options.ts';
import type { OptionsDependencies, OptionsQuestion, PaymentOptions } from './find-payment-options.ts';

const text = (most: number) => z.string().max(most);
const instant = z
  .string()
  .max(40)
  .transform((value, context) => {
    const ms = parseInstant(value);
    if (ms !== undefined) return ms;
    context.addIssue({ code: 'custom', message: 'is not an instant' });
    return z.NEVER;
  });
const cents = z.number().int().min(1).max(99_999_999_999);
const maybe = <Shape extends z.ZodType>(shape: Shape) => shape.nullish().transform((value) => value ?? undefined);

const instalment = z.object({
  nav: z.string().regex(/^\d{18}$/),
  iuv: text(35).min(1),
  amount: cents,
  description: text(255),
  dueDate: instant,
  validFrom: maybe(instant),
  status: z.enum(INSTALMENT_STATUSES),
  statusReason: maybe(text(255)),
});
const option = z.object({
  description: maybe(text(255)),
  amount: cents,
  dueDate: instant,
  validFrom: maybe(instant),
  status: z.enum(OPTION_STATUSES),
  statusReason: maybe(text(255)),
  allCCP: maybe(z.boolean()),
  installments: z.array(instalment).min(1).max(100),
});
const answerShape = z.object({
  organizationFiscalCode: z.string().regex(/^\d{11}$/),
  companyName: text(140).min(1),
  officeName: maybe(text(140)),
  paymentOptions: z.array(option).min(1).max(20),
});
const errorShape = z.object({ appErrorCode: text(20) });

/** What a call that failed is called; the rest is an answer. */
const FAILURES = {
  REFUSED: 'ODP_011',
  RESET: 'ODP_011',
  TIMEOUT: 'ODP_013',
  SERVICE_NOT_ACTIVE: 'ODP_012',
  HTTP_ERROR: 'ODP_015',
  MALFORMED: 'ODP_015',
} as const satisfies Record<string, FaultCode>;

export async function askStationOptions(
  { http, directory }: Pick<OptionsDependencies, 'http' | 'directory'>,
  restEndpoint: string,
  question: OptionsQuestion,
): Promise<PaymentOptions | Fault> {
  const { creditorFiscalCode, noticeNumber } = question;
  const url = `${restEndpoint.replace(/\/+$/, '')}/payment-options/organizations/${creditorFiscalCode}/notices/${noticeNumber}`;
  const { creditorTimeoutMs } = await directory.settings();
  const call = { url, headers: { accept: 'application/json' }, deadlineMs: creditorTimeoutMs };
  // The contract says POST, the manual GET: a station that knows only the other one says so.
  let answer = await http.exchange({ ...call, method: 'POST', body: '' });
  if (answer.kind === 'ANSWER' && isOtherMethod(answer)) answer = await http.exchange({ ...call, method: 'GET' });
  if (answer.kind !== 'ANSWER') return new Fault(FAILURES[answer.kind], { description: answer.evidence.detail });
  return answer.status === 200 ? read(answer, question) : refusalOf(answer);
}

function isOtherMethod(answer: HttpAnswer): boolean {
  return answer.status === 405 || (answer.status === 404 && !errorShape.safeParse(bodyOf(answer)).success);
}

function read(answer: HttpAnswer, { creditorFiscalCode, noticeNumber }: OptionsQuestion): PaymentOptions | Fault {
  const parsed = answerShape.safeParse(bodyOf(answer));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return broken(`The answer breaks its contract at ${issue?.path.join('.') || 'its root'}: ${issue?.message}.`);
  }
  const { paymentOptions, organizationFiscalCode, companyName, officeName } = parsed.data;
  if (organizationFiscalCode !== creditorFiscalCode) return broken('The answer is of another creditor.');
  const isFamily = paymentOptions.some(({ installments }) => installments.some(({ nav }) => nav === noticeNumber));
  if (!isFamily) return broken('The answer does not contain the notice that was asked for.');
  const sums = paymentOptions.every(({ amount, installments }) => amount === installments.reduce((sum, each) => sum + each.amount, 0));
  if (!sums) return broken('The amount of an option is not the sum of its instalments.');
  return {
    organizationFiscalCode,
    companyName,
    ...(officeName !== undefined && { officeName }),
    standIn: false,
    options: paymentOptions.map(({ allCCP = false, ...rest }) => ({ ...rest, allCCP })),
  };
}

/** A creditor's code goes on as it is when its status is the one that belongs to it; a contradiction is an error of the creditor. */
function refusalOf(answer: HttpAnswer): Fault {
  if (answer.status === 503) return new Fault('ODP_012', { description: 'The station answered with HTTP status 503.' });
  const parsed = errorShape.safeParse(bodyOf(answer));
  const code = parsed.success ? parsed.data.appErrorCode.replace('-', '_') : undefined;
  if (!isFaultCode(code) || !/^ODP_1\d\d$/.test(code)) {
    return new Fault('ODP_023', { description: `The station answered with HTTP status ${answer.status}.` });
  }
  const entry = faultCodeEntry(code);
  if (entry.httpStatus === answer.status) return new Fault(code);
  return new Fault('ODP_103', { description: `The station answered ${entry.symbol} with HTTP status ${answer.status}.` });
}

function bodyOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function broken(description: string): Fault {
  return new Fault('ODP_015', { description });
}
