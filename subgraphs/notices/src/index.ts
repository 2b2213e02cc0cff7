/** The notices subgraph: debt positions, their notices, and the central archive (ACA). */
import { directoryReplica } from '@nodo-aperto/kernel/directory';
import type { TaskDefinition } from '@nodo-aperto/kernel/jobs';
import { httpExchange } from '@nodo-aperto/kernel/soap';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { noticeChanged, positionAmountLearnt, printFolderProgressed } from '@nodo-aperto/schema/events';
import { acaEdge } from './edges/aca.ts';
import { bulkEdge } from './edges/bulk/edge.ts';
import { loadUploadTask } from './edges/bulk/load-upload.ts';
import { uploadEdge } from './edges/bulk/upload-edge.ts';
import { ACA_SERVICE, GPD_SERVICE, gpdEdge } from './edges/gpd.ts';
import { paymentOptionsEdge } from './edges/payment-options.ts';
import { printEdge } from './edges/print.ts';
import { pullEdge } from './edges/pull.ts';
import { paymentsConsumer } from './events/payments.ts';
import { reportingConsumer } from './events/reporting.ts';
import type { NoticesServices } from './graphql/context.ts';
import { noticesSchema } from './graphql/schema.ts';
import { migrations } from './persistence/migrations.ts';
import { printMigrations } from './persistence/print-migrations.ts';
import { linkSecret } from './persistence/print-profiles.ts';
import { entities } from './persistence/tables.ts';
import { printPool } from './printing/print-pool.ts';
import { arrivalRetentionJob } from './services/arrival-retention.ts';
import { positionStatusJob } from './services/advance-statuses.ts';
import { creditorsOf } from './services/creditors.ts';
import type { OptionsDependencies } from './services/find-payment-options.ts';
import type { Writing } from './services/position-writes.ts';
import { pullPayments } from './services/pull-payments.ts';
import { printFolderTask, printRetentionJob } from './services/print-folder.ts';
import { printLinks } from './services/print-links.ts';
import type { Printing } from './services/print-notices.ts';
import { noticeReads } from './services/read-notices.ts';

export const notices: SubgraphDefinition = {
  name: 'notices',
  describes: 'Debt positions with their payment options, instalments and transfers, and the central archive of notices (ACA).',
  entities,
  migrations: [...migrations, ...printMigrations],
  publishes: [noticeChanged, positionAmountLearnt, printFolderProgressed],
  graphql: noticesSchema,
  async start({ database, reading, outbox, stream, clock, log, random, jobs, options }) {
    const directory = directoryReplica({ database, clock, log });
    const reads = noticeReads({ database, clock });
    const writing: Writing = { database, outbox, clock, creditors: creditorsOf(directory), random: random('notice-numbers') };
    const pool = printPool();
    const links = printLinks({ clock, secret: () => linkSecret(database, random('print-links').hex(64)) });
    const creditors = writing.creditors;
    const printing: Printing = { database, outbox, jobs, clock, creditors, directory, pool, links, random: random('print-folders') };
    const http = httpExchange({
      clock,
      allowPrivateEndpoints: options.allowPrivateEndpoints,
      ...(options.stationTls && { tls: options.stationTls }),
    });
    const optionsOf: OptionsDependencies = { reads, directory, clock, http };
    const pull = pullPayments({ database, reading, clock, reads, directory });
    const services: NoticesServices = { reads, writing, stream, printing, options: optionsOf, pull, directory };
    return {
      services,
      consumers: [directory.consumer, paymentsConsumer({ outbox, clock }), reportingConsumer({ outbox, clock })],
      jobs: [positionStatusJob(writing), printRetentionJob(printing), arrivalRetentionJob({ database, clock })],
      tasks: [printFolderTask(printing) as TaskDefinition, loadUploadTask({ writing, log }) as TaskDefinition],
      edges: [
        printEdge({ printing, directory }),
        acaEdge({ writing, directory }),
        gpdEdge(ACA_SERVICE, { writing, reads, directory }),
        gpdEdge(GPD_SERVICE, { writing, reads, directory }),
        bulkEdge({ writing, reads, directory, log }),
        uploadEdge({ writing, reads, directory, jobs, random: random('uploads') }),
        paymentOptionsEdge({ ...optionsOf, log }),
        pullEdge({ pull, directory, log }),
      ],
      stop: async () => {
        await pool.close();
        await http[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
      },
    };
  },
};
