/** The rows as the ORM sees them, for lists and look-ups that are not on the path of a payment. */
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { NoticePaymentStatus, PaymentSnapshot, PaymentStatus, Subject, Transfer } from '@nodo-aperto/schema/events';
import type { JudgedSlot } from '../domain/stand-in/profile.ts';

const PaymentSchema = defineEntity({
  name: 'Payment',
  tableName: 'payment',
  properties: {
    paymentToken: p.string().primary(),
    creditorFiscalCode: p.string(),
    noticeNumber: p.string(),
    iuv: p.string(),
    creditorName: p.string(),
    officeName: p.string().nullable(),
    amount: p.bigint('number'),
    description: p.string(),
    dueDate: p.date().nullable(),
    debtor: p.json<Subject>(),
    transfers: p.json<Transfer[]>(),
    metadata: p.json<NonNullable<PaymentSnapshot['metadata']>>().nullable(),
    creditors: p.array(),
    pspCode: p.string(),
    pspName: p.string(),
    pspFiscalCode: p.string().nullable(),
    pspVatNumber: p.string().nullable(),
    pspBrokerCode: p.string(),
    channelCode: p.string(),
    creditorBrokerCode: p.string(),
    stationCode: p.string(),
    standIn: p.boolean(),
    status: p.string().$type<PaymentStatus>(),
    activatedAt: p.datetime(),
    expiresAt: p.datetime(),
    activationPaymentMethod: p.string().nullable(),
    touchPoint: p.string().nullable(),
    paymentNote: p.string().nullable(),
    outcome: p.string().$type<'OK' | 'KO'>().nullable(),
    outcomeAt: p.datetime().nullable(),
    late: p.boolean(),
    paymentMethod: p.string().nullable(),
    paymentChannel: p.string().nullable(),
    fee: p.bigint('number').nullable(),
    primaryCreditorFee: p.bigint('number').nullable(),
    bundleId: p.string().nullable(),
    creditorBundleId: p.string().nullable(),
    payer: p.json<Subject>().nullable(),
    applicationDate: p.date().nullable(),
    transferDate: p.date().nullable(),
    debtorFiscalCode: p.string(),
    payerFiscalCode: p.string().nullable(),
    revision: p.bigint('number'),
  },
});
export class PaymentRow extends PaymentSchema.class {}
PaymentSchema.setClass(PaymentRow);

const PaymentStatusChangeSchema = defineEntity({
  name: 'PaymentStatusChange',
  tableName: 'payment_status_change',
  properties: { id: p.bigint('number').primary(), paymentToken: p.string(), status: p.string().$type<PaymentStatus>(), at: p.datetime() },
});
export class PaymentStatusChangeRow extends PaymentStatusChangeSchema.class {}
PaymentStatusChangeSchema.setClass(PaymentStatusChangeRow);

const NoticeSchema = defineEntity({
  name: 'Notice',
  tableName: 'notice',
  properties: {
    creditorFiscalCode: p.string().primary(),
    noticeNumber: p.string().primary(),
    status: p.string().$type<NoticePaymentStatus>().nullable(),
    paymentToken: p.string().nullable(),
    claimId: p.uuid().nullable(),
    claimedUntil: p.datetime().nullable(),
    revision: p.bigint('number'),
    updatedAt: p.datetime(),
  },
});
export class NoticeRow extends NoticeSchema.class {}
NoticeSchema.setClass(NoticeRow);

const NoticeStatusChangeSchema = defineEntity({
  name: 'NoticeStatusChange',
  tableName: 'notice_status_change',
  properties: {
    id: p.bigint('number').primary(),
    creditorFiscalCode: p.string(),
    noticeNumber: p.string(),
    status: p.string().$type<NoticePaymentStatus>(),
    paymentToken: p.string(),
    at: p.datetime(),
  },
});
export class NoticeStatusChangeRow extends NoticeStatusChangeSchema.class {}
NoticeStatusChangeSchema.setClass(NoticeStatusChangeRow);

