/** Hostile messages to the wire primitives: XML and REST. */
import { gzipSync } from 'node:zlib';
import { type Attack, ask, type Body, repeat } from './attack.ts';

const SOAP = '/nodo/node-for-psp/v1';
const NAMESPACE = 'http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd';
const envelope = (body: string, { before = '', header = '' } = {}) =>
  `<?xml version="1.0" encoding="UTF-8"?>${before}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">${header}<s:Body>${body}</s:Body></s:Envelope>`;
const verify = (idPSP: string, more = '') =>
  envelope(`<n:verifyPaymentNoticeReq xmlns:n="${NAMESPACE}"><idPSP>${idPSP}</idPSP>${more}</n:verifyPaymentNoticeReq>`);

/** Ends with a SOAP fault, or with outcome KO. */
function xml(
  name: string,
  body: string | Uint8Array,
  says: RegExp,
  headers: Record<string, string> = {},
  codes = [500, 200, 413, 415],
): Attack {
  return {
    name,
    codes,
    says,
    send: ({ baseUrl }) =>
      ask(`${baseUrl}${SOAP}`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
        body: body as Body,
      }),
  };
}

const LAUGHS = `<!DOCTYPE x [<!ENTITY a0 "ha">${repeat(12, (index) => `<!ENTITY a${index + 1} "${`&a${index};`.repeat(10)}">`)}]>`;
const FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>';
const CLIENT = /Client/;

export const XML_MESSAGES: readonly Attack[] = [
  xml('entities that multiply', envelope('<x>&a12;</x>', { before: LAUGHS }), /DOCTYPE/),
  xml('an entity that is a file', envelope('<x>&f;</x>', { before: FILE }), /DOCTYPE/),
  xml(
    'an entity that is an address',
    envelope('<x>&f;</x>', { before: FILE.replace('file:///etc/passwd', 'http://169.254.169.254/') }),
    /DOCTYPE/,
  ),
  xml('parameter entities', envelope('<x/>', { before: '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>' }), /DOCTYPE/),
  xml('an external subset', envelope('<x/>', { before: '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' }), /DOCTYPE/),
  xml('an entity that nobody declared', verify('&lol;'), CLIENT),
  xml(
    'an entity in UTF-16',
    Buffer.from(`\ufeff${envelope('<x>&f;</x>', { before: FILE }).replace('UTF-8', 'UTF-16')}`, 'utf16le'),
    CLIENT,
    {
      'content-type': 'text/xml; charset=utf-16',
    },
  ),
  xml('another character set than it says', Buffer.from([0x3c, 0xff, 0xfe, 0xfd, 0x3e]), CLIENT),
  xml('inclusion of a file', envelope('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'), CLIENT),
  xml('a processing instruction', envelope('<?php system("id") ?><x/>'), CLIENT),
  xml('ten thousand levels', envelope(`${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`), CLIENT),
  xml('thirty thousand elements', envelope('<a/>'.repeat(30_000)), CLIENT),
  xml('twenty thousand attributes', envelope(`<a ${repeat(15_000, (index) => `a${index}="1"`)}/>`), CLIENT),
  xml('twenty thousand namespaces', envelope(`<a ${repeat(9_000, (index) => `xmlns:n${index}="urn:${index}"`)}/>`), CLIENT),
  xml('a name of a hundred thousand letters', envelope(`<${'a'.repeat(100_000)}/>`), CLIENT),
  xml('a text of ten megabytes', verify('6'.repeat(10 * 1024 * 1024)), /./, {}, [413]),
  xml('elements that never close', envelope('<a>'.repeat(3_000)).slice(0, -40), CLIENT),
  xml('a prefix that nobody declared', envelope('<z:verifyPaymentNoticeReq/>'), CLIENT),
  xml('characters that XML does not have', verify('&#0;&#x1F;'), CLIENT),
  xml('markup hidden in CDATA', verify('<![CDATA[<!DOCTYPE x [<!ENTITY a "b">]>]]>'), /PPT_SINTASSI_EXTRAXSD/),
  xml('elements of another order', verify('60000000001', '<password>x</password><idBrokerPSP>x</idBrokerPSP>'), /PPT_SINTASSI_EXTRAXSD/),
  xml(
    'a header that must be understood',
    envelope('<x/>', {
      header: '<s:Header><a:ReplyTo xmlns:a="urn:a" s:mustUnderstand="1">http://169.254.169.254/</a:ReplyTo></s:Header>',
    }),
    /MustUnderstand|Client/,
  ),
  xml('two bodies', envelope('<x/></s:Body><s:Body><x/>'), CLIENT),
  xml('no envelope', '<x/>', CLIENT),
  xml('a deflate bomb', gzipSync(Buffer.alloc(30 * 1024 * 1024, 0x20)), /./, { 'content-encoding': 'gzip' }, [400, 413, 415, 500]),
  xml('JSON', '{"x":1}', /./, { 'content-type': 'application/json' }, [415, 500]),
];

