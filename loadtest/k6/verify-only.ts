/** Verifications alone, answered from ACA: how they hold up as the archive grows (`--positions`). */
import type { Options } from 'k6/options';
import { notices, setting } from './lib/fixture.ts';
import { verify } from './lib/payment.ts';
import { floorOfSamples, SUMMARY, warmedUp } from './lib/options.ts';
import exec from 'k6/execution';

export { summary as handleSummary } from './lib/summary.ts';

export const options: Options = {
  ...SUMMARY,
  scenarios: warmedUp('verification'),
  thresholds: {
    http_req_failed: ['rate==0'],
    graphql_errors: ['count==0'],
    payment_faults: ['count==0'],
    dropped_iterations: ['count==0'],
    'http_req_duration{scenario:measured,name:Verify}': [`p(99)<${setting('LOADTEST_P99')}`],
    'http_reqs{scenario:measured,name:Verify}': [`count>=${floorOfSamples()}`],
  },
};

// A verification changes nothing: the same notice may be asked for again. A large odd step visits them in no order of the table.
const STEP = 7_919;
export function verification(): void {
  const notice = notices[(exec.scenario.iterationInTest * STEP) % notices.length];
  if (!notice) throw new Error('No notice was prepared.');
  verify(notice);
}
export const warmUp = verification;
