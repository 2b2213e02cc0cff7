/** Queries of receipts, and what this subgraph contributes to payments. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { Allow, type Connection, FiscalCodeScalar, pageSize, type ReferenceResolver } from '@nodo-aperto/kernel/graphql';
import { audience } from '@nodo-aperto/schema/events';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { sentenceOf } from '../domain/delivery-failure.ts';
import { citizenKey } from '../domain/receipt-parties.ts';
import { waitingFor } from '../domain/waiting-for.ts';
import type { QueueFilter, ReceiptFound } from '../services/read-receipts.ts';
import { callerOf, loadReceipt, loadStation, loadSteps, type ReceiptsContext, shownReceipt } from './context.ts';
import { ReceiptWaitingFor } from './enums.ts';
import { presentQueueItem } from './present.ts';
import {
  ReceiptConnection,
  ReceiptDeliveryStepType,
  ReceiptQueueConnection,
  ReceiptQueueItemType,
  ReceiptRecipientType,
  ReceiptType,
} from './receipt-types.ts';
import { PaymentReference } from './references.ts';

const FIRST = { nullable: true, description: 'How many, up to 100.' } as const;
const AFTER = { nullable: true, description: 'Cursor to read on from.' } as const;
const NOTHING = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };

/** The party whose receipts the caller lists; undefined: all. `null`: nobody's. */
function partyOf({ role, tenant, fiscalCode }: Principal): string | undefined | null {
  if (role === 'OPERATOR') return undefined;
  if (role === 'EC' && tenant) return audience.creditor(tenant);
  if (role === 'PARTNER' && tenant) return audience.broker(tenant);
  return role === 'CITIZEN' && fiscalCode ? citizenKey(fiscalCode) : null;
}

/** The undelivered receipts that are the caller's: those of its own recipients. `null`: nobody's. */
function queueOf({ role, tenant }: Principal): QueueFilter | null {
  if (role === 'OPERATOR') return {};
  if (role === 'EC' && tenant) return { creditorFiscalCode: tenant };
  return role === 'PARTNER' && tenant ? { brokerCode: tenant } : null;
}

/** The caller's own filter and the one that it asks for; `null` when nothing can pass both. */
function narrowed(own: QueueFilter | null, asked: QueueFilter): QueueFilter | null {
  if (!own || (own.creditorFiscalCode && asked.creditorFiscalCode && own.creditorFiscalCode !== asked.creditorFiscalCode)) return null;
  return { ...asked, ...own };
}

function presentPage(context: ReceiptsContext, page: Connection<ReceiptFound>): Connection<ReceiptType> {
  const edges = page.edges.flatMap(({ cursor, node }) => {
    const shown = shownReceipt(context, node);
    return shown ? [{ cursor, node: shown }] : [];
  });
  return { ...page, edges };
}

