/** The notices subgraph: debt positions, their notices, and the central archive (ACA). */
import { directoryReplica } from '@nodo-aperto/kernel/directory';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { noticeChanged } from '@nodo-aperto/schema/events';
import { acaEdge } from './edges/aca.ts';
import { gpdForAcaEdge } from './edges/gpd.ts';
import { paymentsConsumer } from './events/payments.ts';
import { reportingConsumer } from './events/reporting.ts';
import type { NoticesServices } from './graphql/context.ts';
import { noticesSchema } from './graphql/schema.ts';
import { migrations } from './persistence/migrations.ts';
import { entities } from './persistence/tables.ts';
import { positionStatusJob } from './services/advance-statuses.ts';
import { creditorsOf } from './services/creditors.ts';
import type { Writing } from './services/position-writes.ts';
import { noticeReads } from './services/read-notices.ts';

export const notices: SubgraphDefinition = {
  name: 'notices',
  describes: 'Debt positions with their payment options, instalments and transfers, and the central archive of notices (ACA).',
  entities,
  migrations,
  publishes: [noticeChanged],
  graphql: noticesSchema,
  async start({ database, outbox, stream, clock, log, random }) {
    const directory = directoryReplica({ database, clock, log });
    const reads = noticeReads({ database, clock });
    const writing: Writing = { database, outbox, clock, creditors: creditorsOf(directory), random: random('notice-numbers') };
    const services: NoticesServices = { reads, writing, stream };
    return {
      services,
      consumers: [directory.consumer, paymentsConsumer({ outbox, clock }), reportingConsumer({ outbox, clock })],
      jobs: [positionStatusJob(writing)],
      tasks: [],
      edges: [acaEdge({ writing, directory }), gpdForAcaEdge({ writing, reads, directory })],
      stop: async () => directory[Symbol.asyncDispose](),
    };
  },
};
