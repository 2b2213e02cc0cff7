/** Traffic against a stand-in of the platform, in time that moves when told to. */
import { seededStreams } from '@nodo-aperto/kernel/random';
import { testLogger, until } from '@nodo-aperto/kernel/testing';
import { adjustableClock } from '@nodo-aperto/kernel/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFleet, type Fleet } from '../src/creditors/index.ts';
import { createTraffic, demoPopulation, platformClient, type PlatformClient, type Traffic, type TrafficOptions } from '../src/index.ts';
import { clearToken, startPlatform, type TestPlatform } from './support/platform.ts';

/** Fast, with a factor that keeps a second of platform time longer than a turn of the event loop. */
/** People wait fifty times less; calls under way have the time that they need on a busy machine. */
const clock = adjustableClock();
clock.setSpeed(50);
const population = demoPopulation(seededStreams(7));

let platform: TestPlatform;
let fleet: Fleet;
let client: PlatformClient;
let traffic: Traffic | undefined;

function start(options: Partial<TrafficOptions> = {}): Traffic {
  const streams = seededStreams(7);
  const keys = streams.stream('keys');
  traffic = createTraffic({ fleet, client, population, clock, log: testLogger(), streams, keys, paymentsPerSecond: 5, ...options });
  traffic.begin();
  return traffic;
}

beforeEach(async () => {
  platform = await startPlatform();
  fleet = await startFleet({ creditors: population.creditors, clock, random: seededStreams(7), log: testLogger() });
  client = platformClient({
    baseUrl: platform.baseUrl,
    tokenFor: clearToken,
    clock,
    log: testLogger(),
    random: seededStreams(1).stream('client'),
  });
});
afterEach(async () => {
  await traffic?.stop();
  await Promise.all([fleet.stop(), client.close(), platform.stop()]);
});

describe('a payment', () => {
  it('is a notice in the creditor’s books, loaded in ACA by the creditor, then paid by the PSP', async () => {
    const running = start();
    await until(() => running.counts().standard >= 3, { what: 'three payments' });
    const first = (name: string) => platform.calls.find((call) => call.name === name);
    const loaded = first('createPosition');
    const creditor = population.creditors.find(({ fiscalCode }) => fiscalCode === loaded?.caller.tenant);
    expect(loaded?.caller.role).toBe('EC');
    const notice = fleet.notice(creditor?.stationCode ?? '', String(loaded?.input['noticeNumber']));
    expect(notice).toMatchObject({ iuv: loaded?.input['iuv'], amount: loaded?.input['amount'], status: 'OPEN' });
    const verified = platform.calls.find(({ name, input }) => name === 'verifyPaymentNotice' && noticeOf(input) === notice?.noticeNumber);
    const activated = platform.calls.find(
      ({ name, input }) => name === 'activatePaymentNoticeV2' && noticeOf(input) === notice?.noticeNumber,
    );
    expect(verified?.caller).toEqual(activated?.caller);
    expect(activated?.caller).toEqual({ role: 'PSP', tenant: activated?.input['idPSP'] });
    // The amount that the verification showed.
    expect(activated?.input).toMatchObject({ amount: 1_000, idempotencyKey: expect.stringMatching(/^\d{11}_[A-Za-z0-9]{10}$/) });
    const outcome = platform.calls.find(({ name, input }) => name === 'sendPaymentOutcomeV2' && input['outcome'] === 'OK');
    expect(outcome?.input).toMatchObject({
      details: { applicationDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), payer: { fullName: expect.any(String) } },
    });
  });

  it('is counted by mode, and by the fault it failed with', async () => {
    let verifications = 0;
    platform.answers['verifyPaymentNotice'] = () =>
      (verifications += 1) % 3 === 0
        ? { outcome: 'KO', fault: { code: 'PPT_STAZIONE_INT_PA_TIMEOUT' } }
        : { outcome: 'OK', paymentList: [{ amount: 700 }], standin: true };
    platform.answers['activatePaymentNoticeV2'] = () => ({ outcome: 'OK', paymentToken: 'a'.repeat(32), totalAmount: 700, standin: true });
    platform.answers['createPosition'] = () =>
      platform.calls.length % 11 === 0
        ? { outcome: 'REJECTED', errors: [{ code: 'CONFLICT', path: 'iuv', message: 'used' }] }
        : { outcome: 'CREATED', errors: [] };
    const running = start({ paymentsPerSecond: 20 });
    await until(
      () => {
        const { standIn, failed, declined, abandoned, failures } = running.counts();
        return standIn > 20 && failed > 5 && declined > 0 && abandoned > 0 && failures.length >= 2;
      },
      { what: 'every kind of ending', timeoutMs: 20_000 },
    );
    const { standard, failures } = running.counts();
    expect(standard).toBe(0);
    expect(failures.map(({ code }) => code).sort()).toEqual(['POSITION_CONFLICT', 'PPT_STAZIONE_INT_PA_TIMEOUT']);
  });

  it('whose outcome does not get through is sent again under the same key', async () => {
    const outcomes: unknown[] = [];
    platform.answers['sendPaymentOutcomeV2'] = ({ idempotencyKey }) => {
      outcomes.push(idempotencyKey);
      if (outcomes.length <= 4) throw Object.assign(new Error('later'), { extensions: { code: 'SERVICE_UNAVAILABLE' } });
      return { outcome: 'OK' };
    };
    const running = start({ paymentsPerSecond: 1_000, mostInFlight: 1 });
    await until(() => running.counts().standard + running.counts().declined >= 1, { what: 'a payment' });
    expect(outcomes.slice(0, 5).every((key) => key === outcomes[0])).toBe(true);
  });
});

