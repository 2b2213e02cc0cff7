/** The gateway's own refusals, each with the code that a client can act on. */
import type { HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLErrorOptions } from 'graphql';

/** Codes that the gateway itself answers with; the subgraphs' codes are in the kernel's graphql room. */
export const GATEWAY_ERROR_CODES = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'TOKEN_LIMIT',
  'DEPTH_LIMIT',
  'ALIAS_LIMIT',
  'ROOT_FIELD_LIMIT',
  'FIELD_LIMIT',
  'COST_LIMIT',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_DOCUMENT_REQUIRED',
  'SUBSCRIPTION_NEEDS_WEBSOCKET',
  'SLOW_CONSUMER',
  'SUBSCRIPTION_INTERRUPTED',
] as const;
export type GatewayErrorCode = (typeof GATEWAY_ERROR_CODES)[number];

type KernelCode = 'BAD_USER_INPUT' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'LIMIT_EXCEEDED' | 'SERVICE_UNAVAILABLE';

/**
 * An error that is shown as it is.
 * @param status the HTTP status that it sets when the whole request is refused
 */
export function refusal(
  code: GatewayErrorCode | KernelCode,
  message: string,
  details: {
    status?: number;
    /** Beside the status. */
    headers?: HeaderMap;
    nodes?: GraphQLErrorOptions['nodes'];
    cause?: unknown;
    extensions?: Record<string, unknown>;
  } = {},
): GraphQLError {
  return new GraphQLError(message, {
    nodes: details.nodes,
    originalError: details.cause instanceof Error ? details.cause : null,
    extensions: {
      ...details.extensions,
      code,
      ...(details.status !== undefined && { http: { status: details.status, ...(details.headers && { headers: details.headers }) } }),
    },
  });
}

/** A part of the answer is missing because its subgraph cannot be reached, does not answer in time, or answers nonsense. */
export function unavailable(cause: unknown): GraphQLError {
  return refusal('SERVICE_UNAVAILABLE', 'A part of the platform is not available at the moment.', { cause });
}

/** The events of a subscription stopped coming: the client may subscribe again after the last cursor it saw. */
export function interrupted(cause: unknown): GraphQLError {
  return refusal('SUBSCRIPTION_INTERRUPTED', 'The event stream was interrupted. Subscribe again, after the last cursor you have seen.', {
    cause,
  });
}

/** The subscriber did not take its events as fast as they came. */
export function slowConsumer(limit: number): GraphQLError {
  return refusal(
    'SLOW_CONSUMER',
    `More than ${limit} events were waiting to be read. Subscribe again, after the last cursor you have seen.`,
    {
      extensions: { limit },
    },
  );
}
