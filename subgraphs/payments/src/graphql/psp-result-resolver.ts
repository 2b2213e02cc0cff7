/** The payments that answers to PSPs lead to: looked up only for who selects them, most clients want the answer alone. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { loadPayment, type PaymentsContext } from './context.ts';
import { PaymentType } from './payment-types.ts';
import { presentPayment } from './present.ts';
import { ActivatePaymentNoticeResult, SendPaymentOutcomeResult, SendPaymentOutcomeV2Result } from './results.ts';

/** As many as may be sent: of a longer list nothing is looked up. */
const MOST_TOKENS = 5;

@Resolver(() => ActivatePaymentNoticeResult)
export class ActivationResultResolver {
  @FieldResolver(() => PaymentType)
  payment(@Root() { paymentToken }: ActivatePaymentNoticeResult, @Ctx() context: PaymentsContext): Promise<PaymentType | null> | null {
    return paymentToken === undefined ? null : paymentOf(context, paymentToken);
  }
}

@Resolver(() => SendPaymentOutcomeResult)
export class OutcomeResultResolver {
  @FieldResolver(() => PaymentType)
  payment(
    @Root() { paymentTokens: [paymentToken] }: SendPaymentOutcomeResult,
    @Ctx() context: PaymentsContext,
  ): Promise<PaymentType | null> | null {
    return paymentToken === undefined ? null : paymentOf(context, paymentToken);
  }
}

@Resolver(() => SendPaymentOutcomeV2Result)
export class OutcomeV2ResultResolver {
  @FieldResolver(() => [PaymentType])
  async payments(@Root() { paymentTokens }: SendPaymentOutcomeV2Result, @Ctx() context: PaymentsContext): Promise<PaymentType[]> {
    const payments = await Promise.all(paymentTokens.slice(0, MOST_TOKENS).map((token) => paymentOf(context, token)));
    return payments.filter((payment) => payment !== null);
  }
}

async function paymentOf(context: PaymentsContext, paymentToken: string): Promise<PaymentType | null> {
  const row = await loadPayment(context, paymentToken);
  return row && presentPayment(row, context.principal);
}
