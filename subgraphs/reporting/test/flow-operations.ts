/** The operations of a PSP, as the tests use them. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { asPsp, BROKER, CHANNEL, CREDITOR, type Fixture } from './fixture.ts';

export interface Payload {
  outcome: 'OK' | 'KO';
  fault: { code: string; wireCode: string; description: string } | null;
  flow: Record<string, unknown> | null;
}

const PAYLOAD = `{ outcome fault { code wireCode description } flow { name revision status latest computedTotalPayments computedTotalAmount
  declaredTotalPayments declaredTotalAmount publishedAt psp { code } creditor { fiscalCode } } }`;
const CREATE = `mutation ($input: CreateFlowInput!) { result: createFlow(input: $input) ${PAYLOAD} }`;
const ADD = `mutation ($name: String!, $payments: [FlowPaymentInput!]!) { result: addFlowPayments(name: $name, payments: $payments) ${PAYLOAD} }`;
const REMOVE = `mutation ($name: String!, $indexes: [Int!]!) { result: deleteFlowPayments(name: $name, indexes: $indexes) ${PAYLOAD} }`;
const PUBLISH = `mutation ($name: String!) { result: publishFlow(name: $name) ${PAYLOAD} }`;
const DELETE = `mutation ($name: String!) { result: deleteFlow(name: $name) ${PAYLOAD} }`;

/** A line; its amount is a hundred cents unless told otherwise. */
export function line(index: number, more: Record<string, unknown> = {}) {
  const iur = (more['iur'] as string | undefined) ?? `token-${index}`;
  return { index, iuv: `iuv-${iur}`, iur, idTransfer: 1, amount: 100, outcome: 'EXECUTED', payDate: '2026-03-02T09:05:00Z', ...more };
}

export const lines = (from: number, count: number, more: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_unused, place) => line(from + place, more));

export function flowInput(name: string, more: Record<string, unknown> = {}) {
  return {
    name,
    flowDate: '2026-03-03T06:00:00Z',
    creditorFiscalCode: CREDITOR,
    brokerCode: BROKER,
    channelCode: CHANNEL,
    regulation: 'TRN-1',
    regulationDate: '2026-03-03',
    totalPayments: 1,
    totalAmount: 100,
    ...more,
  };
}

export function operations(fixture: () => Fixture, caller: Principal = asPsp) {
  const run = async (source: string, variables: Record<string, unknown>): Promise<Payload> => {
    const { data, errors } = await fixture().run(caller, source, variables);
    if (errors) throw new Error(`${errors[0]?.extensions['code']}: ${errors[0]?.message}`);
    return data?.['result'] as Payload;
  };
  const done = async (payload: Promise<Payload>): Promise<Record<string, unknown>> => {
    const { outcome, fault, flow } = await payload;
    if (outcome === 'KO') throw new Error(fault?.description);
    return flow ?? {};
  };
  const api = {
    create: (name: string, more?: Record<string, unknown>) => run(CREATE, { input: flowInput(name, more) }),
    add: (name: string, payments: readonly object[]) => run(ADD, { name, payments }),
    remove: (name: string, indexes: readonly number[]) => run(REMOVE, { name, indexes }),
    publish: (name: string) => run(PUBLISH, { name }),
    drop: (name: string) => run(DELETE, { name }),
    /** Creates, fills and publishes a flow. */
    async published(name: string, payments: readonly { amount: number }[], more: Record<string, unknown> = {}) {
      const totalAmount = payments.reduce((sum, each) => sum + each.amount, 0);
      await done(api.create(name, { totalPayments: payments.length, totalAmount, ...more }));
      for (let from = 0; from < payments.length; from += 1_000) await done(api.add(name, payments.slice(from, from + 1_000)));
      return done(api.publish(name));
    },
  };
  return api;
}
