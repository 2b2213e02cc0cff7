/**
 * What a debt position is: what somebody owes a creditor, in one or more payment options, each paid with one notice or a plan of
 * several (instalments). Every instalment has a notice number of its own. Source: Domain facts, Payments §4.3, §5.2.
 */
import type { PositionStatus, Subject, Transfer } from '@nodo-aperto/schema/events';

/** How the position was loaded: THIN by paCreatePosition (one notice, one transfer), FULL with options and transfers. */
const POSITION_ORIGINS = ['THIN', 'FULL'] as const;
export type PositionOrigin = (typeof POSITION_ORIGINS)[number];

export interface DebtPosition {
  readonly creditorFiscalCode: string;
  /** Identificativo Univoco della Posizione Debitoria, unique for its creditor. */
  readonly iupd: string;
  readonly origin: PositionOrigin;
  /** True for positions of the central archive (ACA), false for those managed here for an asynchronous creditor. */
  readonly aca: boolean;
  readonly companyName: string;
  readonly officeName?: string;
  readonly debtor: Subject;
  /** Whether it may be paid in Stand-In. */
  readonly payStandIn: boolean;
  /** Whether who owes finds it when asking for what there is to pay (pull payments). */
  readonly pull: boolean;
  /** What the creditor wrote of the debtor and nobody else needs. */
  readonly contact?: DebtorContact;
  /** Epoch milliseconds; absent while it is a draft. */
  readonly publishedAt?: number;
  /** Epoch milliseconds; present for good once it was invalidated. */
  readonly invalidatedAt?: number;
  readonly options: readonly PaymentOption[];
  /** As of the last change: see `positionStatusAt` for now. */
  readonly status: PositionStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with every change. */
  readonly revision: number;
}

/** Kept for the creditor only. */
export interface DebtorContact {
  readonly region?: string;
  readonly phone?: string;
}

/** One way to pay: a single notice, or a plan of instalments. Paying one option rules the others out. */
export interface PaymentOption {
  /** 1.., in the creditor's order. */
  readonly number: number;
  readonly description?: string;
  /** Who owes this option, when not the position's debtor (jointly liable debtors). */
  readonly debtor?: Subject;
  /** Epoch milliseconds from which it can be paid; absent: at once. */
  readonly validFrom?: number;
  /** Whether its notices can no longer be paid once they are past due. */
  readonly switchToExpired: boolean;
  readonly instalments: readonly Instalment[];
}

/** A payable notice. Amounts are integer euro cents, instants epoch milliseconds. */
export interface Instalment {
  readonly noticeNumber: string;
  readonly iuv: string;
  readonly amount: number;
  readonly description: string;
  readonly dueDate: number;
  /** Until when the creditor keeps it payable in other channels; informative. */
  readonly retentionDate?: number;
  readonly fee?: number;
  readonly metadata?: readonly Metadata[];
  readonly transfers: readonly PositionTransfer[];
  readonly payment?: NoticePayment;
  /** As of the last change: see `noticeStatusAt` for now. */
  readonly status: PositionStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
}

export interface Metadata {
  readonly key: string;
  readonly value: string;
}

/** A part of an instalment's amount and where it goes; `report` once a reporting flow has it. */
export interface PositionTransfer extends Readonly<Transfer> {
  readonly report?: { readonly flow: string; readonly at: number };
}

/** How a notice was paid: through the platform (with a token) or, as its creditor says, elsewhere. */
export interface NoticePayment {
  readonly at: number;
  readonly token?: string;
  readonly pspName?: string;
  readonly method?: string;
  readonly fee?: number;
}

/** An instalment with the option that it belongs to. */
export interface Placed {
  readonly option: PaymentOption;
  readonly instalment: Instalment;
}

/** All notices of a position, in its order. */
export function instalmentsOf(position: Pick<DebtPosition, 'options'>): Placed[] {
  return position.options.flatMap((option) => option.instalments.map((instalment) => ({ option, instalment })));
}

/** The notice of the position with the number, if it has one. */
export function placedNotice(position: DebtPosition, noticeNumber: string): Placed | undefined {
  return instalmentsOf(position).find(({ instalment }) => instalment.noticeNumber === noticeNumber);
}

/** The position with one of its notices replaced. */
export function withInstalment(position: DebtPosition, changed: Instalment): DebtPosition {
  const replace = (each: Instalment): Instalment => (each.noticeNumber === changed.noticeNumber ? changed : each);
  return { ...position, options: position.options.map((option) => ({ ...option, instalments: option.instalments.map(replace) })) };
}
