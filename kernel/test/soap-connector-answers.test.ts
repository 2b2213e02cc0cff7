import { gzipSync } from 'node:zlib';
import { creditorFaultOf, soapFault, writeXml, xmlElement } from '@nodo-aperto/kernel/soap';
import { until } from '@nodo-aperto/kernel/testing';
import { describe, expect, it } from 'vitest';
import { failed, goodEnvelope, reply, server, verify, xml } from './soap-connector-fixture.ts';
import { httpServer, rawServer } from './soap-servers.ts';

describe('a station whose service is not active', () => {
  it.each([
    ['503', 503, { 'content-type': 'text/html' }, '<html>maintenance</html>'],
    ['503 with a message of ours', 503, xml, goodEnvelope],
    ['a SOAP Fault with 500', 500, xml, soapFault('Server', 'Mario Rossi')],
    ['a SOAP Fault with 200', 200, xml, soapFault('Client', 'x')],
  ])('answers %s', async (_what, status, headers, body) => {
    const station = await server(httpServer(reply(status, headers as Record<string, string>, body)));
    const result = failed(await verify(station.url));
    expect(result).toMatchObject({ kind: 'SERVICE_NOT_ACTIVE', evidence: { httpStatus: status } });
    expect(creditorFaultOf[result.kind]).toBe('PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO');
  });
});

describe('a station whose answer is not valid', () => {
  it.each([
    ['500 with a web page', 500, { 'content-type': 'text/html' }, '<html>no</html>', 'HTTP_ERROR', 'HTTP status 500'],
    ['404', 404, {}, '', 'HTTP_ERROR', 'HTTP status 404'],
    ['500 with a message of ours', 500, xml, goodEnvelope, 'HTTP_ERROR', 'HTTP status 500'],
    ['200 with a web page', 200, { 'content-type': 'text/html' }, '<html>hello</html>', 'MALFORMED', 'not of type text/xml'],
    ['200 with JSON', 200, { 'content-type': 'application/json' }, '{}', 'MALFORMED', 'not of type text/xml'],
    ['an empty body', 200, xml, '', 'MALFORMED', 'no XML element'],
    ['204', 204, {}, '', 'MALFORMED', 'no XML element'],
    ['a document cut short', 200, xml, goodEnvelope.slice(0, -20), 'MALFORMED', 'not well-formed'],
    ['XML without SOAP', 200, xml, '<a/>', 'MALFORMED', 'no SOAP envelope'],
    ['a DOCTYPE', 200, xml, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'MALFORMED', 'DOCTYPE'],
    [
      'the answer of another operation',
      200,
      xml,
      goodEnvelope.replaceAll('paVerifyPaymentNoticeRes', 'paSendRTRes'),
      'MALFORMED',
      'paVerifyPaymentNoticeRes',
    ],
    ['an answer against the schema', 200, xml, goodEnvelope.replace('>OK<', '>RSSMRA80A01H501U<'), 'MALFORMED', 'one of OK, KO'],
    ['a compressed answer', 200, { ...xml, 'content-encoding': 'gzip' }, gzipSync(goodEnvelope), 'MALFORMED', 'compressed'],
  ] as const)('%s', async (_what, status, headers, body, kind, detail) => {
    const station = await server(httpServer(reply(status, headers as Record<string, string>, body)));
    const result = failed(await verify(station.url));
    expect(result).toMatchObject({ kind, evidence: { phase: 'ANSWER', httpStatus: status, detail: expect.stringContaining(detail) } });
    expect(creditorFaultOf[result.kind]).toBe('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE');
    expect(JSON.stringify(result)).not.toMatch(/RSSMRA|Rossi/);
  });

  it('redirects: nobody follows', async () => {
    let followed = 0;
    const other = await server(httpServer(() => void (followed += 1)));
    for (const status of [301, 302, 307, 308]) {
      const station = await server(httpServer(reply(status, { location: other.url }, '')));
      expect(await verify(station.url)).toMatchObject({ kind: 'HTTP_ERROR', evidence: { httpStatus: status } });
    }
    expect(followed).toBe(0);
  });

  it.each([
    ['says that it is too large', { ...xml, 'content-length': '5000000' }],
    ['is too large without saying so', xml],
  ])('%s: it is not read to its end', async (_what, headers) => {
    let sent = 0;
    const station = await server(
      httpServer((_request, response) => {
        response.writeHead(200, headers as Record<string, string>);
        const more = (): void => {
          while (sent < 5_000_000 && response.write('x'.repeat(10_000))) sent += 10_000;
        };
        response.on('drain', more);
        more();
      }),
    );
    const result = failed(await verify(station.url, { maxBytes: 50_000 }));
    expect(result).toMatchObject({ kind: 'MALFORMED', evidence: { detail: expect.stringContaining('50000 bytes'), httpStatus: 200 } });
    await until(() => station.sockets.size === 0, { what: 'the connection is closed' });
    expect(sent).toBeLessThan(5_000_000);
  });

  it('a bomb of gzip stays packed', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 0x20));
    const station = await server(httpServer(reply(200, { ...xml, 'content-encoding': 'gzip' }, bomb)));
    const before = process.memoryUsage().arrayBuffers;
    expect(await verify(station.url)).toMatchObject({ kind: 'MALFORMED', evidence: { detail: expect.stringContaining('compressed') } });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
  });

  it('a billion laughs are refused within milliseconds', async () => {
    const entities = Array.from({ length: 30 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
    const station = await server(httpServer(reply(200, xml, `<!DOCTYPE a [<!ENTITY l0 "lol">${entities}]><a>&l30;</a>`)));
    const result = failed(await verify(station.url));
    expect(result).toMatchObject({ kind: 'MALFORMED', evidence: { detail: expect.stringContaining('DOCTYPE') } });
    expect(result.evidence.elapsedMs).toBeLessThan(500);
  });

  it('is no HTTP at all', async () => {
    const station = await server(rawServer((socket) => socket.end('220 mail.example.org ESMTP\r\n')));
    expect(await verify(station.url)).toMatchObject({ kind: 'MALFORMED', evidence: { detail: expect.stringContaining('HTTP') } });
  });

  it('shows its structure in the evidence, and nothing of what it says', async () => {
    const body = writeXml(xmlElement('html', [xmlElement('body', [xmlElement('p', 'RSSMRA80A01H501U has paid')])]));
    const station = await server(httpServer(reply(200, xml, body)));
    expect(failed(await verify(station.url)).evidence).toMatchObject({
      excerpt: '<html><body><p>…</p></body></html>',
      contentType: 'text/xml',
    });
  });
});
