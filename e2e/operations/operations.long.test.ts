import { buildEnvelope } from '@nodo-aperto/kernel/soap';
import { verifyPaymentNotice } from '@nodo-aperto/kernel/node-for-psp';
import { until } from '@nodo-aperto/kernel/testing';
import { realClock, toLocalDate } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, type PlatformProcess, runPlatform, startPlatform } from '../support/platform-process.ts';
import { CHANNEL, CREDITOR, openWorld, PSP, type World } from '../support/world.ts';

type Line = Record<string, unknown> & { msg?: string; traceId?: string; subgraph?: string };

let folder: Awaited<ReturnType<typeof dataFolder>>;
let platform: PlatformProcess;
let world: World;

beforeAll(async () => {
  folder = await dataFolder();
  platform = await startPlatform({ folder: folder.path, environment: { LOG_LEVEL: 'info' } });
  world = await openWorld(platform);
}, 120_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await platform?.stop();
  await folder?.[Symbol.asyncDispose]();
}, 60_000);

/** The log lines of a trace so far, in their order. */
function linesOf(traceId: string): Line[] {
  return platform
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(traceId))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.traceId === traceId);
}
const told = (traceId: string, subgraph: string | undefined, message: string): Line[] =>
  linesOf(traceId).filter((line) => line.msg === message && (subgraph === undefined || line.subgraph === subgraph));

describe('the trace of a payment', { timeout: 60_000 }, () => {
  it('leads from the outcome at the gateway to the receipt at the creditor', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { paymentToken } = await world.activate(await world.issue());
    const query = `mutation Paid($input: SendPaymentOutcomeInput!) { sendPaymentOutcome(input: $input) { outcome } }`;
    const details = {
      paymentMethod: 'cash',
      fee: 100,
      applicationDate: '2026-11-23',
      transferDate: '2026-11-24',
    };
    const response = await fetch(platform.graphqlUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${world.tokens.psp}`,
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
      },
      body: JSON.stringify({ query, variables: { input: { idChannel: CHANNEL, paymentToken, outcome: 'OK', details } } }),
    });
    expect(await response.json()).toEqual({ data: { sendPaymentOutcome: { outcome: 'OK' } } });
    const requestId = response.headers.get('x-request-id');

    await until(() => told(traceId, 'payments', 'a payment followed its receipt').some(({ fact }) => fact === 'receipt.completed'), {
      what: 'the receipt to be told of in the log',
      timeoutMs: 30_000,
    });
    expect(told(traceId, undefined, 'an operation was answered')).toMatchObject([{ requestId, operation: 'Paid', errors: 0 }]);
    expect(told(traceId, 'payments', 'a request of a PSP was answered')).toMatchObject([
      { primitive: 'sendPaymentOutcome', psp: PSP, outcome: 'OK' },
    ]);
    expect(told(traceId, 'receipts', 'a receipt was made')).toMatchObject([{ recipients: 1 }]);
    expect(told(traceId, 'receipts', 'a receipt was sent')).toMatchObject([{ stationCode: CREDITOR.stationCode, delivered: true }]);
    // The token is no part of any line: who reads logs cannot settle payments.
    expect(platform.output()).not.toContain(paymentToken);
  });

  it('begins at the SOAP edge for a PSP that sends none, and is told to it', async () => {
    const notice = await world.issue();
    const response = await fetch(`${platform.baseUrl}/nodo/node-for-psp/v1`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: buildEnvelope(
        verifyPaymentNotice.request.write({
          idPSP: PSP,
          idBrokerPSP: PSP,
          idChannel: CHANNEL,
          password: 'pwdpwdpwd',
          qrCode: { fiscalCode: notice.creditorFiscalCode, noticeNumber: notice.noticeNumber },
        }),
      ),
    });
    expect(response.status).toBe(200);
    const traceId = response.headers.get('traceparent')?.split('-')[1] ?? '';
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    await until(() => told(traceId, 'payments', 'a request of a PSP was answered').length === 1, { what: 'the call to be in the log' });
  });
});

interface Page {
  objectives: { name: string; total: number; good: number; kept: boolean }[];
  sessions: { opened: number; booked: number };
  deliveries: { recipients: number; delivered: number; prompt: number };
}

describe('the objectives of a month', { timeout: 120_000 }, () => {
  const slo = (...words: string[]) => runPlatform(['slo', '--data', folder.path, ...words]);

  it('are computed from the records', async () => {
    const month = toLocalDate(realClock().now()).slice(0, 7);
    await world.pay();
    await until(
      async () => {
        const { code, stdout, stderr } = await slo('--month', month, '--json');
        if (code !== 0) throw new Error(stderr);
        const { objectives, sessions, deliveries } = JSON.parse(stdout) as Page;
        const outcomes = objectives.find(({ name }) => name === 'sendPaymentOutcome within 2 s');
        return outcomes?.total === 2 && sessions.booked === 2 && deliveries.delivered === 2;
      },
      { what: 'both payments to be in the figures', timeoutMs: 90_000 },
    );
    const { stdout } = await slo('--month', month);
    expect(stdout).toContain('calls of PSPs answered');
    expect(stdout).toMatch(/receipts at their creditors within 60 s\s+100\.0000 %\s+of 2 .*kept/);
    expect(stdout).toContain('2 booked');
  });

  it('are of a month: anything else is refused', async () => {
    const { code, stderr } = await slo('--month', '2026-13');
    expect(code).not.toBe(0);
    expect(stderr).toContain('"2026-13" is not a month; expected one such as 2026-03.');
  });
});
