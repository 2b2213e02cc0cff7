/** Runs a scenario from beginning to end and says what came of it. */
import { embeddedIssuer } from '@nodo-aperto/kernel/auth';
import { cryptographicStream, seededStreams } from '@nodo-aperto/kernel/random';
import { toIso } from '@nodo-aperto/kernel/time';
import { startFleet } from '../creditors/index.ts';
import { introduce } from '../introduction.ts';
import { openLedger } from '../ledger/index.ts';
import { platformClient } from '../platform-client/index.ts';
import { planRun } from '../scenario/index.ts';
import { live } from './live.ts';
import { presentSettings, setSettings } from './operations.ts';
import { startOwnPlatform } from './own-platform.ts';
import { beginTime } from './platform-time.ts';
import { reportOf } from './report-of.ts';
import type { RunReport } from './report.ts';
import { runClock } from './run-clock.ts';
import type { RunOptions } from './world.ts';

/** The start of 2020: on a platform that is there already notice numbers count on from the seconds since then. */
const NUMBERS_BEGIN = 1_577_836_800_000;

/** @throws UnavailableError, PlatformUnreachableError, PlatformRefusalError, DirectoryRefusedError: the run could not begin */
export async function runScenario(options: RunOptions): Promise<RunReport> {
  const { scenario, seed, log, signal } = options;
  const clock = runClock(scenario.clock.factor);
  const plan = planRun(scenario, seed);
  const startedAt = toIso(clock.real.now());
  if (options.target === undefined) options.onPhase?.('starting the platform');
  const platform = options.target === undefined ? await startOwnPlatform(clock.real, signal) : undefined;
  await using stack = new AsyncDisposableStack();
  if (platform) stack.defer(() => platform.stop());
  const { baseUrl, folder } = platform ?? options.target ?? { baseUrl: '', folder: '' };
  const random = cryptographicStream();
  const issuer = await embeddedIssuer({ folder, clock: clock.real, random });
  const client = platformClient({ baseUrl, tokenFor: (caller) => issuer.issue(caller), clock: clock.real, log, random });
  stack.defer(() => client.close());
  const fleet = await startFleet({
    creditors: plan.population.creditors,
    clock,
    random: seededStreams(seed),
    log,
    ...options.creditorsAt,
    ...(platform === undefined && { firstNotice: Math.floor((clock.real.now() - NUMBERS_BEGIN) / 1_000) * 1_000 }),
  });
  stack.defer(() => fleet.stop());
  options.onPhase?.('introducing the population');
  const time = await beginTime(client, clock, scenario);
  stack.defer(() => leaveAsFound(platform === undefined, () => time.setSpeed(1)));
  if (Object.keys(scenario.settings).length > 0) {
    const before = await presentSettings(client, scenario.settings);
    await setSettings(client, scenario.settings);
    stack.defer(() => leaveAsFound(platform === undefined, () => setSettings(client, before)));
  }
  await introduce({ fleet, client, population: plan.population, clock: clock.real, log, signal });
  await time.setSpeed(scenario.clock.factor);
  const world = {
    options,
    plan,
    clock,
    time,
    client,
    baseUrl,
    fleet,
    ledger: openLedger(),
    overflow: [],
    samples: [],
    debts: new Map(),
    reported: new Set<string>(),
    violations: new Map(),
    ...(platform && { platform }),
  };
  await live(world);
  return await reportOf(world, startedAt);
}

/** A platform that others go on using gets back what the run changed; if it is gone by then, there is nothing to give back to. */
async function leaveAsFound(isShared: boolean, restore: () => Promise<unknown>): Promise<void> {
  if (isShared) await restore().catch(() => undefined);
}
