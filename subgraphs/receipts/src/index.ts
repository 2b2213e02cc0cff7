/** The receipts subgraph: the receipt of every booked payment, and its delivery to the creditors. */
import { directoryReplica } from '@nodo-aperto/kernel/directory';
import { partitionKeeper } from '@nodo-aperto/kernel/partitions';
import { stationConnector } from '@nodo-aperto/kernel/soap';
import type { RunningSubgraph, SubgraphDefinition, SubgraphHost } from '@nodo-aperto/kernel/subgraph';
import {
  receiptCallsObserved,
  receiptCompleted,
  receiptCreated,
  receiptDelivered,
  receiptExhausted,
  receiptPending,
  receiptSent,
} from '@nodo-aperto/schema/events';
import type { TaskDefinition } from '@nodo-aperto/kernel/jobs';
import { bizEventsEdge } from './edges/biz-events.ts';
import { documentsEdge } from './edges/documents.ts';
import { driftReportEdge } from './edges/drift-report.ts';
import { noticesConsumer, standInConsumer } from './events/amounts.ts';
import { paymentsConsumer } from './events/payments.ts';
import type { ReceiptsServices } from './graphql/context.ts';
import { receiptsSchema } from './graphql/schema.ts';
import { migrations } from './persistence/migrations.ts';
import { PARTIES, STEPS } from './persistence/partitions.ts';
import { entities } from './persistence/tables.ts';
import { callEvidence } from './services/call-evidence.ts';
import { deliveryJob } from './services/delivery-job.ts';
import { deliveryLanes } from './services/delivery-lanes.ts';
import { deliveryMetrics } from './services/delivery-metrics.ts';
import { deliveryTask } from './services/delivery-task.ts';
import { documentLinks } from './services/document-links.ts';
import { printTask } from './services/print-receipt.ts';
import { driftReads } from './services/read-drift.ts';
import { receiptReads } from './services/read-receipts.ts';
import { retentionJob } from './services/retention-job.ts';

export const receipts: SubgraphDefinition = {
  name: 'receipts',
  describes: 'Owns the receipts of booked payments and their delivery to every creditor that has a part in them.',
  entities,
  migrations,
  publishes: [receiptCreated, receiptSent, receiptDelivered, receiptPending, receiptExhausted, receiptCompleted, receiptCallsObserved],
  graphql: receiptsSchema,
  start,
};

async function start(host: SubgraphHost): Promise<RunningSubgraph> {
  const { database, reading, outbox, jobs, clock, log, stream } = host;
  const directory = directoryReplica({ database, clock, log });
  const { allowPrivateEndpoints, stationTls } = host.options;
  const connector = stationConnector({ clock, allowPrivateEndpoints, ...(stationTls && { tls: stationTls }) });
  const records = { database, directory, outbox, jobs, clock };
  const metrics = deliveryMetrics(host.metrics, database);
  const evidence = callEvidence({ database, outbox, clock, random: host.random('evidence'), log });
  const lanes = deliveryLanes({ ...records, connector, random: host.random('traces'), log, metrics, evidence });
  const reads = receiptReads(reading);
  const drift = driftReads(database);
  const links = documentLinks({ database, random: host.random('link-keys') });
  const partitions = partitionKeeper({ database, clock, metrics: host.metrics, tables: [PARTIES, STEPS] });
  const { yearsKept } = host.options;
  const printing = { database, jobs, clock, reads, links };
  return {
    services: {
      reads,
      redelivering: { database, clock, lanes },
      hiding: { database, clock, reads },
      drift,
      printing,
      stream,
      clock,
    } satisfies ReceiptsServices,
    consumers: [directory.consumer, paymentsConsumer({ ...records, log, lanes }), standInConsumer(), noticesConsumer()],
    jobs: [deliveryJob({ ...records, lanes }), retentionJob({ database, clock, partitions, yearsKept })],
    tasks: [deliveryTask({ database, clock, lanes }) as TaskDefinition, printTask({ database, clock, reads }) as TaskDefinition],
    edges: [
      bizEventsEdge({ directory, database, clock, reads }),
      driftReportEdge({ directory, database, clock, drift }),
      documentsEdge({ directory, database, clock, reads, printing }),
    ],
    directory,
    async stop() {
      await lanes.stop();
      await evidence[Symbol.asyncDispose]();
      await connector[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}
