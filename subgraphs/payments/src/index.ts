/** The payments subgraph: sessions, the locks of notices, idempotency, and the Stand-In of creditors' stations. */
import { directoryReplica } from '@nodo-aperto/kernel/directory';
import { stationConnector } from '@nodo-aperto/kernel/soap';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { realClock } from '@nodo-aperto/kernel/time';
import {
  paymentActivated,
  paymentBooked,
  paymentCancelled,
  paymentFailed,
  paymentProgressed,
  standInEntered,
  standInLeft,
} from '@nodo-aperto/schema/events';
import { receiptsConsumer } from './events/follow-receipts.ts';
import { noticesConsumer } from './events/keep-notices.ts';
import type { PaymentsServices } from './graphql/context.ts';
import { paymentsSchema } from './graphql/schema.ts';
import { paymentsJobs } from './jobs.ts';
import { migrations } from './persistence/migrations.ts';
import { countOpen } from './persistence/payment-queries.ts';
import { entities } from './persistence/tables.ts';
import { paymentsMetrics } from './services/metrics.ts';
import { StationHealth } from './services/stations/stations.ts';

/**
 * Connections and calls towards one origin. Stations of one broker often share an origin: one that hangs must not take the connections
 * of the others before it is in Stand-In.
 */
const CONNECTIONS_PER_ORIGIN = 256;
const CALLS_PER_ORIGIN = 1_024;

export const payments: SubgraphDefinition = {
  name: 'payments',
  describes: 'Payment sessions and the locks of notices, idempotency, the health of creditors’ stations and their Stand-In.',
  entities,
  migrations,
  publishes: [paymentActivated, paymentBooked, paymentFailed, paymentCancelled, paymentProgressed, standInEntered, standInLeft],
  graphql: paymentsSchema,
  async start(host) {
    const { database, outbox, clock, log, stream } = host;
    const directory = directoryReplica({ database, clock, log });
    const connector = stationConnector({
      clock,
      ...(host.options.stationTls && { tls: tlsOf(host.options.stationTls) }),
      allowPrivateEndpoints: host.options.allowPrivateEndpoints,
      connectionsPerOrigin: CONNECTIONS_PER_ORIGIN,
      callsPerOrigin: CALLS_PER_ORIGIN,
    });
    const random = host.random('tokens');
    const stations = new StationHealth({
      database,
      outbox,
      directory,
      clock,
      log,
      connector,
      random: host.random('probes'),
      waits: realClock(),
    });
    await stations.start();
    host.metrics.gauge(
      'payments_sessions_open',
      'Payment sessions in progress, and how many are past their time.',
      ['state'],
      async (gauge) => {
        const { open, overdue } = await countOpen(database, clock.date());
        gauge.set({ state: 'open' }, open);
        gauge.set({ state: 'overdue' }, overdue);
      },
    );
    const services: PaymentsServices = {
      database,
      outbox,
      directory,
      clock,
      log,
      metrics: paymentsMetrics(host.metrics),
      random,
      connector,
      stations,
      stream,
    };
    return {
      services,
      consumers: [directory.consumer, noticesConsumer, receiptsConsumer({ outbox, clock })],
      jobs: paymentsJobs(services),
      tasks: [],
      edges: [],
      async stop() {
        await stations.stop();
        await connector[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
      },
    };
  },
};

function tlsOf({ ca, certificate, key }: { ca?: string; certificate?: string; key?: string }) {
  return { ...(ca !== undefined && { ca }), ...(certificate !== undefined && { cert: certificate }), ...(key !== undefined && { key }) };
}
