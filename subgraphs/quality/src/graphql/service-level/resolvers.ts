/** Service levels: PSPs, creditors and partners see their own, operators all. */
import { Allow, DateScalar, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { InputError } from '@nodo-aperto/kernel/faults';
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { spanOf } from '../../domain/month.ts';
import { servicePlot } from '../../edges/service-plot.ts';
import { checkedMonth } from '../../services/read-results.ts';
import { levelsCsv } from '../../services/service-level/levels-csv.ts';
import { requireSubject } from '../../services/service-level/read-service-levels.ts';
import { recomputeDay } from '../../services/service-level/recompute-day.ts';
import { readStandIn } from '../../services/service-level/read-stand-in.ts';
import { stationStops } from '../../services/service-level/station-stops.ts';
import { AFTER, type Context, FIRST } from '../context.ts';
import { GRAIN, SUBJECT_KIND } from './enums.ts';
import { presentCall, presentFigures, presentLevel, presentStops } from './present.ts';
import {
  LevelPointType,
  ObservedCallConnection,
  OutageConnection,
  RecomputationType,
  ServiceLevelType,
  StandInPeriodConnection,
  StationStopsType,
} from './types.ts';

type Kind = keyof typeof SUBJECT_KIND;
const KIND = { description: 'What the levels are of.' };
const CODE = { description: 'Code of the PSP or station, or fiscal code of the creditor.' };
const STATION = { description: 'Code of the station.' };
const FROM_DAY = { description: 'The first day, in Italian time.' };
const TO_DAY = { description: 'The last day; at most 400 days in all.' };
const FROM = { description: 'Begin of the span.' };
const METHOD = { nullable: true, description: 'Only this primitive.' } as const;
const FIRST_ARGUMENT = { nullable: true, description: FIRST } as const;
const AFTER_ARGUMENT = { nullable: true, description: AFTER } as const;

@Resolver()
export class ServiceLevelResolver {
  @Allow('PSP', 'EC', 'PARTNER', 'OPERATOR')
  @Query(() => ServiceLevelType, {
    description: 'How calls of a PSP, or to a creditor or a station, went over a span of days: by method, with faults and availability.',
  })
  async serviceLevel(
    @Ctx() { services, principal }: Context,
    @Arg('kind', () => SUBJECT_KIND, KIND) kind: Kind,
    @Arg('code', () => String, CODE) code: string,
    @Arg('from', () => DateScalar, FROM_DAY) from: string,
    @Arg('to', () => DateScalar, TO_DAY) to: string,
  ): Promise<ServiceLevelType> {
    return presentLevel(await services.serviceLevels.level(principal, { kind, code }, from, to));
  }

  @Allow('PSP', 'EC', 'PARTNER', 'OPERATOR')
  @Query(() => [LevelPointType], {
    description: 'The same minute by minute, or by hour, day or month: spans without any call are left out.',
  })
  async serviceLevelSeries(
    @Ctx() { services, principal }: Context,
    @Arg('kind', () => SUBJECT_KIND, KIND) kind: Kind,
    @Arg('code', () => String, CODE) code: string,
    @Arg('grain', () => GRAIN, { description: 'How long the spans are.' }) grain: keyof typeof GRAIN,
    @Arg('from', () => DateTimeScalar, FROM) from: number,
    @Arg('to', () => DateTimeScalar, { description: 'End of the span; how far off it may be depends on the grain.' }) to: number,
    @Arg('method', () => String, METHOD) method?: string | null,
  ): Promise<LevelPointType[]> {
    const points = await services.serviceLevels.series(
      principal,
      { kind, code },
      { from, until: to },
      { grain, method: method ?? undefined },
    );
    return points.map(({ start, tally }) => ({ start, figures: presentFigures(tally) }));
  }

  @Allow('PSP', 'EC', 'PARTNER', 'OPERATOR')
  @Query(() => OutageConnection, { description: 'Outages that touch a span of days, in the order of time.' })
  async serviceOutages(
    @Ctx() { services, principal }: Context,
    @Arg('kind', () => SUBJECT_KIND, KIND) kind: Kind,
    @Arg('code', () => String, CODE) code: string,
    @Arg('from', () => DateScalar, FROM_DAY) from: string,
    @Arg('to', () => DateScalar, TO_DAY) to: string,
    @Arg('first', () => Int, FIRST_ARGUMENT) first?: number | null,
    @Arg('after', () => String, AFTER_ARGUMENT) after?: string | null,
  ) {
    const page = await services.serviceLevels.outages(principal, { kind, code }, from, to, { first, after });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: { ...node, until: node.until ?? null } })) };
  }

  @Allow('PSP', 'EC', 'PARTNER', 'OPERATOR')
  @Query(() => ObservedCallConnection, {
    description: 'The calls behind the levels, in the order in which they began. They are kept for two weeks.',
  })
  async observedCalls(
    @Ctx() { services, principal }: Context,
    @Arg('kind', () => SUBJECT_KIND, KIND) kind: Kind,
    @Arg('code', () => String, CODE) code: string,
    @Arg('from', () => DateTimeScalar, FROM) from: number,
    @Arg('to', () => DateTimeScalar, { description: 'End of the span.' }) to: number,
    @Arg('faultsOnly', () => Boolean, { defaultValue: false, description: 'Only calls that did not end with OK.' }) faultsOnly: boolean,
    @Arg('method', () => String, METHOD) method?: string | null,
    @Arg('first', () => Int, FIRST_ARGUMENT) first?: number | null,
    @Arg('after', () => String, AFTER_ARGUMENT) after?: string | null,
  ) {
    if (to <= from) throw InputError.at('to', 'is not after from', 'an instant after from');
    const filter = { faultsOnly, method: method ?? undefined };
    const page = await services.serviceLevels.calls(principal, { kind, code }, { from, until: to }, filter, { first, after });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentCall(node) })) };
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => StandInPeriodConnection, { description: 'When a station was in Stand-In and why: times that touch a span of days.' })
  async stationStandInPeriods(
    @Ctx() { services, principal }: Context,
    @Arg('stationCode', () => String, STATION) code: string,
    @Arg('from', () => DateScalar, FROM_DAY) from: string,
    @Arg('to', () => DateScalar, TO_DAY) to: string,
    @Arg('first', () => Int, FIRST_ARGUMENT) first?: number | null,
    @Arg('after', () => String, AFTER_ARGUMENT) after?: string | null,
  ) {
    await requireSubject(principal, services.partnerParts.directory, { kind: 'STATION', code });
    const page = await readStandIn(services.database, code, from, to, { first, after });
    const edges = page.edges.map(({ cursor, node }) => {
      return { cursor, node: { ...node, until: node.until ?? null, leftReason: node.leftReason ?? null } };
    });
    return { ...page, edges };
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => StationStopsType, { description: 'What a station has used of its planned and unplanned stops of a year.' })
  async stationStops(
    @Ctx() { services, principal }: Context,
    @Arg('stationCode', () => String, STATION) code: string,
    @Arg('year', () => Int, { description: 'The calendar year.' }) year: number,
  ): Promise<StationStopsType> {
    const { directory } = services.partnerParts;
    await requireSubject(principal, directory, { kind: 'STATION', code });
    return presentStops(await stationStops({ ...services, directory }, code, year));
  }

  @Allow('PSP', 'EC', 'PARTNER', 'OPERATOR')
  @Query(() => String, {
    description: 'The service levels of a month as CSV with a header line, by subject and method; at most 10,000 lines.',
  })
  async serviceLevelsCsv(
    @Ctx() { services, principal }: Context,
    @Arg('kind', () => SUBJECT_KIND, KIND) kind: Kind,
    @Arg('month', () => String, { description: 'The month, YYYY-MM.' }) month: string,
    @Arg('code', () => String, { nullable: true, description: `${CODE.description} All when absent, for operators only.` })
    code?: string | null,
  ): Promise<string> {
    checkedMonth(month);
    if (principal?.role !== 'OPERATOR') {
      if (!code) throw InputError.at('code', 'is not given', 'a code of one’s own');
      await requireSubject(principal, services.partnerParts.directory, { kind, code });
    }
    return levelsCsv(services.database, kind, code ?? undefined, month);
  }

  @Allow('PSP', 'EC', 'PARTNER', 'OPERATOR')
  @Query(() => String, {
    description: 'Calls not answered within two seconds, in percent of each day of a month, as an SVG picture without any asset of others.',
  })
  async serviceLevelPlot(
    @Ctx() { services, principal }: Context,
    @Arg('kind', () => SUBJECT_KIND, KIND) kind: Kind,
    @Arg('code', () => String, CODE) code: string,
    @Arg('month', () => String, { description: 'The month, YYYY-MM.' }) month: string,
    @Arg('method', () => String, METHOD) method?: string | null,
  ): Promise<string> {
    checkedMonth(month);
    const wanted = { grain: GRAIN.DAY, method: method ?? undefined };
    const points = await services.serviceLevels.series(principal, { kind, code }, spanOf(month), wanted);
    return servicePlot(`${kind} ${code}${method ? ` ${method}` : ''}, ${month}`, points, services.clock.now());
  }

  @Allow('OPERATOR')
  @Query(() => RecomputationType, {
    description:
      'Sums up the calls of a day anew from the raw rows and compares with the sums that are kept, by minute, hour, day and fault; and the sums of its month with those of its days. Changes nothing.',
  })
  async recomputeServiceLevels(
    @Ctx() { services }: Context,
    @Arg('day', () => DateScalar, { description: 'The day, one of the last two weeks.' }) day: string,
  ): Promise<RecomputationType> {
    const { differences, ...figures } = await recomputeDay(services.database, services.clock, day);
    return { ...figures, differences: [...differences] };
  }
}
