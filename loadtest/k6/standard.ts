/** Every creditor answers: verify and activate call its station. */
import type { Options } from 'k6/options';
import { nextNotice, pay } from './lib/payment.ts';
import { floorOfSamples, SUMMARY, warmedUp, warmUpNotices } from './lib/options.ts';

export { summary as handleSummary } from './lib/summary.ts';

export const options: Options = {
  ...SUMMARY,
  scenarios: warmedUp('standard'),
  thresholds: {
    http_req_failed: ['rate==0'],
    graphql_errors: ['count==0'],
    payment_faults: ['count==0'],
    stand_in_activations: ['count==0'],
    dropped_iterations: ['count==0'],
    'http_req_duration{scenario:measured,name:Verify}': ['p(99)<1000'],
    'http_req_duration{scenario:measured,name:Activate}': ['p(99)<1000'],
    'http_req_duration{scenario:measured,name:Outcome}': ['p(99)<1000'],
    'payments_completed{scenario:measured}': [`count>=${floorOfSamples()}`],
  },
};

const offset = warmUpNotices();
export function warmUp(): void {
  pay(nextNotice());
}
export function standard(): void {
  pay(nextNotice(offset));
}
