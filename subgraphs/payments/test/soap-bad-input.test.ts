/** What a hostile or broken client sends to the SOAP edge: the field's fault or a SOAP Fault, at once, and nothing else happens. */
import { request as httpRequest } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { activatePaymentNoticeV2, sendPaymentOutcome, verifyPaymentNotice } from '@nodo-aperto/kernel/node-for-psp';
import { euroCents } from '@nodo-aperto/kernel/money';
import { buildEnvelope } from '@nodo-aperto/kernel/soap';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDITOR, OTHER_CHANNEL, OTHER_PSP } from './support/parties.ts';
import { CALLER, type SoapPsp, startSoapPsp } from './support/soap-psp.ts';
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts';

let subgraph: TestSubgraph;
let psp: SoapPsp;
beforeAll(async () => {
  subgraph = await startSubgraph();
  psp = await startSoapPsp(subgraph);
});
afterAll(async () => {
  await psp[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
});

const NODE = 'http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd';
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const caller = `<idPSP>${CALLER.idPSP}</idPSP><idBrokerPSP>${CALLER.idBrokerPSP}</idBrokerPSP><idChannel>${CALLER.idChannel}</idChannel><password>${CALLER.password}</password>`;
const qrCode = `<qrCode><fiscalCode>${CREDITOR}</fiscalCode><noticeNumber>302000000000000177</noticeNumber></qrCode>`;
const verification = `${caller}${qrCode}`;
const enveloped = (body: string, soap = SOAP): string =>
  `<soapenv:Envelope xmlns:soapenv="${soap}" xmlns:n="${NODE}"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
const verify = (inside: string): string => enveloped(`<n:verifyPaymentNoticeReq>${inside}</n:verifyPaymentNoticeReq>`);
const activate = (amount: string, more = ''): string =>
  enveloped(`<n:activatePaymentNoticeReq>${caller}${qrCode}${more}<amount>${amount}</amount></n:activatePaymentNoticeReq>`);
const bomb = (levels: number): string =>
  `<!DOCTYPE a [<!ENTITY e0 "x">${Array.from({ length: levels }, (_, at) => `<!ENTITY e${at + 1} "&e${at};&e${at};&e${at};">`).join('')}]>`;

const AT_ONCE_MS = 1_500;

describe('a message that cannot be read is a SOAP Fault', () => {
  it.each<[string, string | Uint8Array, number, Record<string, string>?]>([
    ['nothing', '', 500],
    ['no XML', 'hello', 500],
    ['JSON', '{"a":1}', 500],
    ['not closed', '<soapenv:Envelope xmlns:soapenv="', 500],
    ['tags that cross', verify('<a><b></a></b>'), 500],
    ['several roots', `${verify(verification)}<x/>`, 500],
    ['not UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0xfe, 0x3c, 0x2f, 0x61, 0x3e]), 500],
    ['a character that XML does not allow', verify('\u0000'), 500],
    ['a DOCTYPE', `<!DOCTYPE a>${verify(verification)}`, 500],
    ['entities that grow', `${bomb(30)}${verify('&e30;')}`, 500],
    ['an entity from a file', `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${verify('&x;')}`, 500],
    ['an undefined entity', verify('&nbsp;'), 500],
    ['a processing instruction', `<?php echo 1 ?>${verify(verification)}`, 500],
    ['no envelope', '<a/>', 500],
    ['SOAP 1.2', enveloped('<x/>', 'http://www.w3.org/2003/05/soap-envelope'), 500],
    ['an envelope of another namespace', enveloped('<x/>', 'urn:other'), 500],
    ['an empty Body', enveloped(''), 500],
    ['two messages in one Body', enveloped('<n:verifyPaymentNoticeReq/><n:verifyPaymentNoticeReq/>'), 500],
    ['a request in another namespace', enveloped(`<verifyPaymentNoticeReq>${verification}</verifyPaymentNoticeReq>`), 500],
    ['a request that nobody knows', enveloped('<n:payEverythingReq/>'), 500],
    [
      'a message of the creditors’ contract',
      enveloped('<p:paVerifyPaymentNoticeReq xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"/>'),
      500,
    ],
    ['too deep', verify(`${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`), 500],
    ['too many elements', verify('<a/>'.repeat(20_000)), 500],
    ['too large', verify('x'.repeat(600_000)), 413],
    ['JSON by its own word', '{}', 415, { 'content-type': 'application/json' }],
    ['a form by its own word', 'a=1', 415, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['SOAP 1.2 by its own word', verify(verification), 415, { 'content-type': 'application/soap+xml' }],
    ['a character set that nobody supports', verify(verification), 500, { 'content-type': 'text/xml; charset=utf-7' }],
  ])('%s', async (_name, body, status, headers) => {
    const clock = realClock();
    const started = clock.monotonic();
    const reply = await psp.post(body, headers);
    expect(reply).toMatchObject({ status, contentType: 'text/xml; charset=utf-8' });
    expect(reply.text).toMatch(/<faultcode>soapenv:(Client|VersionMismatch)<\/faultcode><faultstring>[^<]+<\/faultstring>/);
    expect(reply.text).not.toMatch(/ at .*\.ts|Error:|root:/);
    expect(clock.monotonic() - started).toBeLessThan(AT_ONCE_MS);
  });
});

describe('a readable message that breaks its schema is PPT_SINTASSI_EXTRAXSD', () => {
  it.each([
    ['nothing in it', verify('')],
    ['a missing field', verify(qrCode)],
    ['a field twice', verify(`${caller}${qrCode}${qrCode}`)],
    ['fields in another order', verify(`${qrCode}${caller}`)],
    ['a field that nobody knows', verify(`${verification}<more>1</more>`)],
    ['a field in the message’s namespace', verify(verification.replaceAll('idPSP', 'n:idPSP'))],
    ['an attribute', verify(verification.replace('<qrCode>', '<qrCode a="1">'))],
    ['a fiscal code too short', verify(verification.replace(CREDITOR, '6666666666'))],
    ['a notice number with a letter', verify(verification.replace('302', '3O2'))],
    ['a password too short', verify(verification.replace(CALLER.password, 'short'))],
    ['a code too long', verify(verification.replace(`<idPSP>${CALLER.idPSP}`, `<idPSP>${'9'.repeat(36)}`))],
    ['markup in a field', verify(verification.replace(CREDITOR, '<b/>'))],
    ['amount 0', activate('0.00')],
    ['amount above the limit', activate('1000000000.00')],
    ['amount without decimals', activate('12')],
    ['amount with three decimals', activate('12.345')],
    ['a negative amount', activate('-1.00')],
    ['an amount in words', activate('ten')],
    ['an amount with an exponent', activate('1e2')],
    ['expirationTime above thirty minutes', activate('1.00', '<expirationTime>1800001</expirationTime>')],
    ['expirationTime below one', activate('1.00', '<expirationTime>0</expirationTime>')],
    ['a wrong idempotency key', activate('1.00').replace('<qrCode>', '<idempotencyKey>x</idempotencyKey><qrCode>')],
    [
      'no token at all',
      enveloped(
        `<n:sendPaymentOutcomeV2Request>${caller}<paymentTokens></paymentTokens><outcome>OK</outcome></n:sendPaymentOutcomeV2Request>`,
      ),
    ],
    [
      'six tokens',
      enveloped(
        `<n:sendPaymentOutcomeV2Request>${caller}<paymentTokens>${'<paymentToken>t</paymentToken>'.repeat(6)}</paymentTokens><outcome>OK</outcome></n:sendPaymentOutcomeV2Request>`,
      ),
    ],
    [
      'another outcome',
      enveloped(`<n:sendPaymentOutcomeReq>${caller}<paymentToken>t</paymentToken><outcome>MAYBE</outcome></n:sendPaymentOutcomeReq>`),
    ],
    [
      'a service code too long',
      enveloped(
        `<n:demandPaymentNoticeRequest>${caller}<idSoggettoServizio>123456</idSoggettoServizio><datiSpecificiServizio>YQ==</datiSpecificiServizio></n:demandPaymentNoticeRequest>`,
      ),
    ],
    [
      'data that are not base64',
      enveloped(
        `<n:demandPaymentNoticeRequest>${caller}<idSoggettoServizio>12345</idSoggettoServizio><datiSpecificiServizio>?</datiSpecificiServizio></n:demandPaymentNoticeRequest>`,
      ),
    ],
  ])('%s', async (_name, body) => {
    const before = subgraph.creditor.calls.length;
    const reply = await psp.post(body);
    expect(reply).toMatchObject({ status: 200, contentType: 'text/xml; charset=utf-8' });
    expect(reply.text).toContain('<outcome>KO</outcome>');
    expect(reply.text).toContain('<faultCode>PPT_SINTASSI_EXTRAXSD</faultCode>');
    expect(reply.text).toMatch(/<id>NodoDeiPagamentiSPC<\/id><description>[^<]*expected [^<]+<\/description>/);
    expect(subgraph.creditor.calls).toHaveLength(before);
  });
});

it('names and values of the sender do not come back as markup', async () => {
  const reply = await psp.post(verify(verification.replace(`<idPSP>${CALLER.idPSP}`, '<idPSP>&lt;script&gt;&amp;')));
  expect(reply.text).toContain('PPT_PSP_SCONOSCIUTO');
  expect(reply.text).not.toContain('<script>');
});

it('reads what other stacks send: other prefixes, a default namespace, ISO-8859-1, comments, no Content-Type', async () => {
  const body = `<?xml version="1.0" encoding="ISO-8859-1"?><!-- c --><S:Envelope xmlns:S="${SOAP}"><S:Header/><S:Body>
    <verifyPaymentNoticeReq xmlns="${NODE}"><idPSP xmlns="">${CALLER.idPSP}</idPSP><idBrokerPSP xmlns="">${CALLER.idBrokerPSP}</idBrokerPSP>
    <idChannel xmlns="">${CALLER.idChannel}</idChannel><password xmlns=""><![CDATA[${CALLER.password}]]></password>
    <qrCode xmlns=""><fiscalCode>${CREDITOR}</fiscalCode><noticeNumber>302000000000000177</noticeNumber></qrCode></verifyPaymentNoticeReq></S:Body></S:Envelope>`;
  for (const headers of [{ 'content-type': 'text/xml; charset=ISO-8859-1' }, { 'content-type': 'application/xml' }, {}]) {
    const reply = await psp.post(Buffer.from(body, 'latin1'), headers as Record<string, string>);
    expect(reply.text).toContain('<outcome>OK</outcome>');
  }
});

it('tokens that are unknown or somebody else’s are unknown', async () => {
  const noticeNumber = subgraph.newNotice();
  const opened = await psp.call(activatePaymentNoticeV2, {
    ...CALLER,
    qrCode: { fiscalCode: CREDITOR, noticeNumber },
    amount: euroCents(12_345),
  });
  expect(opened.outcome).toBe('OK');
  const foreign = { idPSP: OTHER_PSP, idBrokerPSP: OTHER_PSP, idChannel: OTHER_CHANNEL, password: CALLER.password };
  for (const request of [
    { ...CALLER, paymentToken: 'f'.repeat(32) },
    { ...foreign, paymentToken: opened.paymentToken ?? '' },
  ]) {
    const answer = await psp.call(sendPaymentOutcome, { ...request, outcome: 'KO' });
    expect(answer).toMatchObject({ outcome: 'KO', fault: { faultCode: 'PPT_TOKEN_SCONOSCIUTO' } });
  }
  expect(await psp.call(sendPaymentOutcome, { ...CALLER, paymentToken: opened.paymentToken ?? '', outcome: 'KO' })).toEqual({
    outcome: 'OK',
  });
});

it('a client that goes away in the middle of a message harms nobody', async () => {
  const { hostname, port, pathname } = new URL(psp.url);
  for (let round = 0; round < 20; round += 1) {
    await new Promise<void>((resolve) => {
      const request = httpRequest({ hostname, port, path: pathname, method: 'POST', headers: { 'content-length': '1000' } });
      request.on('error', () => resolve());
      request.write('<soapenv:Envelope', () => request.destroy());
      request.on('close', () => resolve());
    });
  }
  const answer = await psp.call(verifyPaymentNotice, { ...CALLER, qrCode: { fiscalCode: CREDITOR, noticeNumber: subgraph.newNotice() } });
  expect(answer.outcome).toBe('OK');
});

it('a flood of hostile messages leaves memory flat and the edge answering', async () => {
  const hostile = [
    verify('x'.repeat(500_000)),
    verify('<a/>'.repeat(30_000)),
    `${bomb(50)}${verify('&e50;')}`,
    verify('<a>'.repeat(20_000)),
    verify(Array.from({ length: 4_000 }, (_, at) => `<a${at} b="${at}"/>`).join('')),
  ];
  const flood = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) await Promise.all(hostile.map((body) => psp.post(body)));
  };
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const memory = (): number => {
    collect();
    return process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  };
  await flood(10);
  const before = memory();
  await flood(40);
  // Some 35 MB went through.
  expect(memory() - before).toBeLessThan(8 * 1024 * 1024);
  const message = buildEnvelope(
    verifyPaymentNotice.request.write({ ...CALLER, qrCode: { fiscalCode: CREDITOR, noticeNumber: subgraph.newNotice() } }),
  );
  expect((await psp.post(message)).text).toContain('<outcome>OK</outcome>');
});
