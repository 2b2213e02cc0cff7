/**
 * Profile `pagopa`: the production figures. Entry: of the last six complete 5-minute slots more than half failed (more than 50 % of
 * calls with a monitored fault), and the share of slots in which the station had more than 5 % of the platform's calls (10 % at night)
 * is itself above that figure, so that one such slot of six is enough. Exit: in Stand-In for more than 60 minutes, and more than 6 good
 * probes in the last 60 minutes, one every 5 minutes; good is PAA_PAGAMENTO_SCONOSCIUTO only. Source: Domain facts, Payments §3.2, §3.4.
 */
import { DEFAULT_PAGOPA_FIGURES, type PagopaFigures } from '@nodo-aperto/kernel/directory';
import { MINUTE } from '@nodo-aperto/kernel/time';
import { faultPercentage, type Slot, trafficShare } from './evidence.ts';
import { isNight } from './night.ts';
import { judgedFrom, type StandInProfile } from './profile.ts';

export function pagopaProfile(figures: PagopaFigures = DEFAULT_PAGOPA_FIGURES): StandInProfile {
  const profile = { slotMs: figures.slotMinutes * MINUTE, slots: figures.slots, judgesRunningSlot: false };
  const slotFailed = (slot: Slot): boolean => faultPercentage(slot) > figures.slotFaultPercentage;
  return {
    name: 'pagopa',
    ...profile,
    countedMs: MINUTE,
    probeEveryMs: figures.probeEveryMinutes * MINUTE,
    probesWithinMs: figures.exitMinutes * MINUTE,
    slotFailed,
    entry({ now, slots }) {
      const oldest = judgedFrom(profile, now);
      const judged = slots.filter((slot) => slot.from >= oldest && slot.from < oldest + profile.slots * profile.slotMs);
      const threshold = isNight(now) ? figures.nightTrafficPercentage : figures.dayTrafficPercentage;
      const failed = judged.filter(slotFailed).length;
      const busy = judged.filter((slot) => trafficShare(slot) > threshold).length;
      const ofRange = (count: number): number => (count / figures.slots) * 100;
      return {
        decided: ofRange(failed) > figures.rangeFaultPercentage && ofRange(busy) > threshold,
        reason: `${failed} of ${figures.slots} slots of ${figures.slotMinutes} minutes failed, ${busy} with more than ${threshold} % of the traffic`,
      };
    },
    exit({ now, since, probes }) {
      const windowMs = figures.exitMinutes * MINUTE;
      const good = probes.filter((probe) => probe.result === 'GOOD' && probe.at > now - windowMs).length;
      const long = now - since > windowMs;
      return {
        decided: long && good > figures.exitGoodProbes,
        reason: `${good} good probes in the last ${figures.exitMinutes} minutes, in Stand-In for ${Math.floor((now - since) / MINUTE)} minutes`,
      };
    },
    entryCondition: `more than ${figures.rangeFaultPercentage} % of the last ${figures.slots} slots of ${figures.slotMinutes} minutes failed (more than ${figures.slotFaultPercentage} % of their calls), and a share of slots above ${figures.dayTrafficPercentage} % by day, ${figures.nightTrafficPercentage} % by night, with more than that percentage of the platform’s calls`,
    exitCondition: `more than ${figures.exitMinutes} minutes in Stand-In and more than ${figures.exitGoodProbes} good probes in the last ${figures.exitMinutes} minutes, one every ${figures.probeEveryMinutes} minutes`,
  };
}
