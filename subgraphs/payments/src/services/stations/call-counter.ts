/**
 * Counts the calls to stations. Counts are gathered in memory and written a few times a second, or at once after a failed call, so that
 * a payment never waits for them; what is written is what every process judges by.
 */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { type Clock, MINUTE, SECOND, toIso } from '@nodo-aperto/kernel/time';
import type { MonitoredFault } from '../../domain/creditor-fault.ts';
import { slotStart } from '../../domain/stand-in/evidence.ts';
import { addCounts, type LastFault, type SlotCount } from '../../persistence/station-queries.ts';

/** Every call is counted in the spans of both profiles, so that the profile and its figures can be changed at any time. */
export const SHORT_SPAN_MS = SECOND;
export const LONG_SPAN_MS = MINUTE;
const WIDTHS = [SHORT_SPAN_MS, LONG_SPAN_MS];

const WRITE_EVERY_MS = 250;
/** Slots that wait to be written; beyond it, with the database away for long, the newest counts are dropped. */
const MOST_WAITING = 20_000;

export interface CallCounterOptions {
  readonly database: Database;
  /** Platform time: slots. */
  readonly clock: Clock;
  /** Real time: writing. */
  readonly waits: Clock;
  readonly log: Logger;
  /** Called after failed calls were written, with their stations. */
  onFaults(stationCodes: readonly string[]): Promise<void>;
}

export class CallCounter {
  readonly #options: CallCounterOptions;
  #slots = new Map<string, SlotCount>();
  #faults = new Map<string, LastFault>();
  #timer: Disposable | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: CallCounterOptions) {
    this.#options = options;
  }

  /** Counts one call that has ended. @param fault the monitored fault that it ended with, if it did */
  record(stationCode: string, fault: MonitoredFault | undefined): void {
    const now = this.#options.clock.now();
    for (const widthMs of WIDTHS)
      this.#add({ widthMs, slotStart: toIso(slotStart(now, widthMs)), stationCode, calls: 1, faults: fault ? 1 : 0 });
    if (fault) {
      this.#faults.set(stationCode, { stationCode, code: fault, at: toIso(now) });
      void this.flush();
    } else {
      this.#timer ??= this.#options.waits.schedule(WRITE_EVERY_MS, () => void this.flush());
    }
  }

  /** Writes what was counted; resolves when nothing waits and what followed from failed calls is done. Never rejects. */
  flush(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      // What came in just now found a writer that had looked for the last time.
      if (this.#slots.size > 0 && !this.#timer) void this.flush();
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    // Counts that come in meanwhile go into the next round: under load one statement carries many calls.
    while (this.#slots.size > 0) {
      const [slots, faults] = [[...this.#slots.values()], [...this.#faults.values()]];
      this.#slots = new Map();
      this.#faults = new Map();
      this.#timer?.[Symbol.dispose]();
      this.#timer = undefined;
      try {
        await addCounts(this.#options.database, slots, faults);
      } catch (error) {
        this.#options.log.warn({ err: error }, 'calls to stations could not be counted; trying again');
        for (const slot of slots) this.#add(slot);
        for (const fault of faults) if (!this.#faults.has(fault.stationCode)) this.#faults.set(fault.stationCode, fault);
        this.#timer ??= this.#options.waits.schedule(WRITE_EVERY_MS, () => void this.flush());
        return;
      }
      if (faults.length > 0) await this.#judge(faults.map((fault) => fault.stationCode));
    }
  }

  async #judge(stationCodes: readonly string[]): Promise<void> {
    try {
      await this.#options.onFaults(stationCodes);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'stations could not be judged; the next failed call or evaluation will');
    }
  }

  #add(slot: SlotCount): void {
    const key = `${slot.widthMs}/${slot.slotStart}/${slot.stationCode}`;
    const known = this.#slots.get(key);
    if (!known && this.#slots.size >= MOST_WAITING) return;
    this.#slots.set(key, known ? { ...slot, calls: known.calls + slot.calls, faults: known.faults + slot.faults } : slot);
  }
}
