import type { ServerResponse } from 'node:http';
import { paVerifyPaymentNotice } from '@nodo-aperto/kernel/pa-for-node';
import { creditorFaultOf } from '@nodo-aperto/kernel/soap';
import { freePort, until } from '@nodo-aperto/kernel/testing';
import { acceleratedClock, adjustableClock } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { clock, connector, failed, goodEnvelope, reply, request, server, verify, xml } from './soap-connector-fixture.ts';
import { httpServer, httpsServer, rawServer } from './soap-servers.ts';
import { authority, clientCertificate, clientKey, serverCertificate, serverKey } from './soap-tls-fixture.ts';

describe('a station that cannot be reached', () => {
  it('refuses the connection', async () => {
    const result = failed(await verify(`http://127.0.0.1:${await freePort()}/x`));
    expect(result).toMatchObject({
      kind: 'REFUSED',
      evidence: { phase: 'CONNECT', attempts: 1, detail: expect.stringContaining('ECONNREFUSED') },
    });
    expect(creditorFaultOf[result.kind]).toBe('PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE');
  });

  it('has a name that does not exist', async () => {
    expect(await verify('http://station.invalid/x')).toMatchObject({ kind: 'REFUSED', evidence: { phase: 'CONNECT' } });
  });

  it('resets every connection: told after one attempt, since the connection was new', async () => {
    const station = await server(rawServer((socket) => socket.resetAndDestroy()));
    expect(await verify(station.url)).toMatchObject({ kind: 'RESET', evidence: { phase: 'WAIT', attempts: 1 } });
    expect(station.connections()).toBe(1);
  });

  it('closes every connection without an answer', async () => {
    const station = await server(rawServer((socket) => socket.end()));
    expect(await verify(station.url)).toMatchObject({ kind: 'RESET', evidence: { phase: 'WAIT' } });
  });

  it.each([
    ['announces more than it sends, and resets', 'content-length: 5000', 'reset'],
    ['announces more than it sends, and closes', 'content-length: 5000', 'end'],
    ['announces more than it sends, and closes as it said', 'content-length: 5000\r\nconnection: close', 'end'],
    ['breaks off between chunks', 'transfer-encoding: chunked', 'end'],
  ])('%s', async (_what, header, how) => {
    const head = `HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n${header}\r\n\r\n5\r\n<soap`;
    const station = await server(
      rawServer((socket) => {
        socket.write(head, () => (how === 'reset' ? socket.resetAndDestroy() : socket.end()));
      }),
    );
    const result = failed(await verify(station.url));
    expect(result).toMatchObject({ kind: 'RESET' });
    expect(creditorFaultOf[result.kind]).toBe('PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE');
  });

  it('is on a private address, where that is not allowed: nothing is sent', async () => {
    const station = await server(httpServer(reply(200, xml, goodEnvelope)));
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
      const result = await verify(`http://${host}:${station.port}/x`, { allowPrivateEndpoints: false });
      expect(result).toMatchObject({ kind: 'REFUSED', evidence: { detail: expect.stringContaining('private address'), attempts: 0 } });
    }
    expect(station.connections()).toBe(0);
  });

  it.each(['nowhere', 'ftp://127.0.0.1/x', 'http://user:secret@127.0.0.1/x', ''])(
    'has no usable URL (%j): our own mistake',
    async (url) => {
      await expect(verify(url)).rejects.toThrow(TypeError);
      await expect(verify(url)).rejects.not.toThrow(/secret/);
    },
  );
});

