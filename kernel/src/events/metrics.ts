import type { Counter, Gauge, Histogram } from 'prom-client';
import type { Metrics } from '../metrics/index.ts';

/** What the bus counts. */
export interface BusMetrics {
  readonly published: Counter<'stream'>;
  readonly handled: Counter<'consumer' | 'result'>;
  readonly handling: Histogram<'consumer'>;
  readonly subscribers: Gauge<'stream'>;
  readonly slowSubscribers: Counter<'stream'>;
}

/** What the bus is asked for when metrics are read. */
export interface BusFigures {
  outboxWaiting(): Promise<ReadonlyMap<string, number>>;
  consumerLag(): ReadonlyMap<string, number>;
  deadLetters(): Promise<ReadonlyMap<string, number>>;
}

export function busMetrics(metrics: Metrics, figures: BusFigures): BusMetrics {
  metrics.gauge('nodo_outbox_waiting', 'Committed events that have no place in their stream yet', ['stream'], async (gauge) => {
    for (const [stream, value] of await figures.outboxWaiting()) gauge.set({ stream }, value);
  });
  metrics.gauge('nodo_consumer_lag', 'Events of the source that a consumer has not looked at yet', ['consumer'], (gauge) => {
    for (const [consumer, value] of figures.consumerLag()) gauge.set({ consumer }, value);
  });
  metrics.gauge('nodo_consumer_dead_letters', 'Events that a consumer could not handle, set aside', ['consumer'], async (gauge) => {
    for (const [consumer, value] of await figures.deadLetters()) gauge.set({ consumer }, value);
  });
  return {
    published: metrics.counter('nodo_events_published_total', 'Events that got their place in the stream', ['stream']),
    handled: metrics.counter('nodo_consumer_events_total', 'Events that a consumer handled, by result', ['consumer', 'result']),
    handling: metrics.histogram('nodo_consumer_batch_seconds', 'Time to handle one batch of events, transaction included', ['consumer']),
    subscribers: metrics.gauge('nodo_stream_subscribers', 'Subscribers of a stream in this process', ['stream']),
    slowSubscribers: metrics.counter('nodo_stream_slow_subscribers_total', 'Subscribers dropped because they fell too far behind', [
      'stream',
    ]),
  };
}
