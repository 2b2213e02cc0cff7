/** The enumerations of this subgraph. Objects with a type of the same name, since type-graphql reads values and TypeScript types. */
import { FAULT_CODES, type FaultCode, faultCodeEntry } from '@nodo-aperto/kernel/faults';
import {
  NOTICE_PAYMENT_STATUSES,
  type NoticePaymentStatus,
  PAYMENT_STATUSES,
  type PaymentStatus,
  STATION_HEALTHS,
  type StationHealth,
} from '@nodo-aperto/schema/events';
import { valuesOf } from '@nodo-aperto/kernel/graphql';
import { registerEnumType } from 'type-graphql';

export const OutcomeEnum = valuesOf(['OK', 'KO']);
export type OutcomeEnum = keyof typeof OutcomeEnum;
registerEnumType(OutcomeEnum, {
  name: 'Outcome',
  description: 'How a request, or a payment, ended. KO is an answer, not an error: see the fault beside it.',
});

const faultCodes = (Object.keys(FAULT_CODES) as FaultCode[]).filter((code) => ['PPT', 'PAA'].includes(faultCodeEntry(code).family));
export const PaymentFaultCode = valuesOf(faultCodes);
export type PaymentFaultCode = FaultCode;
registerEnumType(PaymentFaultCode, {
  name: 'PaymentFaultCode',
  description: 'The field’s codes of a refusal: PPT_* raised by the node, PAA_* by a creditor.',
  valuesConfig: Object.fromEntries(faultCodes.map((code) => [code, { description: faultCodeEntry(code).faultString }])),
});

export const PaymentStatusEnum = valuesOf(PAYMENT_STATUSES);
export type PaymentStatusEnum = PaymentStatus;
registerEnumType(PaymentStatusEnum, {
  name: 'PaymentStatus',
  description: 'States of a payment: one token, from activation to the last receipt.',
  valuesConfig: {
    PAYING: { description: 'The session is open and the notice locked.' },
    PAID: { description: 'The PSP has the money: the payment counts.' },
    NOTICE_GENERATED: { description: 'Its receipt was made.' },
    NOTICE_SENT: { description: 'Its receipt was sent; not every recipient has it yet.' },
    NOTIFIED: { description: 'Every recipient has the receipt.' },
    FAILED: { description: 'The PSP said that it did not take place.' },
    CANCELLED: { description: 'The token expired without an outcome; a late outcome can still settle it.' },
  },
});

export const NoticePaymentStatusEnum = valuesOf(NOTICE_PAYMENT_STATUSES);
export type NoticePaymentStatusEnum = NoticePaymentStatus;
registerEnumType(NoticePaymentStatusEnum, {
  name: 'NoticePaymentStatus',
  description: 'What the node knows of a notice as a whole. Null: nobody has activated it.',
  valuesConfig: {
    INSERTED: { description: 'Activated before, and free again.' },
    PAYING: { description: 'Locked by an open session.' },
    PAID: { description: 'Paid.' },
    NOTIFIED: { description: 'Paid, and every recipient has the receipt.' },
  },
});

export const AmountOption = valuesOf(['EQ', 'LS', 'GT', 'ANY']);
export type AmountOption = keyof typeof AmountOption;
registerEnumType(AmountOption, {
  name: 'PaymentAmountOption',
  description: 'How the amount to be paid compares with the one shown; in practice always EQ.',
});

export const ActivationPaymentMethod = valuesOf(['BBT', 'BP', 'AD', 'CP', 'PO', 'OBEP', 'JIF', 'MYBK', 'PPAL']);
export type ActivationPaymentMethod = keyof typeof ActivationPaymentMethod;
registerEnumType(ActivationPaymentMethod, { name: 'ActivationPaymentMethod', description: 'How a payment is going to be made.' });

export const TouchPoint = valuesOf(['IO', 'WISP', 'CHECKOUT', 'PSP', 'ATM', 'BETTING', 'TS', 'HB', 'POS']);
export type TouchPoint = keyof typeof TouchPoint;
registerEnumType(TouchPoint, { name: 'TouchPoint', description: 'Where a payment is made.' });

export const OutcomePaymentMethod = valuesOf(['cash', 'creditCard', 'bancomat', 'other']);
export type OutcomePaymentMethod = keyof typeof OutcomePaymentMethod;
registerEnumType(OutcomePaymentMethod, { name: 'OutcomePaymentMethod', description: 'How a payment was made.' });

export const OutcomePaymentChannel = valuesOf(['frontOffice', 'atm', 'onLine', 'app', 'other']);
export type OutcomePaymentChannel = keyof typeof OutcomePaymentChannel;
registerEnumType(OutcomePaymentChannel, { name: 'OutcomePaymentChannel', description: 'Through what a payment was made.' });

export const PayerKind = valuesOf(['F', 'G']);
export type PayerKind = keyof typeof PayerKind;
registerEnumType(PayerKind, { name: 'EntityUniqueIdentifierType', description: 'F for a person, G for an organization.' });

export const StandInDecider = valuesOf(['POLICY', 'HAND', 'MAINTENANCE', 'CONFIGURATION']);
export type StandInDecider = keyof typeof StandInDecider;
registerEnumType(StandInDecider, {
  name: 'StandInDecider',
  description: 'Who decided that a station is not called.',
  valuesConfig: {
    POLICY: { description: 'The policy, by counted calls.' },
    HAND: { description: 'An operator or the owner of the station.' },
    MAINTENANCE: { description: 'A scheduled maintenance with Stand-In.' },
    CONFIGURATION: { description: 'The configuration of the station, which keeps it in.' },
  },
});

export const ProbeResultEnum = valuesOf(['GOOD', 'ANSWERED', 'FAILED']);
export type ProbeResultEnum = keyof typeof ProbeResultEnum;
registerEnumType(ProbeResultEnum, {
  name: 'StationProbeResult',
  description: 'What a probe of a station found.',
  valuesConfig: {
    GOOD: { description: 'The notice that nobody has is unknown, as it should be.' },
    ANSWERED: { description: 'Another well-formed answer: the station works.' },
    FAILED: { description: 'No well-formed answer.' },
  },
});

export const StationHealthEnum = valuesOf(STATION_HEALTHS);
export type StationHealthEnum = StationHealth;
registerEnumType(StationHealthEnum, {
  name: 'StationHealth',
  description: 'How a station answers.',
  valuesConfig: {
    ANSWERING: { description: 'It is called, and answers as it should.' },
    FAILING: { description: 'It is called, and calls fail that the policy counts.' },
    STAND_IN: { description: 'It is not called; ACA answers in its place.' },
  },
});

export const KeptTo = valuesOf(['IN', 'OUT']);
export type KeptTo = keyof typeof KeptTo;
registerEnumType(KeptTo, {
  name: 'StandInKeptTo',
  description: 'What the configuration of a station keeps it to: IN, never called; OUT, always called.',
});
