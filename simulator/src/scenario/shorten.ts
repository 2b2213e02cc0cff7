import type { Scenario } from './shape.ts';

/** The short form of a scenario lasts so long, in seconds. */
const SHORT_SECONDS = 30;

/** The same scenario with all its times of the run pressed into half a minute, for tests; the number of payments a second stays. */
export function shorten(scenario: Scenario): Scenario {
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
