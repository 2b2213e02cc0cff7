/**
 * Profile `pagopa`: the production figures. Entry: of the last six complete 5-minute slots more than half failed (more than 50 % of
 * calls with a monitored fault), and the share of slots in which the station had more than 5 % of the platform's calls (10 % at night)
 * is itself above that figure, so that one such slot of six is enough. Exit: in Stand-In for more than 60 minutes, and more than 6 good
 * probes in the last 60 minutes, one every 5 minutes; good is PAA_PAGAMENTO_SCONOSCIUTO only. Source: Domain facts, Payments §3.2, §3.4.
 */
import { MINUTE } from '@nodo-aperto/kernel/time';
import { faultPercentage, type Slot, trafficShare } from './evidence.ts';
import { isNight } from './night.ts';
import { judgedFrom, type StandInProfile } from './profile.ts';

export interface PagopaFigures {
  readonly slotMinutes: number;
  /** Percent of calls above which a slot has failed. */
  readonly slotFaultPercentage: number;
  readonly slots: number;
  /** Percent of slots above which the range has failed. */
  readonly rangeFaultPercentage: number;
  readonly dayTrafficPercentage: number;
  readonly nightTrafficPercentage: number;
  readonly exitMinutes: number;
  /** More good probes than this let the station out. */
  readonly exitGoodProbes: number;
  readonly probeEveryMinutes: number;
}

export const PAGOPA_FIGURES: PagopaFigures = {
  slotMinutes: 5,
  slotFaultPercentage: 50,
  slots: 6,
  rangeFaultPercentage: 50,
  dayTrafficPercentage: 5,
  nightTrafficPercentage: 10,
  exitMinutes: 60,
  exitGoodProbes: 6,
  probeEveryMinutes: 5,
};

export function pagopaProfile(figures: PagopaFigures = PAGOPA_FIGURES): StandInProfile {
  const profile = { slotMs: figures.slotMinutes * MINUTE, slots: figures.slots, judgesRunningSlot: false };
  const slotFailed = (slot: Slot): boolean => faultPercentage(slot) > figures.slotFaultPercentage;
  return {
    name: 'pagopa',
    ...profile,
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
    exitCondition: `more than ${figures.exitMinutes} minutes in Stand-In and more than ${figures.exitGoodProbes} good probes in the last ${figures.exitMinutes} minutes, one every ${figures.probeEveryMinutes} minutes`,
  };
}
