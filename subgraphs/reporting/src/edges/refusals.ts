/** Errors as the official interface writes them. Refused keys are the gateway's, not the service's: they keep the platform's own form. */
import { STATUS_CODES } from 'node:http';
import { DatabaseUnavailableError } from '@nodo-aperto/kernel/database';
import { ExposedError, Fault, type FaultCode, faultCodeEntry, InputError, LimitError, wireCodeOf } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { FastifyInstance } from 'fastify';

/** What is wrong with a body or a query, with the code of its kind. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly code: FaultCode;
  readonly errors: readonly { path?: string; message: string }[];

  constructor(code: FaultCode, errors: readonly { path?: string; message: string }[]) {
    super(wireCodeOf(code));
    this.code = code;
    this.errors = errors;
  }
}

/** Answers what the routes of the instance throw. */
export function answerRefusals(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler(async (error: unknown, request, reply) => {
    const refusal = refusalOf(error);
    if (!refusal) {
      if (error instanceof LimitError && error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
      // Keys that open nothing, a database that is away, bodies that are too large: said as everywhere on the platform.
      const { statusCode } = error as { statusCode?: number };
      if (error instanceof ExposedError || error instanceof DatabaseUnavailableError || (statusCode !== undefined && statusCode < 500))
        throw error;
      log.error({ err: error, reference: request.id, url: request.routeOptions.url }, 'a request failed');
    }
    const { code, errors } = refusal ?? new RefusedRequest('FDR_0500', [{ message: faultCodeEntry('FDR_0500').faultString }]);
    const status = faultCodeEntry(code).httpStatus ?? 400;
    return reply
      .code(status)
      .type('application/json')
      .send({
        ...(!refusal && { errorId: request.id }),
        httpStatusCode: status,
        httpStatusDescription: STATUS_CODES[status],
        appErrorCode: wireCodeOf(code),
        errors,
      });
  });
}

function refusalOf(error: unknown): RefusedRequest | undefined {
  if (error instanceof RefusedRequest) return error;
  if (error instanceof Fault) return new RefusedRequest(error.code, [{ message: error.description ?? error.faultString }]);
  if (error instanceof InputError) {
    return new RefusedRequest(
      'FDR_1001',
      error.issues.map(({ path, message, expected }) => ({
        ...(path && { path }),
        message: expected ? `${message}: expected ${expected}` : message,
      })),
    );
  }
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  const unreadable = error instanceof SyntaxError || code === 'FST_ERR_CTP_INVALID_JSON_BODY';
  return unreadable && statusCode === 400
    ? new RefusedRequest('FDR_1005', [{ message: faultCodeEntry('FDR_1005').faultString }])
    : undefined;
}

/** Lets requests that need no body say that they are JSON, as many clients do. A body that is needed is then found missing. */
export function allowEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
}
