/** Runs a scenario from beginning to end and says what came of it. */
import type { Logger } from '@nodo-aperto/kernel/logging';
import { embeddedIssuer } from '@nodo-aperto/kernel/auth';
import { encodeCursor } from '@nodo-aperto/kernel/events';
import { cryptographicStream, seededStreams } from '@nodo-aperto/kernel/random';
import { AbortedError, toIso } from '@nodo-aperto/kernel/time';
import { startFleet } from '../creditors/index.ts';
import type { Fleet, ReceivedReceipt } from '../creditors/index.ts';
import { introduce } from '../introduction.ts';
import { checkAll, INVARIANTS } from '../invariants/index.ts';
import type { Violation } from '../invariants/index.ts';
import { openLedger } from '../ledger/index.ts';
import type { RunLedger } from '../ledger/index.ts';
import { platformClient, PlatformRefusalError, PlatformUnreachableError } from '../platform-client/index.ts';
import type { PlatformClient } from '../platform-client/index.ts';
import { planDigest, planRun } from '../scenario/index.ts';
import type { RunPlan, Scenario } from '../scenario/index.ts';
import { makePayment } from '../traffic/index.ts';
import type { PlannedPayment } from '../traffic/index.ts';
import { beginArrivals } from './arrivals.ts';
import { figuresOf, judge } from './figures.ts';
import { observe } from './observer.ts';
import { look, paymentEvents, setSettings } from './operations.ts';
import { startOwnPlatform } from './own-platform.ts';
import type { OwnPlatform } from './own-platform.ts';
import type { RunReport, Sample } from './report.ts';
import { runClock } from './run-clock.ts';
import type { RunClock } from './run-clock.ts';
import { followTimeline } from './timeline.ts';

export interface RunOptions {
  readonly scenario: Scenario;
  /** Name of the scenario's file, for the report. */
  readonly file: string;
  readonly seed: number | string;
  readonly short: boolean;
  /** A platform that is there already, and its data folder; one of the run's own when absent. */
  readonly target?: { readonly baseUrl: string; readonly folder: string };
  readonly log: Logger;
  /** Breaks the run off: what has been seen until then is reported. */
  readonly signal: AbortSignal;
  readonly onSample?: (sample: Sample) => void;
  readonly onPhase?: (phase: string) => void;
}

const SAMPLES = 60;
const SHORTEST_SAMPLE_MS = 1_000;
const CHECK_EVERY_MS = 10_000;
const SETTLE_STEP_MS = 500;
/** Everything that the platform does with a payment by itself is done so soon after the last one. */
const BOOKS_CLOSE_MS = 20_000;
/** The start of 2020: on a platform that is there already notice numbers count on from the seconds since then. */
const NUMBERS_BEGIN = 1_577_836_800_000;

/** @throws UnavailableError, PlatformUnreachableError, PlatformRefusalError, DirectoryRefusedError: the run could not begin */
export async function runScenario(options: RunOptions): Promise<RunReport> {
  const { scenario, seed, log, signal } = options;
  const clock = runClock();
  const plan = planRun(scenario, seed);
  const startedAt = toIso(clock.now());
  options.onPhase?.('starting the platform');
  const platform = options.target === undefined ? await startOwnPlatform(clock, signal) : undefined;
  await using stack = new AsyncDisposableStack();
  if (platform) stack.defer(() => platform.stop());
  const { baseUrl, folder } = platform ?? options.target ?? { baseUrl: '', folder: '' };
  const random = cryptographicStream();
  const issuer = await embeddedIssuer({ folder, clock, random });
  const client = platformClient({ baseUrl, tokenFor: (caller) => issuer.issue(caller), clock, log, random });
  stack.defer(() => client.close());
  const fleet = await startFleet({
    creditors: plan.population.creditors,
    clock,
    random: seededStreams(seed),
    log,
    ...(platform === undefined && { firstNotice: Math.floor((clock.now() - NUMBERS_BEGIN) / 1_000) * 1_000 }),
  });
  stack.defer(() => fleet.stop());
  options.onPhase?.('introducing the population');
  if (Object.keys(scenario.settings).length > 0) await setSettings(client, scenario.settings);
  await introduce({ fleet, client, population: plan.population, clock, log, signal });
  const world: World = {
    options,
    plan,
    clock,
    client,
    fleet,
    ledger: openLedger(),
    overflow: [],
    samples: [],
    violations: new Map(),
    ...(platform && { platform }),
  };
  await live(world);
  return reportOf(world, startedAt);
}

interface World {
  readonly options: RunOptions;
  readonly plan: RunPlan;
  readonly clock: RunClock;
  readonly client: PlatformClient;
  readonly fleet: Fleet;
  readonly ledger: RunLedger;
  readonly platform?: OwnPlatform;
  readonly overflow: string[];
  readonly samples: Sample[];
  /** By their sentence: each is found again at every check. */
  readonly violations: Map<string, Violation>;
}

