/** The plan of a run: population, arrivals, choices and faults, a pure function of scenario and seed. */
import { createHash } from 'node:crypto';
import { seededStreams } from '@nodo-aperto/kernel/random';
import type { StationFault } from '../creditors/index.ts';
import type { Population, PopulationCreditor } from '../population/index.ts';
import type { RandomStreams } from '../random-streams.ts';
import { planPayments } from '../traffic/index.ts';
import type { PlannedPayment } from '../traffic/index.ts';
import { scenarioPopulation, typeOf } from './population.ts';
import type { Scenario, ScenarioAction, Target } from './shape.ts';

export interface PlannedArrival {
  /** Milliseconds since the start of the traffic. */
  readonly atMs: number;
  readonly payment: PlannedPayment;
}

/** A fault of one station. */
export interface PlannedFault {
  readonly atMs: number;
  readonly forMs: number;
  readonly stationCode: string;
  readonly fault: StationFault;
}

export interface PlannedAction {
  readonly atMs: number;
  readonly action: ScenarioAction;
  /** The stations that it concerns. */
  readonly stations: readonly string[];
  /** The PSPs that it concerns, by code. */
  readonly psps: readonly string[];
}

export interface RunPlan {
  readonly population: Population;
  readonly arrivals: readonly PlannedArrival[];
  readonly faults: readonly PlannedFault[];
  readonly actions: readonly PlannedAction[];
  /** Stations that something happens to; the others are the control cohort. */
  readonly harmed: ReadonlySet<string>;
}

/**
 * Payments by the hour of the day, in parts of the mean hour: little at night, most in the morning, a second rise after work
 * (Domain facts, Payments §7.3).
 */
const HOURS = [
  0.15, 0.08, 0.05, 0.04, 0.06, 0.15, 0.4, 0.85, 1.5, 1.95, 2, 1.9, 1.55, 1.3, 1.35, 1.5, 1.6, 1.65, 1.6, 1.3, 1.05, 0.85, 0.6, 0.35,
] as const;

export function planRun(scenario: Scenario, seed: number | string): RunPlan {
  const streams = seededStreams(seed);
  const population = scenarioPopulation(streams, scenario.population.creditors);
  const faults = scenario.faults.flatMap(({ at, for: seconds, on, fault }, index) =>
    chosen(population, on, streams, `faults/${index}`).map((creditor) => ({
      atMs: at * 1_000,
      forMs: seconds * 1_000,
      stationCode: creditor.stationCode,
      fault: fault as StationFault,
    })),
  );
  const actions = scenario.actions.map((action, index) => ({
    atMs: action.at * 1_000,
    action,
    stations: 'on' in action ? chosen(population, action.on, streams, `actions/${index}`).map(({ stationCode }) => stationCode) : [],
    psps: action.do === 'publishFlows' ? pspsOf(population, action.psps) : [],
  }));
  return {
    population,
    arrivals: arrivalsOf(scenario, population, streams),
    faults: faults.toSorted((one, other) => one.atMs - other.atMs),
    actions: actions.toSorted((one, other) => one.atMs - other.atMs),
    harmed: new Set([...faults.map(({ stationCode }) => stationCode), ...actions.flatMap(({ stations }) => stations)]),
  };
}

/** Poisson arrivals whose rate follows the hour and the bursts. They do not depend on anything that the platform does. */
function arrivalsOf(scenario: Scenario, population: Population, streams: RandomStreams): readonly PlannedArrival[] {
  const { traffic, seconds } = scenario;
  const { acaShare, staleShare, instalmentShare } = scenario.population;
  const shares = { acaShare, staleShare, instalmentShare };
  const plan = planPayments(population, streams, { ...shares, ...(traffic.habits && { habits: traffic.habits }) });
  const arrivals: PlannedArrival[] = [];
  let at = 0;
  for (;;) {
    const payment = plan.next();
    // The gap is used up at the present rate until the rate changes: in steps short enough to follow bursts and hours.
    for (let left = payment.gap; left > 0 && at < seconds; ) {
      const rate = traffic.perSecond * factorAt(scenario, at);
      const step = Math.min(STEP_SECONDS, left / rate);
      left -= step * rate;
      at += step;
      if (left < SMALLEST_GAP) break;
    }
    if (at >= seconds) return inOrder(arrivals);
    let due = at;
    for (let next: PlannedPayment | undefined = payment; next !== undefined && due < seconds; next = plan.following(next)) {
      arrivals.push({ atMs: Math.round(due * 1_000), payment: next });
      due += traffic.instalmentSeconds;
    }
  }
}

function inOrder(arrivals: readonly PlannedArrival[]): readonly PlannedArrival[] {
  return arrivals
    .toSorted((one, other) => one.atMs - other.atMs)
    .map(({ atMs, payment }, index) => ({ atMs, payment: { ...payment, index } }));
}

const STEP_SECONDS = 0.25;
const SMALLEST_GAP = 1e-9;

function factorAt({ traffic, seconds }: Scenario, at: number): number {
  const hour = traffic.shape === 'day' ? (HOURS[Math.min(HOURS.length - 1, Math.floor((at / seconds) * HOURS.length))] ?? 1) : 1;
  return traffic.bursts.reduce((factor, burst) => (at >= burst.at && at < burst.at + burst.for ? factor * burst.times : factor), hour);
}

function pspsOf({ psps }: Population, wanted: 'all' | readonly number[]): readonly string[] {
  return psps.filter((_psp, index) => wanted === 'all' || wanted.includes(index + 1)).map(({ code }) => code);
}

function chosen({ creditors }: Population, on: Target, streams: RandomStreams, name: string): readonly PopulationCreditor[] {
  if (on === 'all') return creditors;
  if (on === 'busiest') return creditors.toSorted((one, other) => other.weight - one.weight).slice(0, 1);
  if (on === 'partner') return creditors.filter(({ brokerCode, fiscalCode }) => brokerCode !== fiscalCode);
  if ('type' in on) return creditors.filter((creditor) => typeOf(creditor) === on.type);
  if ('creditor' in on) return creditors.slice(on.creditor - 1, on.creditor);
  const count = Math.round(creditors.length * on.share);
  return streams.stream(name).shuffle(creditors).slice(0, count);
}

/** Says whether two plans are the same, byte for byte: SHA-256 of their canonical JSON, in hexadecimal digits. */
export function planDigest({ harmed, ...plan }: RunPlan): string {
  return createHash('sha256')
    .update(canonical({ ...plan, harmed: [...harmed].sort() }))
    .digest('hex');
}

/** JSON with sorted keys and without blanks. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${fields
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
    .join(',')}}`;
}
