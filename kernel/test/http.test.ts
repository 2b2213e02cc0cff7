import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ForbiddenError, InputError } from '../src/faults/index.ts';
import {
  assertPortFree,
  AddressInUseError,
  createHttpService,
  type HttpService,
  LARGEST_BODY,
  LONG_BODY,
  measureRequests,
} from '../src/http/index.ts';
import { createLogger } from '../src/logging/index.ts';
import { createMetrics } from '../src/metrics/index.ts';
import { cryptographicStream } from '../src/random/index.ts';
import { realClock } from '../src/time/index.ts';

let service: HttpService;
let base: string;
const logged: string[] = [];

beforeEach(async () => {
  logged.length = 0;
  service = createHttpService({
    log: createLogger({ service: 'test', level: 'info', stream: { write: (line) => logged.push(line) } }),
    random: cryptographicStream(),
    bodyTimeoutMs: 150,
  });
  service.app.post('/echo', async (request) => request.body);
  service.app.post('/long', { config: LONG_BODY }, async (request) => request.body);
  service.app.get('/input', async () => {
    throw new InputError([{ path: 'nav', message: 'nav has 17 digits', expected: '18 digits' }]);
  });
  service.app.get('/forbidden', async () => {
    throw new ForbiddenError('Not yours.');
  });
  service.app.get('/broken', async () => {
    throw new Error('connection string postgres://secret');
  });
  base = `http://127.0.0.1:${await service.listen({ host: '127.0.0.1', port: 0 })}`;
});

afterEach(() => service.close());

describe('requests', () => {
  it('are measured by route and class of status, those of health and metrics are not', async () => {
    const metrics = createMetrics('test');
    const other = createHttpService({ log: createLogger({ service: 'test', level: 'silent' }), random: cryptographicStream() });
    other.addMetrics(metrics);
    measureRequests(other.app, metrics);
    other.app.get('/things/:id', async () => ({}));
    other.app.get('/broken', async () => {
      throw new Error('broken');
    });
    try {
      const at = `http://127.0.0.1:${await other.listen({ host: '127.0.0.1', port: 0 })}`;
      for (const path of ['/things/1', '/things/2', '/broken', '/nowhere/1', '/health/live']) await (await fetch(at + path)).text();
      const counts = async () =>
        [...(await metrics.text()).matchAll(/^nodo_http_request_seconds_count\{(.*)\} (\d+)$/gm)].map(
          ([, labels, count]) => `${labels} ${count}`,
        );
      expect((await counts()).toSorted()).toEqual([
        'service="test",route="/broken",status="5xx" 1',
        'service="test",route="/things/:id",status="2xx" 2',
        'service="test",route="none",status="4xx" 1',
      ]);
    } finally {
      await other.close();
    }
  });
});

describe('a body that trickles', () => {
  /** What the server says to a request whose body is announced and never comes to its end; undefined when it waits. */
  const trickle = (path: string, patienceMs: number): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(base).port), '127.0.0.1', () => {
        socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a`);
      });
      const patience = realClock().schedule(patienceMs, () => {
        resolve(undefined);
        socket.destroy();
      });
      socket.once('data', (data) => {
        patience[Symbol.dispose]();
        resolve(data.toString().split('\r\n')[0]);
        socket.destroy();
      });
      socket.once('error', reject);
    });

  it('is ended with 408, unless its route takes long ones', async () => {
    expect(await trickle('/echo', 10_000)).toBe('HTTP/1.1 408 Request Timeout');
    expect(await trickle('/long', 600)).toBeUndefined();
  });
});

describe('problem bodies', () => {
  it.each([
    ['/input', 400, 'nav'],
    ['/forbidden', 403, 'Not yours.'],
    ['/nowhere', 404, 'There is nothing at GET /nowhere.'],
  ])('%s answers %i as problem+json', async (path, status, words) => {
    const response = await fetch(base + path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(JSON.stringify(await response.json())).toContain(words);
  });

  it('masks a fault of ours and logs it under the reference', async () => {
    const response = await fetch(`${base}/broken`);
    const body = (await response.json()) as { reference: string };
    expect(response.status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(logged.some((line) => line.includes(body.reference) && line.includes('connection string'))).toBe(true);
  });

  it('refuses a body that is too large, malformed, or of another type', async () => {
    const post = (body: string, type = 'application/json') =>
      fetch(`${base}/echo`, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post(JSON.stringify({ a: 'x'.repeat(LARGEST_BODY) }))).status).toBe(413);
    for (const [body, message] of [
      ['{"a":', 'the body is not valid JSON'],
      ['', 'the body is empty'],
    ] as const) {
      const malformed = await post(body);
      expect([malformed.status, await malformed.json()]).toMatchObject([
        400,
        { issues: [{ path: '', message, expected: 'a JSON document' }] },
      ]);
    }
    const unknown = await post('a', 'text/x-unknown');
    expect(unknown.status).toBe(415);
    expect(await unknown.json()).toMatchObject({ detail: 'content-type: is text/x-unknown; expected: application/json' });
    expect(await (await post('{"a":1}')).json()).toEqual({ a: 1 });
  });
});

describe('health and metrics', () => {
  it('is ready only when every part is', async () => {
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
    let working = false;
    service.addHealthCheck({ name: 'database', check: async () => (working ? undefined : Promise.reject(new Error('away'))) });
    const response = await fetch(`${base}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'not ready', waitingFor: ['database'] });
    working = true;
    expect((await fetch(`${base}/health/ready`)).status).toBe(200);
  });

  it('prints the metrics of all services', async () => {
    const metrics = createMetrics('payments');
    metrics.counter('payments_total', 'payments').inc(3);
    service.addMetrics(metrics);
    expect(await (await fetch(`${base}/metrics`)).text()).toContain('payments_total{service="payments"} 3');
  });
});

describe('ports', () => {
  it('says in one sentence that a port is taken', async () => {
    const port = Number(new URL(base).port);
    await expect(assertPortFree({ host: '127.0.0.1', port })).rejects.toThrow(AddressInUseError);
    const second = createHttpService({ log: createLogger({ service: 'test', level: 'silent' }), random: cryptographicStream() });
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken by another program; choose another with --port.`,
    );
    await second.close();
    await expect(assertPortFree({ host: '127.0.0.1', port: 0 })).resolves.toBeUndefined();
  });

  it('closes although a client keeps an idle connection open', async () => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await service.close();
    socket.destroy();
    await closed;
  });
});
