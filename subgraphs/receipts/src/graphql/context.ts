/** What the resolvers of this subgraph work with, and how its look-ups are batched per request. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Stream } from '@nodo-aperto/kernel/events';
import { invariant } from '@nodo-aperto/kernel/faults';
import type { SubgraphContext } from '@nodo-aperto/kernel/graphql';
import type { Clock } from '@nodo-aperto/kernel/time';
import { viewOf } from '../domain/visibility.ts';
import type { RecipientStep } from '../persistence/steps.ts';
import type { StationStateRow } from '../persistence/tables.ts';
import type { Hiding } from '../services/hide-receipt.ts';
import type { Printing } from '../services/print-receipt.ts';
import type { DriftReads } from '../services/read-drift.ts';
import type { ReceiptFound, ReceiptReads } from '../services/read-receipts.ts';
import type { Redelivering } from '../services/redeliver-receipt.ts';
import { presentReceipt } from './present.ts';
import type { ReceiptType } from './receipt-types.ts';

export interface ReceiptsServices {
  readonly reads: ReceiptReads;
  readonly redelivering: Redelivering;
  readonly hiding: Hiding;
  readonly drift: DriftReads;
  readonly printing: Printing;
  readonly stream: Stream;
  readonly clock: Clock;
}
export type ReceiptsContext = SubgraphContext<ReceiptsServices>;

/** The caller; present wherever a field is open to roles. */
export function callerOf(context: ReceiptsContext): Principal {
  invariant(context.principal !== undefined, 'a field that is open to roles has a caller');
  return context.principal;
}

/** The receipt as the caller sees it; null when there is none for it. One look-up for all that a request asks for. */
export async function loadReceipt(context: ReceiptsContext, id: string): Promise<ReceiptType | null> {
  const loader = context.loaders.get<string, ReceiptFound>('receipts', (ids) => context.services.reads.receipts(ids), {
    key: (key) => key,
    value: ({ row }) => row.receiptId,
  });
  return shownReceipt(context, await loader.load(id));
}

/** The receipt as it is now, for subscriptions: their context lives too long for what loaders remember. */
export async function readReceipt(context: ReceiptsContext, id: string): Promise<ReceiptType | null> {
  const [found] = await context.services.reads.receipts([id]);
  return shownReceipt(context, found ?? null);
}

export function shownReceipt({ principal, services }: ReceiptsContext, found: ReceiptFound | null): ReceiptType | null {
  const view = found && viewOf(principal, { content: found.row.content, recipients: found.recipients });
  return view ? presentReceipt(found, { view, principal, now: services.clock.now() }) : null;
}

/** The state of a station; null when payments never said anything of it. */
export function loadStation(context: ReceiptsContext, code: string): Promise<StationStateRow | null> {
  const loader = context.loaders.get<string, StationStateRow>('stations', (codes) => context.services.reads.stations(codes), {
    key: (key) => key,
    value: (state) => state.stationCode,
  });
  return loader.load(code);
}

/** The histories of a receipt's recipients. */
export async function loadSteps(context: ReceiptsContext, receiptId: string): Promise<readonly RecipientStep[]> {
  interface History {
    readonly receiptId: string;
    readonly steps: readonly RecipientStep[];
  }
  const fetch = async (ids: readonly string[]): Promise<History[]> => {
    const steps = await context.services.reads.steps(ids);
    return ids.map((id) => ({ receiptId: id, steps: steps.filter((step) => step.receiptId === id) }));
  };
  const loader = context.loaders.get<string, History>('steps', fetch, { key: (key) => key, value: (history) => history.receiptId });
  return (await loader.load(receiptId))?.steps ?? [];
}
