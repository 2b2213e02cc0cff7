/** Payments, and what they contribute to the notices, PSPs and creditors of other subgraphs. */
import { Allow, type Connection, FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listPayments, listSessions, type PaymentFilter } from '../services/read-payments.ts';
import { loadHistory, loadNoticeState, loadPayment, type PaymentsContext } from './context.ts';
import { NoticePaymentStatusEnum, PaymentStatusEnum } from './enums.ts';
import {
  NoticePaymentStatusChangeType,
  PaymentConnection,
  PaymentSessionConnection,
  type PaymentSessionType,
  PaymentStatusChangeType,
  PaymentType,
} from './payment-types.ts';
import { mapConnection, presentPayment, presentSession } from './present.ts';
import { ChannelType, CreditorInstitutionType, NoticeType, PspType, StationType } from './references.ts';

@ArgsType()
class PageArgs {
  @Field(() => String, { nullable: true, description: 'Items past this cursor.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many items, at most 100; 20 when absent.' })
  first?: number | null;
}

@ArgsType()
class SessionArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only through this station.' })
  stationCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Only by this PSP.' })
  pspCode?: string | null;

  @Field(() => FiscalCodeScalar, { nullable: true, description: 'Only for this creditor.' })
  creditorFiscalCode?: string | null;
}

@ArgsType()
class PaymentArgs extends SessionArgs {
  @Field(() => NoticeNumberScalar, { nullable: true, description: 'Only of the notice of this number.' })
  noticeNumber?: string | null;

  @Field(() => [PaymentStatusEnum], { nullable: true, description: 'Only in one of these states.' })
  statuses?: PaymentStatusEnum[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those in Stand-In, or only those not.' })
  standIn?: boolean | null;
}

function filterOf(args: SessionArgs & Partial<PaymentArgs>): PaymentFilter {
  const { stationCode, pspCode, creditorFiscalCode, noticeNumber, statuses, standIn } = args;
  return {
    stationCode: stationCode ?? undefined,
    pspCode: pspCode ?? undefined,
    creditorFiscalCode: creditorFiscalCode ?? undefined,
    noticeNumber: noticeNumber ?? undefined,
    statuses: statuses ?? undefined,
    standIn: standIn ?? undefined,
  };
}

async function page(context: PaymentsContext, filter: PaymentFilter, args: PageArgs): Promise<Connection<PaymentType>> {
  const rows = await listPayments(context.services.reading, context.principal, filter, args);
  return mapConnection(rows, (row) => presentPayment(row, context.principal));
}

@Resolver(() => PaymentType)
export class PaymentsResolver {
  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Query(() => PaymentType, { nullable: true, description: 'A payment by its token; null when there is none that the caller may see.' })
  async payment(
    @Arg('paymentToken', () => String, { description: 'The token.' }) paymentToken: string,
    @Ctx() context: PaymentsContext,
  ): Promise<PaymentType | null> {
    const row = await loadPayment(context, paymentToken);
    return row && presentPayment(row, context.principal);
  }

  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Query(() => PaymentConnection, { description: 'Payments that the caller may see, the newest first.' })
  payments(@Args(() => PaymentArgs) args: PaymentArgs, @Ctx() context: PaymentsContext): Promise<Connection<PaymentType>> {
    return page(context, filterOf(args), args);
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Query(() => PaymentSessionConnection, { description: 'Payments in progress that the caller may see, those that end first at the head.' })
  async sessionsInFlight(
    @Args(() => SessionArgs) args: SessionArgs,
    @Ctx() context: PaymentsContext,
  ): Promise<Connection<PaymentSessionType>> {
    const { database, clock } = context.services;
    const rows = await listSessions(database, context.principal, filterOf(args), args);
    return mapConnection(rows, (row) => presentSession(row, context.principal, clock.now()));
  }

  @FieldResolver(() => [PaymentStatusChangeType], { description: 'Every state that it went into, in order.' })
  async statusHistory(@Root() payment: PaymentType, @Ctx() context: PaymentsContext): Promise<PaymentStatusChangeType[]> {
    return [...((await loadHistory(context, payment.paymentToken))?.changes ?? [])];
  }

  @FieldResolver(() => NoticeType, { nullable: true, description: 'The notice.' })
  notice(@Root() { creditorFiscalCode, noticeNumber }: PaymentType): NoticeType {
    return { creditorFiscalCode, noticeNumber };
  }

  @FieldResolver(() => CreditorInstitutionType, { nullable: true, description: 'The creditor.' })
  creditor(@Root() payment: PaymentType): CreditorInstitutionType {
    return { fiscalCode: payment.creditorFiscalCode };
  }

  @FieldResolver(() => PspType, { nullable: true, description: 'The PSP.' })
  psp(@Root() payment: PaymentType): PspType {
    return { code: payment.pspCode };
  }

  @FieldResolver(() => StationType, { nullable: true, description: 'The station that serves the notice.' })
  station(@Root() payment: PaymentType): StationType {
    return { code: payment.stationCode };
  }

  @FieldResolver(() => ChannelType, { nullable: true, description: 'The channel that the PSP used.' })
  channel(@Root() payment: PaymentType): ChannelType {
    return { code: payment.channelCode };
  }
}

@Resolver(() => NoticeType)
export class NoticePaymentsResolver {
  @FieldResolver(() => NoticePaymentStatusEnum, {
    nullable: true,
    description: 'What the node knows of it; null: nobody has activated it.',
  })
  async paymentStatus(@Root() notice: NoticeType, @Ctx() context: PaymentsContext): Promise<NoticePaymentStatusEnum | null> {
    return (await loadNoticeState(context, notice))?.status ?? null;
  }

