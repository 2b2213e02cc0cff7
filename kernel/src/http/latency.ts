import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/index.ts';

const OF_OPERATORS = /^\/(health\/|metrics$)/;

/**
 * Measures how long the requests of a service take, from the arrival of their headers to the end of their answer, by route and class of status:
 * `nodo_http_request_seconds`. Health, metrics and bodies that are streamed for minutes are left out; what no route answers is "none".
 */
export function measureRequests(app: FastifyInstance, metrics: Metrics): void {
  const seconds = metrics.histogram('nodo_http_request_seconds', 'Duration of requests, of the graph and of the wire primitives', [
    'route',
    'status',
  ]);
  app.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'none', config } = request.routeOptions;
    if (!OF_OPERATORS.test(route) && !(config as { longBody?: boolean } | undefined)?.longBody)
      seconds.observe({ route, status: `${Math.floor(reply.statusCode / 100)}xx` }, reply.elapsedTime / 1_000);
    done();
  });
}
