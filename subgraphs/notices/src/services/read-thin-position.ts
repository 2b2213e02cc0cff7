/** Reads what a caller sends to paCreatePosition, over REST or in the graph: every field checked, every fault named at once. */
import {
  noticeNumberFromIuv,
  parseCreditorFiscalCode,
  parseEntityIdentifier,
  parseIuv,
  parseNoticeNumber,
} from '@nodo-aperto/kernel/identifiers';
import type { InputIssue, Parsed } from '@nodo-aperto/kernel/faults';
import { parseEuroCents } from '@nodo-aperto/kernel/money';
import { parseInstant } from '@nodo-aperto/kernel/time';
import type { ThinPosition } from '../domain/thin-position.ts';

/** What the caller sends: nothing is known of it. */
export type RawFields = Readonly<Record<string, unknown>>;
/** How the caller names the fields. */
export type FieldNames = Readonly<Record<keyof ThinPosition, string>>;

export type ReadResult = { ok: true; value: ThinPosition } | { ok: false; issues: readonly InputIssue[] };

const LONGEST_TEXT = 255;
/** As the official interface has it: the IBANs of Italy and San Marino. */
const IBAN_LENGTH = 27;
const LONGEST_INSTANT = 40;

type Read = { [Field in keyof ThinPosition]?: ThinPosition[Field] };
type Parse<T> = (value: unknown) => Parsed<T>;

const accept = <T>(value: T): Parsed<T> => ({ ok: true, value });
const refuse = (expected: string): Parsed<never> => ({ ok: false, expected });

const text: Parse<string> = (value) =>
  typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT
    ? accept(value)
    : refuse(`text of 1 to ${LONGEST_TEXT} characters`);
const entityType: Parse<'F' | 'G'> = (value) =>
  value === 'F' || value === 'G' ? accept(value) : refuse('F for a person or G for an organization');
const flag: Parse<boolean> = (value) => (typeof value === 'boolean' ? accept(value) : refuse('true or false'));
const iban: Parse<string> = (value) =>
  typeof value === 'string' && value.length === IBAN_LENGTH && /^[A-Za-z0-9]+$/.test(value)
    ? accept(value.toUpperCase())
    : refuse(`an IBAN of ${IBAN_LENGTH} letters and digits`);
const instant: Parse<number> = (value) => {
  const ms = typeof value === 'string' && value.length <= LONGEST_INSTANT ? parseInstant(value) : undefined;
  return ms === undefined ? refuse('an instant such as 2026-12-31T23:59:59, with or without offset') : accept(ms);
};

/**
 * Reads one position. Null counts as absent. Fields that the interface does not know are ignored, as the official one does.
 *
 * @param creditorFiscalCode the caller's own, used when the field is absent; undefined where it has to be sent
 */
export function readThinPosition(raw: RawFields, names: FieldNames, creditorFiscalCode?: string): ReadResult {
  const issues: InputIssue[] = [];
  const optional = <T>(field: keyof ThinPosition, parse: Parse<T>): T | undefined => {
    const value = raw[names[field]];
    if (value === undefined || value === null) return undefined;
    const parsed = parse(value);
    if (parsed.ok) return parsed.value;
    issues.push({ path: names[field], message: 'is not valid', expected: parsed.expected });
    return undefined;
  };
  const required = <T>(field: keyof ThinPosition, parse: Parse<T>): T | undefined => {
    const value = raw[names[field]];
    if (value !== undefined && value !== null) return optional(field, parse);
    const parsed = parse(undefined);
    issues.push({ path: names[field], message: 'is missing', ...(!parsed.ok && { expected: parsed.expected }) });
    return undefined;
  };
  const read = {
    creditorFiscalCode:
      creditorFiscalCode === undefined
        ? required('creditorFiscalCode', parseCreditorFiscalCode)
        : (optional('creditorFiscalCode', parseCreditorFiscalCode) ?? creditorFiscalCode),
    debtorType: required('debtorType', entityType),
    debtorFiscalCode: required('debtorFiscalCode', parseEntityIdentifier),
    debtorFullName: required('debtorFullName', text),
    iuv: required('iuv', parseIuv),
    noticeNumber: optional('noticeNumber', parseNoticeNumber),
    amount: required('amount', parseEuroCents),
    description: required('description', text),
    expirationDate: required('expirationDate', instant),
    iban: optional('iban', iban),
    postalIban: optional('postalIban', iban),
    switchToExpired: optional('switchToExpired', flag) ?? false,
    payStandIn: optional('payStandIn', flag) ?? true,
  };
  if (raw[names.noticeNumber] === undefined || raw[names.noticeNumber] === null) deriveNoticeNumber(read, names, issues);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: withoutUndefined(read) };
}

/** "3" and the IUV is the notice number of a position that is sent without one. Source: Domain facts, Payments §1.2, §4.2. */
function deriveNoticeNumber(read: { iuv?: string; noticeNumber?: string }, names: FieldNames, issues: InputIssue[]): void {
  if (read.iuv === undefined) return;
  const derived = noticeNumberFromIuv(read.iuv);
  if (derived.ok) read.noticeNumber = derived.value;
  else
    issues.push({
      path: names.iuv,
      message: `makes no notice number, and ${names.noticeNumber} is absent`,
      expected: `17 digits, or ${names.noticeNumber} beside it`,
    });
}

/** Without issues every required field has its value; what is optional is left out where it has none. */
function withoutUndefined({ iban, postalIban, ...required }: Read): ThinPosition {
  return {
    ...(required as ThinPosition),
    ...(iban !== undefined && { iban }),
    ...(postalIban !== undefined && { postalIban }),
  };
}
