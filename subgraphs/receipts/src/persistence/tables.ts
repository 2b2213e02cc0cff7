/** The tables as the ORM sees them: for reading. What writes on the delivery path is SQL of its own. */
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { RecipientStatus } from '@nodo-aperto/schema/events';
import type { ReceiptContent } from '../domain/receipt.ts';

const ReceiptSchema = defineEntity({
  name: 'Receipt',
  tableName: 'receipt',
  properties: {
    receiptId: p.string().primary(),
    sequence: p.bigint('number'),
    creditorFiscalCode: p.string(),
    noticeNumber: p.string(),
    iuv: p.string(),
    amount: p.bigint('number'),
    pspCode: p.string(),
    standIn: p.boolean(),
    paidAt: p.datetime(),
    createdAt: p.datetime(),
    completedAt: p.datetime().nullable(),
    content: p.json().$type<ReceiptContent>(),
    revision: p.bigint('number'),
  },
});
export class ReceiptRow extends ReceiptSchema.class {}
ReceiptSchema.setClass(ReceiptRow);

const RecipientSchema = defineEntity({
  name: 'Recipient',
  tableName: 'recipient',
  properties: {
    receiptId: p.string().primary(),
    creditorFiscalCode: p.string().primary(),
    stationCode: p.string().primary(),
    brokerCode: p.string(),
    sequence: p.bigint('number'),
    status: p.string().$type<RecipientStatus>(),
    attempts: p.integer(),
    nextAttemptAt: p.datetime().nullable(),
    attemptedAt: p.datetime().nullable(),
    claimedUntil: p.datetime().nullable(),
    errorCode: p.string().nullable(),
    errorDetail: p.string().nullable(),
    createdAt: p.datetime(),
    deliveredAt: p.datetime().nullable(),
    exhaustedAt: p.datetime().nullable(),
    kept: p.boolean(),
    fetchedAt: p.datetime().nullable(),
  },
});
export class RecipientRow extends RecipientSchema.class {}
RecipientSchema.setClass(RecipientRow);

const StationStateSchema = defineEntity({
  name: 'StationState',
  tableName: 'station_state',
  properties: {
    stationCode: p.string().primary(),
    standIn: p.boolean(),
    since: p.datetime(),
    reason: p.string(),
    revision: p.bigint('number'),
  },
});
export class StationStateRow extends StationStateSchema.class {}
StationStateSchema.setClass(StationStateRow);

export const entities = [ReceiptRow, RecipientRow, StationStateRow];
