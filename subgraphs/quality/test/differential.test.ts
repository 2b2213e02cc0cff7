import { seededStreams } from '@nodo-aperto/kernel/random';
import { toIso } from '@nodo-aperto/kernel/time';
import {
  flowPaymentsReported,
  flowPublished,
  paymentActivated,
  paymentBooked,
  paymentCancelled,
  paymentFailed,
  PSP_KPIS,
} from '@nodo-aperto/schema/events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Facts, type NaiveFlow, naiveKpis, type NaivePayment } from './naive-kpis.ts';
import { randomMonth } from './random-month.ts';
import { at, OPERATOR, openQuality, payment, psp, type Quality } from './support.ts';

const SEED = 20_260_408;
const PSPS = ['60000000001', '60000000002'];
// Easter, 29 June, the changes of the clocks.
const MONTHS = ['2026-03', '2026-04', '2026-06', '2026-10'];
const NOW = '2026-12-01T12:00:00+01:00';
const PAYMENTS = 80;

const random = seededStreams(SEED).stream('months');
const facts: Facts = { payments: [], flows: [], notifies: [] };
let quality: Quality;

beforeAll(async () => {
  quality = await openQuality(NOW);
  await quality.know(...PSPS.map((code) => psp(code)));
  for (const month of MONTHS) {
    for (const code of PSPS) {
      const made = randomMonth(random, code, month, PAYMENTS);
      facts.payments.push(...made.payments);
      facts.flows.push(...made.flows);
      facts.notifies.push(...made.notifies);
    }
  }
  // Flows before payments, everything shuffled: the order in which facts arrive must not matter.
  await stateFlows(random.shuffle(facts.flows));
  await statePayments(random.shuffle(facts.payments));
  await quality.settled();
  await recordNotifies();
});
afterAll(() => quality?.[Symbol.asyncDispose]());

async function statePayments(payments: readonly NaivePayment[]): Promise<void> {
  const snapshot = (each: NaivePayment, revision: number) =>
    payment(each.token, {
      pspCode: each.psp,
      pspBrokerCode: each.broker,
      iuv: each.iuv,
      activatedAt: toIso(each.activatedAt),
      expiresAt: toIso(each.expiresAt),
      transfers: each.transfers.map(({ id, creditor, amount }) => ({
        ...payment('').transfers[0]!,
        idTransfer: id,
        creditorFiscalCode: creditor,
        amount,
      })),
      revision,
    });
  const closed = (each: NaivePayment) => ({
    ...snapshot(each, 3),
    outcomeAt: toIso(each.outcomeAt as number),
    outcome: each.booked ? ('OK' as const) : ('KO' as const),
    status: each.booked ? ('PAID' as const) : ('FAILED' as const),
    late: each.late,
  });
  const known = payments.filter((each) => each.outcomeAt !== undefined);
  await quality.state(paymentBooked, ...known.filter((each) => each.booked).map(closed));
  await quality.state(paymentActivated, ...payments.map((each) => snapshot(each, 1)));
  await quality.state(paymentFailed, ...known.filter((each) => !each.booked).map(closed));
  await quality.state(paymentCancelled, ...payments.filter((each) => each.cancelled).map((each) => snapshot(each, 2)));
}

async function stateFlows(flows: readonly NaiveFlow[]): Promise<void> {
  const key = ({ psp: pspCode, name, revision, creditor }: NaiveFlow) => ({ pspCode, name, revision, creditorFiscalCode: creditor });
  await quality.state(
    flowPublished,
    ...flows.map((flow) => ({
      ...key(flow),
      flowDate: toIso(flow.publishedAt),
      regulation: 'TRN',
      regulationDate: '2026-03-03',
      totalPayments: flow.lines.length,
      totalAmount: flow.lines.reduce((sum, line) => sum + line.amount, 0),
      publishedAt: toIso(flow.publishedAt),
    })),
  );
  await quality.state(
    flowPaymentsReported,
    ...flows.map((flow) => ({
      ...key(flow),
      part: 1,
      lines: flow.lines.map((line, index) => ({
        index: index + 1,
        iuv: line.iuv,
        iur: line.iur,
        idTransfer: line.id,
        amount: line.amount,
        outcome: 'EXECUTED' as const,
        payDate: toIso(at(`${line.payDay}T12:00:00`)),
      })),
    })),
  );
}

async function recordNotifies(): Promise<void> {
  const calls = facts.notifies.map((each) => ({
    pspCode: each.psp,
    paymentToken: each.token,
    at: toIso(each.at),
    durationMs: each.durationMs,
    outcome: each.ok ? 'OK' : 'KO',
  }));
  const { data } = await quality.run('mutation ($calls: [NotifyCallInput!]!) { recordNotifyCalls(calls: $calls) { recorded } }', OPERATOR, {
    calls,
  });
  expect(data).toEqual({ recordNotifyCalls: { recorded: calls.length } });
}

it(`says of random months what a naive recomputation says (seed ${SEED})`, async () => {
  expect(await quality.job('KPI_MONTHLY')).toMatchObject({ state: 'SUCCEEDED' });
  const rows = await quality.database.query<{ id: string; sample: number; faults: number; evaluated_at: Date }>('select * from kpi_result');
  const found = new Map(rows.map((row) => [row.id, [row.faults, row.sample]]));
  const faultsSeen = new Map<string, number>();
  for (const month of MONTHS) {
    for (const code of PSPS) {
      for (const profile of ['DOCUMENTS', 'PIPELINE']) {
        const expected = naiveKpis(facts, code, month, profile === 'PIPELINE', at(NOW));
        for (const kpi of PSP_KPIS) {
          const id = `${kpi}:${code}:${month}${profile === 'PIPELINE' ? ':PIPELINE' : ''}`;
          expect([id, found.get(id)]).toEqual([id, expected[kpi]]);
          faultsSeen.set(`${kpi} ${profile}`, (faultsSeen.get(`${kpi} ${profile}`) ?? 0) + (expected[kpi]?.[0] ?? 0));
        }
      }
    }
  }
  // Every rule had something to find.
  expect([...faultsSeen.values()].every((faults) => faults > 0)).toBe(true);
});

it('finds the same faults day by day as in the month', async () => {
  const [code = ''] = PSPS;
  const series = `{ kpiDailySeries(pspCode: "${code}", kpi: NRFDR, from: "2026-04-01", to: "2026-04-30") { sample faults } kpiResult(id: "NRFDR:${code}:2026-04") { sample faults } }`;
  const { data } = await quality.run<{
    kpiDailySeries: { sample: number; faults: number }[];
    kpiResult: { sample: number; faults: number };
  }>(series, OPERATOR);
  const sum = (field: 'sample' | 'faults') => data!.kpiDailySeries.reduce((total, day) => total + day[field], 0);
  expect({ sample: sum('sample'), faults: sum('faults') }).toEqual(data!.kpiResult);
});
