/** Queries of flows, what belongs to a flow, and what this subgraph contributes to receipts. */
import { Allow, type Connection, FiscalCodeScalar, pageSize, type ReferenceResolver } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { mapped } from './connections.ts';
import { callerOf, loadFlow, loadLines, type ReportingContext } from './context.ts';
import {
  presentFlow,
  presentLine,
  presentUnmatched,
  ReportingFlowConnection,
  ReportingFlowType,
  ReportingLineConnection,
  ReportingLineType,
  UnmatchedLineConnection,
  type UnmatchedLineType,
} from './flow-types.ts';
import { ReceiptType } from './stubs.ts';

/** Lines are small: a page of a flow may have as many as a request that adds them. */
const LARGEST_LINE_PAGE = 1_000;

const FIRST = { nullable: true, description: 'How many, up to 100; 20 when absent.' } as const;
const FIRST_LINES = { nullable: true, description: 'How many, up to 1000; 20 when absent.' } as const;
const AFTER = { nullable: true, description: 'Cursor of the last one seen.' } as const;

@Resolver(() => ReportingFlowType)
export class ReportingFlowResolver {
  @Allow('PSP', 'EC', 'OPERATOR')
  @Query(() => ReportingFlowType, {
    nullable: true,
    description: 'A flow; null when there is none, or none that the caller may see. Creditors see published flows only.',
  })
  async reportingFlow(
    @Ctx() context: ReportingContext,
    @Arg('psp', () => String, { description: 'Code of the PSP.' }) pspCode: string,
    @Arg('name', () => String, { description: 'Name of the flow.' }) name: string,
    @Arg('revision', () => Int, { nullable: true, description: 'Revision; the newest that the caller may see when absent.' })
    revision: number | null,
  ): Promise<ReportingFlowType | null> {
    const key = { pspCode, name };
    const row =
      revision === null || revision === undefined
        ? await context.services.reads.newest(callerOf(context), key)
        : await loadFlow(context, { ...key, revision });
    return row && presentFlow(row);
  }

  @Allow('PSP', 'EC', 'OPERATOR')
  @Query(() => ReportingFlowConnection, {
    description: 'Flows that the caller may see, newest first: a PSP’s own, a creditor’s published ones; empty for anybody else’s.',
  })
  async reportingFlows(
    @Ctx() context: ReportingContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { nullable: true, description: 'Only those that this creditor receives.' })
    creditorFiscalCode: string | null,
    @Arg('psp', () => String, { nullable: true, description: 'Only those that this PSP sends.' }) pspCode: string | null,
    @Arg('published', () => Boolean, { nullable: true, description: 'True: published ones only; false: drafts only.' })
    published: boolean | null,
    @Arg('replaced', () => Boolean, {
      defaultValue: false,
      description: 'Whether published revisions that a later one replaced are listed too.',
    })
    replaced: boolean,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<ReportingFlowType>> {
    const filter = {
      ...(creditorFiscalCode && { creditorFiscalCode }),
      ...(pspCode && { pspCode }),
      ...(typeof published === 'boolean' && { published }),
      replaced,
    };
    return mapped(await context.services.reads.list(callerOf(context), filter, { size: pageSize(first), after }), presentFlow);
  }

  @FieldResolver(() => ReportingLineConnection, { description: 'Its lines, in order of index.' })
  async payments(
    @Ctx() context: ReportingContext,
    @Root() { row }: ReportingFlowType,
    @Arg('first', () => Int, FIRST_LINES) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<ReportingLineType>> {
    const page = await context.services.reads.lines(row, { size: pageSize(first, LARGEST_LINE_PAGE), after });
    return mapped(page, ({ line, flow }) => presentLine(line, flow));
  }

  @FieldResolver(() => UnmatchedLineConnection, {
    description:
      'Its lines that do not agree with what the PSP booked for the creditor, in order of index. Empty: it balances, line by line.',
  })
  async unmatched(
    @Ctx() context: ReportingContext,
    @Root() { row }: ReportingFlowType,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<UnmatchedLineType>> {
    return mapped(await context.services.reads.unmatched(row, { size: pageSize(first), after }), presentUnmatched);
  }
}

@Resolver(() => ReportingLineType)
export class ReportingLineResolver {
  @FieldResolver(() => ReportingFlowType, { nullable: true, description: 'The flow that it is in.' })
  async flow(@Ctx() context: ReportingContext, @Root() { flowRow, flowKey }: ReportingLineType): Promise<ReportingFlowType | null> {
    const row = flowRow ?? (await loadFlow(context, flowKey));
    return row && presentFlow(row);
  }
}

@Resolver(() => ReceiptType)
export class ReportedReceiptResolver {
  @Allow('PSP', 'EC', 'OPERATOR')
  @FieldResolver(() => [ReportingLineType], {
    nullable: true,
    description:
      'The lines that report the payment, one for each transfer, of the final revisions that the caller may see. Empty: not reported yet. More than one for a transfer: reported more than once.',
  })
  async reportingLines(@Ctx() context: ReportingContext, @Root() { id }: ReceiptType): Promise<ReportingLineType[]> {
    return (await loadLines(context, id)).map(({ line, flow }) => presentLine(line, flow));
  }
}

export const resolveReportingFlow: ReferenceResolver = async (reference, context) => {
  const { psp, name, revision } = reference;
  const code = (psp as { code?: unknown } | null | undefined)?.code;
  if (typeof code !== 'string' || typeof name !== 'string' || !Number.isSafeInteger(revision)) return null;
  const row = await loadFlow(context, { pspCode: code, name, revision: revision as number });
  return row && presentFlow(row);
};

/** Whether there is such a receipt is the receipts subgraph's to say. */
export const resolveReceipt: ReferenceResolver = ({ id }) => (typeof id === 'string' ? { id } : null);
