/** What the platform says of the payments and receipts, read through its public graph by an operator. */
import type { PlatformClient } from '../platform-client/index.ts';
import type { Document } from '../platform-client/operations.ts';

export interface BookedPayment {
  readonly paymentToken: string;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly status: string;
  readonly amount: number;
  readonly standIn: boolean;
  readonly transfers: readonly { readonly amount: number; readonly creditorFiscalCode: string }[];
}

export interface BookedReceipt {
  readonly id: string;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly amount: number;
  readonly standIn: boolean;
  readonly transfers: readonly { readonly amount: number }[];
  readonly recipients: readonly { readonly creditorFiscalCode: string; readonly status: string }[] | null;
  readonly payment: { readonly paymentToken: string } | null;
}

export interface StatedEvent {
  readonly id: string;
  readonly cursor: string;
  readonly revision: number;
  readonly paymentToken: string;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
}

interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
interface PageVariables {
  readonly after?: string | null;
}

function pageQuery<Node>(field: string, name: string, fields: string): Document<Record<string, Page<Node>>, PageVariables> {
  const text = `query ${name}($after: String) { ${field}(first: 100, after: $after) { edges { node { ${fields} } } pageInfo { hasNextPage endCursor } } }`;
  return { name, text, repeatable: true };
}

const payments = pageQuery<BookedPayment>(
  'payments',
  'SimulatorPayments',
  'paymentToken creditorFiscalCode noticeNumber status amount standIn transfers { amount creditorFiscalCode }',
);
const receipts = pageQuery<BookedReceipt>(
  'receipts',
  'SimulatorReceipts',
  'id creditorFiscalCode noticeNumber amount standIn transfers { amount } recipients { creditorFiscalCode status } payment { paymentToken }',
);
const events = pageQuery<StatedEvent>(
  'paymentEventLog',
  'SimulatorPaymentLog',
  'id cursor revision paymentToken creditorFiscalCode noticeNumber',
);

/** Pages that are read at most: a run is bounded, and so is this. */
const MOST_PAGES = 5_000;

async function readAll<Node>(
  platform: PlatformClient,
  field: string,
  query: Document<Record<string, Page<Node>>, PageVariables>,
): Promise<readonly Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const data: Record<string, Page<Node>> = await platform.run(query, { after }, { role: 'OPERATOR' });
    const read = data[field];
    if (read === undefined) break;
    nodes.push(...read.edges.map(({ node }) => node));
    if (!read.pageInfo.hasNextPage || read.pageInfo.endCursor === null) break;
    after = read.pageInfo.endCursor;
  }
  return nodes;
}

export const allPayments = (platform: PlatformClient): Promise<readonly BookedPayment[]> => readAll(platform, 'payments', payments);
export const allReceipts = (platform: PlatformClient): Promise<readonly BookedReceipt[]> => readAll(platform, 'receipts', receipts);
export const allPaymentEvents = (platform: PlatformClient): Promise<readonly StatedEvent[]> => readAll(platform, 'paymentEventLog', events);

/** The states of a payment that took place (Domain facts, Payments §2.4). */
export function isBooked({ status }: { readonly status: string }): boolean {
  return ['PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED'].includes(status);
}

/** A payment is identified on receipts by its token, or by the receipt's own id, which is the token for single payments. */
export function tokenOf(receipt: BookedReceipt): string {
  return receipt.payment?.paymentToken ?? receipt.id;
}
