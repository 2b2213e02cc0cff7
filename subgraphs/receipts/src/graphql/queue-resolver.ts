/** The queue of deliveries: what waits, item by item and station by station. */
import { Allow, type Connection, FiscalCodeScalar, pageSize } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { callerOf, loadReceipt, type ReceiptsContext } from './context.ts';
import { AFTER, FIRST, narrowed, NOTHING, queueOf } from './lists.ts';
import { presentQueueItem, presentStationQueue } from './present.ts';
import {
  ReceiptQueueConnection,
  ReceiptQueueItemType,
  StationReceiptQueueConnection,
  type StationReceiptQueueType,
} from './queue-types.ts';
import { ReceiptType } from './receipt-types.ts';

@Resolver()
export class ReceiptQueueResolver {
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

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => StationReceiptQueueConnection, {
    description:
      'What recipients of the caller’s do not have yet, in figures by station: how many, since when, why, and when the next is sent.',
  })
  async receiptQueueTotals(
    @Ctx() context: ReceiptsContext,
    @Arg('stationCode', () => String, { nullable: true, description: 'Only this station.' }) stationCode: string | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only what waits for this creditor.' })
    creditorFiscalCode: string | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<StationReceiptQueueType>> {
    const asked = { ...(stationCode && { stationCode }), ...(creditorFiscalCode && { creditorFiscalCode }) };
    const filter = narrowed(queueOf(callerOf(context)), asked);
    const size = pageSize(first);
    if (!filter) return NOTHING;
    const { reads, clock } = context.services;
    const page = await reads.totals(filter, { size, after, now: clock.now() });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentStationQueue(node) })) };
  }
}

@Resolver(() => ReceiptQueueItemType)
export class ReceiptQueueItemResolver {
  @FieldResolver(() => ReceiptType, { nullable: true, description: 'The receipt.' })
  async receipt(@Ctx() context: ReceiptsContext, @Root() { receiptId }: ReceiptQueueItemType): Promise<ReceiptType | null> {
    return loadReceipt(context, receiptId);
  }
}
