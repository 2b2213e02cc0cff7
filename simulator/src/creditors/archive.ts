/** The books of one creditor: its notices and the receipts it was sent. */
import { NotFoundError } from '@nodo-aperto/kernel/faults';
import { makeNoticeNumber, noticeNumberParts } from '@nodo-aperto/kernel/identifiers';
import type { NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import type { EuroCents } from '@nodo-aperto/kernel/money';
import type { Receipt, ReceiptV2 } from '@nodo-aperto/kernel/pa-for-node';
import { addDays, toLocalDate } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import { checkNotice, transfersOf } from './notice.ts';
import type { IssuedNotice, NoticeInput, NoticeStatus } from './notice.ts';
import type { CreditorSpecification } from './specification.ts';

/** A receipt as the station took it. */
export interface ReceivedReceipt {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly stationCode: string;
  /** Version of paSendRT that brought it. */
  readonly version: 1 | 2;
  /** Whether the notice is in this creditor's books: false for a receipt of another creditor's notice that also pays this one. */
  readonly ownNotice: boolean;
  /** The message itself; `receiptId` is the payment's token, `standIn` is there when the payment was made in Stand-In. */
  readonly receipt: Receipt | ReceiptV2;
}

/** What may be changed in a notice once it is issued. */
export interface NoticeChange {
  /** Euro cents, from 1; the notice then has one transfer to its creditor. */
  readonly amount?: number;
  readonly status?: NoticeStatus;
}

export interface Archive {
  issue(input: NoticeInput): IssuedNotice;
  find(noticeNumber: string): IssuedNotice | undefined;
  /** @throws NotFoundError, InputError */
  change(noticeNumber: string, change: NoticeChange): IssuedNotice;
  /** Keeps a receipt and closes its notice. @returns undefined when it has been received before */
  receive(receipt: Receipt | ReceiptV2, version: 1 | 2): ReceivedReceipt | undefined;
  /** The receipts still kept, oldest first. */
  receipts(): readonly ReceivedReceipt[];
  /** Notices issued and receipts taken since the start. */
  counts(): { readonly notices: number; readonly receipts: number };
}

/** Notices and receipts that are kept; the oldest give way, so that a fleet can run for weeks. */
const MOST_KEPT = 20_000;
const DUE_IN_DAYS = 30;

/**
 * @param firstBase the number that the first notice is made of (13 digits at most); the following ones count on from it
 */
export function openArchive(creditor: CreditorSpecification, options: { clock: Clock; firstBase: number; mostKept?: number }): Archive {
  const { clock, firstBase, mostKept = MOST_KEPT } = options;
  const notices = new Map<string, IssuedNotice>();
  const receipts = new Map<string, ReceivedReceipt>();
  const counts = { notices: 0, receipts: 0 };

  function issue(input: NoticeInput): IssuedNotice {
    checkNotice(input);
    const base = String((firstBase + counts.notices) % 10 ** 13);
    const noticeNumber = (input.noticeNumber ??
      makeNoticeNumber({ auxDigit: 3, segregationCode: creditor.segregationCode, base })) as NoticeNumber;
    const notice: IssuedNotice = {
      creditorFiscalCode: creditor.fiscalCode,
      creditorName: creditor.name,
      stationCode: creditor.stationCode,
      noticeNumber,
      iuv: noticeNumberParts(noticeNumber).iuv,
      amount: input.amount as EuroCents,
      description: input.description,
      dueDate: input.dueDate ?? addDays(toLocalDate(clock.now()), DUE_IN_DAYS),
      debtor: input.debtor,
      transfers: transfersOf(input, creditor),
      status: 'OPEN',
    };
    counts.notices += 1;
    keep(notices, noticeNumber, notice, mostKept);
    return notice;
  }

  function change(noticeNumber: string, { amount, status }: NoticeChange): IssuedNotice {
    const notice = notices.get(noticeNumber);
    if (notice === undefined) throw new NotFoundError(`The station ${creditor.stationCode} has no notice ${noticeNumber}.`);
    const input: NoticeInput = { amount: amount ?? notice.amount, description: notice.description, debtor: notice.debtor };
    checkNotice(input);
    const changed: IssuedNotice = {
      ...notice,
      ...(amount !== undefined && { amount: amount as EuroCents, transfers: transfersOf(input, creditor) }),
      ...(status !== undefined && { status }),
    };
    notices.set(noticeNumber, changed);
    return changed;
  }

  function receive(receipt: Receipt | ReceiptV2, version: 1 | 2): ReceivedReceipt | undefined {
    if (receipts.has(receipt.receiptId)) return undefined;
    const notice = receipt.fiscalCode === creditor.fiscalCode ? notices.get(receipt.noticeNumber) : undefined;
    if (notice !== undefined && receipt.outcome === 'OK') {
      notices.set(notice.noticeNumber, { ...notice, status: 'PAID', paymentToken: receipt.receiptId });
    }
    const received: ReceivedReceipt = {
      at: clock.now(),
      stationCode: creditor.stationCode,
      version,
      ownNotice: notice !== undefined,
      receipt,
    };
    counts.receipts += 1;
    keep(receipts, receipt.receiptId, received, mostKept);
    return received;
  }

  return {
    issue,
    find: (noticeNumber) => notices.get(noticeNumber),
    change,
    receive,
    receipts: () => [...receipts.values()],
    counts: () => ({ ...counts }),
  };
}

/** A map keeps the order of insertion: the first key is the oldest. */
function keep<Value>(all: Map<string, Value>, key: string, value: Value, most: number): void {
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > most && oldest !== undefined) all.delete(oldest);
}
