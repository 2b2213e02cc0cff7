/**
 * What the platform says of itself, read through its public graph. Logs are read on from where the last check ended, so that a check while
 * payments go on costs little; lists, whose entries change, are read once in a check and only by the rules that need them.
 */
import type { Caller, PlatformClient } from '../platform-client/index.ts';
import { FLOW_LINES, FLOWS, OWN_PAYMENTS, OWN_RECEIPTS, PAYMENT_LOG, PAYMENTS, RECEIPTS } from './platform-queries.ts';
import { NOTICE_HISTORY, RECOMPUTED_LEVELS, RUNNING_KPIS } from './platform-queries.ts';
import type { BookedPayment, BookedReceipt, NoticeHistory, Page, PageQuery, PublishedFlow } from './platform-queries.ts';
import type { OwnPayment, OwnReceipt, ReportedLine, RunningKpi, StatedEvent } from './platform-queries.ts';

const OPERATOR = { role: 'OPERATOR' } as const;

/** Pages that are read at most: a run is bounded, and so is this. */
const MOST_PAGES = 5_000;

export interface FlowWithLines extends PublishedFlow {
  readonly lines: readonly ReportedLine[];
}

/** The books as they are in one check. */
export interface BooksView {
  /** Every payment, as the operator's list has it. */
  payments(): Promise<readonly BookedPayment[]>;
  receipts(): Promise<readonly BookedReceipt[]>;
  /** Flows in force with their lines. */
  flows(): Promise<readonly FlowWithLines[]>;
  /** Every event of payments that the platform has stated, in order. */
  events(): Promise<readonly StatedEvent[]>;
  /** Every payment and every event, read anew and in this order: what a payment's row says was stated by then. */
  latest(): Promise<{ readonly payments: readonly BookedPayment[]; readonly events: readonly StatedEvent[] }>;
  /** Every event that a party may read. */
  eventsOf(caller: Caller): Promise<readonly StatedEvent[]>;
  /** The list as a party sees it. */
  paymentsOf(caller: Caller): Promise<readonly OwnPayment[]>;
  receiptsOf(caller: Caller): Promise<readonly OwnReceipt[]>;
  /** What the KPIs of a PSP come to in a month. @param month YYYY-MM */
  kpis(psp: string, month: string): Promise<readonly RunningKpi[]>;
  /** How many sums of calls differ from the calls themselves. @param day YYYY-MM-DD */
  differentLevels(day: string): Promise<number>;
  /** What the platform keeps of one notice. */
  historyOf(notice: { readonly creditorFiscalCode: string; readonly noticeNumber: string }): Promise<NoticeHistory>;
}

export interface PlatformBooks {
  /** A view for one check. */
  open(): BooksView;
}

/** The books of one platform, for one run. */
export function platformBooks(platform: PlatformClient): PlatformBooks {
  const log = followLog(platform, OPERATOR);
  const logs = new Map<string, ReturnType<typeof followLog>>();

  function logOf(caller: Caller): ReturnType<typeof followLog> {
    const key = `${caller.role} ${caller.tenant}`;
    const known = logs.get(key) ?? followLog(platform, caller);
    logs.set(key, known);
    return known;
  }

  return {
    open: () => ({
      payments: once(() => readAll(platform, PAYMENTS)),
      receipts: once(() => readAll(platform, RECEIPTS)),
      flows: once(() => flowsOf(platform)),
      events: once(log),
      async latest() {
        const payments = await readAll(platform, PAYMENTS);
        return { payments, events: await log() };
      },
      eventsOf: (caller) => logOf(caller)(),
      paymentsOf: (caller) => readAll(platform, OWN_PAYMENTS, caller),
      receiptsOf: (caller) => readAll(platform, OWN_RECEIPTS, caller),
      kpis: async (psp, month) => (await platform.run(RUNNING_KPIS, { psp, month }, OPERATOR)).kpiRunning,
      differentLevels: async (day) => (await platform.run(RECOMPUTED_LEVELS, { day }, OPERATOR)).recomputeServiceLevels.different,
      historyOf: ({ creditorFiscalCode: creditor, noticeNumber: notice }) => platform.run(NOTICE_HISTORY, { creditor, notice }, OPERATOR),
    }),
  };
}

/** Reads once, however often it is asked in a check. */
function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => (value ??= read());
}

/** A log, read on from where the last reading ended; gives all that was read so far. */
function followLog(platform: PlatformClient, caller: Caller): () => Promise<readonly StatedEvent[]> {
  const events: StatedEvent[] = [];
  let after: string | null = null;
  return async () => {
    const { nodes, endCursor } = await readPages(platform, PAYMENT_LOG, caller, after);
    after = endCursor;
    events.push(...nodes);
    return events;
  };
}

async function readAll<Node>(platform: PlatformClient, query: PageQuery<Node>, caller: Caller = OPERATOR): Promise<readonly Node[]> {
  return (await readPages(platform, query, caller, null)).nodes;
}

async function readPages<Node>(
  platform: PlatformClient,
  { field, document }: PageQuery<Node>,
  caller: Caller,
  from: string | null,
): Promise<{ nodes: readonly Node[]; endCursor: string | null }> {
  return collect(from, async (after) => {
    const data: Record<string, Page<Node>> = await platform.run(document, { after }, caller);
    return data[field];
  });
}

async function collect<Node>(
  from: string | null,
  ask: (after: string | null) => Promise<Page<Node> | undefined>,
): Promise<{ nodes: readonly Node[]; endCursor: string | null }> {
  const nodes: Node[] = [];
  let endCursor = from;
  for (let page = 0; page < MOST_PAGES; page++) {
    const read = await ask(endCursor);
    if (read === undefined) break;
    nodes.push(...read.edges.map(({ node }) => node));
    endCursor = read.pageInfo.endCursor ?? endCursor;
    if (!read.pageInfo.hasNextPage || read.pageInfo.endCursor === null) break;
  }
  return { nodes, endCursor };
}

async function flowsOf(platform: PlatformClient): Promise<readonly FlowWithLines[]> {
  const flows: FlowWithLines[] = [];
  for (const flow of await readAll(platform, FLOWS)) {
    const key = { psp: flow.psp?.code ?? '', name: flow.name, revision: flow.revision };
    const { nodes } = await collect<ReportedLine>(null, async (after) => {
      const { reportingFlow } = await platform.run(FLOW_LINES, { ...key, after }, OPERATOR);
      return reportingFlow?.payments;
    });
    flows.push({ ...flow, lines: nodes });
  }
  return flows;
}

/** The states of a payment that took place (Domain facts, Payments §2.4). */
export function isBooked({ status }: { readonly status: string }): boolean {
  return ['PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED'].includes(status);
}

/** A payment is identified on receipts by its token, or by the receipt's own id, which is the token for single payments. */
export function tokenOf(receipt: BookedReceipt): string {
  return receipt.payment?.paymentToken ?? receipt.id;
}
