/** How PSPs write their flows. */
import { Allow } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Int, Mutation, Resolver } from 'type-graphql';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { addPayments } from '../services/add-payments.ts';
import { createFlow } from '../services/create-flow.ts';
import { deleteFlow } from '../services/delete-flow.ts';
import { publishFlow } from '../services/publish-flow.ts';
import { removePayments } from '../services/remove-payments.ts';
import { ownPsp, type ReportingContext } from './context.ts';
import { completed } from './flow-inputs.ts';
import { presentFlow, type ReportingFlowType } from './flow-types.ts';
import { CreateFlowInput, FlowPaymentInput, payloadOf, ReportingFlowPayload } from './write-inputs.ts';

const NAME = { description: 'Name of the flow.' } as const;
const PSP = { nullable: true, description: 'Code of the PSP: the caller’s own, also when absent.' } as const;

/** The flow after the change; undefined when another request has dropped the draft since. */
export async function changed({ services }: ReportingContext, key: FlowKey): Promise<ReportingFlowType | undefined> {
  const [row] = await services.reads.flows([key]);
  return row && presentFlow(row);
}

@Resolver()
export class FlowWriteResolver {
  @Allow('PSP')
  @Mutation(() => ReportingFlowPayload, {
    description: 'Creates an empty flow, or, under the name of a published one, its next revision. There is one draft of a name at most.',
  })
  createFlow(
    @Ctx() context: ReportingContext,
    @Arg('input', () => CreateFlowInput, { description: 'The flow.' }) input: CreateFlowInput,
  ): Promise<ReportingFlowPayload> {
    const pspCode = ownPsp(context, input.psp);
    return payloadOf(async () => {
      const request = await completed(context, input, pspCode);
      return changed(context, await createFlow(context.services.writing, { pspCode, name: input.name }, request));
    });
  }

  @Allow('PSP')
  @Mutation(() => ReportingFlowPayload, { description: 'Adds 1 to 1000 payments to a draft: all of them, or none.' })
  addFlowPayments(
    @Ctx() context: ReportingContext,
    @Arg('name', () => String, NAME) name: string,
    @Arg('payments', () => [FlowPaymentInput], { description: '1 to 1000 payments.' }) payments: FlowPaymentInput[],
    @Arg('psp', () => String, PSP) psp: string | null,
  ): Promise<ReportingFlowPayload> {
    const pspCode = ownPsp(context, psp);
    return payloadOf(async () => changed(context, await addPayments(context.services.writing, { pspCode, name }, payments)));
  }

  @Allow('PSP')
  @Mutation(() => ReportingFlowPayload, { description: 'Removes 1 to 1000 payments from a draft by their indexes: all of them, or none.' })
  deleteFlowPayments(
    @Ctx() context: ReportingContext,
    @Arg('name', () => String, NAME) name: string,
    @Arg('indexes', () => [Int], { description: '1 to 1000 indexes.' }) indexes: number[],
    @Arg('psp', () => String, PSP) psp: string | null,
  ): Promise<ReportingFlowPayload> {
    const pspCode = ownPsp(context, psp);
    return payloadOf(async () => changed(context, await removePayments(context.services.writing, { pspCode, name }, indexes)));
  }

  @Allow('PSP')
  @Mutation(() => ReportingFlowPayload, {
    description: 'Publishes a draft whose declared totals are those of its payments. It no longer changes then.',
  })
  publishFlow(
    @Ctx() context: ReportingContext,
    @Arg('name', () => String, NAME) name: string,
    @Arg('psp', () => String, PSP) psp: string | null,
  ): Promise<ReportingFlowPayload> {
    const pspCode = ownPsp(context, psp);
    return payloadOf(async () => changed(context, await publishFlow(context.services.writing, { pspCode, name })));
  }

  @Allow('PSP')
  @Mutation(() => ReportingFlowPayload, { description: 'Drops a draft with its payments.' })
  deleteFlow(
    @Ctx() context: ReportingContext,
    @Arg('name', () => String, NAME) name: string,
    @Arg('psp', () => String, PSP) psp: string | null,
  ): Promise<ReportingFlowPayload> {
    const pspCode = ownPsp(context, psp);
    return payloadOf(async () => {
      await deleteFlow(context.services.writing, { pspCode, name });
      return undefined;
    });
  }
}
