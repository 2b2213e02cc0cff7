/**
 * What is to be paid, to whom, whoever answered: the creditor itself, or ACA in its place.
 * Source: Domain facts, Payments §2.2 (paGetPayment), §3.8 (Stand-In keeps the IBANs and amounts of ACA).
 */
import type { EuroCents } from '@nodo-aperto/kernel/money';
import type { NoticeSnapshot, Subject, Transfer } from '@nodo-aperto/schema/events';
import { shortened } from './text.ts';

export interface PaymentTerms {
  readonly iuv: string;
  readonly amount: EuroCents;
  /** YYYY-MM-DD */
  readonly dueDate?: string;
  readonly description: string;
  readonly creditorName: string;
  readonly officeName?: string;
  readonly debtor: Subject;
  readonly transfers: readonly Transfer[];
  readonly metadata?: readonly { key: string; value: string }[];
}

/** Descriptions and names travel in messages with room for 140 characters. */
export const LONGEST_TEXT = 140;

/** The terms of a notice as ACA has them. */
export function termsOfNotice(notice: NoticeSnapshot): PaymentTerms {
  return {
    iuv: notice.iuv,
    amount: notice.amount as EuroCents,
    dueDate: notice.dueDate,
    description: shortened(notice.description, LONGEST_TEXT),
    creditorName: notice.creditorName,
    ...(notice.officeName !== undefined && { officeName: notice.officeName }),
    debtor: notice.debtor,
    transfers: notice.transfers,
    ...(notice.metadata && { metadata: notice.metadata }),
  };
}
