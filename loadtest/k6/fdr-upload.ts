/** PSPs send reporting flows over the official REST primitives: create, add a thousand payments a call, publish. */
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { fixture, setting } from './lib/fixture.ts';
import { arrivals, SUMMARY } from './lib/options.ts';

export { summary as handleSummary } from './lib/summary.ts';

const PAYMENTS = 1_000;
const rate = setting('LOADTEST_RATE');
const seconds = setting('LOADTEST_SECONDS');
// The rate is of payments; a flow has two calls full of them.
const flows = Math.max(1, Math.floor(rate / (2 * PAYMENTS)));
const reported = new Counter('payments_reported');
const { psp, day, creditors } = fixture;

export const options: Options = {
  ...SUMMARY,
  scenarios: { flows: arrivals({ rate: flows, seconds, exec: 'flow' }) },
  thresholds: {
    http_req_failed: ['rate==0'],
    dropped_iterations: ['count==0'],
    payments_reported: [`count>=${Math.floor(flows * seconds * 2 * PAYMENTS * 0.97)}`],
  },
};

export function flow(): void {
  const index = exec.scenario.iterationInTest;
  const creditor = creditors[index % creditors.length];
  const name = `${day}${psp.code}-${fixture.run}${index}`;
  const url = `${fixture.base}/fdr-psp/service/v1/psps/${psp.code}/fdrs/${name}`;
  send('POST', 'CreateFlow', url, 201, {
    fdr: name,
    fdrDate: `${day}T06:00:00Z`,
    sender: {
      type: 'LEGAL_PERSON',
      id: 'SELBIT2B',
      pspId: psp.code,
      pspName: 'Banca di carico',
      pspBrokerId: psp.code,
      channelId: psp.channel,
      password: psp.password,
    },
    receiver: { id: creditor?.fiscalCode, organizationId: creditor?.fiscalCode, organizationName: 'Creditor under load' },
    regulation: `SCT ${name}`,
    regulationDate: day,
    bicCodePouringBank: 'UNCRITMMXXX',
    totPayments: 2 * PAYMENTS,
    sumPayments: 2 * PAYMENTS,
  });
  for (const part of [0, 1]) {
    const added = send('PUT', 'AddPayments', `${url}/payments/add`, 200, {
      payments: Array.from({ length: PAYMENTS }, (_each, item) => payment(part * PAYMENTS + item + 1)),
    });
    if (added) reported.add(PAYMENTS);
  }
  send('POST', 'PublishFlow', `${url}/publish`, 200);
}

function payment(index: number) {
  return { index, iuv: `iuv${index}`, iur: `iur${index}`, idTransfer: 1, pay: 1, payStatus: 'EXECUTED', payDate: `${day}T01:00:00Z` };
}

function send(method: string, name: string, url: string, expected: number, body?: object): boolean {
  const { status } = http.request(method, url, body === undefined ? null : JSON.stringify(body), {
    headers: { 'content-type': 'application/json', 'Ocp-Apim-Subscription-Key': psp.key },
    tags: { name },
    responseCallback: http.expectedStatuses(expected),
    timeout: '30s',
  });
  return status === expected;
}
