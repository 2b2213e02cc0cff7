/** What a drill asks of the platform beside payments: jobs and reporting flows. */
import type { PlatformClient } from '../../platform-client/index.ts';
import type { Document } from '../../platform-client/operations.ts';

const RUN_JOB: Document<{ runJob: { state: string } }, { job: string }> = {
  name: 'DrillJob',
  text: 'mutation DrillJob($job: PlatformJob!) { runJob(job: $job) { state } }',
  repeatable: true,
};

/** Has the platform do at once what a job has to do. */
export async function runJob(client: PlatformClient, job: 'TOKEN_EXPIRY' | 'RECEIPT_DELIVERY'): Promise<void> {
  await client.run(RUN_JOB, { job }, { role: 'OPERATOR' });
}

export interface ProposedLine {
  readonly iuv: string;
  readonly iur: string;
  readonly idTransfer: number;
  readonly amount: number;
  readonly outcome: string;
  readonly payDate: string;
}

export const PROPOSE: Document<
  { proposeFlow: { totalPayments: number; payments: { edges: readonly { node: ProposedLine }[] } } },
  { creditor: string; date: string }
> = {
  name: 'DrillProposal',
  text: `query DrillProposal($creditor: FiscalCode!, $date: Date!) { proposeFlow(creditorFiscalCode: $creditor, date: $date) {
    totalPayments payments(first: 100) { edges { node { iuv iur idTransfer amount outcome payDate } } }
  } }`,
  repeatable: true,
};

interface FlowAnswer {
  readonly outcome: 'OK' | 'KO';
  readonly fault: { readonly code: string } | null;
}
export interface FlowKey {
  readonly name: string;
}
interface NewFlow extends FlowKey {
  readonly creditorFiscalCode: string;
  readonly brokerCode: string;
  readonly channelCode: string;
  readonly regulation: string;
}

export const DRAFT_PROPOSED: Document<{ answer: FlowAnswer }, { input: NewFlow & { date: string } }> = {
  name: 'DrillDraft',
  text: 'mutation DrillDraft($input: DraftProposedFlowInput!) { answer: draftProposedFlow(input: $input) { outcome fault { code } } }',
  repeatable: false,
};
export const CREATE: Document<
  { answer: FlowAnswer },
  { input: NewFlow & { flowDate: string; regulationDate: string; totalPayments: number; totalAmount: number } }
> = {
  name: 'DrillFlow',
  text: 'mutation DrillFlow($input: CreateFlowInput!) { answer: createFlow(input: $input) { outcome fault { code } } }',
  repeatable: false,
};
export const ADD: Document<{ answer: FlowAnswer }, FlowKey & { payments: readonly (ProposedLine & { index: number })[] }> = {
  name: 'DrillLines',
  text: `mutation DrillLines($name: String!, $payments: [FlowPaymentInput!]!) {
    answer: addFlowPayments(name: $name, payments: $payments) { outcome fault { code } }
  }`,
  repeatable: false,
};
export const PUBLISH: Document<{ answer: FlowAnswer }, FlowKey> = {
  name: 'DrillPublish',
  text: 'mutation DrillPublish($name: String!) { answer: publishFlow(name: $name) { outcome fault { code } } }',
  repeatable: false,
};
export const EVENTS_SEEN: Document<
  { paymentEvents: { cursor: string; paymentToken: string; creditorFiscalCode: string; noticeNumber: string; pspCode: string } },
  { after?: string | null }
> = {
  name: 'DrillSightings',
  text: `subscription DrillSightings($after: String) {
    paymentEvents(after: $after) { cursor paymentToken creditorFiscalCode noticeNumber pspCode }
  }`,
  repeatable: true,
};
