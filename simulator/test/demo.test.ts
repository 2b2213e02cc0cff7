/** The demo on a stand-in of the platform. */
import { cryptographicStream } from '@nodo-aperto/kernel/random';
import { freePort, recordingLogger, until } from '@nodo-aperto/kernel/testing';
import { adjustableClock, type AdjustableClock, manualClock, MINUTE, realClock } from '@nodo-aperto/kernel/time';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Demo, type DemoOptions, startDemo } from '../src/index.ts';
import { clearToken, startPlatform, type TestPlatform } from './support/platform.ts';

let platform: TestPlatform | undefined;
let demo: Demo | undefined;
const { log, lines } = recordingLogger();

/** Fast for everything but calls under way: how long those may take must not depend on how busy the machine is. */
function fastClock(): AdjustableClock {
  const clock = adjustableClock();
  clock.setSpeed(100);
  return clock;
}

async function start(port: number, options: Partial<DemoOptions> = {}): Promise<Demo> {
  demo = await startDemo({
    baseUrl: `http://127.0.0.1:${port}`,
    tokenFor: clearToken,
    clock: fastClock(),
    log,
    random: cryptographicStream(),
    seed: 7,
    paymentsPerSecond: 2,
    ...options,
  });
  return demo;
}
const callsOf = (name: string) => platform?.calls.filter((call) => call.name === name) ?? [];

afterEach(async () => {
  await demo?.stop();
  await platform?.stop();
  demo = platform = undefined;
  lines.length = 0;
});

describe('the demo', () => {
  it('loads its parties with the addresses of its creditors, then lives', async () => {
    platform = await startPlatform();
    const clock = fastClock();
    const running = await start(platform.port, { clock });
    expect(await running.ready).toBe(true);
    const [loaded] = callsOf('importDirectory');
    expect(loaded?.caller).toEqual({ role: 'OPERATOR' });
    const file = parse(String(loaded?.input['file'])) as { stations: { code: string; endpoint: string }[] };
    expect(file.stations.map(({ endpoint }) => endpoint)).toEqual(file.stations.map(({ code }) => running.fleet.endpointOf(code)));
    expect(running.openNotices()).toHaveLength(8);
    expect(new Set(running.openNotices().map(({ debtor }) => debtor.code))).toEqual(new Set([running.population.citizens[0]?.fiscalCode]));
    await until(() => running.traffic.counts().standard >= 3, { what: 'payments' });
    // The outage stays to be seen, however late this test looks.
    clock.setSpeed(1);
    clock.advance(MINUTE);
    await until(() => running.outages.current().length === 1, { what: 'an outage' });
    const [outage] = running.outages.current();
    expect(outage).toMatchObject({ scheduled: true, endsAt: (outage?.startedAt ?? 0) + 60_000 });
    expect(outage?.stationCode).not.toBe(running.population.creditors[0]?.stationCode);
    clock.advance(MINUTE);
    await until(() => running.outages.current().length === 0, { what: 'the outage to end' });
  });

  it('started again loads the same file, but for the addresses, and numbers its notices on', async () => {
    platform = await startPlatform();
    const files: string[] = [];
    const numbers: bigint[] = [];
    for (const later of [0, 1_000]) {
      const running = await start(platform.port, {
        clock: manualClock(1_790_000_000_000 + later),
        paymentsPerSecond: 0,
      });
      await running.ready;
      files.push(String(callsOf('importDirectory').at(-1)?.input['file']).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST'));
      numbers.push(BigInt(running.openNotices()[0]?.noticeNumber.slice(3, 16) ?? 0));
      await running.stop();
    }
    expect(files[1]).toBe(files[0]);
    expect((numbers[1] ?? 0n) - (numbers[0] ?? 0n)).toBe(1_000n);
  });

  it('waits for a platform that is not there yet, and for its parts to know the parties', async () => {
    const port = await freePort();
    const running = await start(port);
    let ready = false;
    void running.ready.then(() => (ready = true));
    await until(() => lines.some(({ msg }) => msg.includes('could not be introduced')), { what: 'a try in vain' });
    platform = await startPlatform(port);
    platform.answers['createPosition'] = () =>
      callsOf('createPosition').length <= 2
        ? { outcome: 'REJECTED', errors: [{ code: 'NOT_FOUND', path: 'creditorFiscalCode', message: 'unknown' }] }
        : { outcome: 'CREATED', errors: [] };
    platform.answers['verifyPaymentNotice'] = () =>
      callsOf('verifyPaymentNotice').length <= 3
        ? { outcome: 'KO', fault: { code: 'PPT_PSP_SCONOSCIUTO' } }
        : { outcome: 'OK', paymentList: [{ amount: 1 }] };
    await until(() => ready, { what: 'the demo to be ready' });
    expect(callsOf('verifyPaymentNotice').length).toBeGreaterThan(8);
    await until(() => running.traffic.counts().standard >= 1, { what: 'a payment' });
  });

  it('goes on when the platform goes away and comes back, and says so once', async () => {
    platform = await startPlatform();
    const { port } = platform;
    const running = await start(port, { paymentsPerSecond: 10 });
    await until(() => running.traffic.counts().standard >= 3, { what: 'payments' });
    await platform.stop();
    await until(() => running.traffic.counts().failures.some(({ code, count }) => code === 'UNREACHABLE' && count >= 5), {
      what: 'failures',
    });
    platform = await startPlatform(port);
    const { standard } = running.traffic.counts();
    await until(() => running.traffic.counts().standard >= standard + 3, { what: 'payments again' });
    await until(() => lines.some(({ msg }) => msg === 'the platform answers again'), { what: 'the word that it is back' });
    expect(lines.filter(({ msg }) => msg.includes('cannot be reached: payments')).length).toBeGreaterThanOrEqual(1);
  });

  it('loads its parties again when the platform has forgotten them', async () => {
    platform = await startPlatform();
    const running = await start(platform.port, { paymentsPerSecond: 10 });
    await running.ready;
    platform.answers['verifyPaymentNotice'] = () => ({ outcome: 'KO', fault: { code: 'PPT_DOMINIO_SCONOSCIUTO' } });
    await until(() => callsOf('importDirectory').length === 2, { what: 'the second import' });
  });

  it('ends without traffic on a platform that refuses its parties, naming what is wrong', async () => {
    platform = await startPlatform();
    const issue = { line: 3, path: 'stations[0].endpoint', message: 'is on a private address', expected: null };
    platform.answers['importDirectory'] = () => ({ created: 0, updated: 0, unchanged: 0, issueCount: 1, issues: [issue] });
    const running = await start(platform.port);
    expect(await running.ready).toBe(false);
    expect(lines.find(({ level }) => level === 'error')).toMatchObject({
      err: { message: "The platform refused the demo's directory file: line 3, stations[0].endpoint: is on a private address" },
    });
    expect(running.traffic.counts().arrived).toBe(0);
  });

  it('stops quickly, whatever it is doing', async () => {
    platform = await startPlatform();
    platform.intercept = () => undefined;
    const running = await start(platform.port, { clock: realClock() });
    const began = performance.now();
    await running.stop();
    // It waits neither for the answer that never comes nor for its deadline of fifteen seconds.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await running.ready).toBe(false);
    await expect(fetch(running.fleet.stations()[0]?.endpoint ?? '')).rejects.toThrow();
  });
});
