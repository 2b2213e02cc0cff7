/** The large tables of the receipts that are kept in partitions. `receipt` and `recipient` are not among them: docs/scale.md says why. */
import type { Migration } from '@nodo-aperto/kernel/database';
import { growingTable, splitTable } from '@nodo-aperto/kernel/partitions';

const PARTIES_SMALLEST = 1_000_000;
const STEPS_SMALLEST = 4_000_000;

/** Who has a part in which receipt, by the receipt's place in the order of payments: lists of a party read the newest partitions only. */
export const PARTIES = growingTable({
  table: 'receipt_party',
  column: 'sequence',
  head: 'select max(sequence) as head from receipt',
  young: 'select 1 from receipt where sequence >= $1 and sequence < $2 and paid_at >= $3 limit 1',
  smallest: PARTIES_SMALLEST,
});

/** The history of deliveries, by its own order. */
export const STEPS = growingTable({
  table: 'recipient_step',
  column: 'sequence',
  head: 'select max(sequence) as head from recipient_step',
  young: 'select 1 from recipient_step where sequence >= $1 and sequence < $2 and at >= $3 limit 1',
  smallest: STEPS_SMALLEST,
});

export const splitReceipts: readonly Migration[] = [
  ...splitTable('receipts-0006-parties-in-partitions', {
    table: 'receipt_party',
    column: 'sequence',
    key: 'party, sequence',
    indexes: { receipt_party_of_receipt: '(receipt_id)' },
    room: PARTIES_SMALLEST,
    identity: false,
  }),
  ...splitTable('receipts-0007-steps-in-partitions', {
    table: 'recipient_step',
    column: 'sequence',
    key: 'sequence',
    indexes: { recipient_step_of_recipient: '(receipt_id, creditor_fiscal_code, station_code, sequence)' },
    room: STEPS_SMALLEST,
    identity: true,
  }),
];
