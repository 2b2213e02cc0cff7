/**
 * The official primitives of PSPs over SOAP. Contract: wsdl/nodeForPsp.wsdl. Authentication is in the messages: broker, channel and password.
 * What cannot be read is a SOAP Fault; a readable message that breaks its schema, and every refusal, is an answer with outcome KO.
 */
import { currentTrace, runWithTrace } from '@nodo-aperto/kernel/events';
import { type Fault, faultBeanOf } from '@nodo-aperto/kernel/faults';
import { countCall, TooManyCallsError, traceparentOf } from '@nodo-aperto/kernel/http';
import type { Logger } from '@nodo-aperto/kernel/logging';
import {
  activatePaymentNotice as activateContract,
  activatePaymentNoticeV2 as activateV2Contract,
  demandPaymentNotice as demandContract,
  sendPaymentOutcome as outcomeContract,
  sendPaymentOutcomeV2 as outcomeV2Contract,
  verifyPaymentNotice as verifyContract,
} from '@nodo-aperto/kernel/node-for-psp';
import {
  defaultXmlLimits,
  type EmptyResponse,
  handleSoap,
  type Operation,
  SOAP_CONTENT_TYPE,
  soapFault,
  type SoapOperation,
  soapOperation,
} from '@nodo-aperto/kernel/soap';
import type { Edge } from '@nodo-aperto/kernel/subgraph';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallerFields } from '../domain/request-syntax.ts';
import { activatePaymentNotice } from '../services/activate-payment-notice.ts';
import { demandPaymentNotice } from '../services/demand-payment-notice.ts';
import type { Answer, PaymentsDependencies } from '../services/dependencies.ts';
import { sendPaymentOutcome } from '../services/send-payment-outcome.ts';
import { toldFault } from '../services/told-fault.ts';
import { verifyPaymentNotice } from '../services/verify-payment-notice.ts';
import {
  activationMessage,
  activationV2Message,
  demandMessage,
  outcomeDetails,
  refusalMessage,
  verificationMessage,
} from './psp-messages.ts';

/** The path of the official service. */
export const NODE_FOR_PSP_PATH = '/nodo/node-for-psp/v1';

/** An outcome with 25 revenue stamps may be larger than the largest message of any other kind. */
const LARGEST_MESSAGE = 2 * defaultXmlLimits.maxBytes;

export function nodeForPspEdge(dependencies: PaymentsDependencies): Edge {
  return {
    name: 'node-for-psp',
    async register(app) {
      // In a scope of its own: neither its reading of bodies nor its faults are those of other routes.
      await app.register(async (scope) => serve(scope, dependencies));
    },
  };
}

function serve(scope: FastifyInstance, dependencies: PaymentsDependencies): void {
  const { log } = dependencies;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  scope.setErrorHandler((error: FastifyError, request, reply) => refuseUnread(error, request, reply, log));
  scope.post(NODE_FOR_PSP_PATH, { bodyLimit: LARGEST_MESSAGE }, async (request, reply) => {
    // Nobody can use up the rate of a PSP by naming it: it is counted by address until the password is looked at.
    let refused: TooManyCallsError | undefined;
    const count = (pspCode: string): void => {
      try {
        countCall(request, `PSP ${pspCode} at ${request.ip}`);
      } catch (error) {
        if (error instanceof TooManyCallsError) refused = error;
        throw error;
      }
    };
    reply.header('x-request-id', request.id);
    const answer = await runWithTrace(currentTrace() ?? traceparentOf(request), () =>
      handleSoap({
        body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
        contentType: request.headers['content-type'],
        operations: operations(dependencies, request.id, count),
        limits: { maxBytes: LARGEST_MESSAGE },
        reference: request.id,
        onUnexpected: (error) => {
          if (error !== refused) log.error({ err: error, reference: request.id }, 'a message of a PSP could not be answered');
        },
      }),
    );
    if (refused) return reply.code(429).type(SOAP_CONTENT_TYPE).send(soapFault('Client', refused.message));
    return reply.code(answer.status).type(answer.contentType).send(answer.body);
  });
}

/** What the server itself refuses: a body that is too large, or does not arrive. */
function refuseUnread(error: FastifyError, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const status = error.statusCode ?? 500;
  reply.type(SOAP_CONTENT_TYPE);
  if (status === 413) return reply.code(413).send(soapFault('Client', `the document is larger than the ${LARGEST_MESSAGE} bytes allowed`));
  if (error instanceof TooManyCallsError) return reply.code(429).send(soapFault('Client', error.message));
  if (status < 500) return reply.code(status).send(soapFault('Client', 'the request could not be read'));
  log.error({ err: error, reference: request.id }, 'a message of a PSP could not be answered');
  return reply.code(status).send(soapFault('Server', `internal error (reference ${request.id})`));
}

/**
 * @param reference what a PSP can quote when it asks about a failure of ours
 * @param count counts a request of a PSP, and throws when there are too many
 */
function operations(
  dependencies: PaymentsDependencies,
  reference: string,
  count: (pspCode: string) => void,
): Record<string, SoapOperation> {
  /** An operation of the contract over a use case. */
  function join<Request extends CallerFields, Response extends EmptyResponse, Data extends object>(
    operation: Operation<Request, Response>,
    ask: (request: Request) => Promise<Answer<Data>>,
    message: (answer: Data) => Response,
  ): SoapOperation {
    return soapOperation<Request, Response>({
      operation,
      async handle(request) {
        count(request.idPSP);
        const answer = await ask(request).catch((error: unknown) => systemError(error));
        if (answer.outcome === 'OK') return message(answer);
        return refusalMessage(await toldFault(dependencies, request, answer.fault)) as Response;
      },
      refuse: (fault: Fault) => ({ outcome: 'KO', fault: faultBeanOf(fault, { extended: false }) }) as Response,
    });
  }

  /** Our own failure: the PSP gets the field's code for it and a reference, the log the rest. */
  function systemError(error: unknown) {
    dependencies.log.error({ err: error, reference }, 'a request of a PSP failed');
    const description = `Internal error, reference ${reference}.`;
    return { outcome: 'KO' as const, fault: { code: 'PPT_SYSTEM_ERROR' as const, id: 'NodoDeiPagamentiSPC', description } };
  }

  return {
    verifyPaymentNotice: join(verifyContract, (request) => verifyPaymentNotice(dependencies, request), verificationMessage),
    activatePaymentNotice: join(
      activateContract,
      (request) => activatePaymentNotice(dependencies, 'activatePaymentNotice', request),
      activationMessage,
    ),
    activatePaymentNoticeV2: join(
      activateV2Contract,
      (request) => activatePaymentNotice(dependencies, 'activatePaymentNoticeV2', request),
      activationV2Message,
    ),
    sendPaymentOutcome: join(
      outcomeContract,
      ({ paymentToken, details, ...rest }) =>
        sendPaymentOutcome(dependencies, 'sendPaymentOutcome', {
          ...rest,
          paymentTokens: [paymentToken],
          details: outcomeDetails(details),
        }),
      () => ({ outcome: 'OK' }),
    ),
    sendPaymentOutcomeV2: join(
      outcomeV2Contract,
      ({ details, ...rest }) => sendPaymentOutcome(dependencies, 'sendPaymentOutcomeV2', { ...rest, details: outcomeDetails(details) }),
      () => ({ outcome: 'OK' }),
    ),
    demandPaymentNotice: join(demandContract, (request) => demandPaymentNotice(dependencies, request), demandMessage),
  };
}