@Resolver(() => ReceiptType)
export class ReceiptResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => ReceiptType, { nullable: true, description: 'A receipt; null when there is none, or none of the caller’s.' })
  async receipt(
    @Ctx() context: ReceiptsContext,
    @Arg('id', () => ID, { description: 'The payment token.' }) id: string,
  ): Promise<ReceiptType | null> {
    return loadReceipt(context, id);
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => ReceiptConnection, {
    description: 'The receipts of payments that pay the caller (of its creditors, for a partner; all, for an operator), newest first.',
  })
  async receipts(
    @Ctx() context: ReceiptsContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only those that pay this creditor.' })
    creditorFiscalCode: string | null,
    @Arg('pending', () => Boolean, { nullable: true, description: 'True: only those that a recipient of the caller’s does not have yet.' })
    pending: boolean | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<ReceiptType>> {
    const principal = callerOf(context);
    const page = { size: pageSize(first), after };
    const { reads } = context.services;
    if (pending) {
      const filter = narrowed(queueOf(principal), creditorFiscalCode ? { creditorFiscalCode } : {});
      return filter ? presentPage(context, await reads.listPending(filter, page)) : NOTHING;
    }
    const party = partyOf(principal);
    if (party === null) return NOTHING;
    return presentPage(context, await reads.list(party, creditorFiscalCode ? audience.creditor(creditorFiscalCode) : undefined, page));
  }

  @Allow('CITIZEN')
  @Query(() => ReceiptConnection, { description: 'The receipts of payments that the caller made or owed, newest first.' })
  async myReceipts(
    @Ctx() context: ReceiptsContext,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<ReceiptType>> {
    const page = { size: pageSize(first), after };
    const party = partyOf(callerOf(context));
    return party ? presentPage(context, await context.services.reads.list(party, undefined, page)) : NOTHING;
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => ReceiptQueueConnection, {
    description:
      'What recipients of the caller’s do not have yet: since when, why, and when it is sent next. In the order in which it drains.',
  })
  async receiptQueue(
    @Ctx() context: ReceiptsContext,
    @Arg('stationCode', () => String, { nullable: true, description: 'Only what waits for this station.' }) stationCode: string | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only what waits for this creditor.' })
    creditorFiscalCode: string | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<ReceiptQueueItemType>> {
    const principal = callerOf(context);
    const asked = { ...(stationCode && { stationCode }), ...(creditorFiscalCode && { creditorFiscalCode }) };
    const filter = narrowed(queueOf(principal), asked);
    const size = pageSize(first);
    if (!filter) return NOTHING;
    const page = await context.services.reads.queue(filter, { size, after });
    const viewer = { principal, now: context.services.clock.now() };
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentQueueItem(node, viewer) })) };
  }
}

@Resolver(() => ReceiptQueueItemType)
export class ReceiptQueueItemResolver {
  @FieldResolver(() => ReceiptType, { nullable: true, description: 'The receipt.' })
  async receipt(@Ctx() context: ReceiptsContext, @Root() { receiptId }: ReceiptQueueItemType): Promise<ReceiptType | null> {
    return loadReceipt(context, receiptId);
  }
}

@Resolver(() => ReceiptRecipientType)
export class ReceiptRecipientResolver {
  @FieldResolver(() => ReceiptWaitingFor, { nullable: true, description: 'What it waits for; absent once delivered.' })
  async waitingFor(@Ctx() context: ReceiptsContext, @Root() recipient: ReceiptRecipientType): Promise<ReceiptWaitingFor | null> {
    if (recipient.status === 'NOTIFIED') return null;
    const station = await loadStation(context, recipient.stationCode);
    return waitingFor(recipient, station?.standIn ?? false) ?? null;
  }

  @FieldResolver(() => [ReceiptDeliveryStepType], {
    nullable: true,
    description: 'The newest 100 steps of its delivery, oldest first. For its recipient, the broker of the station and operators.',
  })
  async history(@Ctx() context: ReceiptsContext, @Root() recipient: ReceiptRecipientType): Promise<ReceiptDeliveryStepType[] | null> {
    if (!recipient.evidence) return null;
    const steps = await loadSteps(context, recipient.receiptId);
    return steps
      .filter((step) => step.creditorFiscalCode === recipient.creditorFiscalCode && step.stationCode === recipient.stationCode)
      .map(({ status, at, attempt, error, elapsedMs, duplicate }) => ({
        status,
        at,
        attempt,
        elapsedMs,
        duplicate,
        ...(error && { error: sentenceOf(error) }),
      }));
  }
}

@Resolver(() => PaymentReference)
export class PaymentResolver {
  @FieldResolver(() => ReceiptType, {
    nullable: true,
    description: 'Its receipt; null before the payment is booked, and for who has no part in it.',
  })
  async receipt(@Ctx() context: ReceiptsContext, @Root() { paymentToken }: PaymentReference): Promise<ReceiptType | null> {
    return loadReceipt(context, paymentToken);
  }
}

export const resolveReceipt: ReferenceResolver = ({ id }, context) =>
  typeof id === 'string' ? loadReceipt(context as unknown as ReceiptsContext, id) : null;

export const resolvePayment: ReferenceResolver = ({ paymentToken }) => (typeof paymentToken === 'string' ? { paymentToken } : null);
