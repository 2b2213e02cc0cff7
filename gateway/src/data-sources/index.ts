/** The subgraphs of a supergraph, each behind the transport that was chosen for it, as @apollo/gateway wants them. */
import type { GraphQLDataSource } from '@apollo/gateway';
import type { GraphQLFormattedError } from 'graphql';
import type { Metrics } from '@nodo-aperto/kernel/metrics';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { GatewayContext, GatewayLimits, GatewayOptions } from '../options.ts';
import { httpClient } from './http.ts';
import { inProcessClient } from './in-process.ts';
import type { FetchResponse, SubgraphClient } from './subgraph-client.ts';

export type { FetchResponse, SubgraphClient } from './subgraph-client.ts';

export interface SubgraphConnections {
  /** By the subgraph's name. */
  clients: ReadonlyMap<string, SubgraphClient>;
  dataSource(name: string): GraphQLDataSource;
  close(): Promise<void>;
}

export function connectSubgraphs(options: {
  subgraphs: readonly { name: string; url: string | undefined }[];
  transports: GatewayOptions['transports'];
  sealer: GatewayOptions['sealer'];
  limits: GatewayLimits;
  metrics: Metrics;
  networkClock: Clock;
}): SubgraphConnections {
  const { limits, networkClock, sealer } = options;
  const seconds = options.metrics.histogram('gateway_subgraph_fetch_seconds', 'Duration of fetches from a subgraph', [
    'subgraph',
    'outcome',
  ]);
  const clients = new Map<string, SubgraphClient>();
  const dataSources = new Map<string, GraphQLDataSource>();
  for (const { name, url } of options.subgraphs) {
    const transport = options.transports(name, url);
    const client =
      transport.kind === 'http'
        ? httpClient({ name, transport, sealer, limits, networkClock })
        : inProcessClient({ name, transport, timeoutMs: limits.subgraphTimeoutMs, networkClock });
    clients.set(name, client);
    const observe = (outcome: string, since: number) =>
      seconds.observe({ subgraph: name, outcome }, (networkClock.monotonic() - since) / 1000);
    dataSources.set(name, toDataSource(client, { since: () => networkClock.monotonic(), observe }));
  }
  return {
    clients,
    dataSource(name) {
      const source = dataSources.get(name);
      if (!source) throw new Error(`The supergraph has no subgraph ${name}.`);
      return source;
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

function toDataSource(
  client: SubgraphClient,
  measure: { since(): number; observe(outcome: string, since: number): void },
): GraphQLDataSource {
  return {
    async process({ request, context }) {
      const since = measure.since();
      try {
        const answer = await client.fetch(
          { query: request.query ?? '', variables: request.variables, operationName: request.operationName },
          context as GatewayContext,
        );
        measure.observe(answer.errors ? 'errors' : 'ok', since);
        return withoutTransport(answer);
      } catch (error) {
        measure.observe('failed', since);
        throw error;
      }
    },
  };
}

/**
 * A subgraph's errors may carry the HTTP status that it would answer with by itself. It must not become the status of the whole answer, of
 * which other parts may be there.
 */
export function withoutTransport(answer: FetchResponse): { data?: Record<string, unknown> | null; errors?: GraphQLFormattedError[] } {
  const { data, errors } = answer;
  for (const { extensions } of errors ?? []) if (extensions && 'http' in extensions) delete (extensions as Record<string, unknown>)['http'];
  return { ...(data !== undefined && { data }), ...(errors && { errors: [...errors] }) };
}
