/** Payers that go on until they are told to stop, and keep what went wrong. */
import { realClock } from '@nodo-aperto/kernel/time';
import type { World } from './world.ts';

const RETRY_MS = 50;
const clock = realClock();

export interface Payers {
  /** Tokens of what was accepted. */
  readonly paid: readonly string[];
  /** What was answered otherwise. */
  readonly failures: readonly string[];
  /** Ends what is under way, and pays no more. */
  stop(): Promise<void>;
}

/** Lets each of the worlds pay, one payment after the other. */
export function payers(worlds: readonly World[]): Payers {
  const paid: string[] = [];
  const failures: string[] = [];
  const stopping = new AbortController();
  const payOn = async (world: World): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        paid.push(await world.pay());
      } catch (error) {
        failures.push(String(error));
        await clock.sleep(RETRY_MS);
      }
    }
  };
  const running = worlds.map(payOn);
  return {
    paid,
    failures,
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
