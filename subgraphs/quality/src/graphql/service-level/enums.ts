/** Enums of service levels. */
import type { CallOutcome, ObservedCall } from '@nodo-aperto/schema/events';
import { CALL_OUTCOMES } from '@nodo-aperto/schema/events';
import { registerEnumType } from 'type-graphql';
import type { Grain } from '../../domain/service-level/grain.ts';
import type { SubjectKind } from '../../domain/service-level/subject.ts';
import type { SumKind } from '../../services/service-level/level-differences.ts';

export const SUBJECT_KIND: Record<SubjectKind, SubjectKind> = { PSP: 'PSP', CREDITOR: 'CREDITOR', STATION: 'STATION' };
registerEnumType(SUBJECT_KIND, {
  name: 'ServiceLevelSubject',
  description: 'What service levels are of.',
  valuesConfig: {
    PSP: { description: 'The calls of a PSP to the node: how the node served it.' },
    CREDITOR: { description: 'The calls of the node to a creditor institution.' },
    STATION: { description: 'The calls of the node to a station.' },
  },
});

export const GRAIN: Record<Grain, Grain> = { MINUTE: 'MINUTE', HOUR: 'HOUR', DAY: 'DAY', MONTH: 'MONTH' };
registerEnumType(GRAIN, {
  name: 'ServiceLevelGrain',
  description: 'How long the spans of a series are, in Italian time.',
  valuesConfig: {
    MINUTE: { description: 'Minutes: kept for three days; a series of up to six hours.' },
    HOUR: { description: 'Hours: kept for a hundred days; a series of up to 32 days.' },
    DAY: { description: 'Days: kept for three years; a series of up to 400 days.' },
    MONTH: { description: 'Months: kept for good; a series of up to ten years.' },
  },
});

export const SUM_KIND: Record<SumKind, SumKind> = { ...GRAIN, FAULT: 'FAULT', MINUTES_OF_DAY: 'MINUTES_OF_DAY' };
registerEnumType(SUM_KIND, {
  name: 'ServiceLevelSum',
  description: 'What a sum of calls is.',
  valuesConfig: {
    MINUTE: { description: 'The calls of a minute.' },
    HOUR: { description: 'The calls of an hour.' },
    DAY: { description: 'The calls of a day.' },
    MONTH: { description: 'The calls of a month.' },
    FAULT: { description: 'The calls of a day that ended with one fault.' },
    MINUTES_OF_DAY: { description: 'The minutes of a day in which calls began, and in which any was answered.' },
  },
});

export const CALL_OUTCOME = Object.fromEntries(CALL_OUTCOMES.map((outcome) => [outcome, outcome])) as Record<CallOutcome, CallOutcome>;
const OUTCOMES: Record<CallOutcome, string> = {
  OK: 'Answered OK.',
  KO: 'Answered KO, with a fault.',
  REFUSED: 'Nobody listened, or the connection could not be made.',
  TIMEOUT: 'No complete answer in the time allowed.',
  RESET: 'The connection broke before the answer was complete.',
  HTTP_ERROR: 'An HTTP status other than success, without an answer of the primitive.',
  SERVICE_NOT_ACTIVE: 'HTTP 503, or a SOAP Fault without a body of the primitive.',
  MALFORMED: 'Something that is not an answer of the primitive.',
  INTERNAL: 'The platform itself could not give an answer.',
};
registerEnumType(CALL_OUTCOME, {
  name: 'ObservedCallOutcome',
  description: 'How a call ended.',
  valuesConfig: Object.fromEntries(CALL_OUTCOMES.map((outcome) => [outcome, { description: OUTCOMES[outcome] }])),
});

export const CALL_DIRECTION: Record<ObservedCall['direction'], ObservedCall['direction']> = {
  PSP_TO_NODE: 'PSP_TO_NODE',
  NODE_TO_CREDITOR: 'NODE_TO_CREDITOR',
};
registerEnumType(CALL_DIRECTION, {
  name: 'ObservedCallDirection',
  description: 'Who called whom.',
  valuesConfig: {
    PSP_TO_NODE: { description: 'A PSP called the node.' },
    NODE_TO_CREDITOR: { description: 'The node called a creditor’s station.' },
  },
});
