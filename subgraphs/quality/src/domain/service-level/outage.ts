/**
 * Rule: a party is down when five calls in succession, the last begun at most thirty seconds after the first, got no answer. It is down from the
 * begin of the first of them until the begin of the next call that is answered. Source: the rule of the European Banking Authority for dedicated interfaces
 * (EBA/GL/2018/07, guideline 2.4), read so that the thirty seconds are the time in which the five calls are made.
 */
import { SECOND } from '@nodo-aperto/kernel/time';

const SUCCESSION = 5;
export const OUTAGE_WINDOW_MS = 30 * SECOND;

/** Instants are epoch milliseconds. */
export interface CallAnswer {
  at: number;
  answered: boolean;
}

export interface Outage {
  from: number;
  /** Absent while no call has been answered since. */
  until?: number;
  /** Calls without an answer in it. */
  calls: number;
}

/** Finds outages in calls that are given to it in the order in which they began. */
export class OutageFinder {
  readonly #found: Outage[] = [];
  #open: Outage | undefined;
  #run: number[] = [];

  add({ at, answered }: CallAnswer): void {
    if (answered) this.#close(at);
    else if (this.#open) this.#open.calls += 1;
    else this.#lengthen(at);
  }

  /** In the order of time; the last one may be open. */
  found(): Outage[] {
    return this.#open ? [...this.#found, { ...this.#open }] : [...this.#found];
  }

  #lengthen(at: number): void {
    this.#run = [...this.#run, at].slice(-SUCCESSION);
    const from = this.#run[0] as number;
    if (this.#run.length === SUCCESSION && at - from <= OUTAGE_WINDOW_MS) this.#open = { from, calls: SUCCESSION };
  }

  #close(until: number): void {
    if (this.#open) this.#found.push({ ...this.#open, until });
    this.#open = undefined;
    this.#run = [];
  }
}
