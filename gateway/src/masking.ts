/**
 * What a client may see of an error. Codes on the list are meant for clients; everything else becomes "internal error" with the request's
 * id, and is written to the log with its true cause. Names of services, stack traces and unknown extensions never leave.
 */
import { GraphQLError, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { ClientErrorCode } from '@nodo-aperto/kernel/graphql';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { GATEWAY_ERROR_CODES } from './errors.ts';

const SUBGRAPH_CODES = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'LIMIT_EXCEEDED',
  'SERVICE_UNAVAILABLE',
] as const satisfies readonly ClientErrorCode[];
const FROM_SUBGRAPHS: ReadonlySet<unknown> = new Set(SUBGRAPH_CODES);
const FROM_HERE: ReadonlySet<unknown> = new Set([...SUBGRAPH_CODES, ...GATEWAY_ERROR_CODES]);
const SHOWN_EXTENSIONS = ['code', 'issues', 'retryAfterSeconds', 'limit', 'cost', 'field', 'roles'] as const;
const INTERNAL = 'INTERNAL_SERVER_ERROR';

type AnyError = GraphQLError | GraphQLFormattedError | Error;

/** Whether an error may be shown as it is. */
function isPublic(error: AnyError): error is GraphQLError {
  const extensions = (error as GraphQLFormattedError).extensions;
  // A subgraph that cannot read our query is our fault, not the client's: its parse and validation errors are internal.
  return (extensions?.['serviceName'] === undefined ? FROM_HERE : FROM_SUBGRAPHS).has(extensions?.['code']);
}

/** The error as a client sees it. */
export function publicError(error: AnyError, requestId?: string): GraphQLFormattedError {
  const { path, locations, extensions = {} } = error as GraphQLFormattedError;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  if (!isPublic(error)) {
    return { message: 'internal error', ...place, extensions: { code: INTERNAL, ...(requestId !== undefined && { requestId }) } };
  }
  const shown: Record<string, unknown> = {};
  for (const key of SHOWN_EXTENSIONS) if (extensions[key] !== undefined) shown[key] = extensions[key];
  return { message: error.message, ...place, extensions: shown };
}

/** Writes the true cause of what will be masked; what a client did wrong is only of interest when looking for it. */
export function logErrors(errors: readonly AnyError[], requestId: string, log: Logger): void {
  for (const error of errors) {
    const { path, extensions } = error as GraphQLFormattedError;
    const details = { requestId, subgraph: extensions?.['serviceName'], code: extensions?.['code'], path: path?.join('.') };
    const cause = (error instanceof GraphQLError && error.originalError) || error;
    if (!isPublic(error)) log.error({ ...details, err: cause }, 'an operation failed');
    else if (extensions?.['code'] === 'SERVICE_UNAVAILABLE') log.warn({ ...details, err: cause }, 'a part of an answer is missing');
    else log.debug({ ...details, reason: error.message }, 'an operation was refused');
  }
}

/**
 * When a subgraph answers null where its schema says that there is a value, @apollo/gateway nulls the parent and only mentions it in
 * `extensions.valueCompletion`. A broken promise must not look like an absent value: it becomes an error.
 */
export function withBrokenPromises(result: FormattedExecutionResult, requestId: string, log: Logger): FormattedExecutionResult {
  const { extensions, ...rest } = result;
  const broken = extensions?.['valueCompletion'] as readonly GraphQLError[] | undefined;
  if (!broken || broken.length === 0) return rest;
  for (const { message, path } of broken) log.error({ requestId, path: path?.join('.'), reason: message }, 'a subgraph broke its schema');
  const errors = broken.map((error) => publicError(new GraphQLError(error.message, { path: error.path }), requestId));
  return { ...rest, errors: [...(rest.errors ?? []), ...errors] };
}

/** Masks a result as the query plan's execution gives it. */
export function publicResult(
  result: { data?: unknown; errors?: readonly AnyError[]; extensions?: unknown },
  requestId: string,
  log: Logger,
): FormattedExecutionResult {
  if (result.errors) logErrors(result.errors, requestId, log);
  const errors = result.errors?.map((error) => publicError(error, requestId));
  return withBrokenPromises({ ...result, errors } as FormattedExecutionResult, requestId, log);
}
