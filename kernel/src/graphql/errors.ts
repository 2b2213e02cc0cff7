/** What a client may see of an error. Callers' mistakes are explained; faults of ours are logged and masked with a reference. */
import { GraphQLError } from 'graphql';
import { DatabaseUnavailableError } from '../database/index.ts';
import { ConflictError, ExposedError, Fault, InputError, LimitError } from '../faults/index.ts';
import type { Logger } from '../logging/index.ts';

/** Error codes that a client may see in `extensions.code`; anything else is masked. */
const CLIENT_ERROR_CODES = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'LIMIT_EXCEEDED',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;
export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number];

const DATABASE_AWAY = 'The platform cannot reach its database at the moment.';

/**
 * Turns whatever a resolver threw into the error that the client sees.
 *
 * @param reference the request's id, which the client is shown and the log carries
 */
export function toClientError(error: unknown, log: Logger, reference: string): GraphQLError {
  if (error instanceof GraphQLError && CLIENT_ERROR_CODES.includes(error.extensions.code as ClientErrorCode)) return error;
  if (error instanceof DatabaseUnavailableError) {
    log.error({ err: error, reference }, 'the database cannot be reached');
    return new GraphQLError(DATABASE_AWAY, { extensions: { code: 'SERVICE_UNAVAILABLE' } });
  }
  if (error instanceof ExposedError) {
    const issues = error instanceof InputError ? error.issues : undefined;
    const retryAfterSeconds = error instanceof LimitError ? error.retryAfterSeconds : undefined;
    const versions = error instanceof ConflictError ? error.versions : undefined;
    return new GraphQLError(error.message, {
      extensions: {
        code: error.code,
        ...(issues && { issues }),
        ...(versions && { versions }),
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      },
    });
  }
  // A Fault that reaches this point was not turned into data by its use case: that is a mistake of ours, but its code is public.
  if (error instanceof Fault) log.error({ err: error, reference }, 'a business fault escaped its use case');
  else log.error({ err: error, reference }, 'a resolver failed');
  return new GraphQLError('Internal error.', { extensions: { code: 'INTERNAL_SERVER_ERROR', reference } });
}
