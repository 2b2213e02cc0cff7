/** The health of creditors' stations: what requests ask, and what they report. */
import { type Clock, DAY, HOUR, asDate } from '@nodo-aperto/kernel/time';
import type { MonitoredFault } from '../../domain/creditor-fault.ts';
import type { StandInEntry } from '../../domain/station-mode.ts';
import { removeOldEvidence } from '../../persistence/station-queries.ts';
import { CallCounter, SHORT_SPAN_MS } from './call-counter.ts';
import type { DecisionOptions } from './decide-stand-in.ts';
import { judgeAll, judgeEntry } from './judge-stations.ts';
import { type ProbeOptions, probeStations } from './probe-stations.ts';
import { StandInList } from './stand-in-list.ts';

/** What the payment path needs of stations. */
export interface Stations {
  /** The station's entry in the Stand-In list; undefined when it is to be called. */
  standIn(stationCode: string): StandInEntry | undefined;
  /** Counts a call that has ended, with the monitored fault that it ended with, if it did. Never waits. */
  record(stationCode: string, fault: MonitoredFault | undefined): void;
}

export type StationHealthOptions = Omit<ProbeOptions, 'list'> & {
  /** Real time. */
  readonly waits: Clock;
};

const SHORT_SLOTS_KEPT_MS = HOUR;
const LONG_SLOTS_KEPT_MS = 7 * DAY;
const NOTES_KEPT_MS = 30 * DAY;

export class StationHealth implements Stations {
  readonly decisions: DecisionOptions;
  readonly #options: ProbeOptions;
  readonly #list: StandInList;
  readonly #counter: CallCounter;

  constructor(options: StationHealthOptions) {
    const { database, clock, waits, log } = options;
    this.#list = new StandInList({ database, log, waits });
    this.#options = { ...options, list: this.#list };
    this.decisions = this.#options;
    const judge = async (stationCodes: readonly string[]): Promise<void> => {
      for (const stationCode of stationCodes) await judgeEntry(this.#options, stationCode);
    };
    this.#counter = new CallCounter({ database, clock, waits, log, onFaults: judge });
  }

  start(): Promise<void> {
    return this.#list.start();
  }

  /** Writes what was counted, and follows the list no longer. */
  async stop(): Promise<void> {
    await this.#counter.flush();
    await this.#list.stop();
  }

  standIn(stationCode: string): StandInEntry | undefined {
    return this.#list.get(stationCode);
  }

  record(stationCode: string, fault: MonitoredFault | undefined): void {
    this.#counter.record(stationCode, fault);
  }

  /** Judges all stations by what was counted up to now. */
  async evaluate(signal: AbortSignal): Promise<{ judged: number; entered: number; left: number }> {
    await this.#counter.flush();
    return judgeAll(this.#options, signal);
  }

  probe(run: { forced: boolean; signal: AbortSignal }): Promise<{ probed: number; left: number }> {
    return probeStations(this.#options, run);
  }

  /** Removes evidence that nobody judges any more. */
  removeOld(): Promise<number> {
    const { database, clock } = this.#options;
    const before = (milliseconds: number): Date => asDate(clock.now() - milliseconds);
    return removeOldEvidence(database, {
      shortSlots: before(SHORT_SLOTS_KEPT_MS),
      longSlots: before(LONG_SLOTS_KEPT_MS),
      notes: before(NOTES_KEPT_MS),
      shortWidthMs: SHORT_SPAN_MS,
    });
  }
}
