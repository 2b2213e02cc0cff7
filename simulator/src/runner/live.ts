/** A run from the first arrival until the books are closed. */
import { encodeCursor } from '@nodo-aperto/kernel/events';
import { AbortedError } from '@nodo-aperto/kernel/time';
import { checkAll } from '../invariants/index.ts';
import type { PlannedPayment } from '../traffic/index.ts';
import { beginArrivals } from './arrivals.ts';
import { observe } from './observer.ts';
import { look, paymentEvents } from './operations.ts';
import { pay, receiptEntry } from './payments.ts';
import { followTimeline } from './timeline.ts';
import { note } from './world.ts';
import type { World } from './world.ts';

const SAMPLES = 60;
const SHORTEST_SAMPLE_MS = 1_000;
const CHECK_EVERY_MS = 10_000;
const SETTLE_STEP_MS = 500;
/** Everything that the platform does with a payment by itself is done so soon after the last one. */
const BOOKS_CLOSE_MS = 20_000;
/** While nobody pays any more, waiting for retries and probes need not take as long as they do. */
const SETTLING_SPEED = 20;
/** Retries that have become due are done within so long, in real time. */
const SHORTEST_SETTLING_MS = 10_000;

export async function live(world: World): Promise<void> {
  const { options, plan, clock, client, fleet, ledger } = world;
  const { scenario, signal } = options;
  const ending = new AbortController();
  const following = followEvents(world, ending.signal);
  using _receipts = fleet.onReceipt((received) => ledger.append(receiptEntry(received, fleet)));
  const payment = (index: number): PlannedPayment | undefined => plan.arrivals[index]?.payment;
  const watching = observe(
    {
      ledger,
      client,
      fleet,
      clock,
      payment,
      everyMs: Math.max(SHORTEST_SAMPLE_MS, (scenario.seconds * 1_000) / scenario.clock.factor / SAMPLES),
      onSample: (sample) => {
        world.samples.push(sample);
        options.onSample?.(sample);
      },
    },
    ending.signal,
  );
  using _checks = clock.real.every(
    CHECK_EVERY_MS,
    async () => note(world, await checkAll({ ledger, platform: client, final: false })),
    (error) => options.log.warn({ err: error }, 'the invariants could not be checked now'),
  );
  options.onPhase?.('payments arrive');
  try {
    const arrivals = beginArrivals({
      arrivals: plan.arrivals,
      clock,
      mostInFlight: scenario.traffic.mostInFlight,
      signal,
      pay: (planned) => pay(world, planned),
      onOverflow: ({ creditor }) => world.overflow.push(creditor.stationCode),
    });
    await Promise.all([followTimeline(world), arrivals.ended]);
    options.onPhase?.('receipts drain, books close');
    await settle(world);
  } catch (error) {
    if (!(error instanceof AbortedError) && !signal.aborted) throw error;
    note(world, await checkAll({ ledger, platform: client, final: false }));
  } finally {
    ending.abort();
    await Promise.allSettled([following, watching]);
  }
}

async function followEvents({ client, ledger, clock, options }: World, signal: AbortSignal): Promise<void> {
  const events = client.subscribe({
    document: paymentEvents,
    variables: {},
    caller: { role: 'OPERATOR' },
    cursorOf: (data) => data.paymentEvents.cursor,
    // On a platform of the run's own from the very beginning; on another one from now on.
    ...(options.target === undefined && { after: encodeCursor('payments', 0n) }),
    signal,
  });
  for await (const { paymentEvents: event } of events) ledger.append({ kind: 'EVENT', at: clock.now(), ...event });
}

/** Waits until receipts are drained, as long as the scenario lets it, and until the final checks agree. */
async function settle(world: World): Promise<void> {
  const { clock, client, options, ledger, time } = world;
  const { signal, scenario } = options;
  const { real } = clock;
  const speed = time.movable ? Math.max(SETTLING_SPEED, scenario.clock.factor) : 1;
  await time.setSpeed(speed);
  const drained = real.monotonic() + Math.max(SHORTEST_SETTLING_MS, (scenario.settleSeconds * 1_000) / speed);
  while (real.monotonic() < drained && [...(await look(client, signal)).queued.values()].some((total) => total > 0))
    await real.sleep(SETTLE_STEP_MS, signal);
  await time.setSpeed(1);
  const closed = real.monotonic() + BOOKS_CLOSE_MS;
  for (;;) {
    const violations = await checkAll({ ledger, platform: client, final: true });
    if (violations.length === 0) return;
    if (real.monotonic() >= closed) return note(world, violations);
    await real.sleep(SETTLE_STEP_MS * 4, signal);
  }
}
