/** How far a creditor's payments were in the central archive beforehand. */

/** Why a creditor has to load its positions into ACA, or need not. */
export const ACA_DUTIES = ['MUST_LOAD', 'OPTIONAL', 'ASYNCHRONOUS', 'NO_STATION'] as const;
export type AcaDuty = (typeof ACA_DUTIES)[number];

/** A way on which a creditor's notices are answered. */
export interface CoverageRoute {
  readonly aca: boolean;
  /** Whether the positions are left to the platform entirely. */
  readonly asynchronous: boolean;
}

/**
 * A creditor that answers through a station of its own or of its broker has to load all its positions; one that leaves them to the platform
 * has done so already. For subjects other than public administrations loading is optional. Source: Domain facts, Payments §4.1.
 */
export function acaDutyOf(routes: readonly CoverageRoute[], { publicAdministration }: { publicAdministration: boolean }): AcaDuty {
  if (routes.length === 0) return 'NO_STATION';
  if (routes.every(({ asynchronous }) => asynchronous)) return 'ASYNCHRONOUS';
  return publicAdministration ? 'MUST_LOAD' : 'OPTIONAL';
}

/** Payments, and those of them whose notice was in ACA before it was activated. */
export interface CoverageCounts {
  readonly payments: number;
  readonly inAca: number;
}

/** The share of payments that were in ACA, 0 to 1; undefined without payments. */
export function coverageShare({ payments, inAca }: CoverageCounts): number | undefined {
  return payments === 0 ? undefined : inAca / payments;
}

/** What a payment costs its creditor whose data are not in ACA, in euro cents. Source: Domain facts, Payments §3.8. */
const PRICE_OUTSIDE_ACA = 5;

/** What the payments outside ACA cost, in euro cents; a creditor without the duty pays nothing. */
export function costOutsideAca(duty: AcaDuty, { payments, inAca }: CoverageCounts): number {
  return duty === 'MUST_LOAD' ? (payments - inAca) * PRICE_OUTSIDE_ACA : 0;
}

/** Whether a notice was in the archive when it was activated. */
export function wasInAca(notice: { aca: boolean; createdAt: number } | undefined, activatedAt: number): boolean {
  return notice !== undefined && notice.aca && notice.createdAt <= activatedAt;
}
