/** Notices as a creditor keeps them in its own books. */
import { InputError } from '@nodo-aperto/kernel/faults';
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { isCreditorFiscalCode, isEntityIdentifier, isIbanShape } from '@nodo-aperto/kernel/identifiers';
import type { EntityType, Iuv, NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { isEuroCents } from '@nodo-aperto/kernel/money';
import type { EuroCents } from '@nodo-aperto/kernel/money';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import type { LocalDate } from '@nodo-aperto/kernel/time';
import type { CreditorSpecification } from './specification.ts';

/** Whether a notice can be paid, by the creditor's own books. */
export type NoticeStatus = 'OPEN' | 'PAID' | 'CANCELLED' | 'EXPIRED';

/** Who has to pay. */
export interface Debtor {
  /** F a natural, G a legal person. */
  readonly type: EntityType;
  readonly code: string;
  /** 1 to 70 characters. */
  readonly fullName: string;
}

/** One part of a notice's amount and where it goes. */
export interface NoticeTransfer {
  readonly amount: EuroCents;
  /** The creditor that gets it. */
  readonly fiscalCode: string;
  readonly companyName: string;
  readonly iban: string;
  readonly remittanceInformation: string;
  /** Code of the taxonomy. */
  readonly category: string;
}

/** A transfer as it is asked for: everything but the amount defaults to the creditor's own. */
export interface TransferInput {
  /** Euro cents, from 1. */
  readonly amount: number;
  readonly fiscalCode?: string;
  readonly companyName?: string;
  readonly iban?: string;
  readonly remittanceInformation?: string;
  readonly category?: string;
}

/** A notice to be issued. */
export interface NoticeInput {
  /** Euro cents, from 1. */
  readonly amount: number;
  /** 1 to 140 characters. */
  readonly description: string;
  readonly debtor: Debtor;
  /** Its number; the creditor's next one when absent. Not checked: who gives one has it from a request. */
  readonly noticeNumber?: string;
  /** The day it is due; thirty days from now when absent. */
  readonly dueDate?: LocalDate;
  /** 1 to 5 parts that make up the amount; all to the creditor's first account when absent. */
  readonly transfers?: readonly TransferInput[];
}

/** A notice in the creditor's books, as it was when asked for. */
export interface IssuedNotice {
  readonly creditorFiscalCode: string;
  readonly creditorName: string;
  readonly stationCode: string;
  readonly noticeNumber: NoticeNumber;
  readonly iuv: Iuv;
  readonly amount: EuroCents;
  readonly description: string;
  readonly dueDate: LocalDate;
  readonly debtor: Debtor;
  readonly transfers: readonly NoticeTransfer[];
  readonly status: NoticeStatus;
  /** Token of the payment whose receipt closed it. */
  readonly paymentToken?: string;
}

/** "Other fees and taxes" of the taxonomy. */
const USUAL_CATEGORY = '9/0101108TS/';
const MOST_TRANSFERS = 5;
const LONGEST_DESCRIPTION = 140;
const LONGEST_NAME = 70;

/** @throws InputError naming every part of the input that is wrong */
export function checkNotice(input: NoticeInput): void {
  const issues: InputIssue[] = [];
  const check = (path: string, right: boolean, expected: string): void => {
    if (!right) issues.push({ path, message: 'is not valid', expected });
  };
  const { amount, description, debtor, dueDate, transfers } = input;
  check('amount', isEuroCents(amount) && amount > 0, 'whole euro cents from 1');
  check('description', lengthWithin(description, LONGEST_DESCRIPTION), `1 to ${LONGEST_DESCRIPTION} characters`);
  check('debtor.type', debtor.type === 'F' || debtor.type === 'G', 'F or G');
  check('debtor.code', isEntityIdentifier(debtor.code), 'a fiscal code, or 2 to 16 printable characters in capitals');
  check('debtor.fullName', lengthWithin(debtor.fullName, LONGEST_NAME), `1 to ${LONGEST_NAME} characters`);
  check('dueDate', dueDate === undefined || isLocalDate(dueDate), 'a date, YYYY-MM-DD');
  if (transfers !== undefined) checkTransfers(transfers, amount, check);
  if (issues.length > 0) throw new InputError(issues);
}

type Check = (path: string, right: boolean, expected: string) => void;

function checkTransfers(transfers: readonly TransferInput[], amount: number, check: Check): void {
  check('transfers', transfers.length >= 1 && transfers.length <= MOST_TRANSFERS, `1 to ${MOST_TRANSFERS} transfers`);
  let sum = 0;
  for (const [index, transfer] of transfers.entries()) {
    const path = `transfers[${index}]`;
    sum += transfer.amount;
    check(`${path}.amount`, isEuroCents(transfer.amount) && transfer.amount > 0, 'whole euro cents from 1');
    check(`${path}.fiscalCode`, transfer.fiscalCode === undefined || isCreditorFiscalCode(transfer.fiscalCode), '11 digits');
    check(`${path}.iban`, transfer.iban === undefined || isIbanShape(transfer.iban), 'an IBAN');
  }
  check('transfers', sum === amount, 'transfers that add up to the amount');
}

function lengthWithin(text: string, most: number): boolean {
  return text.length >= 1 && text.length <= most;
}

/** The transfers of a notice, every default filled in. */
export function transfersOf(input: NoticeInput, creditor: CreditorSpecification): readonly NoticeTransfer[] {
  const wished: readonly TransferInput[] = input.transfers ?? [{ amount: input.amount }];
  return wished.map((transfer) => ({
    amount: transfer.amount as EuroCents,
    fiscalCode: transfer.fiscalCode ?? creditor.fiscalCode,
    companyName: transfer.companyName ?? creditor.name,
    iban: transfer.iban ?? creditor.ibans[0] ?? '',
    remittanceInformation: transfer.remittanceInformation ?? input.description,
    category: transfer.category ?? USUAL_CATEGORY,
  }));
}
