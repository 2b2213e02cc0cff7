/**
 * Profile `breaker`, the default: opens within seconds of the first failures, closes within two minutes of recovery.
 * A station opens at 5 monitored faults that make at least half of its calls of the last 10 seconds, so one failure in ten never opens
 * it; it is probed every 10 seconds and closes after 3 good probes in a row. A well-formed answer of another kind is no outage.
 * Source: design, "Breaker defaults" of the wire primitives.
 */
import { SECOND } from '@nodo-aperto/kernel/time';
import { faultPercentage, type Probe, type Slot } from './evidence.ts';
import { judgedFrom, type StandInProfile, type Verdict } from './profile.ts';

export interface BreakerFigures {
  /** Monitored faults at least. */
  readonly faults: number;
  /** Percent of the calls that they make at least. */
  readonly faultPercentage: number;
  /** Seconds that are judged. */
  readonly windowSeconds: number;
  readonly probeEverySeconds: number;
  /** Good probes in a row. */
  readonly goodProbes: number;
}

export const BREAKER_FIGURES: BreakerFigures = { faults: 5, faultPercentage: 50, windowSeconds: 10, probeEverySeconds: 10, goodProbes: 3 };

export function breakerProfile(figures: BreakerFigures = BREAKER_FIGURES): StandInProfile {
  const profile = { slotMs: SECOND, slots: figures.windowSeconds, judgesRunningSlot: true };
  return {
    name: 'breaker',
    ...profile,
    probeEveryMs: figures.probeEverySeconds * SECOND,
    probesWithinMs: undefined,
    slotFailed: (slot) => slot.faults > 0 && faultPercentage(slot) >= figures.faultPercentage,
    entry({ now, slots }) {
      const oldest = judgedFrom(profile, now);
      return judge(
        slots.filter((slot) => slot.from >= oldest),
        figures,
      );
    },
    exit({ probes }) {
      const good = answeredInARow(probes);
      return { decided: good >= figures.goodProbes, reason: `${good} of ${figures.goodProbes} good probes in a row` };
    },
    exitCondition: `${figures.goodProbes} probes in a row that the station answers, one every ${figures.probeEverySeconds} seconds`,
  };
}

function judge(slots: readonly Slot[], figures: BreakerFigures): Verdict {
  const calls = slots.reduce((sum, slot) => sum + slot.calls, 0);
  const faults = slots.reduce((sum, slot) => sum + slot.faults, 0);
  const percentage = faultPercentage({ calls, faults });
  return {
    decided: faults >= figures.faults && percentage >= figures.faultPercentage,
    reason: `${faults} of ${calls} calls (${percentage.toFixed(0)} %) failed in the last ${figures.windowSeconds} seconds`,
  };
}

/** How many of the newest probes, from the last one back, the station answered. */
function answeredInARow(probes: readonly Probe[]): number {
  const newestFirst = probes.toSorted((left, right) => right.at - left.at);
  const failed = newestFirst.findIndex((probe) => probe.result === 'FAILED');
  return failed < 0 ? newestFirst.length : failed;
}
