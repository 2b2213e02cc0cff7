/** The report of a run that has ended, or was broken off. */
import { toLocalDate } from '@nodo-aperto/kernel/time';
import { INVARIANTS } from '../invariants/index.ts';
import { PlatformRefusalError, PlatformUnreachableError } from '../platform-client/index.ts';
import { planDigest } from '../scenario/index.ts';
import { figuresOf, judge } from './figures.ts';
import { kpiFaults, look } from './operations.ts';
import { reachabilityOf } from './reachability.ts';
import type { RunReport } from './report.ts';
import type { World } from './world.ts';

export async function reportOf(world: World, startedAt: string): Promise<RunReport> {
  const { options, plan, ledger, fleet, samples, violations } = world;
  const { scenario, file, seed, short, signal } = options;
  const payment = (index: number) => plan.arrivals[index]?.payment;
  const queued = (await unlessAway(look(world.client)))?.queued ?? new Map<string, number>();
  const sources = { ledger, payment, harmed: plan.harmed, overflow: world.overflow, queued, flows: await flowFaults(world) };
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
      violations: [...violations.values()].filter(({ invariant }) => invariant === name),
    })),
    reached: reachabilityOf(ledger, payment),
    samples,
  };
}

/** What the platform holds against the PSPs of the run for flows of the months in which they were paid. */
async function flowFaults({ ledger, client, options, plan }: World): Promise<{ late: number; missing: number }> {
  const isAbout = options.scenario.actions.some((action) => action.do === 'publishFlows');
  const months = new Set(ledger.of('ENDING').map(({ at }) => toLocalDate(at).slice(0, 7)));
  const sum = { late: 0, missing: 0 };
  if (!isAbout) return sum;
  for (const { code } of plan.population.psps) {
    for (const month of months) {
      const faults = await unlessAway(kpiFaults(client, code, month));
      sum.late += faults?.get('LFDR') ?? 0;
      sum.missing += faults?.get('NRFDR') ?? 0;
    }
  }
  return sum;
}

/** A run that was broken off may have lost its platform: what is known without it is reported. */
async function unlessAway<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof PlatformUnreachableError || error instanceof PlatformRefusalError) return undefined;
    throw error;
  }
}
