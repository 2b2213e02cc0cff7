/** How many calls each caller has made in the window of time that runs now. */

/** Callers that are remembered; the window of whoever called longest ago is forgotten first. */
const MOST_CALLERS = 10_000;

export class RateWindow {
  readonly #most: number;
  readonly #widthMs: number;
  readonly #windows = new Map<string, { from: number; calls: number }>();

  /** @param most calls of one caller in a window of so many milliseconds */
  constructor(most: number, widthMs: number) {
    this.#most = most;
    this.#widthMs = widthMs;
  }

  /** Counts a call. @returns 0 when it may go on, else the milliseconds until the next one may */
  take(caller: string, now: number): number {
    const known = this.#windows.get(caller);
    this.#windows.delete(caller);
    const current = known && now < known.from + this.#widthMs ? known : { from: now, calls: 0 };
    current.calls += 1;
    this.#windows.set(caller, current);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > MOST_CALLERS && oldest !== undefined) this.#windows.delete(oldest);
    return current.calls <= this.#most ? 0 : current.from + this.#widthMs - now;
  }
}
