/** How far a creditor does its duty to load its positions into ACA. */
import { ForbiddenError } from '@nodo-aperto/kernel/faults';
import { Allow, DateScalar, EuroCentsScalar, FiscalCodeScalar } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Field, Float, Int, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql';
import { ACA_DUTIES, type AcaDuty as Duty } from '../domain/aca-coverage.ts';
import { acaCoverageOf } from '../services/aca-coverage.ts';
import { actsFor, creditorMeant, type NoticesContext } from './context.ts';

export const AcaDuty = Object.fromEntries(ACA_DUTIES.map((name) => [name, name])) as { readonly [Name in Duty]: Name };
export type AcaDuty = Duty;
registerEnumType(AcaDuty, {
  name: 'AcaDuty',
  description: 'Whether a creditor has to load its positions into ACA.',
  valuesConfig: {
    MUST_LOAD: { description: 'It answers through a station: all its positions have to be in ACA.' },
    OPTIONAL: { description: 'It answers through a station, and is no public administration: it may load its positions.' },
    ASYNCHRONOUS: { description: 'It leaves its positions to the platform, which has them anyway.' },
    NO_STATION: { description: 'It has no station, and so no notices.' },
  },
});

@ObjectType('AcaCoverageRoute', { description: 'A way on which notices of the creditor are answered.' })
export class AcaCoverageRouteType {
  @Field(() => String, { description: 'Code of the station.' })
  station!: string;

  @Field(() => Int, { description: 'Aux digit of the notices.' })
  auxDigit!: number;

  @Field(() => String, { nullable: true, description: 'Segregation code of the notices (aux digit 3).' })
  segregationCode?: string;

  @Field(() => String, { nullable: true, description: 'Application code of the notices (aux digit 0).' })
  applicationCode?: string;

  @Field(() => Boolean, { description: 'Whether the creditor loads these notices into ACA.' })
  aca!: boolean;

  @Field(() => Boolean, { description: 'Whether the positions are left to the platform.' })
  asynchronous!: boolean;
}

@ObjectType('AcaCoverage', { description: 'How many payments of a creditor were of notices that were in ACA before they were activated.' })
export class AcaCoverageType {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => AcaDuty, { description: 'Whether it has to load.' })
  duty!: AcaDuty;

  @Field(() => DateScalar, { description: 'First day, in Italy.' })
  from!: string;

  @Field(() => DateScalar, { description: 'Last day, in Italy.' })
  to!: string;

  @Field(() => Int, { description: 'Booked payments, on the days on which they were activated.' })
  payments!: number;

  @Field(() => Int, { description: 'Those whose notice was in ACA beforehand.' })
  inAca!: number;

  @Field(() => Int, { description: 'Those made in Stand-In.' })
  standIn!: number;

  @Field(() => Float, { nullable: true, description: 'inAca of payments, 0 to 1; absent without payments.' })
  share?: number;

  @Field(() => EuroCentsScalar, { description: 'What the payments outside ACA cost the creditor.' })
  cost!: number;

  @Field(() => [AcaCoverageRouteType], { description: 'Its routes, and which of them are in ACA.' })
  routes!: AcaCoverageRouteType[];
}

@Resolver()
export class AcaCoverageResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => AcaCoverageType, {
    description: 'ACA coverage of a creditor that the caller acts for, over up to 366 days; the last 30 when absent.',
  })
  async acaCoverage(
    @Ctx() context: NoticesContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, {
      nullable: true,
      description: 'Fiscal code of the creditor; the caller itself when absent.',
    })
    creditorFiscalCode: string | null,
    @Arg('from', () => DateScalar, { nullable: true, description: 'First day; 30 days before the last when absent.' }) from: string | null,
    @Arg('to', () => DateScalar, { nullable: true, description: 'Last day; today when absent.' }) to: string | null,
  ): Promise<AcaCoverageType> {
    const creditor = creditorMeant(context, creditorFiscalCode);
    if (!(await actsFor(context, creditor))) throw new ForbiddenError('The creditor is not yours to ask about.');
    const { writing, directory } = context.services;
    const coverage = await acaCoverageOf(
      { database: writing.database, clock: writing.clock, directory },
      { creditorFiscalCode: creditor, ...(from && { from }), ...(to && { to }) },
    );
    return { ...coverage, routes: coverage.routes.map((route) => ({ ...route })) };
  }
}
