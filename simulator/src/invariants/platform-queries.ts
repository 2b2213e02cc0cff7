/** What the invariants ask the platform's public graph: pages of lists and logs, each with the fields that a rule needs. */
import type { Document } from '../platform-client/operations.ts';

export interface StatusChange {
  readonly status: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface BookedPayment {
  readonly paymentToken: string;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly pspCode: string;
  readonly status: string;
  /** Euro cents. */
  readonly amount: number;
  readonly standIn: boolean;
  readonly revision: number;
  readonly outcome: 'OK' | 'KO' | null;
  readonly outcomeAt: string | null;
  readonly late: boolean;
  readonly activatedAt: string;
  readonly expiresAt: string;
  readonly statusHistory: readonly StatusChange[];
  readonly transfers: readonly { readonly idTransfer: number; readonly amount: number; readonly creditorFiscalCode: string }[];
}

export interface ReceiptRecipient {
  readonly creditorFiscalCode: string;
  readonly status: string;
  /** How often it was sent. */
  readonly attempts: number;
  readonly history: readonly { readonly status: string; readonly attempt: number }[] | null;
}

export interface BookedReceipt {
  readonly id: string;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly amount: number;
  readonly standIn: boolean;
  readonly transfers: readonly { readonly amount: number; readonly creditorFiscalCode: string }[];
  readonly recipients: readonly ReceiptRecipient[] | null;
  readonly payment: { readonly paymentToken: string } | null;
}

export interface StatedEvent {
  readonly id: string;
  readonly cursor: string;
  readonly revision: number;
  readonly paymentToken: string;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly pspCode: string;
}

/** The last published revision of a reporting flow. */
export interface PublishedFlow {
  readonly name: string;
  readonly revision: number;
  readonly psp: { readonly code: string } | null;
  readonly creditor: { readonly fiscalCode: string } | null;
  readonly declaredTotalPayments: number;
  readonly declaredTotalAmount: number;
  readonly computedTotalPayments: number;
  readonly computedTotalAmount: number;
}

/** A transfer of a payment, as a flow reports it. */
export interface ReportedLine {
  /** The payment's token. */
  readonly iur: string;
  readonly idTransfer: number;
  readonly amount: number;
  readonly outcome: string;
}

export interface RunningKpi {
  readonly kpi: string;
  readonly sample: number;
  readonly faults: number;
}

export interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
export interface PageVariables {
  readonly after?: string | null;
}

/** A question whose answer comes in pages, under the name of its field. */
export interface PageQuery<Node> {
  readonly field: string;
  readonly document: Document<Record<string, Page<Node>>, PageVariables>;
}

/** @param first how many to a page: fewer where a node has lists of its own, whose values the platform limits */
function pageQuery<Node>(field: string, name: string, fields: string, { first = 100, filter = '' } = {}): PageQuery<Node> {
  const text = `query ${name}($after: String) { ${field}(first: ${first}, after: $after${filter}) { edges { node { ${fields} } } pageInfo { hasNextPage endCursor } } }`;
  return { field, document: { name, text, repeatable: true } };
}

const NOTICE = 'creditorFiscalCode noticeNumber';

export const PAYMENTS = pageQuery<BookedPayment>(
  'payments',
  'SimulatorPayments',
  `paymentToken ${NOTICE} pspCode status amount standIn revision outcome outcomeAt late activatedAt expiresAt statusHistory { status at }
    transfers { idTransfer amount creditorFiscalCode }`,
);
export const RECEIPTS = pageQuery<BookedReceipt>(
  'receipts',
  'SimulatorReceipts',
  `id ${NOTICE} amount standIn transfers { amount creditorFiscalCode }
    recipients { creditorFiscalCode status attempts history { status attempt } } payment { paymentToken }`,
  { first: 50 },
);
export const PAYMENT_LOG = pageQuery<StatedEvent>(
  'paymentEventLog',
  'SimulatorPaymentLog',
  `id cursor revision paymentToken ${NOTICE} pspCode`,
);
export const FLOWS = pageQuery<PublishedFlow>(
  'reportingFlows',
  'SimulatorFlows',
  `name revision psp { code } creditor { fiscalCode } declaredTotalPayments declaredTotalAmount computedTotalPayments computedTotalAmount`,
  { filter: ', published: true' },
);

/** What says whose a payment is. */
export type OwnPayment = Pick<BookedPayment, 'paymentToken' | 'creditorFiscalCode' | 'noticeNumber' | 'pspCode' | 'transfers'>;
export type OwnReceipt = Pick<BookedReceipt, 'id' | 'creditorFiscalCode' | 'noticeNumber' | 'transfers'>;

/** The same lists as a party sees them. */
export const OWN_PAYMENTS = pageQuery<OwnPayment>(
  'payments',
  'SimulatorOwnPayments',
  `paymentToken ${NOTICE} pspCode transfers { idTransfer amount creditorFiscalCode }`,
);
export const OWN_RECEIPTS = pageQuery<OwnReceipt>(
  'receipts',
  'SimulatorOwnReceipts',
  `id ${NOTICE} transfers { amount creditorFiscalCode }`,
);

export const FLOW_LINES: Document<
  { reportingFlow: { payments: Page<ReportedLine> } | null },
  PageVariables & { psp: string; name: string; revision: number }
> = {
  name: 'SimulatorFlowLines',
  text: `query SimulatorFlowLines($psp: String!, $name: String!, $revision: Int!, $after: String) {
    reportingFlow(psp: $psp, name: $name, revision: $revision) {
      payments(first: 100, after: $after) { edges { node { iur idTransfer amount outcome } } pageInfo { hasNextPage endCursor } }
    }
  }`,
  repeatable: true,
};

export const RUNNING_KPIS: Document<{ kpiRunning: readonly RunningKpi[] }, { psp: string; month: string }> = {
  name: 'SimulatorKpis',
  text: 'query SimulatorKpis($psp: String!, $month: String!) { kpiRunning(pspCode: $psp, month: $month) { kpi sample faults } }',
  repeatable: true,
};
export const RECOMPUTED_LEVELS: Document<{ recomputeServiceLevels: { compared: number; different: number } }, { day: string }> = {
  name: 'SimulatorLevels',
  text: 'query SimulatorLevels($day: Date!) { recomputeServiceLevels(day: $day) { compared different } }',
  repeatable: true,
};

export interface NoticeHistory {
  readonly payments: { readonly edges: readonly { readonly node: BookedPayment & HistoryOfReceipt }[] };
}
interface HistoryOfReceipt {
  readonly receipt: {
    readonly createdAt: string;
    readonly recipients: readonly { readonly creditorFiscalCode: string; readonly history: readonly StatusChange[] | null }[] | null;
  } | null;
}
export const NOTICE_HISTORY: Document<NoticeHistory, { creditor: string; notice: string }> = {
  name: 'SimulatorNoticeHistory',
  text: `query SimulatorNoticeHistory($creditor: FiscalCode!, $notice: NoticeNumber!) {
    payments(first: 20, creditorFiscalCode: $creditor, noticeNumber: $notice) { edges { node {
      paymentToken pspCode amount standIn statusHistory { status at }
      receipt { createdAt recipients { creditorFiscalCode history { status at } } }
    } } }
  }`,
  repeatable: true,
};
