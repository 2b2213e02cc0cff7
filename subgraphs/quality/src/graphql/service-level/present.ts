/** What readers found, as the graph tells it. */
import { addDays, SECOND } from '@nodo-aperto/kernel/time';
import { quantile } from '../../domain/service-level/latency.ts';
import { IN_TIME_TARGET, shareOf } from '../../domain/service-level/share.ts';
import { countsOf, type Tally } from '../../domain/service-level/tally.ts';
import { decimalOf } from '../../domain/percentage.ts';
import type { RawCall } from '../../persistence/service-level/raw-calls.ts';
import type { ServiceLevel } from '../../services/service-level/read-service-levels.ts';
import type { StationStops } from '../../services/service-level/station-stops.ts';
import type { FiguresType, ObservedCallType, ServiceLevelType, StationStopsType } from './types.ts';

const percent = (share: number | undefined): string | null => (share === undefined ? null : decimalOf(share));
const tenths = (value: number): number => Math.round(value * 10) / 10;
const seconds = (milliseconds: number): number => Math.round(milliseconds / SECOND);

export function presentFigures(tally: Tally): FiguresType {
  const counts = countsOf(tally);
  const percentile = (share: number): number | null => {
    const found = quantile(counts, share);
    return found === undefined ? null : tenths(found);
  };
  const { calls, faults, unanswered, inTime, totalMs } = tally;
  return {
    calls,
    faults,
    unanswered,
    inTime,
    inTimePercentage: percent(shareOf(inTime, calls)),
    meanMs: calls === 0 ? null : tenths(totalMs / calls),
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
  };
}

export function presentLevel({ kind, code, from, until, total, methods, availability }: ServiceLevel): ServiceLevelType {
  const { outages, downMs, share, minutesObserved, minutesDown, shareOfMinutes } = availability;
  return {
    kind,
    code,
    from,
    to: addDays(until, -1),
    figures: presentFigures(total),
    methods: methods.map(({ method, tally, faults }) => ({
      method,
      figures: presentFigures(tally),
      inTimeTargetMet: (shareOf(tally.inTime, tally.calls) ?? 0) >= IN_TIME_TARGET,
      faultCodes: faults.map(({ fault, calls }) => ({ fault, calls })),
    })),
    availability: {
      outages,
      downSeconds: seconds(downMs),
      percentage: percent(share),
      minutesObserved,
      minutesDown,
      percentageOfMinutes: percent(shareOfMinutes),
    },
  };
}

export function presentStops(stops: StationStops): StationStopsType {
  const { stationCode, year, exceeded, announced } = stops;
  return {
    stationCode,
    year,
    plannedSeconds: seconds(stops.plannedMs),
    plannedLimitSeconds: seconds(stops.plannedLimitMs),
    unplannedSeconds: seconds(stops.unplannedMs),
    unplannedLimitSeconds: seconds(stops.unplannedLimitMs),
    exceeded,
    standInSeconds: seconds(stops.standInMs),
    announced,
  };
}

export function presentCall(call: RawCall): ObservedCallType {
  const { at, direction, method, psp, creditor, station, durationMs, outcome, faultCode, standIn = false, probe = false } = call;
  return {
    at,
    direction,
    method,
    pspCode: psp ?? null,
    creditorFiscalCode: creditor ?? null,
    stationCode: station ?? null,
    durationMs,
    outcome,
    faultCode: faultCode ?? null,
    standIn,
    probe,
  };
}
