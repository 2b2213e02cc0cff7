/** Facts that the notices subgraph states. */
import { defineEvent } from '@nodo-aperto/kernel/events';
import { z } from 'zod';
import { audience, cents, code, day, fiscalCode, instant, metadata, noticeNumber, revision, subject, transfer } from './shapes.ts';

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
  /** Which of its position's payment options it belongs to, and of how many; absent when there is only one. Only one can be paid. */
  option: z.object({ number: z.number().int().min(1), of: z.number().int().min(2) }).optional(),
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

/** States of a request to print many notices. Source: Domain facts, Reporting and receipts §4.1. */
export const PRINT_FOLDER_STATUSES = ['INSERTED', 'PROCESSING', 'COMPLETING', 'FAILED', 'PROCESSED', 'PROCESSED_WITH_FAILURES'] as const;
export type PrintFolderStatus = (typeof PRINT_FOLDER_STATUSES)[number];

/** How far a request to print notices is. Nothing personal is in it. */
const printFolderProgress = z.object({
  folderId: z.string().min(1).max(64),
  /** The party that asked: a creditor's fiscal code or a broker's code; absent for an operator. */
  owner: code.optional(),
  status: z.enum(PRINT_FOLDER_STATUSES),
  requested: z.number().int().min(1).max(1_000),
  /** Notices printed, and notices in error. */
  processed: z.number().int().min(0).max(1_000),
  failed: z.number().int().min(0).max(1_000),
  updatedAt: instant,
  revision,
});

export const printFolderProgressed = defineEvent({
  name: 'print-folder.progressed',
  version: 1,
  source: 'notices',
  schema: printFolderProgress,
  describes: 'A request to print many notices began, went on or ended.',
  entityKey: ({ folderId }) => `print-folder/${folderId}`,
  revision: (folder) => folder.revision,
  audience: ({ owner }) => (owner === undefined ? [] : [audience.creditor(owner), audience.broker(owner)]),
});
