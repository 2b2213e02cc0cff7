/** Reads what a caller sends as a position of the fuller model: types, lengths and patterns. The rules come after it. */
import { fromZod } from '@nodo-aperto/kernel/faults';
import { metadata, stamp, subject } from '@nodo-aperto/schema/events';
import { z } from 'zod';
import type { PositionDraft } from '../domain/position-draft.ts';

const text = (most: number) => z.string().trim().min(1).max(most);

const transfer = z.object({
  idTransfer: z.number(),
  amount: z.number(),
  creditorFiscalCode: z
    .string()
    .regex(/^\d{11}$/)
    .optional(),
  creditorName: text(140).optional(),
  iban: z.string().optional(),
  postalIban: z.string().optional(),
  stamp: stamp.optional(),
  remittanceInformation: text(140),
  transferCategory: text(140),
  metadata: metadata.optional(),
});
const instalment = z.object({
  iuv: z.string(),
  noticeNumber: z.string().optional(),
  amount: z.number(),
  description: text(140),
  dueDate: z.number(),
  retentionDate: z.number().optional(),
  fee: z.number().optional(),
  metadata: metadata.optional(),
  transfers: z.array(transfer).max(100),
});
const option = z.object({
  description: text(140).optional(),
  debtor: subject.optional(),
  validFrom: z.number().optional(),
  switchToExpired: z.boolean(),
  instalments: z.array(instalment).max(1_000),
});
const draftShape = z.object({
  iupd: z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,98}[\x21-\x7e])?$/),
  debtor: subject,
  companyName: text(140).optional(),
  officeName: text(140).optional(),
  payStandIn: z.boolean(),
  pull: z.boolean().optional(),
  contact: z.object({ region: text(35).optional(), phone: text(40).optional() }).optional(),
  options: z.array(option).max(1_000),
});

/**
 * Reads a draft; null counts as absent.
 *
 * @param creditorFiscalCode receives the transfers that name nobody
 * @throws InputError naming every field that is wrong
 */
export function parseDraft(sent: unknown, creditorFiscalCode: string): PositionDraft {
  const parsed = draftShape.safeParse(withoutNulls(sent));
  if (!parsed.success) throw fromZod(parsed.error);
  const options = parsed.data.options.map((option) => ({
    ...option,
    instalments: option.instalments.map((instalment) => ({
      ...instalment,
      transfers: instalment.transfers.map((transfer) => ({
        ...transfer,
        creditorFiscalCode: transfer.creditorFiscalCode ?? creditorFiscalCode,
      })),
    })),
  }));
  return { ...parsed.data, options };
}

/** The value without what is null or undefined at any depth. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== null && each !== undefined)
      .map(([key, each]) => [key, withoutNulls(each)]),
  );
}
