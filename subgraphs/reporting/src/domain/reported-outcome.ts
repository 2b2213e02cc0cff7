import type { ReportedOutcome } from '@nodo-aperto/schema/events';

/**
 * What a booked payment is reported as: with the Stand-In codes (4, 8) when its amounts came from ACA, with the codes without receipt (9, 8)
 * when its outcome came after the token had expired. Source: Domain facts, Reporting §1.2, §1.6 and §9.
 */
export function reportedOutcomeOf({ standIn, late }: { standIn: boolean; late: boolean }): ReportedOutcome {
  if (standIn) return late ? 'STAND_IN_NO_RPT' : 'STAND_IN';
  return late ? 'NO_RPT' : 'EXECUTED';
}
