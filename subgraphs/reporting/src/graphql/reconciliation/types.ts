/** Runs, items, balances, imports as the graph shows them. */
import { connectionOf, DateScalar, DateTimeScalar, EuroCentsScalar, FiscalCodeScalar, IbanScalar } from '@nodo-aperto/kernel/graphql';
import { isEuroCents } from '@nodo-aperto/kernel/money';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { FlowTotals } from '../../domain/flow.ts';
import type { BalanceRow } from '../../persistence/reconciliation/balances.ts';
import type { CreditRow } from '../../persistence/reconciliation/credit-transfers.ts';
import type { KeptItem } from '../../persistence/reconciliation/items.ts';
import type { Run } from '../../persistence/reconciliation/runs.ts';
import { CreditorStub, PaymentStub, PspStub } from '../stubs.ts';
import {
  BankStatementFormat,
  ReconciliationItemState,
  ReconciliationOwner,
  ReconciliationReason,
  ReconciliationRunState,
} from './enums.ts';

@ObjectType('ReconciliationRun', { description: 'A comparison of bookings, flows and credit transfers over operative days.' })
export class RunType {
  @Field(() => ID, { description: 'Its number.' })
  id!: string;

  @Field(() => ReconciliationRunState, { description: 'How far it is.' })
  state!: ReconciliationRunState;

  @Field(() => DateScalar, { description: 'The first day it looks at.' })
  from!: string;

  @Field(() => DateScalar, { description: 'The last one.' })
  to!: string;

  @Field(() => PspStub, { nullable: true, description: 'The only PSP it looks at; all when null.' })
  psp?: PspStub;

  @Field(() => CreditorStub, { nullable: true, description: 'The only creditor it looks at; all when null.' })
  creditor?: CreditorStub;

  @Field(() => Int, { description: 'Items that it found and that were open when it was done.' })
  openItems!: number;

  @Field(() => Int, { description: 'Items that no earlier run had found.' })
  newItems!: number;

  @Field(() => Int, { description: 'Items of earlier runs that are gone.' })
  clearedItems!: number;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  askedAt!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended.' })
  finishedAt?: number;
}

export function presentRun({ id, fromDay, toDay, pspCode, creditorFiscalCode, ...run }: Run): RunType {
  return {
    ...run,
    id: String(id),
    from: fromDay,
    to: toDay,
    ...(pspCode !== undefined && { psp: { code: pspCode } }),
    ...(creditorFiscalCode !== undefined && { creditor: { fiscalCode: creditorFiscalCode } }),
  };
}

@ObjectType('CreditTransfer', { description: 'A credit on a creditor’s statement (SCT).' })
export class CreditTransferType {
  @Field(() => ID, { description: 'Its number.' })
  id!: string;

  @Field(() => String, { description: 'The bank’s reference.' })
  reference!: string;

  @Field(() => IbanScalar, { description: 'The creditor’s account.' })
  iban!: string;

  @Field(() => DateScalar, { description: 'Day on which it was credited.' })
  valueDate!: string;

  @Field(() => EuroCentsScalar, { description: 'Its amount.' })
  amount!: number;

  @Field(() => String, { description: 'What it says it pays (AT-05).' })
  causale!: string;

  @Field(() => String, { nullable: true, description: 'Who paid, as the bank writes it.' })
  payer?: string;

  @Field(() => String, { nullable: true, description: 'The flow that it names.' })
  flowName?: string;

  @Field(() => Int, { nullable: true, description: '0 for the ordinary credit transfer of the flow, 1 to 9 for a supplementary one.' })
  flowNumber?: number;

  @Field(() => DateTimeScalar, { description: 'When the statement was imported.' })
  importedAt!: number;
}

export const presentCredit = (credit: CreditRow): CreditTransferType => ({ ...credit, id: String(credit.id) });

@ObjectType('ReconciliationItem', { description: 'Something that does not agree: why, who has to act, and the ids of both sides.' })
export class ItemType {
  /** Not part of the graph: what the evidence is looked up with. */
  item!: KeptItem;

  @Field(() => ID, { description: 'Its number: the same run after run.' })
  id!: string;

  @Field(() => ReconciliationReason, { description: 'What does not agree.' })
  reason!: ReconciliationReason;

  @Field(() => ReconciliationOwner, { description: 'Who has to act.' })
  owner!: ReconciliationOwner;

  @Field(() => ReconciliationItemState, { description: 'Whether something is still to be done.' })
  state!: ReconciliationItemState;

