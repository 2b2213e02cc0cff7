/** Keeps which stations are in Stand-In; when one leaves, its queue drains at once, in the order of payments. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import type { Clock } from '@nodo-aperto/kernel/time';
import { bringForward } from '../persistence/queue.ts';
import { saveStationState, type StationState } from '../persistence/station-states.ts';
import type { DeliveryLanes } from './delivery-lanes.ts';

export interface StationFollowing {
  readonly clock: Clock;
  readonly lanes: DeliveryLanes;
}

export async function followStation({ clock, lanes }: StationFollowing, state: StationState, transaction: Transaction): Promise<void> {
  const news = await saveStationState(transaction, state);
  if (!news || state.standIn) return;
  await bringForward(transaction, state.stationCode, clock.now());
  transaction.afterCommit(() => lanes.wake(state.stationCode));
}
