import { Fault, InvariantError } from '../faults/index.ts';
import type { FaultCode } from '../faults/index.ts';
import { mayBeSoap, parseContentType } from './content-type.ts';
import { buildEnvelope, parseEnvelope, refuseMandatoryHeaders, SOAP_CONTENT_TYPE, soapFault } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { SoapClientError } from './errors.ts';
import { sentenceOf } from './message.ts';
import type { Operation } from './message.ts';
import type { XmlLimits } from './parse.ts';
import type { XmlElement } from './xml.ts';

/** An operation with the code that answers it: see {@link soapOperation}. */
export interface SoapOperation {
  readonly namespace: string;
  /** Local name of the request's element. */
  readonly element: string;
  readonly answer: (request: XmlElement) => Promise<XmlElement>;
}

/** A request as it came over HTTP. */
export interface SoapRequest {
  readonly body: Uint8Array | string;
  readonly contentType: string | undefined;
  /**
   * The operations served, by their names in the WSDL. A request is told by the element in its Body;
   * its SOAPAction is not looked at (WS-I Basic Profile 1.1, R1109: a receiver must not rely on it).
   */
  readonly operations: Readonly<Record<string, SoapOperation>>;
  readonly limits?: Partial<XmlLimits>;
  /** Told of every failure of ours, before it is masked. */
  readonly onUnexpected: (error: unknown) => void;
  /** What the caller can quote when it asks about a failure of ours; stands in the masked fault. */
  readonly reference?: string;
}

/** What goes back over HTTP. */
export interface SoapReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * Joins an operation of a contract with the code behind it.
 * A readable request that breaks the schema, and a {@link Fault} thrown by `handle`, become the answer that `refuse`
 * makes of the fault: outcome KO.
 * @param definition.syntaxFault the code for a request that breaks the schema: that of the node unless a creditor answers.
 * @param definition.refuse gets the request only when it could be read.
 */
export function soapOperation<Request, Response>(definition: {
  readonly operation: Operation<Request, Response>;
  readonly handle: (request: Request) => Promise<Response>;
  readonly refuse: (fault: Fault, request?: Request) => Response;
  readonly syntaxFault?: FaultCode;
}): SoapOperation {
  const { operation, handle, refuse, syntaxFault = 'PPT_SINTASSI_EXTRAXSD' } = definition;
  return {
    namespace: operation.request.namespace,
    element: operation.request.element,
    async answer(element) {
      const reading = operation.request.read(element);
      if (!reading.ok) {
        return operation.response.write(refuse(new Fault(syntaxFault, { description: sentenceOf(reading.issues) })));
      }
      try {
        return operation.response.write(await handle(reading.value));
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return operation.response.write(refuse(error, reading.value));
      }
    },
  };
}

/**
 * Answers one SOAP request, whatever it holds: never rejects.
 * 200 with a message of ours, KO included; a SOAP Fault with 500 (Client: unreadable or unknown; Server: our failure,
 * masked), 413 when the request is too large, 415 when it is not XML by its own word.
 */
export async function handleSoap(request: SoapRequest): Promise<SoapReply> {
  let read: { readonly operation: SoapOperation; readonly message: XmlElement };
  try {
    read = readRequest(request);
  } catch (error) {
    return error instanceof SoapClientError ? reply(error.httpStatus, soapFault(error.faultCode, error.message)) : failed(request, error);
  }
  try {
    return reply(200, buildEnvelope(await read.operation.answer(read.message)));
  } catch (error) {
    return failed(request, error);
  }
}

function failed(request: SoapRequest, error: unknown): SoapReply {
  request.onUnexpected(error);
  const reference = request.reference === undefined ? '' : ` (reference ${request.reference})`;
  return reply(500, soapFault('Server', `internal error${reference}`));
}

function readRequest(request: SoapRequest): { operation: SoapOperation; message: XmlElement } {
  const contentType = parseContentType(request.contentType);
  if (!mayBeSoap(contentType)) throw new SoapClientError('the Content-Type is not text/xml', { httpStatus: 415 });
  const envelope = parseEnvelope(request.body, request.limits, contentType?.charset);
  refuseMandatoryHeaders(envelope);
  return { operation: operationFor(envelope, request.operations), message: envelope.element };
}

function operationFor(envelope: Envelope, operations: Readonly<Record<string, SoapOperation>>): SoapOperation {
  const served = Object.values(operations);
  if (served.length === 0) throw new InvariantError('a SOAP service without operations');
  const found = served.find(({ element, namespace }) => element === envelope.operation && namespace === envelope.namespace);
  if (found !== undefined) return found;
  const known = served.map(({ element }) => element).join(', ');
  throw new SoapClientError(
    `the element in the Body is no known request: expected one of ${known}, in the namespace ${served[0]?.namespace}`,
  );
}

function reply(status: number, body: string): SoapReply {
  return { status, contentType: SOAP_CONTENT_TYPE, body };
}
