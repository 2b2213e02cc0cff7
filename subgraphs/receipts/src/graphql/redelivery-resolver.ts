/** Another delivery on demand. */
import { Allow, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { RedeliveryBudget } from '../domain/redelivery-budget.ts';
import { readRedeliveryBudget, redeliverReceipt } from '../services/redeliver-receipt.ts';
import { callerOf, readReceipt, type ReceiptsContext } from './context.ts';
import { RedeliveryOutcome } from './enums.ts';
import { ReceiptType } from './receipt-types.ts';

@ObjectType('RedeliveryBudget', { description: 'How many deliveries a creditor may still ask for.' })
export class RedeliveryBudgetType {
  @Field(() => Int, { description: 'Requests allowed in sixty minutes.' })
  limit!: number;

  @Field(() => Int, { description: 'Requests left.' })
  remaining!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When one more is allowed; absent while some are left.' })
  nextAt?: number;
}

@ObjectType('RedeliverReceiptPayload', { description: 'What became of a request for another delivery.' })
export class RedeliverReceiptPayload {
  @Field(() => RedeliveryOutcome, { description: 'What was done.' })
  outcome!: RedeliveryOutcome;

  @Field(() => ReceiptType, { nullable: true, description: 'The receipt.' })
  receipt?: ReceiptType | null;

  @Field(() => RedeliveryBudgetType, {
    nullable: true,
    description: 'What is left of the caller’s requests; absent for operators, who have no limit.',
  })
  budget?: RedeliveryBudgetType;
}

function presentBudget({ limit, remaining, nextAt }: RedeliveryBudget): RedeliveryBudgetType {
  return { limit, remaining, ...(nextAt !== undefined && { nextAt }) };
}

@Resolver()
export class RedeliveryResolver {
  @Allow('EC', 'OPERATOR')
  @Mutation(() => RedeliverReceiptPayload, {
    description:
      'Sends a receipt again, at once, to those recipients of the caller’s that do not have it, also when its attempts are used up.',
  })
  async redeliverReceipt(
    @Ctx() context: ReceiptsContext,
    @Arg('id', () => ID, { description: 'The payment token.' }) id: string,
  ): Promise<RedeliverReceiptPayload> {
    const { outcome, budget } = await redeliverReceipt(context.services.redelivering, callerOf(context), id);
    return { outcome, receipt: await readReceipt(context, id), ...(budget && { budget: presentBudget(budget) }) };
  }

  @Allow('EC')
  @Query(() => RedeliveryBudgetType, { nullable: true, description: 'How many deliveries the caller may still ask for.' })
  async redeliveryBudget(@Ctx() context: ReceiptsContext): Promise<RedeliveryBudgetType | null> {
    const budget = await readRedeliveryBudget(context.services.redelivering, callerOf(context));
    return budget ? presentBudget(budget) : null;
  }
}
