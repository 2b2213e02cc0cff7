/** Durations in milliseconds, so that `30 * MINUTE` reads as what it is. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
