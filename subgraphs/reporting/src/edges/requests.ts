/** What PSPs and creditors send, in the words of the official contracts (openapi/fdr_psp.json, fdr_organization.json). */
import type { FaultCode } from '@nodo-aperto/kernel/faults';
import { type EuroCents, fromDecimal } from '@nodo-aperto/kernel/money';
import { isLocalDate, parseInstant } from '@nodo-aperto/kernel/time';
import { REPORTED_OUTCOMES } from '@nodo-aperto/schema/events';
import { z } from 'zod';
import { LARGEST_NUMBER, MOST_LINES } from '../domain/check-request.ts';
import { type FlowLine, type FlowRequest, SENDER_TYPES } from '../domain/flow.ts';
import type { NumberedPage } from '../persistence/flow-pages.ts';
import { RefusedRequest } from './refusals.ts';

const text = (shortest: number, longest: number) => z.string().min(shortest).max(longest);
const code = text(1, 35);

/** Issues of this kind have the code of dates. */
const INSTANT = { params: { kind: 'instant' } };
const instant = z.string().transform((value, context) => {
  const parsed = value.length <= 40 ? parseInstant(value) : undefined;
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'is not an instant such as 2026-03-02T09:00:00Z', ...INSTANT });
  return z.NEVER;
});
const day = z.string().refine(isLocalDate, { message: 'is not a day such as 2026-03-02', ...INSTANT });

/** Euros with at most two decimals, as a JSON number. Read through its decimal digits, never calculated with. */
const euros = z.number().transform((value, context): EuroCents => {
  const digits = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(String(value));
  const parsed = digits && fromDecimal(`${digits[1]}.${(digits[2] ?? '').padEnd(2, '0')}`);
  if (parsed?.ok && parsed.value > 0) return parsed.value;
  context.addIssue({ code: 'custom', message: 'is not an amount in euros above 0 with at most two decimals, up to 999999999.99' });
  return z.NEVER;
});

const createFlow = z.object({
  fdr: z.string().regex(/^[a-zA-Z0-9\-_]{1,35}$/),
  fdrDate: instant,
  sender: z.object({
    type: z.enum(SENDER_TYPES),
    id: code,
    pspId: code,
    pspName: text(3, 70),
    pspBrokerId: code,
    channelId: code,
    // Deprecated by the contract, and not kept.
    password: z
      .string()
      .regex(/^\w{8,15}$/)
      .nullish(),
  }),
  receiver: z.object({ id: code, organizationId: code, organizationName: text(1, 140) }),
  regulation: code,
  regulationDate: day,
  bicCodePouringBank: code.nullish(),
  totPayments: z.number().int().min(1).max(LARGEST_NUMBER),
  sumPayments: euros,
});

const index = z.number().int().min(1).max(LARGEST_NUMBER);
const payment = z.object({
  index,
  iuv: code,
  iur: code,
  idTransfer: z.number().int().min(1).max(5),
  pay: euros,
  payStatus: z.enum(REPORTED_OUTCOMES),
  payDate: instant,
});
const addPayments = z.object({ payments: z.array(payment).min(1).max(MOST_LINES) });
const deletePayments = z.object({ indexList: z.array(index).min(1).max(MOST_LINES) });

/** @throws RefusedRequest FDR_1001 to FDR_1004 */
export function readCreateFlow(body: unknown): FlowRequest {
  const { fdr, fdrDate, sender, receiver, regulation, regulationDate, bicCodePouringBank, totPayments, sumPayments } = read(
    createFlow,
    body,
  );
  return {
    name: fdr,
    flowDate: fdrDate,
    sender: {
      type: sender.type,
      id: sender.id,
      pspCode: sender.pspId,
      pspName: sender.pspName,
      brokerCode: sender.pspBrokerId,
      channelCode: sender.channelId,
    },
    receiver: { id: receiver.id, creditorFiscalCode: receiver.organizationId, organizationName: receiver.organizationName },
    regulation,
    regulationDate,
    ...(typeof bicCodePouringBank === 'string' && { bicCodePouringBank }),
    declared: { payments: totPayments, amount: sumPayments },
  };
}

/** @throws RefusedRequest FDR_1001 to FDR_1004 */
export function readAddPayments(body: unknown): FlowLine[] {
  return read(addPayments, body).payments.map(({ pay, payStatus, ...line }) => ({ ...line, amount: pay, outcome: payStatus }));
}

/** @throws RefusedRequest FDR_1001 to FDR_1004 */
export function readDeletePayments(body: unknown): number[] {
  return read(deletePayments, body).indexList;
}

const MOST_PAGES = 1_000_000;
const LARGEST_PAGE = 1_000;
const numeral = (largest: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(largest))
    .default(otherwise);

const queries = z.object({
  page: numeral(MOST_PAGES, 1),
  size: numeral(LARGEST_PAGE, LARGEST_PAGE),
  createdGt: instant.optional(),
  publishedGt: instant.optional(),
  flowDate: instant.optional(),
  organizationId: code.optional(),
  pspId: code.optional(),
});
export type ListQuery = z.output<typeof queries> & NumberedPage;

/** @throws RefusedRequest FDR_1001, FDR_1002 */
export function readListQuery(query: unknown): ListQuery {
  return read(queries, query);
}

/** The number of a revision in a path. @throws RefusedRequest FDR_1001 */
export function readRevision(revision: string): number {
  return read(
    z.object({
      revision: z
        .string()
        .regex(/^[1-9]\d{0,8}$/)
        .transform(Number),
    }),
    { revision },
  ).revision;
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 100);
  const [first] = issues;
  const errors = issues.map((issue) => ({
    ...(issue.path.length > 0 && { path: issue.path.map(String).join('.') }),
    message: issue.message,
  }));
  throw new RefusedRequest(first ? kindOf(first) : 'FDR_1000', errors);
}

function kindOf(issue: z.core.$ZodIssue): FaultCode {
  if (issue.path.length === 0) return 'FDR_1000';
  if (issue.code === 'invalid_value') return 'FDR_1003';
  if (issue.code === 'invalid_type') return issue.message.endsWith('received undefined') ? 'FDR_1001' : 'FDR_1004';
  return issue.code === 'custom' && issue.params?.['kind'] === 'instant' ? 'FDR_1002' : 'FDR_1001';
}
