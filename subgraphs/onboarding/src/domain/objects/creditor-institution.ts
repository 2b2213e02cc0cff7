/** How creditors (enti creditori) are written. Source: domain facts, Payments section 1.1; Onboarding section 5.6; Reporting section 4.3. */
import type { CreditorInstitution } from '@nodo-aperto/kernel/directory';
import { parseCreditorFiscalCode, parseIban } from '@nodo-aperto/kernel/identifiers';
import type { Path, Report } from '../finding.ts';
import { type Fields, listOf, mapOf, optional, required, withDefault } from '../rule.ts';
import { day, flag, instant, line, textBy, textLike } from '../scalars.ts';

const MOST_IBANS = 100;
const MOST_LABELS = 20;

/** An account of a creditor. */
export type CreditorIban = CreditorInstitution['ibans'][number];

/** `postal`: an account of the post office, which payments of type POSTAL go to. `labels`: purposes that it is flagged for, e.g. ACA. */
export const accountRule = mapOf<CreditorIban>('an account', {
  iban: required(textBy(parseIban)),
  postal: withDefault(flag, false),
  labels: optional(
    listOf(textLike(/^[A-Za-z0-9_-]{1,35}$/, 'a label of 1 to 35 letters and digits'), { what: 'labels', least: 1, most: MOST_LABELS }),
  ),
  changedAt: optional(instant),
  description: optional(line(140)),
  validFrom: optional(day),
  validUntil: optional(day),
});

/** What printed notices say of their creditor. */
const print = mapOf<NonNullable<CreditorInstitution['print']>>('what printed notices say', {
  cbill: optional(textLike(/^[A-Za-z0-9]{1,10}$/, 'a CBILL code of 1 to 10 letters and digits')),
  postalAccount: optional(textLike(/^\d{12}$/, 'a postal account of 12 digits')),
  postalHolder: optional(line(140)),
  postalAuthorization: optional(line(140)),
});

export const creditorInstitutionFields: Fields<CreditorInstitution> = {
  fiscalCode: required(textBy(parseCreditorFiscalCode)),
  name: required(line(140)),
  enabled: withDefault(flag, true),
  publicAdministration: optional(flag),
  ibans: withDefault(listOf(accountRule, { what: 'accounts', most: MOST_IBANS }), () => []),
  print: optional(print),
};

/** Rules: an account is listed once; a label belongs to one account. Source: domain facts, Onboarding section 5.6. */
export function checkIbans(creditor: CreditorInstitution, path: Path, report: Report): void {
  const seen = new Set<string>();
  const once = (what: string, value: string, place: Path): void => {
    if (seen.has(`${what}/${value}`)) report({ kind: 'DUPLICATE', path: place, found: `${value} again`, expected: `every ${what} once` });
    seen.add(`${what}/${value}`);
  };
  for (const [index, account] of creditor.ibans.entries()) {
    once('account', account.iban, [...path, 'ibans', index, 'iban']);
    for (const [place, label] of (account.labels ?? []).entries()) once('label', label, [...path, 'ibans', index, 'labels', place]);
  }
}

/**
 * Rule: an account remembers when it was last changed, because payments without another word go to the one changed last; writing it again
 * as it is changes nothing. Source: domain facts, Payments section 3.8.
 * @param now ISO 8601
 */
export function withChangeTimes(entry: CreditorInstitution, known: CreditorInstitution | undefined, now: string): CreditorInstitution {
  const ibans = entry.ibans.map((account) => {
    const before = known?.ibans.find(({ iban }) => iban === account.iban);
    if (before && sameAccount(before, account)) return { ...account, changedAt: account.changedAt ?? before.changedAt };
    // A time that was exported with the account as it was says nothing of the account as it is now.
    const stale = account.changedAt === undefined || account.changedAt === before?.changedAt;
    return { ...account, changedAt: stale ? now : account.changedAt };
  });
  return { ...entry, ibans };
}

function sameAccount(one: CreditorIban, other: CreditorIban): boolean {
  return one.postal === other.postal && (one.labels ?? []).join() === (other.labels ?? []).join();
}
