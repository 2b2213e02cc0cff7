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
