/** What the reporting subgraph is: reporting flows, their revisions and lines, and what PSPs still have to report. */
import { directoryReplica } from '@nodo-aperto/kernel/directory';
import { partitionKeeper } from '@nodo-aperto/kernel/partitions';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import {
  flowDraftCreated,
  flowFinal,
  flowMissing,
  flowPaymentsReported,
  flowPublished,
  flowUploadProgressed,
  reconciliationDone,
} from '@nodo-aperto/schema/events';
import { legacyCreditorEdge } from './edges/legacy/pa.ts';
import { legacyPspEdge } from './edges/legacy/psp.ts';
import { organizationEdge } from './edges/organization.ts';
import { pspEdge } from './edges/psp.ts';
import { paymentsConsumer } from './events/payments.ts';
import type { ReportingServices } from './graphql/context.ts';
import { reportingSchema } from './graphql/schema.ts';
import { migrations } from './persistence/migrations.ts';
import { entities } from './persistence/tables.ts';
import { LINES } from './persistence/partitions.ts';
import { LinePages } from './persistence/line-pages.ts';
import { deadlinesJob } from './services/deadlines-job.ts';
import { reconciliationEdge } from './edges/reconciliation/edge.ts';
import { removeLinesTask } from './services/delete-flow.ts';
import { retentionJob } from './services/retention-job.ts';
import { FlowReads } from './services/read-flows.ts';
import { reconcileTask } from './services/reconciliation/run-reconciliation.ts';
import { stateLinesTask } from './services/state-lines.ts';

export const reporting: SubgraphDefinition = {
  name: 'reporting',
  describes: 'Reporting flows (FdR): revisions, lines, publication, and their comparison with the booked payments.',
  entities,
  migrations,
  publishes: [flowDraftCreated, flowUploadProgressed, flowPublished, flowPaymentsReported, flowFinal, flowMissing, reconciliationDone],
  graphql: reportingSchema,
  async start({ database, outbox, stream, jobs, clock, log, metrics, options }) {
    const directory = directoryReplica({ database, clock, log });
    const writing = { database, outbox, jobs, directory, clock };
    const services: ReportingServices = { reads: new FlowReads(database), writing, stream };
    const partitions = partitionKeeper({ database, clock, metrics, tables: [LINES] });
    const edge = { writing, lines: new LinePages(database), directory, stations: directory, log };
    return {
      services,
      consumers: [directory.consumer, paymentsConsumer()],
      jobs: [deadlinesJob(writing), retentionJob({ database, clock, partitions, yearsKept: options.yearsKept })],
      tasks: [stateLinesTask(writing), removeLinesTask(writing), reconcileTask(writing)],
      edges: [pspEdge(edge), organizationEdge(edge), legacyPspEdge(edge), legacyCreditorEdge(edge), reconciliationEdge(edge)],
      stop: async () => directory[Symbol.asyncDispose](),
    };
  },
};
