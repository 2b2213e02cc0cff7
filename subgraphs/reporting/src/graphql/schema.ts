/** The subgraph's federated schema. */
import { buildSubgraph, type SubgraphSchema } from '@nodo-aperto/kernel/graphql';
import { FlowEventResolver } from './event-resolver.ts';
import {
  ReportedReceiptResolver,
  ReportingFlowResolver,
  ReportingLineResolver,
  resolveReceipt,
  resolveReportingFlow,
} from './flow-resolver.ts';
import { ReportingFlowType } from './flow-types.ts';
import { ProposalResolver } from './proposal-resolver.ts';
import { ReceiptType } from './stubs.ts';
import { FlowWriteResolver } from './write-resolver.ts';

export function reportingSchema(): Promise<SubgraphSchema> {
  return buildSubgraph({
    resolvers: [
      ReportingFlowResolver,
      ReportingLineResolver,
      ReportedReceiptResolver,
      ProposalResolver,
      FlowWriteResolver,
      FlowEventResolver,
    ],
    orphanedTypes: [ReportingFlowType, ReceiptType],
    references: { ReportingFlow: resolveReportingFlow, Receipt: resolveReceipt },
  });
}
