/** Flows and lines in the words of the official contracts (openapi/fdr_psp.json, fdr_organization.json). */
import { fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { FlowLine } from '../domain/flow.ts';
import type { Numbered, NumberedPage } from '../persistence/flow-pages.ts';
import type { FlowRow } from '../persistence/tables.ts';

// Dividing whole numbers gives the nearest double of the two decimals: JSON writes it back with the same decimals.
const euros = (cents: number): number => cents / 100;
const iso = (date: Date): string => toIso(fromDate(date));

export function flowAnswer(flow: FlowRow) {
  return {
    status: flow.status,
    revision: flow.revision,
    created: iso(flow.createdAt),
    updated: iso(flow.updatedAt),
    ...(flow.publishedAt && { published: iso(flow.publishedAt) }),
    fdr: flow.name,
    fdrDate: iso(flow.flowDate),
    regulation: flow.regulation,
    regulationDate: flow.regulationDate,
    ...(flow.bicCodePouringBank !== null && { bicCodePouringBank: flow.bicCodePouringBank }),
    sender: {
      type: flow.senderType,
      id: flow.senderId,
      pspId: flow.pspCode,
      pspName: flow.pspName,
      pspBrokerId: flow.brokerCode,
      channelId: flow.channelCode,
    },
    receiver: { id: flow.receiverId, organizationId: flow.creditorFiscalCode, organizationName: flow.organizationName },
    computedTotPayments: flow.computedPayments,
    computedSumPayments: euros(flow.computedAmount),
    totPayments: flow.declaredPayments,
    sumPayments: euros(flow.declaredAmount),
  };
}

export function lineAnswer(line: FlowLine) {
  return {
    index: line.index,
    iuv: line.iuv,
    iur: line.iur,
    idTransfer: line.idTransfer,
    pay: euros(line.amount),
    payStatus: line.outcome,
    payDate: toIso(line.payDate),
  };
}

/** A flow in a PSP's list of drafts. */
export function createdItem(flow: FlowRow) {
  return { fdr: flow.name, organizationId: flow.creditorFiscalCode, revision: flow.revision, created: iso(flow.createdAt) };
}

/** A flow in a PSP's list of published ones. */
export function publishedItem(flow: FlowRow) {
  return { fdr: flow.name, organizationId: flow.creditorFiscalCode, revision: flow.revision, ...published(flow) };
}

/** A flow in a creditor's list. */
export function receivedItem(flow: FlowRow) {
  return { fdr: flow.name, pspId: flow.pspCode, revision: flow.revision, ...published(flow), flowDate: iso(flow.flowDate) };
}

function published({ publishedAt }: FlowRow): { published?: string } {
  return publishedAt ? { published: iso(publishedAt) } : {};
}

/** A page; `count` is how many elements there are in all. */
export function pageAnswer<Row>({ rows, total }: Numbered<Row>, { page, size }: NumberedPage, item: (row: Row) => object) {
  return { metadata: { pageSize: size, pageNumber: page, totPage: Math.ceil(total / size) }, count: total, data: rows.map(item) };
}
