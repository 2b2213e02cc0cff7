import { connect, type Socket } from 'node:net';
import { apiKeyOf, createHttpService, type EdgeLimits, type HttpService } from '@nodo-aperto/kernel/http';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { testLogger, until } from '@nodo-aperto/kernel/testing';
import { afterEach, describe, expect, it } from 'vitest';

// So few a second that none comes back while a test runs; five seconds' worth may go at once.
const FEW: EdgeLimits = { callsPerSecond: 0.001, callsPerSecondOfAddress: 0.001, connectionsOfAddress: 100 };
const calls = (count: number): number => count / 5;

const services: HttpService[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

async function serve(limits: Partial<EdgeLimits>, trustProxy?: string[]): Promise<string> {
  const service = createHttpService({
    log: testLogger(),
    random: seededStreams('edges').stream('requests'),
    edgeLimits: { ...FEW, callsPerSecond: calls(1_000), callsPerSecondOfAddress: calls(1_000), ...limits },
    ...(trustProxy && { trustProxy }),
  });
  services.push(service);
  const directory = { apiKey: async (key: string) => ({ key, party: key.split('/')[0] ?? '', products: ['gpd'] }) };
  service.app.get('/gpd/position', async (request) => (await apiKeyOf(request, directory as never, 'gpd')).party);
  service.app.get('/graphql', async () => 'counted elsewhere');
  return `http://127.0.0.1:${await service.listen({ host: '127.0.0.1', port: 0 })}`;
}

const ask = (base: string, key: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${base}/gpd/position`, { headers: { 'ocp-apim-subscription-key': key, ...headers } });

describe('the edges of a server', { timeout: 30_000 }, () => {
  it('take so many calls of a party, whichever of its keys it uses, and say when to come again', async () => {
    const base = await serve({ callsPerSecond: calls(3) });
    for (const key of ['ec/1', 'ec/2', 'ec/1']) expect((await ask(base, key)).status).toBe(200);
    const refused = await ask(base, 'ec/2');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({ status: 429, title: 'Too Many Requests', detail: expect.stringContaining('of ec') });
    expect((await ask(base, 'another')).status).toBe(200);
  });

  it('take so many calls of an address, whoever it says it is; health, metrics and the graph are not counted', async () => {
    const base = await serve({ callsPerSecondOfAddress: calls(3) });
    for (const key of ['a', 'b', 'c']) expect((await ask(base, key)).status).toBe(200);
    const refused = await ask(base, 'd');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    for (const path of ['/health/live', '/metrics', '/graphql']) expect((await fetch(`${base}${path}`)).status).toBe(200);
  });

  it('believe a proxy that is trusted, and nobody else, about the address', async () => {
    const own = await serve({ callsPerSecondOfAddress: calls(1) }, ['127.0.0.1']);
    expect((await ask(own, 'a', { 'x-forwarded-for': '198.51.100.1' })).status).toBe(200);
    expect((await ask(own, 'a', { 'x-forwarded-for': '198.51.100.2' })).status).toBe(200);
    expect((await ask(own, 'a', { 'x-forwarded-for': '198.51.100.1' })).status).toBe(429);
    const others = await serve({ callsPerSecondOfAddress: calls(1) });
    expect((await ask(others, 'a', { 'x-forwarded-for': '198.51.100.1' })).status).toBe(200);
    expect((await ask(others, 'a', { 'x-forwarded-for': '198.51.100.2' })).status).toBe(429);
  });

  it('close a connection too many of an address at once, and take one again when another has gone', async () => {
    const base = await serve({ connectionsOfAddress: 3 });
    const port = Number(new URL(base).port);
    const open = (): Promise<Socket> =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket));
        socket.on('error', () => undefined);
      });
    const answers = (socket: Socket): Promise<boolean> =>
      new Promise((resolve) => {
        socket.once('data', () => resolve(true));
        socket.once('close', () => resolve(false));
        socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
      });
    const sockets = [await open(), await open(), await open()];
    for (const socket of sockets) expect(await answers(socket)).toBe(true);
    expect(await answers(await open())).toBe(false);
    sockets[0]?.destroy();
    const again: Socket[] = [];
    await until(
      async () => {
        const socket = await open();
        again.push(socket);
        return answers(socket);
      },
      { what: 'a connection to be taken again' },
    );
    for (const socket of [...sockets, ...again]) socket.destroy();
  });
});
