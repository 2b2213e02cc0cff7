/** What a run does at its planned moments: faults that begin and end, and everything else. */
import { MINUTE, toIso } from '@nodo-aperto/kernel/time';
import type { StationFault } from '../creditors/index.ts';
import type { PlannedAction, ScenarioAction } from '../scenario/index.ts';
import { moveClock, planMaintenance } from './operations.ts';
import { publishFlows } from './publish-flows.ts';
import type { World } from './world.ts';

/** Goes through the plan; resolves when all that began has ended. Rejects with the first action that cannot be done. */
export async function followTimeline(world: World): Promise<void> {
  const { plan, fleet, clock, ledger, client, options } = world;
  const began = clock.elapsed();
  const until = (atMs: number): Promise<void> => clock.sleep(atMs - (clock.elapsed() - began), options.signal);

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

  // One after the other, however long each takes: a leap of the clock must not overtake the flows that were to be published before it.
  let before: Promise<void> = Promise.resolve();

  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = before.then(work);
    before = done.catch(() => undefined);
    return done;
  }

  async function act({ atMs, action, stations, psps }: PlannedAction): Promise<void> {
    await until(atMs);
    if (action.do === 'maintenance') return maintain(action, atMs, stations);
    return inTurn(() => perform(action, psps));
  }

  async function perform(action: Exclude<ScenarioAction, { do: 'maintenance' }>, psps: readonly string[]): Promise<void> {
    ledger.append({ kind: 'ACTION', at: clock.now(), what: sayingOf(action) });
    switch (action.do) {
      case 'killPlatform':
        return world.platform?.killAndRestart();
      case 'advanceClock':
        await moveClock(client, action.minutes);
        return clock.advance(action.minutes * MINUTE);
      case 'publishFlows':
        return publishFlows(world, psps);
    }
  }

  async function maintain(
    action: Extract<ScenarioAction, { do: 'maintenance' }>,
    atMs: number,
    stations: readonly string[],
  ): Promise<void> {
    ledger.append({ kind: 'ACTION', at: clock.now(), what: sayingOf(action) });
    const forMs = action.for * 1_000;
    // It cannot be scheduled into the past: it is announced a real moment before it begins.
    const startsInMs = STARTS_IN_MS * options.scenario.clock.factor;
    const now = clock.now();
    for (const station of stations)
      await planMaintenance(client, { station, start: toIso(now + startsInMs), end: toIso(now + forMs), standIn: action.standIn });
    await Promise.all(stations.map((station) => failFor(station, { kind: 'off' }, atMs + startsInMs, forMs - startsInMs)));
  }

  await Promise.all([
    ...plan.faults.map(({ stationCode, fault, atMs, forMs }) => failFor(stationCode, fault, atMs, forMs)),
    ...plan.actions.map(act),
  ]);
}

const STARTS_IN_MS = 1_000;

function sayingOf(action: ScenarioAction): string {
  if (action.do === 'killPlatform') return 'the platform is killed and started again';
  if (action.do === 'publishFlows') return 'PSPs publish reporting flows';
  return action.do === 'advanceClock' ? `platform time leaps ${action.minutes} minutes ahead` : 'a maintenance is scheduled';
}
