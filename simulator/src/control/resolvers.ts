/** What the simulator's graph does, for whom. */
import { ownsTenant, requireRole } from '@nodo-aperto/kernel/auth';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { InputError, NotFoundError, UnavailableError } from '@nodo-aperto/kernel/faults';
import { toIso } from '@nodo-aperto/kernel/time';
import { faultOf } from '../creditors/index.ts';
import type { CallRecord, Fleet, StationView } from '../creditors/index.ts';
import { nearest } from '../nearest.ts';
import type { Outage, Outages } from '../outages/index.ts';
import type { Traffic } from '../traffic/index.ts';
import { FAULT_NAMES, faultNameOf } from './schema.ts';
import type { FaultName } from './schema.ts';

/** What can be controlled: a demo is such, and so is a fleet alone with its outages. */
export interface Controllable {
  readonly fleet: Fleet;
  readonly outages: Outages;
  readonly traffic?: Traffic;
}

export interface ControlContext {
  readonly principal: Principal;
}

const MOST_STATIONS = 1_000;
const MOST_CALLS = 100;

/** The root object: graphql-js calls its methods with the arguments and the context. */
export function controlRoot(simulation: Controllable) {
  const { fleet, outages } = simulation;

  function visible({ principal }: ControlContext): readonly StationView[] {
    const { role } = requireRole(principal, 'OPERATOR', 'EC', 'PARTNER');
    if (role === 'OPERATOR') return fleet.stations();
    return fleet.stations().filter(({ creditor, brokerCode }) => ownsTenant(principal, role === 'EC' ? creditor.fiscalCode : brokerCode));
  }

  /** Stations of others are unknown to the caller, also in the hint. */
  function known(context: ControlContext, code: string): StationView {
    const stations = visible(context);
    const found = stations.find((station) => station.code === code);
    if (found !== undefined) return found;
    const near = nearest(
      code,
      stations.map((station) => station.code),
    );
    throw new NotFoundError(`There is no station "${code.slice(0, 60)}"${near === undefined ? '' : `; did you mean "${near}"?`}`);
  }

  function present(view: StationView) {
    const outage = outages.find(view.code);
    return {
      ...view,
      broker: view.brokerCode,
      fault: view.fault === undefined ? null : faultNameOf(view.fault.kind),
      outage: outage === undefined ? null : presentOutage(outage),
      recentCalls({ first }: { first: number }) {
        const size = within('first', first, MOST_CALLS);
        return fleet.calls(view.code).slice(-size).toReversed().map(presentCall);
      },
    };
  }

  function traffic({ principal }: ControlContext): Traffic | undefined {
    requireRole(principal, 'OPERATOR');
    return simulation.traffic;
  }

  return {
    stations({ first, after }: { first: number; after?: string | null }, context: ControlContext) {
      const size = within('first', first, MOST_STATIONS);
      const all = visible(context);
      const from = after == null ? 0 : all.findIndex(({ code }) => code === after) + 1;
      if (after != null && from === 0) throw InputError.at('after', 'is no station of the list', 'the code of one');
      return all.slice(from, from + size).map(present);
    },
    station: ({ code }: { code: string }, context: ControlContext) => present(known(context, code)),
    traffic(_none: object, context: ControlContext) {
      const present = traffic(context);
      return present === undefined ? null : presentTraffic(present);
    },
    async startOutage(
      {
        station,
        fault,
        seconds,
        details,
      }: { station: string; fault: FaultName; seconds?: number | null; details?: GraphFaultDetails | null },
      context: ControlContext,
    ) {
      const { code } = known(context, station);
      await outages.start(code, faultOf(FAULT_NAMES[fault], detailsOf(details)), seconds == null ? {} : { forMs: seconds * 1_000 });
      return present(fleet.station(code));
    },
    async stopOutage({ station }: { station: string }, context: ControlContext) {
      const { code } = known(context, station);
      await outages.stop(code);
      return present(fleet.station(code));
    },
    setTraffic({ paymentsPerSecond }: { paymentsPerSecond: number }, context: ControlContext) {
      const present = traffic(context);
      if (present === undefined) throw new UnavailableError('This simulation has no traffic.');
      present.setPaymentsPerSecond(paymentsPerSecond);
      return presentTraffic(present);
    },
  };
}

/** The details as the graph names them. */
interface GraphFaultDetails {
  readonly medianMilliseconds?: number | null;
  readonly everyMilliseconds?: number | null;
  readonly sigma?: number | null;
  readonly status?: number | null;
  readonly form?: string | null;
  readonly code?: string | null;
  readonly percent?: number | null;
}

function detailsOf(details: GraphFaultDetails | null | undefined): Record<string, unknown> {
  const { medianMilliseconds: medianMs, everyMilliseconds: everyMs, ...others } = details ?? {};
  return Object.fromEntries(Object.entries({ medianMs, everyMs, ...others }).filter(([, value]) => value != null));
}

function within(path: string, value: number, most: number): number {
  if (value >= 1 && value <= most) return value;
  throw InputError.at(path, `is ${value}`, `a whole number from 1 to ${most}`);
}

function presentOutage({ fault, startedAt, endsAt, scheduled }: Outage) {
  return { fault: faultNameOf(fault.kind), startedAt: toIso(startedAt), endsAt: endsAt === undefined ? null : toIso(endsAt), scheduled };
}

function presentCall({ at, fault, elapsedMs, ...call }: CallRecord) {
  return { ...call, at: toIso(at), fault: fault === undefined ? null : faultNameOf(fault), elapsedMilliseconds: elapsedMs };
}

function presentTraffic(traffic: Traffic) {
  return { ...traffic.counts(), paymentsPerSecond: traffic.paymentsPerSecond() };
}
