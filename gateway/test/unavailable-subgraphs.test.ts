/** Subgraphs behind a network that go away, come back, or answer nonsense: the rest of the answer is still there. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordingLogger, until } from '@nodo-aperto/kernel/testing';
import { type Fixture, post, startFixture } from './support/fixture.ts';
import { subscribe } from './support/subscriber.ts';

const CROSSING = { query: '{ payment(token: "1") { token notice { title } receipt { id } } }' };
const WHOLE = { payment: { token: '1', notice: { title: 'TARI 2026' }, receipt: { id: 'R1' } } };
const UNAVAILABLE = { message: 'A part of the platform is not available at the moment.', extensions: { code: 'SERVICE_UNAVAILABLE' } };

describe('a subgraph behind HTTP', () => {
  const { log, lines } = recordingLogger();
  let fixture: Fixture;
  beforeEach(async () => {
    lines.length = 0;
    fixture = await startFixture('http', {
      log,
      limits: { maxSubgraphResponseBytes: 10_000, breakerFailures: 3, breakerPauseMs: 3_000 },
    });
  });
  afterEach(() => fixture.close());

  it('is told the caller under seal, the request and the trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { headers } = await post(fixture.url, CROSSING, { token: 'EC.7', headers: { traceparent } });
    for (const host of Object.values(fixture.hosts)) {
      expect(host.seen).toHaveLength(1);
      expect(host.seen[0]).toMatchObject({ traceparent, 'x-request-id': headers.get('x-request-id') });
      expect(host.seen[0]).toHaveProperty('x-nodo-principal');
      expect(host.seen[0]).not.toHaveProperty('authorization');
    }
  });

  it('that is down costs only its own part; the cause is in the log, not in the answer', async () => {
    await fixture.hosts.notices?.close();
    const { status, body, headers } = await post(fixture.url, CROSSING);
    expect(status).toBe(200);
    expect(body).toEqual({ data: { payment: { ...WHOLE.payment, notice: null } }, errors: [UNAVAILABLE] });
    const line = lines.find(({ requestId, level }) => requestId === headers.get('x-request-id') && level === 'warn');
    expect(line).toMatchObject({ level: 'warn', msg: 'a part of an answer is missing' });
    expect(JSON.stringify(line)).toMatch(/ECONNREFUSED|closed|socket/);
  });

  it('that failed several times in a row is left alone for a moment, then asked again', async () => {
    const host = fixture.hosts.notices;
    if (!host) throw new Error('The fixture has no notices.');
    const { port } = host.app.server.address() as AddressInfo;
    await host.close();
    for (let failures = 0; failures < 3; failures += 1) await post(fixture.url, CROSSING);
    lines.length = 0;
    await post(fixture.url, CROSSING);
    expect(JSON.stringify(lines)).toContain('CircuitOpenError');
    const back = await answering(port, () => JSON.stringify({ data: { _entities: [{ __typename: 'Notice', title: 'TARI 2026' }] } }));
    await until(async () => (await post(fixture.url, CROSSING)).body.errors === undefined, { what: 'the subgraph is asked again' });
    back.close();
  });

  it.each([
    ['text', 'text/plain', () => 'hello'],
    ['HTML', 'text/html', () => '<h1>502</h1>'],
    ['JSON that is cut off', 'application/json', () => '{"data": {'],
    ['JSON that is not a GraphQL response', 'application/json', () => '{"ok": true}'],
    ['a list', 'application/json', () => '[]'],
    ['null', 'application/json', () => 'null'],
    ['data that is no object', 'application/json', () => '{"data": [1]}'],
    ['more than may be read', 'application/json', () => JSON.stringify({ data: { _entities: ['x'.repeat(10_000)] } })],
  ])('that answers %s is as good as down', async (_what, type, body) => {
    const host = fixture.hosts.notices;
    if (!host) throw new Error('The fixture has no notices.');
    const { port } = host.app.server.address() as AddressInfo;
    await host.close();
    const nonsense = await answering(port, body, type);
    const { status, body: answer } = await post(fixture.url, CROSSING);
    expect(status).toBe(200);
    expect(answer).toEqual({ data: { payment: { ...WHOLE.payment, notice: null } }, errors: [UNAVAILABLE] });
    nonsense.closeAllConnections();
    nonsense.close();
  });

  it('whose connection breaks under a request is asked again, unless it was to write', async () => {
    const host = fixture.hosts.payments;
    if (!host) throw new Error('The fixture has no payments.');
    const { port } = host.app.server.address() as AddressInfo;
    await host.close();
    let requests = 0;
    const server = createServer((request, response) => {
      requests += 1;
      if (requests % 2 === 1) request.socket.destroy();
      else response.setHeader('content-type', 'application/json').end('{"data":{"anonymous":true}}');
    });
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    expect((await post(fixture.url, { query: '{ anonymous }' })).body).toEqual({ data: { anonymous: true } });
    expect(requests).toBe(2);
    const written = await post(fixture.url, { query: 'mutation { pay(token: "1") { token } }' }, { token: 'PSP.1' });
    expect(written.body.errors).toEqual([UNAVAILABLE]);
    expect(requests).toBe(3);
    server.close();
  });

  it('that loses its websocket ends the streams with an error; a new subscription finds it again', async () => {
    const query = 'subscription { paymentEvents { cursor } }';
    const subscriber = subscribe(fixture.websocketUrl, query);
    await until(() => fixture.world.listeners === 1, { what: 'the stream is open' });
    for (const socket of fixture.hosts.payments?.sockets.clients ?? []) socket.terminate();
    await until(() => subscriber.ended(), { what: 'the subscriber is told' });
    expect(subscriber.ended()).toEqual([expect.objectContaining({ extensions: { code: 'SUBSCRIPTION_INTERRUPTED' } })]);
    await until(() => fixture.world.listeners === 0, { what: 'the stream is closed' });
    const again = subscribe(fixture.websocketUrl, query);
    await until(() => fixture.world.listeners === 1, { what: 'the stream is open again' });
    fixture.world.state({ cursor: '1', token: '1' });
    await until(() => again.events.length === 1, { what: 'the event arrived' });
    again.leave();
  });

  it('that closes its websocket without a fault ends the streams as well: nothing is resubscribed in silence', async () => {
    const subscriber = subscribe(fixture.websocketUrl, 'subscription { paymentEvents { cursor } }');
    await until(() => fixture.world.listeners === 1, { what: 'the stream is open' });
    for (const socket of fixture.hosts.payments?.sockets.clients ?? []) socket.close(1000, 'bye');
    await until(() => subscriber.ended(), { what: 'the subscriber is told' });
    expect(subscriber.ended()).toEqual([expect.objectContaining({ extensions: { code: 'SUBSCRIPTION_INTERRUPTED' } })]);
    expect(fixture.world.opened).toBe(1);
  });

  it('that is down refuses subscriptions', async () => {
    await fixture.hosts.payments?.close();
    const subscriber = subscribe(fixture.websocketUrl, 'subscription { paymentEvents { cursor } }');
    await until(() => subscriber.ended(), { what: 'the subscriber is told' });
    expect(subscriber.ended()).toEqual([expect.objectContaining({ extensions: { code: 'SERVICE_UNAVAILABLE' } })]);
    expect(fixture.gateway.activity()).toMatchObject({ streams: 0, subscribers: 0 });
  });

  it('keeps one socket for all its streams, also when they come and go', async () => {
    const queries = ['{ cursor }', '{ payment { token } }', '{ cursor payment { token } }'].map(
      (fields) => `subscription { paymentEvents ${fields} }`,
    );
    for (let round = 0; round < 3; round += 1) {
      const subscribers = queries.map((query) => subscribe(fixture.websocketUrl, query));
      await until(() => fixture.world.listeners === 3, { what: 'three streams are open' });
      expect(fixture.hosts.payments?.sockets.clients.size).toBe(1);
      for (const { leave } of subscribers) leave();
      await until(() => fixture.world.listeners === 0, { what: 'all streams are closed' });
    }
    expect(fixture.world.opened).toBe(9);
  });
});

describe('a subgraph that hangs on its websocket', () => {
  it('is found out: its subscribers are told', async () => {
    const fixture = await startFixture('http', { limits: { keepAliveMs: 400 } });
    const subscriber = subscribe(fixture.websocketUrl, 'subscription { paymentEvents { cursor } }');
    await until(() => fixture.world.listeners === 1, { what: 'the stream is open' });
    for (const socket of fixture.hosts.payments?.sockets.clients ?? []) socket.pause();
    await until(() => subscriber.ended(), { what: 'the subscriber is told' });
    expect(subscriber.ended()).toEqual([expect.objectContaining({ extensions: { code: 'SUBSCRIPTION_INTERRUPTED' } })]);
    await fixture.close();
  });
});

async function answering(port: number, body: () => string, type = 'application/json'): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', type).end(body());
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
