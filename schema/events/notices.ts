/** Facts that the notices subgraph states. */
import { defineEvent } from '@nodo-aperto/kernel/events';
import { z } from 'zod';
import { audience, cents, day, fiscalCode, instant, metadata, noticeNumber, revision, subject, transfer } from './shapes.ts';

/** States of a debt position. Source: domain facts, Payments section 4.4. */
export const POSITION_STATUSES = ['DRAFT', 'PUBLISHED', 'VALID', 'INVALID', 'EXPIRED', 'PARTIALLY_PAID', 'PAID', 'REPORTED'] as const;
export type PositionStatus = (typeof POSITION_STATUSES)[number];

/** Everything that others need of one payable notice (an instalment or a single payment) to answer without its creditor. */
export const noticeSnapshot = z.object({
  creditorFiscalCode: fiscalCode,
  creditorName: z.string().min(1).max(140),
  officeName: z.string().max(140).optional(),
  noticeNumber,
  iuv: z.string().min(1).max(35),
  /** Identifier of the debt position that the notice belongs to (IUPD), unique for its creditor. */
  positionId: z.string().min(1).max(100),
  amount: cents,
  description: z.string().min(1).max(255),
  /** Of the notice itself: payable exactly when VALID, PAID or REPORTED when this very notice is (never PARTIALLY_PAID). */
  status: z.enum(POSITION_STATUSES),
  /** True when the notice is INVALID because another payment option of its position was chosen: who pays finds it unknown. */
  ruledOut: z.boolean().optional(),
  /** True when the creditor deleted the notice: its last fact, with status DRAFT, since it is unknown to whoever pays. */
  deleted: z.boolean().optional(),
  dueDate: day,
  expirationDate: instant,
  /** Whether the position can no longer be paid once its due date is past. */
  switchToExpired: z.boolean(),
  /** Whether the creditor lets it be paid in Stand-In. */
  payStandIn: z.boolean(),
  /** Whether it was loaded as an ACA position (true) or is managed here for an asynchronous creditor (false). */
  aca: z.boolean(),
  debtor: subject,
  transfers: z.array(transfer).min(1).max(5),
  /** What the creditor wants to travel with the payment. */
  metadata: metadata.optional(),
  createdAt: instant,
  updatedAt: instant,
  revision,
});
export type NoticeSnapshot = z.output<typeof noticeSnapshot>;

export const noticeChanged = defineEvent({
  name: 'notice.changed',
  version: 1,
  source: 'notices',
  schema: noticeSnapshot,
  describes: 'A notice was loaded, updated, invalidated, expired or paid: its whole content as it is now.',
  entityKey: (notice) => `${notice.creditorFiscalCode}/${notice.noticeNumber}`,
  revision: (notice) => notice.revision,
  // Who owes it hears of it once it can be paid, and when it goes away; not of what the creditor still prepares.
  audience: (notice) => [
    audience.creditor(notice.creditorFiscalCode),
    ...(notice.deleted || !['DRAFT', 'PUBLISHED'].includes(notice.status) ? [audience.citizen(notice.debtor.fiscalCode)] : []),
  ],
});