  @Field(() => DateScalar, { description: 'The operative day that it belongs to.' })
  day!: string;

  @Field(() => PspStub, { nullable: true, description: 'The PSP; null when nothing tells which one it is.' })
  psp?: PspStub;

  @Field(() => CreditorStub, { nullable: true, description: 'The creditor.' })
  creditor?: CreditorStub;

  @Field(() => String, { nullable: true, description: 'Name of the flow.' })
  flowName?: string;

  @Field(() => Int, { nullable: true, description: 'Revision of the flow that was compared.' })
  flowRevision?: number;

  @Field(() => Int, { nullable: true, description: 'Index of the line.' })
  lineIndex?: number;

  @Field(() => String, { nullable: true, description: 'The creditor’s reference (IUV).' })
  iuv?: string;

  @Field(() => String, { nullable: true, description: 'The payment token (IUR).' })
  iur?: string;

  @Field(() => Int, { nullable: true, description: 'Number of the transfer in its payment.' })
  idTransfer?: number;

  @Field(() => PaymentStub, { nullable: true, description: 'The payment; null when none was booked.' })
  payment?: PaymentStub;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'What the amount should have been.' })
  expectedAmount?: number;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'What it was; null when it is more than an amount can be.' })
  foundAmount?: number;

  @Field(() => String, { nullable: true, description: 'What a reference or an outcome should have been.' })
  expected?: string;

  @Field(() => String, { nullable: true, description: 'What it was.' })
  found?: string;

  @Field(() => DateTimeScalar, { description: 'When a run first found it.' })
  foundAt!: number;

  @Field(() => DateTimeScalar, { description: 'When a run last found it.' })
  seenAt!: number;

  @Field(() => ID, { description: 'The run that last found it.' })
  lastRun!: string;

  @Field(() => String, { nullable: true, description: 'What somebody said of it.' })
  resolution?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When.' })
  resolvedAt?: number;
}

const BOOKED = new Set([
  'REPORTED_TWICE',
  'IUV_DIFFERS',
  'AMOUNT_DIFFERS',
  'OUTCOME_DIFFERS',
  'PAYMENT_NOT_REPORTED',
  'SINGLE_AMOUNT_DIFFERS',
]);

export function presentItem(item: KeptItem): ItemType {
  const { id, reason, owner, state, day, pspCode, creditorFiscalCode, foundAmount, lastRun, iur } = item;
  const { flowName, flowRevision, lineIndex, iuv, idTransfer, expectedAmount, expected, found } = item;
  const { foundAt, seenAt, resolution, resolvedAt } = item;
  return {
    item,
    reason,
    owner,
    state,
    day,
    foundAt,
    seenAt,
    id: String(id),
    lastRun: String(lastRun),
    creditor: { fiscalCode: creditorFiscalCode },
    ...(pspCode !== undefined && { psp: { code: pspCode } }),
    ...(flowName !== undefined && { flowName }),
    ...(flowRevision !== undefined && { flowRevision }),
    ...(lineIndex !== undefined && { lineIndex }),
    ...(iuv !== undefined && { iuv }),
    ...(iur !== undefined && { iur }),
    ...(iur !== undefined && BOOKED.has(reason) && { payment: { paymentToken: iur } }),
    ...(idTransfer !== undefined && { idTransfer }),
    ...(expectedAmount !== undefined && { expectedAmount }),
    ...(isEuroCents(foundAmount) && { foundAmount }),
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
    ...(resolution !== undefined && { resolution }),
    ...(resolvedAt !== undefined && { resolvedAt }),
  };
}

@ObjectType('ReconciliationTotals', { description: 'A number of transfers, and what they add up to.' })
export class TotalsType {
  @Field(() => Int, { description: 'How many.' })
  payments!: number;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'What they add up to; null when it is more than an amount can be.' })
  amount?: number;
}

const totals = ({ payments, amount }: FlowTotals): TotalsType => ({ payments, ...(isEuroCents(amount) && { amount }) });

@ObjectType('ReconciliationBalance', {
  description: 'Of a PSP, a creditor and an operative day: booked = reported + missing − unknown, in number and in cents.',
})
export class BalanceType {
  @Field(() => DateScalar, { description: 'The operative day.' })
  day!: string;

  @Field(() => PspStub, { nullable: true, description: 'The PSP.' })
  psp?: PspStub;

  @Field(() => CreditorStub, { nullable: true, description: 'The creditor.' })
  creditor?: CreditorStub;

