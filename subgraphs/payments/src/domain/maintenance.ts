/**
 * The maintenance of a station that is under way. One scheduled with Stand-In means that the station is not called meanwhile; one
 * scheduled without leaves its notices unpayable when the station does not answer. Source: Domain facts, Payments §1.1, §3.7, §3.8.
 */

export interface Maintenance {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly standIn: boolean;
}

/** The maintenance under way at an instant; of several, the one without Stand-In, which is the stricter. */
export function maintenanceAt<Window extends Maintenance>(windows: readonly Window[], now: number): Window | undefined {
  const underWay = windows.filter((window) => window.start <= now && now < window.end);
  return underWay.find((window) => !window.standIn) ?? underWay[0];
}
