/** What the page reads again and again over HTTP. The documents are the persisted ones, so that a gateway that answers no others answers these. */
import platformDocument from '../../../../schema/operations/control-room-platform.graphql?raw';
import receiptQueueDocument from '../../../../schema/operations/control-room-receipt-queue.graphql?raw';
import sessionsDocument from '../../../../schema/operations/control-room-sessions.graphql?raw';
import ofBrokerDocument from '../../../../schema/operations/control-room-stations-of-broker.graphql?raw';
import ofCreditorDocument from '../../../../schema/operations/control-room-stations-of-creditor.graphql?raw';
import stationsDocument from '../../../../schema/operations/control-room-stations.graphql?raw';
import { ask } from './graph.ts';
import type { Bearer } from './token.ts';

const GRAPH = '/graphql';
const PAGE = 100;
/** Pages of a list that are read at most: 500 stations or queues are more than one looks at. */
const MOST_PAGES = 5;

export interface StationState {
  readonly code: string;
  readonly enabled: boolean | null;
  readonly broker: { readonly code: string; readonly name: string | null } | null;
  readonly standIn: {
    readonly active: boolean;
    readonly since: string | null;
    readonly reason: string | null;
    readonly decidedBy: string | null;
    readonly health: 'ANSWERING' | 'FAILING' | 'STAND_IN';
    readonly judgement: string;
    readonly entryCondition: string;
    readonly exitCondition: string;
    readonly lastFault: string | null;
    readonly lastFaultAt: string | null;
  } | null;
}

export interface ReceiptQueue {
  readonly station: { readonly code: string; readonly broker: { readonly name: string | null } | null } | null;
  readonly total: number;
  readonly untried: number;
  readonly underWay: number;
  readonly retrying: number;
  readonly exhausted: number;
  readonly since: string | null;
  readonly nextAttemptAt: string | null;
  readonly standIn: boolean;
  readonly lastError: string | null;
}

export interface SessionTotal {
  readonly stationCode: string;
  readonly pspCode: string;
  readonly sessions: number;
  readonly overdue: number;
  readonly standIn: number;
  readonly amount: number;
  readonly oldestSeconds: number;
  readonly nextDeadline: string;
  readonly psp: { readonly name: string | null } | null;
  readonly station: { readonly broker: { readonly name: string | null } | null } | null;
}

/** A list as far as it was read. */
export interface Reading<Item> {
  readonly items: readonly Item[];
  /** Whether there is more than was read. */
  readonly more: boolean;
}

interface Page<Item> {
  readonly edges: readonly { readonly node: Item }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function readPages<Item>(read: (after: string | null) => Promise<Page<Item> | null | undefined>): Promise<Reading<Item>> {
  const items: Item[] = [];
  let after: string | null = null;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const page: Page<Item> | null | undefined = await read(after);
    items.push(...(page?.edges ?? []).map(({ node }) => node));
    if (!page?.pageInfo.hasNextPage) return { items, more: false };
    after = page.pageInfo.endCursor;
  }
  return { items, more: true };
}

/** The stations that the bearer may see into: all for an operator, those that serve a creditor, those that a partner runs. */
export async function readStations({ token, role, code }: Bearer): Promise<Reading<StationState>> {
  if (role === 'EC') {
    const found = await readPages(async (after) => {
      const data = await ask<{
        creditorInstitution: { configuration: { routes: Page<{ station: StationState | null }> } | null } | null;
      }>(GRAPH, ofCreditorDocument, token, { code, first: PAGE, after });
      return data.creditorInstitution?.configuration?.routes;
    });
    // Two routes may lead to one station.
    const byCode = new Map(found.items.flatMap(({ station }) => (station ? [[station.code, station] as const] : [])));
    return { items: [...byCode.values()], more: found.more };
  }
  if (role === 'PARTNER') {
    return readPages(async (after) => {
      const data = await ask<{ broker: { stations: Page<StationState> } | null }>(GRAPH, ofBrokerDocument, token, {
        code,
        first: PAGE,
        after,
      });
      return data.broker?.stations;
    });
  }
  return readPages(async (after) => {
    return (await ask<{ stations: Page<StationState> }>(GRAPH, stationsDocument, token, { first: PAGE, after })).stations;
  });
}

export function readReceiptQueues({ token }: Bearer): Promise<Reading<ReceiptQueue>> {
  return readPages(async (after) => {
    const data = await ask<{ receiptQueueTotals: Page<ReceiptQueue> }>(GRAPH, receiptQueueDocument, token, { first: PAGE, after });
    return data.receiptQueueTotals;
  });
}

export function readSessions({ token }: Bearer): Promise<Reading<SessionTotal>> {
  return readPages(async (after) => {
    return (await ask<{ sessionTotals: Page<SessionTotal> }>(GRAPH, sessionsDocument, token, { first: PAGE, after })).sessionTotals;
  });
}

export interface PlatformFacts {
  readonly now: string;
  readonly version: string;
  readonly testClock: boolean;
}

export async function readPlatform(token: string): Promise<PlatformFacts> {
  return (await ask<{ platform: PlatformFacts }>(GRAPH, platformDocument, token)).platform;
}
