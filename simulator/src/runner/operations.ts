/** What a run asks the platform as its operator. */
import type { PlatformClient } from '../platform-client/index.ts';
import type { Document } from '../platform-client/operations.ts';

const OPERATOR = { role: 'OPERATOR' } as const;

const updateSettings: Document<object, { input: object }> = {
  name: 'SimulatorSettings',
  text: 'mutation SimulatorSettings($input: SettingsInput!) { updateSettings(input: $input) { revision } }',
  repeatable: true,
};
const advanceClock: Document<object, { minutes: number }> = {
  name: 'SimulatorClock',
  text: 'mutation SimulatorClock($minutes: Int!) { advanceClock(minutes: $minutes) }',
  repeatable: false,
};
const setSpeed: Document<object, { speed: number }> = {
  name: 'SimulatorClockSpeed',
  text: 'mutation SimulatorClockSpeed($speed: Float!) { setClockSpeed(speed: $speed) }',
  repeatable: true,
};
const platformTime: Document<{ platform: { now: string; testClock: boolean } }, object> = {
  name: 'SimulatorTime',
  text: 'query SimulatorTime { platform { now testClock } }',
  repeatable: true,
};
const readSettings: Document<{ settings: Readonly<Record<string, unknown>> }, object> = {
  name: 'SimulatorReadSettings',
  text: `query SimulatorReadSettings {
    settings {
      tokenDurationMs idempotencyKeyMinutes useIdempotency receiptRetryMax receiptRetryMinutes standInProfile perRequestFallback
      creditorTimeoutMs receiptTimeoutMs maintenanceHoursPerYear
      standInBreaker { faults faultPercentage windowSeconds probeEverySeconds goodProbes }
      standInPagopa {
        slotMinutes slotFaultPercentage slots rangeFaultPercentage dayTrafficPercentage nightTrafficPercentage
        exitMinutes exitGoodProbes probeEveryMinutes
      }
      exposureLimits { periodMinutes payments totalAmount singleAmount }
    }
  }`,
  repeatable: true,
};
const runningKpis: Document<{ kpiRunning: readonly { kpi: string; faults: number }[] }, { psp: string; month: string }> = {
  name: 'SimulatorRunningKpis',
  text: 'query SimulatorRunningKpis($psp: String!, $month: String!) { kpiRunning(pspCode: $psp, month: $month) { kpi faults } }',
  repeatable: true,
};
const scheduleMaintenance: Document<object, { input: { station: string; start: string; end: string; standIn: boolean } }> = {
  name: 'SimulatorMaintenance',
  text: 'mutation SimulatorMaintenance($input: MaintenanceInput!) { scheduleMaintenance(input: $input) { standIn } }',
  repeatable: false,
};
const observe: Document<
  {
    receiptQueueTotals: { edges: readonly { node: { station: { code: string } | null; total: number } }[] };
    standInStations: { edges: readonly { node: { code: string } }[] };
  },
  object
> = {
  name: 'SimulatorObserve',
  text: `query SimulatorObserve {
    receiptQueueTotals(first: 100) { edges { node { station { code } total } } }
    standInStations(first: 100) { edges { node { code } } }
  }`,
  repeatable: true,
};
export interface PaymentEventData {
  readonly paymentEvents: {
    readonly cursor: string;
    readonly id: string;
    readonly name: string;
    readonly revision: number;
    readonly paymentToken: string;
    readonly status: string;
    readonly creditorFiscalCode: string;
    readonly noticeNumber: string;
    readonly amount: number;
    readonly standIn: boolean;
  };
}
export const paymentEvents: Document<PaymentEventData, { after?: string | null }> = {
  name: 'SimulatorPaymentEvents',
  text: `subscription SimulatorPaymentEvents($after: String) {
    paymentEvents(after: $after) { cursor id name revision paymentToken status creditorFiscalCode noticeNumber amount standIn }
  }`,
  repeatable: true,
};

export const setSettings = (client: PlatformClient, input: object): Promise<object> => client.run(updateSettings, { input }, OPERATOR);
export const moveClock = (client: PlatformClient, minutes: number): Promise<object> => client.run(advanceClock, { minutes }, OPERATOR);
export const setClockSpeed = (client: PlatformClient, speed: number): Promise<object> => client.run(setSpeed, { speed }, OPERATOR);

/** The platform's time, ISO 8601, and whether it can be moved. */
export async function askTime(client: PlatformClient): Promise<{ readonly now: string; readonly testClock: boolean }> {
  return (await client.run(platformTime, {}, OPERATOR)).platform;
}

/** The present values of those settings that are named in the input. */
export async function presentSettings(client: PlatformClient, input: object): Promise<Readonly<Record<string, unknown>>> {
  const { settings } = await client.run(readSettings, {}, OPERATOR);
  return Object.fromEntries(Object.keys(input).flatMap((name) => (name in settings ? [[name, settings[name]]] : [])));
}

/** Faults of a KPI of a PSP in a month, as it stands now. @param month YYYY-MM */
export async function kpiFaults(client: PlatformClient, psp: string, month: string): Promise<ReadonlyMap<string, number>> {
  const { kpiRunning } = await client.run(runningKpis, { psp, month }, OPERATOR);
  return new Map(kpiRunning.map(({ kpi, faults }) => [kpi, faults]));
}

export const planMaintenance = (
  client: PlatformClient,
  input: { station: string; start: string; end: string; standIn: boolean },
): Promise<object> => client.run(scheduleMaintenance, { input }, OPERATOR);

/** What an operator sees of stations and queues: at most a hundred stations of each. */
export async function look(
  client: PlatformClient,
  signal?: AbortSignal,
): Promise<{ readonly queued: ReadonlyMap<string, number>; readonly standIn: readonly string[] }> {
  const { receiptQueueTotals, standInStations } = await client.run(observe, {}, OPERATOR, signal);
  return {
    queued: new Map(receiptQueueTotals.edges.map(({ node }) => [node.station?.code ?? '', node.total])),
    standIn: standInStations.edges.map(({ node }) => node.code),
  };
}
