import type { IncomingMessage, ServerResponse } from 'node:http';
import { LimitError, UnavailableError } from '@nodo-aperto/kernel/faults';
import { paVerifyPaymentNotice } from '@nodo-aperto/kernel/pa-for-node';
import { buildEnvelope, handleSoap, soapOperation, xmlElement } from '@nodo-aperto/kernel/soap';
import { until } from '@nodo-aperto/kernel/testing';
import { describe, expect, it } from 'vitest';
import { connector, good, goodEnvelope, reply, request, server, verify, xml } from './soap-connector-fixture.ts';
import { httpServer, rawServer } from './soap-servers.ts';
import type { TestServer } from './soap-servers.ts';

describe('a call that is answered', () => {
  it('carries the message as SOAP 1.1 asks, and brings the typed answer back', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const operation = soapOperation({
      operation: paVerifyPaymentNotice,
      handle: async (given) => (given.idPA === request.idPA ? good : { outcome: 'KO' }),
      refuse: () => ({ outcome: 'KO' }),
    });
    const station = await server(
      httpServer(async (incoming, response) => {
        seen.push({ ...incoming.headers, path: incoming.url });
        const chunks: Buffer[] = [];
        for await (const chunk of incoming) chunks.push(chunk as Buffer);
        const contentType = incoming.headers['content-type'];
        const operations = { paVerifyPaymentNotice: operation };
        const { status, body, ...answer } = await handleSoap({
          body: Buffer.concat(chunks),
          contentType,
          operations,
          onUnexpected: () => undefined,
        });
        response.writeHead(status, { 'content-type': answer.contentType }).end(body);
      }),
    );
    const result = await verify(station.url);
    expect(result).toMatchObject({ kind: 'ANSWER', message: good, elapsedMs: expect.any(Number) });
    expect(seen).toEqual([
      expect.objectContaining({
        path: '/pa-for-node?x=1',
        'content-type': 'text/xml; charset=utf-8',
        soapaction: '"paVerifyPaymentNotice"',
        accept: 'text/xml',
        'accept-encoding': 'identity',
      }),
    ]);
  });

  it('is an answer also when the creditor says KO, in chunks, without a Content-Type', async () => {
    const ko = { outcome: 'KO', fault: { faultCode: 'PAA_PAGAMENTO_SCONOSCIUTO', faultString: 'x', id: '77777777777' } } as const;
    const station = await server(
      httpServer((_request, response) => {
        const text = buildEnvelope(paVerifyPaymentNotice.response.write(ko));
        response.write(text.slice(0, 50));
        response.end(text.slice(50));
      }),
    );
    expect(await verify(station.url)).toMatchObject({ kind: 'ANSWER', message: ko });
  });

  it('can be any element, when no contract is given', async () => {
    const station = await server(httpServer(reply(200, xml, buildEnvelope(xmlElement('pong', 'x')))));
    const result = await connector().call({ endpoint: station.url, action: 'ping', request: xmlElement('ping', ''), deadlineMs: 5000 });
    expect(result).toMatchObject({ kind: 'ANSWER', message: { name: 'pong', text: 'x' } });
  });

  it('keeps its connections for the next ones', async () => {
    const station = await server(httpServer(reply(200, xml, goodEnvelope)));
    const one = connector();
    for (let round = 0; round < 20; round += 1) {
      expect(await one.callOperation({ endpoint: station.url, deadlineMs: 5000 }, paVerifyPaymentNotice, request)).toMatchObject({
        kind: 'ANSWER',
      });
    }
    // A connection is free again a moment after its answer: one after the other, calls take turns on two.
    expect(station.connections()).toBeLessThanOrEqual(2);
  });

  it('goes again, once, when it met a kept connection that the station was closing', async () => {
    const answer = `HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: ${Buffer.byteLength(goodEnvelope)}\r\n\r\n${goodEnvelope}`;
    let broken = 0;
    const station = await server(
      rawServer((socket, number) => {
        if (number === 1) return void socket.write(answer);
        broken += 1;
        socket.resetAndDestroy();
      }),
    );
    const one = connector();
    for (let round = 0; round < 10; round += 1) {
      const result = await one.callOperation({ endpoint: station.url, deadlineMs: 5000 }, paVerifyPaymentNotice, request);
      expect(result).toMatchObject({ kind: 'ANSWER', message: good });
    }
    expect(broken).toBeGreaterThan(0);
  });
});

