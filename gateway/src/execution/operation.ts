/** One query or mutation from its prepared document to what the client sees: selected, admitted, executed, masked. */
import { type FormattedExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import { runWithTrace } from '@nodo-aperto/kernel/events';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Admission } from '../admission.ts';
import { type PreparedDocument, selectOperation } from '../documents.ts';
import { refusal } from '../errors.ts';
import { publicResult } from '../masking.ts';
import type { GatewayContext } from '../options.ts';
import type { OperationExecutor } from './executor.ts';

export interface OperationRequest {
  prepared: PreparedDocument;
  operationName: string | null | undefined;
  variables: Readonly<Record<string, unknown>> | null | undefined;
  context: GatewayContext;
}

/**
 * Runs an operation. Errors of its parts are in the result, masked.
 * @throws GraphQLError, or an AggregateError of several, when there is no answer: the status is in the first one's `extensions.http`
 */
export type RunOperation = (request: OperationRequest) => Promise<FormattedExecutionResult>;

export function createOperations(options: { admission: Admission; execute: OperationExecutor; log: Logger }): RunOperation {
  const { admission, execute, log } = options;
  const tell = ({ request: { id, traceparent } }: GatewayContext, operation: string | undefined, errors: number): void => {
    if (!log.isLevelEnabled('info')) return;
    runWithTrace(traceparent, () => log.info({ requestId: id, operation, errors }, 'an operation was answered'));
  };
  return async ({ prepared: { document, hash }, operationName, variables, context }) => {
    const operation = selectOperation(document, operationName);
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw needsWebsocket();
    const { principal, address, request } = context;
    admission({ document, operation, variables, principal, address });
    const result = await execute({ document, hash, operationName: operationName || undefined, variables: variables ?? {}, context });
    tell(context, operation.name?.value, result.errors?.length ?? 0);
    if (result.errors && result.data === undefined) throw new AggregateError(result.errors);
    if (result.errors === undefined && result.extensions === undefined) return result as FormattedExecutionResult;
    return publicResult(result, request.id, log);
  };
}

/** A subscription was sent where there is one answer only. */
export function needsWebsocket(): GraphQLError {
  return refusal(
    'SUBSCRIPTION_NEEDS_WEBSOCKET',
    'Subscriptions are served over a websocket at this address, with the protocol graphql-transport-ws.',
    { status: 400 },
  );
}