interface RestRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  /** Without a key when false. */
  readonly key?: boolean | string;
}

function rest(name: string, codes: readonly number[], { method = 'POST', path = ACA, headers, body, key = true }: RestRequest): Attack {
  return {
    name,
    codes,
    send: ({ baseUrl, apiKey }) =>
      ask(`${baseUrl}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(key !== false && { 'ocp-apim-subscription-key': key === true ? apiKey : key }),
          ...headers,
        },
        ...(body !== undefined && { body: body as Body }),
      }),
  };
}

const ACA = '/aca/v1/paCreatePosition';
const POSITIONS = '/gpd/debt-positions-service/v1/organizations';

export const REST_MESSAGES: readonly Attack[] = [
  rest('no key', [401], { key: false, body: '{}' }),
  rest('a key that nobody has', [401], { key: 'guess', body: '{}' }),
  rest('a key of ten thousand letters', [401, 431], { key: 'k'.repeat(10_000), body: '{}' }),
  rest('a key with another statement in it', [401], { key: `' or '1'='1`, body: '{}' }),
  rest('an empty position', [400], { body: '{}' }),
  rest('a position that is a list of a hundred thousand', [400, 413], { body: JSON.stringify(Array.from({ length: 100_000 }, () => 1)) }),
  rest('the prototype of a position', [400], { body: '{"__proto__":{"enabled":true}}' }),
  rest('XML where JSON is read', [400, 415], { headers: { 'content-type': 'application/xml' }, body: '<x/>' }),
  rest('half a position', [400], { body: '{"entityType":' }),
  rest('a position of a megabyte', [413], { body: JSON.stringify({ description: 'x'.repeat(1024 * 1024) }) }),
  rest('a deflate bomb for a position', [400, 413, 415], {
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(Buffer.alloc(10 * 1024 * 1024, 0x20)),
  }),
  rest('a path out of its folder', [400, 404], { method: 'GET', path: '/aca/v1/..%2f..%2f..%2fetc%2fpasswd' }),
  rest('a party of ten thousand letters', [400, 403, 404, 414, 431], {
    method: 'GET',
    path: `${POSITIONS}/${'7'.repeat(10_000)}/debtpositions`,
  }),
  rest('another party’s positions', [401, 403], { method: 'GET', path: `${POSITIONS}/66666666666/debtpositions` }),
  rest('a statement in the place of a party', [400, 401, 403, 404], {
    method: 'GET',
    path: `${POSITIONS}/${encodeURIComponent("x' or 1=1 --")}/debtpositions`,
  }),
  rest('a page of a thousand million', [400], { method: 'GET', path: `${POSITIONS}/77777777777/debtpositions?limit=1000000000&page=0` }),
  rest('a verb that is none of its', [400, 404, 405], { method: 'DELETE' }),
];
