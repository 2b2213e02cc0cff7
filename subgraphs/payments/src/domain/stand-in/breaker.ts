/**
 * Profile `breaker`, the default: opens within seconds of the first failures, closes within two minutes of recovery.
 * A station opens at 5 monitored faults that make at least half of its calls of the last 10 seconds, so one failure in ten never opens
 * it; it is probed every 10 seconds and closes after 3 probes in a row that it answered. A well-formed answer of
 * another kind than the expected one is no outage: the station works, and how it is addressed is a matter for its owner.
 * Source: design, "Breaker defaults" of the wire primitives.
 */
import { type BreakerFigures, DEFAULT_BREAKER_FIGURES } from '@nodo-aperto/kernel/directory';
import { SECOND } from '@nodo-aperto/kernel/time';
import { faultPercentage, type Probe, type Slot } from './evidence.ts';
import { judgedFrom, type StandInProfile, type Verdict } from './profile.ts';

export function breakerProfile(figures: BreakerFigures = DEFAULT_BREAKER_FIGURES): StandInProfile {
  const profile = { slotMs: SECOND, slots: figures.windowSeconds, judgesRunningSlot: true };
  return {
    name: 'breaker',
    ...profile,
    countedMs: SECOND,
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
      const answered = answeredInARow(probes);
      const good = answered.filter((probe) => probe.result === 'GOOD').length;
      const otherwise = answered.length > good ? `, ${answered.length - good} of them with another answer than the expected one` : '';
      return {
        decided: answered.length >= figures.goodProbes,
        reason: `${answered.length} of ${figures.goodProbes} probes in a row were answered${otherwise}`,
      };
    },
    entryCondition: `${figures.faults} calls or more that end unreachable, in time-out or with the service not active, and make ${figures.faultPercentage} % or more of the calls of the last ${figures.windowSeconds} seconds`,
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

/** The newest probes, from the last one back, that the station answered. */
function answeredInARow(probes: readonly Probe[]): readonly Probe[] {
  const newestFirst = probes.toSorted((left, right) => right.at - left.at);
  const failed = newestFirst.findIndex((probe) => probe.result === 'FAILED');
  return failed < 0 ? newestFirst : newestFirst.slice(0, failed);
}
