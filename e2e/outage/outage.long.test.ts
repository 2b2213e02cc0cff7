/**
 * A creditor goes down in the middle of 50 payments a second, first killed, then hanging: what its payers, its station and its receipts see.
 * The real platform, the simulator's creditor, PSP requests over the public graph.
 */
import { PROBE_NOTICE_NUMBER } from '@nodo-aperto/kernel/identifiers';
import { until } from '@nodo-aperto/kernel/testing';
import { parseInstant, realClock, SECOND } from '@nodo-aperto/kernel/time';
import type { CallRecord, IssuedNotice } from '@nodo-aperto/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/graphql-client.ts';
import { type RunningPlatform, runShape } from '../support/shapes.ts';
import { CITIZEN, CREDITOR, openWorld, type World } from '../support/world.ts';

/** On a machine that has other work to do, the same with less traffic: OUTAGE_PAYMENTS_A_SECOND=20. */
const PAYMENTS_A_SECOND = Number(process.env['OUTAGE_PAYMENTS_A_SECOND'] ?? 50);
/** Enough for three minutes of traffic. */
const NOTICES = PAYMENTS_A_SECOND * 180;
const LOADED_AT_ONCE = 500;
const OPENS_WITHIN_MS = 10 * SECOND;
const CLOSES_WITHIN_MS = 120 * SECOND;
const CREDITOR_DEADLINE_MS = 7 * SECOND;
/** Requests that had passed the question whether the station is called when it opened may still be on their way. */
const UNDER_WAY_MS = SECOND;

const clock = realClock();
let platform: RunningPlatform;
let world: World;
const notices: IssuedNotice[] = [];
const calls: CallRecord[] = [];
/** Every payment that was made. */
const tokens: string[] = [];

beforeAll(async () => {
  platform = await runShape('one process');
  world = await openWorld(platform, { receiptRetryMinutes: 1 });
  world.fleet.onCall((call) => calls.push(call));
  while (notices.length < NOTICES) notices.push(...(await load(LOADED_AT_ONCE)));
  await until(async () => (await lag()) === 0, { what: 'every service has seen the notices', timeoutMs: 120_000 });
}, 300_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await platform?.[Symbol.asyncDispose]();
});

/** Events that a service has not looked at yet. */
async function lag(): Promise<number> {
  const metrics = await (await fetch(`${platform.baseUrl}/metrics`)).text();
  const lags = [...metrics.matchAll(/^nodo_consumer_lag\{.*\} (\S+)$/gm)].map(([, value]) => Number(value));
  expect(lags.length).toBeGreaterThan(0);
  return Math.max(...lags);
}

/** The creditor issues notices and loads them in ACA. */
async function load(count: number): Promise<IssuedNotice[]> {
  const debtor = { type: 'F' as const, code: CITIZEN, fullName: 'Mario Rossi' };
  const issued = Array.from({ length: count }, () =>
    world.fleet.issueNotice(CREDITOR.stationCode, { amount: 12_345, description: 'TARI 2026', debtor }),
  );
  const items = issued.map(({ iuv, noticeNumber, amount }) => ({
    creditorFiscalCode: CREDITOR.fiscalCode,
    debtorType: 'F',
    debtorFiscalCode: CITIZEN,
    debtorFullName: 'Mario Rossi',
    iuv,
    noticeNumber,
    amount,
    description: 'TARI 2026',
    expirationDate: '2099-12-31T23:59:59+01:00',
  }));
  const query = 'mutation ($items: [CreatePositionInput!]!) { createPositions(items: $items) { rejected } }';
  const { createPositions } = await ask<{ createPositions: { rejected: number } }>(platform.graphqlUrl, query, {
    token: world.tokens.creditor,
    variables: { items },
  });
  expect(createPositions.rejected).toBe(0);
  return issued;
}

interface Attempt {
  readonly at: number;
  readonly elapsedMs: number;
  readonly token: string | null;
  readonly standIn: boolean | null;
  readonly fault: string | undefined;
}

/** Pays notices at the rate until told to stop, whatever becomes of each. */
function traffic() {
  const attempts: Attempt[] = [];
  const underWay = new Set<Promise<void>>();
  const began = clock.monotonic();
  let started = 0;
  const pay = async (notice: IssuedNotice): Promise<void> => {
    const [at, from] = [clock.now(), clock.monotonic()];
    const { paymentToken: token, standin: standIn, fault } = await world.activate(notice);
    attempts.push({ at, elapsedMs: clock.monotonic() - from, token, standIn, fault: fault?.code });
    if (token === null) return;
    expect((await world.sendOutcome(token)).outcome).toBe('OK');
    tokens.push(token);
  };
  const failures: unknown[] = [];
  const timer = clock.every(
    10,
    () => {
      const due = Math.floor(((clock.monotonic() - began) / SECOND) * PAYMENTS_A_SECOND);
      for (; started < due; started += 1) {
        const notice = notices.pop();
        if (!notice) throw new Error('there are not enough notices');
        const payment = pay(notice)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => underWay.delete(payment));
        underWay.add(payment);
      }
    },
    (error) => failures.push(error),
  );
  return {
    /** Payments that ended so far. @throws what went wrong */
    count(): number {
      if (failures.length > 0) throw failures[0];
      return attempts.length;
    },
    async stop(): Promise<readonly Attempt[]> {
      timer[Symbol.dispose]();
      await Promise.all(underWay);
      expect(failures).toEqual([]);
      return attempts;
    },
  };
}

interface StandIn {
  active: boolean;
  periods: { enteredAt: string; leftAt: string | null; enteredBecause: string }[];
}

