/** The demo: a small population that lives on a platform, with light traffic and a creditor that fails now and then. */
import type { Logger } from '@nodo-aperto/kernel/logging';
import { seededStreams } from '@nodo-aperto/kernel/random';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { Clock } from '@nodo-aperto/kernel/time';
import { startFleet } from './creditors/index.ts';
import type { Fleet, IssuedNotice } from './creditors/index.ts';
import { introduce, loadParties, saysUnknownParty } from './introduction.ts';
import type { IntroductionOptions } from './introduction.ts';
import { manageOutages, scheduleOutages } from './outages/index.ts';
import type { OutageRhythm, Outages } from './outages/index.ts';
import { platformClient } from './platform-client/index.ts';
import type { TokenFor } from './platform-client/index.ts';
import { demoPopulation } from './population/index.ts';
import type { Population } from './population/index.ts';
import { createTraffic } from './traffic/index.ts';
import type { Ending, Traffic } from './traffic/index.ts';

export interface DemoOptions {
  /** Where the platform is, `http://127.0.0.1:4000` for instance; it need not be there yet. */
  readonly baseUrl: string;
  readonly tokenFor: TokenFor;
  readonly clock: Clock;
  readonly log: Logger;
  /** For what must differ from run to run, idempotency keys for instance: not from a seed. */
  readonly random: RandomStream;
  /** Decides the population, the arrivals, the choices and the outages. */
  readonly seed: number | string;
  /** Default 1. */
  readonly paymentsPerSecond?: number;
  /** Default: one outage every 240,000 ms, of 60,000 ms. The first creditor of the population is spared. */
  readonly outage?: OutageRhythm;
}

export interface Demo extends AsyncDisposable {
  readonly population: Population;
  readonly fleet: Fleet;
  readonly traffic: Traffic;
  readonly outages: Outages;
  /** True when the platform knows the population and the traffic has begun; false when the demo was stopped before, or refused. */
  readonly ready: Promise<boolean>;
  /** One notice of each creditor that nobody pays by himself, for whoever wants to try; empty until {@link ready}. */
  openNotices(): readonly IssuedNotice[];
  /** Ends everything at once: payments under way are broken off. */
  stop(): Promise<void>;
}

const USUAL_OUTAGE: OutageRhythm = { everyMs: 240_000, lastsMs: 60_000 };
/** The start of 2020: notice numbers count on from the seconds since then, a thousand a second, so that no restart repeats one. */
const NUMBERS_BEGIN = 1_577_836_800_000;
const RELOAD_EVERY_MS = 30_000;

/**
 * Starts the creditors and, as soon as the platform is there, the traffic. Goes on through restarts and faults of the platform.
 * @throws UnavailableError when the creditors' ports cannot be opened, TypeError when baseUrl is no URL
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { clock, log, random, outage: rhythm = USUAL_OUTAGE } = options;
  const streams = seededStreams(options.seed);
  const population = demoPopulation(streams);
  const client = platformClient({ baseUrl: options.baseUrl, tokenFor: options.tokenFor, clock, log, random: random.fork('client') });
  const firstNotice = Math.max(0, Math.floor((clock.now() - NUMBERS_BEGIN) / 1_000)) * 1_000;
  const fleet = await startFleet({ creditors: population.creditors, clock, random: streams, log, firstNotice });
  const outages = manageOutages({ fleet, clock, log });
  const stopping = new AbortController();
  const parties: IntroductionOptions = { fleet, client, population, clock, log, signal: stopping.signal };
  const traffic = createTraffic({
    fleet,
    client,
    population,
    clock,
    log,
    streams,
    keys: random.fork('keys'),
    paymentsPerSecond: options.paymentsPerSecond ?? 1,
    onEnding: watchPlatform(parties),
  });
  let openNotices: readonly IssuedNotice[] = [];
  let schedule: Disposable | undefined;

  async function begin(): Promise<boolean> {
    try {
      openNotices = await introduce(parties);
    } catch (error) {
      if (!stopping.signal.aborted) log.error({ err: error }, 'the demo cannot run on this platform');
      return false;
    }
    traffic.begin();
    const stations = population.creditors.slice(1).map(({ stationCode }) => stationCode);
    schedule = scheduleOutages({ outages, stations, rhythm, clock, random: streams.stream('outages'), log });
    return true;
  }

  const ready = begin();

  async function stop(): Promise<void> {
    stopping.abort();
    await ready;
    schedule?.[Symbol.dispose]();
    outages.close();
    await Promise.all([traffic.stop(), fleet.stop()]);
    await client.close();
  }

  return { population, fleet, traffic, outages, ready, openNotices: () => openNotices, stop, [Symbol.asyncDispose]: stop };
}

/**
 * Says once when the platform goes away and once when it is back, and loads the parties again when it has forgotten them:
 * it may have come back with another database.
 */
function watchPlatform(parties: IntroductionOptions): (ending: Ending) => void {
  const { clock, log, signal } = parties;
  let away = false;
  let reloadedAt = Number.NEGATIVE_INFINITY;
  return (ending) => {
    if (signal.aborted) return;
    const code = ending.kind === 'FAILED' ? ending.code : undefined;
    if (away !== (code === 'UNREACHABLE')) {
      away = !away;
      if (away) log.warn('the platform cannot be reached: payments of the demo fail meanwhile');
      else log.info('the platform answers again');
    }
    if (code === undefined || !saysUnknownParty(code) || clock.now() - reloadedAt < RELOAD_EVERY_MS) return;
    reloadedAt = clock.now();
    loadParties(parties).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error }, 'the parties of the demo could not be loaded again');
    });
  };
}
