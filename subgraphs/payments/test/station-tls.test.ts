/** Calls to a creditor's station over TLS with an authority and a certificate of the deployment's own; and where such calls may not lead. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authority, clientCertificate, clientKey, serverCertificate, serverKey } from '../../../kernel/test/soap-tls-fixture.ts';
import { activate, verify } from './support/operations.ts';
import { PSP, STATION } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
let subgraph: TestSubgraph;
let server: Server;
let seen = 0;
/** Answers in place of the creditor behind, when set. */
let answer: ((response: ServerResponse) => void) | undefined;

beforeAll(async () => {
  subgraph = await startSubgraph({
    settings: { perRequestFallback: false },
    stationTls: { ca: authority, certificate: clientCertificate, key: clientKey },
  });
  // In front of the usual creditor: whoever shows no certificate of the authority is not let in.
  server = createServer(
    { cert: serverCertificate, key: serverKey, ca: authority, requestCert: true, rejectUnauthorized: true },
    async (request, response) => {
      seen += 1;
      if (answer) return answer(response);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = { 'content-type': 'text/xml', soapaction: String(request.headers['soapaction']) };
      const reply = await fetch(subgraph.creditor.endpoint, { method: 'POST', headers, body: Buffer.concat(chunks) });
      response.writeHead(reply.status, { 'content-type': 'text/xml' }).end(await reply.text());
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await moveStation(subgraph, `https://127.0.0.1:${(server.address() as AddressInfo).port}/pa`);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await subgraph[Symbol.asyncDispose]();
});

async function moveStation(of: TestSubgraph, endpoint: string): Promise<void> {
  const station = await of.services.directory.station(STATION);
  if (!station) throw new Error('there is no station');
  await of.put('station', STATION, { ...station, endpoint });
}

it('a notice is verified and activated over mutual TLS', async () => {
  const noticeNumber = subgraph.newNotice();
  expect((await verify(subgraph, psp, noticeNumber)).outcome).toBe('OK');
  expect((await activate(subgraph, psp, noticeNumber)).outcome).toBe('OK');
  expect(seen).toBe(2);
});

it('a redirect is not followed', async () => {
  answer = (response) => response.writeHead(307, { location: subgraph.creditor.endpoint }).end();
  const before = subgraph.creditor.calls.length;
  expect((await verify(subgraph, psp, subgraph.newNotice())).fault?.code).toBe('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE');
  expect(subgraph.creditor.calls).toHaveLength(before);
  answer = undefined;
});

describe('without the authority, or where private addresses may not be called', () => {
  it.each([
    ['the station is not trusted', {}],
    ['the endpoint leads inside', { allowPrivateEndpoints: false }],
  ])('%s: PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE, and nothing was sent', async (_name, options) => {
    await using other = await startSubgraph({ settings: { perRequestFallback: false }, ...options });
    const { port } = server.address() as AddressInfo;
    const before = seen;
    for (const host of ['127.0.0.1', 'localhost']) {
      await moveStation(other, `https://${host}:${port}/pa`);
      expect((await verify(other, psp, other.newNotice())).fault?.code).toBe('PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE');
    }
    expect(seen).toBe(before);
  });
});
