/** What a PSP still has to report to a creditor, ready to be put in a flow. */
import { deadlinesOfDay } from '@nodo-aperto/kernel/calendar';
import {
  Allow,
  type Connection,
  connectionOf,
  DateScalar,
  DateTimeScalar,
  EuroCentsScalar,
  FiscalCodeScalar,
  pageSize,
} from '@nodo-aperto/kernel/graphql';
import { InputError } from '@nodo-aperto/kernel/faults';
import { isEuroCents } from '@nodo-aperto/kernel/money';
import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { Proposal } from '../services/read-flows.ts';
import { callerOf, ownPsp, type ReportingContext } from './context.ts';
import { ReportedOutcomeEnum } from './enums.ts';
import { CreditorStub, PaymentStub, PspStub } from './stubs.ts';

const LARGEST_LINE_PAGE = 1_000;

@ObjectType('ProposedReportingLine', { description: 'A transfer of a booked payment that no flow reports yet.' })
export class ProposedLineType {
  @Field(() => String, { description: 'The creditor’s reference (IUV).' })
  iuv!: string;

  @Field(() => String, { description: 'The payment token (IUR).' })
  iur!: string;

  @Field(() => Int, { description: 'Number of the transfer in its payment, 1 to 5.' })
  idTransfer!: number;

  @Field(() => EuroCentsScalar, { description: 'Amount of the transfer.' })
  amount!: number;

  @Field(() => ReportedOutcomeEnum, { description: 'What it is to be reported as.' })
  outcome!: ReportedOutcomeEnum;

  @Field(() => DateTimeScalar, { description: 'When it was booked.' })
  payDate!: number;

  @Field(() => PaymentStub, { nullable: true, description: 'The payment.' })
  payment?: PaymentStub;
}

const ProposedLineConnection = connectionOf('ProposedReportingLine', () => ProposedLineType);

@ObjectType('ReportingFlowProposal', {
  description: 'What a PSP booked for a creditor in an operative day and reports neither in a published flow nor in a draft.',
})
export class ProposalType {
  /** Not part of the graph: what was asked for. */
  proposal!: Proposal;

  @Field(() => PspStub, { nullable: true, description: 'The PSP.' })
  psp?: PspStub;

  @Field(() => CreditorStub, { nullable: true, description: 'The creditor.' })
  creditor?: CreditorStub;

  @Field(() => DateScalar, { description: 'When the money is to be credited: D+1.' })
  settlementDay!: string;

  @Field(() => DateScalar, { description: 'The flow is due by the end of this day: D+2.' })
  dueDay!: string;

  @Field(() => DateScalar, { description: 'It may be replaced until the end of this day: D+4.' })
  replaceableUntilDay!: string;

  @Field(() => Int, { description: 'How many transfers there are.' })
  totalPayments!: number;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'What they add up to; null when it is more than one flow can hold.' })
  totalAmount?: number;
}

@Resolver(() => ProposalType)
export class ProposalResolver {
  @Allow('PSP', 'OPERATOR')
  @Query(() => ProposalType, {
    description:
      'What a PSP has yet to report to a creditor of the payments of an operative day, which closes at 13:00 Italian time; what is paid later, or on a day that is no working day, belongs to the next.',
  })
  async proposeFlow(
    @Ctx() context: ReportingContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' }) creditorFiscalCode: string,
    @Arg('date', () => DateScalar, { description: 'The operative day: a working day.' }) date: string,
    @Arg('psp', () => String, { nullable: true, description: 'Code of the PSP; the caller itself when absent. Operators name one.' })
    psp: string | null,
  ): Promise<ProposalType> {
    const pspCode = callerOf(context).role === 'OPERATOR' ? psp : ownPsp(context, psp);
    if (!pspCode) throw InputError.at('psp', 'is missing', 'the code of a PSP');
    const proposal = { pspCode, creditorFiscalCode, date };
    const { payments, amount } = await context.services.reads.proposalTotals(proposal);
    const { settlementDay, dueDay, replaceableUntilDay } = deadlinesOfDay(date);
    return {
      proposal,
      settlementDay,
      dueDay,
      replaceableUntilDay,
      psp: { code: pspCode },
      creditor: { fiscalCode: creditorFiscalCode },
      totalPayments: payments,
      ...(isEuroCents(amount) && { totalAmount: amount }),
    };
  }

  @FieldResolver(() => ProposedLineConnection, { description: 'The transfers, oldest first.' })
  async payments(
    @Ctx() context: ReportingContext,
    @Root() { proposal }: ProposalType,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 1000; 20 when absent.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last one seen.' }) after: string | null,
  ): Promise<Connection<ProposedLineType>> {
    const page = await context.services.reads.proposed(proposal, { size: pageSize(first, LARGEST_LINE_PAGE), after });
    return {
      pageInfo: page.pageInfo,
      edges: page.edges.map(({ cursor, node: { iuv, iur, idTransfer, amount, outcome, bookedAt } }) => ({
        cursor,
        node: { iuv, iur, idTransfer, amount, outcome, payDate: bookedAt, payment: { paymentToken: iur } },
      })),
    };
  }
}
