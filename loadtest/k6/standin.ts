/** Every creditor is down: verify, activate and outcome are answered from ACA. */
import type { Options } from 'k6/options';
import { nextNotice, pay } from './lib/payment.ts';
import { floorOfSamples, SUMMARY, warmedUp, warmUpNotices } from './lib/options.ts';
import { setting } from './lib/fixture.ts';

export { summary as handleSummary } from './lib/summary.ts';

const limit = setting('LOADTEST_P99');
const measured = (name: string) => `{scenario:measured,name:${name}}`;
export const options: Options = {
  ...SUMMARY,
  scenarios: warmedUp('standIn'),
  thresholds: {
    http_req_failed: ['rate==0'],
    graphql_errors: ['count==0'],
    payment_faults: ['count==0'],
    dropped_iterations: ['count==0'],
    [`http_req_duration${measured('Verify')}`]: [`p(99)<${limit}`],
    [`http_req_duration${measured('Activate')}`]: [`p(99)<${limit}`],
    [`http_req_duration${measured('Outcome')}`]: [`p(99)<${limit}`],
    [`http_reqs${measured('Outcome')}`]: [`count>=${floorOfSamples()}`],
    'payments_completed{scenario:measured}': [`count>=${floorOfSamples()}`],
    'stand_in_activations{scenario:measured}': [`count>=${floorOfSamples()}`],
  },
};

const offset = warmUpNotices();
export function warmUp(): void {
  pay(nextNotice());
}
export function standIn(): void {
  pay(nextNotice(offset));
}
