/** What the payment path tells of itself. */
import type { Metrics } from '@nodo-aperto/kernel/metrics';

export interface PaymentsMetrics {
  /** An answer to a PSP: the primitive, and OK or the fault's code. */
  answered(primitive: string, result: string): void;
  /** A call to a station: the primitive, and OK, KO, or the kind of failure. */
  called(primitive: string, result: string, elapsedMs: number): void;
  /** An answer that came from ACA. */
  stoodIn(primitive: string, mode: 'REQUEST' | 'STATION'): void;
}

export function paymentsMetrics(metrics: Metrics): PaymentsMetrics {
  const answers = metrics.counter('payments_answers_total', 'Answers to PSPs.', ['primitive', 'result']);
  const calls = metrics.histogram('payments_creditor_call_seconds', 'Calls to creditors’ stations.', ['primitive', 'result']);
  const standIns = metrics.counter('payments_stand_in_answers_total', 'Answers from ACA in a creditor’s place.', ['primitive', 'mode']);
  return {
    answered: (primitive, result) => answers.inc({ primitive, result }),
    called: (primitive, result, elapsedMs) => calls.observe({ primitive, result }, elapsedMs / 1_000),
    stoodIn: (primitive, mode) => standIns.inc({ primitive, mode }),
  };
}
