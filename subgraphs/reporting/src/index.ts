/** What the reporting subgraph is: reporting flows, their revisions and lines, and what PSPs still have to report. */
import { directoryReplica } from '@nodo-aperto/kernel/directory';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { flowPaymentsReported, flowPublished } from '@nodo-aperto/schema/events';
import { organizationEdge } from './edges/organization.ts';
import { pspEdge } from './edges/psp.ts';
import { paymentsConsumer } from './events/payments.ts';
import type { ReportingServices } from './graphql/context.ts';
import { reportingSchema } from './graphql/schema.ts';
import { migrations } from './persistence/migrations.ts';
import { entities } from './persistence/tables.ts';
import { FlowReads } from './services/read-flows.ts';
import { stateLinesTask } from './services/state-lines.ts';

export const reporting: SubgraphDefinition = {
  name: 'reporting',
  describes: 'Reporting flows (FdR): revisions, lines, publication, and their comparison with the booked payments.',
  entities,
  migrations,
  publishes: [flowPublished, flowPaymentsReported],
  graphql: reportingSchema,
  async start({ database, outbox, stream, jobs, clock, log }) {
    const directory = directoryReplica({ database, clock, log });
    const writing = { database, outbox, jobs, directory, clock };
    const services: ReportingServices = { reads: new FlowReads(database), writing, stream };
    return {
      services,
      consumers: [directory.consumer, paymentsConsumer()],
      jobs: [],
      tasks: [stateLinesTask(writing)],
      edges: [pspEdge({ writing, directory, log }), organizationEdge({ writing, directory, log })],
      stop: async () => directory[Symbol.asyncDispose](),
    };
  },
};
