/** A few seconds of every code path of the kit: that it works, not how fast it is. */
import type { Options } from 'k6/options';
import { pay, verify } from './lib/payment.ts';
import { arrivals, SUMMARY } from './lib/options.ts';
import { notices } from './lib/fixture.ts';
import exec from 'k6/execution';

export { load } from './aca-load.ts';
export { flow } from './fdr-upload.ts';
export { summary as handleSummary } from './lib/summary.ts';

const SECONDS = 5;
export const options: Options = {
  ...SUMMARY,
  scenarios: {
    verifications: arrivals({ rate: 4, seconds: SECONDS, exec: 'verification' }),
    standIn: arrivals({ rate: 4, seconds: SECONDS, exec: 'standIn' }),
    load: arrivals({ rate: 1, seconds: SECONDS, exec: 'load' }),
    flows: arrivals({ rate: 1, seconds: 2, exec: 'flow' }),
  },
  thresholds: {
    http_req_failed: ['rate==0'],
    graphql_errors: ['count==0'],
    payment_faults: ['count==0'],
    payments_completed: [`count>=${4 * SECONDS - 1}`],
    stand_in_activations: [`count>=${4 * SECONDS - 1}`],
    positions_accepted: ['count>=3000'],
    positions_rejected: ['count==0'],
    payments_reported: ['count>=2000'],
    'http_reqs{name:Verify}': [`count>=${8 * SECONDS - 2}`],
  },
};

/** From the end, since the others are being paid meanwhile: a notice that somebody is about to pay is not verified. */
export function verification(): void {
  const notice = notices[notices.length - 1 - exec.scenario.iterationInTest];
  if (notice) verify(notice);
}
export function standIn(): void {
  const notice = notices[exec.scenario.iterationInTest];
  if (notice) pay(notice);
}
