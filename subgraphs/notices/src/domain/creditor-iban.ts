/** An account of a creditor, as its directory record has it. */
export interface CreditorAccount {
  iban: string;
  /** Purposes that it is flagged for, e.g. "ACA". */
  labels?: readonly string[];
  /** Epoch milliseconds of its last change, when known. */
  changedAt?: number;
}

/** The flag of the account to which payments of positions loaded without one go. */
const ACA_LABEL = 'ACA';

/**
 * The account that a position loaded without an IBAN is credited to: the one flagged for the purpose, else the one changed last, else
 * the first. Source: Domain facts, Payments §3.8.
 */
export function defaultCreditorIban(accounts: readonly CreditorAccount[]): string | undefined {
  const flagged = accounts.find((account) => account.labels?.includes(ACA_LABEL));
  if (flagged) return flagged.iban;
  const age = (account: CreditorAccount): number => account.changedAt ?? Number.NEGATIVE_INFINITY;
  const [first, ...others] = accounts;
  return others.reduce((latest, each) => (latest && age(each) > age(latest) ? each : latest), first)?.iban;
}
