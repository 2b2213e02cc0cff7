/** Payments that go on while the platform dies, and the ledger of what was answered. */
import { until } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import type { IssuedNotice } from '@nodo-aperto/simulator';
import type { World } from '../support/world.ts';

const PAYERS = 4;
const FLOW_MS = 60_000;
const RETRY_MS = 50;
/** Answers to a repeated outcome that say that the payment is booked. */
const BOOKED = new Set(['PPT_ESITO_GIA_ACQUISITO', 'PPT_TOKEN_SCADUTO']);
const clock = realClock();

export interface Traffic {
  /** Tokens whose outcome was answered OK. */
  readonly accepted: readonly string[];
  /** Begins to pay, and waits until payments flow. */
  begin(): Promise<void>;
  /** Waits until so many more were accepted. */
  flow(more: number): Promise<void>;
  /** Stops paying and waits for what is under way. */
  end(): Promise<void>;
  /** Asks again for every outcome whose answer never came, as a PSP does. */
  repeatInDoubt(): Promise<void>;
}

interface Doubt {
  readonly notice: IssuedNotice;
  readonly token: string;
}

export function traffic(world: World): Traffic {
  const accepted: string[] = [];
  const doubts: Doubt[] = [];
  let stop = new AbortController();
  let payers: Promise<void>[] = [];

  const payOne = async (): Promise<void> => {
    const notice = await world.issue();
    const { paymentToken } = await world.activate(notice);
    if (paymentToken === null) return;
    const doubt = { notice, token: paymentToken };
    doubts.push(doubt);
    const { outcome } = await world.sendOutcome(paymentToken);
    doubts.splice(doubts.indexOf(doubt), 1);
    if (outcome === 'OK') accepted.push(paymentToken);
  };
  const pay = async (): Promise<void> => {
    // What fails, fails: the platform is away for a while, and a PSP tries again a moment later.
    while (!stop.signal.aborted) await payOne().catch(() => clock.sleep(RETRY_MS));
  };
  const flow = async (more: number): Promise<void> => {
    const before = accepted.length;
    await until(() => accepted.length >= before + more, { what: 'payments flow', timeoutMs: FLOW_MS });
  };
  return {
    accepted,
    async begin() {
      stop = new AbortController();
      payers = Array.from({ length: PAYERS }, pay);
      await flow(PAYERS);
    },
    flow,
    async end() {
      stop.abort();
      await Promise.all(payers);
    },
    async repeatInDoubt() {
      for (const doubt of doubts.splice(0)) {
        const { outcome, fault } = await world.sendOutcome(doubt.token);
        // It was booked before the answer was lost, or it is now.
        if (outcome === 'OK' || BOOKED.has(fault?.code ?? '')) accepted.push(doubt.token);
        else throw new Error(`The outcome of a payment in doubt was refused: ${fault?.code}`);
      }
    },
  };
}
