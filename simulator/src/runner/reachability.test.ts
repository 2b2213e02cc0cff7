import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openLedger } from '../ledger/index.ts';
import type { PlannedPayment } from '../traffic/index.ts';
import { FAULTS, mergeReachability, REACHABLE, reachabilityOf, STATES, unreached } from './reachability.ts';

const notice = { creditorFiscalCode: '66666666666', noticeNumber: '301000000000000172' };
const station = { stationCode: '66666666666_01', creditorFiscalCode: notice.creditorFiscalCode };
const call = { kind: 'ATTEMPT', ...notice, elapsedMs: 1 } as const;

function ledgerOfARun() {
  const ledger = openLedger();
  // Payment 0 before the outage, 1 in it in Stand-In, 2 refused in it, 3 after it, late.
  ledger.append({ ...call, payment: 0, at: 5, step: 'ACTIVATE', answer: 'OK', paymentToken: 't0', standIn: false });
  ledger.append({ kind: 'FAULT', at: 10, ...station, fault: 'off' });
  ledger.append({ ...call, payment: 1, at: 11, step: 'VERIFY', answer: 'OK' });
  ledger.append({ ...call, payment: 1, at: 12, step: 'ACTIVATE', answer: 'OK', paymentToken: 't1', standIn: true });
  ledger.append({ ...call, payment: 2, at: 13, step: 'VERIFY', answer: 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE' });
  ledger.append({ kind: 'FAULT', at: 20, ...station });
  ledger.append({ ...call, payment: 1, at: 21, step: 'OUTCOME', sent: 'OK', answer: 'OK', paymentToken: 't1' });
  ledger.append({ ...call, payment: 3, at: 22, step: 'ACTIVATE', answer: 'OK', paymentToken: 't3', standIn: false });
  const event = { id: '1', cursor: '1', name: 'payment.cancelled', revision: 2, amount: 1, standIn: false };
  ledger.append({ kind: 'EVENT', at: 30, ...notice, ...event, paymentToken: 't3', status: 'CANCELLED' });
  const receipt = { recipient: notice.creditorFiscalCode, stationCode: station.stationCode, amount: 1, transfers: 1, standIn: true };
  ledger.append({ kind: 'RECEIPT', at: 40, ...notice, ...receipt, paymentToken: 't1' });
  return ledger;
}

const planned = (index: number) => ({ index, habit: index === 3 ? 'IS_LATE' : 'PAYS' }) as PlannedPayment;

it('payments count where they came to, under the fault that their station had when its PSP asked', () => {
  expect(reachabilityOf(ledgerOfARun(), planned)).toEqual({
    off: { STAND_IN: 1, REFUSED: 1, PAID: 1, NOTIFIED: 1 },
    lateOutcome: { STANDARD: 1, EXPIRED: 1 },
  });
});

it('runs add up, and what none of them reached is named', () => {
  const merged = mergeReachability([{ off: { PAID: 2 } }, { off: { PAID: 3, REFUSED: 1 } }, {}]);
  expect(merged).toEqual({ off: { REFUSED: 1, PAID: 5 } });
  const missing = unreached(merged);
  expect(missing).toContainEqual({ fault: 'off', state: 'STAND_IN' });
  expect(missing).not.toContainEqual({ fault: 'off', state: 'PAID' });
  const whole = Object.fromEntries(
    Object.entries(REACHABLE).map(([fault, states]) => [fault, Object.fromEntries(states.map((state) => [state, 1]))]),
  );
  expect(unreached(whole)).toEqual([]);
});

it('docs/faults.md shows the same table', () => {
  const page = readFileSync(new URL('../../../docs/faults.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('| fault | refused | with the creditor | Stand-In | paid | declined | expired | receipt taken |');
  const rows = table
    .split('\n\n')[0]
    ?.split('\n')
    .slice(2)
    .map((line) => line.split('|').slice(2, -1));
  expect(rows?.map((cells) => STATES.filter((_state, index) => cells[index]?.includes('●')))).toEqual(
    FAULTS.map((fault) => [...REACHABLE[fault]]),
  );
});
