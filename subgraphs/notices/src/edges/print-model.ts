/** The requests of the printing interface. Contract: openapi/print-payment-notice-service.json. */
import { fromZod } from '@nodo-aperto/kernel/faults';
import { z } from 'zod';
import type { PrintItem } from '../domain/printing/print-item.ts';
import { MOST_NOTICES } from '../services/print-notices.ts';

const text = (longest: number) => z.string().max(longest);
/** What the contract leaves unbounded is bounded here all the same. */
const DAY_LENGTH = 40;
const MOST_LISTED = 100;

const part = z.object({
  code: z.string().length(18),
  amount: z.number().int().max(99_999_999_999),
  dueDate: text(DAY_LENGTH).nullish(),
});

const itemShape = z.object({
  templateId: text(100),
  data: z.object({
    creditorInstitution: z.object({ taxCode: text(16) }),
    debtor: z.object({
      taxCode: text(16).nullish(),
      fullName: text(70),
      address: text(140),
      buildingNumber: text(100),
      city: text(100),
      postalCode: text(100),
      province: text(100),
    }),
    notice: z.object({
      subject: text(90),
      code: z.string().length(18).nullish(),
      paymentAmount: z.number().int().max(99_999_999_999).nullish(),
      dueDate: text(DAY_LENGTH).nullish(),
      installments: z.array(part).min(2).max(MOST_LISTED).nullish(),
      reduced: part.nullish(),
      discounted: part.nullish(),
    }),
  }),
});
const massiveShape = z.object({ notices: z.array(itemShape).min(1).max(MOST_NOTICES) });

/** @throws InputError naming every field that breaks the contract */
export function readPrintItem(body: unknown): PrintItem {
  const read = itemShape.safeParse(body);
  if (!read.success) throw fromZod(read.error);
  return toItem(read.data);
}

/** @throws InputError naming every field of every item that breaks the contract */
export function readMassiveRequest(body: unknown): PrintItem[] {
  const read = massiveShape.safeParse(body);
  if (!read.success) throw fromZod(read.error);
  return read.data.notices.map(toItem);
}

function toItem({ templateId, data: { creditorInstitution, debtor, notice } }: z.output<typeof itemShape>): PrintItem {
  const dated = ({ dueDate, ...each }: z.output<typeof part>) => ({ ...each, dueDate: dueDate ?? undefined });
  return {
    templateId,
    creditorFiscalCode: creditorInstitution.taxCode,
    debtor: { ...debtor, taxCode: debtor.taxCode ?? undefined },
    notice: {
      subject: notice.subject,
      code: notice.code ?? undefined,
      paymentAmount: notice.paymentAmount ?? undefined,
      dueDate: notice.dueDate ?? undefined,
      installments: notice.installments?.map(dated),
      reduced: notice.reduced ? dated(notice.reduced) : undefined,
      discounted: notice.discounted ? dated(notice.discounted) : undefined,
    },
  };
}
