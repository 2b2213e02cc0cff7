import type { ReportedOutcome } from '@nodo-aperto/schema/events';

/** Outcomes of payments as the XML document writes them (codiceEsitoSingoloPagamento). Source: Domain facts, Reporting §1.2 and §1.6. */
export const OUTCOME_CODES = {
  EXECUTED: '0',
  REVOKED: '3',
  STAND_IN: '4',
  STAND_IN_NO_RPT: '8',
  NO_RPT: '9',
} as const satisfies Record<ReportedOutcome, string>;
export type OutcomeCode = (typeof OUTCOME_CODES)[ReportedOutcome];

const OUTCOMES = Object.fromEntries(Object.entries(OUTCOME_CODES).map(([outcome, code]) => [code, outcome])) as Record<
  OutcomeCode,
  ReportedOutcome
>;

export function outcomeOfCode(code: OutcomeCode): ReportedOutcome {
  return OUTCOMES[code];
}
