/** What must hold when the load is gone, read from the public event log: nothing booked twice, nothing that the callers saw booked is missing. */
import type { Clock } from '@nodo-aperto/kernel/time';
import { ask } from './graph.ts';

const PAGE = 100;
/** The log is followed until it is quiet for so long. */
const QUIET_MS = 1_000;
const PATIENCE_MS = 60_000;

export interface Aftermath {
  readonly events: number;
  readonly booked: number;
  readonly violations: readonly string[];
}

interface Page {
  paymentEventLog: {
    edges: { node: { name: string; creditorFiscalCode: string; noticeNumber: string; paymentToken: string } }[];
    pageInfo: { endCursor: string | null; hasNextPage: boolean };
  };
}

export interface EventLog {
  readonly base: string;
  readonly clock: Clock;
  readonly token: string;
  readonly documentId: string;
}

/**
 * Reads every payment event past the cursor.
 * @param completed payments that k6 saw booked
 */
export async function aftermath(log: EventLog, after: string | null, completed: number): Promise<Aftermath> {
  const activated = new Set<string>();
  const bookedTokens = new Set<string>();
  const bookedNotices = new Map<string, number>();
  let events = 0;
  let cursor = after;
  const deadline = log.clock.monotonic() + PATIENCE_MS;
  for (;;) {
    const { edges, pageInfo } = await pageOf(log, cursor);
    for (const { node } of edges) {
      events += 1;
      if (node.name === 'payment.activated') activated.add(node.paymentToken);
      if (node.name !== 'payment.booked') continue;
      bookedTokens.add(node.paymentToken);
      const notice = `${node.creditorFiscalCode} ${node.noticeNumber}`;
      bookedNotices.set(notice, (bookedNotices.get(notice) ?? 0) + 1);
    }
    cursor = pageInfo.endCursor ?? cursor;
    if (pageInfo.hasNextPage) continue;
    // What was answered just now may be stated a moment later.
    if (bookedTokens.size >= completed || log.clock.monotonic() > deadline) break;
    await log.clock.sleep(QUIET_MS);
  }
  const twice = [...bookedNotices].filter(([, count]) => count > 1);
  const violations = [
    ...twice.slice(0, 5).map(([notice, count]) => `The notice ${notice} was booked ${count} times.`),
    ...(bookedTokens.size < completed ? [`${completed} payments were confirmed to PSPs, ${bookedTokens.size} are booked.`] : []),
    ...[...bookedTokens]
      .filter((token) => !activated.has(token))
      .slice(0, 5)
      .map((token) => `The payment ${token} was booked and never activated.`),
  ];
  return { events, booked: bookedTokens.size, violations };
}

/** The cursor after which the run's events come. */
export async function headOf(log: EventLog): Promise<string | null> {
  let cursor: string | null = null;
  for (;;) {
    const { pageInfo } = await pageOf(log, cursor);
    cursor = pageInfo.endCursor ?? cursor;
    if (!pageInfo.hasNextPage) return cursor;
  }
}

async function pageOf(log: EventLog, after: string | null): Promise<Page['paymentEventLog']> {
  const { paymentEventLog } = await ask<Page>({
    ...log,
    document: { documentId: log.documentId },
    variables: { after, first: PAGE },
  });
  return paymentEventLog;
}
