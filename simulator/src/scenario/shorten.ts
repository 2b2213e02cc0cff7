import type { Scenario } from './shape.ts';

/** The short form of a scenario lasts so long, in seconds. */
const SHORT_SECONDS = 30;

/**
 * The same scenario pressed into half a minute, for tests: all its times of the run, and the number of payments a second stays. One that
 * goes by a fast clock keeps its hours and has a faster one, with as many payments in a real second as before.
 */
export function shorten(scenario: Scenario): Scenario {
  if (scenario.clock.factor > 1) return hastened(scenario);
  const factor = Math.min(1, SHORT_SECONDS / scenario.seconds);
  const pressed = <Timed extends { at: number }>(timed: Timed): Timed =>
    'for' in timed && typeof timed.for === 'number'
      ? { ...timed, at: timed.at * factor, for: timed.for * factor }
      : { ...timed, at: timed.at * factor };
  return {
    ...scenario,
    seconds: scenario.seconds * factor,
    traffic: { ...scenario.traffic, bursts: scenario.traffic.bursts.map(pressed) },
    faults: scenario.faults.map(pressed),
    actions: scenario.actions.map(pressed),
  };
}

function hastened({ clock, traffic, ...scenario }: Scenario): Scenario {
  const times = Math.max(1, scenario.seconds / clock.factor / SHORT_SECONDS);
  const factor = Math.min(FASTEST, clock.factor * times);
  return { ...scenario, clock: { ...clock, factor }, traffic: { ...traffic, perSecond: (traffic.perSecond * clock.factor) / factor } };
}

/** Faster, and half an hour of a token's life would be over before a payment is made on a busy machine. */
const FASTEST = 300;
