/**
 * Rule: what is asked for several accounts of a creditor at once is decided one by one, in order; what is refused does not hold up the rest.
 * A new account whose first day has come, and another word on one that is there, hold at once; everything else waits for its day.
 * Source: domain facts, Onboarding section 5.6 (IBAN, bulk).
 */
import type { CreditorInstitution } from '@nodo-aperto/kernel/directory';
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import { type Finding, pathText } from '../finding.ts';
import { accountRule, type CreditorIban } from '../objects/creditor-institution.ts';
import {
  type AccountChangeKind,
  earliestDeletion,
  earliestFirstDay,
  expiredAccounts,
  MOST_ACCOUNTS,
  withAccount,
  withoutAccount,
} from './account-change.ts';

export const ACCOUNT_ACTIONS = ['CREATE', 'UPDATE', 'DELETE'] as const;
export type AccountAction = (typeof ACCOUNT_ACTIONS)[number];

/** One thing that is asked. What is absent of an UPDATE stays. */
export interface AccountRequest {
  readonly action: AccountAction;
  readonly iban: string;
  readonly postal?: boolean | null;
  readonly labels?: readonly string[] | null;
  readonly description?: string | null;
  /** First and last day of the account, local dates. */
  readonly validFrom?: string | null;
  readonly validUntil?: string | null;
  /** Of a DELETE: from which day on the account is gone. */
  readonly deleteOn?: string | null;
}

/** APPLIED: holds now. PLANNED: waits for its day. */
export const ACCOUNT_OUTCOMES = ['APPLIED', 'PLANNED', 'REFUSED'] as const;
export type AccountOutcome = (typeof ACCOUNT_OUTCOMES)[number];

export interface PlannedChange {
  readonly kind: AccountChangeKind;
  readonly iban: string;
  readonly effectiveOn: string;
  readonly account?: CreditorIban;
}

export interface AccountDecision {
  readonly iban: string;
  readonly outcome: AccountOutcome;
  readonly issues: readonly InputIssue[];
  readonly planned?: PlannedChange;
}

export interface AccountCircumstances {
  /** Local date. */
  readonly today: string;
  readonly operator: boolean;
  /** The IBANs that have a pending change. */
  readonly pending: ReadonlySet<string>;
}

type Verdict =
  | { readonly creditor: CreditorInstitution }
  | { readonly planned: PlannedChange }
  | { readonly issues: readonly InputIssue[] };

/** Decides on every request; gives the creditor as it is after those that hold at once. */
export function decideAccounts(
  creditor: CreditorInstitution,
  requests: readonly AccountRequest[],
  { pending, ...circumstances }: AccountCircumstances,
): { creditor: CreditorInstitution; decisions: readonly AccountDecision[] } {
  let present = creditor;
  const waiting = new Set(pending);
  const decisions = requests.map((request, index): AccountDecision => {
    const verdict = decide(present, request, { ...circumstances, pending: waiting });
    const iban = request.iban;
    if ('issues' in verdict)
      return { iban, outcome: 'REFUSED', issues: verdict.issues.map((issue) => ({ ...issue, path: `items[${index}].${issue.path}` })) };
    if ('creditor' in verdict) {
      present = verdict.creditor;
      return { iban, outcome: 'APPLIED', issues: [] };
    }
    waiting.add(verdict.planned.iban);
    return { iban, outcome: 'PLANNED', issues: [], planned: verdict.planned };
  });
  return { creditor: present, decisions };
}

function decide(creditor: CreditorInstitution, request: AccountRequest, circumstances: AccountCircumstances): Verdict {
  const known = creditor.ibans.find(({ iban }) => iban === request.iban);
  if (request.action === 'DELETE') return decideDeletion(creditor, request, circumstances);
  if (request.action === 'CREATE')
    return known ? refusal('iban', 'is an account of the creditor already') : decideCreation(creditor, request, circumstances);
  if (!known) return refusal('iban', 'is no account of the creditor', 'one of its accounts');
  const read = readAccount({ ...known, ...given(request) });
  return 'issues' in read ? read : { creditor: withAccount(creditor, read.account) };
}