  @FieldResolver(() => [NoticePaymentStatusChangeType], { nullable: true, description: 'Every state that it went into, in order.' })
  async paymentStatusHistory(@Root() notice: NoticeType, @Ctx() context: PaymentsContext): Promise<NoticePaymentStatusChangeType[]> {
    return [...((await loadNoticeState(context, notice))?.history ?? [])];
  }

  @FieldResolver(() => PaymentConnection, { nullable: true, description: 'Its payments, the newest first.' })
  payments(
    @Root() notice: NoticeType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: PaymentsContext,
  ): Promise<Connection<PaymentType>> {
    const { creditorFiscalCode, noticeNumber } = notice;
    return page(context, { creditorFiscalCode, noticeNumber }, args);
  }
}

@Resolver(() => PspType)
export class PspPaymentsResolver {
  @FieldResolver(() => PaymentConnection, { nullable: true, description: 'Its payments that the caller may see, the newest first.' })
  payments(@Root() psp: PspType, @Args(() => PageArgs) args: PageArgs, @Ctx() context: PaymentsContext): Promise<Connection<PaymentType>> {
    return page(context, { pspCode: psp.code }, args);
  }
}

@ArgsType()
class CreditorPaymentArgs extends PageArgs {
  @Field(() => [PaymentStatusEnum], { nullable: true, description: 'Only in one of these states.' })
  statuses?: PaymentStatusEnum[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those in Stand-In, or only those not.' })
  standIn?: boolean | null;
}

@Resolver(() => CreditorInstitutionType)
export class CreditorPaymentsResolver {
  @FieldResolver(() => PaymentConnection, {
    nullable: true,
    description: 'Payments of its notices that the caller may see, the newest first.',
  })
  payments(
    @Root() creditor: CreditorInstitutionType,
    @Args(() => CreditorPaymentArgs) args: CreditorPaymentArgs,
    @Ctx() context: PaymentsContext,
  ): Promise<Connection<PaymentType>> {
    return page(context, { ...filterOf(args), creditorFiscalCode: creditor.fiscalCode }, args);
  }
}
