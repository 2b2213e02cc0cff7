import { describe, expect, it } from 'vitest';
import { Fault, faultBeanOf, InvariantError } from '../faults/index.ts';
import type { FaultCode } from '../faults/index.ts';
import { paVerifyPaymentNotice } from '../pa-for-node/index.ts';
import type { PaVerifyPaymentNoticeRequest, PaVerifyPaymentNoticeResponse } from '../pa-for-node/index.ts';
import { buildEnvelope, parseEnvelope, readFault } from './envelope.ts';
import { SoapClientError } from './errors.ts';
import { handleSoap, soapOperation } from './server.ts';
import type { SoapReply, SoapRequest } from './server.ts';
import { xmlElement } from './xml.ts';

const request: PaVerifyPaymentNoticeRequest = {
  idPA: '77777777777',
  idBrokerPA: '77777777777',
  idStation: '77777777777_01',
  qrCode: { fiscalCode: '77777777777', noticeNumber: '347123456789012389' },
};
const answer: PaVerifyPaymentNoticeResponse = { outcome: 'OK', companyName: 'Comune di Prova' };

function serve(handle: (request: PaVerifyPaymentNoticeRequest) => Promise<PaVerifyPaymentNoticeResponse>, syntaxFault?: FaultCode) {
  const failures: unknown[] = [];
  const operation = soapOperation({
    operation: paVerifyPaymentNotice,
    handle,
    syntaxFault,
    refuse: (fault) => ({ outcome: 'KO' as const, fault: faultBeanOf(fault, { extended: false }) }),
  });
  const call = (given: Partial<SoapRequest>): Promise<SoapReply> =>
    handleSoap({
      body: buildEnvelope(paVerifyPaymentNotice.request.write(request)),
      contentType: 'text/xml; charset=utf-8',
      operations: { paVerifyPaymentNotice: operation },
      onUnexpected: (error) => failures.push(error),
      ...given,
    });
  return { call, failures };
}

function responseIn(reply: SoapReply): PaVerifyPaymentNoticeResponse | undefined {
  const reading = paVerifyPaymentNotice.response.read(parseEnvelope(reply.body).element);
  return reading.ok ? reading.value : undefined;
}

describe('answering SOAP', () => {
  it('hands the request over and the answer back', async () => {
    const seen: PaVerifyPaymentNoticeRequest[] = [];
    const { call } = serve(async (one) => {
      seen.push(one);
      return answer;
    });
    const reply = await call({});
    expect(reply).toMatchObject({ status: 200, contentType: 'text/xml; charset=utf-8' });
    expect(responseIn(reply)).toEqual(answer);
    expect(seen).toEqual([request]);
  });

  it('answers KO to a readable message that breaks the schema, with the code of the side that answers', async () => {
    const wrong = buildEnvelope(
      xmlElement('paVerifyPaymentNoticeReq', [xmlElement('idPA', '')], { namespace: paVerifyPaymentNotice.request.namespace }),
    );
    const { call, failures } = serve(async () => answer);
    const reply = await call({ body: wrong });
    expect(reply.status).toBe(200);
    expect(responseIn(reply)).toMatchObject({
      outcome: 'KO',
      fault: {
        faultCode: 'PPT_SINTASSI_EXTRAXSD',
        id: 'NodoDeiPagamentiSPC',
        description: expect.stringContaining('paVerifyPaymentNoticeReq.idPA: expected 1 to 35'),
      },
    });
    expect(responseIn(await serve(async () => answer, 'PAA_SINTASSI_EXTRAXSD').call({ body: wrong }))?.fault?.faultCode).toBe(
      'PAA_SINTASSI_EXTRAXSD',
    );
    expect(failures).toEqual([]);
  });

  it('answers KO with a fault that is thrown', async () => {
    const { call, failures } = serve(async () => {
      throw new Fault('PAA_PAGAMENTO_SCONOSCIUTO');
    });
    expect(responseIn(await call({}))).toMatchObject({ outcome: 'KO', fault: { faultCode: 'PAA_PAGAMENTO_SCONOSCIUTO' } });
    expect(failures).toEqual([]);
  });

  it.each([
    ['our own failure', async () => Promise.reject(new Error('password=secret'))],
    ['an answer of ours against the schema', async () => ({ outcome: 'OK', companyName: 'x'.repeat(200) }) as const],
    ['XML from elsewhere that could not be read', async () => Promise.reject(new SoapClientError('not yours'))],
  ])('masks %s and tells the log', async (_what, handle) => {
    const { call, failures } = serve(handle);
    const reply = await call({ reference: 'r-1' });
    expect(reply.status).toBe(500);
    expect(readFault(parseEnvelope(reply.body))).toEqual({ code: 'Server', message: 'internal error (reference r-1)' });
    expect(failures).toHaveLength(1);
  });

  it('reports a service without operations as our own bug', async () => {
    const { call, failures } = serve(async () => answer);
    expect((await call({ operations: {} })).status).toBe(500);
    expect(failures[0]).toBeInstanceOf(InvariantError);
  });

  it.each([
    ['unreadable XML', { body: '<soap' }, 500, 'Client', /well-formed/],
    ['a DOCTYPE', { body: '<!DOCTYPE a><a/>' }, 500, 'Client', /DOCTYPE/],
    ['no SOAP', { body: '<a/>' }, 500, 'Client', /envelope/],
    ['an unknown request', { body: buildEnvelope(xmlElement('other', '')) }, 500, 'Client', /expected one of paVerifyPaymentNoticeReq/],
    ['a known name in another namespace', { body: buildEnvelope(xmlElement('paVerifyPaymentNoticeReq', '')) }, 500, 'Client', /namespace/],
    ['an empty body', { body: '' }, 500, 'Client', /no XML element/],
    ['another Content-Type', { contentType: 'application/json' }, 415, 'Client', /text\/xml/],
    ['SOAP 1.2 by its Content-Type', { contentType: 'application/soap+xml; charset=utf-8' }, 415, 'Client', /text\/xml/],
    ['too large a message', { limits: { maxBytes: 100 } }, 413, 'Client', /100 bytes/],
    [
      'another version of SOAP',
      { body: '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>' },
      500,
      'VersionMismatch',
      /1\.1/,
    ],
  ] satisfies [string, Partial<SoapRequest>, number, string, RegExp][])(
    'refuses %s with a SOAP Fault',
    async (_what, given, status, code, message) => {
      const { call, failures } = serve(async () => answer);
      const reply = await call(given);
      expect(reply.status).toBe(status);
      expect(reply.contentType).toBe('text/xml; charset=utf-8');
      const fault = readFault(parseEnvelope(reply.body));
      expect(fault?.code).toBe(code);
      expect(fault?.message).toMatch(message);
      expect(failures).toEqual([]);
    },
  );

  it.each(['text/xml', 'TEXT/XML;charset="UTF-8"', 'application/xml', undefined])('takes the Content-Type %s', async (contentType) => {
    expect((await serve(async () => answer).call({ contentType })).status).toBe(200);
  });
});
