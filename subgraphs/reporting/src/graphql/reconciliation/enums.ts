/** The enumerations of reconciliation. */
import { valuesOf } from '@nodo-aperto/kernel/graphql';
import { registerEnumType } from 'type-graphql';
import { type Owner, OWNERS, type Reason, REASONS } from '../../domain/reconciliation/items.ts';
import { STATEMENT_FORMATS, type StatementFormat } from '../../persistence/reconciliation/credit-transfers.ts';
import { ITEM_STATES, type ItemState } from '../../persistence/reconciliation/items.ts';
import { RUN_STATES, type RunState } from '../../persistence/reconciliation/runs.ts';

export const ReconciliationReason = valuesOf(REASONS);
export type ReconciliationReason = Reason;
registerEnumType(ReconciliationReason, {
  name: 'ReconciliationReason',
  description: 'What does not agree.',
  valuesConfig: {
    CAUSALE_UNREADABLE: { description: 'The causale of a credit transfer is cut off or malformed.' },
    PSP_UNKNOWN: { description: 'A credit transfer names a flow of a PSP that the directory does not have.' },
    FLOW_NOT_FOUND: { description: 'A credit transfer names a flow that its PSP never made for the creditor.' },
    FLOW_NOT_PUBLISHED: { description: 'A credit transfer names a flow that is still a draft.' },
    TOTAL_DIFFERS: { description: 'The credit transfers of a flow add up to something else than the flow.' },
    CREDIT_REPEATED: { description: 'Two credit transfers of a flow have the same number.' },
    CREDIT_MISSING: { description: 'A flow was not credited, although a statement of the creditor has the day of its credit transfer.' },
    SINGLE_UNKNOWN: { description: 'A credit transfer pays a single payment that nobody booked for the creditor.' },
    SINGLE_AMOUNT_DIFFERS: { description: 'A credit transfer pays a single payment with another amount than was booked.' },
    PAYMENT_UNKNOWN: { description: 'A line with the code 0, 3 or 4 reports a payment that its PSP did not book for the creditor.' },
    PAYMENT_WITHOUT_RECEIPT: { description: 'A line with the code 8 or 9 reports a payment that was never booked: there is no receipt.' },
    REPORTED_TWICE: { description: 'A payment has another line already.' },
    IUV_DIFFERS: { description: 'The line has another reference than the booked payment.' },
    AMOUNT_DIFFERS: { description: 'The line has another amount than the booked payment.' },
    OUTCOME_DIFFERS: { description: 'The line has another code than the payment’s Stand-In flag and lateness give.' },
    PAYMENT_NOT_REPORTED: { description: 'A booked payment has no line at the end of D+2.' },
  },
});

export const ReconciliationOwner = valuesOf(OWNERS);
export type ReconciliationOwner = Owner;
registerEnumType(ReconciliationOwner, {
  name: 'ReconciliationOwner',
  description: 'Who has to act.',
  valuesConfig: {
    PSP: { description: 'The PSP.' },
    CREDITOR: { description: 'The creditor.' },
    NODE: { description: 'The platform’s operator.' },
  },
});

export const ReconciliationItemState = valuesOf(ITEM_STATES);
export type ReconciliationItemState = ItemState;
registerEnumType(ReconciliationItemState, {
  name: 'ReconciliationItemState',
  description: 'Whether something is still to be done.',
  valuesConfig: {
    OPEN: { description: 'Its owner has to act.' },
    RESOLVED: { description: 'Somebody said that it is dealt with; runs still find it.' },
    CLEARED: { description: 'The last run of its day no longer found it.' },
  },
});

export const ReconciliationRunState = valuesOf(RUN_STATES);
export type ReconciliationRunState = RunState;
registerEnumType(ReconciliationRunState, {
  name: 'ReconciliationRunState',
  description: 'How far a run is.',
  valuesConfig: {
    RUNNING: { description: 'It waits, or is under way.' },
    DONE: { description: 'It is done.' },
    FAILED: { description: 'It could not be done; what it had found is kept.' },
  },
});

export const BankStatementFormat = valuesOf(STATEMENT_FORMATS);
export type BankStatementFormat = StatementFormat;
registerEnumType(BankStatementFormat, {
  name: 'BankStatementFormat',
  description: 'How a statement is written.',
  valuesConfig: {
    CSV: { description: 'A header with reference, valueDate, amount, causale, iban and, if wanted, payer.' },
    CAMT_053: { description: 'ISO 20022 camt.053.001.NN.' },
  },
});