describe('bounds', () => {
  it('holds no more connections to a station than allowed, and answers every call', async () => {
    const station = await server(httpServer(reply(200, xml, goodEnvelope)));
    const one = connector({ connectionsPerOrigin: 3 });
    const calls = Array.from({ length: 60 }, () =>
      one.callOperation({ endpoint: station.url, deadlineMs: 5000 }, paVerifyPaymentNotice, request),
    );
    for (const result of await Promise.all(calls)) expect(result.kind).toBe('ANSWER');
    expect(station.most()).toBe(3);
  });

  it('refuses calls beyond those that may be under way to one station', async () => {
    const station = await server(httpServer(() => undefined));
    const one = connector({ connectionsPerOrigin: 1, callsPerOrigin: 2 });
    const call = () => one.callOperation({ endpoint: station.url, deadlineMs: 300 }, paVerifyPaymentNotice, request);
    const results = await Promise.allSettled([call(), call(), call()]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(results[2]).toMatchObject({ reason: expect.any(LimitError) });
    await until(() => one.http.stats().calls === 0, { what: 'no call is under way' });
    expect((await call()).kind).toBe('TIMEOUT');
  });

  it('keeps the connections of so many stations only: the one used longest ago gives way', async () => {
    const stations = await Promise.all([1, 2, 3].map(() => server(httpServer(reply(200, xml, goodEnvelope)))));
    const [first, second, third] = stations as [TestServer, TestServer, TestServer];
    const one = connector({ origins: 2 });
    for (const station of [first, second, first, third]) {
      await one.callOperation({ endpoint: station.url, deadlineMs: 5000 }, paVerifyPaymentNotice, request);
    }
    await until(() => second.sockets.size === 0, { what: 'the connection of the second is closed' });
    expect([first.sockets.size, third.sockets.size]).toEqual([1, 1]);
    expect(one.http.stats()).toEqual({ origins: 2, calls: 0 });
  });

  it('lets a call of a station that gives way finish', async () => {
    const pending: ServerResponse[] = [];
    const slow = await server(httpServer((_request, response) => void pending.push(response)));
    const quick = await server(httpServer(reply(200, xml, goodEnvelope)));
    const one = connector({ origins: 1 });
    const target = { deadlineMs: 5000 };
    const waiting = one.callOperation({ ...target, endpoint: slow.url }, paVerifyPaymentNotice, request);
    await until(() => pending.length === 1, { what: 'the first call has arrived' });
    expect(await one.callOperation({ ...target, endpoint: quick.url }, paVerifyPaymentNotice, request)).toMatchObject({ kind: 'ANSWER' });
    pending[0]?.writeHead(200, xml).end(goodEnvelope);
    expect(await waiting).toMatchObject({ kind: 'ANSWER' });
  });

  it('ends the calls under way when it is disposed: no evidence against the station', async () => {
    const station = await server(httpServer(() => undefined));
    const one = connector();
    const call = one.callOperation({ endpoint: station.url, deadlineMs: 5000 }, paVerifyPaymentNotice, request);
    const outcome = expect(call).rejects.toThrow(UnavailableError);
    await until(() => station.sockets.size === 1, { what: 'the call is under way' });
    await one[Symbol.asyncDispose]();
    await outcome;
    await expect(one.callOperation({ endpoint: station.url, deadlineMs: 5000 }, paVerifyPaymentNotice, request)).rejects.toThrow(
      UnavailableError,
    );
    await until(() => station.sockets.size === 0, { what: 'the connection is closed' });
  });
});
