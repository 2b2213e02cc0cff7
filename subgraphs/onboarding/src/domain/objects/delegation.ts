/**
 * How delegations to partners are written: what a creditor lets a partner do for it. An empty list is a delegation that was revoked.
 * Source: domain facts, Onboarding section 5.6 (delegations).
 */
import type { Delegation } from '@nodo-aperto/kernel/directory';
import { parseBrokerCode, parseCreditorFiscalCode } from '@nodo-aperto/kernel/identifiers';
import type { Path, Report } from '../finding.ts';
import { DELEGABLE_FUNCTIONS } from '../permissions/partner-delegation.ts';
import { type Fields, listOf, required } from '../rule.ts';
import { oneOf, textBy } from '../scalars.ts';

export const delegationFields: Fields<Delegation> = {
  creditorInstitution: required(textBy(parseCreditorFiscalCode)),
  partner: required(textBy(parseBrokerCode)),
  functions: required(listOf(oneOf(...DELEGABLE_FUNCTIONS), { what: 'functions', least: 0, most: DELEGABLE_FUNCTIONS.length })),
};

/** Rule: a function is listed once. */
export function checkFunctions({ functions }: Delegation, path: Path, report: Report): void {
  for (const [index, each] of functions.entries()) {
    if (functions.indexOf(each) === index) continue;
    report({ kind: 'DUPLICATE', path: [...path, 'functions', index], found: `${each} again`, expected: 'every function once' });
  }
}
