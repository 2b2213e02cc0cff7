/** The quality subgraph: KPIs of PSPs, computed from the facts of payments and reporting. */
import { buildSubgraph, type SubgraphContext } from '@nodo-aperto/kernel/graphql';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { HOUR } from '@nodo-aperto/kernel/time';
import { kpiEvaluated } from '@nodo-aperto/schema/events';
import { consumers } from './events/evidence-consumers.ts';
import {
  KpiEventResolver,
  KpiResultResolver,
  loadResult,
  PspResolver,
  type QualityServices,
  ReportingFlowResolver,
} from './graphql/resolvers.ts';
import { PspReference, ReportingFlowReference } from './graphql/types.ts';
import { migrations } from './persistence/migrations.ts';
import { entities } from './persistence/tables.ts';
import { evaluateMonths } from './services/evaluate-months.ts';
import { ResultReader } from './services/read-results.ts';

export const quality: SubgraphDefinition = {
  name: 'quality',
  describes: 'KPIs of PSPs by month, with the evidence that they are computed from.',
  entities,
  migrations,
  publishes: [kpiEvaluated],
  graphql: () =>
    buildSubgraph({
      resolvers: [KpiResultResolver, PspResolver, ReportingFlowResolver, KpiEventResolver],
      orphanedTypes: [PspReference, ReportingFlowReference],
      references: {
        Psp: (reference) => reference,
        KpiResult: ({ id }, context) => loadResult(String(id), context as SubgraphContext<QualityServices>),
        ReportingFlow: (reference) => reference,
      },
    }),
  async start({ database, outbox, stream, clock }) {
    return {
      services: { results: new ResultReader(database, clock), stream } satisfies QualityServices,
      consumers,
      jobs: [
        { name: 'KPI_MONTHLY', everyMs: HOUR, run: ({ forced, signal }) => evaluateMonths({ database, outbox, clock }, forced, signal) },
      ],
      tasks: [],
      edges: [],
    };
  },
};