/** From the first arrival until the books are closed. */
async function live(world: World): Promise<void> {
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
      everyMs: Math.max(SHORTEST_SAMPLE_MS, (scenario.seconds * 1_000) / SAMPLES),
      onSample: (sample) => {
        world.samples.push(sample);
        options.onSample?.(sample);
      },
    },
    ending.signal,
  );
  using _checks = clock.every(
    CHECK_EVERY_MS,
    async () => note(world, await checkAll({ ledger, platform: client, final: false })),
    (error) => options.log.warn({ err: error }, 'the invariants could not be checked now'),
  );
  options.onPhase?.('payments arrive');
  try {
    const timeline = followTimeline({
      plan,
      fleet,
      client,
      clock,
      ledger,
      log: options.log,
      signal,
      ...(world.platform && { platform: world.platform }),
    });
    const arrivals = beginArrivals({
      arrivals: plan.arrivals,
      clock,
      mostInFlight: scenario.traffic.mostInFlight,
      signal,
      pay: (planned) => pay(world, planned),
      onOverflow: ({ creditor }) => world.overflow.push(creditor.stationCode),
    });
    await Promise.all([timeline, arrivals.ended]);
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

async function pay(world: World, planned: PlannedPayment): Promise<void> {
  const { clock, ledger, fleet, client, options } = world;
  let noticeNumber: string | undefined;
  const { creditor, psp, index } = planned;
  const end = (ending: Awaited<ReturnType<typeof makePayment>>): void =>
    ledger.append({
      kind: 'ENDING',
      at: clock.now(),
      payment: index,
      creditorFiscalCode: creditor.fiscalCode,
      stationCode: creditor.stationCode,
      pspCode: psp.code,
      ...(noticeNumber !== undefined && { noticeNumber }),
      ending,
    });
  try {
    const ending = await makePayment(
      {
        fleet,
        client,
        clock,
        keys: cryptographicStream(),
        signal: options.signal,
        lateAfterMs: options.scenario.traffic.lateAfterSeconds * 1_000,
        onNotice: (notice) => (noticeNumber = notice.noticeNumber),
        witness: ({ notice, ...seen }) =>
          ledger.append({
            kind: 'ATTEMPT',
            ...seen,
            payment: index,
            creditorFiscalCode: creditor.fiscalCode,
            noticeNumber: notice.noticeNumber,
          }),
      },
      planned,
    );
    end(ending);
  } catch (error) {
    if (error instanceof AbortedError || options.signal.aborted) return;
    options.log.error({ err: error, payment: index }, 'a simulated payment failed by a fault of the simulator');
    end({ kind: 'FAILED', at: 'LOAD', code: 'SIMULATOR' });
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
  const { clock, client, options, ledger } = world;
  const { signal, scenario } = options;
  const drained = clock.monotonic() + scenario.settleSeconds * 1_000;
  while (clock.monotonic() < drained && [...(await look(client, signal)).queued.values()].some((total) => total > 0))
    await clock.sleep(SETTLE_STEP_MS, signal);
  const closed = clock.monotonic() + BOOKS_CLOSE_MS;
  for (;;) {
    const violations = await checkAll({ ledger, platform: client, final: true });
    if (violations.length === 0) return;
    if (clock.monotonic() >= closed) return note(world, violations);
    await clock.sleep(SETTLE_STEP_MS * 4, signal);
  }
}

function note({ violations }: World, found: readonly Violation[]): void {
  for (const violation of found) violations.set(`${violation.invariant} ${violation.what}`, violation);
}

function receiptEntry({ at, stationCode, receipt }: ReceivedReceipt, fleet: Fleet) {
  return {
    kind: 'RECEIPT',
    at,
    stationCode,
    recipient: fleet.station(stationCode).creditor.fiscalCode,
    creditorFiscalCode: receipt.fiscalCode,
    noticeNumber: receipt.noticeNumber,
    paymentToken: receipt.receiptId,
    amount: Number(receipt.paymentAmount),
    transfers: receipt.transferList.reduce((sum, { transferAmount }) => sum + Number(transferAmount), 0),
    standIn: 'standIn' in receipt && receipt.standIn === true,
  } as const;
}

async function reportOf(world: World, startedAt: string): Promise<RunReport> {
  const { options, plan, ledger, fleet, client, samples } = world;
  const { scenario, file, seed, short, signal } = options;
  const queued = await look(client).then(
    (seen) => seen.queued,
    (error: unknown) => {
      if (error instanceof PlatformUnreachableError || error instanceof PlatformRefusalError) return new Map<string, number>();
      throw error;
    },
  );
  const sources = {
    ledger,
    payment: (index: number) => plan.arrivals[index]?.payment,
    harmed: plan.harmed,
    overflow: world.overflow,
    queued,
  };
  const figures = { all: figuresOf(sources, 'all'), harmed: figuresOf(sources, 'harmed'), unharmed: figuresOf(sources, 'unharmed') };
  const codes = new Map<string, number>();
  for (const { ending } of ledger.of('ENDING')) if (ending.kind === 'FAILED') codes.set(ending.code, (codes.get(ending.code) ?? 0) + 1);
  return {
    scenario,
    file,
    seed,
    short,
    planDigest: planDigest(plan),
    startedAt,
    interrupted: signal.aborted,
    seconds: samples.at(-1)?.at ?? 0,
    stations: fleet.stations().map(({ code, creditor }) => ({ code, name: creditor.name, harmed: plan.harmed.has(code) })),
    figures,
    failures: [...codes].map(([code, count]) => ({ code, count })).sort((one, other) => other.count - one.count),
    expectations: judge(scenario.expectations, figures),
    invariants: INVARIANTS.map(({ name, page }) => ({
      name,
      page,
      violations: [...world.violations.values()].filter(({ invariant }) => invariant === name),
    })),
    samples,
  };
}
