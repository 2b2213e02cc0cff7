/** The durable piece of work behind every attempt: one recipient whose time has come. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { TaskDefinition } from '@nodo-aperto/kernel/jobs';
import { type Clock, realClock, SECOND } from '@nodo-aperto/kernel/time';
import { placeIfDue } from '../persistence/queue.ts';
import { DELIVERY_TASK, type DeliveryPayload, deliveryPayload } from './delivery-key.ts';
import type { DeliveryLanes } from './delivery-lanes.ts';

// Places among the workers of the process that may wait for stations: the others stay free for work that needs no creditor.
const MOST_WAITING = 3;
const LONGEST_WAIT_MS = 3 * SECOND;
const ATTEMPTS = 5;

/**
 * Has the station's lanes deliver what is due, this recipient included. The row, not the task, is what makes the delivery happen at least
 * once: whatever a task leaves behind is found by the job RECEIPT_DELIVERY.
 */
export function deliveryTask(options: { database: Database; clock: Clock; lanes: DeliveryLanes }): TaskDefinition<DeliveryPayload> {
  const { database, clock, lanes } = options;
  let waiting = 0;
  return {
    name: DELIVERY_TASK,
    schema: deliveryPayload,
    maxAttempts: ATTEMPTS,
    async run(recipient, { signal }) {
      const place = await placeIfDue(database, recipient, clock.now());
      if (place === undefined) return;
      if (waiting >= MOST_WAITING) {
        lanes.wake(recipient.stationCode);
        return;
      }
      waiting += 1;
      try {
        await forAWhile(lanes.drain(recipient.stationCode, { through: place }), signal);
      } finally {
        waiting -= 1;
      }
    },
  };
}

/** Waits for the work, for some seconds at most, and not when the process is to end: what is under way belongs to the lanes. */
async function forAWhile(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let giveUp = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  using _limit = realClock().schedule(LONGEST_WAIT_MS, () => giveUp());
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await Promise.race([work, over]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