  @Field(() => TotalsType, { description: 'What the platform booked.' })
  booked!: TotalsType;

  @Field(() => TotalsType, { description: 'What lines of last published revisions report.' })
  reported!: TotalsType;

  @Field(() => TotalsType, { description: 'Booked, and not reported; with what lines have too little.' })
  missing!: TotalsType;

  @Field(() => TotalsType, { description: 'Reported, and not booked, or a second time; with what lines have too much.' })
  unknown!: TotalsType;

  @Field(() => ID, { description: 'The run that counted it.' })
  run!: string;
}

export const presentBalance = (row: BalanceRow): BalanceType => ({
  day: row.day,
  psp: { code: row.pspCode },
  creditor: { fiscalCode: row.creditorFiscalCode },
  booked: totals(row.booked),
  reported: totals(row.reported),
  missing: totals(row.missing),
  unknown: totals(row.unknown),
  run: String(row.runId),
});

@ObjectType('BankStatementError', { description: 'A line of a statement that was not imported.' })
export class StatementErrorType {
  @Field(() => Int, { description: 'Its place in the file, from 1; the header of a CSV is not counted.' })
  line!: number;

  @Field(() => String, { description: 'Which field.' })
  field!: string;

  @Field(() => String, { description: 'What is wrong with it.' })
  message!: string;
}

@ObjectType('BankStatementImport', { description: 'What became of a statement.' })
export class StatementImportType {
  @Field(() => ID, { description: 'Its number.' })
  id!: string;

  @Field(() => Int, { description: 'Credits that are new.' })
  added!: number;

  @Field(() => Int, { description: 'Credits that were known.' })
  unchanged!: number;

  @Field(() => Int, { description: 'Lines that are not about the platform’s payments, or no credits.' })
  leftOut!: number;

  @Field(() => Int, { description: 'Lines that are wrong.' })
  refused!: number;

  @Field(() => [StatementErrorType], { description: 'The first hundred errors.' })
  errors!: StatementErrorType[];

  @Field(() => DateScalar, { nullable: true, description: 'The first day that the statement covers.' })
  fromDay?: string;

  @Field(() => DateScalar, { nullable: true, description: 'The last one.' })
  toDay?: string;
}

@InputType('ImportBankStatementInput', { description: 'A creditor’s statement, or a part of it.' })
export class ImportStatementInput {
  @Field(() => FiscalCodeScalar, { nullable: true, description: 'The creditor: the caller itself when absent. Operators name one.' })
  creditorFiscalCode?: string | null;

  @Field(() => BankStatementFormat, { description: 'How it is written.' })
  format!: BankStatementFormat;

  @Field(() => String, { description: 'The file as text, up to 200,000 characters; larger ones are sent over REST.' })
  content!: string;
}

@InputType('RunReconciliationInput', { description: 'What is to be compared.' })
export class RunInput {
  @Field(() => DateScalar, { description: 'The first operative day.' })
  from!: string;

  @Field(() => DateScalar, { description: 'The last one, up to 31 days in all.' })
  to!: string;

  @Field(() => String, { nullable: true, description: 'Only this PSP; a PSP’s own when it asks.' })
  psp?: string | null;

  @Field(() => FiscalCodeScalar, { nullable: true, description: 'Only this creditor; a creditor’s own when it asks.' })
  creditorFiscalCode?: string | null;
}

@InputType('ReconciliationItemFilter', { description: 'Which items.' })
export class ItemFilterInput {
  @Field(() => String, { nullable: true, description: 'Only those of this PSP.' })
  psp?: string | null;

  @Field(() => FiscalCodeScalar, { nullable: true, description: 'Only those of this creditor.' })
  creditorFiscalCode?: string | null;

  @Field(() => ReconciliationReason, { nullable: true, description: 'Only those with this reason.' })
  reason?: ReconciliationReason | null;

  @Field(() => ReconciliationOwner, { nullable: true, description: 'Only those that this party has to act on.' })
  owner?: ReconciliationOwner | null;

  @Field(() => ReconciliationItemState, { nullable: true, description: 'Only those in this state.' })
  state?: ReconciliationItemState | null;

  @Field(() => DateScalar, { nullable: true, description: 'Only of this operative day or later ones.' })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Only of this operative day or earlier ones.' })
  to?: string | null;
}

export const RunConnection = connectionOf('ReconciliationRun', () => RunType);
export const ItemConnection = connectionOf('ReconciliationItem', () => ItemType);
export const BalanceConnection = connectionOf('ReconciliationBalance', () => BalanceType);
