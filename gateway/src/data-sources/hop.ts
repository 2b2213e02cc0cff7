/** What goes along with a fetch from the gateway to a subgraph behind a network: the sealed caller, the request's id, the trace. */
import { PRINCIPAL_HEADER, type PrincipalSealer } from '@nodo-aperto/kernel/auth';
import type { GatewayContext } from '../options.ts';

const REQUEST_ID_HEADER = 'x-request-id';
const TRACE_HEADER = 'traceparent';

/**
 * Headers of a fetch. A subscription sends the same entries in the `extensions` of its subscribe message, because one socket is shared by
 * many callers. The seal is valid for seconds: it is made for each hop.
 */
export function hopHeaders(context: GatewayContext, sealer: PrincipalSealer | undefined): Record<string, string> {
  const { principal, request } = context;
  return {
    [REQUEST_ID_HEADER]: request.id,
    ...(request.traceparent !== undefined && { [TRACE_HEADER]: request.traceparent }),
    ...(sealer && { [PRINCIPAL_HEADER]: sealer.seal(principal) }),
  };
}