function noticeOf(input: Record<string, unknown>): string | undefined {
  return (input['qrCode'] as { noticeNumber: string } | undefined)?.noticeNumber;
}

describe('arrivals', () => {
  it('do not wait for a slow platform, and are let go beyond the limit', async () => {
    platform.answers['createPosition'] = () => new Promise(() => undefined);
    const running = start({ paymentsPerSecond: 50, mostInFlight: 10 });
    await until(() => running.counts().arrived >= 60, { what: 'sixty arrivals' });
    const { arrived, inFlight, notStarted } = running.counts();
    expect(inFlight).toBe(10);
    expect(notStarted).toBe(arrived - 10);
  });

  it('come in the order of the plan, whatever the platform answers', async () => {
    const run = async (): Promise<number[]> => {
      const amounts: number[] = [];
      const issueNotice: Fleet['issueNotice'] = (code, input) => {
        amounts.push(input.amount);
        return fleet.issueNotice(code, input);
      };
      const running = start({ fleet: { ...fleet, issueNotice } });
      await until(() => amounts.length >= 12, { what: 'twelve arrivals' });
      await running.stop();
      return amounts.slice(0, 12);
    };
    const first = await run();
    platform.answers['verifyPaymentNotice'] = () => ({ outcome: 'KO', fault: { code: 'PPT_PAGAMENTO_IN_CORSO' } });
    expect(await run()).toEqual(first);
  });

  it('pause at rate 0, go on at another, and cannot be set to nonsense', async () => {
    const running = start({ paymentsPerSecond: 0 });
    expect(running.paymentsPerSecond()).toBe(0);
    running.setPaymentsPerSecond(100);
    await until(() => running.counts().arrived >= 5, { what: 'arrivals' });
    running.setPaymentsPerSecond(0);
    const { arrived } = running.counts();
    // Waits by time: nobody may arrive; the clock of the test is a fast one.
    await clock.sleep(5_000);
    expect(running.counts().arrived).toBe(arrived);
    for (const rate of [-1, 1_001, Number.NaN]) expect(() => running.setPaymentsPerSecond(rate)).toThrow('paymentsPerSecond: is');
    expect(running.paymentsPerSecond()).toBe(0);
  });

  it('end at once, with what is in flight', async () => {
    platform.answers['createPosition'] = () => new Promise(() => undefined);
    const running = start({ paymentsPerSecond: 50 });
    await until(() => running.counts().inFlight >= 5, { what: 'payments in flight' });
    const began = clock.monotonic();
    await running.stop();
    // Not after the deadline of a call, fifteen seconds.
    expect(clock.monotonic() - began).toBeLessThan(10_000);
    expect(running.counts().inFlight).toBe(0);
  });
});
