/** `/nodo/nodo-per-psp/v1`: how PSPs send whole flows over SOAP. Contract: wsdl/xsd/nodoPerPsp.xsd. */
import type { Readable } from 'node:stream';
import { Fault } from '@nodo-aperto/kernel/faults';
import {
  buildEnvelope,
  mayBeSoap,
  parseContentType,
  sentenceOf,
  SOAP_CONTENT_TYPE,
  SOAP_NAMESPACE,
  SoapClientError,
  soapFault,
  type XmlElement,
} from '@nodo-aperto/kernel/soap';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkLegacyEnvelope, type LegacyEnvelope, receiveLegacyFlow } from '../../services/receive-legacy-flow.ts';
import type { Writing } from '../../services/writing.ts';
import type { EdgeServices } from '../edge-services.ts';
import { beanOf } from './faults.ts';
import { FLOW_ELEMENT, nodoInviaFlussoRendicontazione, type SendFlowRequest } from './messages.ts';
import { DocumentReader, requestOf } from './read-document.ts';
import { TextStream } from './text-stream.ts';
import { soFar, XmlStream } from './xml-stream.ts';

const PATH = '/nodo/nodo-per-psp/v1';
/** Some hundred thousand payments; larger flows take the REST interface. */
const LARGEST_MESSAGE = 64 * 1024 * 1024;
/** An envelope has a dozen elements beside the flow. */
const ENVELOPE_LIMITS = { maxElements: 100, maxDepth: 16 };
/** Messages read at a time: each may fill some hundred megabytes at worst. */
const AT_ONCE = 4;
const RETRY_AFTER_SECONDS = 5;
const TOO_LARGE = 413;

const { request: requestMessage, response: responseMessage } = nodoInviaFlussoRendicontazione;

function envelopeOf(request: SendFlowRequest): LegacyEnvelope {
  return {
    pspCode: request.identificativoPSP,
    brokerCode: request.identificativoIntermediarioPSP,
    channelCode: request.identificativoCanale,
    password: request.password,
    creditorFiscalCode: request.identificativoDominio,
    name: request.identificativoFlusso,
    flowDate: request.dataOraFlusso,
  };
}

/** @throws Fault PPT_SINTASSI_EXTRAXSD, SoapClientError for another message */
function readRequest(element: XmlElement): LegacyEnvelope {
  if (element.name !== requestMessage.element || element.namespace !== requestMessage.namespace) {
    throw new SoapClientError(
      `the element in the Body is no known request: expected ${requestMessage.element} of ${requestMessage.namespace}`,
    );
  }
  const reading = requestMessage.read(element);
  if (!reading.ok) throw new Fault('PPT_SINTASSI_EXTRAXSD', { description: sentenceOf(reading.issues) });
  return envelopeOf(reading.value);
}

/** The one element in the Body of a whole envelope. @throws SoapClientError */
function messageIn(root: XmlElement): XmlElement {
  const body = root.children.find(({ name, namespace }) => name === 'Body' && namespace === SOAP_NAMESPACE);
  if (root.name !== 'Envelope' || root.namespace !== SOAP_NAMESPACE || !body) {
    throw new SoapClientError(`the document is no SOAP envelope: expected the elements Envelope and Body of ${SOAP_NAMESPACE}`);
  }
  const [element, second] = body.children;
  if (!element || second) throw new SoapClientError('the SOAP Body does not hold one element');
  return element;
}

/**
 * Reads a message as it arrives. Who sends it is checked before the flow in it is read; what is wrong is told when all of it has come, since many
 * clients do not listen before they have sent everything.
 * @throws Fault, SoapClientError
 */
