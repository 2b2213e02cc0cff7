/** The name under which deliveries are queued, and what identifies one. */
import { z } from 'zod';
import type { RecipientKey } from '../persistence/receipt-records.ts';

export const DELIVERY_TASK = 'receipts.deliver';

/** A recipient, as the queue of tasks keeps it. */
export const deliveryPayload = z.object({
  receiptId: z.string().min(1).max(35),
  creditorFiscalCode: z.string().regex(/^\d{11}$/),
  stationCode: z.string().min(1).max(35),
});
export type DeliveryPayload = z.output<typeof deliveryPayload>;

/** A recipient as payload and key: one piece of work waits for it at a time. */
export function deliveryKey({ receiptId, creditorFiscalCode, stationCode }: RecipientKey): { payload: DeliveryPayload; text: string } {
  const text = [DELIVERY_TASK, receiptId, creditorFiscalCode, stationCode].join('/');
  return { payload: { receiptId, creditorFiscalCode, stationCode }, text };
}