describe('a station that is too slow', () => {
  it.each([
    ['says nothing', () => undefined, 'WAIT'],
    ['sends half a head', (response: ServerResponse) => response.socket?.write('HTTP/1.1 200 OK\r\ncontent-'), 'WAIT'],
    ['sends half a body', (response: ServerResponse) => response.writeHead(200, xml).write(goodEnvelope.slice(0, 99)), 'BODY'],
  ])('%s: the call ends at its deadline, and so does the request', async (_what, answer, phase) => {
    const station = await server(httpServer((_request, response) => void answer(response)));
    const result = failed(await verify(station.url, {}, 300));
    expect(result).toMatchObject({ kind: 'TIMEOUT', evidence: { phase, detail: 'no complete answer within 300 ms' } });
    expect(result.evidence.elapsedMs).toBeGreaterThanOrEqual(295);
    expect(result.evidence.elapsedMs).toBeLessThan(2000);
    await until(() => station.sockets.size === 0, { what: 'the connection is closed' });
    expect(creditorFaultOf[result.kind]).toBe('PPT_STAZIONE_INT_PA_TIMEOUT');
  });

  it('sends one byte after the other, each in good time: the deadline is for the whole', async () => {
    const station = await server(
      httpServer((_request, response) => {
        response.writeHead(200, xml);
        const drip = clock.every(
          20,
          () => void response.write('<'),
          () => undefined,
        );
        response.on('close', () => drip[Symbol.dispose]());
      }),
    );
    expect(await verify(station.url, {}, 400)).toMatchObject({ kind: 'TIMEOUT', evidence: { phase: 'BODY', httpStatus: 200 } });
  });

  it('lets calls wait for a connection: they end in time too, and are never sent', async () => {
    let requests = 0;
    const station = await server(httpServer(() => void (requests += 1)));
    const one = connector({ connectionsPerOrigin: 1 });
    const results = await Promise.all(
      Array.from({ length: 3 }, () => one.callOperation({ endpoint: station.url, deadlineMs: 300 }, paVerifyPaymentNotice, request)),
    );
    expect(results.map((result) => failed(result).evidence.phase)).toEqual(['WAIT', 'CONNECT', 'CONNECT']);
    expect(results.map(({ kind }) => kind)).toEqual(['TIMEOUT', 'TIMEOUT', 'TIMEOUT']);
    await until(() => one.http.stats().calls === 0, { what: 'no call is under way' });
    expect(requests).toBe(1);
  });

  it('is given platform time: with a clock ten times as fast, a tenth', async () => {
    const station = await server(httpServer(() => undefined));
    const started = clock.monotonic();
    const result = failed(await verify(station.url, { clock: acceleratedClock({ start: 0, factor: 10 }) }, 5000));
    expect(clock.monotonic() - started).toBeLessThan(3000);
    expect(result.kind).toBe('TIMEOUT');
    expect(result.evidence.elapsedMs).toBeGreaterThanOrEqual(4950);
  });

  it('is not condemned by a test clock that is moved ahead', async () => {
    const testClock = adjustableClock();
    const station = await server(
      httpServer((_request, response) => {
        testClock.advance(3_600_000);
        response.writeHead(200, xml).end(goodEnvelope);
      }),
    );
    expect(await verify(station.url, { clock: testClock })).toMatchObject({ kind: 'ANSWER' });
  });
});

describe('TLS', () => {
  const serverTls = { cert: serverCertificate, key: serverKey };

  it('is not agreed with a server that nobody vouches for', async () => {
    const station = await server(httpsServer(serverTls, reply(200, xml, goodEnvelope)));
    expect(await verify(station.url)).toMatchObject({
      kind: 'REFUSED',
      evidence: { phase: 'CONNECT', detail: expect.stringContaining('TLS') },
    });
  });

  it('is agreed with a server of a trusted authority', async () => {
    const station = await server(httpsServer(serverTls, reply(200, xml, goodEnvelope)));
    expect(await verify(station.url, { tls: { ca: authority } })).toMatchObject({ kind: 'ANSWER' });
  });

  it('shows the certificate of the client where the server asks for one', async () => {
    const station = await server(
      httpsServer({ ...serverTls, ca: authority, requestCert: true, rejectUnauthorized: true }, reply(200, xml, goodEnvelope)),
    );
    // With TLS 1.3 the server refuses after the handshake: it may look like either.
    const without = failed(await verify(station.url, { tls: { ca: authority } }));
    expect(creditorFaultOf[without.kind]).toBe('PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE');
    const tls = { ca: [authority], certificate: clientCertificate, key: clientKey };
    expect(await verify(station.url, { tls })).toMatchObject({ kind: 'ANSWER' });
  });

  it('is not spoken by the server', async () => {
    const station = await server(httpServer(reply(200, xml, goodEnvelope)));
    expect(await verify(station.url.replace('http:', 'https:'))).toMatchObject({ kind: 'REFUSED', evidence: { phase: 'CONNECT' } });
  });
});
