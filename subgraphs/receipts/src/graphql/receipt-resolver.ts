/** Queries of receipts, and what this subgraph contributes to payments. */
import { Allow, type Connection, FiscalCodeScalar, pageSize, type ReferenceResolver } from '@nodo-aperto/kernel/graphql';
import { audience } from '@nodo-aperto/schema/events';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { sentenceOf } from '../domain/delivery-failure.ts';
import { waitingFor } from '../domain/waiting-for.ts';
import { callerOf, loadReceipt, loadStation, loadSteps, type ReceiptsContext } from './context.ts';
import { ReceiptWaitingFor } from './enums.ts';
import { AFTER, FIRST, narrowed, NOTHING, partyOf, presentPage, queueOf, readFilter, ReceiptFilterInput } from './lists.ts';
import { ReceiptConnection, ReceiptDeliveryStepType, ReceiptRecipientType, ReceiptType } from './receipt-types.ts';
import { PaymentReference } from './references.ts';

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
    @Arg('filter', () => ReceiptFilterInput, { nullable: true, description: 'What narrows the list further.' })
    filter: ReceiptFilterInput | null,
  ): Promise<Connection<ReceiptType>> {
    const principal = callerOf(context);
    const page = { size: pageSize(first), after };
    const { reads } = context.services;
    const narrowing = readFilter(filter);
    if (pending) {
      const waiting = narrowed(queueOf(principal), creditorFiscalCode ? { creditorFiscalCode } : {});
      return waiting ? presentPage(context, await reads.list({ pending: waiting }, narrowing, page)) : NOTHING;
    }
    const party = partyOf(principal);
    if (party === null) return NOTHING;
    const creditor = creditorFiscalCode ? audience.creditor(creditorFiscalCode) : undefined;
    const source = party ?? creditor;
    const alsoOf = party !== undefined && creditor !== undefined && creditor !== party ? { alsoOf: creditor } : {};
    return presentPage(context, await reads.list(source === undefined ? 'ALL' : { party: source }, { ...narrowing, ...alsoOf }, page));
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
