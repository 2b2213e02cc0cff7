/**
 * Rules for changes of a creditor's accounts. A new account is announced a week before it is valid, the creditor's first one may be valid at
 * once; a deletion is asked for a later day than today; an account has one pending change at most; the only remaining account stays. A label
 * belongs to one account: given to one it is taken from the others. Source: domain facts, Onboarding section 5.6 (IBAN).
 */
import type { CreditorInstitution } from '@nodo-aperto/kernel/directory';
import { addDays } from '@nodo-aperto/kernel/time';
import type { CreditorIban } from '../objects/creditor-institution.ts';

export const ACCOUNT_CHANGE_KINDS = ['CREATE', 'DELETE'] as const;
export type AccountChangeKind = (typeof ACCOUNT_CHANGE_KINDS)[number];

/** PENDING until its day comes, then COMPLETED, or FAILED when it is not possible (any more); CANCELED by who asked for it. */
export const ACCOUNT_CHANGE_STATES = ['PENDING', 'COMPLETED', 'CANCELED', 'FAILED'] as const;
export type AccountChangeState = (typeof ACCOUNT_CHANGE_STATES)[number];

/** Days between the announcement of an account and its first day. */
const ANNOUNCEMENT_DAYS = 7;
export const MOST_ACCOUNTS = 100;

/** Whether a change may pass from a state to another: only what is pending goes on. */
export function mayPass(from: AccountChangeState, to: AccountChangeState): boolean {
  return from === 'PENDING' && to !== 'PENDING';
}

/** The first day on which a new account may be valid. */
export function earliestFirstDay(today: string, { first, operator }: { first: boolean; operator: boolean }): string {
  return first || operator ? today : addDays(today, ANNOUNCEMENT_DAYS);
}

/** The first day for which a deletion may be asked. */
export function earliestDeletion(today: string): string {
  return addDays(today, 1);
}

/** The creditor with an account more, or with another word on one that it has; its labels are taken from the others. */
export function withAccount(creditor: CreditorInstitution, account: CreditorIban): CreditorInstitution {
  const taken = new Set(account.labels);
  const others = creditor.ibans.map((each) => (each.iban === account.iban ? each : withoutLabels(each, taken)));
  const known = others.some(({ iban }) => iban === account.iban);
  const ibans = known ? others.map((each) => (each.iban === account.iban ? account : each)) : [...others, account];
  return { ...creditor, ibans };
}

function withoutLabels(account: CreditorIban, taken: ReadonlySet<string>): CreditorIban {
  const { labels, ...rest } = account;
  const left = labels?.filter((label) => !taken.has(label)) ?? [];
  return left.length === 0 ? rest : { ...rest, labels: left };
}

/** The creditor without an account; undefined when it has not the account, or no other. */
export function withoutAccount(creditor: CreditorInstitution, iban: string): CreditorInstitution | undefined {
  const ibans = creditor.ibans.filter((each) => each.iban !== iban);
  return ibans.length === creditor.ibans.length || ibans.length === 0 ? undefined : { ...creditor, ibans };
}

/** Accounts whose last day is past. */
export function expiredAccounts(creditor: CreditorInstitution, today: string): readonly string[] {
  return creditor.ibans.filter(({ validUntil }) => validUntil !== undefined && validUntil < today).map(({ iban }) => iban);
}
