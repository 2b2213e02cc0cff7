/** The protocol graphql-transport-ws on raw sockets: what may be sent, and with which code the socket closes when it may not. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '@nodo-aperto/kernel/testing';
import { type Fixture, startFixture } from './support/fixture.ts';
import { openRaw, openReady } from './support/raw-socket.ts';

const EVENTS = { query: 'subscription { paymentEvents { cursor } }' };

describe('graphql-transport-ws', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture('in-process', {
      limits: { maxAnonymousBodyBytes: 4_096, maxOperationsPerSocket: 2 },
    });
  });
  afterAll(() => fixture.close());
  afterEach(() => until(() => fixture.gateway.activity().sockets === 0, { what: 'no socket is left' }));
  const ready = (payload?: Record<string, unknown>, options = {}) => openReady(fixture.websocketUrl, payload, options);

  it.each([
    ['text that is not JSON', 'hello', 4400],
    ['JSON that is not an object', '42', 4400],
    ['a message without a type', {}, 4400],
    ['a message of an unknown type', { type: 'start' }, 4400],
    ['a subscribe message without id', { type: 'subscribe', payload: EVENTS }, 4400],
    ['a subscribe message without document', { type: 'subscribe', id: '1', payload: {} }, 4400],
    ['variables that are not an object', { type: 'subscribe', id: '1', payload: { ...EVENTS, variables: 'x' } }, 4400],
  ])('closes on %s with 4400', async (_what, message, code) => {
    const raw = await ready();
    raw.send(message);
    expect((await raw.expectClose()).code).toBe(code);
  });

  it('closes with 4401 when something is asked before the acknowledgement', async () => {
    const raw = await openRaw(fixture.websocketUrl);
    raw.send({ type: 'subscribe', id: '1', payload: EVENTS });
    expect((await raw.expectClose()).code).toBe(4401);
  });

  it.each([
    ['a bad token', { authorization: 'Bearer nonsense' }],
    ['another scheme', { authorization: 'Basic abc' }],
    ['a token that is not text', { authorization: { token: 'x' } }],
  ])('closes with 4403 on %s: never anonymous', async (_what, payload) => {
    const raw = await openRaw(fixture.websocketUrl);
    raw.send({ type: 'connection_init', payload });
    expect((await raw.expectClose()).code).toBe(4403);
    expect(raw.received).toEqual([]);
  });

  it('closes with 4408 who does not say hello', async () => {
    const impatient = await startFixture('in-process', { limits: { connectionInitTimeoutMs: 50 } });
    const raw = await openRaw(impatient.websocketUrl);
    expect((await raw.expectClose()).code).toBe(4408);
    await impatient.close();
  });

  it('closes with 4409 on a second operation with the same id', async () => {
    const raw = await ready();
    raw.send({ type: 'subscribe', id: '1', payload: EVENTS });
    await until(() => fixture.world.listeners === 1, { what: 'the stream is open' });
    raw.send({ type: 'subscribe', id: '1', payload: EVENTS });
    expect((await raw.expectClose()).code).toBe(4409);
    await until(() => fixture.world.listeners === 0, { what: 'the stream is closed' });
  });

  it('closes with 4429 on a second hello', async () => {
    const raw = await ready();
    raw.send({ type: 'connection_init' });
    expect((await raw.expectClose()).code).toBe(4429);
  });

  it('closes with 1009 on a message that is too large', async () => {
    const raw = await ready();
    raw.send({ type: 'ping', payload: { text: 'x'.repeat(5_000) } });
    expect((await raw.expectClose()).code).toBe(1009);
  });

  it('does not speak other protocols', async () => {
    await expect(openRaw(fixture.websocketUrl, { protocol: 'graphql-ws' })).rejects.toThrow(/subprotocol/i);
    await until(() => fixture.gateway.activity().sockets === 0, { what: 'the socket is closed' });
  });

  it('is not served at other paths', async () => {
    await expect(openRaw(`${fixture.websocketUrl}/elsewhere`)).rejects.toThrow('404');
  });

  it('answers pings, before and after the acknowledgement', async () => {
    const raw = await openRaw(fixture.websocketUrl);
    raw.send({ type: 'ping', payload: { at: 1 } });
    expect(await raw.expect('pong')).toEqual({ type: 'pong', payload: { at: 1 } });
    raw.send({ type: 'pong' });
    raw.send({ type: 'connection_init' });
    await raw.expect('connection_ack');
    raw.socket.close();
  });

  it('takes the token from the hello or from the upgrade request', async () => {
    for (const raw of [await ready({ authorization: 'Bearer EC.7' }), await ready({}, { headers: { authorization: 'Bearer EC.7' } })]) {
      raw.send({ type: 'subscribe', id: '1', payload: { query: '{ whoAmI }' } });
      expect(await raw.expect('next')).toEqual({ type: 'next', id: '1', payload: { data: { whoAmI: 'EC 7' } } });
      expect(await raw.expect('complete')).toEqual({ type: 'complete', id: '1' });
      raw.socket.close();
    }
  });

  it('sends errors of the document as an error message, and keeps the socket', async () => {
    const raw = await ready();
    raw.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { nothing }' } });
    expect(await raw.expect('error')).toMatchObject({ id: '1', payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
    raw.send({ type: 'subscribe', id: '1', payload: { query: '{ anonymous }' } });
    await raw.expect('complete');
    expect(raw.closed()).toBeUndefined();
    raw.socket.close();
  });

  it('ends a stream on complete and takes its id again', async () => {
    const raw = await ready();
    for (const round of [1, 2]) {
      raw.send({ type: 'subscribe', id: '1', payload: EVENTS });
      await until(() => fixture.world.listeners === 1, { what: 'the stream is open' });
      fixture.world.state({ cursor: '1', token: '1' });
      await until(() => raw.received.filter(({ type }) => type === 'next').length === round, { what: 'the event arrives' });
      raw.send({ type: 'complete', id: '1' });
      await until(() => fixture.world.listeners === 0, { what: 'the stream is closed' });
    }
    expect(raw.received.some(({ type }) => type === 'complete')).toBe(false);
    raw.socket.close();
  });

  it('runs only so many operations on one socket', async () => {
    const raw = await ready();
    for (const id of ['1', '2', '3']) raw.send({ type: 'subscribe', id, payload: EVENTS });
    expect(await raw.expect('error')).toMatchObject({ id: '3', payload: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 2 } }] });
    raw.socket.close();
    await until(() => fixture.world.listeners === 0, { what: 'the streams are closed' });
  });

  it('closes with 4403 when the token ends, and ends the streams', async () => {
    const raw = await ready({ authorization: 'Bearer EC.7~expires=60000' });
    const other = await ready({ authorization: 'Bearer EC.8~expires=120000' });
    raw.send({ type: 'subscribe', id: '1', payload: EVENTS });
    await until(() => fixture.world.listeners === 1, { what: 'the stream is open' });
    await fixture.clock.advance(59_999);
    expect(raw.closed()).toBeUndefined();
    await fixture.clock.advance(1);
    expect(await raw.expectClose()).toEqual({ code: 4403, reason: 'The access token has expired' });
    await until(() => fixture.world.listeners === 0, { what: 'the stream is closed' });
    expect(other.closed()).toBeUndefined();
    other.socket.close();
    await other.expectClose();
    await until(() => fixture.clock.pending() === 0, { what: 'nothing waits for the end of a closed socket' });
  });
});

describe('connections', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture('in-process', { limits: { keepAliveMs: 400, maxSockets: 3, maxSocketsPerCaller: 1 } });
  });
  afterEach(() => fixture.close());

  it('are pinged, and closed when they do not answer', async () => {
    const silent = await openReady(fixture.websocketUrl, {}, { autoPong: false });
    const alive = await openReady(fixture.websocketUrl);
    expect((await silent.expectClose()).code).toBe(1006);
    await until(() => alive.pings() >= 2, { what: 'several pings came' });
    expect(alive.closed()).toBeUndefined();
  });

  it('are limited for one caller and for all', async () => {
    const payload = { authorization: 'Bearer EC.7' };
    await openReady(fixture.websocketUrl, payload);
    const second = await openRaw(fixture.websocketUrl);
    second.send({ type: 'connection_init', payload });
    expect(await second.expectClose()).toEqual({ code: 1013, reason: 'More than 1 connections' });
    await openReady(fixture.websocketUrl);
    await openReady(fixture.websocketUrl);
    await expect(openRaw(fixture.websocketUrl)).rejects.toThrow('503');
  });
});

describe('a gateway that stops', () => {
  it('says so, and does not wait for who does not answer', async () => {
    const fixture = await startFixture('in-process');
    const polite = await openReady(fixture.websocketUrl);
    const silent = await openReady(fixture.websocketUrl);
    silent.socket.pause();
    await fixture.gateway.stop();
    expect(await polite.expectClose()).toEqual({ code: 1001, reason: 'The gateway stops' });
    expect(fixture.gateway.activity().sockets).toBe(0);
    silent.socket.terminate();
    await fixture.close();
  });
});

describe('a client that does not read', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture('in-process', { limits: { subscriberQueue: 10 } });
  });
  afterAll(() => fixture.close());

  it('is dropped when its queue is full; the others lose nothing', async () => {
    const query = 'subscription { paymentEvents { cursor } }';
    const stuck = await openReady(fixture.websocketUrl);
    stuck.send({ type: 'subscribe', id: '1', payload: { query } });
    await until(() => fixture.world.listeners === 1, { what: 'the stream is open' });
    stuck.socket.pause();
    const reading = await openReady(fixture.websocketUrl);
    reading.send({ type: 'subscribe', id: '1', payload: { query } });
    await until(() => fixture.gateway.activity().subscribers === 2, { what: 'both subscribed' });
    // More than the buffers of the operating system hold.
    const cursor = 'c'.repeat(500_000);
    let stated = 0;
    await until(
      async () => {
        fixture.world.state({ cursor, token: '1' });
        stated += 1;
        await until(() => reading.received.length === stated + 1, { what: `event ${stated} arrived` });
        return fixture.gateway.activity().subscribers === 1;
      },
      { what: 'the one who does not read is dropped' },
    );
    stuck.socket.resume();
    expect(await stuck.expect('error')).toMatchObject({ payload: [{ extensions: { code: 'SLOW_CONSUMER', limit: 10 } }] });
    expect(stuck.received.filter(({ type }) => type === 'next').length).toBeLessThan(stated);
    for (const { socket } of [stuck, reading]) socket.close();
    await until(() => fixture.world.listeners === 0, { what: 'the stream is closed' });
  });
});
