/** From what PSPs send over GraphQL to what the services work with. */
import { deadlinesOfDay } from '@nodo-aperto/kernel/calendar';
import type { FlowRequest } from '../domain/flow.ts';
import type { ReportingContext } from './context.ts';
import type { CreateFlowInput } from './write-inputs.ts';
import type { ProposedFlowInput } from './help-types.ts';

/** The request with what the directory says where the input says nothing. */
export async function completed({ services }: ReportingContext, input: CreateFlowInput, pspCode: string): Promise<FlowRequest> {
  const { directory } = services.writing;
  const psp = await directory.psp(pspCode);
  const creditor = await directory.creditorInstitution(input.creditorFiscalCode);
  return {
    name: input.name,
    flowDate: input.flowDate,
    sender: {
      type: input.senderType,
      id: input.senderId ?? psp?.fiscalCode ?? pspCode,
      pspCode,
      pspName: input.pspName ?? (psp?.name ?? `PSP ${pspCode}`).slice(0, 70),
      brokerCode: input.brokerCode,
      channelCode: input.channelCode,
    },
    receiver: {
      id: input.receiverId ?? input.creditorFiscalCode,
      creditorFiscalCode: input.creditorFiscalCode,
      organizationName: input.organizationName ?? creditor?.name ?? input.creditorFiscalCode,
    },
    regulation: input.regulation,
    regulationDate: input.regulationDate,
    ...(typeof input.bicCodePouringBank === 'string' && { bicCodePouringBank: input.bicCodePouringBank }),
    declared: { payments: input.totalPayments, amount: input.totalAmount },
  };
}

/** The request of a proposed draft: what the input does not say follows from the operative day. Its totals are those of its lines. */
export function proposedRequest(context: ReportingContext, input: ProposedFlowInput, pspCode: string): Promise<FlowRequest> {
  const regulationDate = input.regulationDate ?? deadlinesOfDay(input.date).settlementDay;
  const { creditorFiscalCode, brokerCode, channelCode, regulation, bicCodePouringBank } = input;
  return completed(
    context,
    {
      name: input.name ?? `${regulationDate}${pspCode}-${creditorFiscalCode}`,
      flowDate: context.services.writing.clock.now(),
      creditorFiscalCode,
      brokerCode,
      channelCode,
      regulation,
      regulationDate,
      bicCodePouringBank,
      senderType: 'LEGAL_PERSON',
      totalPayments: 1,
      totalAmount: 1,
    },
    pspCode,
  );
}
