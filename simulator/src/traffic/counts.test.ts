import { expect, it } from 'vitest';
import { countPayments } from './counts.ts';

it('payments are counted by how they ended, failures by their code, the most frequent first', () => {
  const counter = countPayments();
  for (let payment = 0; payment < 9; payment++) counter.arrived();
  counter.notStarted();
  for (let payment = 0; payment < 8; payment++) counter.started();
  counter.ended({ kind: 'PAID', standIn: false });
  counter.ended({ kind: 'PAID', standIn: true });
  counter.ended({ kind: 'DECLINED', standIn: true });
  counter.ended({ kind: 'ABANDONED', standIn: false });
  counter.ended({ kind: 'FAILED', at: 'LOAD', code: 'UNREACHABLE' });
  counter.ended({ kind: 'FAILED', at: 'VERIFY', code: 'PPT_STAZIONE_INT_PA_TIMEOUT' });
  counter.ended({ kind: 'FAILED', at: 'ACTIVATE', code: 'PPT_STAZIONE_INT_PA_TIMEOUT' });
  expect(counter.counts()).toEqual({
    arrived: 9,
    notStarted: 1,
    inFlight: 1,
    standard: 1,
    standIn: 1,
    declined: 1,
    abandoned: 1,
    failed: 3,
    failures: [
      { code: 'PPT_STAZIONE_INT_PA_TIMEOUT', count: 2 },
      { code: 'UNREACHABLE', count: 1 },
    ],
  });
});

it('codes without end are counted together', () => {
  const counter = countPayments();
  for (let code = 0; code < 150; code++) counter.ended({ kind: 'FAILED', at: 'LOAD', code: `CODE_${code}` });
  const { failed, failures } = counter.counts();
  expect([failed, failures.length, failures[0]]).toEqual([150, 101, { code: 'OTHER', count: 50 }]);
});
