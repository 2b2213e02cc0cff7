/** The enumerations of this subgraph. Objects with a type of the same name, since type-graphql reads values and TypeScript types. */
import { FAULT_CODES, type FaultCode } from '@nodo-aperto/kernel/faults';
import { REPORTED_OUTCOMES, type ReportedOutcome } from '@nodo-aperto/schema/events';
import { valuesOf } from '@nodo-aperto/kernel/graphql';
import { registerEnumType } from 'type-graphql';
import { FLOW_STATUSES, type FlowStatus, SENDER_TYPES, type SenderType } from '../domain/flow.ts';
import { type Mismatch, MISMATCHES } from '../domain/match-line.ts';

export const ReportingFlowStatus = valuesOf(FLOW_STATUSES);
export type ReportingFlowStatus = FlowStatus;
registerEnumType(ReportingFlowStatus, {
  name: 'ReportingFlowStatus',
  description: 'States of a reporting flow.',
  valuesConfig: {
    CREATED: { description: 'A draft without payments.' },
    INSERTED: { description: 'A draft with payments.' },
    PUBLISHED: { description: 'Published: the creditor sees it, and it no longer changes.' },
  },
});

export const ReportedOutcomeEnum = valuesOf(REPORTED_OUTCOMES);
export type ReportedOutcomeEnum = ReportedOutcome;
registerEnumType(ReportedOutcomeEnum, {
  name: 'ReportedOutcome',
  description: 'What a payment is reported as (codiceEsitoSingoloPagamento).',
  valuesConfig: {
    EXECUTED: { description: 'Code 0: paid.' },
    REVOKED: { description: 'Code 3: revoked; not in use today.' },
    STAND_IN: { description: 'Code 4: paid in Stand-In.' },
    STAND_IN_NO_RPT: { description: 'Code 8: paid in Stand-In, reported after the token had expired.' },
    NO_RPT: { description: 'Code 9: paid, reported after the token had expired.' },
  },
});

export const ReportingSenderType = valuesOf(SENDER_TYPES);
export type ReportingSenderType = SenderType;
registerEnumType(ReportingSenderType, {
  name: 'ReportingSenderType',
  description: 'How the sender of a flow is identified.',
  valuesConfig: {
    LEGAL_PERSON: { description: 'G: a legal person.' },
    ABI_CODE: { description: 'A: an ABI code.' },
    BIC_CODE: { description: 'B: a BIC.' },
  },
});

export const ReportingMismatch = valuesOf(MISMATCHES);
export type ReportingMismatch = Mismatch;
registerEnumType(ReportingMismatch, {
  name: 'ReportingMismatch',
  description: 'How a line differs from what its PSP booked for its creditor.',
  valuesConfig: {
    UNKNOWN_PAYMENT: { description: 'The PSP booked no such transfer for the creditor.' },
    IUV_DIFFERS: { description: 'The creditor’s reference is another.' },
    AMOUNT_DIFFERS: { description: 'The amount is another.' },
    OUTCOME_DIFFERS: { description: 'The outcome is another than the payment’s Stand-In flag and lateness give.' },
  },
});

export const ReportingOutcome = valuesOf(['OK', 'KO']);
export type ReportingOutcome = keyof typeof ReportingOutcome;
registerEnumType(ReportingOutcome, {
  name: 'ReportingOutcome',
  description: 'Whether a change of a flow was done.',
  valuesConfig: { OK: { description: 'Done.' }, KO: { description: 'Refused: see the fault.' } },
});

const FDR_CODES = (Object.keys(FAULT_CODES) as FaultCode[]).filter((code) => FAULT_CODES[code].family === 'FDR');
export const ReportingFaultCode = valuesOf(FDR_CODES);
export type ReportingFaultCode = FaultCode;
registerEnumType(ReportingFaultCode, {
  name: 'ReportingFaultCode',
  description: 'Codes of the reporting service: FDR_3001 is FDR-3001 on the wire.',
  valuesConfig: Object.fromEntries(FDR_CODES.map((code) => [code, { description: FAULT_CODES[code].faultString }])),
});
