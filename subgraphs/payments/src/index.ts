/** The payments subgraph: sessions, the locks of notices, idempotency, and the Stand-In of creditors' stations. */
import { directoryReplica } from '@nodo-aperto/kernel/directory';
import { stationConnector } from '@nodo-aperto/kernel/soap';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { realClock } from '@nodo-aperto/kernel/time';
import {
  callsObserved,
  noticeAmountLearnt,
  paymentActivated,
  paymentBooked,
  paymentCancelled,
  paymentFailed,
  paymentProgressed,
  standInEntered,
  standInLeft,
  stationHealthChanged,
} from '@nodo-aperto/schema/events';
import { nodeForPspEdge } from './edges/node-for-psp.ts';
import { receiptsConsumer } from './events/follow-receipts.ts';
import { NOTICES_CONSUMER, noticesConsumer } from './events/keep-notices.ts';
import type { PaymentsServices } from './graphql/context.ts';
import { paymentsSchema } from './graphql/schema.ts';
import { paymentsJobs } from './jobs.ts';
import { migrations } from './persistence/migrations.ts';
import { countOpen } from './persistence/payment-queries.ts';
import { entities } from './persistence/tables.ts';
import { admission } from './services/admission.ts';
import { hotPath } from './services/hot-path.ts';
import { CallBuffer } from './services/call-evidence.ts';
import { paymentsMetrics } from './services/metrics.ts';
import { StationHealth } from './services/stations/stations.ts';

/**
 * Connections and calls towards one origin. Stations of one broker often share an origin: one that hangs must not take the connections
 * of the others before it is in Stand-In. No call waits for a connection: it would reach a station that has been in Stand-In for seconds. What
 * is more than this is answered from ACA at once.
 */
const CALLS_PER_ORIGIN = 512;
const CONNECTIONS_PER_ORIGIN = CALLS_PER_ORIGIN;

export const payments: SubgraphDefinition = {
  name: 'payments',
  describes: 'Payment sessions and the locks of notices, idempotency, the health of creditors’ stations and their Stand-In.',
  entities,
  migrations,
  publishes: [
    noticeAmountLearnt,
    paymentActivated,
    paymentBooked,
    paymentFailed,
    paymentCancelled,
    paymentProgressed,
    standInEntered,
    standInLeft,
    stationHealthChanged,
    callsObserved,
  ],
  graphql: paymentsSchema,
  async start(host) {
    const { bus, database, outbox, clock, log, stream } = host;
    const directory = directoryReplica({ database, clock, log });
    const connector = stationConnector({
      clock,
      ...(host.options.stationTls && { tls: host.options.stationTls }),
      allowPrivateEndpoints: host.options.allowPrivateEndpoints,
      connectionsPerOrigin: CONNECTIONS_PER_ORIGIN,
      callsPerOrigin: CALLS_PER_ORIGIN,
    });
    const random = host.random('tokens');
    const evidence = new CallBuffer({ database, outbox, clock, waits: realClock(), log, random });
    const stations = new StationHealth({
      database,
      outbox,
      directory,
      clock,
      log,
      connector,
      random: host.random('probes'),
      evidence,
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
      archiveFollowed: async (deadlineMs) => bus.consumer(database, NOTICES_CONSUMER)?.caughtUp(deadlineMs),
      hotPath: hotPath(database),
      reading: host.reading,
      outbox,
      directory,
      clock,
      log,
      metrics: paymentsMetrics(host.metrics),
      random,
      connector,
      stations,
      admission: admission(),
      evidence,
      stream,
    };
    return {
      services,
      consumers: [directory.consumer, noticesConsumer({ outbox, clock }), receiptsConsumer({ outbox, clock, log })],
      jobs: paymentsJobs(services),
      tasks: [],
      edges: [nodeForPspEdge(services)],
      directory,
      async stop() {
        await stations.stop();
        await evidence.flush();
        await connector[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
      },
    };
  },
};
