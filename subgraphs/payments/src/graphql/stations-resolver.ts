/** The health of stations: why one is in Stand-In and what takes it out, and the hand that decides besides the policy. */
import { Allow, type Connection, FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { fromDate } from '@nodo-aperto/kernel/time';
import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { listChanges, listEntries, listProbes, listRefusals, standInStations, visibleStation } from '../services/read-stand-in.ts';
import { readStandIn, type StationStandIn } from '../services/read-station.ts';
import { enterByHand, leaveByHand } from '../services/stand-in-by-hand.ts';
import { callerOf, type PaymentsContext } from './context.ts';
import type { PaymentFaultCode } from './enums.ts';
import { mapConnection } from './present.ts';
import { StationType } from './references.ts';
import {
  IdempotencyEntryConnection,
  type IdempotencyEntryType,
  StandInChangeType,
  StandInRefusalConnection,
  type StandInRefusalType,
  StandInStationConnection,
  StationProbeType,
  StationStandInType,
} from './station-types.ts';

const PAGE = 20;

@Resolver(() => StationType)
export class StationsResolver {
  @FieldResolver(() => StationStandInType, {
    nullable: true,
    description: 'How it stands with Stand-In; null for who neither owns the station nor is served by it.',
  })
  async standIn(@Root() { code }: StationType, @Ctx() context: PaymentsContext): Promise<StationStandIn | null> {
    const { directory, stations } = context.services;
    const station = await visibleStation(directory, context.principal, code);
    return station ? readStandIn(stations.decisions, station) : null;
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => StandInStationConnection, { description: 'The stations in Stand-In by policy or by hand that the caller may see, by code.' })
  async standInStations(
    @Arg('after', () => String, { nullable: true, description: 'Items past this cursor.' }) after: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many items, at most 100; 20 when absent.' }) first: number | null,
    @Ctx() context: PaymentsContext,
  ): Promise<Connection<StationType>> {
    const codes = await standInStations(context.services.stations.decisions, callerOf(context), { after, first });
    return mapConnection(codes, (code) => ({ code }));
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => StationType, { description: 'Puts a station in Stand-In: it is not called until it is taken out by hand.' })
  async enterStandIn(
    @Arg('station', () => String, { description: 'Code of the station.' }) station: string,
    @Arg('reason', () => String, { description: 'Why; shown to all who may see the station.' }) reason: string,
    @Ctx() context: PaymentsContext,
  ): Promise<StationType> {
    await enterByHand(context.services.stations.decisions, callerOf(context), station, reason);
    return { code: station };
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Mutation(() => StationType, { description: 'Takes a station out of Stand-In, whoever put it in: it is called again.' })
  async leaveStandIn(
    @Arg('station', () => String, { description: 'Code of the station.' }) station: string,
    @Arg('reason', () => String, { description: 'Why; shown to all who may see the station.' }) reason: string,
    @Ctx() context: PaymentsContext,
  ): Promise<StationType> {
    await leaveByHand(context.services.stations.decisions, callerOf(context), station, reason);
    return { code: station };
  }
}

@Resolver(() => StationStandInType)
export class StandInDetailsResolver {
  @FieldResolver(() => [StationProbeType], { description: 'The newest probes, newest first.' })
  async probes(
    @Root() standIn: StationStandInType,
    @Arg('first', () => Int, { defaultValue: PAGE, description: 'How many, at most 100.' }) first: number,
    @Ctx() context: PaymentsContext,
  ): Promise<StationProbeType[]> {
    const rows = await listProbes(context.services.database, standIn.stationCode, first);
    return rows.map(({ at, result, answer, elapsedMs }) => ({ at: fromDate(at), result, answer, elapsedMs }));
  }

  @FieldResolver(() => [StandInChangeType], { description: 'When it entered and left, newest first.' })
  async history(
    @Root() standIn: StationStandInType,
    @Arg('first', () => Int, { defaultValue: PAGE, description: 'How many, at most 100.' }) first: number,
    @Ctx() context: PaymentsContext,
  ): Promise<StandInChangeType[]> {
    const rows = await listChanges(context.services.database, standIn.stationCode, first);
    return rows.map(({ at, entered, decidedBy, reason }) => ({ at: fromDate(at), entered, decidedBy, reason }));
  }
}

@Resolver()
export class OperatorResolver {
  @Allow('OPERATOR')
  @Query(() => StandInRefusalConnection, { description: 'Why ACA did not answer in creditors’ places, newest first.' })
  async standInRefusals(
    @Arg('after', () => String, { nullable: true, description: 'Items past this cursor.' }) after: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many items, at most 100; 20 when absent.' }) first: number | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only of this creditor.' }) creditorFiscalCode:
      | string
      | null,
    @Arg('noticeNumber', () => NoticeNumberScalar, { nullable: true, description: 'Only of this notice.' }) noticeNumber: string | null,
    @Arg('stationCode', () => String, { nullable: true, description: 'Only of this station.' }) stationCode: string | null,
    @Ctx() context: PaymentsContext,
  ): Promise<Connection<StandInRefusalType>> {
    const filter = {
      creditorFiscalCode: creditorFiscalCode ?? undefined,
      noticeNumber: noticeNumber ?? undefined,
      stationCode: stationCode ?? undefined,
    };
    const rows = await listRefusals(context.services.database, filter, { after, first });
    return mapConnection(rows, ({ at, told, ...row }) => ({ ...row, at: fromDate(at), told: told as PaymentFaultCode }));
  }

  @Allow('OPERATOR')
  @Query(() => IdempotencyEntryConnection, { description: 'What is remembered under idempotency keys, newest first.' })
  async idempotencyEntries(
    @Arg('after', () => String, { nullable: true, description: 'Items past this cursor.' }) after: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many items, at most 100; 20 when absent.' }) first: number | null,
    @Arg('pspCode', () => String, { nullable: true, description: 'Only of this PSP.' }) pspCode: string | null,
    @Arg('key', () => String, { nullable: true, description: 'Only under this key.' }) key: string | null,
    @Arg('paymentToken', () => String, { nullable: true, description: 'Only about this token.' }) paymentToken: string | null,
    @Ctx() context: PaymentsContext,
  ): Promise<Connection<IdempotencyEntryType>> {
    const filter = { pspCode: pspCode ?? undefined, key: key ?? undefined, paymentToken: paymentToken ?? undefined };
    const rows = await listEntries(context.services.database, filter, { after, first });
    return mapConnection(rows, (row) => ({
      pspCode: row.pspCode,
      primitive: row.primitive,
      key: row.key,
      requestHash: row.requestHash,
      creditorFiscalCode: row.creditorFiscalCode ?? undefined,
      noticeNumber: row.noticeNumber ?? undefined,
      paymentToken: row.paymentToken ?? undefined,
      outcome: row.response?.outcome,
      faultCode: row.response?.fault?.code as PaymentFaultCode | undefined,
      createdAt: fromDate(row.createdAt),
      validTo: fromDate(row.validTo),
    }));
  }
}
