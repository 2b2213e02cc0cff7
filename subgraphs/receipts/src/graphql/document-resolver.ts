/** Printed copies of receipts: how far they have come, and the link to them. */
import { Allow, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { type CopyState, readCopy, requestCopy } from '../services/print-receipt.ts';
import { callerOf, type ReceiptsContext } from './context.ts';
import { ReceiptCopy, ReceiptDocumentState } from './enums.ts';

@ObjectType('ReceiptDocument', { description: 'A printed copy of a receipt, in PDF.' })
export class ReceiptDocumentType {
  @Field(() => ID, { description: 'Id of the receipt.' })
  receiptId!: string;

  @Field(() => ReceiptCopy, { description: 'Which copy.' })
  copy!: ReceiptCopy;

  @Field(() => ReceiptDocumentState, { description: 'How far it has come.' })
  state!: ReceiptDocumentState;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was made.' })
  generatedAt?: number;

  @Field(() => Int, { nullable: true, description: 'Its size in bytes.' })
  size?: number;

  @Field(() => String, {
    nullable: true,
    description: 'Where to download it, on the address of the platform and without another credential; present when it is ready.',
  })
  downloadPath?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when the link can be used; ask again for another.' })
  downloadUntil?: number;
}

function present({ receiptId, copy, state, generatedAt, size, link }: CopyState): ReceiptDocumentType {
  return {
    receiptId,
    copy,
    state,
    ...(generatedAt !== undefined && { generatedAt }),
    ...(size !== undefined && { size }),
    ...(link && { downloadPath: link.path, downloadUntil: link.expiresAt }),
  };
}

const ID_ARGUMENT = { description: 'The payment token, or the citizen’s id of a receipt.' } as const;
const COPY_ARGUMENT = {
  nullable: true,
  description: 'Which copy; absent: the caller’s own (payer’s or debtor’s copy for citizens, attestation for creditors).',
} as const;

@Resolver()
export class ReceiptDocumentResolver {
  @Allow('CITIZEN', 'EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => ReceiptDocumentType, {
    description: 'Has a copy of a receipt of the caller’s printed. One that is there or on its way is not printed again.',
  })
  async printReceipt(
    @Ctx() context: ReceiptsContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('copy', () => ReceiptCopy, COPY_ARGUMENT) copy: ReceiptCopy | null,
  ): Promise<ReceiptDocumentType> {
    return present(await requestCopy(context.services.printing, callerOf(context), id, copy ?? undefined));
  }

  @Allow('CITIZEN', 'EC', 'PARTNER', 'OPERATOR')
  @Query(() => ReceiptDocumentType, { description: 'How far the printing of a copy has come, and the link to it.' })
  async receiptDocument(
    @Ctx() context: ReceiptsContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('copy', () => ReceiptCopy, COPY_ARGUMENT) copy: ReceiptCopy | null,
  ): Promise<ReceiptDocumentType> {
    return present(await readCopy(context.services.printing, callerOf(context), id, copy ?? undefined));
  }
}
