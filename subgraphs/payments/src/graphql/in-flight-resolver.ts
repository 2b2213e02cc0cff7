/** What is under way now: totals of open sessions, and payments that do not go on. */
import { Allow, type Connection } from '@nodo-aperto/kernel/graphql';
import { fromDate } from '@nodo-aperto/kernel/time';
import { Args, ArgsType, Ctx, Field, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { sessionTotals, stuckPayments } from '../services/read-in-flight.ts';
import { callerOf, loadPayment, type PaymentsContext } from './context.ts';
import { SessionTotalConnection, type SessionTotalType, StuckPaymentConnection, StuckPaymentType } from './in-flight-types.ts';
import { PaymentType } from './payment-types.ts';
import { mapConnection, presentPayment } from './present.ts';

@ArgsType()
class StuckArgs {
  @Field(() => String, { nullable: true, description: 'Items past this cursor.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many items, at most 100; 20 when absent.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only through this station.' })
  stationCode?: string | null;
}

@ArgsType()
class TotalsArgs extends StuckArgs {
  @Field(() => String, { nullable: true, description: 'Only by this PSP.' })
  pspCode?: string | null;
}

@Resolver(() => StuckPaymentType)
export class InFlightResolver {
  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Query(() => SessionTotalConnection, { description: 'Open sessions that the caller may see, counted by station and PSP.' })
  async sessionTotals(@Args(() => TotalsArgs) args: TotalsArgs, @Ctx() context: PaymentsContext): Promise<Connection<SessionTotalType>> {
    const { services } = context;
    const filter = { stationCode: args.stationCode ?? undefined, pspCode: args.pspCode ?? undefined };
    const totals = await sessionTotals(services, callerOf(context), filter, args);
    return mapConnection(totals, ({ oldest, nextDeadline, ...total }) => ({
      ...total,
      oldestSeconds: Math.max(0, Math.floor((services.clock.now() - fromDate(oldest)) / 1_000)),
      nextDeadline: fromDate(nextDeadline),
      station: { code: total.stationCode },
      psp: { code: total.pspCode },
    }));
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Query(() => StuckPaymentConnection, {
    description: 'Payments that the caller may see and that are longer in their state than the settings let expect, the longest first.',
  })
  stuckPayments(@Args(() => StuckArgs) args: StuckArgs, @Ctx() context: PaymentsContext): Promise<Connection<StuckPaymentType>> {
    return stuckPayments(context.services, callerOf(context), { stationCode: args.stationCode ?? undefined }, args);
  }

  @FieldResolver(() => PaymentType, { nullable: true, description: 'The payment.' })
  async payment(@Root() stuck: StuckPaymentType, @Ctx() context: PaymentsContext): Promise<PaymentType | null> {
    const row = await loadPayment(context, stuck.paymentToken);
    return row && presentPayment(row, context.principal);
  }
}