const IdempotencyEntrySchema = defineEntity({
  name: 'IdempotencyEntry',
  tableName: 'idempotency_entry',
  properties: {
    pspCode: p.string().primary(),
    primitive: p.string().primary(),
    key: p.string().primary(),
    requestHash: p.string(),
    creditorFiscalCode: p.string().nullable(),
    noticeNumber: p.string().nullable(),
    paymentToken: p.string().nullable(),
    response: p.json<{ outcome: 'OK' | 'KO'; fault?: { code: string } }>().nullable(),
    validTo: p.datetime(),
    createdAt: p.datetime(),
  },
});
export class IdempotencyEntryRow extends IdempotencyEntrySchema.class {}
IdempotencyEntrySchema.setClass(IdempotencyEntryRow);

const StationHealthSchema = defineEntity({
  name: 'StationHealth',
  tableName: 'station_health',
  properties: {
    stationCode: p.string().primary(),
    lastFault: p.string().nullable(),
    lastFaultAt: p.datetime().nullable(),
    standIn: p.boolean(),
    since: p.datetime().nullable(),
    reason: p.string().nullable(),
    decidedBy: p.string().$type<'POLICY' | 'HAND'>().nullable(),
    leftAt: p.datetime().nullable(),
    failing: p.boolean(),
    failingSince: p.datetime().nullable(),
    brokerCode: p.string().nullable(),
    creditors: p.array(),
    revision: p.bigint('number'),
  },
});
export class StationHealthRow extends StationHealthSchema.class {}
StationHealthSchema.setClass(StationHealthRow);

const StandInChangeSchema = defineEntity({
  name: 'StandInChange',
  tableName: 'stand_in_change',
  properties: {
    id: p.bigint('number').primary(),
    stationCode: p.string(),
    entered: p.boolean(),
    decidedBy: p.string().$type<'POLICY' | 'HAND'>(),
    actor: p.string().nullable(),
    reason: p.string(),
    at: p.datetime(),
  },
});
export class StandInChangeRow extends StandInChangeSchema.class {}
StandInChangeSchema.setClass(StandInChangeRow);

const StandInPeriodSchema = defineEntity({
  name: 'StandInPeriod',
  tableName: 'stand_in_period',
  properties: {
    id: p.bigint('number').primary(),
    stationCode: p.string(),
    profile: p.string().nullable(),
    enteredAt: p.datetime(),
    enteredBy: p.string().$type<'POLICY' | 'HAND'>(),
    enteredBecause: p.string(),
    enteredActor: p.string().nullable(),
    evidence: p.json<JudgedSlot[]>(),
    leftAt: p.datetime().nullable(),
    leftBy: p.string().$type<'POLICY' | 'HAND'>().nullable(),
    leftBecause: p.string().nullable(),
    leftActor: p.string().nullable(),
  },
});
/** One time in Stand-In. */
export class StandInPeriodRow extends StandInPeriodSchema.class {}
StandInPeriodSchema.setClass(StandInPeriodRow);

const StationProbeSchema = defineEntity({
  name: 'StationProbe',
  tableName: 'station_probe',
  properties: {
    id: p.bigint('number').primary(),
    stationCode: p.string(),
    at: p.datetime(),
    result: p.string().$type<'GOOD' | 'ANSWERED' | 'FAILED'>(),
    answer: p.string(),
    elapsedMs: p.integer(),
  },
});
export class StationProbeRow extends StationProbeSchema.class {}
StationProbeSchema.setClass(StationProbeRow);

const StandInRefusalSchema = defineEntity({
  name: 'StandInRefusal',
  tableName: 'stand_in_refusal',
  properties: {
    id: p.bigint('number').primary(),
    at: p.datetime(),
    creditorFiscalCode: p.string(),
    noticeNumber: p.string(),
    stationCode: p.string(),
    pspCode: p.string(),
    primitive: p.string(),
    guard: p.string(),
    code: p.string(),
    reason: p.string(),
    told: p.string(),
  },
});
export class StandInRefusalRow extends StandInRefusalSchema.class {}
StandInRefusalSchema.setClass(StandInRefusalRow);

export const entities = [
  PaymentRow,
  PaymentStatusChangeRow,
  NoticeRow,
  NoticeStatusChangeRow,
  IdempotencyEntryRow,
  StationHealthRow,
  StandInChangeRow,
  StandInPeriodRow,
  StationProbeRow,
  StandInRefusalRow,
];
