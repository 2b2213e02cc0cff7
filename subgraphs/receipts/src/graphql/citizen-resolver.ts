/** What citizens see of what they paid and owed, and how they put it away. */
import { Allow, type Connection, FiscalCodeScalar, NoticeNumberScalar, pageSize } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { receiptIdOf } from '../domain/cart.ts';
import { periodOfYear } from '../domain/payment-period.ts';
import { citizenKey } from '../domain/receipt-parties.ts';
import { hideReceipt, restoreReceipt } from '../services/hide-receipt.ts';
import { callerOf, loadReceipt, readReceipt, type ReceiptsContext, shownReceipt } from './context.ts';
import { ReceiptPartyRole } from './enums.ts';
import { AFTER, FIRST, NOTHING, presentPage, readText } from './lists.ts';
import { ReceiptCartType, ReceiptConnection, ReceiptType } from './receipt-types.ts';

const LONGEST_ID = 80;

@Resolver()
export class CitizenReceiptResolver {
  @Allow('CITIZEN')
  @Query(() => ReceiptConnection, {
    description:
      'The receipts of payments that the caller made or owed, newest first, ten years back; without those that the caller has hidden.',
  })
  async myReceipts(
    @Ctx() context: ReceiptsContext,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
    @Arg('year', () => Int, { nullable: true, description: 'Only what was paid in this year.' }) year: number | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only notices of this creditor.' })
    creditorFiscalCode: string | null,
    @Arg('noticeNumber', () => NoticeNumberScalar, { nullable: true, description: 'Only this notice.' }) noticeNumber: string | null,
    @Arg('text', () => String, {
      nullable: true,
      description: 'Part of the description, of the creditor’s name, of the notice number or of the reference; 2 to 100 characters.',
    })
    text: string | null,
    @Arg('as', () => ReceiptPartyRole, { nullable: true, description: 'Only what the caller paid, or only what it owed.' })
    role: ReceiptPartyRole | null,
    @Arg('hidden', () => Boolean, { nullable: true, description: 'True: only those that the caller has hidden.' }) hidden: boolean | null,
  ): Promise<Connection<ReceiptType>> {
    const { fiscalCode } = callerOf(context);
    const size = pageSize(first);
    if (!fiscalCode) return NOTHING;
    const party = citizenKey(fiscalCode);
    const filter = {
      hidden: { by: party, is: hidden ?? false },
      ...(year !== null && year !== undefined && periodOfYear(year)),
      ...(creditorFiscalCode && { creditorFiscalCode }),
      ...(noticeNumber && { noticeNumber }),
      ...(role && { person: { fiscalCode: fiscalCode.toUpperCase(), as: role } }),
      ...readText(text, 'text'),
    };
    return presentPage(context, await context.services.reads.list({ party }, filter, { size, after }));
  }

  @Allow('CITIZEN')
  @Query(() => ReceiptType, {
    nullable: true,
    description: 'A receipt of the caller’s, hidden or not; null when it has none with this id.',
  })
  async myReceipt(
    @Ctx() context: ReceiptsContext,
    @Arg('id', () => ID, { description: 'The payment token, or the citizen’s id of a receipt.' }) id: string,
  ): Promise<ReceiptType | null> {
    return id.length > LONGEST_ID ? null : loadReceipt(context, receiptIdOf(id));
  }

  @Allow('CITIZEN')
  @Mutation(() => ReceiptType, {
    nullable: true,
    description: 'Takes a receipt out of the caller’s list, and of nobody else’s. Nothing is deleted.',
  })
  async hideReceipt(
    @Ctx() context: ReceiptsContext,
    @Arg('id', () => ID, { description: 'The payment token, or the citizen’s id of a receipt.' }) id: string,
  ): Promise<ReceiptType | null> {
    return readReceipt(context, await hideReceipt(context.services.hiding, callerOf(context), id));
  }

  @Allow('CITIZEN', 'OPERATOR')
  @Mutation(() => ReceiptType, { nullable: true, description: 'Brings a hidden receipt back into a person’s list.' })
  async restoreReceipt(
    @Ctx() context: ReceiptsContext,
    @Arg('id', () => ID, { description: 'The payment token, or the citizen’s id of a receipt.' }) id: string,
    @Arg('fiscalCode', () => String, { nullable: true, description: 'Whose list it is; for operators, who help others.' })
    fiscalCode: string | null,
  ): Promise<ReceiptType | null> {
    return readReceipt(context, await restoreReceipt(context.services.hiding, callerOf(context), id, fiscalCode));
  }
}

@Resolver(() => ReceiptCartType)
export class ReceiptCartResolver {
  @FieldResolver(() => [ReceiptType], { description: 'The receipts, in the order in which they were booked.' })
  async receipts(@Ctx() context: ReceiptsContext, @Root() { cartId }: ReceiptCartType): Promise<ReceiptType[]> {
    const found = await context.services.reads.cart(cartId);
    return found.map((each) => shownReceipt(context, each)).filter((each) => each !== null);
  }
}
