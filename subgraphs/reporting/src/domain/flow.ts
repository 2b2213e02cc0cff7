/** A reporting flow (flusso di rendicontazione) and its lines. Source: Domain facts, Reporting §1.2 and §1.4. */
import type { ReportedOutcome } from '@nodo-aperto/schema/events';

/** CREATED has no lines, INSERTED has some, PUBLISHED can no longer change. */
export const FLOW_STATUSES = ['CREATED', 'INSERTED', 'PUBLISHED'] as const;
export type FlowStatus = (typeof FLOW_STATUSES)[number];

/** How the sender is identified: a legal person (G), an ABI code (A), a BIC (B). */
export const SENDER_TYPES = ['LEGAL_PERSON', 'ABI_CODE', 'BIC_CODE'] as const;
export type SenderType = (typeof SENDER_TYPES)[number];

/** A number of lines and what they add up to, in euro cents. */
export interface FlowTotals {
  payments: number;
  amount: number;
}

export interface FlowSender {
  type: SenderType;
  id: string;
  pspCode: string;
  pspName: string;
  brokerCode: string;
  channelCode: string;
}

export interface FlowReceiver {
  id: string;
  creditorFiscalCode: string;
  organizationName: string;
}

/** What a PSP says of a flow when it creates it. */
export interface FlowRequest {
  name: string;
  /** Epoch milliseconds. */
  flowDate: number;
  sender: FlowSender;
  receiver: FlowReceiver;
  /** TRN or EndToEndId of the credit transfer (identificativoUnivocoRegolamento). */
  regulation: string;
  /** YYYY-MM-DD */
  regulationDate: string;
  bicCodePouringBank?: string;
  declared: FlowTotals;
}

/** A line of a flow: one transfer of one payment. */
export interface FlowLine {
  /** Unique in its flow. */
  index: number;
  iuv: string;
  /** The payment token (identificativo univoco riscossione). */
  iur: string;
  idTransfer: number;
  /** Euro cents, at least one. */
  amount: number;
  outcome: ReportedOutcome;
  /** Epoch milliseconds. */
  payDate: number;
}