function decideCreation(
  creditor: CreditorInstitution,
  request: AccountRequest,
  { today, operator, pending }: AccountCircumstances,
): Verdict {
  if (pending.has(request.iban)) return refusal('iban', 'has a pending change');
  if (creditor.ibans.length + pending.size >= MOST_ACCOUNTS) return refusal('iban', 'is one too many', `at most ${MOST_ACCOUNTS} accounts`);
  const first = creditor.ibans.length === 0;
  const earliest = earliestFirstDay(today, { first, operator });
  const from = request.validFrom ?? earliest;
  const read = readAccount({ ...given(request), validFrom: from, iban: request.iban });
  if ('issues' in read) return read;
  const { account } = read;
  if (from < earliest) return refusal('validFrom', 'is too early', `${earliest} or later: accounts are announced a week ahead`);
  if (account.validUntil !== undefined && account.validUntil < from)
    return refusal('validUntil', 'is before the first day', `${from} or later`);
  if (from <= today) return { creditor: withAccount(creditor, account) };
  return { planned: { kind: 'CREATE', iban: account.iban, effectiveOn: from, account } };
}

function decideDeletion(
  creditor: CreditorInstitution,
  { iban, deleteOn }: AccountRequest,
  { today, pending }: AccountCircumstances,
): Verdict {
  if (!creditor.ibans.some((each) => each.iban === iban)) return refusal('iban', 'is no account of the creditor', 'one of its accounts');
  if (pending.has(iban)) return refusal('iban', 'has a pending change');
  if (!withoutAccount(creditor, iban)) return refusal('iban', 'is the only account', 'an account besides which there is another');
  const earliest = earliestDeletion(today);
  if (!deleteOn || !isLocalDate(deleteOn) || deleteOn < earliest)
    return refusal('deleteOn', deleteOn ? 'is not possible' : 'is missing', `a date like ${earliest}, tomorrow or later`);
  return { planned: { kind: 'DELETE', iban, effectiveOn: deleteOn } };
}

/** What happens to a creditor when the day of its changes has come; a change that is not possible (any more) has a reason. */
export function carryOut(
  creditor: CreditorInstitution,
  due: readonly PlannedChange[],
  today: string,
): { creditor: CreditorInstitution; reasons: readonly (string | undefined)[] } {
  let present = creditor;
  const reasons = due.map(({ kind, iban, account }) => {
    const known = present.ibans.some((each) => each.iban === iban);
    if (kind === 'DELETE') {
      const after = withoutAccount(present, iban);
      if (after) present = after;
      else return known ? 'It is the only account.' : 'It is no account of the creditor any more.';
    } else if (account && !known && present.ibans.length < MOST_ACCOUNTS) present = withAccount(present, account);
    else return known ? 'It is an account of the creditor already.' : `The creditor has ${MOST_ACCOUNTS} accounts.`;
    return undefined;
  });
  for (const iban of expiredAccounts(present, today)) present = withoutAccount(present, iban) ?? present;
  return { creditor: present, reasons };
}

function refusal(path: string, message: string, expected?: string): { issues: InputIssue[] } {
  return { issues: [{ path, message, ...(expected !== undefined && { expected }) }] };
}

/** The fields of an account that a request gives. */
function given({ postal, labels, description, validFrom, validUntil }: AccountRequest): Partial<CreditorIban> {
  const fields = { postal, description, validFrom, validUntil };
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
  if (!labels) return present;
  return { ...present, labels: labels.length === 0 ? undefined : [...labels] };
}

function readAccount(account: object): { account: CreditorIban } | { issues: InputIssue[] } {
  const findings: Finding[] = [];
  const read = accountRule(account, [], (finding) => void findings.push(finding));
  if (read) return { account: read };
  return {
    // All fields are known and there: what is wrong is their values.
    issues: findings.map(({ path, expected }) => ({ path: pathText(path), message: 'is not valid', expected })),
  };
}
