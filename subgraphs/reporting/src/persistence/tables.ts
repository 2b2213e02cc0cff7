/** The rows as the ORM sees them: what is read. Writes are statements of their own (see flow-writes.ts). */
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { ReportedOutcome } from '@nodo-aperto/schema/events';
import type { FlowStatus, SenderType } from '../domain/flow.ts';

const FlowSchema = defineEntity({
  name: 'Flow',
  tableName: 'flow',
  properties: {
    id: p.bigint('number').primary(),
    pspCode: p.string(),
    name: p.string(),
    revision: p.bigint('number'),
    creditorFiscalCode: p.string(),
    status: p.string().$type<FlowStatus>(),
    latest: p.boolean(),
    flowDate: p.datetime(),
    senderType: p.string().$type<SenderType>(),
    senderId: p.string(),
    pspName: p.string(),
    brokerCode: p.string(),
    channelCode: p.string(),
    receiverId: p.string(),
    organizationName: p.string(),
    regulation: p.string(),
    regulationDate: p.date(),
    bicCodePouringBank: p.string().nullable(),
    declaredPayments: p.bigint('number'),
    declaredAmount: p.bigint('number'),
    computedPayments: p.bigint('number'),
    computedAmount: p.bigint('number'),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    publishedAt: p.datetime().nullable(),
    changes: p.bigint('number'),
    finalAt: p.datetime().nullable(),
  },
});
export class FlowRow extends FlowSchema.class {}
FlowSchema.setClass(FlowRow);

const FlowLineSchema = defineEntity({
  name: 'FlowLine',
  tableName: 'flow_line',
  properties: {
    flow: () => p.manyToOne(FlowRow).primary(),
    lineIndex: p.bigint('number').primary(),
    iuv: p.string(),
    iur: p.string(),
    idTransfer: p.integer(),
    amount: p.bigint('number'),
    outcome: p.string().$type<ReportedOutcome>(),
    payDate: p.datetime(),
  },
});
export class FlowLineRow extends FlowLineSchema.class {}
FlowLineSchema.setClass(FlowLineRow);

export const entities = [FlowRow, FlowLineRow];
