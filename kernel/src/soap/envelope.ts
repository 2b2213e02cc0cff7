import { SoapClientError } from './errors.ts';
import type { SoapFaultCode } from './errors.ts';
import { parseXml } from './parse.ts';
import type { XmlLimits } from './parse.ts';
import { writeDocument } from './write.ts';
import { childOf, textOf, toObject, xmlElement } from './xml.ts';
import type { XmlElement, XmlObject } from './xml.ts';

/** The namespace of SOAP 1.1 envelopes, the only version of the official contracts. */
export const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';
/** The Content-Type of every envelope we send. */
export const SOAP_CONTENT_TYPE = 'text/xml; charset=utf-8';

const soap12Namespace = 'http://www.w3.org/2003/05/soap-envelope';
const nextActor = 'http://schemas.xmlsoap.org/soap/actor/next';

/** One message out of its envelope (document/literal: the Body holds exactly one element). */
export interface Envelope {
  /** Local name of the element in the Body, `verifyPaymentNoticeReq` for instance, or `Fault`. */
  readonly operation: string;
  /** Namespace of that element. */
  readonly namespace: string;
  /** That element, ordered and with its namespaces: what messages are read from. */
  readonly element: XmlElement;
  /** The entries of the Header; empty without one. */
  readonly headers: readonly XmlElement[];
  /** The children of that element as a plain object, made when asked for. */
  readonly body: XmlObject;
}

/**
 * Reads a SOAP 1.1 envelope.
 * @throws SoapClientError when it is not well-formed, over a limit, or not an envelope (VersionMismatch for another version of SOAP).
 */
export function parseEnvelope(body: Uint8Array | string, limits: Partial<XmlLimits> = {}, charset?: string): Envelope {
  const root = parseXml(body, limits, charset);
  if (root.name !== 'Envelope' || root.namespace !== SOAP_NAMESPACE) throw notAnEnvelope(root);
  const content = childOf(root, 'Body', SOAP_NAMESPACE);
  if (content === undefined) throw new SoapClientError('the SOAP envelope has no Body');
  const [element, second] = content.children;
  if (element === undefined) throw new SoapClientError('the SOAP Body is empty: expected one element');
  if (second !== undefined) throw new SoapClientError('the SOAP Body holds several elements: expected one');
  return {
    operation: element.name,
    namespace: element.namespace,
    element,
    headers: childOf(root, 'Header', SOAP_NAMESPACE)?.children ?? [],
    get body() {
      return toObject(element);
    },
  };
}

function notAnEnvelope(root: XmlElement): SoapClientError {
  if (root.name === 'Envelope' && root.namespace === soap12Namespace) {
    return new SoapClientError(`the envelope is of SOAP 1.2: expected SOAP 1.1 (${SOAP_NAMESPACE})`, { faultCode: 'VersionMismatch' });
  }
  return new SoapClientError(`the document is no SOAP envelope: expected the element Envelope of ${SOAP_NAMESPACE}`);
}

/** Puts a message into an envelope, as a whole document. */
export function buildEnvelope(message: XmlElement): string {
  const soap = { namespace: SOAP_NAMESPACE, prefix: 'soapenv' };
  return writeDocument(xmlElement('Envelope', [xmlElement('Body', [message], soap)], soap));
}

/**
 * An envelope with a SOAP Fault (SOAP 1.1, section 4.4): for messages that could not be read, and for our own failure.
 * A business KO is not a fault; it is an ordinary answer with outcome KO.
 */
export function soapFault(code: SoapFaultCode, message: string): string {
  const fault = xmlElement('Fault', [xmlElement('faultcode', `soapenv:${code}`), xmlElement('faultstring', message)], {
    namespace: SOAP_NAMESPACE,
    prefix: 'soapenv',
  });
  return buildEnvelope(fault);
}

/** What a SOAP Fault says, or undefined when the message is none. `code` is without its prefix. */
export function readFault(envelope: Envelope): { code: string; message: string } | undefined {
  if (envelope.operation !== 'Fault' || envelope.namespace !== SOAP_NAMESPACE) return undefined;
  const code = textOf(envelope.element, 'faultcode') ?? '';
  return { code: code.slice(code.indexOf(':') + 1).trim(), message: textOf(envelope.element, 'faultstring') ?? '' };
}

/**
 * Refuses what the sender insists on and we do not understand: a header entry with mustUnderstand="1" that is
 * addressed to us (SOAP 1.1, sections 4.2.2 and 4.2.3). The official contracts define no header.
 * @throws SoapClientError (MustUnderstand)
 */
export function refuseMandatoryHeaders(envelope: Envelope): void {
  for (const header of envelope.headers) {
    const attribute = (name: string): string | undefined =>
      header.attributes.find((one) => one.name === name && one.namespace === SOAP_NAMESPACE)?.value.trim();
    const actor = attribute('actor') ?? '';
    if (attribute('mustUnderstand') === '1' && (actor === '' || actor === nextActor)) {
      throw new SoapClientError('a header entry must be understood, and is not: no header is expected', { faultCode: 'MustUnderstand' });
    }
  }
}
