/** An outage of all creditors begins after a third of the run and ends after another: who pays must hardly notice. */
import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { fixture, setting } from './lib/fixture.ts';
import { nextNotice, pay } from './lib/payment.ts';
import { arrivals, floorOfSamples, SUMMARY } from './lib/options.ts';

export { summary as handleSummary } from './lib/summary.ts';

const seconds = setting('LOADTEST_SECONDS');
const begins = Math.floor(seconds / 3);
const ends = Math.floor((seconds * 2) / 3);
const FIRST_SECONDS = 10;
const once = (name: string, at: number) => ({
  executor: 'shared-iterations' as const,
  vus: 1,
  iterations: 1,
  startTime: `${at}s`,
  exec: name,
});

export const options: Options = {
  ...SUMMARY,
  scenarios: {
    payments: arrivals({ rate: setting('LOADTEST_RATE'), seconds, exec: 'payment' }),
    outageBegins: once('outageBegins', begins),
    outageEnds: once('outageEnds', ends),
  },
  thresholds: {
    http_req_failed: ['rate==0'],
    graphql_errors: ['count==0'],
    dropped_iterations: ['count==0'],
    'payments_succeeded{phase:before}': ['rate==1'],
    'payments_succeeded{phase:first}': ['rate>=0.99'],
    'payments_succeeded{phase:outage}': ['rate==1'],
    'payments_succeeded{phase:after}': ['rate==1'],
    'payments_completed{phase:before}': ['count>0'],
    'payments_completed{phase:first}': ['count>0'],
    'payments_completed{phase:outage}': ['count>0'],
    'payments_completed{phase:after}': ['count>0'],
    'stand_in_activations{phase:outage}': ['count>0'],
    payments_completed: [`count>=${floorOfSamples()}`],
  },
};

/** Seconds since the first payment say in which phase this one begins. */
function phase(): string {
  const at = exec.instance.currentTestRunDuration / 1_000;
  if (at < begins) return 'before';
  if (at < begins + FIRST_SECONDS) return 'first';
  return at < ends ? 'outage' : 'after';
}

export function payment(): void {
  pay(nextNotice(), { phase: phase() });
}
export function outageBegins(): void {
  order('off');
}
export function outageEnds(): void {
  order('on');
}

function order(what: 'on' | 'off'): void {
  const { status } = http.post(`${fixture.control}/creditors/${what}`, null, { tags: { name: `creditors ${what}` } });
  if (status !== 204) exec.test.abort(`The creditors could not be switched ${what}: status ${status}.`);
}
