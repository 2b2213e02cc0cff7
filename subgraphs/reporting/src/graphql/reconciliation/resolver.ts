/** Reconciliation in the graph: statements come in, runs are asked for, items and balances are read. */
import { InputError } from '@nodo-aperto/kernel/faults';
import { Allow, type Connection, DateScalar, FiscalCodeScalar, pageSize } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { creditsById } from '../../persistence/reconciliation/credit-transfers.ts';
import { importStatement } from '../../services/reconciliation/import-statement.ts';
import { balancesFor, itemsFor, ownScope, resolveFor, runFor, runsFor } from '../../services/reconciliation/read-reconciliation.ts';
import { askForRun } from '../../services/reconciliation/run-reconciliation.ts';
import { mapped } from '../connections.ts';
import { callerOf, loadFlow, type ReportingContext } from '../context.ts';
import { presentFlow, ReportingFlowType } from '../flow-types.ts';
import {
  BalanceConnection,
  type BalanceType,
  CreditTransferType,
  ImportStatementInput,
  ItemConnection,
  ItemFilterInput,
  ItemType,
  presentBalance,
  presentCredit,
  presentItem,
  presentRun,
  RunConnection,
  RunInput,
  RunType,
  StatementImportType,
} from './types.ts';

/** With escapes it fits into a request. */
const LONGEST_CONTENT = 200_000;

const FIRST = { nullable: true, description: 'How many, up to 100; 20 when absent.' } as const;
const AFTER = { nullable: true, description: 'Cursor of the last one seen.' } as const;

interface Parties {
  psp?: string | null;
  creditorFiscalCode?: string | null;
}
const scopeOf = ({ psp, creditorFiscalCode }: Parties) => ({
  ...(psp && { pspCode: psp }),
  ...(creditorFiscalCode && { creditorFiscalCode }),
});

function numberOf(id: string): number {
  if (!/^[1-9]\d{0,14}$/.test(id)) throw InputError.at('id', 'is no number', 'the id of an earlier answer');
  return Number(id);
}

@Resolver(() => ItemType)
export class ReconciliationResolver {
  @Allow('EC', 'OPERATOR')
  @Mutation(() => StatementImportType, {
    description:
      'Imports the credits of a creditor’s statement. A line that is wrong stops no other; of a file that cannot be read to its end nothing is kept; what is known is not added again.',
  })
  async importBankStatement(
    @Ctx() context: ReportingContext,
    @Arg('input', () => ImportStatementInput, { description: 'The statement.' }) { content, format, ...input }: ImportStatementInput,
  ): Promise<StatementImportType> {
    const caller = callerOf(context);
    const { creditorFiscalCode } = ownScope(caller, scopeOf({ creditorFiscalCode: input.creditorFiscalCode ?? null }));
    if (creditorFiscalCode === undefined) throw InputError.at('input.creditorFiscalCode', 'is missing', 'the creditor of the statement');
    if (content.length > LONGEST_CONTENT)
      throw InputError.at('input.content', `has ${content.length} characters`, `up to ${LONGEST_CONTENT}; larger files are sent over REST`);
    const statement = { creditorFiscalCode, format, by: caller.subject };
    const { id, ...done } = await importStatement(context.services.writing, statement, [Buffer.from(content)]);
    return { ...done, id: String(id) };
  }

  @Allow('PSP', 'EC', 'OPERATOR')
  @Mutation(() => RunType, {
    description:
      'Compares bookings, last published flows and credit transfers of operative days, in the background; reconciliation.done tells when. Items that are found again keep their id and what was said of them.',
  })
  async runReconciliation(
    @Ctx() context: ReportingContext,
    @Arg('input', () => RunInput, { description: 'What is to be compared.' }) { from, to, ...parties }: RunInput,
  ): Promise<RunType> {
    const caller = callerOf(context);
    const scope = ownScope(caller, scopeOf(parties));
    return presentRun(await askForRun(context.services.writing, { ...scope, from, to }, caller.subject));
  }