async function standIn(): Promise<StandIn> {
  const query = `{ station(code: "${CREDITOR.stationCode}") { standIn { active periods { enteredAt leftAt enteredBecause } } } }`;
  return (await ask<{ station: { standIn: StandIn } }>(platform.graphqlUrl, query, { token: world.tokens.creditor })).station.standIn;
}

const becomes = (active: boolean, timeoutMs: number): Promise<unknown> =>
  until(async () => (await standIn()).active === active, { what: `the station ${active ? 'opens' : 'closes'}`, timeoutMs });

const isRequest = ({ primitive, noticeNumber }: CallRecord): boolean =>
  !primitive.startsWith('paSendRT') && noticeNumber !== PROBE_NOTICE_NUMBER;

/** One outage under traffic: fails, stays open for a while, recovers. */
async function outage(fail: () => Promise<void>) {
  const payments = traffic();
  await until(() => payments.count() >= 2 * PAYMENTS_A_SECOND, { what: 'payments flow', timeoutMs: 30_000 });
  const failedAt = clock.now();
  await fail();
  await becomes(true, OPENS_WITHIN_MS + 5 * SECOND);
  const openFor = payments.count() + 5 * PAYMENTS_A_SECOND;
  await until(() => payments.count() >= openFor, { what: 'payments go on in Stand-In', timeoutMs: 60_000 });
  const mendedAt = clock.now();
  await world.fleet.switchOn(CREDITOR.stationCode);
  await becomes(false, CLOSES_WITHIN_MS);
  const closed = payments.count() + 2 * PAYMENTS_A_SECOND;
  await until(() => payments.count() >= closed, { what: 'payments go on as before', timeoutMs: 60_000 });
  const attempts = await payments.stop();
  const [period] = (await standIn()).periods;
  const [enteredAt = 0, leftAt = 0] = [period?.enteredAt, period?.leftAt].map((text) => parseInstant(text ?? ''));
  return { attempts, failedAt, mendedAt, enteredAt, leftAt, reason: period?.enteredBecause };
}

type Observed = Awaited<ReturnType<typeof outage>>;
function check({ attempts, failedAt, mendedAt, enteredAt, leftAt }: Observed): void {
  // No notice loaded in ACA becomes unpayable.
  expect(attempts.filter((attempt) => attempt.token === null)).toEqual([]);
  expect(enteredAt - failedAt).toBeLessThan(OPENS_WITHIN_MS);
  expect(leftAt - mendedAt).toBeLessThan(CLOSES_WITHIN_MS);
  // While it is open every payment is one in Stand-In and none reaches the station.
  const during = attempts.filter(({ at, elapsedMs }) => at > enteredAt + UNDER_WAY_MS && at + elapsedMs < leftAt);
  expect(during.length).toBeGreaterThan(4 * PAYMENTS_A_SECOND);
  expect(during.filter((attempt) => attempt.standIn !== true)).toEqual([]);
  expect(calls.filter((call) => isRequest(call) && call.at > enteredAt + UNDER_WAY_MS && call.at < leftAt)).toEqual([]);
  expect(
    calls.some((call) => !isRequest(call) && call.noticeNumber === PROBE_NOTICE_NUMBER && call.at > mendedAt && call.at <= leftAt),
  ).toBe(true);
  // Before and after, the creditor itself answers.
  const after = attempts.filter(({ at }) => at > leftAt + UNDER_WAY_MS);
  expect(after.length).toBeGreaterThan(PAYMENTS_A_SECOND);
  expect(after.filter((attempt) => attempt.standIn !== false)).toEqual([]);
}

/** Requests that began when the station was in Stand-In and took as long as a creditor may. */
const waitedAfter = ({ attempts, enteredAt }: Observed): readonly Attempt[] =>
  attempts.filter(({ at, elapsedMs }) => at > enteredAt + UNDER_WAY_MS && elapsedMs >= CREDITOR_DEADLINE_MS);

describe('an outage in the middle of traffic, under profile breaker', () => {
  it('of a creditor that is killed costs nobody a payment, nor a wait', async () => {
    const observed = await outage(() => world.fleet.switchOff(CREDITOR.stationCode));
    check(observed);
    expect(waitedAfter(observed)).toEqual([]);
    console.log(`killed: ${report(observed)}`);
  });

  it('of a creditor that hangs costs the first requests a deadline, and nobody a payment', async () => {
    const observed = await outage(() => world.fleet.setFault(CREDITOR.stationCode, { kind: 'timeout' }));
    check(observed);
    const waited = observed.attempts.filter(({ elapsedMs }) => elapsedMs >= CREDITOR_DEADLINE_MS);
    expect(waited.length).toBeGreaterThan(0);
    expect(waitedAfter(observed)).toEqual([]);
    console.log(`hanging: ${report(observed)}, ${waited.length} requests waited for the deadline`);
  });

  it('leaves no receipt behind, and delivers none twice', async () => {
    const received = (): string[] => world.fleet.receipts(CREDITOR.stationCode).map(({ receipt }) => receipt.receiptId);
    await until(
      async () => {
        await ask(platform.graphqlUrl, 'mutation { runJob(job: RECEIPT_DELIVERY) { state } }', { token: world.tokens.operator });
        const arrived = new Set(received());
        return tokens.every((token) => arrived.has(token));
      },
      { what: 'every receipt arrives', timeoutMs: 240_000 },
    );
    // As many as there are payments, and all of them: none came twice.
    expect(received()).toHaveLength(tokens.length);
  });
});

function report({ attempts, failedAt, mendedAt, enteredAt, leftAt, reason }: Observed): string {
  const standIn = attempts.filter((attempt) => attempt.standIn).length;
  return `${attempts.length} payments, ${standIn} in Stand-In; opened after ${enteredAt - failedAt} ms (${reason}); closed ${leftAt - mendedAt} ms after recovery`;
}