async function readMessage(writing: Writing, chunks: Readable, charset: string | undefined): Promise<SentFlow> {
  const text = new TextStream(charset);
  const document = new DocumentReader();
  const envelope = new XmlStream({ ...ENVELOPE_LIMITS, divert: { ...FLOW_ELEMENT, to: (base64) => document.write(base64) } });
  let [size, checked] = [0, false];
  const take = async (chunk: Buffer): Promise<void> => {
    envelope.write(text.write(chunk));
    const [, , message, last] = envelope.open;
    if (checked || !message || last?.name !== FLOW_ELEMENT.name) return;
    await checkLegacyEnvelope(writing, readRequest(soFar(message, FLOW_ELEMENT)));
    checked = true;
  };
  let refused: { error: unknown } | undefined;
  for await (const chunk of chunks.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_MESSAGE) {
      throw new SoapClientError(`the message is larger than the ${LARGEST_MESSAGE} bytes allowed`, { httpStatus: 413 });
    }
    if (!refused) await take(chunk).catch((error: unknown) => (refused = { error }));
  }
  if (refused) throw refused.error;
  envelope.write(text.end());
  const request = readRequest(messageIn(envelope.close().root));
  if (!checked) await checkLegacyEnvelope(writing, request);
  return { request, document };
}

interface SentFlow {
  request: LegacyEnvelope;
  document: DocumentReader;
}

async function receive(writing: Writing, chunks: Readable, charset: string | undefined): Promise<void> {
  const { request, document } = await readMessage(writing, chunks, charset);
  const read = document.close();
  const [psp, creditor] = await Promise.all([
    writing.directory.psp(request.pspCode),
    writing.directory.creditorInstitution(request.creditorFiscalCode),
  ]);
  const sender = { ...request, pspName: (psp?.name ?? '').padEnd(3, '.').slice(0, 70) };
  const receiver = { creditorFiscalCode: request.creditorFiscalCode, name: creditor?.name ?? request.creditorFiscalCode };
  await receiveLegacyFlow(writing, request, { request: requestOf(read, sender, receiver), lines: read.lines });
}

function refusal(fault: Fault): string {
  return buildEnvelope(responseMessage.write({ fault: beanOf(fault), esito: 'KO' }));
}

export function legacyPspEdge({ writing, log }: EdgeServices): Edge {
  let running = 0;
  const answer = async (request: FastifyRequest): Promise<{ status: number; body: string }> => {
    const contentType = parseContentType(request.headers['content-type']);
    try {
      if (!mayBeSoap(contentType)) throw new SoapClientError('the Content-Type is not text/xml', { httpStatus: 415 });
      await receive(writing, request.body as Readable, contentType?.charset);
      return { status: 200, body: buildEnvelope(responseMessage.write({ esito: 'OK' })) };
    } catch (error) {
      if (error instanceof Fault) return { status: 200, body: refusal(error) };
      if (error instanceof SoapClientError) return { status: error.httpStatus, body: soapFault(error.faultCode, error.message) };
      if (request.raw.destroyed) {
        log.info({ reference: request.id }, 'a flow broke off while it was sent');
        return { status: 400, body: soapFault('Client', 'the message broke off') };
      }
      log.error({ err: error, reference: request.id }, 'a flow could not be received');
      return { status: 500, body: soapFault('Server', `internal error (reference ${request.id})`) };
    }
  };
  return {
    name: 'nodo-per-psp',
    async register(app) {
      await app.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        // The body is read as it arrives.
        scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
        scope.post(PATH, async (request, reply): Promise<FastifyReply> => {
          if (running >= AT_ONCE) {
            const fault = new Fault('PPT_SUPERAMENTOSOGLIA', {
              description: 'Too many flows are being received: send it again in a moment.',
            });
            reply.header('retry-after', RETRY_AFTER_SECONDS);
            return reply.code(200).type(SOAP_CONTENT_TYPE).send(refusal(fault));
          }
          running += 1;
          try {
            const { status, body } = await answer(request);
            // What is left of too large a message is not waited for.
            if (status === TOO_LARGE) reply.header('connection', 'close');
            return await reply.code(status).type(SOAP_CONTENT_TYPE).send(body);
          } finally {
            running -= 1;
          }
        });
      });
    },
  };
}
