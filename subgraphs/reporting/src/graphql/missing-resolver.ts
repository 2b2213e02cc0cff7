/** What was not reported when its deadline passed. */
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
import { isEuroCents } from '@nodo-aperto/kernel/money';
import { Arg, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { MissingReport } from '../persistence/deadlines.ts';
import { missingReports } from '../services/read-missing.ts';
import { mapped } from './connections.ts';
import { callerOf, type ReportingContext } from './context.ts';
import { CreditorStub, PspStub } from './stubs.ts';

@ObjectType('MissingReport', {
  description:
    'What a PSP had booked for a creditor in an operative day and not reported by the deadline (end of D+2). Kept as it was then.',
})
export class MissingReportType {
  @Field(() => PspStub, { nullable: true, description: 'The PSP.' })
  psp?: PspStub;

  @Field(() => CreditorStub, { nullable: true, description: 'The creditor.' })
  creditor?: CreditorStub;

  @Field(() => DateScalar, { description: 'The operative day.' })
  operativeDay!: string;

  @Field(() => DateScalar, { description: 'The last day for reporting it.' })
  dueDay!: string;

  @Field(() => Int, { description: 'How many transfers no published flow had a line for.' })
  payments!: number;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'What they add up to; null when it is more than an amount can be.' })
  amount?: number;

  @Field(() => DateTimeScalar, { description: 'When it was found.' })
  foundAt!: number;
}

const MissingReportConnection = connectionOf('MissingReport', () => MissingReportType);

function present({ pspCode, creditorFiscalCode, amount, ...missing }: MissingReport): MissingReportType {
  return { ...missing, psp: { code: pspCode }, creditor: { fiscalCode: creditorFiscalCode }, ...(isEuroCents(amount) && { amount }) };
}

@Resolver(() => MissingReportType)
export class MissingReportResolver {
  @Allow('PSP', 'EC', 'OPERATOR')
  @Query(() => MissingReportConnection, {
    description: 'What was not reported at its deadline and concerns the caller, newest operative day first; empty for anybody else’s.',
  })
  async missingReports(
    @Ctx() context: ReportingContext,
    @Arg('psp', () => String, { nullable: true, description: 'Only what this PSP owes.' }) pspCode: string | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only what is owed to this creditor.' })
    creditorFiscalCode: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 100; 20 when absent.' }) first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last one seen.' }) after: string | null,
  ): Promise<Connection<MissingReportType>> {
    const filter = { ...(pspCode && { pspCode }), ...(creditorFiscalCode && { creditorFiscalCode }) };
    const page = { size: pageSize(first), after };
    return mapped(await missingReports(context.services.writing.database, callerOf(context), filter, page), present);
  }
}
