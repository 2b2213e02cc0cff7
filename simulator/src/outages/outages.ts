/** Outages under way: which station fails, how, and until when. */
import { InputError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Fleet, StationFault } from '../creditors/index.ts';

export interface Outage {
  readonly stationCode: string;
  readonly fault: StationFault;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds; absent when it lasts until somebody stops it. */
  readonly endsAt?: number;
  /** Whether the simulation began it by itself. */
  readonly scheduled: boolean;
}

export interface Outages {
  /**
   * Makes a station fail. One that fails already fails in the new way from now on.
   * @param options.forMs platform milliseconds until it works again; until {@link stop} when absent
   * @throws NotFoundError, InputError
   */
  start(stationCode: string, fault: StationFault, options?: { forMs?: number; scheduled?: boolean }): Promise<Outage>;
  /** Makes a station work again; one that works goes on working. @throws NotFoundError, UnavailableError */
  stop(stationCode: string): Promise<void>;
  find(stationCode: string): Outage | undefined;
  current(): readonly Outage[];
  /** Forgets what is to end later. */
  close(): void;
}

const LONGEST_MS = 7 * 24 * 3_600_000;
const TRY_AGAIN_MS = 1_000;

export function manageOutages(options: { readonly fleet: Fleet; readonly clock: Clock; readonly log: Logger }): Outages {
  const { fleet, clock, log } = options;
  const outages = new Map<string, Outage>();
  const timers = new Map<string, Disposable>();
  let closed = false;

  function cancelTimer(stationCode: string): void {
    timers.get(stationCode)?.[Symbol.dispose]();
    timers.delete(stationCode);
  }

  function endAfter(stationCode: string, milliseconds: number): void {
    if (closed) return;
    const outage = outages.get(stationCode);
    const end = async (): Promise<void> => {
      // Another outage may have taken its place in this very moment.
      if (outages.get(stationCode) !== outage) return;
      try {
        await stop(stationCode);
      } catch (error) {
        log.warn({ err: error, station: stationCode }, 'a station cannot be switched on yet');
        endAfter(stationCode, TRY_AGAIN_MS);
      }
    };
    timers.set(
      stationCode,
      clock.schedule(milliseconds, () => void end()),
    );
  }

  async function stop(stationCode: string): Promise<void> {
    await fleet.setFault(stationCode, undefined);
    cancelTimer(stationCode);
    if (outages.delete(stationCode)) log.info({ station: stationCode }, 'an outage ended');
  }

  return {
    async start(stationCode, fault, { forMs, scheduled = false } = {}) {
      if (forMs !== undefined && !(forMs > 0 && forMs <= LONGEST_MS)) {
        throw InputError.at('seconds', `is ${forMs / 1_000}`, `a number above 0, up to ${LONGEST_MS / 1_000}`);
      }
      await fleet.setFault(stationCode, fault);
      const startedAt = clock.now();
      const outage: Outage = { stationCode, fault, startedAt, scheduled, ...(forMs !== undefined && { endsAt: startedAt + forMs }) };
      cancelTimer(stationCode);
      outages.set(stationCode, outage);
      if (forMs !== undefined) endAfter(stationCode, forMs);
      log.info({ station: stationCode, kind: fault.kind, seconds: forMs === undefined ? undefined : forMs / 1_000 }, 'an outage began');
      return outage;
    },
    stop,
    find: (stationCode) => outages.get(stationCode),
    current: () => [...outages.values()],
    close() {
      closed = true;
      for (const stationCode of timers.keys()) cancelTimer(stationCode);
    },
  };
}