  @Allow('PSP', 'EC', 'OPERATOR')
  @Mutation(() => ItemType, {
    description: 'Says that an item is dealt with, or with `note: null` that it is not after all. Later runs keep it so.',
  })
  async resolveReconciliationItem(
    @Ctx() context: ReportingContext,
    @Arg('id', () => ID, { description: 'The item.' }) id: string,
    @Arg('note', () => String, { nullable: true, description: 'What was done, 1 to 500 characters.' }) note: string | null,
  ): Promise<ItemType> {
    return presentItem(await resolveFor(context.services.writing, callerOf(context), { id: numberOf(id), note: note ?? null }));
  }

  @Allow('PSP', 'EC', 'OPERATOR')
  @Query(() => RunType, { nullable: true, description: 'A run of the caller’s; null when there is none.' })
  async reconciliationRun(
    @Ctx() context: ReportingContext,
    @Arg('id', () => ID, { description: 'The run.' }) id: string,
  ): Promise<RunType | null> {
    const run = await runFor(context.services.writing.database, callerOf(context), numberOf(id));
    return run && presentRun(run);
  }

  @Allow('PSP', 'EC', 'OPERATOR')
  @Query(() => RunConnection, { description: 'Runs over the caller’s flows alone, newest first; an operator sees all.' })
  async reconciliationRuns(
    @Ctx() context: ReportingContext,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<RunType>> {
    const page = { size: pageSize(first), after };
    return mapped(await runsFor(context.services.writing.database, callerOf(context), page), presentRun);
  }

  @Allow('PSP', 'EC', 'OPERATOR')
  @Query(() => ItemConnection, { description: 'What does not agree and concerns the caller, newest first.' })
  async reconciliationItems(
    @Ctx() context: ReportingContext,
    @Arg('filter', () => ItemFilterInput, { nullable: true, description: 'Which items; all when absent.' }) filter: ItemFilterInput | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<ItemType>> {
    const { reason, owner, state, from, to, ...parties } = filter ?? {};
    const wanted = {
      ...scopeOf(parties),
      ...(reason && { reason }),
      ...(owner && { owner }),
      ...(state && { state }),
      ...(from && { from }),
      ...(to && { to }),
    };
    const page = { size: pageSize(first), after };
    return mapped(await itemsFor(context.services.writing.database, callerOf(context), wanted, page), presentItem);
  }

  @Allow('PSP', 'EC', 'OPERATOR')
  @Query(() => BalanceConnection, {
    description:
      'What was booked, reported, missing and unknown, by operative day, PSP and creditor, as the last run found it; newest day first.',
  })
  async reconciliationBalance(
    @Ctx() context: ReportingContext,
    @Arg('psp', () => String, { nullable: true, description: 'Only of this PSP.' }) psp: string | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only of this creditor.' })
    creditorFiscalCode: string | null,
    @Arg('from', () => DateScalar, { nullable: true, description: 'Only this operative day or later ones.' }) from: string | null,
    @Arg('to', () => DateScalar, { nullable: true, description: 'Only this operative day or earlier ones.' }) to: string | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<BalanceType>> {
    const wanted = { ...scopeOf({ psp, creditorFiscalCode }), ...(from && { from }), ...(to && { to }) };
    const page = { size: pageSize(first), after };
    return mapped(await balancesFor(context.services.writing.database, callerOf(context), wanted, page), presentBalance);
  }

  @FieldResolver(() => ReportingFlowType, { nullable: true, description: 'The flow, in the revision that was compared.' })
  async flow(@Ctx() context: ReportingContext, @Root() { item }: ItemType): Promise<ReportingFlowType | null> {
    const { pspCode, flowName: name, flowRevision: revision } = item;
    if (pspCode === undefined || name === undefined || revision === undefined) return null;
    const row = await loadFlow(context, { pspCode, name, revision });
    return row && presentFlow(row);
  }

  @FieldResolver(() => [CreditTransferType], { description: 'The credit transfers, up to ten.' })
  async creditTransfers(@Ctx() context: ReportingContext, @Root() { item }: ItemType): Promise<CreditTransferType[]> {
    const loader = context.loaders.get<number, Awaited<ReturnType<typeof creditsById>>[number]>(
      'credit transfers',
      (ids) => creditsById(context.services.writing.database, ids),
      { key: String, value: ({ id }) => String(id) },
    );
    const credits = await Promise.all((item.creditTransfers ?? []).slice(0, 10).map((id) => loader.load(id)));
    return credits.filter((credit) => credit !== null).map(presentCredit);
  }
}
