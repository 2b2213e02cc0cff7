/** The primitives of PSPs as mutations. Thin: one use case behind each, the same as behind the official messages. */
import { Allow } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { ActivationPrimitive } from '../domain/activation-primitives.ts';
import { activatePaymentNotice } from '../services/activate-payment-notice.ts';
import { demandPaymentNotice } from '../services/demand-payment-notice.ts';
import type { Answer, Refusal } from '../services/dependencies.ts';
import { sendPaymentOutcome } from '../services/send-payment-outcome.ts';
import { verifyPaymentNotice } from '../services/verify-payment-notice.ts';
import { callerOf, type PaymentsContext } from './context.ts';
import {
  ActivatePaymentNoticeInput,
  ActivatePaymentNoticeV2Input,
  DemandPaymentNoticeInput,
  SendPaymentOutcomeInput,
  SendPaymentOutcomeV2Input,
  VerifyPaymentNoticeInput,
} from './inputs.ts';
import { presentFault } from './present.ts';
import { activateRequest, demandRequest, outcomeRequest, verifyRequest } from './psp-requests.ts';
import {
  ActivatePaymentNoticeResult,
  DemandPaymentNoticeResult,
  SendPaymentOutcomeResult,
  SendPaymentOutcomeV2Result,
  VerifyPaymentNoticeResult,
} from './results.ts';

@Resolver()
export class PspResolver {
  @Allow('PSP')
  @Mutation(() => VerifyPaymentNoticeResult, { description: 'Asks what a notice holds now. Opens nothing.' })
  async verifyPaymentNotice(
    @Arg('input', () => VerifyPaymentNoticeInput, { description: 'The request.' }) input: VerifyPaymentNoticeInput,
    @Ctx() context: PaymentsContext,
  ): Promise<VerifyPaymentNoticeResult> {
    const request = verifyRequest(callerOf(context), input);
    const answer = await verifyPaymentNotice(context.services, request);
    if (answer.outcome === 'KO') return refused(answer);
    return { ...answer, paymentList: [...answer.paymentList] };
  }

  @Allow('PSP')
  @Mutation(() => DemandPaymentNoticeResult, {
    description: 'Asks the creditor of a service to make a notice for who wants to pay: a spontaneous payment.',
  })
  async demandPaymentNotice(
    @Arg('input', () => DemandPaymentNoticeInput, { description: 'The request.' }) input: DemandPaymentNoticeInput,
    @Ctx() context: PaymentsContext,
  ): Promise<DemandPaymentNoticeResult> {
    const request = demandRequest(callerOf(context), input);
    const answer = await demandPaymentNotice(context.services, request);
    if (answer.outcome === 'KO') return refused(answer);
    return { ...answer, paymentList: [...answer.paymentList] };
  }

  @Allow('PSP')
  @Mutation(() => ActivatePaymentNoticeResult, { description: 'Opens a payment session: locks the notice and gives a token.' })
  activatePaymentNotice(
    @Arg('input', () => ActivatePaymentNoticeInput, { description: 'The request.' }) input: ActivatePaymentNoticeInput,
    @Ctx() context: PaymentsContext,
  ): Promise<ActivatePaymentNoticeResult> {
    return activate(context, 'activatePaymentNotice', input);
  }

  @Allow('PSP')
  @Mutation(() => ActivatePaymentNoticeResult, {
    description: 'Opens a payment session, version 2: also says how and where it will be paid.',
  })
  activatePaymentNoticeV2(
    @Arg('input', () => ActivatePaymentNoticeV2Input, { description: 'The request.' }) input: ActivatePaymentNoticeV2Input,
    @Ctx() context: PaymentsContext,
  ): Promise<ActivatePaymentNoticeResult> {
    return activate(context, 'activatePaymentNoticeV2', input);
  }

  @Allow('PSP')
  @Mutation(() => SendPaymentOutcomeResult, { description: 'Says whether a payment took place.' })
  async sendPaymentOutcome(
    @Arg('input', () => SendPaymentOutcomeInput, { description: 'The request.' }) input: SendPaymentOutcomeInput,
    @Ctx() context: PaymentsContext,
  ): Promise<SendPaymentOutcomeResult> {
    const request = outcomeRequest(callerOf(context), input);
    const answer = await sendPaymentOutcome(context.services, 'sendPaymentOutcome', request);
    return { ...presented(answer), paymentTokens: request.paymentTokens };
  }

  @Allow('PSP')
  @Mutation(() => SendPaymentOutcomeV2Result, {
    description: 'Says whether payments that were made together took place; all of them or none.',
  })
  async sendPaymentOutcomeV2(
    @Arg('input', () => SendPaymentOutcomeV2Input, { description: 'The request.' }) input: SendPaymentOutcomeV2Input,
    @Ctx() context: PaymentsContext,
  ): Promise<Omit<SendPaymentOutcomeV2Result, 'payments'>> {
    const request = outcomeRequest(callerOf(context), input);
    const answer = await sendPaymentOutcome(context.services, 'sendPaymentOutcomeV2', request);
    return { ...presented(answer), paymentTokens: request.paymentTokens };
  }
}

async function activate(
  context: PaymentsContext,
  primitive: ActivationPrimitive,
  input: ActivatePaymentNoticeInput,
): Promise<ActivatePaymentNoticeResult> {
  const request = activateRequest(callerOf(context), input);
  const answer = await activatePaymentNotice(context.services, primitive, request);
  if (answer.outcome === 'KO') return refused(answer);
  const { transferList, metadata, ...rest } = answer;
  return {
    ...rest,
    transferList: [...transferList],
    ...(metadata && { metadata: [...metadata] }),
  };
}

type Presented = Pick<SendPaymentOutcomeResult, 'outcome' | 'fault'>;

function presented(answer: Answer): Presented {
  return answer.outcome === 'KO' ? refused(answer) : { outcome: 'OK' };
}

/** A refusal with what the creditor said of it. The broker's extended fault bean is a matter of the SOAP message: here a client asks for fields. */
function refused({ fault }: Refusal): Presented {
  return { outcome: 'KO', fault: presentFault(fault) };
}
