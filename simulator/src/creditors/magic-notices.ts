/**
 * Test data: notice numbers that give a chosen answer at every creditor of the fleet, in nobody's books until they are asked for.
 * docs/test-data.md is the page about them.
 */
import { makeNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import type { StationFault } from './station-fault.ts';

/** What the notices with one pair of digits show. */
export interface MagicNotice {
  /** Digits 6 and 7 of the notice number. */
  readonly digits: string;
  /** One sentence on what is seen. */
  readonly shows: string;
  /** How the creditor's station fails for these notices, and for them only; absent: it answers as usual. */
  readonly fault?: StationFault;
}

/** Digits 4 and 5: no notice that creditors of the fleet issue by themselves has them. */
const MARK = '99';
const USUAL_AMOUNT = 1_000;

export const MAGIC_NOTICES: readonly MagicNotice[] = [
  { digits: '00', shows: 'it is paid like any other, standin false' },
  { digits: '01', shows: 'the creditor does not know it', fault: { kind: 'businessKo', code: 'PAA_PAGAMENTO_SCONOSCIUTO' } },
  { digits: '02', shows: 'it is expired', fault: { kind: 'businessKo', code: 'PAA_PAGAMENTO_SCADUTO' } },
  { digits: '03', shows: 'it is revoked', fault: { kind: 'businessKo', code: 'PAA_PAGAMENTO_ANNULLATO' } },
  { digits: '04', shows: 'it is paid already', fault: { kind: 'businessKo', code: 'PAA_PAGAMENTO_DUPLICATO' } },
  { digits: '05', shows: 'it is being paid elsewhere', fault: { kind: 'businessKo', code: 'PAA_PAGAMENTO_IN_CORSO' } },
  { digits: '06', shows: 'the creditor has an error of its own', fault: { kind: 'businessKo', code: 'PAA_SYSTEM_ERROR' } },
  { digits: '07', shows: 'activation names 10 % more than verification', fault: { kind: 'wrongAmount', percent: 10 } },
  { digits: '08', shows: 'its receipt is refused', fault: { kind: 'receiptsRefused', code: 'PAA_SYSTEM_ERROR' } },
  { digits: '10', shows: 'every answer takes three seconds', fault: { kind: 'slow', medianMs: 3_000, sigma: 0 } },
  { digits: '11', shows: 'the creditor never answers; standin true when the notice is in ACA', fault: { kind: 'timeout' } },
  { digits: '12', shows: 'the connection breaks; standin true when the notice is in ACA', fault: { kind: 'reset' } },
  { digits: '13', shows: 'HTTP 503; standin true when the notice is in ACA', fault: { kind: 'httpError', status: 503 } },
  { digits: '14', shows: 'the answer is no valid message; never Stand-In', fault: { kind: 'malformed', form: 'unknownMessage' } },
  { digits: '15', shows: 'verification works, activation is never answered', fault: { kind: 'halfOpen' } },
];

const byDigits = new Map(MAGIC_NOTICES.map((magic) => [magic.digits, magic]));

function magicOf(noticeNumber: string): MagicNotice | undefined {
  return noticeNumber.slice(3, 5) === MARK ? byDigits.get(noticeNumber.slice(5, 7)) : undefined;
}

/** How a station fails for a notice of the test data; undefined for every other notice. */
export function magicFaultOf(noticeNumber: string | undefined): StationFault | undefined {
  return noticeNumber === undefined ? undefined : magicOf(noticeNumber)?.fault;
}

/** Whether a notice number is one of the test data at a creditor with this segregation code. */
export function isMagicNotice(noticeNumber: string, segregationCode: string): boolean {
  return noticeNumber.startsWith(`3${segregationCode}`) && magicOf(noticeNumber) !== undefined;
}

/** Euro cents: the last five digits before the check digits; ten euros when these are zeroes. */
export function magicAmount(noticeNumber: string): number {
  return Number(noticeNumber.slice(11, 16)) || USUAL_AMOUNT;
}

/**
 * The number of a notice of the test data.
 * @param input.serial 0 to 9999, to tell notices of the same kind apart
 * @param input.amount euro cents, 1 to 99,999
 */
export function magicNoticeNumber(input: { segregationCode: string; digits: string; serial?: number; amount?: number }): string {
  const { segregationCode, digits, serial = 0, amount = USUAL_AMOUNT } = input;
  const base = `${MARK}${digits}${String(serial).padStart(4, '0')}${String(amount).padStart(5, '0')}`;
  return makeNoticeNumber({ auxDigit: 3, segregationCode, base });
}
