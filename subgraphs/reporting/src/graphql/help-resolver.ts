/** Help for PSPs: a flow is proposed, looked at before it is sent, and an interrupted upload is gone on with. */
import { Allow, pageSize } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { missingIndexes } from '../persistence/line-pages.ts';
import { draftProposal } from '../services/draft-proposal.ts';
import { validateFlow } from '../services/dry-run.ts';
import { ownPsp, type ReportingContext } from './context.ts';
import { completed, proposedRequest } from './flow-inputs.ts';
import { ReportingFlowType } from './flow-types.ts';
import { FlowValidationType, IndexRangeType, presentFindings, ProposedFlowInput } from './help-types.ts';
import { CreateFlowInput, FlowPaymentInput, payloadOf, ReportingFlowPayload } from './write-inputs.ts';
import { changed } from './write-resolver.ts';

@Resolver(() => ReportingFlowType)
export class FlowHelpResolver {
  @Allow('PSP')
  @Query(() => FlowValidationType, {
    description:
      'What would become of a flow and its payments if they were sent: every error and where it does not agree with the bookings.',
  })
  async validateFlow(
    @Ctx() context: ReportingContext,
    @Arg('input', () => CreateFlowInput, { description: 'The flow.' }) input: CreateFlowInput,
    @Arg('payments', () => [FlowPaymentInput], { description: 'Its payments, up to 1000.' }) payments: FlowPaymentInput[],
    @Arg('complete', () => Boolean, {
      defaultValue: true,
      description: 'Whether these are all payments of the flow, so that its totals are compared with them.',
    })
    complete: boolean,
  ): Promise<FlowValidationType> {
    const pspCode = ownPsp(context, input.psp);
    const request = await completed(context, input, pspCode);
    const address = { pspCode, name: input.name };
    return presentFindings(await validateFlow(context.services.writing, address, request, { lines: payments, complete }));
  }

  @Allow('PSP')
  @Mutation(() => ReportingFlowPayload, {
    description:
      'Makes a draft of what the caller booked for a creditor in an operative day and has not reported yet, up to 100,000 payments, with its totals. Publish it with publishFlow.',
  })
  draftProposedFlow(
    @Ctx() context: ReportingContext,
    @Arg('input', () => ProposedFlowInput, { description: 'What the draft is about.' }) input: ProposedFlowInput,
  ): Promise<ReportingFlowPayload> {
    const pspCode = ownPsp(context, input.psp);
    return payloadOf(async () => {
      const request = await proposedRequest(context, input, pspCode);
      return changed(context, await draftProposal(context.services.writing, input.date, request));
    });
  }

  @FieldResolver(() => [IndexRangeType], {
    description:
      'The indexes from 1 to the declared number of payments that it has no payment for, in order: what an interrupted upload has yet to send.',
  })
  missingIndexes(
    @Ctx() { services }: ReportingContext,
    @Root() { row }: ReportingFlowType,
    @Arg('first', () => Int, { nullable: true, description: 'How many ranges, up to 100; 20 when absent.' }) first: number | null,
    @Arg('after', () => Int, { nullable: true, description: 'Only past this index.' }) after: number | null,
  ): Promise<IndexRangeType[]> {
    return missingIndexes(services.writing.database, row, { after: Math.max(0, after ?? 0), limit: pageSize(first) });
  }
}
