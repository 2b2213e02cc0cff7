/** The federated schema of the quality subgraph. */
import { buildSubgraph, type SubgraphSchema } from '@nodo-aperto/kernel/graphql';
import type { Context } from './context.ts';
import { DriftEventResolver, KpiEventResolver } from './event-resolvers.ts';
import { KpiEvidenceResolver } from './evidence-resolvers.ts';
import { QualificationModuleResolver, QualificationResolver } from './partner-resolvers.ts';
import { PspReference, ReportingFlowReference } from './references.ts';
import { KpiResultResolver, loadResult, PspResolver, ReportingFlowResolver } from './result-resolvers.ts';
import { KpiRunningResolver } from './running-resolvers.ts';
import { ServiceLevelResolver } from './service-level/resolvers.ts';

export function qualitySchema(): Promise<SubgraphSchema> {
  return buildSubgraph({
    resolvers: [
      KpiResultResolver,
      PspResolver,
      ReportingFlowResolver,
      KpiEvidenceResolver,
      KpiRunningResolver,
      KpiEventResolver,
      DriftEventResolver,
      QualificationResolver,
      QualificationModuleResolver,
      ServiceLevelResolver,
    ],
    orphanedTypes: [PspReference, ReportingFlowReference],
    references: {
      Psp: (reference) => reference,
      KpiResult: ({ id }, context) => loadResult(String(id), context as Context),
      ReportingFlow: (reference) => reference,
    },
  });
}
