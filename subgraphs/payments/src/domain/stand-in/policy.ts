/**
 * The policy in force for one station, as one object: the profile that judges it with its figures, whether one request falls back, what
 * the station is kept to, how much may be paid in its Stand-In. What the station overrides counts, then the settings, then the defaults.
 * Source: design, section 5.1.
 */
import {
  DEFAULT_BREAKER_FIGURES,
  DEFAULT_PAGOPA_FIGURES,
  type ExposureLimits,
  type Settings,
  type Station,
} from '@nodo-aperto/kernel/directory';
import { breakerProfile } from './breaker.ts';
import { pagopaProfile } from './pagopa.ts';
import type { StandInProfile } from './profile.ts';

type PolicySettings = Pick<Settings, 'standInProfile' | 'perRequestFallback' | 'standInBreaker' | 'standInPagopa' | 'exposureLimits'>;
type PolicyStation = Pick<Station, 'asynchronous' | 'standInPolicy'>;

/** What a request asks of the policy. */
export interface RequestPolicy {
  /** Whether the platform answers for the station always: it is never called, and never in Stand-In. */
  readonly asynchronous: boolean;
  /** Whether one request falls back to ACA when the station fails it. */
  readonly perRequestFallback: boolean;
  /** IN: never called. OUT: always called. */
  readonly forced: 'IN' | 'OUT' | undefined;
  /** Undefined: no limit. */
  readonly exposureLimits: ExposureLimits | undefined;
}

export function requestPolicy(settings: PolicySettings, station: PolicyStation): RequestPolicy {
  const { perRequestFallback = settings.perRequestFallback, forced, exposureLimits } = station.standInPolicy ?? {};
  return {
    asynchronous: station.asynchronous === true,
    perRequestFallback,
    forced,
    exposureLimits: exposureLimits ?? settings.exposureLimits,
  };
}

/** @param station undefined for a station that the directory does not know (any more) */
export function profileFor(settings: PolicySettings, station: PolicyStation | undefined): StandInProfile {
  const name = station?.standInPolicy?.profile ?? settings.standInProfile;
  return name === 'pagopa'
    ? pagopaProfile({ ...DEFAULT_PAGOPA_FIGURES, ...settings.standInPagopa })
    : breakerProfile({ ...DEFAULT_BREAKER_FIGURES, ...settings.standInBreaker });
}

/** Whether the policy, or a hand, may put a station in Stand-In at all. */
export function mayEnter(station: PolicyStation): boolean {
  return station.asynchronous !== true && station.standInPolicy?.forced !== 'OUT';
}
