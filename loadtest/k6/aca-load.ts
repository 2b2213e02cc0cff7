/** A creditor loads notices into ACA, a thousand to a call. */
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { fixture, setting } from './lib/fixture.ts';
import { call } from './lib/graphql.ts';
import { arrivals, SUMMARY } from './lib/options.ts';
import { noticeNumber } from './lib/notice-number.ts';

export { summary as handleSummary } from './lib/summary.ts';

const ITEMS = setting('LOADTEST_ITEMS');
const rate = setting('LOADTEST_RATE');
const seconds = setting('LOADTEST_SECONDS');
const calls = Math.max(1, Math.floor(rate / ITEMS));
const accepted = new Counter('positions_accepted');

export const options: Options = {
  ...SUMMARY,
  scenarios: { load: arrivals({ rate: calls, seconds, exec: 'load' }) },
  thresholds: {
    http_req_failed: ['rate==0'],
    graphql_errors: ['count==0'],
    positions_rejected: ['count==0'],
    dropped_iterations: ['count==0'],
    positions_accepted: [`count>=${Math.floor(calls * seconds * ITEMS * 0.97)}`],
  },
};
const rejected = new Counter('positions_rejected');

export function load(): void {
  const page = exec.scenario.iterationInTest;
  const index = page % fixture.creditors.length;
  const creditor = fixture.creditors[index];
  if (!creditor) throw new Error('The fixture has no creditors.');
  const items = Array.from({ length: ITEMS }, (_each, item) => {
    // Past whatever the fixture issued for this creditor.
    const number = noticeNumber(creditor.segregationCode, 5_000_000_000_000 + page * ITEMS + item);
    return {
      creditorFiscalCode: creditor.fiscalCode,
      noticeNumber: number,
      iuv: number.slice(1),
      amount: 1_000 + item,
      description: 'Load test',
      debtorType: 'F',
      debtorFiscalCode: 'RSSMRA80A01H501U',
      debtorFullName: 'Mario Rossi',
      expirationDate: '2099-12-31T23:59:59+01:00',
      iban: creditor.iban,
    };
  });
  const data = call<{ createPositions: { accepted: number; rejected: number } }>(
    'CreatePositions',
    'create-positions',
    { items },
    fixture.tokens.creditors[index] ?? '',
  );
  if (!data) return;
  accepted.add(data.createPositions.accepted);
  rejected.add(data.createPositions.rejected);
}
