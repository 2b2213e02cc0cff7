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
import { FlowHelpResolver } from './help-resolver.ts';
import { ReportingFlowType } from './flow-types.ts';
import { ProposalResolver } from './proposal-resolver.ts';
import { ReportingCreditorResolver, ReportingPspResolver, resolveCreditor, resolvePsp } from './party-resolver.ts';
import { MissingReportResolver } from './missing-resolver.ts';
import { ReconciliationResolver } from './reconciliation/resolver.ts';
import { CreditorStub, PspStub, ReceiptType } from './stubs.ts';
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
      ReportingCreditorResolver,
      ReportingPspResolver,
      MissingReportResolver,
      FlowHelpResolver,
      ReconciliationResolver,
    ],
    orphanedTypes: [ReportingFlowType, ReceiptType, CreditorStub, PspStub],
    references: {
      ReportingFlow: resolveReportingFlow,
      Receipt: resolveReceipt,
      CreditorInstitution: resolveCreditor,
      Psp: resolvePsp,
    },
  });
}
