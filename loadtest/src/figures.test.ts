import { describe, expect, it } from 'vitest';
import { archiveLag } from './figures.ts';

const METRICS = `# HELP nodo_outbox_waiting Committed events that have no place in their stream yet
# TYPE nodo_outbox_waiting gauge
nodo_outbox_waiting{stream="notices",service="platform"} 40
nodo_outbox_waiting{stream="payments",service="platform"} 7
# TYPE nodo_consumer_lag gauge
nodo_consumer_lag{consumer="payments.notices",service="platform"} 1200
nodo_consumer_lag{consumer="onboarding.notices"} 3
nodo_consumer_lag{consumer="receipts.payments",service="platform"} 11
`;

describe('the lag of the archive', () => {
  it('adds what has no place yet and what each consumer of the archive lacks, and nothing of other streams', () => {
    expect(archiveLag(METRICS)).toBe(1_243);
  });

  it('is nothing when everybody has followed', () => {
    expect(archiveLag('nodo_outbox_waiting{stream="notices"} 0\nnodo_consumer_lag{consumer="payments.notices"} 0\n')).toBe(0);
  });

  it('is not known where no consumer of the archive is named', () => {
    expect(archiveLag('nodo_outbox_waiting{stream="notices"} 0\nnodo_consumer_lag{consumer="receipts.payments"} 5\n')).toBeUndefined();
    expect(archiveLag('')).toBeUndefined();
  });
});
