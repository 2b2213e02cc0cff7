import { mayBeSoap, parseContentType, soapAction } from './content-type.ts';
import { buildEnvelope, parseEnvelope, readFault, SOAP_CONTENT_TYPE } from './envelope.ts';
import { SoapClientError } from './errors.ts';
import { structureOf } from './evidence.ts';
import type { CallFailure, FailureKind } from './evidence.ts';
import { httpExchange } from './http-exchange.ts';
import type { ExchangeOptions, HttpAnswer, HttpExchange } from './http-exchange.ts';
import { KnownAnswers } from './known-answers.ts';
import { sentenceOf } from './message.ts';
import type { Message, Operation } from './message.ts';
import type { XmlElement } from './xml.ts';

/** Where a call goes and how long it may take. */
export interface StationTarget {
  /** The station's endpoint: an absolute http or https URL. */
  readonly endpoint: string;
  /** Platform milliseconds for the whole call (7,000 for verification and activation, 15,000 for receipts, in production). */
  readonly deadlineMs: number;
  /** Headers to send beside those of SOAP, `traceparent` for instance. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call with a message already built. */
export interface StationCall extends StationTarget {
  /** The operation's name: the SOAPAction. */
  readonly action: string;
  /** The message, without its envelope. */
  readonly request: XmlElement;
}

/** A valid answer. A business KO is one: see `outcome` in the message. */
export interface StationAnswer<Answer> {
  readonly kind: 'ANSWER';
  readonly message: Answer;
  /** Platform milliseconds from the call to the last byte of its answer. */
  readonly elapsedMs: number;
}

/** Calls towards creditors' stations. Whatever the station does is an answer or a failure with its evidence, never an exception. */
export interface StationConnector extends AsyncDisposable {
  /** Calls an operation of a contract; an answer that breaks the contract is MALFORMED. @throws LimitError, TypeError (the endpoint) */
  callOperation<Request, Response>(
    target: StationTarget,
    operation: Operation<Request, Response>,
    request: Request,
  ): Promise<StationAnswer<Response> | CallFailure>;
  /** Calls with a message as it is and takes whatever element comes back. @throws LimitError, TypeError (the endpoint) */
  call(call: StationCall): Promise<StationAnswer<XmlElement> | CallFailure>;
  /** The connections underneath, for calls that are not SOAP. */
  readonly http: HttpExchange;
}

/** Makes a {@link StationConnector}; dispose it to close its connections. */
export function stationConnector(options: ExchangeOptions): StationConnector {
  const http = httpExchange(options);
  const known = new KnownAnswers();

  async function call(target: StationCall): Promise<StationAnswer<XmlElement> | CallFailure> {
    const answer = await send(http, target);
    return answer.kind === 'ANSWER' ? readAnswer(answer, known) : answer;
  }

  return {
    http,
    call,
    async callOperation(target, operation, request) {
      const message = operation.request.write(request);
      const answer = await send(http, { ...target, action: operation.name, request: message });
      if (answer.kind !== 'ANSWER') return answer;
      const read = readAnswer(answer, known);
      return read.kind === 'ANSWER' ? readMessage(read, operation.response, answer) : read;
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

function send(http: HttpExchange, call: StationCall): Promise<HttpAnswer | CallFailure> {
  return http.exchange({
    url: call.endpoint,
    method: 'POST',
    headers: { ...call.headers, 'content-type': SOAP_CONTENT_TYPE, accept: 'text/xml', soapaction: soapAction(call.action) },
    body: buildEnvelope(call.request),
    deadlineMs: call.deadlineMs,
  });
}

/**
 * Judges a complete HTTP answer: 503 and SOAP Faults mean that the service is not active; any other status than success,
 * and whatever is not an envelope with a message, is no valid answer.
 * Source: design, "Creditor faults" of the wire primitives.
 */
function readAnswer(answer: HttpAnswer, known: KnownAnswers): StationAnswer<XmlElement> | CallFailure {
  if (answer.status === 503) return failure('SERVICE_NOT_ACTIVE', answer, 'HTTP status 503');
  const success = answer.status >= 200 && answer.status < 300;
  const refused = (detail: string): CallFailure =>
    success ? failure('MALFORMED', answer, detail) : failure('HTTP_ERROR', answer, `HTTP status ${answer.status}`);
  const encoding = header(answer, 'content-encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return refused('the answer is compressed, which was not asked for');
  const contentType = parseContentType(header(answer, 'content-type'));
  if (!mayBeSoap(contentType)) return refused('the answer is not of type text/xml');
  try {
    const charset = contentType?.charset;
    const envelope = known.envelopeOf(answer.body, charset, () =>
      parseEnvelope(answer.body, { maxBytes: Math.max(1, answer.body.length) }, charset),
    );
    const fault = readFault(envelope);
    if (fault !== undefined) return failure('SERVICE_NOT_ACTIVE', answer, `a SOAP Fault (${faultCodeIn(fault.code)})`);
    return success ? { kind: 'ANSWER', message: envelope.element, elapsedMs: answer.elapsedMs } : refused('');
  } catch (error) {
    if (error instanceof SoapClientError) return refused(error.message);
    throw error;
  }
}

function readMessage<Response>(
  answer: StationAnswer<XmlElement>,
  response: Message<Response>,
  http: HttpAnswer,
): StationAnswer<Response> | CallFailure {
  const reading = response.read(answer.message);
  if (reading.ok) return { kind: 'ANSWER', message: reading.value, elapsedMs: answer.elapsedMs };
  return failure('MALFORMED', http, `the answer breaks its schema: ${sentenceOf(reading.issues)}`);
}

function failure(kind: FailureKind, answer: HttpAnswer, detail: string): CallFailure {
  const { elapsedMs, attempts, status: httpStatus } = answer;
  const contentType = parseContentType(header(answer, 'content-type'))?.mediaType.slice(0, 80);
  const excerpt = structureOf(answer.body);
  return { kind, evidence: { phase: 'ANSWER', detail, elapsedMs, attempts, httpStatus, contentType, excerpt } };
}

/** The fault code, if it is one of SOAP's own words; anything else may hold anything. */
function faultCodeIn(code: string): string {
  return /^(VersionMismatch|MustUnderstand|Client|Server)$/.test(code) ? code : 'other code';
}

function header(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
