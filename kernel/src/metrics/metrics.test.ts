import { describe, expect, it } from 'vitest';
import { createMetrics, metricsText } from './index.ts';

describe('metrics', () => {
  it('keeps services of one process apart and prints them on one page', async () => {
    const first = createMetrics('payments');
    const second = createMetrics('receipts');
    first.counter('calls_total', 'calls', ['primitive']).inc({ primitive: 'verify' });
    second.counter('calls_total', 'calls', ['primitive']).inc({ primitive: 'verify' }, 2);
    const text = await metricsText([first, second]);
    expect(text).toContain('calls_total{primitive="verify",service="payments"} 1');
    expect(text).toContain('calls_total{primitive="verify",service="receipts"} 2');
  });

  it('gives the same metric when asked twice, and collects gauges on reading', async () => {
    const metrics = createMetrics('test');
    expect(metrics.counter('a_total', 'a')).toBe(metrics.counter('a_total', 'a'));
    metrics.gauge('lag', 'lag', [], (gauge) => gauge.set(7));
    expect(await metrics.text()).toContain('lag{service="test"} 7');
  });
});
