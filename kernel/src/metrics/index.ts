/** Metrics in Prometheus form, one registry per service: nothing global, so that several services of one process stay apart. */
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** A number that only grows. Names end in `_total`. */
  counter<Label extends string = string>(name: string, help: string, labels?: readonly Label[]): Counter<Label>;
  /** A number that goes up and down. `collect` is called when the metrics are read. */
  gauge<Label extends string = string>(
    name: string,
    help: string,
    labels?: readonly Label[],
    collect?: (gauge: Gauge<Label>) => void | Promise<void>,
  ): Gauge<Label>;
  /** A distribution; names end in `_seconds` or another unit. */
  histogram<Label extends string = string>(name: string, help: string, labels?: readonly Label[], buckets?: number[]): Histogram<Label>;
  /** All metrics as text for `/metrics`. */
  text(): Promise<string>;
}

const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15];

/** Makes a service's registry. Asking twice for the same name gives the same metric. */
export function createMetrics(service: string, options: { process?: boolean } = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (options.process) collectDefaultMetrics({ register: registry });
  const known = <Metric>(name: string): Metric | undefined => registry.getSingleMetric(name) as Metric | undefined;
  return {
    registry,
    counter: (name, help, labels = []) => known(name) ?? new Counter({ name, help, labelNames: [...labels], registers: [registry] }),
    gauge: (name, help, labels = [], collect) =>
      known(name) ??
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [registry],
        ...(collect && {
          async collect() {
            await collect(this);
          },
        }),
      }),
    histogram: (name, help, labels = [], buckets = LATENCY_BUCKETS) =>
      known(name) ?? new Histogram({ name, help, labelNames: [...labels], buckets, registers: [registry] }),
    text: () => registry.metrics(),
  };
}

/** One page for the metrics of several services of one process. */
export async function metricsText(all: readonly Metrics[]): Promise<string> {
  const families = await Promise.all(all.map((metrics) => metrics.registry.getMetricsAsJSON()));
  return AggregatorRegistry.aggregate(families).metrics();
}
