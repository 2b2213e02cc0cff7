/** Two PSPs, three stations and four days of calls as payments and receipts observe them, with a maintenance, Stand-In and an outage. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { type RandomStream, seededStreams } from '@nodo-aperto/kernel/random';
import { HOUR, MINUTE, SECOND, startOfLocalDay, toIso } from '@nodo-aperto/kernel/time';
import {
  CALL_OUTCOMES,
  callsObserved,
  type ObservedCall,
  type ObservedCalls,
  receiptCallsObserved,
  standInEntered,
  standInLeft,
} from '@nodo-aperto/schema/events';
import { expect } from 'vitest';
import { at, OPERATOR, openQuality, type Quality } from './support.ts';

export const PARTNER = '77777777777';
const OTHER = '66666666666';
export const PSPS = ['60000000001', '60000000002'];
export const STATIONS = [`${PARTNER}_01`, `${PARTNER}_02`, `${OTHER}_01`];
export const START = startOfLocalDay('2026-03-30');
export const NOW = at('2026-04-02T12:00:00+02:00');
export const OUTAGE = NOW - 5 * HOUR;
export const caller = (role: Principal['role'], tenant: string): Principal => ({
  subject: tenant,
  role,
  tenant,
  expiresAt: Number.MAX_SAFE_INTEGER,
});

/** A quality subgraph that has taken in the calls. */
export interface ObservedWorld extends AsyncDisposable {
  readonly quality: Quality;
  readonly calls: ObservedCall[];
  /** States calls and waits until they are taken in. */
  observe(...calls: ObservedCall[]): Promise<void>;
  ask<Data>(source: string, principal?: Principal): Promise<Data>;
}

export async function openObservedWorld(): Promise<ObservedWorld> {
  const quality = await openQuality('2026-04-02T12:00:00+02:00');
  const random = seededStreams(8).stream('calls');
  const calls = Array.from({ length: 6_000 }, () => randomCall(random)).concat(plantedOutage());
  await quality.know(...STATIONS.map(station), maintenance('told', NOW + 80 * HOUR, 10 * HOUR), maintenance('late', NOW - 2 * HOUR, HOUR));
  const [receipts, payments] = [calls.filter(isReceipt), calls.filter((call) => !isReceipt(call))];
  const batches = random.shuffle(inBatches(random, payments));
  // The first batch is stated twice, in facts of their own.
  await quality.state(callsObserved, ...batches, batches[0]!);
  await quality.state(receiptCallsObserved, ...inBatches(random, receipts));
  const standIn = { stationCode: STATIONS[0]!, brokerCode: PARTNER, creditors: [PARTNER] };
  await quality.state(standInEntered, { ...standIn, reason: '4 of 6 slots failed', at: toIso(START + HOUR), revision: 1 });
  await quality.state(standInLeft, { ...standIn, reason: '7 probes answered', at: toIso(START + 3 * HOUR), revision: 2 });
  await quality.state(standInEntered, { ...standIn, reason: 'an operator', at: toIso(NOW - HOUR), revision: 3 });
  await quality.settled();
  expect(await quality.job('SERVICE_LEVEL_OUTAGES')).toMatchObject({ state: 'SUCCEEDED' });
  return {
    quality,
    calls,
    async observe(...more) {
      calls.push(...more);
      await quality.state(callsObserved, ...inBatches(random, more));
      await quality.settled();
    },
    async ask<Data>(source: string, principal: Principal = OPERATOR) {
      const { data, errors } = await quality.run<{ found: Data }>(`{ found: ${source} }`, principal);
      if (!data || errors) throw new Error(JSON.stringify(errors));
      return data.found;
    },
    [Symbol.asyncDispose]: () => quality[Symbol.asyncDispose](),
  };
}

function station(code: string) {
  const flags = { enabled: true, primitiveVersion: 2 as const, standInFlag: true, paymentOptions: false };
  const data = { code, broker: code.slice(0, 11), endpoint: 'https://comune.example.it/pa', password: 'x'.repeat(20), ...flags };
  return { kind: 'station' as const, code, data };
}

function maintenance(name: string, start: number, length: number) {
  const data = { station: STATIONS[0]!, start: toIso(start), end: toIso(start + length), standIn: true };
  return { kind: 'maintenance' as const, code: `${STATIONS[0]}/${name}`, data };
}

export const isReceipt = ({ method }: ObservedCall): boolean => method === 'paSendRTV2';

function randomCall(random: RandomStream): ObservedCall {
  const instant = START + random.integer(0, NOW - START - 1);
  const outcome = random.weighted([
    { item: 'OK' as const, weight: 85 },
    { item: 'KO' as const, weight: 8 },
    { item: random.pick(CALL_OUTCOMES), weight: 7 },
  ]);
  const base = {
    at: toIso(instant),
    durationMs: Math.min(50_000, 1 + random.logNormal(400, 1.2)),
    outcome,
    ...(outcome === 'KO' && { faultCode: random.pick(['PAA_SEMANTICA', 'PAA_PAGAMENTO_SCONOSCIUTO']) }),
    ...(random.next() < 0.02 && { probe: true }),
  };
  if (random.next() < 0.4) {
    const method = random.pick(['verifyPaymentNotice', 'activatePaymentNoticeV2', 'sendPaymentOutcomeV2']);
    return { ...base, direction: 'PSP_TO_NODE', method, psp: random.pick(PSPS), creditor: PARTNER };
  }
  const station = random.pick(STATIONS);
  const method = random.pick(['paVerifyPaymentNotice', 'paGetPaymentV2', 'paSendRTV2']);
  return {
    ...base,
    direction: 'NODE_TO_CREDITOR',
    method,
    psp: random.pick(PSPS),
    station,
    broker: station.slice(0, 11),
    creditor: station.slice(0, 11),
  };
}

/** A station of its own is silent for ten minutes, then answers a probe. */
function plantedOutage(): ObservedCall[] {
  const base = { direction: 'NODE_TO_CREDITOR' as const, method: 'paGetPaymentV2', station: 'SILENT_01', broker: 'SILENT' };
  const silent = Array.from({ length: 100 }, (_unused, index) => {
    return { ...base, at: toIso(OUTAGE + index * 6 * SECOND), durationMs: 7_000, outcome: 'TIMEOUT' as const };
  });
  return [
    ...silent,
    { ...base, at: toIso(OUTAGE + 10 * MINUTE), durationMs: 80, outcome: 'KO', faultCode: 'PAA_PAGAMENTO_SCONOSCIUTO', probe: true },
  ];
}

function inBatches(random: RandomStream, all: readonly ObservedCall[]): ObservedCalls[] {
  const batches: ObservedCalls[] = [];
  for (let from = 0; from < all.length; from += 500) {
    batches.push({ batch: random.uuid(), from: toIso(START), to: toIso(NOW), calls: all.slice(from, from + 500) });
  }
  return batches;
}
