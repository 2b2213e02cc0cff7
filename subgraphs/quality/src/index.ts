/** The quality subgraph: KPIs of PSPs and the qualification of partners, computed from the facts of the others. */
import { directoryReplica } from '@nodo-aperto/kernel/directory';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { HOUR, MINUTE } from '@nodo-aperto/kernel/time';
import { indicatorDrifted, kpiEvaluated, kpiMonthReopened } from '@nodo-aperto/schema/events';
import { kpiEdge } from './edges/kpi-edge.ts';
import { evidenceConsumers } from './events/evidence-consumers.ts';
import { partnerConsumers } from './events/partner-consumers.ts';
import { serviceLevelConsumers } from './events/service-level-consumers.ts';
import type { QualityServices } from './graphql/context.ts';
import { qualitySchema } from './graphql/schema.ts';
import { migrations } from './persistence/migrations.ts';
import { qualificationEntities } from './persistence/qualification-tables.ts';
import { CallRecorder } from './persistence/service-level/add-calls.ts';
import { Partitions } from './persistence/service-level/partitions.ts';
import { serviceLevelMigration } from './persistence/service-level/service-level-migration.ts';
import { entities } from './persistence/tables.ts';
import { detectDrift } from './services/detect-drift.ts';
import { evaluateMonths } from './services/evaluate-months.ts';
import { Qualifications } from './services/qualifications.ts';
import { QualificationReader } from './services/read-qualifications.ts';
import { ResultReader } from './services/read-results.ts';
import { runQualifications } from './services/run-qualifications.ts';
import { notifyCalls } from './services/record-notify-calls.ts';
import { findOutages } from './services/service-level/find-outages.ts';
import { ServiceLevelReader } from './services/service-level/read-service-levels.ts';
import { letGo } from './services/service-level/retention.ts';

export const quality: SubgraphDefinition = {
  name: 'quality',
  describes: 'KPIs of PSPs by month, the qualification of partners and service levels, with the evidence that they are computed from.',
  entities: [...entities, ...qualificationEntities],
  migrations: [...migrations, serviceLevelMigration],
  publishes: [kpiEvaluated, kpiMonthReopened, indicatorDrifted],
  graphql: qualitySchema,
  async start({ database, outbox, stream, clock, log, random }) {
    const directory = directoryReplica({ database, clock, log });
    const parts = { database, outbox, clock, directory };
    const partnerParts = { database, clock, directory, log, random: random('qualifications') };
    const partitions = new Partitions();
    const recorder = new CallRecorder(partitions);
    const services: QualityServices = {
      results: new ResultReader(database),
      notifyCalls: notifyCalls(parts),
      database,
      clock,
      stream,
      qualifications: new Qualifications(partnerParts),
      qualificationReader: new QualificationReader(database, directory),
      partnerParts,
      serviceLevels: new ServiceLevelReader(partnerParts),
    };
    return {
      services,
      consumers: [directory.consumer, ...evidenceConsumers(parts), ...partnerConsumers, ...serviceLevelConsumers({ recorder, clock })],
      jobs: [
        { name: 'KPI_MONTHLY', everyMs: HOUR, run: ({ forced, signal }) => evaluateMonths(parts, forced, signal) },
        { name: 'KPI_DRIFT', everyMs: HOUR, run: ({ signal }) => detectDrift(parts, signal) },
        { name: 'PARTNER_QUALIFICATION', everyMs: HOUR, run: ({ signal }) => runQualifications(partnerParts, signal) },
        { name: 'SERVICE_LEVEL_OUTAGES', everyMs: MINUTE, run: ({ signal }) => findOutages(database, signal) },
        { name: 'SERVICE_LEVEL_RETENTION', everyMs: HOUR, run: ({ signal }) => letGo({ database, clock, partitions }, signal) },
      ],
      tasks: [],
      edges: [kpiEdge(parts)],
      stop: async () => directory[Symbol.asyncDispose](),
    };
  },
};
