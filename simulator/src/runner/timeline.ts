/** What a run does at its planned moments: faults that begin and end, and everything else. */
import type { Logger } from '@nodo-aperto/kernel/logging';
import { MINUTE, toIso } from '@nodo-aperto/kernel/time';
import type { Fleet, StationFault } from '../creditors/index.ts';
import type { RunLedger } from '../ledger/index.ts';
import type { PlatformClient } from '../platform-client/index.ts';
import type { PlannedAction, RunPlan } from '../scenario/index.ts';
import { moveClock, planMaintenance } from './operations.ts';
import type { OwnPlatform } from './own-platform.ts';
import type { RunClock } from './run-clock.ts';

export interface TimelineOptions {
  readonly plan: RunPlan;
  readonly fleet: Fleet;
  readonly client: PlatformClient;
  readonly clock: RunClock;
  readonly ledger: RunLedger;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Absent for a platform that is not the run's own. */
  readonly platform?: OwnPlatform;
}

/** Goes through the plan; resolves when all that began has ended. Rejects with the first action that cannot be done. */
export async function followTimeline(options: TimelineOptions): Promise<void> {
  const { plan, fleet, clock, ledger, signal } = options;
  const began = clock.monotonic();
  const until = (atMs: number): Promise<void> => clock.sleep(atMs - (clock.monotonic() - began), signal);

  async function fail(stationCode: string, fault: StationFault | undefined): Promise<void> {
    await fleet.setFault(stationCode, fault);
    const { creditor } = fleet.station(stationCode);
    ledger.append({
      kind: 'FAULT',
      at: clock.now(),
      stationCode,
      creditorFiscalCode: creditor.fiscalCode,
      ...(fault !== undefined && { fault: fault.kind }),
    });
  }

  async function failFor(stationCode: string, fault: StationFault, atMs: number, forMs: number): Promise<void> {
    await until(atMs);
    await fail(stationCode, fault);
    await until(atMs + forMs);
    // Another fault may have taken its place.
    if (fleet.station(stationCode).fault === fault) await fail(stationCode, undefined);
  }

  async function act({ atMs, action, stations }: PlannedAction): Promise<void> {
    await until(atMs);
    ledger.append({ kind: 'ACTION', at: clock.now(), what: sayingOf(action) });
    switch (action.do) {
      case 'killPlatform':
        return options.platform?.killAndRestart();
      case 'advanceClock':
        await moveClock(options.client, action.minutes);
        return clock.advance(action.minutes * MINUTE);
      case 'maintenance': {
        const forMs = action.for * 1_000;
        const now = clock.now();
        for (const station of stations)
          await planMaintenance(options.client, {
            station,
            start: toIso(now + STARTS_IN_MS),
            end: toIso(now + forMs),
            standIn: action.standIn,
          });
        await Promise.all(stations.map((station) => failFor(station, { kind: 'off' }, atMs + STARTS_IN_MS, forMs - STARTS_IN_MS)));
      }
    }
  }

  await Promise.all([
    ...plan.faults.map(({ stationCode, fault, atMs, forMs }) => failFor(stationCode, fault, atMs, forMs)),
    ...plan.actions.map(act),
  ]);
}

/** A maintenance is announced a moment before it begins: it cannot be scheduled into the past. */
const STARTS_IN_MS = 1_000;

function sayingOf(action: PlannedAction['action']): string {
  if (action.do === 'killPlatform') return 'the platform is killed and started again';
  return action.do === 'advanceClock' ? `platform time leaps ${action.minutes} minutes ahead` : 'a maintenance is scheduled';
}
