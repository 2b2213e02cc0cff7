/** The receipts subgraph: the receipt of every booked payment, and its delivery to the creditors. */
import { directoryReplica } from '@nodo-aperto/kernel/directory';
import { stationConnector } from '@nodo-aperto/kernel/soap';
import type { RunningSubgraph, SubgraphDefinition, SubgraphHost } from '@nodo-aperto/kernel/subgraph';
import {
  receiptCompleted,
  receiptCreated,
  receiptDelivered,
  receiptExhausted,
  receiptPending,
  receiptSent,
} from '@nodo-aperto/schema/events';
import type { TaskDefinition } from '@nodo-aperto/kernel/jobs';
import { bizEventsEdge } from './edges/biz-events.ts';
import { paymentsConsumer } from './events/payments.ts';
import type { ReceiptsServices } from './graphql/context.ts';
import { receiptsSchema } from './graphql/schema.ts';
import { migrations } from './persistence/migrations.ts';
import { entities } from './persistence/tables.ts';
import { deliveryJob } from './services/delivery-job.ts';
import { deliveryLanes } from './services/delivery-lanes.ts';
import { deliveryMetrics } from './services/delivery-metrics.ts';
import { deliveryTask } from './services/delivery-task.ts';
import { receiptReads } from './services/read-receipts.ts';

export const receipts: SubgraphDefinition = {
  name: 'receipts',
  describes: 'Owns the receipts of booked payments and their delivery to every creditor that has a part in them.',
  entities,
  migrations,
  publishes: [receiptCreated, receiptSent, receiptDelivered, receiptPending, receiptExhausted, receiptCompleted],
  graphql: receiptsSchema,
  start,
};

async function start(host: SubgraphHost): Promise<RunningSubgraph> {
  const { database, outbox, jobs, clock, log, stream } = host;
  const directory = directoryReplica({ database, clock, log });
  const { allowPrivateEndpoints, stationTls } = host.options;
  const connector = stationConnector({ clock, allowPrivateEndpoints, ...(stationTls && { tls: stationTls }) });
  const records = { database, directory, outbox, jobs, clock };
  const metrics = deliveryMetrics(host.metrics, database);
  const lanes = deliveryLanes({ ...records, connector, random: host.random('traces'), log, metrics });
  const reads = receiptReads(database);
  return {
    services: { reads, redelivering: { database, clock, lanes }, stream, clock } satisfies ReceiptsServices,
    consumers: [directory.consumer, paymentsConsumer({ ...records, log, lanes })],
    jobs: [deliveryJob({ ...records, lanes })],
    tasks: [deliveryTask({ database, clock, lanes }) as TaskDefinition],
    edges: [bizEventsEdge({ directory, reads })],
    async stop() {
      await lanes.stop();
      await connector[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}
