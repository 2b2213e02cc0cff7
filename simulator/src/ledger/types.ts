/** What the simulator itself did and saw in a run: the other side of the books, against which the platform's are held. */
import type { FaultKind } from '../creditors/index.ts';
import type { Ending, Step } from '../traffic/index.ts';

/** One call of a creditor (LOAD) or of a PSP to the platform, with what came back. */
export interface AttemptEntry {
  readonly kind: 'ATTEMPT';
  /** Epoch milliseconds at which it was sent. */
  readonly at: number;
  /** Index of the payment in the plan. */
  readonly payment: number;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly step: Step;
  /** The PSP that sent it; absent of what a creditor sent. */
  readonly pspCode?: string;
  /** Idempotency key; the same in a repeat. */
  readonly key?: string;
  readonly paymentToken?: string;
  /** Of the outcome that was sent: OK or KO. */
  readonly sent?: 'OK' | 'KO';
  /** OK, the code of a KO or refusal, or UNREACHABLE. */
  readonly answer: string;
  /** Euro cents that the platform named. */
  readonly amount?: number;
  readonly standIn?: boolean;
  /** Real milliseconds. */
  readonly elapsedMs: number;
}

/** How a payment of the plan ended, as its PSP saw it. */
export interface EndingEntry {
  readonly kind: 'ENDING';
  readonly at: number;
  readonly payment: number;
  readonly creditorFiscalCode: string;
  readonly stationCode: string;
  readonly pspCode: string;
  /** Absent when no notice came to be. */
  readonly noticeNumber?: string;
  readonly ending: Ending;
}

/** A receipt that a creditor's station took. */
export interface ReceiptEntry {
  readonly kind: 'RECEIPT';
  readonly at: number;
  /** The creditor whose station took it. */
  readonly recipient: string;
  readonly stationCode: string;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly paymentToken: string;
  /** Euro cents. */
  readonly amount: number;
  /** Sum of its transfers, euro cents. */
  readonly transfers: number;
  readonly standIn: boolean;
}

/** An event of a payment that the simulator's subscriber was sent. */
export interface EventEntry {
  readonly kind: 'EVENT';
  /** When it reached the subscriber, epoch milliseconds. */
  readonly at: number;
  readonly id: string;
  readonly cursor: string;
  readonly name: string;
  readonly paymentToken: string;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly revision: number;
  readonly status: string;
  readonly amount: number;
  readonly standIn: boolean;
}

/** A station that began to fail, or to work again. */
export interface FaultEntry {
  readonly kind: 'FAULT';
  readonly at: number;
  readonly stationCode: string;
  readonly creditorFiscalCode: string;
  /** Absent: it works again. */
  readonly fault?: FaultKind;
}

/** Something else that the run did: the platform killed, a maintenance begun. */
export interface ActionEntry {
  readonly kind: 'ACTION';
  readonly at: number;
  readonly what: string;
}

/** What a creditor has agreed to about a notice: the newest entry of a notice holds. */
export interface NoticeEntry {
  readonly kind: 'NOTICE';
  readonly at: number;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  /** Euro cents, as ACA is told. */
  readonly amount: number;
  /** Whether the creditor has it in ACA; false also when it took it out again. */
  readonly aca: boolean;
  /** Whether it may be paid in Stand-In. */
  readonly standIn: boolean;
}

/** A PSP published a reporting flow with everything that it booked for a creditor on an operative day and had not reported yet. */
export interface FlowEntry {
  readonly kind: 'FLOW';
  readonly at: number;
  readonly pspCode: string;
  readonly creditorFiscalCode: string;
  readonly flowName: string;
  /** YYYY-MM-DD */
  readonly operativeDay: string;
  /** OK, or the code of the refusal. */
  readonly answer: string;
}

/** An event of a payment that a party other than an operator was sent by its subscription. */
export interface SightingEntry {
  readonly kind: 'SIGHTING';
  readonly at: number;
  readonly role: 'EC' | 'PSP';
  /** Whom it was sent to: fiscal code of a creditor, code of a PSP. */
  readonly tenant: string;
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
  readonly paymentToken: string;
  readonly pspCode: string;
}

export type LedgerEntry =
  | AttemptEntry
  | EndingEntry
  | ReceiptEntry
  | EventEntry
  | FaultEntry
  | ActionEntry
  | NoticeEntry
  | FlowEntry
  | SightingEntry;

/** A notice: numbers are unique for their creditor only. */
export interface NoticeKey {
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
}

/** The ledger of one run: entries are added and never changed. */
export interface RunLedger {
  append(entry: LedgerEntry): void;
  /** Everything, in the order in which it was added. */
  entries(): readonly LedgerEntry[];
  /** All entries of one kind, in order. */
  of<Kind extends LedgerEntry['kind']>(kind: Kind): readonly Extract<LedgerEntry, { kind: Kind }>[];
  /** What concerns a notice, and the faults of its creditor's station, in order. */
  byNotice(notice: NoticeKey): readonly LedgerEntry[];
  /** The same as lines for people. */
  story(notice: NoticeKey): readonly string[];
}
