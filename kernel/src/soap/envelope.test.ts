import { describe, expect, it } from 'vitest';
import { buildEnvelope, parseEnvelope, readFault, refuseMandatoryHeaders, SOAP_NAMESPACE, soapFault } from './envelope.ts';
import { SoapClientError } from './errors.ts';
import { xmlElement } from './xml.ts';

const envelope = (content: string, namespace = SOAP_NAMESPACE): string => `<e:Envelope xmlns:e="${namespace}">${content}</e:Envelope>`;
const body = (content: string): string => envelope(`<e:Body>${content}</e:Body>`);

describe('envelopes', () => {
  it('are read to the one element of their Body, whatever the prefixes and the white space', () => {
    const read = parseEnvelope(
      `<?xml version="1.0"?>\n<Envelope xmlns="${SOAP_NAMESPACE}">\n <Header/>\n <Body>\n  <n:verifyReq xmlns:n="urn:n"><id xmlns="">007</id></n:verifyReq>\n </Body>\n</Envelope>\n`,
    );
    expect(read).toMatchObject({ operation: 'verifyReq', namespace: 'urn:n', headers: [] });
    expect(read.body).toEqual({ id: '007' });
    expect(read.element.children[0]).toMatchObject({ namespace: '', name: 'id', text: '007' });
  });

  it('are built as they are read', () => {
    const message = xmlElement('m', [xmlElement('a', '<1>'), xmlElement('a', '2')], { namespace: 'urn:n', prefix: 'n' });
    const text = buildEnvelope(message);
    expect(text).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="${SOAP_NAMESPACE}" xmlns:n="urn:n"><soapenv:Body>` +
        '<n:m><a>&lt;1&gt;</a><a>2</a></n:m></soapenv:Body></soapenv:Envelope>',
    );
    expect(parseEnvelope(text).body).toEqual({ a: ['<1>', '2'] });
  });

  it.each([
    ['no envelope', '<m/>', /no SOAP envelope/],
    ['an Envelope of no namespace', '<Envelope><Body><m/></Body></Envelope>', /no SOAP envelope/],
    ['no Body', envelope('<e:Header/>'), /no Body/],
    ['a Body of another namespace', envelope('<Body><m/></Body>'), /no Body/],
    ['an empty Body', body(''), /empty/],
    ['several elements in the Body', body('<m/><n/>'), /several/],
  ])('are refused: %s', (_what, text, sentence) => {
    expect(() => parseEnvelope(text)).toThrow(sentence);
    expect(() => parseEnvelope(text)).toThrow(SoapClientError);
  });

  it('of SOAP 1.2 are a version mismatch', () => {
    const text = envelope('<e:Body><m/></e:Body>', 'http://www.w3.org/2003/05/soap-envelope');
    expect(() => parseEnvelope(text)).toThrow(expect.objectContaining({ faultCode: 'VersionMismatch' }));
  });

  it('with a header that must be understood are refused, unless it is for somebody else', () => {
    const header = (attributes: string) => parseEnvelope(envelope(`<e:Header><h ${attributes}/></e:Header><e:Body><m/></e:Body>`));
    const mustUnderstand = expect.objectContaining({ faultCode: 'MustUnderstand' });
    expect(() => refuseMandatoryHeaders(header('e:mustUnderstand="1"'))).toThrow(mustUnderstand);
    expect(() => refuseMandatoryHeaders(header('e:mustUnderstand="1" e:actor="http://schemas.xmlsoap.org/soap/actor/next"'))).toThrow(
      mustUnderstand,
    );
    for (const harmless of ['', 'e:mustUnderstand="0"', 'mustUnderstand="1"', 'e:mustUnderstand="1" e:actor="urn:somebody"']) {
      expect(() => refuseMandatoryHeaders(header(harmless))).not.toThrow();
    }
  });
});

describe('SOAP Faults', () => {
  it('say who is at fault and why', () => {
    const read = parseEnvelope(soapFault('Client', 'an "&" is <wrong>'));
    expect(read).toMatchObject({ operation: 'Fault', namespace: SOAP_NAMESPACE });
    expect(read.body).toEqual({ faultcode: 'soapenv:Client', faultstring: 'an "&" is <wrong>' });
    expect(readFault(read)).toEqual({ code: 'Client', message: 'an "&" is <wrong>' });
  });

  it('are told from messages', () => {
    expect(readFault(parseEnvelope(body('<Fault/>')))).toBeUndefined();
    expect(readFault(parseEnvelope(body('<e:Fault/>')))).toEqual({ code: '', message: '' });
  });
});
